"""From scored pairs to entities: links are taken best first, and groups of records join only while they agree.

A chain of links joins two people wherever one doubtful link bridges them. Here two groups join only if the evidence
over all compared pairs across them, added up as log-odds, speaks for one person: average linkage, on match weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.duplicates import Numbers

Pair = tuple[int, int, float]
"""Two records by number, the lower first, and their match weight in bits."""


def chains(size: int, links: pd.DataFrame) -> Numbers:
    """Give for each of ``size`` records the first that a chain of links leads to, whatever other pairs say.

    Parameters
    ----------
    links
        ``number_l``, ``number_r``.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = (links["number_l"].to_numpy(), links["number_r"].to_numpy())
    _, chain = connected_components(coo_array((np.ones(len(links), dtype=np.int8), ends), (size, size)), directed=False)
    _, first = np.unique(chain, return_index=True)
    numbers: Numbers = first[chain].astype(np.int64)
    return numbers


def entities(
    chain: Numbers, links: pd.DataFrame, weak: pd.DataFrame, tables: Numbers | None = None
) -> tuple[Numbers, int]:
    """Give for each record the first record of its entity.

    Parameters
    ----------
    chain
        For each record the first of its chain.
    links
        Pairs that are links: ``number_l``, ``number_r``, ``match_weight``.
    weak
        Compared pairs within chains of three records or more that are no links: they speak against a join.
    tables
        The table of each record, where an entity has at most one record in each.

    Returns
    -------
    numpy.ndarray, int
        The first records, and the number of links that were not followed.
    """
    length = np.bincount(chain, minlength=len(chain))[chain]
    entity: Numbers = np.arange(len(chain), dtype=np.int64)
    pairs = links[length[links["number_l"]] == 2]  # nearly all, and nobody can object
    follows = pairs[pairs["match_weight"] > 0]
    if tables is not None:
        left, right = (tables[follows[f"number_{side}"]] for side in "lr")
        follows = follows[left != right]
    entity[follows["number_r"]] = follows["number_l"]

    long = np.flatnonzero(length > 2)
    among = links[length[links["number_l"]] > 2]
    first, refused = join(
        len(long), _placed(among, long), _placed(weak, long), None if tables is None else tables[long].tolist()
    )
    entity[long] = long[np.array(first, dtype=np.int64)]
    return entity, refused + len(pairs) - len(follows)


def _placed(pairs: pd.DataFrame, among: Numbers) -> list[Pair]:
    """Name the records of pairs by their place among the given ones."""
    left, right = (np.searchsorted(among, pairs[f"number_{side}"]).tolist() for side in "lr")
    return list(zip(left, right, pairs["match_weight"].tolist(), strict=True))


def join(
    size: int, links: Sequence[Pair], weak: Sequence[Pair] = (), tables: Sequence[int] | None = None
) -> tuple[list[int], int]:
    """Join ``size`` records along links, best first; ties go by the records' numbers.

    Two groups join only if the weights of all compared pairs across them add up to more than zero, and (with
    ``tables``, the table of each record) if they have no table in common.

    Returns
    -------
    list of int, int
        For each record the first of its entity, and the number of links that were not followed.
    """
    groups = _Groups(size, tables)
    for left, right, weight in (*links, *weak):
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
        self._tables = [{table} for table in tables] if tables is not None else None

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
        one, other = sorted((self.first(left), self.first(right)))
        if one == other:
            return True
        if self._between[one][other] <= 0 or (self._tables and self._tables[one] & self._tables[other]):
            return False
        self._parent[other] = one
        if self._tables:
            self._tables[one] |= self._tables[other]
        theirs = self._between.pop(other)
        ours = self._between[one]
        del ours[other], theirs[one]
        for third, weight in theirs.items():
            ours[third] = ours.get(third, 0.0) + weight
            back = self._between[third]
            del back[other]
            back[one] = ours[third]
        return True


def entity_ids(register: pd.DataFrame, entity: Numbers) -> pd.Series[str]:
    """Name the entity of each record, on the index of the register.

    An id is made from the entity's first record (by table, then record id), so it does not depend on the order of rows,
    nor on records of other entities. It changes when a record that sorts before all others joins the entity, or its
    first record leaves. It is a name, not a disguise: who has the record ids can work it out.

    Parameters
    ----------
    register
        ``table`` and ``record_id`` of every record.
    entity
        For each record the first of its entity.
    """
    firsts, at = np.unique(entity, return_inverse=True)
    named = register.iloc[firsts]
    names = np.array(
        [entity_id(table, one) for table, one in zip(named["table"], named["record_id"], strict=True)], dtype=object
    )
    return pd.Series(names[at], index=register.index, name="entity_id", dtype=object)


def entity_id(table: str, record_id: str) -> str:
    """Name the entity whose first record this is: ``e`` and 16 hexadecimal digits of a SHA-256."""
    return "e" + hashlib.sha256(f"{table}\x1f{record_id}".encode()).hexdigest()[:16]
