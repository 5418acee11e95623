"""Run a project's notebooks, write them canonically, and turn them into offline pages."""

from shared_analysis.notebooks.canonical import canonicalise, notebook_text
from shared_analysis.notebooks.failure import NotebookFailed
from shared_analysis.notebooks.page import export_html
from shared_analysis.notebooks.parameters import parse_value
from shared_analysis.notebooks.run import NotebookRun, run_notebook

__all__ = [
    "NotebookFailed",
    "NotebookRun",
    "canonicalise",
    "export_html",
    "notebook_text",
    "parse_value",
    "run_notebook",
]
