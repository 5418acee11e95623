"""The project on disk: where it is, what its parameters say, and the one way to read and write its tables."""

from shared_analysis.project.canonical_files import (
    read_canonical,
    write_json,
    write_table,
    write_text,
)
from shared_analysis.project.findings import Findings
from shared_analysis.project.parameters_cell import notebook_parameters, section_name
from shared_analysis.project.project import Project, find_root, open_project, untracked_tables
from shared_analysis.project.result import Headline, Result
from shared_analysis.project.stage_kinds import TITLES, StageKind, kind_of, stage_meta
from shared_analysis.project.together import Change, finish_interrupted, hold_project, write_together
from shared_analysis.sources import read_table

__all__ = [
    "TITLES",
    "Change",
    "Findings",
    "Headline",
    "Project",
    "Result",
    "StageKind",
    "find_root",
    "finish_interrupted",
    "hold_project",
    "kind_of",
    "notebook_parameters",
    "open_project",
    "read_canonical",
    "read_table",
    "section_name",
    "stage_meta",
    "untracked_tables",
    "write_json",
    "write_table",
    "write_text",
    "write_together",
]
