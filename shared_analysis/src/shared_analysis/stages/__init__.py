"""Stages that are added to a project which is there already, in the same way as the template's own."""

from shared_analysis.stages.add import Addition, add_stage
from shared_analysis.stages.reads import undeclared
from shared_analysis.stages.rehearsal import rehearse
from shared_analysis.stages.skeletons import KINDS

__all__ = ["KINDS", "Addition", "add_stage", "rehearse", "undeclared"]
