"""A small synthetic London, made from a project's contracts, whose ground truth is known."""

from shared_analysis.twin.make import make_twin
from shared_analysis.twin.spec import TwinSpec
from shared_analysis.twin.twin import Twin

__all__ = ["Twin", "TwinSpec", "make_twin"]
