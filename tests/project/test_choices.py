"""Every choice that changes what runs makes a project that works: its tests, lint, checks, guards and pipeline pass.

The other choices change files only; ``tests/template`` makes a project of every option of theirs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.baked import bake, dvc, git, run

pytestmark = pytest.mark.slow

CHOICES = json.loads((Path(__file__).parents[2] / "cookiecutter.json").read_text(encoding="utf-8"))
RUN = ("methods", "data_class")
CYCLED = (*RUN, "dvc_remote", "licence")


def cycles() -> list[dict[str, str]]:
    """As few sets of answers as hold every option of what changes the run."""
    longest = max(len(CHOICES[question]) for question in RUN)
    return [
        {question: CHOICES[question][number % len(CHOICES[question])] for question in CYCLED}
        for number in range(longest)
    ]


def test_the_cycle_holds_every_option() -> None:
    for question in RUN:
        assert {answers[question] for answers in cycles()} == set(CHOICES[question])


@pytest.mark.parametrize("answers", cycles(), ids=lambda answers: "-".join(answers.values()))
def test_a_project_of_these_answers_works(answers: dict[str, str], tmp_path: Path) -> None:
    project = bake(tmp_path, answers)
    run("ruff", "check", ".", cwd=project)
    run("ruff", "format", "--check", ".", cwd=project)
    dvc("repro", cwd=project)
    run(sys.executable, "-m", "pytest", "-q", cwd=project)
    run(sys.executable, "-m", "shared_analysis", "check", cwd=project)
    page = (project / "reports" / "index.html").read_text(encoding="utf-8")
    assert ('<h2 id="link">' in page) is ("linkage" in answers["methods"])
    assert ('<h2 id="forecast">' in page) is ("forecasting" in answers["methods"])
    assert git("status", "--porcelain", cwd=project).split() == ["A", "dvc.lock"]
