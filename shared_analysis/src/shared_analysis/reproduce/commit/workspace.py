"""The clean place of a verification: one run at a time works in it, and after a stop it is found again."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder

_LOCK = "in-use"
_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
_ELSEWHERE = "set TMPDIR (on Windows TEMP) to a folder of your own that has room"


@contextlib.contextmanager
def clean_place(
    *named: object, outside: Path, keep: bool = False, say: Callable[[str], None] = lambda _: None
) -> Iterator[Path]:
    """Make the folder that some names stand for, or find it again, and hold it for this process.

    It is deleted at the end, and where the work fails; after a stop, or for want of room, it stays, so that the next
    run goes on. The operating system holds the lock: it ends with the process, however that ends.

    Parameters
    ----------
    named
        What the folder is for.
    outside
        A folder that it must not lie in: the reviewer's copy.
    keep
        Leave the folder as it is.
    say
        Is told if it cannot be deleted: the work is done, and is not to be lost for that.

    Raises
    ------
    SharedAnalysisError
        If another process holds it, if it cannot be made or written, or if somebody else made it.
    """
    digest = hashlib.sha256("\n".join(map(str, named)).encode()).hexdigest()[:12]
    work = _temporary(outside) / f"verify-{digest}"
    try:
        with _alone(work):
            try:
                yield work
            except Exception as error:
                if not (keep or _unwritable(error)):
                    _clear(work, say)
                raise
            if not keep:
                _clear(work, say)
    except OSError as error:
        if not _unwritable(error):
            raise
        raise SharedAnalysisError(
            f"The work folder cannot be written: {error.strerror}.",
            str(work),
            f"make room there, and the same command goes on where it was; or {_ELSEWHERE}",
        ) from None


def _temporary(outside: Path) -> Path:
    """Find the folder for what is temporary; Python would silently take another, at last the present one."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        wanted = os.environ.get(name)
        if wanted and not (Path(wanted).is_dir() and os.access(wanted, os.W_OK)):
            raise SharedAnalysisError(f"{name} names a folder that cannot be written.", wanted, _ELSEWHERE)
    try:
        found = Path(tempfile.gettempdir()).resolve()
    except FileNotFoundError:
        raise SharedAnalysisError("No folder for temporary files can be written.", "TMPDIR", _ELSEWHERE) from None
    if found.is_relative_to(outside.resolve()):
        raise SharedAnalysisError("The work folder would lie in your copy.", str(found), _ELSEWHERE)
    return found


@contextlib.contextmanager
def _alone(work: Path) -> Iterator[None]:
    file = _held(work)
    try:
        os.set_inheritable(file.fileno(), True)  # a stage that outlives a killed run holds the place (not on Windows)
        file.truncate(0)
        file.write(f"process {os.getpid()} on {platform.node()}")
        file.flush()
        yield
    finally:
        last = [one.name for one in work.iterdir()] == [_LOCK]
        if sys.platform == "win32":  # there, an open file cannot be deleted
            file.close()
        with contextlib.suppress(OSError):
            if last:
                (work / _LOCK).unlink()
                work.rmdir()
        file.close()


def _held(work: Path) -> TextIO:
    """Lock the folder, unless another process has."""
    while True:
        work.mkdir(mode=0o700, exist_ok=True)
        if hasattr(os, "getuid") and (work.is_symlink() or work.lstat().st_uid != os.getuid()):
            raise SharedAnalysisError("Somebody else made the work folder.", str(work), _ELSEWHERE)
        try:
            file = (work / _LOCK).open("a+", encoding="utf-8")
        except FileNotFoundError:  # a run that ended has just deleted it
            continue
        if not _lock(file):
            file.seek(0)
            who = file.read() or "another process"
            file.close()
            raise SharedAnalysisError(
                "This commit is being verified by another run.",
                f"{who}, in {work}",
                "wait until it ends; if it hangs, end that process, and the same command goes on where it was",
            )
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), (work / _LOCK).stat()):
                return file
        file.close()


def _lock(file: TextIO) -> bool:
    """Lock an open file for this process; say whether that was possible."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file.fileno(), 1 << 30, os.SEEK_SET)  # far behind its words, which others may read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unwritable(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in _UNWRITABLE


def _clear(work: Path, say: Callable[[str], None]) -> None:
    try:
        _empty(work)
    except OSError:  # a virus scanner, say, still reads a file
        say(f"the clean place could not be deleted, and may hold data; delete it: {work}")


def _empty(work: Path) -> None:
    for one in work.iterdir():
        if one.is_dir() and not one.is_symlink():
            remove_folder(one)
        elif one.name != _LOCK:
            one.unlink()
