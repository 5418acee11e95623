"""Shares of a column's values that are of some kind, and how many kinds of values there are.

Of a long column values drawn at random are looked at first. They decide where they leave no doubt; else all are.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from functools import cache
from math import log

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Test = Callable[[pa.Array], pa.Array]
"""Says of each value whether it is of a kind; of a missing one nothing."""

_DRAWN = 4096
_FEW_DRAWN = 600
_LONGER = 3
_LONG = _LONGER * _DRAWN
_NO_DOUBT = 30.0
"""Chance makes the drawn values as unlike the others as this once in e**30 columns."""
_MANY = 0.9


def matching(pattern: str) -> Test:
    """Make a test of a regular expression."""
    return lambda text: pc.match_substring_regex(text, pattern)


def share_matching(text: pa.Array, pattern: str) -> float:
    """Return the share of the values present that match; 0 when there is none."""
    return _mean(pc.match_substring_regex(text, pattern))


def matches(text: pa.Array, pattern: str, needed: float) -> bool:
    """Say whether at least this share of the values present match; as :func:`reaches`."""
    return reaches(text, needed, matching(pattern))


def reaches(text: pa.Array, needed: float, test: Test, counts: np.ndarray | None = None) -> bool:
    """Say whether at least this share of the values present, above 0, pass a test.

    Parameters
    ----------
    text
        The values.
    needed
        The share; 1 if all must.
    test
        Is run on some of the values, and on all of them where these do not tell.
    counts
        How often each occurs; once by default.
    """
    for number in (_FEW_DRAWN, _DRAWN):
        if len(text) > _LONGER * number:
            told = test(draw(text, counts, number))
            there, share = len(told) - told.null_count, _mean(told)
            if there and (share < 1 if needed == 1 else there * _divergence(share, needed) > _NO_DOUBT):
                return share >= needed
    if needed == 1 and counts is None and len(text) > _LONG and not is_varied(text):
        text, _ = counted(text)
    return _mean(test(text), counts) >= needed


def _mean(told: pa.Array, counts: np.ndarray | None = None) -> float:
    if counts is None:
        return float(pc.mean(told).as_py() or 0.0)
    return float(counts[told.to_numpy(zero_copy_only=False)].sum() / counts.sum()) if len(counts) else 0.0


def _divergence(share: float, other: float) -> float:
    """Tell how little one share explains the other (Kullback and Leibler), which bounds the error of a draw."""
    sides = ((share, other), (1 - share, 1 - other))
    return sum(here * log(here / there) for here, there in sides if here)


def draw(text: pa.Array, counts: np.ndarray | None = None, number: int = _DRAWN) -> pa.Array:
    """Draw values at random, the same ones whenever it is asked; all of a column not much longer."""
    if len(text) <= _LONGER * number:
        return text
    if counts is None:
        return text.take(_places(len(text), number))
    ends = np.cumsum(counts)
    return text.take(pa.array(np.searchsorted(ends, np.asarray(_places(int(ends[-1]), number)), side="right")))


@cache
def _places(length: int, number: int) -> pa.Array:
    return pa.array(np.sort(np.random.default_rng(length).choice(length, number, replace=False)))


def is_varied(text: pa.Array, seen_as: Callable[[pa.Array], pa.Array] | None = None) -> bool:
    """Say whether a column is long, and so few of its values are alike that each had better be looked at by itself.

    Parameters
    ----------
    text
        The values.
    seen_as
        Leaves of them what counts.
    """
    if len(text) <= _LONG:
        return False
    there = draw(text).drop_null()
    return len(pc.unique(seen_as(there) if seen_as else there)) > _MANY * len(there)


def distinct(text: pa.Array) -> int:
    """Count the different values."""
    if ascends(text):
        return len(text)
    return len(pc.unique(text)) - int(text.null_count > 0)


def ascends(values: pa.Array) -> bool:
    """Say whether each value is there, and greater than the one before it."""
    if values.null_count:
        return False
    follows = pc.less(values.slice(0, max(len(values) - 1, 0)), values.slice(1))
    return pc.all(follows).as_py() in (True, None)


def repeats(text: pa.Array) -> bool:
    """Say whether each value occurs twice or more on average."""
    return 0 < distinct(text) <= len(text) / 2


def counted(text: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return the different values, and how often each occurs; none of the missing ones.

    A draft asks this of a column again and again: where a long one has few, they are kept for as long as it is.
    """
    if (known := _COUNTED.get(id(text))) is not None:
        return known
    found = pc.value_counts(text)
    found = found.filter(pc.is_valid(found.field("values"))) if text.null_count else found
    values, counts = found.field("values"), found.field("counts").to_numpy(zero_copy_only=False)
    if len(values) <= _DRAWN < _LONG < len(text):
        _COUNTED[id(text)] = values, counts
        weakref.finalize(text, _COUNTED.pop, id(text), None).atexit = False
    return values, counts


_COUNTED: dict[int, tuple[pa.Array, np.ndarray]] = {}
"""What is known of columns, by their identity."""


def counted_together(pieces: Iterable[pa.Array]) -> tuple[pa.Array, np.ndarray]:
    """Count the different values of a column that comes piece by piece, as :func:`counted` does of one at hand."""
    values, counts = zip(*map(counted, pieces), strict=True)
    found = pc.dictionary_encode(pa.concat_arrays(values))
    sums = np.bincount(np.asarray(found.indices), weights=np.concatenate(counts))
    return found.dictionary, sums.astype(np.int64)
