"""The project on disk: where it is, what its parameters say, and the one way to read and write its tables."""

from shared_analysis.project.files import read_table, write_json, write_table, write_text
from shared_analysis.project.installed import refuse_other_code
from shared_analysis.project.project import Project, Result, find_root, open_project

__all__ = [
    "Project",
    "Result",
    "find_root",
    "open_project",
    "read_table",
    "refuse_other_code",
    "write_json",
    "write_table",
    "write_text",
]
