"""Stages added to a finished project work at once: `check`, its tests, lint, the pipeline and `verify` pass."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from shared_analysis.reproduce import RunOptions, Verdict, verify
from tests.baked import bake, dvc, git, run

pytestmark = pytest.mark.slow

ADDED = {
    "outreach_demand": ("--like", "forecast", "--table", "outreach"),
    "first_look": ("--like", "blank", "--table", "housing", "--product", "linked-register"),
}


def command(*words: str, project: Path) -> str:
    return run(sys.executable, "-m", "shared_analysis", *words, cwd=project).stdout


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small linkage project, with a forecast and a blank analysis added one after the other."""
    project = bake(tmp_path_factory.mktemp("grown"), {"methods": "linkage"})
    params = (project / "params.yaml").read_text(encoding="utf-8")
    small = params.replace("people: 4000", "people: 400").replace("first_month: 2016-01", "first_month: 2020-01")
    assert small != params
    (project / "params.yaml").write_text(small, encoding="utf-8", newline="\n")
    git("commit", "-q", "-a", "-m", "Fewer people", cwd=project)
    for name, words in ADDED.items():
        command("add-stage", name, *words, project=project)
        git("add", "-A", cwd=project)
        git("commit", "-q", "-m", f"Add the stage {name}", cwd=project)
    return project


def test_nothing_is_wrong_and_the_projects_own_tests_pass(grown: Path) -> None:
    assert "Nothing is wrong" in command("check", project=grown)
    run("ruff", "check", ".", cwd=grown)
    run("ruff", "format", "--check", ".", cwd=grown)
    run(sys.executable, "-m", "pytest", "-q", cwd=grown)
    assert git("status", "--porcelain", cwd=grown) == ""


def test_the_pipeline_runs_and_what_it_makes_is_verified(grown: Path) -> None:
    dvc("repro", cwd=grown)
    for name in ADDED:
        figures = json.loads((grown / "reports" / "metrics" / f"{name}.json").read_text(encoding="utf-8"))
        assert len(figures) > 2
        assert (grown / "data" / "processed" / name).is_dir()
        assert f'<h2 id="{name}">' in (grown / "reports" / "index.html").read_text(encoding="utf-8")
    git("add", "-A", cwd=grown)
    git("commit", "-q", "-m", "Run the pipeline", cwd=grown)
    certificate = verify(grown, options=RunOptions("current"))
    assert certificate.verdict is Verdict.identical, certificate.to_yaml()
    places = {one.file for one in certificate.outputs}
    assert {f"data/processed/{name}" for name in ADDED} < places
