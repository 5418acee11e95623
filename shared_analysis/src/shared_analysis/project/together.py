"""Change several files of a project together or not at all, whatever happens meanwhile: an error, or a process killed.

Everything is written beside its place first. A journal says so before it begins; from the moment when it says that all
is there, the changes count, and whoever works in the project next finishes what was broken off (the write-ahead log of
databases: Mohan et al. 1992, ARIES).
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from shared_analysis.errors import SharedAnalysisError

if TYPE_CHECKING:
    from filelock import FileLock

_JOURNAL = ".dvc/tmp/changes.json"
_LOCK = ".dvc/tmp/changes.lock"
_PART = re.compile(r"^\.(.+)\.\d+\.(part|old)$")


@dataclass(frozen=True)
class Change:
    """What is to become of a file.

    Parameters
    ----------
    after
        What it is to hold: bytes, or another file, which is moved there; None where it is to go.
    before
        What it held when that was worked out; None for a file that was not there. Nobody asks it of a file that another
        one takes the place of, nor of one that goes and has None here: the caller has seen that nothing is lost.
    """

    after: bytes | Path | None
    before: bytes | None = None

    @property
    def unseen(self) -> bool:
        """Whether nothing is known of what the file holds."""
        return isinstance(self.after, Path) or (self.after is None and self.before is None)


@dataclass(frozen=True)
class _Step:
    """A file, and where its next content (none where it goes) and its present one are put meanwhile."""

    path: Path
    part: Path | None
    old: Path

    def take(self) -> None:
        """Put the present content aside, and the next one in its place."""
        if self.path.exists():
            if self.part is not None:
                self.part.chmod(stat.S_IMODE(self.path.stat().st_mode))
            os.replace(self.path, self.old)
        if self.part is not None:
            os.replace(self.part, self.path)

    def take_back(self) -> None:
        """Undo :meth:`take`, wherever it stopped."""
        if self.part is not None and not self.part.exists():
            os.replace(self.path, self.part)
        if self.old.exists():
            os.replace(self.old, self.path)

    def finish(self) -> None:
        """Do what :meth:`take` has not done any more."""
        if self.part is None:
            self.path.unlink(missing_ok=True)
        elif self.part.exists():
            os.replace(self.part, self.path)

    def clear(self) -> None:
        """Remove what was put aside."""
        for path in filter(None, (self.part, self.old)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


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


def finish_interrupted(root: Path) -> bool:
    """Finish, or clear away, what a killed process left; tell whether there was anything.

    Raises
    ------
    SharedAnalysisError
        If a file cannot be put in its place.
    """
    if not (root / _JOURNAL).exists() and not _beside(root / _JOURNAL).exists():
        return False
    from filelock import Timeout

    with contextlib.suppress(Timeout), _lock(root):
        return _finish(root)
    return False  # whoever holds the lock is at work, not killed


@contextlib.contextmanager
def hold_project(root: Path) -> Iterator[None]:
    """Let no other command change the project meanwhile, and finish first what a killed one left.

    Raises
    ------
    SharedAnalysisError
        If another command changes it now, or a file cannot be put in its place.
    """
    from filelock import Timeout

    (root / _LOCK).parent.mkdir(parents=True, exist_ok=True)
    try:
        with _lock(root):
            _finish(root)
            yield
    except Timeout:
        raise SharedAnalysisError(
            "Another command is changing this project.", str(root), "wait until it is done, and give yours again"
        ) from None


def _write(root: Path, changes: Mapping[str, Change]) -> None:
    steps = _plan(root, changes)
    made: list[Path] = []
    taken: list[_Step] = []
    journal = root / _JOURNAL
    try:
        _note(journal, root, steps, complete=False)
        for step, change in zip(steps, changes.values(), strict=True):
            made += _make_folders(step.path)
            _prepare(step, change.after)
        for name, change in changes.items():
            if not change.unseen and _content(root / name) != change.before:
                raise SharedAnalysisError("The file was changed meanwhile.", name, "give the command again")
        _note(journal, root, steps, complete=True)
        for step in steps:
            taken.append(step)
            step.take()
    except BaseException as error:
        for step in reversed(taken):
            step.take_back()
        _clear(journal, steps)
        _remove_empty(made)
        if isinstance(error, OSError):
            raise _cannot_be_written(error, root) from None
        raise
    _clear(journal, steps)


def _finish(root: Path) -> bool:
    """Do what the journal of a process that is no more says; the lock is held."""
    journal = root / _JOURNAL
    try:
        noted = json.loads(journal.read_text(encoding="utf-8"))
    except FileNotFoundError:
        _beside(journal).unlink(missing_ok=True)
        return False
    steps = [
        _Step(root / entry["path"], root / entry["part"] if entry["part"] else None, root / entry["old"])
        for entry in noted["steps"]
    ]
    if noted["complete"]:
        for step in steps:
            try:
                step.finish()
            except OSError as error:
                raise _cannot_be_written(error, root, "An earlier command was broken off. ") from None
    _clear(journal, steps)
    return True


def _plan(root: Path, changes: Mapping[str, Change]) -> list[_Step]:
    return [
        _Step(
            root / name,
            None if change.after is None else _free(root / name, "part"),
            _free(root / name, "old"),
        )
        for name, change in changes.items()
    ]


def _prepare(step: _Step, content: bytes | Path | None) -> None:
    """Write a file's next content beside it, and see that it is on the disk."""
    if step.part is None:
        return
    if isinstance(content, Path):
        shutil.move(content, step.part)
        return
    with step.part.open("xb") as file:
        file.write(content or b"")
        _to_disk(file)


def _note(journal: Path, root: Path, steps: list[_Step], *, complete: bool) -> None:
    entries = [
        {"path": _from(root, step.path), "part": _from(root, step.part), "old": _from(root, step.old)} for step in steps
    ]
    beside = _beside(journal)
    with beside.open("wb") as file:
        file.write(json.dumps({"complete": complete, "steps": entries}).encode())
        _to_disk(file)
    os.replace(beside, journal)


def _beside(journal: Path) -> Path:
    return journal.with_suffix(".new")


def _from(root: Path, path: Path | None) -> str | None:
    return None if path is None else path.relative_to(root).as_posix()


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _clear(journal: Path, steps: list[_Step]) -> None:
    """Remove what was put aside, and the journal after it: while it is there, it knows what to remove."""
    for step in steps:
        step.clear()
    _beside(journal).unlink(missing_ok=True)
    journal.unlink(missing_ok=True)


def _lock(root: Path) -> FileLock:
    """Return the lock of a project; the system gives it back when its holder is killed."""
    from filelock import FileLock

    return FileLock(root / _LOCK, timeout=0, is_singleton=True)


def _cannot_be_written(error: OSError, root: Path, before: str = "") -> SharedAnalysisError:
    name = Path(error.filename).name if error.filename else str(root)
    part = _PART.match(name)
    nothing = "" if before else " Nothing was changed."
    return SharedAnalysisError(
        f"{before}A file cannot be written: {error.strerror}.{nothing}",
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


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
