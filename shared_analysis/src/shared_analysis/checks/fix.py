"""What `check` can put right by itself."""

from __future__ import annotations

from pathlib import Path

from shared_analysis.checks.context import Context
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Difference, open_project, write_parameters


def fix_parameters(root: Path) -> dict[str, tuple[Difference, ...]]:
    """Make every notebook's parameters cell the same as its section of ``params.yaml``.

    What cannot be put right is left as it is, for the rules to name: a file that cannot be read, a cell that computes,
    a notebook of which params.yaml knows no section.

    Raises
    ------
    SharedAnalysisError
        If a notebook cannot be written.

    Returns
    -------
    dict
        The notebooks that were written, and on what each differed.
    """
    try:
        params = open_project(root).params
    except SharedAnalysisError:
        return {}
    written = {}
    for notebook in Context(root).notebooks:
        section = params.get(notebook.section, ()) or {}
        if notebook.section not in params or not isinstance(section, dict):
            continue
        try:
            found = write_parameters(root / notebook.path, section)
        except SharedAnalysisError as error:
            if isinstance(error.__context__, OSError):  # the rule would ask for the very command that was given
                raise
            continue
        if found:
            written[notebook.path] = found
    return written
