"""What looks like a result and no stage makes is named wherever it lies among results, however its name is written."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.judge.unmade import KINDS, unmade

SUFFIXES = sorted(suffix for kind in KINDS for suffix in kind)
OUTPUTS = (
    "reports/index.html",
    "reports/r\u00e9sum\u00e9.html",
    "reports/link",
    "data/processed/totals.csv",
    "data/twin",
)
STEMS = st.text("abcxyz0189-_ \u00e9", min_size=1, max_size=12).map(str.strip).filter(bool)


def files(root: Path, held: Mapping[str, str], deps: tuple[str, ...] = ()) -> list[str]:
    """Judge a commit that holds some files."""
    stage = SimpleNamespace(name="page", reads=deps, outs=OUTPUTS)
    pipeline = SimpleNamespace(
        root=root,
        stages=[stage],
        path=lambda _, name: root / name,
        name=lambda path: path.relative_to(root).as_posix(),
        outputs=lambda: {root / name for name in OUTPUTS},
        inputs=dict,
        added=dict,
        is_own_file=Path.is_file,
        shown=list,
    )
    for name, content in held.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    modes = dict.fromkeys(held, "100644")
    return [finding.file for finding in unmade(cast(Pipeline, pipeline), modes)]


def judged(held: Mapping[str, str], deps: tuple[str, ...] = ()) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        return files(Path(folder), held, deps)


@given(STEMS, st.sampled_from([suffix for suffix in SUFFIXES if suffix != ".ipynb"]), st.lists(STEMS, max_size=2))
@settings(max_examples=25, deadline=None)
def test_whatever_people_read_below_the_reports_is_named(stem: str, suffix: str, folders: list[str]) -> None:
    name = "/".join(["reports", *folders, f"{stem}{suffix}"])
    assert judged({name: ""}) == [name]
    assert judged({f"{name}.dvc": "outs: []"}) == [name]


@given(st.sampled_from(OUTPUTS), st.sampled_from([str.upper, str.title, str.swapcase, "NFD", "NFKD"]))
@settings(deadline=None)
def test_a_name_written_as_an_outputs_is_named(output: str, change: Any) -> None:
    name = unicodedata.normalize(change, output) if isinstance(change, str) else change(output)
    assert judged({name: ""}) == ([] if name == output else [name])


@given(STEMS, st.sampled_from([suffix for suffix in SUFFIXES if suffix != ".ipynb"]))
@settings(max_examples=15, deadline=None)
def test_files_elsewhere_are_nobodys_results(stem: str, suffix: str) -> None:
    names = [f"{folder}/{stem}{suffix}" for folder in ("docs", "tests/cases", "method", "data/raw", "src")]
    assert judged(dict.fromkeys([*names, f"{stem}.md"], "")) == []


@pytest.mark.parametrize(
    "name",
    [
        "reports/README.md",
        "reports/.gitkeep",
        "data/README.md",
        "reports/style.css",
        "reports/theme.j2",
        "data/raw.dvc",
    ],
)
def test_what_honest_projects_keep_among_results_passes(name: str) -> None:
    assert judged({name: ""}) == []


@pytest.mark.parametrize(
    ("name", "content", "faults"),
    [
        ("reports/areas.csv", "area\n", []),
        ("reports/template.html", "<p>{{ mean }}</p>", []),
        ("reports/summary.html", "<p>9.5</p>", ["reports/summary.html"]),
        ("data/scraped.html", "<p>9.5</p>", []),
    ],
)
def test_what_a_stage_depends_on_is_an_input_unless_it_is_a_page_beside_a_page(
    name: str, content: str, faults: list[str]
) -> None:
    assert judged({name: content}, deps=(name,)) == faults


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, names of files are text")
def test_a_name_that_is_no_text_can_be_written(tmp_path: Path) -> None:
    (name,) = files(tmp_path, {os.fsdecode(b"reports/r\xe9sum\xe9.html"): ""})
    assert name.encode() == "reports/r\ufffdsum\ufffd.html".encode()


def test_a_dependency_on_all_results_makes_none_of_them_an_input() -> None:
    assert judged({"reports/summary.pdf": ""}, deps=("reports",)) == ["reports/summary.pdf"]


@given(st.integers(0, 3), st.lists(st.booleans(), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_a_notebook_is_named_if_one_of_its_cells_has_outputs(older: int, saved: list[bool]) -> None:
    cells = [{"cell_type": "code", "source": "1", "outputs": [{"text": "1"}] if output else []} for output in saved]
    book: dict[str, Any] = {"worksheets": [{"cells": cells}]} if older == 0 else {"cells": cells}
    assert judged({"notebooks/a.ipynb": json.dumps(book)}) == (["notebooks/a.ipynb"] if any(saved) else [])
