"""Several files are changed together or not at all, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from filelock import FileLock

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import Change, finish_interrupted, mark_of, write_together

BEFORE = {"old.txt": b"before", "going.txt": b"going", "table.csv": b"last month"}
AFTER = {"new/one.txt": b"1", "old.txt": b"after", "two.txt": b"2", "table.csv": b"this month"}
REPLACEMENTS = 9  # the journal twice; two for each file that is there, one for each that is not or goes

PARTS = (".part", ".old")


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
        "table.csv": Change(root.parent / "arrived.csv", seen=mark_of(root / "table.csv")),
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


@pytest.mark.parametrize("name", ["old.txt", "two.txt", "going.txt", "table.csv"])
def test_what_somebody_wrote_meanwhile_stays(root, name):
    planned = changes(root)
    (root / name).write_bytes(b"written meanwhile")
    before = held(root)
    with pytest.raises(SharedAnalysisError, match="changed meanwhile"):
        write_together(root, planned)
    assert held(root) == before


KILLED = """
    import os, sys
    from pathlib import Path
    from tests.unit.project.test_together import changes
    from shared_analysis.project import finish_interrupted, write_together

    calls, failing = [], sys.argv[3:]
    def killed(function):
        def call(*arguments, **settings):
            calls.append(arguments)
            if len(calls) == int(sys.argv[2]):
                os._exit(9)
            if failing and function.__name__ == "replace" and str(arguments[1]).endswith(failing[0]):
                raise PermissionError(13, "Permission denied", str(arguments[1]))
            return function(*arguments, **settings)
        return call
    os.replace, os.fsync, os.unlink = map(killed, (os.replace, os.fsync, os.unlink))
    root = Path(sys.argv[1])
    finish_interrupted(root)
    write_together(root, changes(root))
"""


def killed(root: Path, at: int, *failing: str) -> int:
    """Change the files in a process that is killed at its nth step; perhaps one file cannot be put in place."""
    (root / ".dvc" / "tmp").mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(root), str(at), *failing]
    return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode


def settled(root: Path) -> dict[str, bytes]:
    """What a project holds once the next command has put it in order."""
    finish_interrupted(root)
    return {name: content for name, content in held(root).items() if not name.endswith(".lock")}


@pytest.mark.parametrize("at", range(1, 27))
def test_killed_at_any_moment_all_or_nothing(root, at):
    ended = killed(root, at)
    assert settled(root) in (BEFORE, AFTER)
    assert ended == 9 or settled(root) == AFTER


@pytest.mark.parametrize("at", range(8, 30))
def test_killed_while_it_puts_files_back_all_or_nothing(root, at):
    ended = killed(root, at, "two.txt")
    assert settled(root) in (BEFORE, AFTER)
    assert ended == 9 or settled(root) == BEFORE


@pytest.mark.parametrize(("first", "second"), [(9, 1), (9, 2), (11, 2), (11, 3), (12, 4), (13, 3)])
def test_killed_again_while_the_next_command_puts_it_in_order(root, first, second):
    killed(root, first)
    (root.parent / "arrived.csv").write_bytes(b"this month")
    killed(root, second)
    assert settled(root) in (BEFORE, AFTER)


def halfway(root: Path) -> None:
    """Leave a change of which one file is in place and the others are not."""
    killed(root, 11)
    assert (root / ".dvc/tmp/changes.json").exists()
    assert (
        held(root).items() >= {"new/one.txt": b"1", "old.txt": b"before"}.items() or (root / ".old.txt.0.old").exists()
    )


def test_what_was_broken_off_is_finished_before_the_next_change(root):
    halfway(root)
    write_together(root, {"three.txt": Change(b"3")})
    assert settled(root) in (BEFORE | {"three.txt": b"3"}, AFTER | {"three.txt": b"3"})


def test_what_git_took_back_meanwhile_stays_back(root):
    halfway(root)
    for path in root.rglob("*"):
        if path.is_file() and (path.suffix in PARTS or path.name == "one.txt"):
            path.unlink()
    for name, content in BEFORE.items():
        (root / name).write_bytes(content)
    assert settled(root) == BEFORE


def test_what_was_edited_meanwhile_is_neither_overwritten_nor_removed(root):
    halfway(root)
    (root / "going.txt").write_bytes(b"my own words")
    before = held(root)
    assert "files were changed since" in str(finish_interrupted(root))
    with pytest.raises(SharedAnalysisError, match=r"going\.txt"):
        write_together(root, {"three.txt": Change(b"3")})
    assert held(root).items() >= before.items()


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"version": 2, "phase": "forward", "steps": []}', '{"version": 1, "phase": "sideways"}']
)
def test_a_note_that_cannot_be_read_stops_no_command_that_reads(root, text):
    (root / ".dvc/tmp").mkdir(parents=True)
    (root / ".dvc/tmp/changes.json").write_text(text, encoding="utf-8")
    assert "cannot be read" in str(finish_interrupted(root))
    with pytest.raises(SharedAnalysisError, match="cannot be read"):
        write_together(root, changes(root))


@pytest.mark.parametrize("path", ["/etc/hosts", "../victim.txt", "x/../../victim.txt", "C:/victim.txt"])
@pytest.mark.parametrize("old", [".victim.txt.0.old", "victim.txt", "../.victim.txt.0.old"])
def test_a_note_that_names_files_elsewhere_touches_none(root, path, old):
    victim = root.parent / "victim.txt"
    victim.write_bytes(b"mine")
    (root / ".dvc/tmp").mkdir(parents=True)
    step = {"path": path.replace("/etc/hosts", str(victim)), "part": None, "old": old, "before": None, "after": None}
    note = {"version": 1, "phase": "forward", "steps": [step]}
    (root / ".dvc/tmp/changes.json").write_text(json.dumps(note), encoding="utf-8")
    finish_interrupted(root)
    assert victim.read_bytes() == b"mine"


def test_a_link_into_a_cache_keeps_its_mode(root):
    cached = root.parent / "cached.csv"
    cached.write_bytes(b"this month")
    cached.chmod(0o444)
    os.link(cached, root.parent / "linked.csv")
    write_together(root, {"table.csv": Change(root.parent / "linked.csv", seen=mark_of(root / "table.csv"))})
    assert stat.S_IMODE(cached.stat().st_mode) == 0o444


def test_tables_that_a_killed_command_was_bringing_are_removed(root):
    (root / ".dvc/tmp/arriving-abc/data").mkdir(parents=True)
    (root / ".dvc/tmp/arriving-abc/data/people.csv").write_bytes(b"a person")
    finish_interrupted(root)
    assert not (root / ".dvc/tmp/arriving-abc").exists()


def test_two_commands_do_not_change_a_project_at_once(root):
    (root / ".dvc" / "tmp").mkdir(parents=True)
    with FileLock(root / ".dvc" / "tmp" / "changes.lock"):
        with pytest.raises(SharedAnalysisError, match="Another command is changing this project"):
            write_together(root, changes(root))
        (root / ".dvc/tmp/changes.json").write_text('{"version": 1, "phase": "back", "steps": []}', encoding="utf-8")
        assert finish_interrupted(root) is None  # its owner is at work
    assert finish_interrupted(root)


def test_nothing_is_to_finish_in_a_project_at_rest(root):
    assert finish_interrupted(root) is None
