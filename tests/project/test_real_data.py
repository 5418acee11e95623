"""From the twin to real data: copied in, tracked, run, pushed, and pulled by a colleague."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.baked import bake, dvc, git

pytestmark = pytest.mark.slow


def test_real_tables_are_tracked_run_pushed_and_pulled(finished: Path, tmp_path: Path) -> None:
    project = bake(tmp_path, {"methods": "linkage", "project_slug": "real"})
    raw = project / "data" / "raw"
    for table in ("housing", "outreach"):
        shutil.copy(finished / "data" / "twin" / f"{table}.csv", raw / f"{table}.csv")
        dvc("add", f"data/raw/{table}.csv", cwd=project)
    params = project / "params.yaml"
    params.write_text(params.read_text(encoding="utf-8").replace("mode: twin", "mode: raw"), encoding="utf-8")
    dvc("repro", cwd=project)

    marked = [
        path.relative_to(project).as_posix()
        for folder in ("data/interim", "data/processed", "reports")
        for path in (project / folder).rglob("*")
        if path.is_file() and b"SYNTHETIC" in path.read_bytes()
    ]
    assert marked == []

    remote = tmp_path / "remote"
    dvc("remote", "add", "--default", "store", str(remote), cwd=project)
    dvc("push", cwd=project)
    git("add", "-A", cwd=project)
    assert [name for name in git("ls-files", cwd=project).split() if name.endswith((".csv", ".parquet"))] == []
    git("commit", "-q", "-m", "Real data", cwd=project)

    colleague = tmp_path / "colleague"
    git("clone", "-q", str(project), str(colleague), cwd=tmp_path)
    dvc("pull", cwd=colleague)
    again = dvc("repro", cwd=colleague)
    assert "Running stage" not in again.stdout
    assert git("status", "--porcelain", cwd=colleague) == ""
    assert (colleague / "reports/index.html").read_bytes() == (project / "reports/index.html").read_bytes()
