"""Deleting a table for good, step by step as governance/retention.md says, leaves none of its rows anywhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.baked import bake, dvc, git, run

pytestmark = pytest.mark.slow

MARK = "MARKED"


def places(folder: Path) -> list[str]:
    """Names of the files below a folder that hold a marked value, in Parquet or as they are."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and holds(path))


def holds(path: Path) -> bool:
    content = path.read_bytes()
    if content.startswith(b"PAR1"):
        table = pd.read_parquet(path)
        return any(table[column].astype(str).str.contains(MARK).any() for column in table)
    return MARK.encode() in content


def bring_in_marked_tables(project: Path, twin: Path) -> None:
    """Put real tables in the place of the twin's; some of the ids in one of them are marked."""
    for table in ("housing", "outreach"):
        shutil.copy(twin / f"{table}.csv", project / "data" / "raw" / f"{table}.csv")
    housing = project / "data" / "raw" / "housing.csv"
    lines = housing.read_text(encoding="utf-8").split("\n")
    marked = [f"{MARK}-{number}-{line}" if 0 < number < 60 else line for number, line in enumerate(lines)]
    housing.write_text("\n".join(marked), encoding="utf-8", newline="\n")
    dvc("add", "data/raw/housing.csv", "data/raw/outreach.csv", cwd=project)
    set_mode(project, "twin", "raw")


def set_mode(project: Path, old: str, new: str) -> None:
    params = project / "params.yaml"
    text = params.read_text(encoding="utf-8").replace(f"mode: {old}", f"mode: {new}")
    params.write_text(text, encoding="utf-8", newline="\n")


def test_a_deleted_table_leaves_no_row_behind(finished: Path, tmp_path: Path) -> None:
    project, remote = bake(tmp_path, {"methods": "linkage", "project_slug": "real"}), tmp_path / "remote"
    bring_in_marked_tables(project, finished / "data" / "twin")
    dvc("remote", "add", "--default", "store", str(remote), cwd=project)
    dvc("repro", cwd=project)
    git("add", "-A", cwd=project)
    git("commit", "-q", "-m", "Real data", cwd=project)
    dvc("exp", "run", "--temp", "--name", "stricter", "-S", "link.match_threshold=0.99", cwd=project)
    run("papermill", "notebooks/20_link.ipynb", tmp_path / "out.ipynb", cwd=project)
    (project / "reports" / "failed").mkdir()
    (project / "reports" / "failed" / "20_link.ipynb").write_text(f'"{MARK}"', encoding="utf-8")
    dvc("push", cwd=project)
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
    set_mode(project, "raw", "twin")
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
