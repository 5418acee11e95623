"""Ids that last: when tables are linked anew, an entity keeps the id that its records had before.

Without this an id follows from the first record of an entity, so that one new record can rename a person whom other
work refers to already.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.standardise import id_text
from shared_analysis.linkage.clustering.entities import entity_id

KEYS = ["table", "record_id"]
_NEEDED = [*KEYS, "entity_id"]


def carry_ids_over(register: pd.DataFrame, earlier: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Give entities the ids that they had in an earlier register.

    Of an entity that has parted, the part with most of its records keeps the id; where entities have become one, the id
    of the largest remains. An id of the earlier register that nobody keeps is not given to anyone else.

    Parameters
    ----------
    register, earlier
        ``table``, ``record_id``, ``entity_id``, one row a record.

    Returns
    -------
    pandas.DataFrame, dict
        The register with these ids, and the numbers of ``entities_kept`` (they have their earlier id),
        ``entities_new`` (none of their records was known), ``entities_merged`` (their records were of several),
        ``entities_parted`` (earlier ones whose records are in several now) and ``entities_gone`` (earlier ones without
        any record now).

    Raises
    ------
    SharedAnalysisError
        If the earlier register lacks a column, or has a record twice.
    """
    before = _checked(earlier)
    both = register.merge(before, on=KEYS, suffixes=("", "_before"))
    shared = both.groupby(["entity_id", "entity_id_before"]).size().rename("records").reset_index()
    order = shared.sort_values(["records", "entity_id_before", "entity_id"], ascending=[False, True, True])
    # Largest first, each id once: a claim stands when neither its entity nor its id has been served.
    named: dict[str, str] = {}
    served: set[str] = set()
    for new, old in zip(order["entity_id"], order["entity_id_before"], strict=True):
        if new not in named and old not in served:
            named[new] = old
            served.add(old)
    taken = set(before["entity_id"])
    first = register.drop_duplicates("entity_id").set_index("entity_id")
    for new in first.index.difference(pd.Index(list(named), dtype=object)):
        row = first.loc[new]
        named[new] = next(name for name in _names(row["table"], row["record_id"]) if name not in taken)
    counts = {
        "entities_kept": len(served),
        "entities_new": int(first.index.nunique() - shared["entity_id"].nunique()),
        "entities_merged": int((shared["entity_id"].value_counts() > 1).sum()),
        "entities_parted": int((shared["entity_id_before"].value_counts() > 1).sum()),
        "entities_gone": int(before["entity_id"].nunique() - shared["entity_id_before"].nunique()),
    }
    return register.assign(entity_id=register["entity_id"].map(named)), counts


def _checked(earlier: pd.DataFrame) -> pd.DataFrame:
    absent = [column for column in _NEEDED if column not in earlier]
    if absent:
        raise SharedAnalysisError(
            f"The earlier register lacks {', '.join(absent)}.",
            "link.earlier_register",
            f"name a register that this notebook wrote; it has the columns {', '.join(_NEEDED)}",
        )
    rows = earlier[_NEEDED].dropna()
    texts = {"table": rows["table"].astype(str), "record_id": rows["record_id"].map(id_text)}
    rows = rows.assign(**texts, entity_id=rows["entity_id"].astype(str))
    twice = int(rows.duplicated(KEYS).sum())
    if twice:
        raise SharedAnalysisError(
            f"The earlier register has {twice:,} records twice.",
            "link.earlier_register",
            "name a register as this notebook wrote it",
        )
    return rows


def _names(table: str, record_id: str) -> Iterator[str]:
    """Ids for an entity by its first record: the usual one, then others, should earlier registers have used it up."""
    yield entity_id(table, record_id)
    number = 2
    while True:
        yield entity_id(table, f"{record_id}\x1f{number}")
        number += 1
