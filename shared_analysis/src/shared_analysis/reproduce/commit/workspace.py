"""The workspace of a run: one process at a time works in it, and after a stop it is found again."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import platform
import re
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.room import is_out_of_room
from shared_analysis.writing import unwritable

_LOCK = "in-use"
_KEPT = "kept"
_GOING = "going-"
_NAME = re.compile(r"verify-[0-9a-f]{12}")
_FORGOTTEN = 7 * 24 * 3600  # seconds: nobody means to go on with it any more, and it may hold people's data
_ENDING = 5.0  # seconds that the stages of a run that was killed may take to end
_ELSEWHERE = "set TMPDIR (on Windows TEMP) to a folder of your own that has room"


class InUse(SharedAnalysisError):
    """Another process holds the folder."""


@contextlib.contextmanager
def lasting_place(*named: object, outside: Path, say: Callable[[str], None] = lambda _: None) -> Iterator[Path | None]:
    """Hold a folder that stays for later runs, until none has used it for a week.

    Parameters
    ----------
    named, outside, say
        As for :func:`exclusive_workspace`.

    Yields
    ------
    Path or None
        The folder; None as long as another process holds it.
    """
    place = _place(outside, named)
    _delete_forgotten(place, say)
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(_alone(place))
        except InUse:
            yield None
            return
        yield place


@contextlib.contextmanager
def exclusive_workspace(
    *named: object, outside: Path, keep: bool = False, say: Callable[[str], None] = lambda _: None
) -> Iterator[Path]:
    """Make the workspace that some names stand for, or find it again, and hold it for this process.

    It is deleted at the end, and where the work fails; after a stop, or for want of room, it stays, so that the next
    run goes on. The operating system holds the lock: it ends with the process, however that ends. What such runs of the
    same person have left for more than a week is deleted, unless it was to be kept.

    Parameters
    ----------
    named
        What the workspace is for.
    outside
        A folder that it must not lie in: the reviewer's copy.
    keep
        Leave the folder as it is.
    say
        Is told if it cannot be deleted: the work is done, and is not to be lost for that.

    Yields
    ------
    Path
        The folder.

    Raises
    ------
    SharedAnalysisError
        If another process holds it, if it cannot be made or written, or if somebody else made it.
    """
    workspace = _place(outside, named)
    _delete_forgotten(workspace, say)
    try:
        with _alone(workspace):
            for going in workspace.glob(f"{_GOING}*"):
                remove_folder(going)
            try:
                yield workspace
            except Exception as error:
                if not (keep or unwritable(error) or is_out_of_room(error)):
                    _clear(workspace, say)
                raise
            if keep:
                (workspace / _KEPT).touch()
            else:
                _clear(workspace, say)
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
            what = "A file of this commit, or of what its stages make, has a longer path than this computer takes."
            raise SharedAnalysisError(what, str(workspace), "set TMPDIR to a folder with a shorter path") from None
        if not (unwritable(error) or is_out_of_room(error)):
            raise
        reason = error.strerror if isinstance(error, OSError) and error.strerror else os.strerror(errno.ENOSPC)
        raise SharedAnalysisError(
            f"The work folder cannot be written: {reason}.",
            str(workspace),
            f"make room there, and the same command goes on where it was; or {_ELSEWHERE}",
        ) from None


def _place(outside: Path, named: tuple[object, ...]) -> Path:
    digest = hashlib.sha256("\n".join(map(str, named)).encode()).hexdigest()[:12]
    return _temporary(outside) / f"verify-{digest}"


def _temporary(outside: Path) -> Path:
    """Find the folder for what is temporary; Python would silently take another, at last the present one."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        chosen = os.environ.get(name)
        if chosen and not (Path(chosen).is_dir() and os.access(chosen, os.W_OK)):
            raise SharedAnalysisError(f"{name} names a folder that cannot be written.", chosen, _ELSEWHERE)
    try:
        folder = Path(tempfile.gettempdir()).resolve()
    except FileNotFoundError:
        raise SharedAnalysisError("No folder for temporary files can be written.", "TMPDIR", _ELSEWHERE) from None
    if folder.is_relative_to(outside.resolve()):
        raise SharedAnalysisError("The work folder would lie in your copy.", str(folder), _ELSEWHERE)
    return folder


@contextlib.contextmanager
def _alone(workspace: Path) -> Iterator[None]:
    file = _held(workspace)
    try:
        os.set_inheritable(file.fileno(), True)  # a stage that outlives a killed run holds the place (not on Windows)
        file.truncate(0)
        file.write(f"process {os.getpid()} on {platform.node()}")
        file.flush()
        yield
    finally:
        last = False
        with contextlib.suppress(OSError):  # somebody has deleted it: what was found out is not lost for that
            last = [path.name for path in workspace.iterdir()] == [_LOCK]
        if sys.platform == "win32":  # there, an open file cannot be deleted
            file.close()
        with contextlib.suppress(OSError):
            if last:
                (workspace / _LOCK).unlink()
                workspace.rmdir()
        file.close()


def _held(workspace: Path) -> TextIO:
    """Lock the folder, unless another process has."""
    while True:
        workspace.mkdir(mode=0o700, exist_ok=True)
        if hasattr(os, "getuid") and (workspace.is_symlink() or workspace.lstat().st_uid != os.getuid()):
            raise SharedAnalysisError("Somebody else made the work folder.", str(workspace), _ELSEWHERE)
        try:
            file = (workspace / _LOCK).open("a+", encoding="utf-8")
        except FileNotFoundError:  # a run that ended has just deleted it
            continue
        if not _lock(file) and not (_is_gone(file) and _lock_soon(file)):
            file.seek(0)
            who = file.read() or "another process"
            file.close()
            raise InUse(
                "This commit is being verified by another run.",
                f"{who}, in {workspace}",
                "wait until it ends; if it hangs, end that process, and the same command goes on where it was",
            )
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file.fileno()), (workspace / _LOCK).stat()):
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


def _is_gone(file: TextIO) -> bool:
    """Say whether the process that locked a file has ended on this computer: what holds the lock are its stages."""
    file.seek(0)
    who = re.fullmatch(r"process (\d+) on (.*)", file.read())
    if who is None or who[2] != platform.node() or sys.platform == "win32":  # there, a lock is not handed on
        return False
    try:
        os.kill(int(who[1]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _lock_soon(file: TextIO) -> bool:
    """Lock an open file as soon as what holds it has ended; say whether that was possible."""
    until = time.monotonic() + _ENDING
    while time.monotonic() < until:
        if _lock(file):
            return True
        time.sleep(0.02)
    return False


def _delete_forgotten(workspace: Path, say: Callable[[str], None]) -> None:
    """Delete what runs that were stopped have left long ago beside a workspace, if no process holds it."""
    for other in workspace.parent.glob("verify-*"):
        try:
            if other == workspace or not _NAME.fullmatch(other.name) or not _is_forgotten(other):
                continue
            with (other / _LOCK).open("r+", encoding="utf-8") as file:
                if not _lock(file):
                    continue
                _empty(other)
                if sys.platform != "win32":  # there, an open file cannot be deleted
                    (other / _LOCK).unlink()
            (other / _LOCK).unlink(missing_ok=True)
            other.rmdir()
            say(f"deleted what a run that was stopped had left for more than a week: {other}")
        except OSError:  # somebody else's, or gone meanwhile: nothing of ours is lost
            continue


def _is_forgotten(workspace: Path) -> bool:
    state = workspace.lstat()
    own = not hasattr(os, "getuid") or state.st_uid == os.getuid()
    if not (own and stat.S_ISDIR(state.st_mode) and (workspace / _LOCK).is_file()) or (workspace / _KEPT).exists():
        return False
    newest = max(path.lstat().st_mtime for path in (workspace, *workspace.iterdir()))
    return newest < time.time() - _FORGOTTEN


def _clear(workspace: Path, say: Callable[[str], None]) -> None:
    try:
        _empty(workspace)
    except OSError:  # a virus scanner, say, still reads a file
        say(f"the clean place could not be deleted, and may hold data; delete it: {workspace}")


def _empty(workspace: Path) -> None:
    for path in workspace.iterdir():
        if path.is_dir() and not path.is_symlink():
            aside = path.with_name(f"{_GOING}{path.name.removeprefix(_GOING)}")
            path.replace(aside)  # killed meanwhile, nobody takes half a folder for a whole one
            remove_folder(aside)
        elif path.name != _LOCK:
            path.unlink()
