"""The same run gives the same bytes: what chance, place and time put into a notebook is taken out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from shared_analysis.notebooks import canonicalise, notebook_text

ROOT = Path(Path.cwd().anchor, "home", "somebody", "work", "project")


def printed(text: str, name: str = "stdout") -> Any:
    return new_output("stream", name=name, text=text)


def canonical_text(text: str) -> str:
    nb = canonicalise(new_notebook(cells=[new_code_cell("1", outputs=[printed(text)], execution_count=7)]), ROOT)
    return "".join(output.text for output in nb.cells[0].outputs)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("<Thing object at 0x7f3a5c>", "<Thing object at 0x0>"),
        (f"{ROOT}/data/x.csv", "./data/x.csv"),
        (f"in {ROOT}", "in ."),
        (f"{ROOT}-other/x", f"{ROOT}-other/x"),
        (f"{Path.home()}/notes.txt", "~/notes.txt"),
        (f"{sys.prefix}/share/x", "(python)/share/x"),
        ("/opt/v/lib/python3.12/site-packages/pandas/io.py:3: Warning", "site-packages/pandas/io.py:3: Warning"),
        ("/var/ipykernel_4711/99.py:1: UserWarning", "cell.py:1: UserWarning"),
        ("CPU times: user 2 us\nWall time: 5 us\nkept", "kept"),
        ("  0%| |\r 50%|# |\r100%|##| 10/10 [00:01<00:00, 9.8it/s]\n", "100%|##| 10/10\n"),
        ("one\r\ntwo\r\n", "one\ntwo\n"),
        ("0x7f is a number, at last", "0x7f is a number, at last"),
    ],
)
def test_what_depends_on_place_and_time_goes(said: str, kept: str) -> None:
    assert canonical_text(said) == kept


def test_streams_are_joined_between_other_outputs_and_stdout_is_first() -> None:
    shown = new_output("display_data", data={"text/plain": "x"})
    outputs = [printed("w1", "stderr"), printed("a"), printed("w2", "stderr"), printed("b"), shown, printed("c")]
    nb = canonicalise(new_notebook(cells=[new_code_cell("1", outputs=outputs)]))
    kinds = [output.get("name", "shown") for output in nb.cells[0].outputs]
    assert kinds == ["stdout", "stderr", "shown", "stdout"]
    assert nb.cells[0].outputs[0].text == "ab"


def test_metadata_ids_and_counts_are_fixed() -> None:
    cells = [
        new_markdown_cell("# Title", metadata={"papermill": {"duration": 1.5}, "tags": []}),
        new_code_cell(
            "a = 1",
            metadata={"tags": ["injected-parameters"], "execution": {"iopub.status.busy": "2026-01-01"}},
            execution_count=41,
        ),
        new_code_cell(
            "a",
            execution_count=42,
            outputs=[new_output("execute_result", data={"text/plain": "1"}, execution_count=42)],
        ),
    ]
    metadata = {
        "papermill": {"input_path": "/secret/place"},
        "widgets": {},
        "language_info": {"name": "python", "version": "3.11.2"},
        "kernelspec": {"name": "myenv", "display_name": "My Env", "language": "python"},
    }
    nb = canonicalise(new_notebook(cells=cells, metadata=metadata))
    assert [cell.id for cell in nb.cells] == ["cell-1", "injected-parameters", "cell-3"]
    assert [cell.get("execution_count") for cell in nb.cells] == [None, 1, 2]
    assert nb.cells[2].outputs[0].execution_count == 2
    assert nb.cells[0].metadata == {}
    text = notebook_text(nb)
    assert "3.11" not in text
    assert "secret" not in text
    assert "My Env" not in text
    nbformat.validate(nb)


def test_widgets_and_the_names_of_figures_go_and_their_descriptions_stay() -> None:
    widget = new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Bar(1)"})
    figure = new_output("display_data", data={"image/png": "AAAA", "text/plain": "<Figure size 640x480>"})
    chart = new_output("display_data", data={"image/svg+xml": "<svg/>", "text/plain": "A rising line"})
    nb = canonicalise(new_notebook(cells=[new_code_cell("1", outputs=[widget, figure, chart])]))
    assert [dict(output.data) for output in nb.cells[0].outputs] == [
        {"image/png": "AAAA"},
        {"image/svg+xml": "<svg/>", "text/plain": "A rising line"},
    ]


def test_random_ids_of_styled_tables_are_numbered() -> None:
    html = '<style>#T_a1b2c_row0 {}</style><table id="T_a1b2c"><td id="T_a1b2c_row0">'
    nb = canonicalise(
        new_notebook(cells=[new_code_cell("1", outputs=[new_output("display_data", data={"text/html": html})])])
    )
    assert nb.cells[0].outputs[0].data["text/html"] == html.replace("a1b2c", "00000")


def test_the_notebook_given_is_not_changed() -> None:
    nb = new_notebook(cells=[new_code_cell("1", outputs=[printed("at 0x1234")], execution_count=9)])
    before = nbformat.writes(nb)
    canonicalise(nb, ROOT)
    assert nbformat.writes(nb) == before


FRAGMENTS = st.sampled_from(
    [
        "at 0x7f",
        str(ROOT),
        "/",
        "\\",
        "\r",
        "\n",
        "\r\n",
        "site-packages/",
        "/lib/python3.11/",
        "ipykernel_1/2.py",
        " ",
        "[00:01<00:00, 9it/s]",
        "Wall time: 3 us\n",
        "CPU times:",
        "x",
        "é",
        'id="T_abcde"',
        "T_01234_",
        "<",
        "]",
        "[0:00",
    ]
)
TEXTS = st.lists(FRAGMENTS, max_size=12).map("".join)
OUTPUTS = st.one_of(
    st.builds(printed, TEXTS, st.sampled_from(["stdout", "stderr"])),
    st.builds(lambda text: new_output("display_data", data={"text/html": text, "text/plain": text}), TEXTS),
    st.builds(lambda text: new_output("execute_result", data={"image/svg+xml": text}, execution_count=3), TEXTS),
    st.builds(lambda text: new_output("error", ename="E", evalue=text, traceback=[text]), TEXTS),
)
CELLS = st.one_of(
    st.builds(new_markdown_cell, TEXTS),
    st.builds(
        lambda text, outputs, count: new_code_cell(text, outputs=outputs, execution_count=count),
        TEXTS,
        st.lists(OUTPUTS, max_size=4),
        st.none() | st.integers(1, 99),
    ),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(CELLS, max_size=4))
def test_doing_it_twice_changes_nothing(cells: list[Any]) -> None:
    once = canonicalise(new_notebook(cells=cells), ROOT)
    text = notebook_text(once)
    assert notebook_text(canonicalise(once, ROOT)) == text
    assert notebook_text(canonicalise(nbformat.reads(text, as_version=4), ROOT)) == text
    assert text.endswith("}\n")


def test_a_clock_between_the_marks_of_a_line_end_leaves_one_line_end() -> None:
    text = "\r[00:01<00:00, 9it/s]\n"
    cell = new_code_cell("", outputs=[new_output("display_data", data={"text/plain": text})])
    once = canonicalise(new_notebook(cells=[cell]), ROOT)
    assert once.cells[0].outputs[0].data == {"text/plain": "\n"}
    assert notebook_text(canonicalise(once, ROOT)) == notebook_text(once)
