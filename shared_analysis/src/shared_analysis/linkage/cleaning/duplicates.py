"""Records that equal many others in everything that is compared: a few stand for all, so that copies stay cheap.

A thousand copies of one row are half a million pairs, and all of them say the same. The first copies are compared like
any other records; what becomes of the second becomes of every further one. In the register of
events, copies are taken for one thing that is listed twice: the first is compared, and the others stay alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Numbers = np.ndarray[Any, np.dtype[np.int64]]

KEPT_PER_GROUP = 10


@dataclass(frozen=True)
class Duplicates:
    """Records set aside, by their numbers, and two that stand for them.

    Parameters
    ----------
    record, first, second
        Three arrays of one length: a record that was set aside, and the first two of the equal records of its table;
        twice the first where the table is a register that holds everything once.
    """

    record: Numbers
    first: Numbers
    second: Numbers

    @property
    def of_a_register(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which of them are of a register that holds everything once."""
        alone: np.ndarray[Any, np.dtype[np.bool_]] = self.first == self.second
        return alone

    def equals_in_register(self, numbers: Numbers) -> Numbers:
        """Give for each record how many of a register it stands for: itself, and its copies that were set aside."""
        stands_for, copies = np.unique(self.first[self.of_a_register], return_counts=True)
        equals = np.ones(len(numbers), dtype=np.int64)
        at = np.searchsorted(stands_for, numbers)
        known = at < len(stands_for)
        known[known] = stands_for[at[known]] == numbers[known]
        equals[known] += copies[at[known]]
        return equals

    @classmethod
    def none(cls) -> Duplicates:
        """No record was set aside."""
        nothing: Numbers = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, nothing)


def set_aside_duplicates(
    frames: Mapping[str, pd.DataFrame], columns: list[str], key: str, registers: Collection[str] = ()
) -> tuple[dict[str, pd.DataFrame], Duplicates]:
    """Keep ten of the records of a table that agree in every column, and one in a register; say which were set aside.

    Parameters
    ----------
    frames
        By table name: ``key`` (the record's number, ascending) and ``columns``.
    columns
        What two records must agree in.
    key
        Name of the column that holds the record's number.
    registers
        Tables that hold everything once.

    Returns
    -------
    dict, Duplicates
        The frames without the records that were set aside, and those records.
    """
    kept, aside = {}, []
    for name, frame in frames.items():
        repeated = frame[frame.duplicated(columns, keep=False)]
        groups = repeated.groupby(columns, dropna=False, sort=False)
        copies = pd.DataFrame({"group": groups.ngroup(), "rank": groups.cumcount(), "record": repeated[key]})
        kept_of_each, second_rank = (1, 0) if name in registers else (KEPT_PER_GROUP, 1)
        further = copies[copies["rank"] >= kept_of_each]
        first, second = (copies[copies["rank"] == rank].set_index("group")["record"] for rank in (0, second_rank))
        aside.append(
            pd.DataFrame(
                {
                    "record": further["record"],
                    "first": further["group"].map(first),
                    "second": further["group"].map(second),
                },
                dtype="int64",
            )
        )
        kept[name] = frame.drop(index=further.index).reset_index(drop=True) if len(further) else frame
    every = pd.concat(aside, ignore_index=True)
    return kept, Duplicates(*(every[name].to_numpy() for name in ("record", "first", "second")))


def restore_duplicates(duplicates: Duplicates, entity: Numbers, links: pd.DataFrame) -> tuple[Numbers, pd.DataFrame]:
    """Let the records set aside share what became of the second, where the first two became one entity.

    Parameters
    ----------
    duplicates
        As :func:`set_aside_duplicates` gives them.
    entity
        For each record the number of its entity's first record.
    links
        Links within entities: ``number_l``, ``number_r`` (the lower first), ``match_probability``, ``match_weight``.

    Returns
    -------
    numpy.ndarray, pandas.DataFrame
        The entities, and the links with those of the records set aside, which have the best link of the second each.
    """
    together = (entity[duplicates.first] == entity[duplicates.second]) & ~duplicates.of_a_register
    record, second = duplicates.record[together], duplicates.second[together]
    restored = entity.copy()
    restored[record] = entity[second]
    ends = pd.concat(
        [
            links.assign(end=links["number_l"], other=links["number_r"]),
            links.assign(end=links["number_r"], other=links["number_l"]),
        ],
        ignore_index=True,
    )
    best = (
        ends[ends["end"].isin(second)]
        .sort_values(["end", "match_weight", "other"], ascending=[True, False, True], kind="stable")
        .drop_duplicates("end")
        .set_index("end")
    )
    theirs = best.loc[second].reset_index(drop=True)
    more = theirs.assign(number_l=np.minimum(record, theirs["other"]), number_r=np.maximum(record, theirs["other"]))
    every = pd.concat([links, more[list(links.columns)]], ignore_index=True)
    return restored, every.sort_values(["number_l", "number_r"], ignore_index=True)
