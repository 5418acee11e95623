"""Stages added to a finished project work at once: `check`, its tests, lint, and the pipeline passes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.baked import bake, copied, dvc, git, run, run_and_commit
from tests.shared_run import made_once

pytestmark = pytest.mark.slow

ADDED = {
    "outreach_demand": ("--like", "forecast", "--table", "outreach"),
    "first_look": ("--like", "blank", "--table", "housing", "--product", "linked-register"),
}


def command(*words: str, project: Path) -> str:
    return run(sys.executable, "-m", "shared_analysis", *words, cwd=project).stdout


@pytest.fixture(scope="session")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small linkage project, with a forecast and a blank analysis added one after the other. Not to be changed."""

    def make(folder: Path) -> None:
        project = bake(folder, {"methods": "linkage", "project_slug": "grown"}, small=True)
        for name, words in ADDED.items():
            command("add-stage", name, *words, project=project)
            git("add", "-A", cwd=project)
            git("commit", "-q", "-m", f"Add the stage {name}", cwd=project)

    return made_once(tmp_path_factory, "added-stages", make) / "grown"


@pytest.fixture
def grown(added: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return copied(added, tmp_path / "grown")


def test_nothing_is_wrong_and_the_projects_own_tests_pass(grown: Path) -> None:
    assert "Nothing is wrong" in command("check", project=grown)
    run("ruff", "check", ".", cwd=grown)
    run("ruff", "format", "--check", ".", cwd=grown)
    run(sys.executable, "-m", "pytest", "-q", cwd=grown)
    assert git("status", "--porcelain", cwd=grown) == ""


def test_the_pipeline_runs_and_makes_the_same_again(grown: Path) -> None:
    run_and_commit(grown)
    for name in ADDED:
        figures = json.loads((grown / "reports" / "metrics" / f"{name}.json").read_text(encoding="utf-8"))
        assert len(figures) > 2
        assert (grown / "data" / "processed" / name).is_dir()
        assert f'<h2 id="{name}">' in (grown / "reports" / "index.html").read_text(encoding="utf-8")
    again = dvc("repro", "--force", "--single-item", *ADDED, cwd=grown)
    assert again.stdout.count("Running stage") == len(ADDED)
    assert git("status", "--porcelain", cwd=grown) == "", "the same bytes come out again"
