"""How what came out differs from what was committed, by the kind of file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.judge.findings import COMMITTED, Sides, Verdict
from shared_analysis.reproduce.judge.markup import without_ids
from shared_analysis.reproduce.judge.numbers import Difference, json_differences, text_difference
from shared_analysis.reproduce.judge.tables import compare_tables

_TABLES = (".csv", ".parquet")
_PAGES = (".html", ".svg")
_PAGES_IN_NOTEBOOKS = ("text/html", "image/svg+xml")
_TEXTS = (*_PAGES, ".md", ".txt")
_MOST = 5


def compare_files(old: Path, new: Path, tolerance: float, sides: Sides = COMMITTED) -> tuple[Verdict, list[str]]:
    """Compare two files whose bytes differ, such as a committed one with the one that came out.

    Tables are compared by their cells, in whatever order of rows; notebooks cell by cell; JSON by its keys; pages,
    drawings and texts by their words, whatever their line ends and, on pages, the ids of elements. Fractions in any
    of them are equal within the tolerance; whole numbers are exact.

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
        return _judged(list(json_differences(before, after)), tolerance)
    before, after = _lines_joined(before), _lines_joined(after)
    if len(before["cells"]) != len(after["cells"]):
        return Verdict.different, [f"{len(after['cells'])} cells {sides.new}, {len(before['cells'])} {sides.old}"]
    found = []
    for number, (one, other) in enumerate(zip(before["cells"], after["cells"], strict=True), start=1):
        for part in sorted(set(one) | set(other)):
            pages = _PAGES_IN_NOTEBOOKS if part == "outputs" else ()
            inner = list(json_differences(one.get(part), other.get(part), pages=pages))
            if inner:
                shares = [difference.share for difference in inner]
                share = None if None in shares else max(share for share in shares if share is not None)
                whole = any(difference.whole for difference in inner)
                ids = sum(difference.ids for difference in inner)
                found.append(Difference(f"cell {number}, its {part}", share, whole, ids))
    rest, other_rest = ({key: value for key, value in book.items() if key != "cells"} for book in (before, after))
    return _judged([*found, *json_differences(rest, other_rest)], tolerance)


def _lines_joined(content: Any) -> Any:
    """Join the texts that a notebook holds line by line."""
    if isinstance(content, dict):
        return {key: _lines_joined(value) for key, value in content.items()}
    if isinstance(content, list):
        if any(isinstance(one, str) and one.endswith("\n") for one in content):
            return "".join(map(str, content))
        return [_lines_joined(one) for one in content]
    return content


def _text(path: Path) -> str:
    """Read a text with LF at its line ends, whatever editor wrote it."""
    return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers of JSON take the last of two values of one name, and people the first."""
    if len(dict(pairs)) < len(pairs):
        raise SharedAnalysisError("an object names a key twice")
    return dict(pairs)


def _texts(old: str, new: str, page: bool, tolerance: float) -> tuple[Verdict, list[str]]:
    found = text_difference(old, new, "the text", page)
    if found is None:
        return Verdict.equivalent, ["the same text with other line ends"]
    if found.within(tolerance):
        return _judged([found], tolerance)
    if page and without_ids(old) == without_ids(new):
        why = "they do not stand for each other, or are more than names"
        return Verdict.different, [f"the text: only the ids of elements differ, and {why}"]
    if old.split() == new.split():
        return Verdict.different, ["the text: only its white space differs"]
    return _judged([found], tolerance)


def _judged(differences: list[Difference], tolerance: float) -> tuple[Verdict, list[str]]:
    beyond = [difference for difference in differences if not difference.within(tolerance)]
    if not beyond:
        ids = sum(difference.ids for difference in differences)
        reasons = [f"the same but for the ids of {ids} elements, each used alike"] if ids else []
        if not ids or any(difference.share for difference in differences):
            reasons.append(f"the same within {tolerance:g}, in other bytes")
        return Verdict.equivalent, reasons
    reasons = [
        f"{one.place}: {'differs' if one.share is None else f'differs by {one.share:.2g} of its value'}"
        for one in beyond[:_MOST]
    ]
    if len(beyond) > _MOST:
        reasons.append(f"and {len(beyond) - _MOST} more places")
    return Verdict.different, reasons
