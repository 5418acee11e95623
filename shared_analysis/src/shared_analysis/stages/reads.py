"""What a notebook reads, told from its code, and whether its stage says so."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import open_project, section_name
from shared_analysis.yaml_file import load_yaml

_MADE = re.compile(r"^(interim|quarantine|processed/\w+)(/|$)")
_INPUTS = {"truth", "inputs", "read_input", "read_inputs", "deliveries"}
INPUTS = "data/${data.mode}"


def notebook_of(root: Path, stage: str) -> Path:
    """Find the notebook of a stage.

    Raises
    ------
    SharedAnalysisError
        If it has none.
    """
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        if section_name(path.stem) == stage:
            return path
    raise SharedAnalysisError(f"Stage '{stage}' has no notebook.", "notebooks/", "restore it, for instance with git")


def places_read(notebook: Path) -> set[str]:
    """List the places that a notebook's code names: ``contracts``, ``data/interim``, ``data/processed/link`` and so on.

    Code is read, not run: a place whose name is put together elsewhere, such as in ``params.yaml``, is not seen.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return set(_places(ast.parse(code)))


def undeclared(root: Path, stage: str) -> list[str]:
    """List what a stage's notebook reads and the stage does not depend on, so that DVC would not see it change.

    Parameters
    ----------
    root
        The project.
    stage
        The stage's name.

    Returns
    -------
    list of str
        Places as ``dvc.yaml`` writes them; empty where nothing is amiss.
    """
    body = load_yaml(root / "dvc.yaml").get("stages", {}).get(stage, {})
    declared = [*body.get("deps", []), *(path for out in body.get("outs", []) for path in _paths(out))]
    read = places_read(notebook_of(root, stage))
    return sorted(place for place in read if not any(_within(place, one) for one in declared))


def readers(root: Path, place: str) -> list[str]:
    """List the stages whose notebooks name a place."""
    stages = []
    for stage in open_project(root).stages:
        for path in sorted((root / "notebooks").glob("*.ipynb")):
            try:
                if section_name(path.stem) == stage and place in places_read(path):
                    stages.append(stage)
            except (OSError, ValueError, KeyError, TypeError, SyntaxError):  # `check` tells of it
                continue
    return stages


def _places(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _INPUTS:
            yield INPUTS
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value == "contracts":
                yield "contracts"
            elif folder := _MADE.match(node.value.removeprefix("data/")):
                yield f"data/{folder.group(1)}"


def _paths(out: Any) -> Iterator[str]:
    yield from out if isinstance(out, dict) else [str(out)]


def _within(place: str, declared: object) -> bool:
    return place == declared or place.startswith(f"{declared}/")
