"""How a column writes its values: its numbers, its words for missing, and the marks beside or in place of a number."""

from shared_analysis.contracts.notation.find import Notation, find_notation
from shared_analysis.contracts.notation.find_marks import known_marks
from shared_analysis.contracts.notation.find_scales import find_unlettered
from shared_analysis.contracts.notation.marks import Marked, read_marks

__all__ = ["Marked", "Notation", "find_notation", "find_unlettered", "known_marks", "read_marks"]
