"""From scored pairs to clusters: links are taken best first, and groups of records join only while they agree.

Connected components join two people wherever one doubtful link bridges them. Here two groups join only if the evidence
over all compared pairs across them, added up as log-odds, speaks for one person: average linkage, on match weights.
Evidence that adds up to exactly nothing does not.

Whoever takes pairs below even odds for links has said that less evidence is enough. Under a threshold below 0.5 each
weight is measured from the log-odds of the threshold, so that a link speaks for a join and any other pair against it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.duplicates import Numbers

EVEN = 0.5
LEAST_EVIDENCE = 1e-4
"""Bits; a link may lie a little below the threshold's log-odds, because its probability was rounded to reach it."""
Pair = tuple[int, int, float]
"""Two records by number, the lower first, and their match weight in bits."""


def connected_components(size: int, links: pd.DataFrame) -> Numbers:
    """Give for each of ``size`` records the first that links lead to, whatever other pairs say.

    Parameters
    ----------
    links
        ``number_l``, ``number_r``.

    Returns
    -------
    numpy.ndarray
        For each record the number of the first of its component.
    """
    from scipy.sparse import coo_array, csgraph

    ends = (links["number_l"].to_numpy(), links["number_r"].to_numpy())
    graph = coo_array((np.ones(len(links), dtype=np.int8), ends), (size, size))
    _, component = csgraph.connected_components(graph, directed=False)
    _, first = np.unique(component, return_index=True)
    numbers: Numbers = first[component].astype(np.int64)
    return numbers


def resolve_entities(
    component: Numbers,
    links: pd.DataFrame,
    non_links: pd.DataFrame,
    tables: Numbers | None = None,
    threshold: float = EVEN,
) -> tuple[Numbers, int]:
    """Give for each record the first record of its entity.

    Parameters
    ----------
    component
        For each record the first of its connected component.
    links
        Pairs that are links: ``number_l``, ``number_r``, ``match_weight``.
    non_links
        Compared pairs within components of three records or more that are no links: they speak against a join.
    tables
        The table of each record, where an entity has at most one record in each; negative where it may have any number
        of a table's records.
    threshold
        The probability from which a pair is a link.

    Returns
    -------
    numpy.ndarray, int
        The first records, and the number of links that were not followed.
    """
    if threshold < EVEN:
        even = math.log2(threshold / (1 - threshold))
        links = links.assign(match_weight=(links["match_weight"] - even).clip(lower=LEAST_EVIDENCE))
        non_links = non_links.assign(match_weight=non_links["match_weight"] - even)
    size = np.bincount(component, minlength=len(component))[component]
    entity: Numbers = np.arange(len(component), dtype=np.int64)
    pairs = links[size[links["number_l"]] == 2]  # nearly all, and nobody can object
    follows = pairs[pairs["match_weight"] > 0]
    if tables is not None:
        left, right = (tables[follows[f"number_{side}"]] for side in "lr")
        follows = follows[(left != right) | (left < 0)]
    entity[follows["number_r"]] = follows["number_l"]

    large = np.flatnonzero(size > 2)
    within = links[size[links["number_l"]] > 2]
    first, refused = join(
        len(large),
        _renumbered(within, large),
        _renumbered(non_links, large),
        None if tables is None else tables[large].tolist(),
    )
    entity[large] = large[np.array(first, dtype=np.int64)]
    return entity, refused + len(pairs) - len(follows)


def _renumbered(pairs: pd.DataFrame, among: Numbers) -> list[Pair]:
    """Number the records of pairs by their rank among the given ones."""
    left, right = (np.searchsorted(among, pairs[f"number_{side}"]).tolist() for side in "lr")
    return list(zip(left, right, pairs["match_weight"].tolist(), strict=True))


def join(
    size: int, links: Sequence[Pair], non_links: Sequence[Pair] = (), tables: Sequence[int] | None = None
) -> tuple[list[int], int]:
    """Join ``size`` records along links, best first; ties go by the records' numbers.

    Two groups join only if the weights of all compared pairs across them add up to more than zero, and (with
    ``tables``, the table of each record, negative where any number may join) if they have no table in common.

    Returns
    -------
    list of int, int
        For each record the first of its entity, and the number of links that were not followed.
    """
    groups = _Groups(size, tables)
    for left, right, weight in (*links, *non_links):
        groups.see(left, right, weight)
    refused = 0
    for _, left, right in sorted((-weight, left, right) for left, right, weight in links):
        refused += not groups.join(left, right)
    return [groups.first(record) for record in range(size)], refused


class _Groups:
    """Groups of records (union-find), and the evidence between each two of them."""

    def __init__(self, size: int, tables: Sequence[int] | None) -> None:
        self._parent = list(range(size))
        self._between: dict[int, dict[int, float]] = {}
        self._tables = [{table} if table >= 0 else set() for table in tables] if tables is not None else None

    def first(self, record: int) -> int:
        """Return the lowest record of a record's group."""
        parent = self._parent
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    def see(self, left: int, right: int, weight: float) -> None:
        """Take note of the evidence between two records."""
        self._between.setdefault(left, {})[right] = weight
        self._between.setdefault(right, {})[left] = weight

    def join(self, left: int, right: int) -> bool:
        """Join the groups of two linked records if the evidence allows; say whether they are in one group now."""
        lower, higher = sorted((self.first(left), self.first(right)))
        if lower == higher:
            return True
        if self._between[lower][higher] <= 0 or (self._tables and self._tables[lower] & self._tables[higher]):
            return False
        self._parent[higher] = lower
        if self._tables:
            self._tables[lower] |= self._tables[higher]
        theirs = self._between.pop(higher)
        ours = self._between[lower]
        del ours[higher], theirs[lower]
        for third, weight in theirs.items():
            ours[third] = ours.get(third, 0.0) + weight
            back = self._between[third]
            del back[higher]
            back[lower] = ours[third]
        return True
