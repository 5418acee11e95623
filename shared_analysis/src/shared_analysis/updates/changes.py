"""What differs between two commits, file by file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.git import git

_DONE = {"A": "added", "D": "deleted", "M": "changed", "R": "renamed", "T": "changed"}


@dataclass(frozen=True)
class Change:
    """One file: what happens to it, and how many lines come and go (None where it is no text).

    ``before`` is its name until then, where it is renamed.
    """

    path: str
    done: str
    added: int | None
    removed: int | None
    before: str | None = None

    @property
    def words(self) -> str:
        """What happens to it, without its name."""
        return f"{self.done}, {self._lines}"

    @property
    def _lines(self) -> str:
        return "other bytes" if self.added is None else f"+{self.added} -{self.removed}"

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{self.done:8} {f'{self.before} -> {self.path}' if self.before else self.path}  {self._lines}"


def changes(repository: Path, old: str, new: str, prefix: str) -> tuple[Change, ...]:
    """List what differs between two commits or trees in a project's folder, by paths from that folder on."""
    options = ("-z", "-M", "--no-ext-diff", f"--relative={prefix}/" if prefix else "--no-relative", old, new)
    lines = dict(_counts(git("diff", "--numstat", *options, cwd=repository)))
    return tuple(
        Change(path, done, *lines.get(path, (0, 0)), before)
        for path, done, before in _names(git("diff", "--name-status", *options, cwd=repository))
    )


def _names(listed: str) -> Iterator[tuple[str, str, str | None]]:
    fields = iter(listed.split("\0"))
    for letter in fields:
        if letter.startswith(("R", "C")):
            before = next(fields)
            yield next(fields), _DONE["R"], before
        elif letter:
            yield next(fields), _DONE.get(letter[0], "changed"), None


def _counts(listed: str) -> Iterator[tuple[str, tuple[int | None, int | None]]]:
    fields = iter(listed.split("\0"))
    for field in fields:
        if not field:
            continue
        added, removed, path = field.split("\t", 2)
        if not path:  # a renamed file: its two names follow
            next(fields)
            path = next(fields)
        yield path, (None, None) if added == "-" else (int(added), int(removed))
