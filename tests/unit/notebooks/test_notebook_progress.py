"""What a run says of where it is, where there is no terminal."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from shared_analysis.notebooks.progress import Progress


def said(capsys: pytest.CaptureFixture[str], *cells: str) -> list[str]:
    nb = new_notebook(
        cells=[new_markdown_cell(text) if text.startswith("#") else new_code_cell(text) for text in cells]
    )
    with Progress("20_link", nb, injected=False) as progress:
        for index, cell in enumerate(nb.cells):
            progress.start(cell, index)
    return capsys.readouterr().err.splitlines()


def test_each_heading_is_said_once_with_the_cell_it_begins_at(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "# Title", "## Settings", "a = 1", "import os", "b = 2", "## Compare", "c = 3", "d = 4")
    assert lines == ["20_link  1/5  Settings", "20_link  4/5  Compare"]


def test_a_heading_that_is_used_again_is_said_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "# Result", "a = 1", "# Result", "b = 2") == ["20_link  1/2  Result", "20_link  2/2  Result"]


def test_without_headings_each_cell_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "a = 1", "b = 2", "# End", "c = 3") == ["20_link  1/3", "20_link  2/3", "20_link  3/3  End"]
