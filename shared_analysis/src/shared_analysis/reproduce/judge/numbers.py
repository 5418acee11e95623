"""Are two texts, or two pieces of JSON, the same but for the last digits of their fractions?

Whole numbers are counts, ids and times: they are compared as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from shared_analysis.reproduce.judge.public_names import EVERY, PublicNames

NUMBER = re.compile(r"(?<![\w.])(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?!\.*\w)")
"""Of plain digits alone: digits of other scripts can look like others of ours."""
_WHOLE = re.compile(r"-?[0-9]+(?:\.0*)?")
_EXACT = 2.0**53
"""The whole numbers below it can each be written as a float."""


@dataclass(frozen=True)
class Difference:
    """Where two pieces of content differ, and by how much of the larger number where both are numbers."""

    where: str
    share: float | None
    whole: bool = False
    """Whether it is between whole numbers, which no tolerance makes equal."""

    @property
    def amount(self) -> str:
        """By how much, in words."""
        return "differs" if self.share is None else f"differs by {self.share:.2g} of its value"

    def within(self, tolerance: float) -> bool:
        """Say whether it is a matter of the last digits."""
        return self.share is not None and not self.whole and self.share <= tolerance


def share_between(old: float, new: float) -> float | None:
    """Return how far two numbers are apart, as a share of the larger; None where one of them is not a number."""
    if isinstance(old, int) and isinstance(new, int):  # of any size, and not to be rounded
        return abs(old - new) / max(abs(old), abs(new))
    if not (math.isfinite(old) and math.isfinite(new)):
        return None
    return abs(old - new) / max(abs(old), abs(new)) if old != new else 0.0


def _are_whole(old: float, new: float) -> bool:
    """Say whether two numbers are whole, however written; of the larger ones no float holds each whole number."""
    if isinstance(old, int) and isinstance(new, int):
        return True
    whole = all(isinstance(number, int) or number.is_integer() for number in (old, new))
    return whole and (isinstance(old, int) or isinstance(new, int) or min(abs(old), abs(new)) < _EXACT)


def _share_as_written(old: str, new: str) -> float | None:
    """Return how far apart two numbers in a text are; None for whole numbers, and for such as 1.1 and 1.10: codes."""
    written_twice = "." in old and "." in new and old.rstrip("0") == new.rstrip("0")
    if "." not in old and "." not in new:  # in 1e5 and 1E5, say: what looks so may be a part of a coded picture
        return None
    if ("." not in old or "." not in new) and _WHOLE.fullmatch(old) and _WHOLE.fullmatch(new):  # of any size
        return 0.0 if old.partition(".")[0] == new.partition(".")[0] else None
    a, b = float(old), float(new)
    return None if written_twice or (a != b and _are_whole(a, b)) else share_between(a, b)


def text_difference(old: str, new: str, where: str) -> Difference | None:
    """Compare two texts: words and whole numbers exactly, fractions as numbers."""
    if old == new:
        return None
    before, after = NUMBER.split(old), NUMBER.split(new)
    if len(before) != len(after) or before[::2] != after[::2]:
        return Difference(where, None)
    pairs = zip(before[1::2], after[1::2], strict=True)
    shares = [_share_as_written(a, b) for a, b in pairs if a != b]
    if not shares or None in shares:
        return Difference(where, None)
    return Difference(where, max(share for share in shares if share is not None))


def json_differences(old: Any, new: Any, where: str = "", names: PublicNames = EVERY) -> Iterator[Difference]:
    """Yield where two pieces of JSON differ, each time: ``groups.0.rows``.

    A key that only one of them has may be a value, such as a person's name: only where it stands is said. Others may be
    values, too: ``names`` knows which of them may be said.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        if set(old) != set(new):
            yield Difference(f"a key of {where} that only one has" if where else "a key that only one has", None)
        places = {key: place for place, key in enumerate(new, start=1)}
        for key in sorted(set(old) & set(new)):
            said = str(key) if names.shows(key) else f"key {places[key]} of {len(new)}"
            yield from json_differences(old[key], new[key], f"{where}.{said}" if where else said, names)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, pair in enumerate(zip(old, new, strict=True)):
            yield from json_differences(*pair, f"{where}.{number}" if where else str(number), names)
    elif isinstance(old, str) and isinstance(new, str):
        difference = text_difference(old, new, where)
        if difference:
            yield difference
    elif _number(old) and _number(new):
        if old != new and not (old != old and new != new):  # NaN is unlike itself
            yield Difference(where, share_between(old, new), _are_whole(old, new))
    elif old != new or type(old) is not type(new):
        yield Difference(where, None)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
