"""What happens to a project in its life: branches, worktrees, larger repositories, odd folders, many stages."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from shared_analysis.checks import check_project
from shared_analysis.stages import add_stage
from tests.baked import dvc, git, replace, run
from tests.unit.tables.conftest import Tables, commit

pytestmark = pytest.mark.slow


def tool(root: Path, *words: str, check: bool = True):
    return run(sys.executable, "-m", "shared_analysis", *words, cwd=root, check=check)


def on_a_branch(root: Path, name: str, old: str, new: str) -> None:
    """Change a setting on a branch of its own, run, and commit."""
    git("checkout", "-q", "-b", name, "main", cwd=root)
    replace(root / "params.yaml", old, new)
    dvc("repro", cwd=root)
    commit(root)


def test_two_branches_that_both_ran_are_merged_by_running_once_more(forecasting: Path) -> None:
    on_a_branch(forecasting, "shorter", "horizon: 12", "horizon: 6")
    on_a_branch(forecasting, "stricter", "max_bad_share: 0.05", "max_bad_share: 0.045")
    person = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    merged = run("git", *person, "merge", "shorter", cwd=forecasting, check=False)
    assert "CONFLICT" in merged.stdout
    found = [fault for fault in check_project(forecasting).faults if fault.rule == "GIT001"]
    assert [fault.where for fault in found] == ["dvc.lock"]
    assert "git checkout --theirs dvc.lock" in str(found[0].next_step)
    git("checkout", "--theirs", "dvc.lock", cwd=forecasting)
    dvc("repro", cwd=forecasting)
    commit(forecasting)
    assert check_project(forecasting).faults == []
    assert "up to date" in dvc("status", cwd=forecasting).stdout
    settings = (forecasting / "params.yaml").read_text(encoding="utf-8")
    assert "horizon: 6" in settings
    assert "max_bad_share: 0.045" in settings


def test_a_worktree_runs_beside_the_project_and_makes_the_same(forecasting: Path) -> None:
    beside = forecasting.with_name("beside")
    git("worktree", "add", "-q", str(beside), cwd=forecasting)
    dvc("repro", cwd=beside)
    assert git("status", "--porcelain", cwd=beside) == ""
    assert tool(beside, "check").returncode == 0


def test_inside_a_larger_repository_in_a_folder_with_spaces_and_accents(forecasting: Path, tmp_path: Path) -> None:
    larger = tmp_path / "Büro für Ωmega (1) & Söhne"
    root = larger / "our projects" / "demand"
    shutil.copytree(forecasting, root, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    git("init", "-q", "-b", "main", str(larger), cwd=tmp_path)
    commit(larger)
    tables = Tables(tmp_path / "café deliveries")
    said = tool(
        root, "table", "add", tables.csv(tables.visits, "visits à jour.csv"), "--for", "forecast", "--replace-example"
    )
    assert "Added visits_a_jour" in said.stdout
    dvc("repro", cwd=root)
    assert "visits" in (root / "reports/forecast/summary.md").read_text(encoding="utf-8")
    run(sys.executable, "-m", "pytest", "-q", cwd=root)
    changed = git("status", "--porcelain", cwd=larger).splitlines()
    assert not [line for line in changed if "our projects/demand" not in line]


def test_five_stages_one_after_the_other(forecasting: Path) -> None:
    for number in range(1, 6):
        add_stage(forecasting, f"forecast_{number}", "forecast").write()
        commit(forecasting)
    assert check_project(forecasting).faults == []
    stages = dvc("stage", "list", "--names-only", cwd=forecasting).stdout.split()
    assert stages == ["twin", "validate", "forecast", *(f"forecast_{number}" for number in range(1, 6)), "report"]
