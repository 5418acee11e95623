"""A project's own tables: how they come in, and how their next deliveries take their place."""

from shared_analysis.tables.add import TableAddition, add_tables

__all__ = ["TableAddition", "add_tables"]
