"""The journal of a change of several files: what is prepared, how far it has come, and how each file was marked."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.writing import open_new

_VERSION = 1
_LARGE = 1 << 24

Mark = tuple[int, str]
"""A file's size, and its hash; of a large one, when it was changed last."""


class Phase(StrEnum):
    """How far a change has come."""

    PREPARING = "preparing"
    FORWARD = "forward"
    BACK = "back"


def mark_of(path: Path) -> Mark | None:
    """Mark a file, so that another content is told from it; None for a file that is not there."""
    try:
        state = path.stat()
        if state.st_size > _LARGE:
            return state.st_size, str(state.st_mtime_ns)
        return state.st_size, hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


@dataclass(frozen=True)
class Step:
    """A file, where its next content (none where it goes) and its present one are put meanwhile, and their marks."""

    path: Path
    part: Path | None
    old: Path
    before: Mark | None = None
    after: Mark | None = None

    def marked(self) -> Step:
        """Give the same with the marks of what is there now."""
        return replace(self, before=mark_of(self.path), after=None if self.part is None else mark_of(self.part))

    def take(self) -> None:
        """Put the present content aside, and the next one in its place."""
        if self.path.exists():
            os.replace(self.path, self.old)
        if self.part is not None:
            os.replace(self.part, self.path)

    def take_back(self) -> None:
        """Undo :meth:`take`, wherever it stopped."""
        if self.is_back:
            return
        if self.part is not None and mark_of(self.path) == self.after:
            os.replace(self.path, self.part)
        if self.old.exists():
            os.replace(self.old, self.path)

    def finish(self) -> None:
        """Do what :meth:`take` has not done any more."""
        if mark_of(self.path) != self.after:
            self.take()

    @property
    def is_back(self) -> bool:
        """Whether the file is as it was before."""
        return mark_of(self.path) == self.before

    @property
    def can_go_on(self) -> bool:
        """Whether the file is as the change found or left it, and what it is to hold is there."""
        present = mark_of(self.path)
        if present == self.after:
            return True
        untouched = present == self.before or (present is None and mark_of(self.old) == self.before)
        return untouched and (self.part is None or mark_of(self.part) == self.after)

    @property
    def can_go_back(self) -> bool:
        """Whether the file is as it was, or what it held is there."""
        present = mark_of(self.path)
        return present == self.before or (
            present in (None, self.after) and (self.before is None or mark_of(self.old) == self.before)
        )


class Journal:
    """The file in which a change is written down.

    Parameters
    ----------
    path
        The file.
    root
        The project, within which every file of a change is.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.root = root
        self.phase = Phase.PREPARING

    def note(self, phase: Phase, steps: Sequence[Step]) -> None:
        """Write down how far a change has come; what was written before stays until the new words are on the disk."""
        entries = [
            {
                "path": self.name(step),
                "part": step.part.name if step.part else None,
                "old": step.old.name,
                "before": step.before,
                "after": step.after,
            }
            for step in steps
        ]
        with open_new(self._beside, within=self.root) as file:
            file.write(json.dumps({"version": _VERSION, "phase": phase, "steps": entries}).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(self._beside, self.path)
        self.phase = phase

    def read(self) -> list[Step] | None:
        """Read what a process that is no more wrote down; None where there is nothing.

        Raises
        ------
        SharedAnalysisError
            If it is damaged, of another version, or names files that are none of a change's.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self._beside.unlink(missing_ok=True)
            return None
        try:
            noted = json.loads(text)
            if noted["version"] != _VERSION:
                raise ValueError
            self.phase = Phase(noted["phase"])
            return [self._step(entry) for entry in noted["steps"]]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SharedAnalysisError(
                "The note of a command that was interrupted cannot be read.",
                self.name_of(self.path),
                "see `git status`, and delete the note and any hidden .part and .old files",
            ) from None

    def remove(self) -> None:
        """Forget the change: it is over."""
        self._beside.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def name(self, step: Step) -> str:
        """Name a step's file by its path from the root."""
        return self.name_of(step.path)

    def name_of(self, path: Path) -> str:
        """Name a file by its path from the root."""
        return path.relative_to(self.root).as_posix()

    @property
    def _beside(self) -> Path:
        return self.path.with_name(f"{self.path.name}.new")

    def _step(self, entry: dict[str, Any]) -> Step:
        """Read one step; what does not lie in the project, or is not called as we call it, is no step of ours."""
        path = self.root / entry["path"]
        root = os.path.realpath(self.root)
        inside = Path(os.path.realpath(path)).is_relative_to(root) and not Path(entry["path"]).is_absolute()
        names = [(entry["old"], "old"), *([(entry["part"], "part")] if entry["part"] is not None else [])]
        ours = all(re.fullmatch(rf"\.{re.escape(path.name)}\.\d+\.{ending}", name) for name, ending in names)
        if not inside or not ours:
            raise ValueError
        before, after = (tuple(entry[key]) if entry[key] is not None else None for key in ("before", "after"))
        part = None if entry["part"] is None else path.with_name(entry["part"])
        return Step(path, part, path.with_name(entry["old"]), before, after)
