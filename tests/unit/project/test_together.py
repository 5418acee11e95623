"""Several files are changed together or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from filelock import FileLock

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Change, finish_interrupted, write_together

BEFORE = {"old.txt": b"before", "going.txt": b"going", "table.csv": b"last month"}
AFTER = {"new/one.txt": b"1", "old.txt": b"after", "two.txt": b"2", "table.csv": b"this month"}
REPLACEMENTS = 9  # the journal twice; two for each file that is there, one for each that is not or goes


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    for name, content in BEFORE.items():
        (project / name).write_bytes(content)
    (tmp_path / "arrived.csv").write_bytes(b"this month")
    return project


def changes(root: Path) -> dict[str, Change]:
    return {
        "new/one.txt": Change(b"1"),
        "old.txt": Change(b"after", b"before"),
        "two.txt": Change(b"2"),
        "table.csv": Change(root.parent / "arrived.csv"),
        "going.txt": Change(None, b"going"),
    }


def held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_all_are_changed(root):
    write_together(root, changes(root))
    assert held(root) == AFTER
    assert not (root / ".dvc").exists()


def test_files_of_such_names_beside_them_are_left_alone(root):
    for name in (".old.txt.part", ".old.txt.0.part", ".old.txt.0.old"):
        (root / name).write_bytes(b"mine")
    write_together(root, changes(root))
    assert held(root) == AFTER | dict.fromkeys((".old.txt.part", ".old.txt.0.part", ".old.txt.0.old"), b"mine")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bit")
def test_a_script_can_still_be_run(root):
    (root / "old.txt").chmod(0o755)
    write_together(root, changes(root))
    assert stat.S_IMODE((root / "old.txt").stat().st_mode) == 0o755


@pytest.mark.parametrize("at", range(1, REPLACEMENTS + 1))
@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied", ".two.txt.0.part"), KeyboardInterrupt()])
def test_whatever_goes_wrong_all_is_as_before(root, at, error, monkeypatch):
    calls = []
    replace = os.replace

    def fail(*paths):
        calls.append(paths)
        if len(calls) == at:
            raise error
        replace(*paths)

    monkeypatch.setattr("shared_analysis.project.together.os.replace", fail)
    with pytest.raises((SharedAnalysisError, KeyboardInterrupt)) as refused:
        write_together(root, changes(root))
    if isinstance(refused.value, SharedAnalysisError):
        assert "Permission denied. Nothing was changed." in str(refused.value)
        assert refused.value.where == "two.txt"
    assert held(root) == BEFORE
    assert not (root / "new").exists()


@pytest.mark.parametrize(("name", "content"), [("old.txt", b"edited"), ("two.txt", b"mine"), ("going.txt", b"edited")])
def test_what_somebody_wrote_meanwhile_stays(root, name, content):
    (root / name).write_bytes(content)
    before = held(root)
    with pytest.raises(SharedAnalysisError, match="changed meanwhile"):
        write_together(root, changes(root))
    assert held(root) == before


KILLED = """
    import os, sys
    from pathlib import Path
    from tests.unit.project.test_together import changes
    from shared_analysis.project import write_together

    calls = []
    def killed(function):
        def call(*arguments, **settings):
            calls.append(arguments)
            if len(calls) == int(sys.argv[2]):
                os._exit(9)
            return function(*arguments, **settings)
        return call
    os.replace, os.fsync, os.unlink = map(killed, (os.replace, os.fsync, os.unlink))
    root = Path(sys.argv[1])
    write_together(root, changes(root))
"""


@pytest.mark.parametrize("at", range(1, 25))
def test_killed_at_any_moment_all_or_nothing(root, at):
    (root / ".dvc" / "tmp").mkdir(parents=True)
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), str(root), str(at)], check=False)
    finish_interrupted(root)
    files = {name: content for name, content in held(root).items() if not name.endswith(".lock")}
    assert files in (BEFORE, AFTER)
    assert done.returncode == 9 or files == AFTER


def test_what_was_broken_off_is_finished_before_the_next_change(root):
    (root / ".dvc" / "tmp").mkdir(parents=True)
    subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), str(root), "12"], check=False)
    assert (root / ".dvc" / "tmp" / "changes.json").exists()
    write_together(root, {"three.txt": Change(b"3")})
    files = {name: content for name, content in held(root).items() if not name.endswith(".lock")}
    assert files in (BEFORE | {"three.txt": b"3"}, AFTER | {"three.txt": b"3"})


def test_two_commands_do_not_change_a_project_at_once(root):
    (root / ".dvc" / "tmp").mkdir(parents=True)
    with FileLock(root / ".dvc" / "tmp" / "changes.lock"):
        with pytest.raises(SharedAnalysisError, match="Another command is changing this project"):
            write_together(root, changes(root))
        (root / ".dvc" / "tmp" / "changes.json").write_text('{"complete": true, "steps": []}', encoding="utf-8")
        assert not finish_interrupted(root)  # its owner is at work
    assert finish_interrupted(root)


def test_nothing_is_to_finish_in_a_project_at_rest(root):
    assert not finish_interrupted(root)
