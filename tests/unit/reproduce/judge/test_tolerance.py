"""By how much fractions may differ: what a project may state, and what only the reviewer may allow."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.judge.tolerance import USUAL_TOLERANCE, agreed_tolerance, stated_tolerance


def states(root: Path, written: str) -> Path:
    (root / "pyproject.toml").write_text(f"[tool.shared-analysis]\ntolerance = {written}\n", encoding="utf-8")
    return root


def test_what_states_nothing_has_the_usual(tmp_path: Path) -> None:
    assert stated_tolerance(tmp_path) == USUAL_TOLERANCE == 1e-9
    for text in ("", "[tool]\nother = 1\n", "tool = 3\n", "not toml ="):
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        assert agreed_tolerance(tmp_path, None) == USUAL_TOLERANCE


@pytest.mark.parametrize(("written", "stated"), [("0", 0.0), ("1e-6", 1e-6), ("0.999", 0.999)])
def test_a_share_is_taken(written: str, stated: float, tmp_path: Path) -> None:
    assert stated_tolerance(states(tmp_path, written)) == stated


@pytest.mark.parametrize("written", ["1", "-1e-9", "true", "'1e-6'", "nan"])
def test_what_is_no_share_is_refused(written: str, tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="share from 0 to 1"):
        stated_tolerance(states(tmp_path, written))


def test_a_commit_may_choose_up_to_a_millionth(tmp_path: Path) -> None:
    assert agreed_tolerance(states(tmp_path, "1e-6"), None) == 1e-6
    states(tmp_path, "1.01e-6")
    with pytest.raises(SharedAnalysisError, match="reviewer's to give") as refused:
        agreed_tolerance(tmp_path, None)
    assert "--tolerance 1.01e-06" in str(refused.value.next_step)
    assert agreed_tolerance(tmp_path, 0.25) == 0.25
    assert agreed_tolerance(tmp_path, 0.0) == 0.0
