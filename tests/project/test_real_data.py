"""From the twin to real data: copied in, tracked, run, pushed, and pulled by a colleague."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.baked import dvc, git

pytestmark = pytest.mark.slow


def test_real_tables_are_tracked_run_pushed_and_pulled(real: Path, tmp_path: Path) -> None:
    marked = [
        path.relative_to(real).as_posix()
        for folder in ("data/interim", "data/processed", "reports")
        for path in (real / folder).rglob("*")
        if path.is_file() and b"SYNTHETIC" in path.read_bytes()
    ]
    assert marked == []
    assert [name for name in git("ls-files", cwd=real).split() if name.endswith((".csv", ".parquet"))] == []

    colleague = real.with_name("colleague")
    git("clone", "-q", str(real), str(colleague), cwd=tmp_path)
    dvc("pull", cwd=colleague)
    again = dvc("repro", cwd=colleague)
    assert "Running stage" not in again.stdout
    assert git("status", "--porcelain", cwd=colleague) == ""
    assert (colleague / "reports/index.html").read_bytes() == (real / "reports/index.html").read_bytes()
