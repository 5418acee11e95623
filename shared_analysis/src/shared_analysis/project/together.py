"""Change several files of a project together or not at all, whatever happens meanwhile: an error, or a process killed.

Everything is written beside its place first. A journal says so before it begins; from the moment when it says that all
is there, the changes count, and whoever works in the project next finishes what was broken off (the write-ahead log of
databases: Mohan et al. 1992, ARIES). It touches only what is as the journal left it: what somebody changed since stays.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import is_link
from shared_analysis.project.journal import Journal, Mark, Phase, Step, mark_of
from shared_analysis.writing import LeadsOut, delete, make_folder, refuse_links

if TYPE_CHECKING:
    from filelock import FileLock

_JOURNAL = ".dvc/tmp/changes.json"
_LOCK = ".dvc/tmp/changes.lock"
_BESIDE = ".dvc/tmp"
_ARRIVING = "arriving-"
_PART = re.compile(r"^\.(.+)\.\d+\.(part|old)$")


@dataclass(frozen=True)
class Change:
    """What is to become of a file.

    Parameters
    ----------
    after
        What it is to hold: bytes, or another file, which is moved there; None where it is to go.
    before
        What it held when that was worked out; None for a file that was not there.
    seen
        In place of ``before``, of a file that is too large to hold: what :func:`mark_of` said of it, for a file that
        another one takes the place of, or that goes.
    """

    after: bytes | Path | None
    before: bytes | None = None
    seen: Mark | None = None

    def fits(self, path: Path) -> bool:
        """Tell whether a file is still as it was when the change was worked out."""
        if self.seen is not None or isinstance(self.after, Path):
            return mark_of(path) == self.seen
        return (path.read_bytes() if path.exists() else None) == self.before


def write_together(root: Path, changes: Mapping[str, Change]) -> None:
    """Write every file beside its place, see that nobody changed one meanwhile, and only then put them in place.

    The order is kept: put last what makes the others count. Whatever goes wrong, every file is as it was; if the
    process is killed while files are put in place, :func:`finish_interrupted` puts the others there too.

    Parameters
    ----------
    root
        The project.
    changes
        What is to become of each file, by its path from the root.

    Raises
    ------
    SharedAnalysisError
        If a file was changed or made meanwhile, or cannot be written; or if another command changes the project now.
    """
    made = _make_folders(root / _JOURNAL)
    try:
        with hold_project(root):
            _write(root, changes)
    finally:
        if made:  # no project of DVC's, so nothing of ours is to stay either
            (root / _LOCK).unlink(missing_ok=True)
        _remove_empty(made)


def finish_interrupted(root: Path) -> str | None:
    """Finish, or clear away, what a killed process left.

    Returns
    -------
    str or None
        What was done or is to be done, in words; None where nothing was left.
    """
    beside = root / _BESIDE
    try:
        refuse_links(beside, within=root)
    except LeadsOut:
        return None
    if not beside.is_dir() or not any(_is_left(path.name) for path in beside.iterdir()):
        return None
    from filelock import Timeout

    try:
        with _lock(root):
            _clear_leftovers(root)
            return (
                "An earlier command was interrupted. What it left half done has been put in order."
                if _finish(root)
                else None
            )
    except Timeout:
        return None  # whoever holds the lock is at work, not killed
    except SharedAnalysisError as error:
        return str(error)
    except OSError as error:
        return (
            f"An earlier command was interrupted, and what it left half done cannot be put in order: {error.strerror}."
        )


@contextlib.contextmanager
def hold_project(root: Path) -> Iterator[None]:
    """Let no other command change the project meanwhile, and finish first what a killed one left.

    Raises
    ------
    SharedAnalysisError
        If another command changes it now, or what a killed one left cannot be put in order.
    """
    from filelock import Timeout

    make_folder(root / _BESIDE, within=root)
    lock = _lock(root)
    alone = not lock.is_locked
    try:
        with lock:
            if alone:
                _clear_leftovers(root)
                _finish(root)
            yield
    except Timeout:
        raise SharedAnalysisError(
            "Another command is changing this project.", str(root), "wait until it is done, and give yours again"
        ) from None


@contextlib.contextmanager
def arriving(root: Path) -> Iterator[Path]:
    """Give a folder beside the project for data on its way into it; a killed command's is cleared away by the next."""
    make_folder(root / _BESIDE, within=root)
    with tempfile.TemporaryDirectory(prefix=_ARRIVING, dir=root / _BESIDE, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _write(root: Path, changes: Mapping[str, Change]) -> None:
    steps = [_plan(root, name, change) for name, change in changes.items()]
    journal = Journal(root / _JOURNAL, root)
    folders: list[Path] = []
    try:
        journal.note(Phase.PREPARING, steps)
        for step, change in zip(steps, changes.values(), strict=True):
            folders += _make_folders(step.path)
            _prepare(step, change.after)
        for name, change in changes.items():
            if not change.fits(root / name):
                raise SharedAnalysisError("The file was changed meanwhile.", name, "give the command again")
        steps = [step.marked() for step in steps]
        journal.note(Phase.FORWARD, steps)
        for step in steps:
            step.take()
    except BaseException as error:
        _go_back(journal, steps, folders)
        if isinstance(error, OSError):
            raise _cannot_be_written(error, root) from None
        raise
    _clear(journal, steps)


def _go_back(journal: Journal, steps: Sequence[Step], folders: list[Path]) -> None:
    """Put back what was taken; what cannot be is tried again by the next command."""
    if journal.phase is Phase.FORWARD:
        journal.note(Phase.BACK, steps)
        for step in reversed(steps):
            with contextlib.suppress(OSError):
                step.take_back()
        if not all(step.is_back for step in steps):
            names = ", ".join(journal.name(step) for step in steps if not step.is_back)
            raise SharedAnalysisError(
                "A file cannot be written, and others cannot be put back yet.",
                names,
                "close them in other programs; the next command puts them back",
            )
    _clear(journal, steps)
    _remove_empty(folders)


def _finish(root: Path) -> bool:
    """Do what the journal of a process that is no more says; the lock is held.

    Raises
    ------
    SharedAnalysisError
        If files were changed since, so that nobody can know what is meant, or the journal is not one of ours.
    """
    journal = Journal(root / _JOURNAL, root)
    steps = journal.read()
    if steps is None:
        return False
    if journal.phase is not Phase.PREPARING:
        if journal.phase is Phase.FORWARD and all(step.can_go_on for step in steps):
            for step in steps:
                step.finish()
        elif all(step.can_go_back for step in steps):
            journal.note(Phase.BACK, steps)
            for step in reversed(steps):
                step.take_back()
        else:
            changed = [journal.name(step) for step in steps if not (step.can_go_on or step.can_go_back)]
            raise SharedAnalysisError(
                "An earlier command was interrupted half-way, and files were changed since. They stay as they are.",
                ", ".join(changed or map(journal.name, steps)),
                f"see `git status`, put right what is half done, and delete {_JOURNAL} and the hidden .part and .old "
                "files beside them",
            )
    _clear(journal, steps)
    return True


def _plan(root: Path, name: str, change: Change) -> Step:
    path = root / name
    if path.parent != root:
        refuse_links(path.parent, within=root)
    return Step(path, None if change.after is None else _free(path, "part"), _free(path, "old"))


def _prepare(step: Step, content: bytes | Path | None) -> None:
    """Write a file's next content beside it, and see that it is on the disk."""
    if step.part is None:
        return
    if isinstance(content, Path):  # with the mode that DVC has given it: it may be a link into its cache
        shutil.move(content, step.part)
        return
    with step.part.open("xb") as file:
        file.write(content or b"")
        _to_disk(file)
    if step.path.exists():
        step.part.chmod(stat.S_IMODE(step.path.stat().st_mode))


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _clear(journal: Journal, steps: Sequence[Step]) -> None:
    """Remove what was put aside, and then the journal; while a file stays, so does what knows of it."""
    left = False
    for path in itertools.chain.from_iterable((step.part, step.old) for step in steps):
        try:
            if path is not None:
                path.unlink(missing_ok=True)
        except OSError:
            left = True
    if not left:
        journal.remove()


def _clear_leftovers(root: Path) -> None:
    """Remove tables that a killed command was bringing: nobody holds the project, so they are nobody's."""
    for path in (root / _BESIDE).glob(f"{_ARRIVING}*"):
        with contextlib.suppress(OSError):
            delete(path, within=root)


def _is_left(name: str) -> bool:
    return name.startswith(("changes.json", _ARRIVING))


def _lock(root: Path) -> FileLock:
    """Return the lock of a project; the system gives it back when its holder is killed."""
    from filelock import FileLock

    if is_link(root / _LOCK):  # the lock would be made where it leads
        delete(root / _LOCK, within=root)
    return FileLock(root / _LOCK, timeout=0, is_singleton=True)


def _cannot_be_written(error: OSError, root: Path) -> SharedAnalysisError:
    name = Path(error.filename).name if error.filename else str(root)
    part = _PART.match(name)
    return SharedAnalysisError(
        f"A file cannot be written: {error.strerror}. Nothing was changed.",
        part[1] if part else name,
        "close it in other programs, and see who may write there",
    )


def _free(path: Path, ending: str) -> Path:
    """Name a file beside another that is not there."""
    names = (path.with_name(f".{path.name}.{number}.{ending}") for number in itertools.count())
    return next(candidate for candidate in names if not os.path.lexists(candidate))


def _make_folders(path: Path) -> list[Path]:
    """Make the folders that a file needs; return those that were not there, the innermost first."""
    missing = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()
