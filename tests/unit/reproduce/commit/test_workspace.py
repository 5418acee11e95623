"""What runs that were stopped have left behind, and when it goes: it may hold people's data."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from shared_analysis.reproduce import exclusive_workspace

OLD = time.time() - 8 * 24 * 3600
NAME = "verify-0123456789ab"


def leave(folder: Path, name: str = NAME, when: float = OLD) -> Path:
    """Make what a run that was killed leaves."""
    workspace = folder / name
    for part in ("clone/data", "tmp"):
        (workspace / part).mkdir(parents=True)
    (workspace / "clone" / "data" / "people.csv").write_text("Zebedee Quux", encoding="utf-8")
    (workspace / "in-use").write_text("process 1 on a computer", encoding="utf-8")
    for path in (*workspace.iterdir(), workspace):
        os.utime(path, (when, when))
    return workspace


def begin(small: Path, heard: list[str] | None = None) -> None:
    with exclusive_workspace("a", outside=small, say=(heard if heard is not None else []).append):
        pass


def test_what_nobody_went_on_with_for_a_week_is_deleted_and_it_is_said(small: Path, tmp_path: Path) -> None:
    left, heard = leave(tmp_path / "temp"), list[str]()
    begin(small, heard)
    assert not left.exists()
    assert heard == [f"deleted what a run that was stopped had left for more than a week: {left}"]


@pytest.mark.parametrize("part", ["in-use", "done.json", "tmp", "."])
def test_what_was_used_lately_stays(part: str, small: Path, tmp_path: Path) -> None:
    left = leave(tmp_path / "temp")
    (left / "done.json").touch()
    os.utime(left / "done.json", (OLD, OLD))
    os.utime(left, (OLD, OLD))
    os.utime(left / part, None)
    begin(small)
    assert (left / "clone" / "data" / "people.csv").exists()


@pytest.mark.parametrize("name", ["verify-mine", "verify-0123456789ab-2", "verify-0123456789AB", "0123456789ab"])
def test_what_has_another_name_stays(name: str, small: Path, tmp_path: Path) -> None:
    left = leave(tmp_path / "temp", name)
    begin(small)
    assert left.exists()


def test_what_was_to_be_kept_stays(small: Path, tmp_path: Path) -> None:
    with exclusive_workspace("b", outside=small, keep=True) as kept:
        (kept / "data.csv").touch()
    for path in (*kept.iterdir(), kept):
        os.utime(path, (OLD, OLD))
    begin(small)
    assert (kept / "data.csv").exists()


def test_what_a_process_holds_stays(small: Path, tmp_path: Path) -> None:
    with exclusive_workspace("b", outside=small) as held:
        for path in (*held.iterdir(), held):
            os.utime(path, (OLD, OLD))
        begin(small)
        assert (held / "in-use").exists()


def test_what_no_run_has_made_stays(small: Path, tmp_path: Path) -> None:
    left = leave(tmp_path / "temp")
    (left / "in-use").unlink()
    os.utime(left, (OLD, OLD))
    begin(small)
    assert left.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets few make a symbolic link")
def test_a_link_of_that_name_costs_nothing_behind_it(small: Path, tmp_path: Path) -> None:
    left = leave(tmp_path, "precious")
    (tmp_path / "temp" / NAME).symlink_to(left, target_is_directory=True)
    begin(small)
    assert (left / "clone" / "data" / "people.csv").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file to another user")
def test_what_belongs_to_somebody_else_stays(small: Path, tmp_path: Path) -> None:
    left = leave(tmp_path / "temp")
    os.chown(left, 65534, 65534)
    begin(small)
    assert left.exists()
