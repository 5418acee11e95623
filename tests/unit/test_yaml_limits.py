"""YAML that would hang its reader is refused in a sentence; what a project needs is read, however it is written."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.dvc_repo import pipeline_fault
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record.source import read_yaml
from shared_analysis.yaml_file import excess_in, load_yaml, parse_yaml
from shared_analysis.yaml_limits import MOST_BYTES, MOST_DIGITS, MOST_LEVELS, MOST_REPEATED, Excessive

WIDTH = st.integers(2, 12)
NAMES = st.text("abcxyz019-_", min_size=1, max_size=8)


def laughs(width: int, name: str, brackets: str = "[]") -> str:
    """Names that each stand for many of the one before."""
    lines = [f"a0: &{name}0 x"]
    for level in range(1, 22):
        inner = ", ".join(
            f"*{name}{level - 1} " if brackets == "[]" else f"k{number}: *{name}{level - 1} " for number in range(width)
        )
        lines.append(f"a{level}: &{name}{level} {brackets[0]}{inner}{brackets[1]}")
    return "\n".join(lines)


def merged(width: int, name: str) -> str:
    lines = [f"a0: &{name}0 {{k: 1}}"]
    lines += [
        f"a{level}: &{name}{level}\n  <<: [{', '.join([f'*{name}{level - 1} '] * width)}]" for level in range(1, 22)
    ]
    return "\n".join(lines)


def deep(depth: int, kind: str) -> str:
    if kind == "flow":
        return "a: " + "[" * depth + "]" * depth
    if kind == "flow mappings":
        return "a: " + "{b: " * depth + "1" + "}" * depth
    if kind == "block":
        return "".join(f"{' ' * level}k:\n" for level in range(depth))
    if kind == "compact":
        return "- " * depth + "x"
    return "a0: &a0 x\n" + "".join(f"a{level}: &a{level} [[*a{level - 1} ]]\n" for level in range(1, depth))


@given(width=WIDTH, name=NAMES, form=st.sampled_from(["lists", "mappings", "merged"]))
@settings(max_examples=15, deadline=None)
def test_names_that_stand_for_millions_of_values_are_refused_at_once(width: int, name: str, form: str) -> None:
    text = merged(width, name) if form == "merged" else laughs(width, name, "[]" if form == "lists" else "{}")
    started = time.monotonic()
    with pytest.raises(Excessive, match=f"more than {MOST_REPEATED} values"):
        parse_yaml(text)
    assert excess_in(text)
    assert time.monotonic() - started < 5


@given(
    depth=st.integers(MOST_LEVELS + 1, 3000),
    kind=st.sampled_from(["flow", "flow mappings", "block", "compact", "names"]),
)
@settings(max_examples=15, deadline=None)
def test_what_stands_too_deep_is_refused(depth: int, kind: str) -> None:
    text = deep(min(depth, 400) if kind == "block" else depth, kind)
    with pytest.raises(Excessive, match=f"more than {MOST_LEVELS} levels deep"):
        parse_yaml(text)
    assert excess_in(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=12),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4),
        max_leaves=30,
    )
)
@settings(max_examples=40, deadline=None)
def test_what_people_write_is_never_too_much(content: Any) -> None:
    """PyYAML writes names and what they stand for where one value stands in several places."""
    text = yaml.safe_dump({"once": content, "again": content, "and": [content] * 3}, allow_unicode=True)
    assert excess_in(text) is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("1e400", "larger than any"),
        ("-1.5E+999", "larger than any"),
        ("9" * (MOST_DIGITS + 1), "digits"),
        ("0x" + "f" * (MOST_DIGITS + 1), "digits"),
        ("0b" + "1" * (MOST_DIGITS + 1), "digits"),
    ],
)
def test_a_number_that_no_computer_holds_is_refused(value: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(f"link:\n  threshold: {value}\n", encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match=problem) as refused:
        load_yaml(path, "file of parameters")
    assert refused.value.where == "params.yaml, line 2"
    (fault,) = read_yaml(path).faults
    assert (problem in fault.message, fault.line) == (True, 2)


@pytest.mark.parametrize("value", [".inf", "-.INF", "1e308", "9" * 30])
def test_numbers_that_are_meant_are_read(value: str) -> None:
    assert excess_in(f"a: {value}") is None
    parse_yaml(f"a: {value}")


@pytest.mark.parametrize("read", [load_yaml, lambda path: pytest.fail(read_yaml(path).faults[0].message)])
def test_a_file_too_large_is_not_read(read: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("a: x\n" * (MOST_BYTES // 5 + 1), encoding="utf-8")
    with pytest.raises((SharedAnalysisError, pytest.fail.Exception), match="too large: 4 MB"):
        read(path)


@pytest.mark.parametrize("text", [laughs(10, "a"), deep(500, "compact"), "a: &a [*a ]\n"])
@pytest.mark.parametrize("name", ["dvc.yaml", "params.yaml", "more.yaml", "data.csv.dvc"])
def test_dvc_is_not_handed_what_would_hang_it(name: str, text: str, tmp_path: Path) -> None:
    pipeline = "vars: [more.yaml]\nstages:\n  one:\n    cmd: echo ${a}\n    params: [a]\n"
    for file, content in {"dvc.yaml": pipeline, "params.yaml": "a: 1\n", "more.yaml": "b: 1\n", name: text}.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    (tmp_path / ".dvc").mkdir()
    with pytest.raises(SharedAnalysisError, match="too much for YAML") as refused:
        pipeline_fault(tmp_path, tmp_path / "site")
    assert "Traceback" not in str(refused.value)
