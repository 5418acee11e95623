"""How a notebook's parameters are filled from ``params.yaml`` and the command line."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.printable import one_line
from shared_analysis.project import Project, in_words, section_name, write_parameters
from shared_analysis.spec import nearest
from shared_analysis.yaml_file import UNREADABLE, parse_yaml


def filled_parameters(project: Project, notebook: str, path: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Put together what the notebook is to run with: its section of ``params.yaml``, overridden by what was given.

    A parameters cell that differs from its section is made the same first, and said to be. That is safe under DVC, too,
    although the stage depends on the notebook: DVC hashes what a stage depends on again after the run, so that
    ``dvc.lock`` holds the notebook as it is then, and the next ``dvc repro`` has nothing to do. ``dvc exp run -S``
    changes params.yaml, the notebook and dvc.lock together, and ``git restore .`` takes all three back. One thing it
    costs: DVC remembers the run under the new notebook, so that going back to earlier settings runs the stage again,
    unless ``check --fix`` has written the cell before.

    Raises
    ------
    SharedAnalysisError
        If a given name is not in the section, or the cell cannot be made the same.
    """
    section = project.section(section_name(notebook))
    for name in given:
        if name not in section:
            hint = nearest(name, section) if section else "the notebook has no parameters"
            raise SharedAnalysisError(f"'{name}' is not a parameter of {notebook}.", f"notebooks/{path.name}", hint)
    written = write_parameters(path, section)
    if written:
        said = f"its parameters cell says what params.yaml says ({in_words(written)})"
        print(one_line(f"wrote notebooks/{path.name}: {said}"), file=sys.stderr, flush=True)
    return {**section, **given}


def parse_value(text: str, like: Any = None) -> Any:
    """Read a value typed on the command line: as text where the parameter holds text now, otherwise as YAML."""
    if isinstance(like, str):
        return text
    try:
        value = parse_yaml(text)
    except UNREADABLE:
        return text
    return value if isinstance(value, bool | int | float | list | dict | None) else text
