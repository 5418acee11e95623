"""Every choice that changes what runs makes a project that works: its tests, lint, checks, guards and pipeline pass.

The other choices change files only; ``tests/template`` makes a project of every option of theirs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import yaml

from tests.baked import git, run
from tests.project.conftest import ONLY_FORECASTING, ONLY_LINKAGE
from tools import ROOT
from tools.example import ANSWERS

pytestmark = pytest.mark.slow

CHOICES = json.loads((ROOT / "cookiecutter.json").read_text(encoding="utf-8"))
EXAMPLE = yaml.safe_load(ANSWERS.read_text(encoding="utf-8"))["default_context"]
RUN = {"project": EXAMPLE, "real": ONLY_LINKAGE, "forecasting": ONLY_FORECASTING}


@pytest.mark.parametrize("question", ["methods", "data_class"])
def test_the_three_projects_hold_every_option(question: str) -> None:
    assert {answers[question] for answers in RUN.values()} == set(CHOICES[question])


@pytest.mark.parametrize("which", RUN)
def test_a_project_of_these_answers_works(which: str, request: pytest.FixtureRequest) -> None:
    project: Path = request.getfixturevalue(which)
    assert git("show", "--name-status", "--format=", cwd=project).split() == ["A", "dvc.lock"]
    page = (project / "reports" / "index.html").read_text(encoding="utf-8")
    assert ('<h2 id="link">' in page) is ("linkage" in RUN[which]["methods"])
    assert ('<h2 id="forecast">' in page) is ("forecasting" in RUN[which]["methods"])
    if which == "real":  # `check` refuses real data until the record says what allows it: the project as it was made
        git("checkout", "-q", "HEAD~2", cwd=project)
    run("ruff", "check", ".", cwd=project)
    run("ruff", "format", "--check", ".", cwd=project)
    run(sys.executable, "-m", "pytest", "-q", cwd=project)
    run(sys.executable, "-m", "shared_analysis", "check", cwd=project)
    assert git("status", "--porcelain", cwd=project) == ""
