"""What lies in a clean copy, file by file, as it is on the disk: git is not asked, since a stage can silence it."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

from shared_analysis.reproduce.commit.file_hashes import NO_FILE, FileHashes


def walk(top: str, apart: Collection[str] = ()) -> Iterator[os.DirEntry[str]]:
    """Yield what lies below a folder and is no folder, links as links; ``apart`` are folders not to look into."""
    try:
        with os.scandir(top) as entries:
            listed = list(entries)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    for entry in listed:
        if entry.is_dir(follow_symlinks=False):
            if entry.path not in apart:
                yield from walk(entry.path, apart)
        else:
            yield entry


def look(top: Path, hashes: FileHashes, apart: Collection[Path] = (), *, by_sha256: bool = False) -> dict[Path, str]:
    """Return the hash of every file below a folder, DVC's MD5 or the SHA-256; of a link, where it leads."""
    marks = ((Path(entry.path), entry) for entry in walk(str(top), {str(folder) for folder in apart}))
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
