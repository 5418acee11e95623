"""What lies in a clean copy, file by file, as it is on the disk: git is not asked, since a stage can silence it."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from shared_analysis.reproduce.commit.file_hashes import NO_FILE, FileHashes

_DEEPEST, _LONGEST = 100, 2_000


def walk(top: str, apart: Collection[str] = (), deep: list[Path] | None = None) -> Iterator[os.DirEntry[str]]:
    """Yield what lies below a folder and is no folder, links as links.

    Parameters
    ----------
    top
        The folder.
    apart
        Folders not to look into.
    deep
        Takes the folders that lie deeper than systems and programs follow, into which nobody looks.
    """
    waiting = [(top, 1)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                listed = list(entries)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        for entry in listed:
            if not entry.is_dir(follow_symlinks=False):
                yield entry
            elif depth > _DEEPEST or len(entry.path) > len(top) + _LONGEST:
                deep.append(Path(entry.path)) if deep is not None else None
            elif entry.path not in apart:
                waiting.append((entry.path, depth + 1))


def look(
    top: Path,
    hashes: FileHashes,
    apart: Collection[Path] = (),
    deep: list[Path] | None = None,
    *,
    by_sha256: bool = False,
) -> dict[Path, str]:
    """Return the hash of every file below a folder, DVC's MD5 or the SHA-256; of a link, where it leads.

    The folders are those of :func:`walk`.
    """
    marks = ((Path(entry.path), entry) for entry in walk(str(top), {str(folder) for folder in apart}, deep))
    return {path: _mark(path, entry, hashes, by_sha256=by_sha256) for path, entry in marks}


def _mark(path: Path, entry: os.DirEntry[str], hashes: FileHashes, *, by_sha256: bool) -> str:
    if entry.is_symlink():
        return f"a link to {path.readlink()}"
    try:
        # On Windows what a folder says of its files may be old, and lacks what tells one file from another.
        status = None if sys.platform == "win32" else entry.stat(follow_symlinks=False)
        if not entry.is_file(follow_symlinks=False):
            return NO_FILE
        return hashes.digests(path, status).sha256 if by_sha256 else hashes.md5(path, status)
    except PermissionError:
        return "it cannot be read"


def move_into(source: Path, target: Path) -> None:
    """Move what a folder holds into another, but for what that one has already; no link is followed."""
    for entry in list(os.scandir(source)):
        place = target / entry.name
        if not os.path.lexists(place):
            Path(entry.path).rename(place)
        elif entry.is_dir(follow_symlinks=False) and place.is_dir() and not place.is_symlink():
            move_into(Path(entry.path), place)


def bring(source: Path, target: Path, top: Path) -> None:
    """Move a file or a folder that lies below ``top``, if it is there and no folder on the way to it is a link."""
    if os.path.lexists(source) and source.parent.resolve() == top.resolve() / source.parent.relative_to(top):
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)


def printable(name: str) -> str:
    """Return a name as it can be written: to git and Linux it is bytes, and some are no text."""
    return os.fsencode(name).decode("utf-8", errors="replace")
