"""The same counts under two names: releases of which some rows were revised, and series that are copies of others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from shared_analysis.forecasting.panel.double_counting.side_by_side import Cells
from shared_analysis.forecasting.panel.double_counting.sums import BITS, FEWEST_CELLS, Sum

_VERSIONS = re.compile(
    r"(?i)release|revis|version|vintage|status|provisional|final|publish|publication|edition|extract|\brun\b|source"
    r"|snapshot|draft|updated?\b|upload|refresh|\bas (at|of|on)\b"
    r"|\b(load|loaded|data|file|import|report|reporting|issue|issued) date\b"
)
_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?|\d{1,2}/\d{1,2}/\d{4}")
_MOST_VERSIONS = 12
_HALF = 0.5
_ROUNDING = 1 / 12
_FEWEST_DATES = 12
_FEWEST_LEVELS = 5


def are_versions(column: str, kinds: Sequence[str]) -> bool:
    """Say whether the kinds of a column may be versions of one table: by its name, by theirs, or if they are dates.

    Parameters
    ----------
    column
        The name of the column.
    kinds
        Its kinds.
    """
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", column).replace("_", " ")
    return (
        bool(_VERSIONS.search(words))
        or any(map(_VERSIONS.search, kinds))
        or all(_DAY.fullmatch(kind[:10]) for kind in kinds)
    )


def find_revised(cells: Cells) -> Iterator[Sum]:
    """Find versions that are equal in half of the cells or more, however far the others were revised.

    How often separate counts are equal by chance follows from how far apart such counts lie.
    """
    if len(cells.kinds) > _MOST_VERSIONS:
        return
    spread = cells.irregularity()
    pairs = list(combinations(range(len(cells.kinds)), 2))
    for one, other in pairs:
        told = cells.present[:, one] & cells.present[:, other] & (cells.values[:, [one, other]] > 0).any(axis=1)
        own, theirs = cells.values[told, one], cells.values[told, other]
        if len(own) < FEWEST_CELLS or (own == theirs).mean() < _HALF:
            continue
        apart = own * spread[one] + theirs * spread[other] + _ROUNDING
        chance = float(np.minimum(1 / np.sqrt(2 * np.pi * apart), 1).mean())
        share = float((own == theirs).mean())
        if chance >= _HALF or share <= chance:
            continue
        others = (1 - share) * np.log2((1 - share) / (1 - chance)) if share < 1 else 0.0
        bits = len(own) * (share * np.log2(share / chance) + others)
        if bits >= BITS + np.log2(len(pairs)):
            yield Sum(cells.kinds[one], (cells.kinds[other],), exact=True)


def find_copies(cells: Cells) -> Iterator[Sum]:
    """Find kinds whose counts are equal wherever either has one, if they are many and varied enough to tell."""
    copies = defaultdict(list)
    for at in np.flatnonzero(cells.present.sum(axis=0) >= _FEWEST_DATES):
        copies[cells.values[:, at].tobytes() + cells.present[:, at].tobytes()].append(at)
    if len(copies) == sum(map(len, copies.values())):
        return
    spread = cells.irregularity()
    for first, *others in copies.values():
        own = cells.values[cells.present[:, first], first]
        # How many bits it takes to tell such a count from others like it.
        bits = 0.5 * np.log2(np.maximum(4 * np.pi * spread[first] * own, 1)).sum() - 2 * np.log2(len(cells.kinds))
        if bits >= BITS and len(np.unique(own)) >= _FEWEST_LEVELS:
            yield from (Sum(cells.kinds[first], (cells.kinds[other],), exact=True) for other in others)
