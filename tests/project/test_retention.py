"""Deleting a table for good, step by step as governance/retention.md says, leaves none of its rows anywhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.baked import dvc, git, replace, run
from tests.project.conftest import MARK

pytestmark = pytest.mark.slow


def places(folder: Path) -> list[str]:
    """Names of the files below a folder that hold a marked value, in Parquet or as they are."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and holds(path))


def holds(path: Path) -> bool:
    content = path.read_bytes()
    if content.startswith(b"PAR1"):
        table = pd.read_parquet(path)
        return any(table[column].astype(str).str.contains(MARK).any() for column in table)
    return MARK.encode() in content


def test_a_deleted_table_leaves_no_row_behind(real: Path, tmp_path: Path) -> None:
    project, remote = real, real.with_name("real-data")
    dvc("exp", "run", "--temp", "--name", "stricter", "-S", "link.match_threshold=0.99", cwd=project)
    run("papermill", "notebooks/10_validate.ipynb", tmp_path / "out.ipynb", cwd=project)
    (project / "reports" / "failed").mkdir()
    (project / "reports" / "failed" / "20_link.ipynb").write_text(f'"{MARK}"', encoding="utf-8")
    found = places(project)
    for folder in (
        "data/raw",
        "data/interim",
        "data/quarantine",
        "data/processed",
        "scratch",
        "reports/failed",
        ".dvc/cache",
    ):
        assert any(name.startswith(f"{folder}/") for name in found), f"nothing to delete in {folder}"
    assert places(remote)

    page = (project / "governance" / "retention.md").read_text(encoding="utf-8")

    def step(*words: str) -> None:
        assert f"`dvc {' '.join(words)}`".replace("housing", "TABLE") in page
        dvc(*words, cwd=project)

    step("remove", "--outs", "data/raw/housing.csv.dvc")
    replace(project / "params.yaml", "mode: raw", "mode: twin")
    step("repro")
    git("add", "-A", cwd=project)
    git("commit", "-q", "-m", "Delete housing", cwd=project)
    for folder in ("scratch", "reports/failed", "dvc_plots", ".dvc/tmp", "notebooks/.ipynb_checkpoints"):
        assert f"`{folder}`" in page
        shutil.rmtree(project / folder, ignore_errors=True)
    step("exp", "remove", "-A")
    step("gc", "--workspace", "--force")
    assert places(project) == []
    step("push")
    step("gc", "--workspace", "--cloud", "--force")
    assert places(remote) == []

    assert "up to date" in dvc("repro", cwd=project).stdout
    assert "up to date" in dvc("status", cwd=project).stdout
