"""What tests read of an executed notebook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from shared_analysis.project import Project

Write = Callable[..., Project]
"""Writes a project with one notebook; see the fixture ``write``."""


def outputs_of(path: Path) -> list[Any]:
    """All outputs of an executed notebook."""
    nb = nbformat.read(path, as_version=4)
    return [output for cell in nb.cells for output in cell.get("outputs", [])]


def text_of(path: Path) -> str:
    """All that an executed notebook printed."""
    return "".join(output.get("text", "") for output in outputs_of(path))
