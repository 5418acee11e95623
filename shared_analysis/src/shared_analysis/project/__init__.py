"""The project on disk: where it is, what its parameters say, and the one way to read and write its tables."""

from shared_analysis.project.files import read_table, refuse_repeated_columns, write_json, write_table, write_text
from shared_analysis.project.findings import Findings
from shared_analysis.project.parameters_cell import notebook_parameters, section_name
from shared_analysis.project.project import Project, Result, find_root, open_project, untracked_tables

__all__ = [
    "Findings",
    "Project",
    "Result",
    "find_root",
    "notebook_parameters",
    "open_project",
    "read_table",
    "refuse_repeated_columns",
    "section_name",
    "untracked_tables",
    "write_json",
    "write_table",
    "write_text",
]
