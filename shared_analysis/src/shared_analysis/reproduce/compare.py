"""How what came out differs from what was committed, by the kind of file."""

from __future__ import annotations

import json
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.digits import Difference, json_differences, text_difference
from shared_analysis.reproduce.findings import COMMITTED, Sides, Verdict
from shared_analysis.reproduce.tables import compare_tables

_TABLES = (".csv", ".parquet")
_TEXTS = (".html", ".md", ".svg", ".txt")
_MOST = 5


def compare_files(old: Path, new: Path, tolerance: float, sides: Sides = COMMITTED) -> tuple[Verdict, list[str]]:
    """Compare two files whose bytes differ, such as a committed one with the one that came out.

    Tables are compared by their cells, in whatever order of rows; notebooks cell by cell; JSON by its keys; pages,
    drawings and texts by their words. Fractions in any of them are equal within the tolerance; whole numbers are exact.

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
            found = text_difference(old.read_text(encoding="utf-8"), new.read_text(encoding="utf-8"), "the text")
            return _judged([found] if found else [], tolerance)
    except SharedAnalysisError as error:
        return Verdict.different, [f"the two cannot be compared: {error.what}"]
    except (ValueError, TypeError, AttributeError, KeyError):
        return Verdict.different, ["the two cannot be compared"]
    return Verdict.different, ["other bytes"]


def _json(old: Path, new: Path, tolerance: float, sides: Sides) -> tuple[Verdict, list[str]]:
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in (old, new))
    if new.suffix == ".json":
        return _judged(list(json_differences(before, after)), tolerance)
    if len(before["cells"]) != len(after["cells"]):
        return Verdict.different, [f"{len(after['cells'])} cells {sides.new}, {len(before['cells'])} {sides.old}"]
    found = []
    for number, (one, other) in enumerate(zip(before["cells"], after["cells"], strict=True), start=1):
        for part in sorted(set(one) | set(other)):
            inner = list(json_differences(one.get(part), other.get(part)))
            if inner:
                shares = [difference.share for difference in inner]
                share = None if None in shares else max(share for share in shares if share is not None)
                whole = any(difference.whole for difference in inner)
                found.append(Difference(f"cell {number}, its {part}", share, whole))
    rest, other_rest = ({key: value for key, value in book.items() if key != "cells"} for book in (before, after))
    return _judged([*found, *json_differences(rest, other_rest)], tolerance)


def _judged(differences: list[Difference], tolerance: float) -> tuple[Verdict, list[str]]:
    beyond = [difference for difference in differences if not difference.within(tolerance)]
    if not beyond:
        return Verdict.equivalent, [f"the same within {tolerance:g}, in other bytes"]
    reasons = [
        f"{one.place}: {'differs' if one.share is None else f'differs by {one.share:.2g} of its value'}"
        for one in beyond[:_MOST]
    ]
    if len(beyond) > _MOST:
        reasons.append(f"and {len(beyond) - _MOST} more places")
    return Verdict.different, reasons
