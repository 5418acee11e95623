"""From scored pairs to entities: links are taken best first, and groups of records join only while they agree.

A chain of links joins two people wherever one doubtful link bridges them. Here two groups join only if the evidence
over all compared pairs across them, added up as log-odds, speaks for one person: average linkage, on match weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared_analysis.linkage.records import ID, TABLE, Records

Pair = tuple[int, int, float]
"""Two records by number, the lower first, and their match weight in bits."""


@dataclass(frozen=True)
class Chains:
    """Records and the links between them.

    Parameters
    ----------
    register
        ``table`` and ``record_id`` of every record, sorted by both; a record's row is its number.
    links
        The pairs that are links.
    """

    register: pd.DataFrame
    links: tuple[Pair, ...]

    @classmethod
    def of(cls, records: Records, pairs: pd.DataFrame) -> Chains:
        """Number the records, and the links among them."""
        keys = [frame[[TABLE, ID]].set_axis(["table", "record_id"], axis=1) for frame in records.frames.values()]
        register = pd.concat(keys, ignore_index=True)
        return cls(register, number(register, pairs))

    def long(self) -> pd.DataFrame:
        """Find the chains of three records or more, in which other pairs may speak against a link.

        Returns
        -------
        pandas.DataFrame
            ``table``, ``record_id`` and ``chain``, of the records in such chains.
        """
        first = np.array(_first_of_chain(len(self.register), self.links))
        sizes = np.bincount(first, minlength=len(first))
        long: pd.DataFrame = self.register.assign(chain=first)[sizes[first] > 2]
        return long


def number(register: pd.DataFrame, pairs: pd.DataFrame) -> tuple[Pair, ...]:
    """Turn pairs of keys (``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``) and weights into numbers."""
    place = pd.Series(np.arange(len(register)), index=pd.MultiIndex.from_frame(register[["table", "record_id"]]))
    left, right = (
        place.reindex(pd.MultiIndex.from_frame(pairs[[f"table_{side}", f"record_id_{side}"]])).to_numpy()
        for side in "lr"
    )
    weights = pairs["match_weight"].to_numpy()
    return tuple(zip(np.minimum(left, right).tolist(), np.maximum(left, right).tolist(), weights.tolist(), strict=True))


def entities(chains: Chains, weak: Sequence[Pair], *, one_each: bool) -> tuple[pd.Series[str], int]:
    """Give every record the id of its entity.

    Parameters
    ----------
    chains
        The records and their links.
    weak
        Compared pairs within long chains that are no links: they speak against a join.
    one_each
        Whether an entity has at most one record in each table.

    Returns
    -------
    pandas.Series, int
        Entity ids on the index of the register, and the number of links that were not followed. An id is made from the
        entity's first record (by table, then record id), so it does not depend on the order of rows, nor on records of
        other entities. It changes when a record that sorts before all others joins the entity, or its first record
        leaves. It is a name, not a disguise: who has the record ids can work it out.
    """
    register = chains.register
    codes = register["table"].astype("category").cat.codes.tolist() if one_each else None
    first, refused = join(len(register), chains.links, weak, codes)
    tables, ids = register["table"].tolist(), register["record_id"].tolist()
    names = [entity_id(tables[at], ids[at]) for at in first]
    return pd.Series(names, index=register.index, name="entity_id", dtype=object), refused


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


def _first_of_chain(size: int, links: Sequence[Pair]) -> list[int]:
    """Give for each record the lowest that a chain of links leads to, whatever other pairs say."""
    chained = _Groups(size, None)
    for left, right, _ in links:
        chained.see(left, right, 1.0)
    for left, right, _ in links:
        chained.join(left, right)
    return [chained.first(record) for record in range(size)]


def entity_id(table: str, record_id: str) -> str:
    """Name the entity whose first record this is: ``e`` and 16 hexadecimal digits of a SHA-256."""
    return "e" + hashlib.sha256(f"{table}\x1f{record_id}".encode()).hexdigest()[:16]
