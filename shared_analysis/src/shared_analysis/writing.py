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
import hashlib
import itertools
import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import is_link, remove_folder

MARKER = "project.yaml"
"""The file that makes a folder a project."""

Writer = Callable[[BinaryIO], Any]

_LONGEST_NAME = 255
_NEVER = {".git", "git~1"}
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?")
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*\x00-\x1f]')


_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def unwritable(error: BaseException) -> bool:
    """Say whether an error is about a place that cannot be written at all, and not about one file."""
    return isinstance(error, OSError) and error.errno in _UNWRITABLE


class LeadsOut(SharedAnalysisError):
    """A place that nothing is written to: it lies outside the folder that may be written, or behind a link."""


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
    with _parent(path, within, make=True) as folder, _beside(folder, path.name) as (file, part):
        if isinstance(content, bytes):
            file.write(content)
        else:
            content(file)
        _finish(file)
        folder.replace(part, path.name)


def write_files(folder: Path, contents: Mapping[str, bytes], *, within: Path | None = None) -> None:
    """Write several files of one folder, by their names, each whole: none takes its place unless all could be written.

    Raises
    ------
    LeadsOut, OSError
        As for :func:`write_file`.
    """
    with contextlib.ExitStack() as stack:
        opened = stack.enter_context(_parent(folder / "file", within, make=True))
        parts = {}
        for name, content in contents.items():
            file, parts[name] = stack.enter_context(_beside(opened, name))
            file.write(content)
            _finish(file)
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
    with _parent(path, within, make=True) as folder:
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
    with _parent(path / "file", within, make=True):
        pass


def delete(path: Path, *, within: Path | None = None) -> None:
    """Delete a file, a folder with everything in it, or a link but not what it leads to; nothing, if it is not there.

    Raises
    ------
    LeadsOut, OSError
        As for :func:`write_file`.
    """
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), _parent(path, within, make=False) as folder:
        folder.delete(path.name)


@contextlib.contextmanager
def open_new(path: Path, *, within: Path | None = None) -> Iterator[BinaryIO]:
    """Open a file that is written piece by piece and read meanwhile, such as a log: a new one, never an earlier one.

    Raises
    ------
    LeadsOut, OSError
        As for :func:`write_file`.
    """
    with _parent(path, within, make=True) as folder:
        folder.delete(path.name)
        descriptor = folder.create(path.name)
    with os.fdopen(descriptor, "wb") as file:
        yield file


def refuse_links(path: Path, *, within: Path | None = None) -> None:
    """Refuse a place that others write to by its path, if it is a link or lies behind one.

    Raises
    ------
    LeadsOut
        If it does.
    """
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), _parent(path / "file", within, make=False):
        pass
    if is_link(path):
        raise _behind(path)


def plain_parts(name: str) -> tuple[str, ...]:
    """Split a path that others have written, with ``/`` between its parts, into names of folders and of a file.

    Raises
    ------
    ValueError
        If it is not a path downwards on every system (``..``, a drive, a backslash, NUL), leads into git's own folder,
        or has a name that this system does not take.
    """
    parts = tuple(name.split("/"))
    if not name or any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        raise ValueError("no path downwards")
    if re.match(r"[A-Za-z]:(/|$)", name) or any(part.casefold() in _NEVER for part in parts):
        raise ValueError("no path downwards")
    if sys.platform == "win32" and any(_refused_by_windows(part) for part in parts):
        raise ValueError("a name that Windows does not take")
    return parts


def _refused_by_windows(name: str) -> bool:
    return bool(_RESERVED.fullmatch(name) or _NOT_ON_WINDOWS.search(name) or name.endswith((".", " ")))


@dataclass(frozen=True)
class _Folder:
    """A folder that was reached without following a link; without a handle (on Windows) it goes by its path."""

    path: Path
    handle: int | None

    def at(self, name: str) -> str:
        return name if self.handle is not None else str(self.path / name)

    def create(self, name: str) -> int:
        """Create a file, which must not be there."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return os.open(self.at(name), flags | getattr(os, "O_CLOEXEC", 0), 0o666, dir_fd=self.handle)

    def state(self, name: str) -> os.stat_result | None:
        try:
            return os.stat(self.at(name), dir_fd=self.handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def replace(self, old: str, new: str) -> None:
        os.replace(self.at(old), self.at(new), src_dir_fd=self.handle, dst_dir_fd=self.handle)

    def take(self, source: Path, name: str) -> None:
        os.replace(source, self.at(name), dst_dir_fd=self.handle)

    def unlink(self, name: str) -> None:
        os.unlink(self.at(name), dir_fd=self.handle)

    def delete(self, name: str) -> None:
        state = self.state(name)
        if state is None:
            return
        if stat.S_ISDIR(state.st_mode) and not is_link(self.path / name):
            try:
                if self.handle is not None:
                    shutil.rmtree(name, dir_fd=self.handle)
                    return
            except OSError:
                pass  # a folder that lets nobody in: that is mended by its path
            remove_folder(self.path / name)
        elif sys.platform == "win32" and stat.S_ISDIR(state.st_mode):
            (self.path / name).rmdir()
        else:
            if sys.platform == "win32" and not is_link(self.path / name):
                (self.path / name).chmod(stat.S_IWRITE)
            self.unlink(name)


@contextlib.contextmanager
def _parent(path: Path, within: Path | None, *, make: bool) -> Iterator[_Folder]:
    """Open the folder of a file, from the folder that may be written downwards."""
    path = _whole(path)
    base = _project_around(path) if within is None else _whole(within)
    names: tuple[str, ...] = ()
    if base is None:
        base = path.parent
    elif path == base or not path.is_relative_to(base):
        raise LeadsOut("This lies outside the folder that may be written.", str(path), "name a place inside it")
    else:
        names = path.relative_to(base).parts[:-1]
        if any(name.casefold() in _NEVER for name in (*names, path.name)):
            raise LeadsOut("This lies in git's own folder, which git alone writes.", str(path), "name another place")
    if make:
        base.mkdir(parents=True, exist_ok=True)
    with _opened(base, names, make=make) as folder:
        yield folder


def _whole(path: Path) -> Path:
    """Write a path from the root of the file system; resolving it would follow the very links that are refused."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def _project_around(path: Path) -> Path | None:
    """Find the outermost folder around a path that is a project: one further in may be reached through a link."""
    projects = [folder for folder in path.parents if (folder / MARKER).is_file()]
    return projects[-1] if projects else None


@contextlib.contextmanager
def _opened(base: Path, names: tuple[str, ...], *, make: bool) -> Iterator[_Folder]:
    if sys.platform == "win32":
        yield _Folder(_looked_at(base, names, make=make), None)
        return
    handle = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        way = base
        for name in names:
            way = way / name
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, dir_fd=handle)
            try:
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=handle)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENOTDIR) and is_link(way):
                    raise _behind(way) from None
                raise type(error)(error.errno, error.strerror, str(way)) from None
            os.close(handle)
            handle = inner
        yield _Folder(way, handle)
    finally:
        os.close(handle)


def _looked_at(base: Path, names: tuple[str, ...], *, make: bool) -> Path:
    way = base
    for name in names:
        way = way / name
        if is_link(way):
            raise _behind(way)
        if make:
            way.mkdir(exist_ok=True)
    return way


def _behind(link: Path) -> LeadsOut:
    return LeadsOut(
        "A link stands where a folder of the project belongs, and nothing is written through a link.",
        str(link),
        "put a folder in its place; to keep data on another disk, mount it there, or let DVC's cache lie there",
    )


@contextlib.contextmanager
def _beside(folder: _Folder, name: str) -> Iterator[tuple[BinaryIO, str]]:
    """Open a new file beside another; it is deleted at the end, unless it was renamed."""
    descriptor, part = _reserve(folder, name)
    file = os.fdopen(descriptor, "wb")
    mine = os.fstat(descriptor)
    try:
        yield file, part
    finally:
        with contextlib.suppress(OSError):  # there may be no room for what is still in memory
            file.close()
        state = folder.state(part)
        if state is not None and os.path.samestat(mine, state):
            folder.unlink(part)


def _finish(file: BinaryIO) -> None:
    """Let the system have all of it; on Windows an open file keeps its name, elsewhere its lock ends when it is closed."""
    file.close() if sys.platform == "win32" else file.flush()


def _reserve(folder: _Folder, name: str) -> tuple[int, str]:
    """Create the file beside another; what a killed process left there goes, what another one writes now stays."""
    for number in itertools.count():
        part = _part_name(name, number)
        try:
            if folder.state(part) is not None and not _clear(folder, part):
                continue
            descriptor = folder.create(part)
        except FileExistsError:  # somebody was faster
            continue
        if _hold(descriptor) and _is(folder, part, descriptor):
            return descriptor, part
        os.close(descriptor)
    raise AssertionError("numbers do not end")


def _part_name(name: str, number: int) -> str:
    part = f".{name}.{number}.part" if number else f".{name}.part"
    if len(os.fsencode(part)) > _LONGEST_NAME:
        part = f".{hashlib.sha256(os.fsencode(name)).hexdigest()[:24]}.{number}.part"
    return part


def _clear(folder: _Folder, part: str) -> bool:
    """Delete what nobody writes any more: its writer holds a lock on it, which ends with the process."""
    state = folder.state(part)
    if state is None or not stat.S_ISREG(state.st_mode):
        folder.delete(part)
        return True
    if sys.platform == "win32":  # there, an open file cannot be deleted
        with contextlib.suppress(OSError):
            folder.unlink(part)
            return True
        return False
    try:
        descriptor = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder.handle)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        mine = _hold(descriptor) and _is(folder, part, descriptor)
        if mine:
            folder.unlink(part)
        return mine
    finally:
        os.close(descriptor)


def _is(folder: _Folder, name: str, descriptor: int) -> bool:
    state = folder.state(name)
    return state is not None and os.path.samestat(os.fstat(descriptor), state)


def _hold(descriptor: int) -> bool:
    """Lock an open file for this process, as long as it is open; where that cannot be done, say that it was."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some network file systems have no locks
        return True
    return True
