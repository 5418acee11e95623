"""A file's hash is remembered only while nothing can have changed the file, whatever a program does to its dates."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.integrity import hashes as hashes_of_bytes
from shared_analysis.integrity.hashes import file_digests, file_md5
from shared_analysis.reproduce.commit import file_hashes
from shared_analysis.reproduce.commit.file_hashes import NO_FILE, FileHashes
from shared_analysis.reproduce.commit.tree import look

SECRETLY = ["write", "write and set back", "replace", "through a link", "map", "nothing", "touch"]


def change(path: Path, how: str, content: bytes) -> None:
    """Change a file in one of the ways in which a stage could hope not to be seen."""
    before = path.stat()
    if how in ("write", "write and set back"):
        path.write_bytes(content)
    elif how == "replace":
        other = path.with_name("other")
        other.write_bytes(content)
        os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
        other.replace(path)
    elif how == "through a link":
        link = path.with_name("link")
        os.link(path, link)
        with link.open("r+b") as file:
            file.write(content)
        link.unlink()
    elif how == "map":
        import mmap

        with path.open("r+b") as file, mmap.mmap(file.fileno(), len(content)) as mapped:
            mapped[:] = content
    elif how == "touch":
        path.touch()
    if how != "touch":
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def watched(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Note which files are read."""
    paths: list[Path] = []
    for name in ("file_md5", "file_digests"):
        hashed = getattr(hashes_of_bytes, name)
        monkeypatch.setattr(file_hashes, name, lambda path, hashed=hashed: paths.append(path) or hashed(path))
    return paths


@given(st.lists(st.tuples(st.sampled_from(SECRETLY), st.binary(min_size=4, max_size=4)), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_no_change_is_missed(changes: list[tuple[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(b"0000")
        hashes = FileHashes(Path(folder))
        for how, content in changes:
            hashes.settle()
            assert hashes.md5(path) == file_md5(path)
            change(path, how, content)
            assert hashes.md5(path) == file_md5(path)
            assert hashes.digests(path) == file_digests(path)


@pytest.mark.parametrize(("remember", "read"), [(True, 1), (False, 3)])
def test_what_nothing_has_changed_is_read_once(
    remember: bool, read: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if remember and sys.platform == "win32":
        pytest.skip("Windows dates no changes")
    paths = watched(monkeypatch)
    (tmp_path / "file").write_bytes(b"x")
    hashes = FileHashes(tmp_path, remember=remember)
    hashes.settle()
    for ask in (hashes.md5, hashes.digests, hashes.md5):
        ask(tmp_path / "file")
    assert len(paths) == read


def test_what_may_have_changed_in_the_same_moment_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = watched(monkeypatch)
    hashes = FileHashes(tmp_path)
    hashes.settle()
    (tmp_path / "file").write_bytes(b"x")  # as young as the clock that was read, or younger
    for _ in range(2):
        hashes.md5(tmp_path / "file")
    assert len(paths) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there, few may make links, and there are no pipes in folders")
def test_links_and_pipes_are_named_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "top" / "in").mkdir(parents=True)
    (tmp_path / "top" / "link").symlink_to("../elsewhere")
    (tmp_path / "top" / "folder").symlink_to("in")
    (tmp_path / "top" / "in" / "file").write_bytes(b"x")
    os.mkfifo(tmp_path / "top" / "pipe")
    files = look(tmp_path / "top", FileHashes(tmp_path))
    assert {path.relative_to(tmp_path / "top").as_posix(): mark for path, mark in files.items()} == {
        "link": "a link to ../elsewhere",
        "folder": "a link to in",
        "in/file": file_md5(tmp_path / "top" / "in" / "file"),
        "pipe": NO_FILE,
    }
