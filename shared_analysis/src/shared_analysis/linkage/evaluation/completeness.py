"""How well the columns that are compared are filled, by table, and among the records that were linked to none.

Empty means empty for the linkage: a value that could not be read, such as a date that is none, counts as missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from shared_analysis.linkage.cleaning.duplicates import Numbers
from shared_analysis.linkage.cleaning.records import ID, Records

LEAST_RECORDS = 30
ERROR = 0.05
STANDS_OUT = 10
"""Times as often as the next: names and streets thin out slowly from the commonest on, a placeholder towers."""
_SHARED_BY_MANY = frozenset({"locality", "middle_name"})


@dataclass(frozen=True)
class FilledColumn:
    """A column of a table, without its values.

    Parameters
    ----------
    table, column
        Which, in words.
    record
        The records' numbers.
    present
        Whether each has a value.
    towering
        Number of records with the commonest value where that stands ten times as often as the next, else 0.
    """

    table: str
    column: str
    record: Numbers
    present: np.ndarray[Any, np.dtype[np.bool_]]
    towering: int


def filled_columns(records: Records) -> list[FilledColumn]:
    """Look at every column that is compared, while its values are still at hand."""
    filled = []
    for table, compared in records.frames.items():
        numbers = compared[ID].to_numpy(dtype=np.int64)
        own = np.isin(records.duplicates.first, numbers)
        number = np.concatenate([numbers, records.duplicates.record[own]])
        weight = np.ones(len(numbers), dtype=np.int64)  # a record stands for itself and its duplicates
        copied = np.searchsorted(numbers, records.duplicates.first[own])
        np.add.at(weight, copied, 1)
        for column, kind in records.kinds.items():
            label = records.labels.get(column, column.replace("_", " "))
            values = pa.array(compared[column], type=pa.string(), from_pandas=True)
            present = values.is_valid().to_numpy(zero_copy_only=False)
            telling = kind not in ("category", "number") and column not in _SHARED_BY_MANY
            towering = _towering(values.drop_null(), weight[present]) if telling else 0
            every = np.concatenate([present, present[copied]])
            filled.append(FilledColumn(table, label, number, every, towering))
    return filled


def completeness(filled: list[FilledColumn], register: pd.DataFrame) -> pd.DataFrame:
    """Count the records with a value, column by column.

    Parameters
    ----------
    filled
        The columns.
    register
        ``table``, ``record_id``, ``entity_id``, in the order of the records' numbers.

    Returns
    -------
    pandas.DataFrame
        By table and column, in the order of the comparison: ``table``, ``column`` (in words), ``records``, ``filled``,
        ``linked`` and ``linked_filled`` (of the records that were linked to another), and ``towering``: the number of
        records with the commonest value where that stands ten times as often as the next, else 0.
    """
    entity, _ = pd.factorize(register["entity_id"])
    linked = np.bincount(entity)[entity] > 1
    rows = []
    for column in filled:
        own = linked[column.record]
        counts = (len(own), int(column.present.sum()), int(own.sum()), int((own & column.present).sum()))
        rows.append((column.table, column.column, *counts, column.towering))
    names = ["table", "column", "records", "filled", "linked", "linked_filled", "towering"]
    return pd.DataFrame(rows, columns=names)


def _towering(values: pa.StringArray, weight: Numbers) -> int:
    """Count the commonest value where it towers above the next and is too common for chance."""
    counts = np.bincount(values.dictionary_encode().indices.to_numpy(), weight).astype(np.int64)
    second, first = np.sort(np.append(counts, [0, 0]))[-2:].tolist()
    return first if second and first >= max(LEAST_RECORDS, STANDS_OUT * second, counts.sum() / 100) else 0


def missing_where_unlinked(filled: pd.DataFrame) -> pd.DataFrame:
    """Find columns that are missing much oftener in records linked to none than in the others of their table.

    So many are looked at that some would stand out by chance: the error allowed is shared out among them (Bonferroni).

    Parameters
    ----------
    filled
        As :func:`completeness` gives it.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``column``, ``alone`` (records linked to none), ``missing`` and ``missing_elsewhere`` (shares), the
        largest difference first; only where they differ by ten points, twice over and by more than chance, in tables
        with 30 records of either kind.
    """
    alone = filled["records"] - filled["linked"]
    missing = filled[["table", "column"]].assign(
        alone=alone,
        missing=1 - (filled["filled"] - filled["linked_filled"]) / alone.where(alone > 0),
        missing_elsewhere=1 - filled["linked_filled"] / filled["linked"].where(filled["linked"] > 0),
    )
    enough = (alone >= LEAST_RECORDS) & (filled["linked"] >= LEAST_RECORDS)
    difference = missing["missing"] - missing["missing_elsewhere"]
    share = 1 - filled["filled"] / filled["records"]
    by_chance = (share * (1 - share) * (1 / alone.clip(lower=1) + 1 / filled["linked"].clip(lower=1))) ** 0.5
    reach = NormalDist().inv_cdf(1 - ERROR / max(len(filled), 1))
    more = (difference >= 0.1) & (difference >= missing["missing_elsewhere"]) & (difference > reach * by_chance)
    return missing.loc[(-difference[enough & more]).sort_values(kind="stable").index]
