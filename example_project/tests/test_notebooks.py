"""The notebooks say what params.yaml says, hold no results, and leave the work to the shared package."""

import ast
import json
from pathlib import Path

import pytest

from shared_analysis.project import notebook_parameters, open_project, section_name

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells(notebook: Path) -> list[dict]:
    return json.loads(notebook.read_text(encoding="utf-8"))["cells"]


def code(notebook: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(notebook) if cell["cell_type"] == "code"]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_parameters_cell_repeats_its_section_of_params_yaml(notebook: Path) -> None:
    assert notebook_parameters(notebook) == open_project(ROOT).section(section_name(notebook.stem))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_holds_no_results(notebook: Path) -> None:
    for cell in cells(notebook):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_is_thin(notebook: Path) -> None:
    """No functions and no loops: those belong in the shared package, where they are tested."""
    for source in code(notebook):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While), source
