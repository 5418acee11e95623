"""The project on disk: where it is, what its parameters say, and the one way to read and write its tables."""

from shared_analysis.project.canonical_files import (
    is_synthetic,
    read_canonical,
    write_json,
    write_sheet,
    write_table,
    write_text,
)
from shared_analysis.project.findings import Findings
from shared_analysis.project.journal import Mark, mark_of
from shared_analysis.project.notebook_source import with_source
from shared_analysis.project.parameters_cell import (
    Difference,
    differences,
    in_words,
    notebook_parameters,
    parameters_in,
    section_name,
    usable_name,
    with_parameters,
    write_parameters,
)
from shared_analysis.project.project import Project, find_root, open_project, untracked_tables
from shared_analysis.project.result import Headline, Result
from shared_analysis.project.stage_kinds import TITLES, StageKind, kind_of, stage_meta
from shared_analysis.project.together import Change, arriving, finish_interrupted, hold_project, write_together
from shared_analysis.sources import read_table

__all__ = [
    "TITLES",
    "Change",
    "Difference",
    "Findings",
    "Headline",
    "Mark",
    "Project",
    "Result",
    "StageKind",
    "arriving",
    "differences",
    "find_root",
    "finish_interrupted",
    "hold_project",
    "in_words",
    "is_synthetic",
    "kind_of",
    "mark_of",
    "notebook_parameters",
    "open_project",
    "parameters_in",
    "read_canonical",
    "read_table",
    "section_name",
    "stage_meta",
    "untracked_tables",
    "usable_name",
    "with_parameters",
    "with_source",
    "write_json",
    "write_parameters",
    "write_sheet",
    "write_table",
    "write_text",
    "write_together",
]
