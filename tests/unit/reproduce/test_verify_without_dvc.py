"""A proof outlives DVC: where it is not installed, the pipeline is read from its files."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.reproduce import Certificate, Verdict
from tests.unit.reproduce.small_project import commit, edit, forge, replace


@pytest.fixture(autouse=True)
def without_dvc(monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    """Take DVC away once the project is made: whoever imports it fails."""
    assert small.is_dir()
    monkeypatch.setattr("shared_analysis.reproduce.commit.pipeline.is_installed", lambda: False)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("dvc", "dvc_data", "dvc_objects")]:
        monkeypatch.setitem(sys.modules, name, None)


def test_an_honest_commit_is_identical_and_the_certificate_says_who_read_it(check: Callable[..., Certificate]) -> None:
    found = check()
    assert found.verdict is Verdict.identical, found.to_yaml()
    assert len(found.outputs) == 5
    assert "read without DVC" in found.to_yaml()


def test_a_forged_result_is_named(small: Path, check: Callable[..., Certificate]) -> None:
    forge(small, "reports/metrics.json", '{"rows": 40, "mean": 9}')
    commit(small)
    found = check()
    assert [one.file for one in found.outputs if not one.verdict.passed] == ["reports/metrics.json"]


def test_an_input_that_was_changed_afterwards_is_named(small: Path, check: Callable[..., Certificate]) -> None:
    replace(small, "code/table.py", "round(", "round(1e-12 + ")
    commit(small)
    assert "code/table.py" in [one.file for one in check().inputs]


def test_an_input_that_no_cache_holds_is_missing(small: Path, check: Callable[..., Certificate]) -> None:
    remove_folder(small / ".dvc" / "cache")
    (small / "data/raw/factor.csv").unlink()
    assert check().verdict is Verdict.missing


def test_what_only_dvc_can_read_is_refused(small: Path, check: Callable[..., Certificate]) -> None:
    edit(small, "dvc.yaml", lambda content: content.update(vars=[{"x": 1}]))
    commit(small)
    with pytest.raises(SharedAnalysisError, match="Without DVC this pipeline cannot be read"):
        check()
