"""How a notebook's parameters are filled from ``params.yaml`` and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Project, notebook_parameters, section_name
from shared_analysis.spec import nearest
from shared_analysis.yaml_file import UNREADABLE, parse_yaml


def filled_parameters(project: Project, notebook: str, path: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Put together what the notebook is to run with: its section of ``params.yaml``, overridden by what was given.

    Raises
    ------
    SharedAnalysisError
        If a given name is not in the notebook's cell, or the section and the cell do not hold the same names.
    """
    in_cell = notebook_parameters(path)
    for name in given:
        if name not in in_cell:
            hint = nearest(name, in_cell) if in_cell else "the notebook has no parameters"
            raise SharedAnalysisError(f"'{name}' is not a parameter of {notebook}.", f"notebooks/{path.name}", hint)
    section = project.section(section_name(notebook))
    faults = [f"'{name}' is only in params.yaml" for name in section if name not in in_cell]
    faults += [f"'{name}' is only in the notebook" for name in in_cell if name not in section]
    if faults:
        raise SharedAnalysisError(
            f"params.yaml and the notebook's parameters cell differ: {'; '.join(faults)}.",
            f"params.yaml, section {section_name(notebook)}; notebooks/{path.name}",
            "give both the same names",
        )
    return {**section, **given}


def parse_value(text: str, like: Any = None) -> Any:
    """Read a value typed on the command line: as text where the parameter holds text now, otherwise as YAML."""
    if isinstance(like, str):
        return text
    try:
        value = parse_yaml(text)
    except UNREADABLE:
        return text
    if isinstance(value, str) and isinstance(like, float | int):
        try:
            return float(text)  # YAML 1.1 reads 1e-3 as text
        except ValueError:
            return text
    return value if isinstance(value, bool | int | float | list | dict | None) else text
