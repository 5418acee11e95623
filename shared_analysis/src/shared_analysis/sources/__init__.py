"""Tables as they come: what is a file, how is it read, and which of its rows are the table."""

from shared_analysis.sources.delivery import KINDS, Aside, Delivery
from shared_analysis.sources.headings import refuse_repeated_columns, refuse_shapes_of_values, refuse_values_as_headings
from shared_analysis.sources.periods import find_periods, is_like_a_period, is_of_several
from shared_analysis.sources.read import read, read_table, table_name
from shared_analysis.sources.reading import Reading

__all__ = [
    "KINDS",
    "Aside",
    "Delivery",
    "Reading",
    "find_periods",
    "is_like_a_period",
    "is_of_several",
    "read",
    "read_table",
    "refuse_repeated_columns",
    "refuse_shapes_of_values",
    "refuse_values_as_headings",
    "table_name",
]
