"""How a column writes its values: its numbers, its words for nothing, and the marks beside or in place of a number."""

from shared_analysis.contracts.notation.find import Notation, find_notation
from shared_analysis.contracts.notation.marks import Marked, read_marks

__all__ = ["Marked", "Notation", "find_notation", "read_marks"]
