"""A small project whose notebooks a test writes itself."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from executed_notebook import Write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from shared_analysis.project import Project, open_project


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a project with one notebook, ``20_link``, of the given cells; text that starts with ``#`` is Markdown."""

    def write_project(*cells: str, parameters: str = "match_threshold = 0.95", params: str | None = None) -> Project:
        root = tmp_path / "a {strange} place"
        (root / "notebooks").mkdir(parents=True, exist_ok=True)
        (root / "project.yaml").write_text("project: {}\n", encoding="utf-8")
        section = params or "link: {match_threshold: 0.95}"
        (root / "params.yaml").write_text(f"data: {{mode: twin}}\n{section}\n", encoding="utf-8")
        first = new_code_cell(parameters, metadata={"tags": ["parameters"]})
        rest = [new_markdown_cell(text) if text.startswith("#") else new_code_cell(text) for text in cells]
        nbformat.write(new_notebook(cells=[first, *rest]), root / "notebooks" / "20_link.ipynb")
        return open_project(root)

    return write_project
