"""From linked pairs to entities with stable ids, and how well they agree with known answers."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from shared_analysis.errors import SharedAnalysisError

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
        so it does not depend on the order of rows, nor on records of other entities. It changes when a record that
        sorts before all others joins the entity, or its first record leaves. It is a name, not a disguise: who has
        the record ids can work it out.
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
        ``precision`` (left out if no two records are in one entity), ``recall``, ``f1`` (of pairs), ``true_pairs``,
        ``records_with_truth``; empty if no record has a known answer.

    Raises
    ------
    SharedAnalysisError
        If a column is missing, or a record has two answers.
    """
    both = register.merge(_answers(truth), on=KEYS, how="inner")
    if both.empty:
        return {}
    across = link_type == "link_only"
    claimed = _pairs(both, ["entity_id"], across)
    true = _pairs(both, ["person_id"], across)
    right = _pairs(both, ["entity_id", "person_id"], across)
    found: dict[str, float | int] = {"precision": round(right / claimed, 4)} if claimed else {}
    if true:
        found["recall"] = round(right / true, 4)
    if claimed or true:
        found["f1"] = round(2 * right / (claimed + true), 4)
    return {**found, "true_pairs": true, "records_with_truth": len(both)}


def link_precision(pairs: pd.DataFrame, truth: pd.DataFrame) -> float | None:
    """Share of the links, of those whose two records have a known answer, that are right; None without such a link."""
    person = _answers(truth).set_index(KEYS)["person_id"]
    left, right = (
        person.reindex(pd.MultiIndex.from_frame(pairs[[f"table_{side}", f"record_id_{side}"]])).to_numpy()
        for side in "lr"
    )
    known = pd.notna(left) & pd.notna(right)
    return round(float((left[known] == right[known]).mean()), 4) if known.any() else None


def _answers(truth: pd.DataFrame) -> pd.DataFrame:
    """Known answers with keys as text, one row a record."""
    needed = [*KEYS, "person_id"]
    absent = [column for column in needed if column not in truth]
    if absent:
        raise SharedAnalysisError(
            f"The known answers lack {', '.join(absent)}.",
            "table truth",
            f"give one row a record, with the columns {', '.join(needed)}",
        )
    answers = truth[needed].dropna()
    answers = answers.assign(table=answers["table"].astype(str), record_id=answers["record_id"].map(id_text))
    answers = answers.drop_duplicates()
    twice = int(answers.duplicated(KEYS).sum())
    if twice:
        raise SharedAnalysisError(
            f"{twice:,} records have two different known answers.", "table truth", "give each record one person_id"
        )
    return answers


def id_text(value: object) -> str:
    """Write a record id as text; a whole number that was read as floating point has no decimals."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _pairs(records: pd.DataFrame, by: list[str], across: bool) -> int:
    """Count pairs of records that share ``by``; pairs of different tables only, when ``across``."""
    sizes = records.groupby(by).size()
    pairs = int((sizes * (sizes - 1) // 2).sum())
    if across:
        within = records.groupby([*by, "table"]).size()
        pairs -= int((within * (within - 1) // 2).sum())
    return pairs
