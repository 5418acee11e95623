"""What an output holds, wherever that is kept; and how two of them differ, file by file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shared_analysis.integrity.hashes import file_md5
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.judge.files import compare_files
from shared_analysis.reproduce.judge.findings import COMMITTED, Sides, Verdict, worst

NOT_HAD = "its content is not to be had"
_MOST = 8


class Absent(Exception):
    """A content that is not to be had; says why."""


class Content(Protocol):
    """One output: a file, or a folder of files."""

    def files(self) -> Mapping[str, str] | None:
        """Return the hash of each file by its path in the folder; None of a single file. May raise ``Absent``."""
        ...

    def open(self, name: str) -> AbstractContextManager[Path]:
        """Give a file of the folder, or with no name the single file, under its own name. May raise ``Absent``."""
        ...


@dataclass(frozen=True)
class Made:
    """What lies in a place of a clean copy."""

    pipeline: Pipeline
    place: Path

    def files(self) -> Mapping[str, str] | None:
        """Hash what is there."""
        if not self.place.is_dir():
            return None
        found = self.pipeline.files(self.place)
        return {path.relative_to(self.place).as_posix(): file_md5(path) for path in found}

    @contextmanager
    def open(self, name: str) -> Iterator[Path]:
        """Give the file itself."""
        yield self.place / name if name else self.place


def compare_contents(
    old: Content, new: Content, tolerance: float, sides: Sides = COMMITTED
) -> tuple[Verdict, list[str]]:
    """Compare two outputs whose hashes differ, file by file.

    Parameters
    ----------
    old, new
        The two.
    tolerance
        Share of the larger number by which fractions may differ.
    sides
        How the two are spoken of.

    Returns
    -------
    tuple
        ``equivalent`` or worse, and what differs: places and amounts, no value of a row.

    Raises
    ------
    Absent
        If one of them is not to be had at all.
    """
    before, after = old.files(), new.files()
    if before is None and after is None:
        return _compare(old, new, "", tolerance, sides)
    if before is None or after is None:
        return Verdict.different, ["a file in the place of a folder, or a folder in the place of a file"]
    verdicts, reasons = [], []
    for name in sorted(set(before) | set(after)):
        if name not in after:
            verdict, said = Verdict.missing, [sides.gone]
        elif name not in before:
            verdict, said = Verdict.different, [sides.come]
        elif after[name] == before[name]:
            continue
        else:
            try:
                verdict, said = _compare(old, new, name, tolerance, sides)
            except Absent as why:
                verdict, said = Verdict.different, [str(why)]
        verdicts.append(verdict)
        reasons += [f"{name}: {one}" for one in said]
    if len(reasons) > _MOST:
        reasons = [*reasons[:_MOST], f"and {len(reasons) - _MOST} more"]
    return worst(verdicts), reasons


def _compare(old: Content, new: Content, name: str, tolerance: float, sides: Sides) -> tuple[Verdict, list[str]]:
    with old.open(name) as one, new.open(name) as other:
        return compare_files(one, other, tolerance, sides)
