"""The one way in which files are written, copied, moved and deleted: within one folder, whole, and through no link.

A commit, a delivery or a stage may bring along a link to anywhere, or a name that leads out. So every folder on the way
to a file is opened by itself, without following a link, and what is done is done in the folder that was opened: nobody
can put a link in its place meanwhile. (Windows cannot work in an opened folder: there, each is looked at first.) A file
is written beside its place and renamed: a killed process leaves the earlier file as it was, a link in the place of the
file is replaced and not followed, and another name of the same content (a hard link into a cache) keeps what it had.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from shared_analysis.folders import is_link
from shared_analysis.writing.beside import beside, finish
from shared_analysis.writing.opened_folder import behind, opened_parent

Writer = Callable[[BinaryIO], Any]

_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def unwritable(error: BaseException) -> bool:
    """Say whether an error is about a place that cannot be written at all, and not about one file."""
    return isinstance(error, OSError) and error.errno in _UNWRITABLE


def write_file(path: Path, content: bytes | Writer, *, within: Path | None = None) -> None:
    """Write a file beside its place, and put it there whole.

    Parameters
    ----------
    path
        The file; folders on the way to it are made.
    content
        What it is to hold; or what writes that into an open file.
    within
        The folder that may be written. If None, the project that the path lies in; where it lies in none, the person
        has named the place, and links on the way to it are the person's own.

    Raises
    ------
    LeadsOut
        If the path lies outside that folder, or a folder on the way to it is a link.
    OSError
        If the file cannot be written; what was there before stays.
    """
    with opened_parent(path, within, make=True) as folder, beside(folder, path.name) as (file, part):
        if isinstance(content, bytes):
            file.write(content)
        else:
            content(file)
        finish(file)
        folder.replace(part, path.name)


def write_files(folder: Path, contents: Mapping[str, bytes], *, within: Path | None = None) -> None:
    """Write several files of one folder, by their names, each whole: none takes its place unless all could be written.

    Raises
    ------
    LeadsOut, OSError
        As for :func:`write_file`.
    """
    with contextlib.ExitStack() as stack:
        opened = stack.enter_context(opened_parent(folder / "file", within, make=True))
        parts = {}
        for name, content in contents.items():
            file, parts[name] = stack.enter_context(beside(opened, name))
            file.write(content)
            finish(file)
        for name, part in parts.items():
            opened.replace(part, name)


def copy_file(source: Path, path: Path, *, within: Path | None = None) -> None:
    """Copy what a file holds; as :func:`write_file`."""
    with source.open("rb") as content:
        write_file(path, lambda file: shutil.copyfileobj(content, file, 1 << 20), within=within)


def move(source: Path, path: Path, *, within: Path | None = None) -> None:
    """Rename a file or a folder to a place, in the same file system; a file or a link there is replaced.

    Raises
    ------
    LeadsOut, OSError
        As for :func:`write_file`.
    """
    with opened_parent(path, within, make=True) as folder:
        if is_link(path):
            folder.delete(path.name)
        folder.take(source, path.name)


def make_folder(path: Path, *, within: Path | None = None) -> None:
    """Make a folder and those around it; one that is there already stays as it is.

    Raises
    ------
    LeadsOut, OSError
        As for :func:`write_file`.
    """
    with opened_parent(path / "file", within, make=True):
        pass


def delete(path: Path, *, within: Path | None = None) -> None:
    """Delete a file, a folder with everything in it, or a link but not what it leads to; nothing, if it is not there.

    Raises
    ------
    LeadsOut, OSError
        As for :func:`write_file`.
    """
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), opened_parent(path, within, make=False) as folder:
        folder.delete(path.name)


@contextlib.contextmanager
def open_new(path: Path, *, within: Path | None = None) -> Iterator[BinaryIO]:
    """Open a file that is written piece by piece and read meanwhile, such as a log: a new one, never an earlier one.

    Raises
    ------
    LeadsOut, OSError
        As for :func:`write_file`.
    """
    with opened_parent(path, within, make=True) as folder:
        folder.delete(path.name)
        descriptor = folder.create(path.name)
    with os.fdopen(descriptor, "wb") as file:
        yield file


def try_folder(folder: Path, *, within: Path | None = None) -> None:
    """See that a file can be written in a folder; neither the file nor a folder that was not there before stays.

    Raises
    ------
    LeadsOut, OSError
        As for :func:`write_file`.
    """
    new = [place for place in (folder, *folder.parents) if not place.exists()]
    tried = folder / ".tried.part"
    try:
        write_file(tried, bytes(1 << 12), within=within)
        delete(tried, within=within)
    finally:
        for place in new:
            with contextlib.suppress(OSError):  # somebody else has begun to use it
                place.rmdir()


def refuse_links(path: Path, *, within: Path | None = None) -> None:
    """Refuse a place that others write to by its path, if it is a link or lies behind one.

    Raises
    ------
    LeadsOut
        If it does.
    """
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), opened_parent(path / "file", within, make=False):
        pass
    if is_link(path):
        raise behind(path)
