"""A notebook's tagged ``parameters`` cell, and how it is filled from ``params.yaml`` and the command line."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Project
from shared_analysis.spec import nearest

TAG = "parameters"


def section_name(notebook: str) -> str:
    """Say which section of ``params.yaml`` a notebook reads: its name after the number (``20_link`` reads ``link``)."""
    return re.sub(r"^\d+[_-]", "", notebook)


def notebook_parameters(path: Path) -> dict[str, Any]:
    """Read the names and values in a notebook's ``parameters`` cell, without running it.

    Raises
    ------
    SharedAnalysisError
        If the file is not a notebook, has no cell tagged ``parameters`` (or two), or the cell holds anything but
        ``name = value`` lines with plain values.
    """
    where = f"notebooks/{path.name}"
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tagged = [cell for cell in cells if TAG in cell.get("metadata", {}).get("tags", [])]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SharedAnalysisError(
            "This is not a Jupyter notebook.", where, "restore it, or save it again from JupyterLab"
        ) from None
    if len(tagged) != 1:
        found = "no cell" if not tagged else f"{len(tagged)} cells"
        raise SharedAnalysisError(
            f"The notebook has {found} tagged '{TAG}'; it needs one.",
            where,
            f"tag the cell that sets the parameters (in JupyterLab: property inspector, Cell tags, {TAG})",
        )
    return _assignments("".join(tagged[0]["source"]), where)


def _assignments(source: str, where: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        for statement in ast.parse(source).body:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target, value = statement.targets[0], statement.value
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                target, value = statement.target, statement.value
            else:
                raise ValueError
            if not isinstance(target, ast.Name):
                raise ValueError
            found[target.id] = ast.literal_eval(value)
    except (SyntaxError, ValueError):
        raise SharedAnalysisError(
            "The parameters cell may hold only lines of the form `name = value`, with plain values.",
            f"{where}, the cell tagged '{TAG}'",
            "move anything else to the next cell",
        ) from None
    return found


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
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    if isinstance(value, str) and isinstance(like, float | int):
        try:
            return float(text)  # YAML 1.1 reads 1e-3 as text
        except ValueError:
            return text
    return value if isinstance(value, bool | int | float | list | dict | None) else text
