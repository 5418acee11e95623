"""Several files are written together or not at all."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.stages.writing import Change, write_together

CHANGES = {"new/one.txt": Change(b"1"), "old.txt": Change(b"after", b"before"), "two.txt": Change(b"2")}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "old.txt").write_bytes(b"before")
    return tmp_path


def held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_all_are_written(root):
    write_together(root, CHANGES)
    assert held(root) == {"new/one.txt": b"1", "old.txt": b"after", "two.txt": b"2"}


def test_a_file_of_that_name_beside_it_is_left_alone(root):
    for name in (".old.txt.part", ".old.txt.0.part"):
        (root / name).write_bytes(b"mine")
    write_together(root, CHANGES)
    assert held(root).items() >= {".old.txt.part": b"mine", ".old.txt.0.part": b"mine", "old.txt": b"after"}.items()
    assert len(held(root)) == 5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bit")
def test_a_script_can_still_be_run(root):
    (root / "old.txt").chmod(0o755)
    write_together(root, CHANGES)
    assert stat.S_IMODE((root / "old.txt").stat().st_mode) == 0o755


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied", ".two.txt.0.part"), KeyboardInterrupt()])
def test_whatever_goes_wrong_all_is_as_before(root, at, error, monkeypatch):
    calls = []
    replace = os.replace

    def fail(*paths):
        calls.append(paths)
        if len(calls) == at:
            raise error
        replace(*paths)

    monkeypatch.setattr("shared_analysis.stages.writing.os.replace", fail)
    with pytest.raises((SharedAnalysisError, KeyboardInterrupt)) as refused:
        write_together(root, CHANGES)
    if isinstance(refused.value, SharedAnalysisError):
        assert "Permission denied. Nothing was changed." in str(refused.value)
        assert refused.value.where == "two.txt"
    assert held(root) == {"old.txt": b"before"}
    assert not (root / "new").exists()


@pytest.mark.parametrize(("name", "content"), [("old.txt", b"edited"), ("two.txt", b"mine")])
def test_what_somebody_wrote_meanwhile_stays(root, name, content):
    (root / name).write_bytes(content)
    before = held(root)
    with pytest.raises(SharedAnalysisError, match="changed meanwhile"):
        write_together(root, CHANGES)
    assert held(root) == before
