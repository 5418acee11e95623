"""A newer template for a project that lives: what it would change, and how to take it."""

from shared_analysis.updates.results import Results, compare
from shared_analysis.updates.update import Landed, Update, prepared

__all__ = ["Landed", "Results", "Update", "compare", "prepared"]
