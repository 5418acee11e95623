"""Files are read as DVC reads them, and what is written reads the same everywhere."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.utils.serialize import dumps_yaml
from dvc.utils.serialize import parse_yaml as parse_as_dvc
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml.constructor import SafeConstructor

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.yaml_file import UNREADABLE, CopierLoader, dump_yaml, load_yaml, parse_yaml

REFUSED = "refused"
DATES = "tag:yaml.org,2002:timestamp"


@pytest.fixture(scope="module", autouse=True)
def _days_stay_text() -> Any:
    """DVC makes dates of days; all else is to be alike."""
    before = SafeConstructor.yaml_constructors
    SafeConstructor.yaml_constructors = {**before, DATES: SafeConstructor.construct_yaml_str}
    yield
    SafeConstructor.yaml_constructors = before


def dvc(text: str) -> str:
    try:
        return repr(parse_as_dvc(text, "params.yaml"))
    except Exception:  # DVC itself raises what its parser does
        return REFUSED


def ours(text: str) -> str:
    try:
        return repr(parse_yaml(text) or {})
    except UNREADABLE:
        return REFUSED


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Y", "Y"),
        ("True", True),
        ("12:30", "12:30"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-0b11", -3),
        ("08", 8),
        ("1_000", 1000),
        ("1e-05", 1e-05),
        ("1e5", 100000.0),
        ("1.", 1.0),
        (".5", 0.5),
        (".5e3", ".5e3"),
        ("-.inf", -math.inf),
        ("~", None),
        ("", None),
        ("2026-02-30", "2026-02-30"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("[1:2, a:, :b, c?]", ["1:2", "a:", ":b", "c?"]),
        ("{a:1, b: 12:30}", {"a:1": None, "b": "12:30"}),
    ],
)
def test_values_are_read_in_the_dialect_of_dvc(written: str, value: Any) -> None:
    assert parse_yaml(f"key: {written}\n") == {"key": value}
    assert repr(parse_yaml(f"key: {written}\n")) == dvc(f"key: {written}\n")


words = st.text("0123456789._-+eEoxbaAfF:~nulTrysNOI<=", max_size=7) | st.sampled_from(
    [
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "null",
        "Null",
        "true",
        "FALSE",
        ".inf",
        ".NaN",
        "-.INF",
        "2020-01-01",
        "1:30:00",
        "0o17",
        "017",
        "0b1",
        "0xfg",
        "1e1",
        "1_0",
        "<<",
        "=",
    ]
)


@given(word=words)
@settings(max_examples=1500, deadline=None)
def test_every_word_without_quotes_means_what_it_means_to_dvc(word: str) -> None:
    for text in (f"key: {word}\n", f"{word}: 1\n", f"- {word}\n", f"key: [{word}, 1]\n", f"key: {{a: {word}}}\n"):
        assert ours(text) == dvc(text) or (ours(text) == REFUSED and word[:1] in ("", ":")), text


def test_whatever_stands_in_a_document_is_read_as_dvc_reads_it_or_refused() -> None:
    """Refused is what hardly anybody writes: a key of no letters, an anchor of punctuation, a list as a key."""
    letters = "[]{},:#&*!|>'\"%@`?- \n\t\\/ab1.0\u2028\x85é~<="
    draw = random.Random(20260101)
    for _ in range(8_000):
        words = "".join(draw.choice(letters) for _ in range(draw.randint(0, 10)))
        text = draw.choice(["a: 1\nb: {}\n", "a: 1\nb:{}\n", "a:\n  - {}\n", "a: [{}]\n", "a: {{b: {}}}\n"]).format(
            words
        )
        if ours(text) != REFUSED:
            assert ours(text) == dvc(text), text


texts = st.text(max_size=12) | words | st.text(" \n\t#:-'\"?\x85\u2028\ufeff|>,[]{}", max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
documents = st.dictionaries(
    texts,
    st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=8
    ),
    min_size=1,
    max_size=5,
)
layouts = st.fixed_dictionaries(
    {"default_flow_style": st.sampled_from([None, True, False]), "width": st.sampled_from([20, 80, 110])}
)


@given(content=documents, layout=layouts)
@settings(max_examples=200, deadline=None)
def test_what_is_written_reads_back_alike_in_every_dialect(content: dict[str, Any], layout: dict[str, Any]) -> None:
    try:
        text = dump_yaml(content, **layout)
    except yaml.YAMLError:
        return
    assert repr(parse_yaml(text)) == repr(content)
    assert dvc(text) == repr(content)
    assert repr(yaml.safe_load(text)) == repr(content)


@given(content=documents)
@settings(max_examples=150, deadline=None)
def test_what_dvc_writes_is_read_as_dvc_reads_it(content: dict[str, Any]) -> None:
    text = dumps_yaml(content)
    assert ours(text) == dvc(text)


@pytest.mark.parametrize("text", ["{a: 1, a: 2}", "{1: a, 0x1: b}", "{1: a, true: b}", "{1.0: a, 1: b}"])
def test_a_key_twice_is_refused_as_dvc_refuses_it(text: str) -> None:
    assert ours(text) == dvc(text) == REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}\n",
        "b: {<<: {k: 1}, k: 3}\n",
        "a: &x {k: 1}\nb: &y {<<: *x, k: 2}\nc: {<<: *y, k: 3}\n",
        "x: &a {k: 1}\ny:\n  z: &b {<<: *a, k: 2}\n  <<: *b\n",
        "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y]}\n",
    ],
)
def test_what_is_merged_in_may_be_replaced(text: str) -> None:
    assert ours(text) == dvc(text) != REFUSED


def test_a_file_that_asks_for_another_dialect_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("%YAML 1.1\n---\na: yes\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=r"(?s)another YAML than 1.2.*take that line away"):
        load_yaml(path)
    path.write_text("%YAML 1.2\n---\na: yes\n", encoding="utf-8")
    assert load_yaml(path) == {"a": "yes"}


def test_answers_are_read_as_copier_writes_them() -> None:
    answers = {"_commit": "1e5", "slug": "0o7", "real": True, "day": "2026-01-01", "time": "12:30"}
    text = yaml.safe_dump(answers)
    assert "_commit: 1e5\n" in text
    assert parse_yaml(text, CopierLoader) == answers


@pytest.mark.parametrize(("text", "line"), [("a: 1\nb: {\n", 3), ("a: 1\n'b\u2028c': [\nd: }\n", 3)])
def test_a_fault_is_on_the_line_that_an_editor_shows(text: str, line: int, tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=f"line {line}"):
        load_yaml(tmp_path / "params.yaml")
