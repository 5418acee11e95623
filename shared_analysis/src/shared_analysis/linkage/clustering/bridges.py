"""Entities that hang together by one link: take it away, and each part is still an entity of several records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.duplicates import Numbers

LEAST_PART = 2
"""Records of either part: one record at the end of one link is how most entities grow, and no sign of two people."""


def hanging_by_one_link(entity: Numbers, links: pd.DataFrame) -> list[int]:
    """Find entities that one link holds together, with two records or more on either side of it.

    Parameters
    ----------
    entity
        For each record the number of its entity's first record.
    links
        ``number_l``, ``number_r``: the links within entities.

    Returns
    -------
    list of int
        The first records of such entities, ascending.
    """
    large = np.bincount(entity)[entity[links["number_l"]]] >= 2 * LEAST_PART
    beside: dict[int, list[int]] = defaultdict(list)
    for left, right in zip(links["number_l"][large].tolist(), links["number_r"][large].tolist(), strict=True):
        beside[left].append(right)
        beside[right].append(left)
    return sorted({int(entity[record]) for record in _bridged(beside)})


def _bridged(beside: Mapping[int, Sequence[int]]) -> Iterator[int]:
    """Give a record of each group with such a link (Tarjan 1974, A note on finding the bridges of a graph)."""
    order: dict[int, int] = {}
    for start in beside:
        if start in order:
            continue
        walked, parent = _walk(start, beside, order)
        low = {record: order[record] for record in walked}
        below = dict.fromkeys(walked, 1)
        for record in reversed(walked):
            for other in beside[record]:
                if parent.get(other) == record:
                    low[record] = min(low[record], low[other])
                    below[record] += below[other]
                elif parent.get(record) != other:
                    low[record] = min(low[record], order[other])
        for record in walked[1:]:
            parts = (below[record], len(walked) - below[record])
            if low[record] == order[record] and min(parts) >= LEAST_PART:
                yield record
                break


def _walk(start: int, beside: Mapping[int, Sequence[int]], order: dict[int, int]) -> tuple[list[int], dict[int, int]]:
    """Walk a group depth first, numbering its records in ``order``; give the walk and whence each was reached."""
    walked, parent = [], {}
    waiting = [(start, -1)]
    while waiting:
        record, whence = waiting.pop()
        if record in order:
            continue
        order[record] = len(order)
        walked.append(record)
        if whence >= 0:
            parent[record] = whence
        waiting += [(other, record) for other in beside[record] if other not in order]
    return walked, parent
