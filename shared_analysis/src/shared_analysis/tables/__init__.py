"""A project's own tables: how they come in, and how their next deliveries take their place."""

from shared_analysis.tables.add import TableAddition, add_tables
from shared_analysis.tables.comparison import Difference, compare_deliveries
from shared_analysis.tables.origins import Source, fetched, find_server, make_source
from shared_analysis.tables.refresh import Refresh, due_sources, refresh_tables

__all__ = [
    "Difference",
    "Refresh",
    "Source",
    "TableAddition",
    "add_tables",
    "compare_deliveries",
    "due_sources",
    "fetched",
    "find_server",
    "make_source",
    "refresh_tables",
]
