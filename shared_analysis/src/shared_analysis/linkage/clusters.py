"""From linked pairs to entities with stable ids, and how well they agree with known answers."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

KEYS = ["table", "record_id"]


def entities(records: pd.DataFrame, pairs: pd.DataFrame) -> pd.Series[str]:
    """Give every record the id of its entity: all records joined by a chain of links are one entity.

    Parameters
    ----------
    records
        ``table`` and ``record_id``, sorted by both, one row a record.
    pairs
        The links: ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``.

    Returns
    -------
    pandas.Series
        Entity ids on the index of ``records``. An id is made from the entity's first record (by table, then record id),
        so it does not depend on the order of rows, and stays when other records join or leave. It is a name, not a
        disguise: who has the record ids can work it out.
    """
    place = pd.Series(np.arange(len(records)), index=pd.MultiIndex.from_frame(records[KEYS]))
    left = place.reindex(pd.MultiIndex.from_frame(pairs[["table_l", "record_id_l"]])).to_numpy()
    right = place.reindex(pd.MultiIndex.from_frame(pairs[["table_r", "record_id_r"]])).to_numpy()
    first = _first_of_chain(len(records), left.tolist(), right.tolist())
    tables, ids = records["table"].tolist(), records["record_id"].tolist()
    names = [entity_id(tables[at], ids[at]) for at in first]
    return pd.Series(names, index=records.index, name="entity_id", dtype=object)


def _first_of_chain(size: int, left: list[int], right: list[int]) -> list[int]:
    """Give for each of ``size`` points the lowest point that a chain of edges leads to (union-find)."""
    parent = list(range(size))

    def root(point: int) -> int:
        while parent[point] != point:
            parent[point] = parent[parent[point]]
            point = parent[point]
        return point

    for one, other in zip(left, right, strict=True):
        a, b = root(one), root(other)
        parent[max(a, b)] = min(a, b)
    return [root(point) for point in range(size)]


def entity_id(table: str, record_id: str) -> str:
    """Name the entity whose first record this is: ``e`` and 16 hexadecimal digits of a SHA-256."""
    return "e" + hashlib.sha256(f"{table}\x1f{record_id}".encode()).hexdigest()[:16]


def accuracy(register: pd.DataFrame, truth: pd.DataFrame, link_type: str) -> dict[str, float | int]:
    """Compare entities with known persons, pair of records by pair of records.

    Parameters
    ----------
    register
        ``table``, ``record_id``, ``entity_id``.
    truth
        ``table``, ``record_id``, ``person_id``. Records in only one of the two are left out.
    link_type
        ``link_only`` counts pairs of records from different tables only.

    Returns
    -------
    dict
        ``precision``, ``recall``, ``f1`` (of pairs), ``true_pairs``, ``records_with_truth``; empty if no record has a
        known answer.
    """
    answers = truth.assign(table=truth["table"].astype(str), record_id=truth["record_id"].astype(str))
    both = register.merge(answers[[*KEYS, "person_id"]].dropna(), on=KEYS, how="inner")
    if both.empty:
        return {}
    across = link_type == "link_only"
    claimed = _pairs(both, ["entity_id"], across)
    true = _pairs(both, ["person_id"], across)
    right = _pairs(both, ["entity_id", "person_id"], across)
    precision = right / claimed if claimed else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "true_pairs": true,
        "records_with_truth": len(both),
    }


def _pairs(records: pd.DataFrame, by: list[str], across: bool) -> int:
    """Count pairs of records that share ``by``; pairs of different tables only, when ``across``."""
    sizes = records.groupby(by).size()
    pairs = int((sizes * (sizes - 1) // 2).sum())
    if across:
        within = records.groupby([*by, "table"]).size()
        pairs -= int((within * (within - 1) // 2).sum())
    return pairs
