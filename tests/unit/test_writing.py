"""Whatever tree somebody made, nothing outside the folder that may be written is changed, and no file is half-written.

The trees are random: files, folders and links that lead in, out, nowhere and in circles. Beside them lies a canary.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.project import Change, arriving, finish_interrupted, write_json, write_text, write_together
from shared_analysis.writing import (
    LeadsOut,
    copy_file,
    delete,
    make_folder,
    move,
    open_new,
    plain_parts,
    refuse_links,
    write_file,
    write_files,
)
from tests.canary import NAMES, outside_of, state_of

if sys.platform == "win32":
    pytest.skip("making a link needs a right that few have there", allow_module_level=True)

FAMILY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

places = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map(tuple)
entries = st.sampled_from(["file", "folder", "out", "out file", "dangling", "loop", "inside", "hard"])
trees = st.dictionaries(places, entries, max_size=8)


def plant(tree: dict[tuple[str, ...], str], root: Path, outside: Path) -> None:
    """Make a random tree below a folder; what does not fit (a file in the place of a folder) is left out."""
    for place, kind in tree.items():
        path = root.joinpath(*place)
        inside = Path(os.path.realpath(path.parent)).is_relative_to(os.path.realpath(root))
        if not inside or os.path.lexists(path):
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            match kind:
                case "file":
                    path.write_text("somebody's")
                case "folder":
                    path.mkdir()
                case "out":
                    path.symlink_to(outside)
                case "out file":
                    path.symlink_to(outside / "a.csv")
                case "dangling":
                    path.symlink_to(outside / "not there")
                case "loop":
                    path.symlink_to(path.name)
                case "inside":
                    path.symlink_to(root / "reports")
                case "hard":
                    os.link(outside.parent / "cached", path)
        except OSError:
            continue


def _within(root: Path, path: Path) -> None:
    write_file(path, b"ours", within=root)


def _by_project(_: Path, path: Path) -> None:
    write_text(path, "ours")


def _together(root: Path, path: Path) -> None:
    before = path.read_bytes() if path.is_file() else None
    write_together(root, {path.relative_to(root).as_posix(): Change(b"ours", before)})


def _table(_: Path, path: Path) -> None:
    write_json(path, {"ours": 1})


def _log(root: Path, path: Path) -> None:
    with open_new(path, within=root) as file:
        file.write(b"ours")


def _several(root: Path, path: Path) -> None:
    write_files(path.parent, {path.name: b"ours", "b.csv": b"ours"}, within=root)


def _moved(root: Path, path: Path) -> None:
    source = root.parent / "source"
    source.write_bytes(b"ours")
    move(source, path, within=root)


def _copied(root: Path, path: Path) -> None:
    copy_file(root.parent / "cached", path, within=root)


def _arriving(root: Path, _: Path) -> None:
    with arriving(root) as folder:
        (folder / "a.csv").write_text("ours")


ACTS: dict[str, Callable[[Path, Path], Any]] = {
    "write": _within,
    "write by the project": _by_project,
    "write together": _together,
    "write JSON": _table,
    "write a log": _log,
    "write several": _several,
    "move": _moved,
    "copy": _copied,
    "make a folder": lambda root, path: make_folder(path, within=root),
    "delete": lambda root, path: delete(path, within=root),
    "remove a folder": lambda root, _: remove_folder(root),
    "refuse links": lambda root, path: refuse_links(path, within=root),
    "bring data": _arriving,
    "put in order": lambda root, _: finish_interrupted(root),
}


@pytest.mark.parametrize("act", ACTS)
@FAMILY
@given(tree=trees, target=places)
def test_nothing_outside_is_changed_whatever_the_tree(
    act: str, tree: dict[tuple[str, ...], str], target: tuple[str, ...]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        root, outside = folder / "project", outside_of(folder)
        root.mkdir()
        (folder / "cached").write_text("what the cache holds")
        plant(tree, root, outside)
        if not os.path.lexists(root / "project.yaml"):
            (root / "project.yaml").write_text("project: {}\n")
        before = state_of(outside)
        with contextlib.suppress(SharedAnalysisError, OSError):
            ACTS[act](root, root.joinpath(*target))
        assert state_of(outside) == before
        assert (folder / "cached").read_text() == "what the cache holds"
        assert not [path for path in root.rglob("*.part") if path.is_file()]


@FAMILY
@given(tree=trees, target=places)
def test_a_file_is_written_unless_the_way_to_it_is_barred(
    tree: dict[tuple[str, ...], str], target: tuple[str, ...]
) -> None:
    """Not everything is refused: where no link and no file stands on the way, the file is there afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        root, outside = folder / "project", outside_of(folder)
        root.mkdir()
        (folder / "cached").write_text("what the cache holds")
        plant(tree, root, outside)
        path = root.joinpath(*target)
        on_the_way = [way for way in path.parents if way.is_relative_to(root)]
        barred = any(way.is_symlink() or way.is_file() for way in on_the_way)
        barred |= path.is_dir() and not path.is_symlink()
        if barred:
            with pytest.raises((LeadsOut, OSError)):
                write_file(path, b"ours", within=root)
        else:
            write_file(path, b"ours", within=root)
            assert path.read_bytes() == b"ours"
            assert not path.is_symlink()


DOWN = ["a.csv", "folder/a.csv", "a b/ü.csv", "-x", "..a", "a..", "x" * 255, "C", "c.d:e"]
UP = [
    "", "/", "..", ".", "../a", "a/../../b", "a/..", "a//b", "a/", "/etc/passwd", "//server/share/a", "C:/a", "c:",
    "a\\b", "..\\a", "\\\\server\\a", "a\0b", "\0", ".git", ".GIT/config", "a/.git/hooks/x", "git~1/config", "./a",
]  # fmt: skip


@pytest.mark.parametrize("name", DOWN)
def test_a_path_downwards_is_taken(name: str) -> None:
    assert "/".join(plain_parts(name)) == name


@pytest.mark.parametrize("name", UP)
def test_a_path_that_leads_elsewhere_on_some_system_is_not(name: str) -> None:
    with pytest.raises(ValueError, match="no path downwards"):
        plain_parts(name)


@FAMILY
@given(st.text(st.sampled_from("ab./\\:\0~CgiGIT"), max_size=14))
def test_what_is_taken_stays_below_on_both_kinds_of_system(name: str) -> None:
    for kind, system in ((PurePosixPath, "linux"), (PureWindowsPath, "win32")):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sys, "platform", system)
            try:
                parts = plain_parts(name)
            except ValueError:
                continue
        path = kind("root").joinpath(*parts)
        assert path.parts[0] == "root"
        assert ".." not in path.parts
        assert not re.search(r"(?i)\.git(/|\\|$)", str(path).removeprefix("root"))


@pytest.mark.parametrize("name", ["CON", "con.csv", "LPT1", "com¹.txt", "a.", "a ", "a:b", "a?b", "NUL", "a\tb"])
def test_names_that_windows_does_not_take_are_refused_there(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_parts(name)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ValueError, match="Windows"):
        plain_parts(name)


def test_a_link_put_in_the_way_after_the_look_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at a folder and the write, somebody puts a link in its place."""
    outside = outside_of(tmp_path)
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    before = state_of(outside)
    real = os.open

    def swapped(path: Any, flags: int, *more: Any, **options: Any) -> int:
        if str(path).endswith(".part"):
            (root / "data").rename(root / "was")
            (root / "data").symlink_to(outside)
        return real(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", swapped)
    write_file(root / "data" / "a.csv", b"ours", within=root)
    monkeypatch.undo()
    assert state_of(outside) == before
    assert (root / "was" / "a.csv").read_bytes() == b"ours"


def test_another_name_of_the_same_content_keeps_what_it_had(tmp_path: Path) -> None:
    cached, path = tmp_path / "cached", tmp_path / "a.csv"
    cached.write_text("before")
    os.link(cached, path)
    write_text(path, "after")
    assert cached.read_text() == "before"
    assert path.read_text() == "after"


def test_the_longest_name_that_a_file_system_takes_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 126 + "abc")
    write_text(path, "ours")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def _write_again_and_again(path: Path, letter: str) -> None:
    for _ in range(150):
        write_file(path, lambda file: [file.write(letter.encode() * 1000) for _ in range(40)])


def test_two_at_once_never_leave_a_mixture(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_again_and_again, args=(path, letter)) for letter in "ab"]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        if path.exists():
            content = path.read_bytes()
            assert len(content) == 40_000
            assert len(set(content)) == 1
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_what_a_killed_process_left_is_cleared_by_the_next_write(tmp_path: Path) -> None:
    (tmp_path / ".a.csv.part").write_text("half")
    write_text(tmp_path / "a.csv", "whole")
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_goes_and_what_its_links_lead_to_keeps_its_mode(tmp_path: Path) -> None:
    _locked_folder(tmp_path)


def _locked_folder(tmp_path: Path) -> None:
    outside = outside_of(tmp_path)
    locked = tmp_path / "project" / "locked"
    locked.mkdir(parents=True)
    (locked / "link").symlink_to(outside / "a.csv")
    (locked / "file").write_text("x")
    locked.chmod(0o500)
    before = state_of(outside)
    remove_folder(tmp_path / "project")
    assert not (tmp_path / "project").exists()
    assert state_of(outside) == before


@pytest.mark.skipif(not hasattr(os, "fork") or os.geteuid() != 0, reason="only root can become somebody else")
def test_the_same_as_somebody_who_is_not_root() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setuid(65534)
            _locked_folder(folder)
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    shutil.rmtree(folder, ignore_errors=True)


def test_a_folder_that_a_person_reaches_through_a_link_of_their_own_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    write_json(tmp_path / "link" / "out" / "a.json", {"a": 1})
    assert json.loads((tmp_path / "disk" / "out" / "a.json").read_text()) == {"a": 1}


def test_a_project_that_lies_behind_a_link_of_a_persons_own_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "project.yaml").write_text("project: {}\n")
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    write_text(tmp_path / "link" / "data" / "a.csv", "ours")
    assert (tmp_path / "disk" / "data" / "a.csv").read_text() == "ours"
