"""Stages that are added to a project which is there already, in the same way as the template's own."""

from shared_analysis.stages.add import Addition, add_stage
from shared_analysis.stages.dataset_entry import dataset_entry
from shared_analysis.stages.plan import Plan
from shared_analysis.stages.reads import notebook_of, undeclared
from shared_analysis.stages.rehearsal import rehearse
from shared_analysis.stages.removal import edited, remove_stage
from shared_analysis.stages.settings import settings_for
from shared_analysis.stages.skeletons import KINDS, NO_REGISTER, template_tables
from shared_analysis.stages.working_copy import show_changes, working_copy
from shared_analysis.stages.yaml_addition import YamlAddition

__all__ = [
    "KINDS",
    "NO_REGISTER",
    "Addition",
    "Plan",
    "YamlAddition",
    "add_stage",
    "dataset_entry",
    "edited",
    "notebook_of",
    "rehearse",
    "remove_stage",
    "settings_for",
    "show_changes",
    "template_tables",
    "undeclared",
    "working_copy",
]
