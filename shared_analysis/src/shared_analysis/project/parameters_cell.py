"""A notebook's parameters cell, and the section of ``params.yaml`` that it repeats."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError

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
        number = "no cell" if not tagged else f"{len(tagged)} cells"
        raise SharedAnalysisError(
            f"The notebook has {number} tagged '{TAG}'; it needs one.",
            where,
            f"tag the cell that sets the parameters (in JupyterLab: property inspector, Cell tags, {TAG})",
        )
    return _assignments("".join(tagged[0]["source"]), where)


def _assignments(source: str, where: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
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
            values[target.id] = ast.literal_eval(value)
    except (SyntaxError, ValueError):
        raise SharedAnalysisError(
            "The parameters cell may hold only lines of the form `name = value`, with plain values.",
            f"{where}, the cell tagged '{TAG}'",
            "move anything else to the next cell",
        ) from None
    return values
