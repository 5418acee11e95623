"""The parameters cell is made the same as its section of params.yaml, and the rest of the notebook stays as it is."""

from __future__ import annotations

import ast
import json
import keyword
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import parameters_in, with_parameters
from shared_analysis.project.python_literal import assigned

WHERE = "notebooks/20_link.ipynb"


def notebook(source: str | list[str], indent: int | None = 1, **more: Any) -> str:
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ['# Größe \\ "parameters"\n', "source: []"]},
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "outputs": [], "source": source, **more},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["a = 7"]},
    ]
    return json.dumps({"cells": cells, "nbformat": 4, "metadata": {}}, indent=indent, ensure_ascii=False) + "\n"


def cell(text: str) -> str:
    return "".join(json.loads(text)["cells"][1]["source"])


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        ("a = 1", {"a": 2}, "a = 2"),
        ("a = 1  # why\nb = 2", {"a": 1, "b": 3}, "a = 1  # why\nb = 3"),
        ("a = 1  # why\n", {"a": 2}, "a = 2  # why\n"),
        ("a: int | None = 1", {"a": None}, "a: int | None = None"),
        ("a   =   [1,\n  2] # why\nb = 'x'", {"a": [1, 2], "b": "x"}, "a   =   [1,\n  2] # why\nb = 'x'"),
        ("a = [\n    1,\n]\nb = 2", {"a": [2], "b": 2}, "a = [2]\nb = 2"),
        ("a = 1\nb = 2", {"b": 2, "c": "x", "a": 1}, 'a = 1\nb = 2\nc = "x"'),
        ("a = 1\nb = 2  # gone\n# of c\nc = 3", {"a": 1, "c": 3}, "a = 1\n# of c\nc = 3"),
        ("a = 1\nb = 2", {"a": 1}, "a = 1"),
        ("a = 1\nb = 2\n", {"a": 1}, "a = 1\n"),
        ("a = 1\nb = 2\n", {"b": 2}, "b = 2\n"),
        ("a = 1", {}, ""),
        ("", {"a": 1}, "a = 1"),
        ("# none", {"a": 1}, "# none\na = 1"),
        ("a = 1; b = 2; c = 3", {"a": 1, "c": 4}, "a = 1\nc = 4"),
        ("a = 1; b = 2", {"a": 1, "b": 2}, "a = 1; b = 2"),
        ("é = 'ü'; b = 2", {"é": "ü", "b": 3}, "é = 'ü'\nb = 3"),
        ("a = 1\na = 2", {"a": 2}, "a = 1\na = 2"),
        ("a = 1\na = 2", {"a": 3}, "a = 1\na = 3"),
        ("a = 1\na = 2\nb = 1", {"b": 1}, "b = 1"),
        ("a = (1, 2)", {"a": [1, 2]}, "a = [1, 2]"),
        ("a = True", {"a": 1}, "a = 1"),
        ("a = 1", {"a": 1.0}, "a = 1.0"),
        ("a = (\n    'x'  # why\n)", {"a": "x"}, "a = (\n    'x'  # why\n)"),
        ("a = (\n    'x'  # why\n)", {"a": "y"}, 'a = "y"'),
        ("a = '''x\ny'''\nb = 1", {"a": "x\ny", "b": 2}, "a = '''x\ny'''\nb = 2"),
    ],
)
def test_only_what_differs_is_written(before: str, values: dict[str, Any], after: str) -> None:
    assert cell(with_parameters(notebook(before.splitlines(keepends=True)), values, WHERE)) == after
    assert with_parameters(notebook(before), values, WHERE) == notebook(after)  # where the source is one text


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", [None, 0, 1, 2, 4])
@pytest.mark.parametrize("before", [[], ["a = 1"], ["a = 1\n", "b = 2"]])
@pytest.mark.parametrize("values", [{}, {"a": 1}, {"a": 5, "b": 2}, {"a": 1, "b": 2, "c": "ü"}])
def test_every_other_byte_stays(before: list[str], values: dict[str, Any], indent: int | None, line_end: str) -> None:
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in values.items()]
    expected = [*lines[:-1], *(line.rstrip("\n") for line in lines[-1:])]
    text = notebook(before, indent).replace("\n", line_end)
    assert with_parameters(text, values, WHERE) == notebook(expected, indent).replace("\n", line_end)


def test_letters_that_the_file_escapes_stay_escaped() -> None:
    text = json.dumps(json.loads(notebook(["a = 'é'\n", "b = 1"])))
    new = with_parameters(text, {"a": "é", "b": "ü"}, WHERE)
    assert new == text.replace('"b = 1"', '"b = \\"\\u00fc\\""')


def test_a_key_that_is_written_twice_counts_as_json_counts_it() -> None:
    text = notebook(["a = 1"]).replace('"outputs": [],', '"source": ["no"],\n   "outputs": [],', 1)
    assert text.count('"source": ["no"]') == 1
    assert cell(with_parameters(text, {"a": 2}, WHERE)) == "a = 2"


def test_a_cell_that_says_the_same_is_the_same_text() -> None:
    text = notebook(["b = 2 ;\n", "a = [1,2]"], indent=3)
    assert with_parameters(text, {"a": [1, 2], "b": 2}, WHERE) is text


@pytest.mark.parametrize("name", ["match-threshold", "class", "", "1a", "ﬁ", "__debug__", 3, None, "True"])
def test_a_name_that_python_would_not_take_is_refused(name: Any) -> None:
    with pytest.raises(SharedAnalysisError, match="cannot be the name") as refused:
        with_parameters(notebook("a = 1"), {name: 1}, WHERE)
    assert "notebooks/20_link.ipynb" in str(refused.value.where)


@pytest.mark.parametrize("value", [float("inf"), float("nan"), b"x", [float("inf")], {"a": {1}}])
def test_a_value_that_has_no_literal_is_refused(value: Any) -> None:
    with pytest.raises(SharedAnalysisError, match="'a' cannot stand in a notebook"):
        with_parameters(notebook("a = 1"), {"a": value}, WHERE)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": [3]}', '{"cells": 3}', "[" * 100_000])
def test_a_file_that_is_no_notebook_is_refused(text: str) -> None:
    with pytest.raises(SharedAnalysisError, match="not a Jupyter notebook"):
        with_parameters(text, {}, WHERE)


@pytest.mark.parametrize("source", [3, None, [1], ["a", None]])
def test_a_source_that_is_no_text_is_refused(source: Any) -> None:
    with pytest.raises(SharedAnalysisError, match="not a Jupyter notebook"):
        with_parameters(notebook(source), {}, WHERE)


texts = st.text(st.characters() | st.sampled_from("'\"\\\n\r\t\0\u2028\x0c\ud800éü"), max_size=30)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
plain = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


def usable(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and unicodedata.normalize("NFKC", name) == name


names = st.sampled_from(["a", "b", "match_threshold", "größe"]) | st.text(
    st.characters(categories=["Ll", "Lu", "Nd", "Pc"]), min_size=1, max_size=8
).filter(usable)
sections = st.dictionaries(names, plain, max_size=6)


@given(before=sections, values=sections, one_text=st.booleans())
@settings(max_examples=300, deadline=None)
def test_what_was_written_reads_back(before: dict[str, Any], values: dict[str, Any], one_text: bool) -> None:
    text = with_parameters(notebook("" if one_text else []), before, WHERE)
    new = with_parameters(text, values, WHERE)
    assert repr({name: parameters_in(new, WHERE)[name] for name in values}) == repr(values)
    assert parameters_in(new, WHERE).keys() == values.keys()
    assert with_parameters(new, values, WHERE) == new
    others = [[cell for cell in json.loads(one)["cells"] if not cell["metadata"]] for one in (text, new)]
    assert others[0] == others[1]
    assert new.startswith(text[:200])
    assert new[-100:] == text[-100:]


neat = st.recursive(
    st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("abc'\" é漢", max_size=60),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text("abc'\"", max_size=20), inner, max_size=4),
    max_leaves=10,
)


@given(values=st.lists(st.tuples(st.integers(1, 60), neat), min_size=20, max_size=40))
@settings(max_examples=5, deadline=None)
def test_values_are_laid_out_as_ruff_lays_them_out(values: list[tuple[int, Any]]) -> None:
    lines = [f"{'n' * length} = {assigned(value, length + 3)}\n" for length, value in values]
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "110", "-"]
    source = "".join(lines)
    tidied = subprocess.run(command, input=source.encode(), capture_output=True, check=True, cwd=Path(__file__).parent)
    assert tidied.stdout.decode().replace("\r\n", "\n") == source
    assert [ast.literal_eval(line.value) for line in ast.parse(source).body] == [value for _, value in values]  # type: ignore[attr-defined]
