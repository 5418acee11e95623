"""How what came out differs from what was committed, by the kind of file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.findings import Verdict
from shared_analysis.reproduce.judge.numbers import Difference, json_differences, text_difference
from shared_analysis.reproduce.judge.sides import COMMITTED, Sides
from shared_analysis.reproduce.judge.tables import compare_tables

_TABLES = (".csv", ".parquet")
_PAGES = (".html", ".svg")
_TEXTS = (*_PAGES, ".md", ".txt")
_ID = re.compile(r"""\bid=["']?([\w-]+)""")
_MOST = 5


def compare_files(old: Path, new: Path, tolerance: float, sides: Sides = COMMITTED) -> tuple[Verdict, list[str]]:
    """Compare two files whose bytes differ, such as a committed one with the one that came out.

    Tables are compared by their cells, in whatever order of rows; notebooks cell by cell; JSON by its keys; pages,
    drawings and texts by their words, whatever their line ends. Fractions in any of them are equal within the
    tolerance; whole numbers are exact.

    Parameters
    ----------
    old, new
        The two files; their name ends say the kind.
    tolerance
        Share of the larger number.
    sides
        How the two are spoken of.

    Returns
    -------
    tuple
        ``equivalent`` or ``different``, and what differs: places and amounts, no value of a row.
    """
    try:
        if new.suffix in _TABLES:
            return compare_tables(old, new, tolerance, sides)
        if new.suffix in (".ipynb", ".json"):
            return _json(old, new, tolerance, sides)
        if new.suffix in _TEXTS:
            return _texts(_text(old), _text(new), new.suffix in _PAGES, tolerance)
    except SharedAnalysisError as error:
        return Verdict.different, [f"the two cannot be compared: {error.what}"]
    except (ValueError, TypeError, AttributeError, KeyError, ArithmeticError, RecursionError):
        return Verdict.different, ["the two cannot be compared"]
    return Verdict.different, ["other bytes"]


def _json(old: Path, new: Path, tolerance: float, sides: Sides) -> tuple[Verdict, list[str]]:
    before, after = (json.loads(_text(path), object_pairs_hook=_each_key_once) for path in (old, new))
    if new.suffix == ".json":
        return _judged(list(json_differences(before, after, names=sides.names)), tolerance)
    if len(before["cells"]) != len(after["cells"]):
        return Verdict.different, [f"{len(after['cells'])} cells {sides.new}, {len(before['cells'])} {sides.old}"]
    differences = []
    for number, (old_cell, new_cell) in enumerate(zip(before["cells"], after["cells"], strict=True), start=1):
        for part in sorted(set(old_cell) | set(new_cell)):
            inner = list(json_differences(old_cell.get(part), new_cell.get(part)))
            if inner:
                shares = [difference.share for difference in inner]
                share = None if None in shares else max(share for share in shares if share is not None)
                whole = any(difference.whole for difference in inner)
                said = sides.names.part_of_cell(part)
                differences.append(Difference(f"cell {number}, its {said}", share, whole))
    old_rest, new_rest = ({key: value for key, value in book.items() if key != "cells"} for book in (before, after))
    return _judged([*differences, *json_differences(old_rest, new_rest, names=sides.names)], tolerance)


def _text(path: Path) -> str:
    """Read a text with LF at its line ends, whatever editor wrote it."""
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers of JSON take the last of two values of one name, and people the first."""
    if len(dict(pairs)) < len(pairs):
        raise SharedAnalysisError("an object names a key twice")
    return dict(pairs)


def _texts(old: str, new: str, page: bool, tolerance: float) -> tuple[Verdict, list[str]]:
    difference = text_difference(old, new, "the text")
    if difference is None:
        return Verdict.equivalent, ["the same text with other line ends"]
    if not difference.within(tolerance):
        if page and _with_ids_numbered(old) == _with_ids_numbered(new):
            return Verdict.different, ["the text: only the ids of elements differ, and words that are such an id"]
        if old.split() == new.split():
            return Verdict.different, ["the text: only its white space differs"]
    return _judged([difference], tolerance)


def _with_ids_numbered(page: str) -> str:
    """Number the ids of a page, wherever their words stand: some libraries that draw make them up anew each time."""
    numbers = {name: f"\0{number}" for number, name in enumerate(dict.fromkeys(_ID.findall(page)))}
    return re.sub(r"[\w-]+", lambda word: numbers.get(word[0], word[0]), page)


def _judged(differences: list[Difference], tolerance: float) -> tuple[Verdict, list[str]]:
    beyond = [difference for difference in differences if not difference.within(tolerance)]
    if not beyond:
        return Verdict.equivalent, [f"the same within {tolerance:g}, in other bytes"]
    reasons = [f"{difference.where}: {difference.amount}" for difference in beyond[:_MOST]]
    if len(beyond) > _MOST:
        reasons.append(f"and {len(beyond) - _MOST} more places")
    return Verdict.different, reasons
