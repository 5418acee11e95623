"""What a new stage may be called, and which number its notebook gets."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError

LONGEST = 40
_SHAPE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_WINDOWS = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
# As a key of a YAML file these are truth values or nothing, to one reader or another.
_YAML = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
# What a stage's results would meet in reports/, and the parts of its page.
_OURS = {"failed", "headlines", "index", "main", "metrics", "notebooks", "plots", "provenance"}


def refuse_bad_name(name: str) -> None:
    """Refuse a name that is not one word of small ASCII letters, digits and underscores.

    It becomes a key of two YAML files, part of file names on Windows too, and part of what is typed after ``-S``.

    Raises
    ------
    SharedAnalysisError
        If the name cannot be used; it says why, and the nearest that can.
    """
    if _SHAPE.fullmatch(name) is None or len(name) > LONGEST:
        near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:LONGEST].strip("_")
        hint = f"such as {near}" if _SHAPE.fullmatch(near) and not _taken_by_a_system(near) else "such as second_link"
        raise SharedAnalysisError(
            "A stage's name has small letters (a to z), digits and single underscores, begins with a letter, and is "
            f"at most {LONGEST} characters long.",
            "NAME",
            f"choose another, {hint}",
        )
    if reason := _taken_by_a_system(name):
        raise SharedAnalysisError(f"'{name}' cannot be a stage's name: {reason}.", "NAME", "choose another")


def _taken_by_a_system(name: str) -> str | None:
    if _WINDOWS.fullmatch(name):
        return "Windows has no file or folder of that name"
    if name in _YAML:
        return "YAML reads it as yes, no or nothing"
    if name in _OURS:
        return "reports/ or the page in it has something else of that name"
    return None


def refuse_taken_name(name: str, where: Iterable[tuple[str, Collection[str]]]) -> None:
    """Refuse a name that is in use; ``where`` holds places in words, and the names there."""
    for place, names in where:
        if name in {known.lower() for known in names}:
            raise SharedAnalysisError(
                f"'{name}' is there already, in {place}, and nothing is ever overwritten.",
                "NAME",
                "choose another name",
            )


def choose_number(notebooks: Path, usual: range, wanted: int | None) -> int:
    """Choose the notebook's number: the one that was wanted, or the first of the usual ones that is free.

    Raises
    ------
    SharedAnalysisError
        If the number is in use, or none of the usual ones is free.
    """
    numbers = (re.match(r"\d+", path.name) for path in notebooks.glob("*.ipynb"))
    taken = {int(digits.group()) for digits in numbers if digits}
    if wanted is None:
        free = next((number for number in usual if number not in taken), None)
        if free is not None:
            return free
        raise SharedAnalysisError(
            f"Every notebook number from {usual[0]} to {usual[-1]} is in use.", "notebooks/", "say one: --number 60"
        )
    if wanted in taken:
        raise SharedAnalysisError(
            f"The notebook number {wanted} is in use.", "notebooks/", "leave --number out, or say another"
        )
    return wanted
