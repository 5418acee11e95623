"""Whether a disk is full: told by the disk, and by the libraries that write to it, never by what a program printed."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FULL_ON_WINDOWS = {39, 112}
_WORDS = re.compile(
    r"(?i)no space left on device|disk quota exceeded|not enough space on the disk|database or disk is full"
    r"|disk is full|out of diskspace|failed to offload data block|max_temp_directory_size"
)
"""How Arrow, DuckDB, SQLite and the systems say it, where no number comes with it."""
_LEAST = 1 << 20
_MOMENT = 0.05


class NoRoom(SharedAnalysisError):
    """A disk is full."""


def is_out_of_room(error: BaseException) -> bool:
    """Say whether an error, or one that it came of, is about a disk that is full."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        if isinstance(link, OSError) and (link.errno in _FULL or getattr(link, "winerror", 0) in _FULL_ON_WINDOWS):
            return True
        if isinstance(link, NoRoom) or (not isinstance(link, SharedAnalysisError) and says_so(str(link))):
            return True
        waiting += [link.__cause__, None if link.__suppress_context__ else link.__context__]
    return False


def says_so(words: str) -> bool:
    """Say whether words are those in which a full disk is spoken of: that alone proves nothing."""
    return bool(_WORDS.search(words))


def no_room(error: BaseException | None = None, folders: Iterable[Path] = ()) -> NoRoom:
    """Say in which folder room is to be made: where the error says, or else where there is the least.

    Parameters
    ----------
    error
        What was raised.
    folders
        Where else it may have been; the working folder and the one for what is temporary are looked at anyhow.
    """
    named = [Path(os.fsdecode(name)) for name in _names(error)]
    others = [*folders, Path.cwd(), Path(tempfile.gettempdir())]
    there = [folder for folder in map(_nearest, named or others) if folder is not None]
    fullest = min(there, key=_free, default=Path.cwd())
    return NoRoom(
        "There is no room left on the disk.", str(fullest), "make room there, and give the same command again"
    )


def has_room(folder: Path) -> bool:
    """Say whether a little can be written to a folder: quotas, and disks with no place for another file, show so."""
    if _free(folder) < _LEAST:
        return False
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_LEAST))
            file.flush()
    except OSError as error:
        return not is_out_of_room(error)
    return True


class Watch:
    """Whether a folder's disk ran full while somebody watched: a program that fails clears away what filled it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ran_full = False
        self._over = threading.Event()

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        """Watch as long as the block lasts."""
        watching = threading.Thread(target=self._look, daemon=True)
        watching.start()
        try:
            yield
        finally:
            self._over.set()
            watching.join()

    @property
    def ran_full(self) -> bool:
        """Whether it did, or is full now."""
        return self._ran_full or not has_room(self._folder)

    def _look(self) -> None:
        while not self._over.wait(_MOMENT):
            self._ran_full = self._ran_full or _free(self._folder) < _LEAST


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return _LEAST


def _names(error: BaseException | None) -> Iterator[str | bytes]:
    while error is not None:
        if isinstance(error, OSError) and isinstance(error.filename, str | bytes):
            yield error.filename
        error = error.__cause__ or error.__context__


def _nearest(path: Path) -> Path | None:
    whole = Path.cwd() / path
    return next((folder for folder in (whole, *whole.parents) if folder.is_dir()), None)
