"""A project's own tables: how they come in, and how their next deliveries take their place."""

from shared_analysis.tables.add import TableAddition, add_tables
from shared_analysis.tables.comparison import Difference, compare_deliveries
from shared_analysis.tables.databases import Query, extracted, find_server, make_query
from shared_analysis.tables.refresh import Refresh, due_queries, refresh_tables

__all__ = [
    "Difference",
    "Query",
    "Refresh",
    "TableAddition",
    "add_tables",
    "compare_deliveries",
    "due_queries",
    "extracted",
    "find_server",
    "make_query",
    "refresh_tables",
]
