"""A folder that is reached from the one that may be written, without following a link on the way."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import is_link, remove_folder
from shared_analysis.writing.names import NEVER

MARKER = "project.yaml"
"""The file that makes a folder a project."""


class LeadsOut(SharedAnalysisError):
    """A place that nothing is written to: it lies outside the folder that may be written, or behind a link."""


@dataclass(frozen=True)
class OpenedFolder:
    """A folder that was reached without following a link; without a handle (on Windows) it goes by its path."""

    path: Path
    handle: int | None

    def at(self, name: str) -> str:
        """Name a file as the system takes it together with the handle."""
        return name if self.handle is not None else str(self.path / name)

    def create(self, name: str) -> int:
        """Create a file, which must not be there."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return os.open(self.at(name), flags | getattr(os, "O_CLOEXEC", 0), 0o666, dir_fd=self.handle)

    def state(self, name: str) -> os.stat_result | None:
        """Say what is there, of a link the link itself; None for nothing."""
        try:
            return os.stat(self.at(name), dir_fd=self.handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def replace(self, old: str, new: str) -> None:
        """Rename a file over another one."""
        os.replace(self.at(old), self.at(new), src_dir_fd=self.handle, dst_dir_fd=self.handle)

    def take(self, source: Path, name: str) -> None:
        """Rename what lies elsewhere into the folder."""
        os.replace(source, self.at(name), dst_dir_fd=self.handle)

    def unlink(self, name: str) -> None:
        """Delete a file or a link."""
        os.unlink(self.at(name), dir_fd=self.handle)

    def delete(self, name: str) -> None:
        """Delete whatever has this name, with everything in it, and nothing that a link leads to."""
        state = self.state(name)
        if state is None:
            return
        if stat.S_ISDIR(state.st_mode) and not is_link(self.path / name):
            try:
                if self.handle is not None:
                    shutil.rmtree(name, dir_fd=self.handle)
                    return
            except (OSError, RecursionError):
                pass  # a folder that lets nobody in, or is too deep: that is mended by its path
            remove_folder(self.path / name)
        elif sys.platform == "win32" and stat.S_ISDIR(state.st_mode):
            (self.path / name).rmdir()
        else:
            if sys.platform == "win32" and not is_link(self.path / name):
                (self.path / name).chmod(stat.S_IWRITE)
            self.unlink(name)


@contextlib.contextmanager
def opened_parent(path: Path, within: Path | None, *, make: bool) -> Iterator[OpenedFolder]:
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
        if any(name.casefold() in NEVER for name in (*names, path.name)):
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
    projects = [folder for folder in path.parents if os.path.lexists(folder / MARKER)]
    return projects[-1] if projects else None


@contextlib.contextmanager
def _opened(base: Path, names: tuple[str, ...], *, make: bool) -> Iterator[OpenedFolder]:
    if sys.platform == "win32":
        yield OpenedFolder(_looked_at(base, names, make=make), None)
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
                    raise behind(way) from None
                raise type(error)(error.errno, error.strerror, str(way)) from None
            os.close(handle)
            handle = inner
        yield OpenedFolder(way, handle)
    finally:
        os.close(handle)


def _looked_at(base: Path, names: tuple[str, ...], *, make: bool) -> Path:
    way = base
    for name in names:
        way = way / name
        if is_link(way):
            raise behind(way)
        if make:
            way.mkdir(exist_ok=True)
    return way


def behind(link: Path) -> LeadsOut:
    """Say that a link is in the way."""
    return LeadsOut(
        "A link stands where a folder of the project belongs, and nothing is written through a link.",
        str(link),
        "put a folder in its place; to keep data on another disk, mount it there, or let DVC's cache lie there",
    )
