"""The parameters cell repeats its section; a name that is not in it is refused, and the nearest is named."""

from __future__ import annotations

import json
import os

import nbformat
import pytest
from executed_notebook import Write

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.notebooks import parse_value, run_notebook
from shared_analysis.notebooks.parameters import filled_parameters
from shared_analysis.project import notebook_parameters


def test_names_and_values_are_read_without_running(write: Write) -> None:
    source = 'a = 1  # why\nb: list[str] = [\n    "x",\n]\nc = None\nd = -0.5'
    project = write(parameters=source)
    read = notebook_parameters(project.root / "notebooks" / "20_link.ipynb")
    assert read == {"a": 1, "b": ["x"], "c": None, "d": -0.5}


@pytest.mark.parametrize(
    "source", ["a = open('x')", "import os", "a = b = 1", "a, b = 1, 2", "a =", "print(1)", "a: int"]
)
def test_anything_but_plain_values_is_refused(write: Write, source: str) -> None:
    project = write(parameters=source)
    with pytest.raises(SharedAnalysisError, match="name = value"):
        notebook_parameters(project.root / "notebooks" / "20_link.ipynb")


def test_a_notebook_without_a_parameters_cell_is_refused(write: Write) -> None:
    project = write()
    path = project.root / "notebooks" / "20_link.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells[0].metadata = {}
    nbformat.write(nb, path)
    with pytest.raises(SharedAnalysisError, match="no cell tagged 'parameters'"):
        run_notebook(project, "20_link")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"cells": 3}', "no JSON at all"])
def test_a_file_that_is_no_notebook_is_refused(write: Write, content: str) -> None:
    project = write()
    (project.root / "notebooks" / "20_link.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match="not a Jupyter notebook"):
        run_notebook(project, "20_link")


def test_an_unknown_parameter_names_the_nearest(write: Write) -> None:
    with pytest.raises(SharedAnalysisError, match=r"(?s)match_treshold.*did you mean 'match_threshold'"):
        run_notebook(write(), "20_link", {"match_treshold": 0.5})


def test_a_run_writes_the_section_into_a_cell_that_differs_and_says_so(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write("print(a, c)", parameters="a = 1  # why\nb = 2", params="link: {a: 5, c: 3}")
    ran = run_notebook(project, "20_link")
    assert "5 3" in ran.notebook.read_text(encoding="utf-8")
    notebook = project.root / "notebooks" / "20_link.ipynb"
    assert nbformat.read(notebook, as_version=4).cells[0].source == "a = 5  # why\nc = 3"
    assert (
        "wrote notebooks/20_link.ipynb: its parameters cell says what params.yaml says "
        "(changed: a; added: c; removed: b)" in capsys.readouterr().err
    )


def test_a_run_touches_no_notebook_that_says_the_same(write: Write) -> None:
    project = write(parameters="b = 2 # x\na=1", params="link: {a: 1, b: 2}")
    notebook = project.root / "notebooks" / "20_link.ipynb"
    before = notebook.read_bytes(), notebook.stat().st_mtime_ns, notebook.stat().st_ino
    assert filled_parameters(project, "20_link", notebook, {"a": 7}) == {"a": 7, "b": 2}
    assert (notebook.read_bytes(), notebook.stat().st_mtime_ns, notebook.stat().st_ino) == before


def test_a_name_that_is_refused_leaves_the_notebook_as_it_is(write: Write) -> None:
    project = write(parameters="a = 1", params="link: {a: 2}")
    notebook = project.root / "notebooks" / "20_link.ipynb"
    before = notebook.read_bytes()
    with pytest.raises(SharedAnalysisError, match="not a parameter"):
        filled_parameters(project, "20_link", notebook, {"b": 7})
    assert notebook.read_bytes() == before


def test_values_given_by_hand_are_not_written_into_the_cell(write: Write) -> None:
    project = write(parameters="a = 1", params="link: {a: 2}")
    notebook = project.root / "notebooks" / "20_link.ipynb"
    assert filled_parameters(project, "20_link", notebook, {"a": 7}) == {"a": 7}
    assert notebook_parameters(notebook) == {"a": 2}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="whoever may write everywhere is stopped nowhere")
def test_a_notebook_that_cannot_be_written_is_refused_in_words(write: Write) -> None:
    project = write(parameters="a = 1", params="link: {a: 2}")
    folder = project.root / "notebooks"
    folder.chmod(0o500)
    try:
        with pytest.raises(SharedAnalysisError, match=r"(?s)differs from params.yaml.*20_link.*check --fix"):
            filled_parameters(project, "20_link", folder / "20_link.ipynb", {})
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize(
    ("name", "hint"), [("20_lnik", "20_link"), ("link", "20_link"), ("notebooks/20_linc.ipynb", "20_link")]
)
def test_no_such_notebook_names_the_nearest(write: Write, name: str, hint: str) -> None:
    with pytest.raises(SharedAnalysisError, match=f"did you mean '{hint}'"):
        run_notebook(write(), name)


@pytest.mark.parametrize(
    ("text", "like", "value"),
    [
        ("0.99", 0.95, 0.99),
        ("1e-3", 0.95, 0.001),
        ("12", "2016-01", "12"),
        ("2016-01-01", None, "2016-01-01"),
        ("[80, 95]", [50], [80, 95]),
        ("true", False, True),
        ("null", 3, None),
        ("[unclosed", None, "[unclosed"),
        ("no number", 3, "no number"),
    ],
)
def test_values_from_the_command_line_keep_the_kind_of_what_is_there(text: str, like: object, value: object) -> None:
    read = parse_value(text, like)
    assert json.dumps(read) == json.dumps(value)
