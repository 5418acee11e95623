"""A file that is written beside its place, by one process alone, until it is renamed."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import stat
import sys
from collections.abc import Iterator
from typing import BinaryIO

from shared_analysis.writing.opened_folder import OpenedFolder

_LONGEST_NAME = 255


@contextlib.contextmanager
def beside(folder: OpenedFolder, name: str) -> Iterator[tuple[BinaryIO, str]]:
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


def finish(file: BinaryIO) -> None:
    """Hand all of it over. On Windows an open file keeps its name; elsewhere its lock ends once it is closed."""
    file.close() if sys.platform == "win32" else file.flush()


def _reserve(folder: OpenedFolder, name: str) -> tuple[int, str]:
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


def _clear(folder: OpenedFolder, part: str) -> bool:
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


def _is(folder: OpenedFolder, name: str, descriptor: int) -> bool:
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
