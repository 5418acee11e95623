"""Records that equal many others in everything that is compared: a few stand for all, so that copies stay cheap.

A thousand copies of one row are half a million pairs, and all of them say the same. The first copies are compared like
any other records; what becomes of the second becomes of every further one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Numbers = np.ndarray[Any, np.dtype[np.int64]]

MOST = 10


@dataclass(frozen=True)
class Copies:
    """Records set aside, by their numbers, and two that stand for them.

    Parameters
    ----------
    record, first, second
        Three arrays of one length: a record that was set aside, and the first two of the equal records of its table.
    """

    record: Numbers
    first: Numbers
    second: Numbers

    @classmethod
    def none(cls) -> Copies:
        """No copies."""
        nothing: Numbers = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, nothing)


def set_aside(
    frames: Mapping[str, pd.DataFrame], columns: list[str], key: str
) -> tuple[dict[str, pd.DataFrame], Copies]:
    """Keep ten of the records of a table that agree in every column; say which were set aside.

    Parameters
    ----------
    frames
        By table name: ``key`` (the record's number, ascending) and ``columns``.
    """
    kept, aside = {}, []
    for name, frame in frames.items():
        repeated = frame[frame.duplicated(columns, keep=False)]
        groups = repeated.groupby(columns, dropna=False, sort=False)
        copy = pd.DataFrame({"group": groups.ngroup(), "place": groups.cumcount(), "record": repeated[key]})
        further = copy[copy["place"] >= MOST]
        first, second = (copy[copy["place"] == place].set_index("group")["record"] for place in (0, 1))
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
        kept[name] = frame.drop(index=further.index).reset_index(drop=True)
    found = pd.concat(aside, ignore_index=True)
    return kept, Copies(*(found[name].to_numpy() for name in ("record", "first", "second")))


def follow(copies: Copies, entity: Numbers, links: pd.DataFrame) -> tuple[Numbers, pd.DataFrame]:
    """Let further copies share what became of the second, where the first two became one entity.

    Parameters
    ----------
    entity
        For each record the number of its entity's first record.
    links
        Links within entities: ``number_l``, ``number_r`` (the lower first), ``match_probability``, ``match_weight``.

    Returns
    -------
    numpy.ndarray, pandas.DataFrame
        The entities and the links with those of the copies, which have the best link of the second copy each.
    """
    together = entity[copies.first] == entity[copies.second]
    record, second = copies.record[together], copies.second[together]
    joined = entity.copy()
    joined[record] = entity[second]
    ends = pd.concat(
        [
            links.assign(one=links["number_l"], other=links["number_r"]),
            links.assign(one=links["number_r"], other=links["number_l"]),
        ],
        ignore_index=True,
    )
    best = (
        ends[ends["one"].isin(second)]
        .sort_values(["one", "match_weight", "other"], ascending=[True, False, True], kind="stable")
        .drop_duplicates("one")
        .set_index("one")
    )
    theirs = best.loc[second].reset_index(drop=True)
    more = theirs.assign(number_l=np.minimum(record, theirs["other"]), number_r=np.maximum(record, theirs["other"]))
    every = pd.concat([links, more[list(links.columns)]], ignore_index=True)
    return joined, every.sort_values(["number_l", "number_r"], ignore_index=True)
