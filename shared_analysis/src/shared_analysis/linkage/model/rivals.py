"""Rivals: where a table holds everybody once, the candidates for a record share the probability of a match.

Of five flats that fit an event equally well, each has a fifth. A pair alone has the odds that its match weight says;
with rivals it has those odds times the chance that either record is still free, if it is not for this pair. The chances
follow from each other, along the pairs, and are passed on until they no longer change (belief propagation). That is
exact where pairs form no ring; for rings see Sadinle (2017), "Bayesian estimation of bipartite matchings for record
linkage", JASA 112, which samples whole matchings. For belief propagation on matchings: Bayati, Shah and Sharma (2008),
"Max-product for maximum weight matching", IEEE Transactions on Information Theory 54.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.records import ID, TABLE
from shared_analysis.linkage.database import GIVEN_PAIRS, RECORDS, WEIGHED, lend

if TYPE_CHECKING:
    import duckdb

LEAST = -12
"""Bits; a pair whose weight is lower takes nothing worth mentioning from another."""
MOST = 300
"""Bits; beyond, weights are not told apart."""
SWEEPS = 100
STILL = 1e-5
"""Bits; when chances move by less, they have settled."""
Numbers = np.ndarray[Any, np.dtype[np.float64]]


class Rivals:
    """Pairs that have rivals, and how many bits those take off their match weights.

    Parameters
    ----------
    pairs
        ``number_l``, ``number_r``, ``weight`` (bits, of the pair alone), and ``candidate_of_l`` and
        ``candidate_of_r``: which pairs compete for the left record, and for the right one; negative where none do.
    """

    def __init__(self, pairs: pd.DataFrame) -> None:
        self.pairs = pairs

    @classmethod
    def among_weighed(
        cls, connection: duckdb.DuckDBPyConnection, held_once: Collection[str], answers: pd.DataFrame | None = None
    ) -> Rivals:
        """Find them among the pairs that were weighed.

        Parameters
        ----------
        connection
            With every pair and its weight in ``WEIGHED``.
        held_once
            The tables that hold everybody once.
        answers
            Checked pairs, if any: ``number_l``, ``number_r`` and ``match``. One that people called a match leaves
            nothing to its rivals; one that they called none is no rival.
        """
        if not held_once:
            return cls(_NOTHING)
        tables = ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(held_once))
        answers = _NO_ANSWERS if answers is None else answers[list(_NO_ANSWERS)]
        with lend(connection, GIVEN_PAIRS, answers):
            pairs = connection.sql(_candidates(tables)).df()
        several = np.zeros(len(pairs), dtype=bool)
        for side in "lr":
            candidates = pairs[f"candidate_of_{side}"]
            alone = (candidates < 0) | ~candidates.duplicated(keep=False)
            pairs.loc[alone, f"candidate_of_{side}"] = -1
            several |= ~alone.to_numpy()
        return cls(pairs[several].reset_index(drop=True))

    def bits(self) -> Numbers:
        """Say how many bits rivals take off the weight of each pair."""
        if self.pairs.empty:
            return np.zeros(0)
        sides = [_Side(self.pairs[f"candidate_of_{side}"].to_numpy()) for side in "lr"]
        weight = self.pairs["weight"].to_numpy(dtype=float)
        told_apart = np.minimum(weight, MOST)
        odds = np.exp2(told_apart)
        free, before = [np.ones(len(odds)), np.ones(len(odds))], np.ones(len(odds))
        damped = all(side.competes for side in sides)  # or two records that have two candidates each see-saw
        for _ in range(SWEEPS):
            for at, side in enumerate(sides):
                still = 1 / (1 + side.others(odds * free[1 - at]))
                free[at] = np.sqrt(still * free[at]) if damped else still
            now = free[0] * free[1]
            if np.abs(np.log2(now / before)).max() < STILL:
                break
            before = now
        bits: Numbers = weight - told_apart - np.log2(now)
        return bits


_NOTHING = pd.DataFrame(
    {
        name: pd.Series(dtype="float64")
        for name in ("number_l", "number_r", "weight", "candidate_of_l", "candidate_of_r")
    }
)
_NO_ANSWERS = pd.DataFrame(
    {"number_l": pd.Series(dtype="int64"), "number_r": pd.Series(dtype="int64"), "match": pd.Series(dtype="bool")}
)


def _candidates(tables: str) -> str:
    """Select every pair that counts, and number the groups of candidates for one record in one of the tables."""
    return f"""
        SELECT number_l, number_r, weight,
               CASE WHEN table_r IN ({tables}) THEN dense_rank() OVER (ORDER BY number_l, table_r) ELSE 0 END - 1
                   AS candidate_of_l,
               CASE WHEN table_l IN ({tables}) THEN dense_rank() OVER (ORDER BY number_r, table_l) ELSE 0 END - 1
                   AS candidate_of_r
        FROM (
            SELECT number_l, number_r, l.{TABLE} AS table_l, r.{TABLE} AS table_r,
                   CASE WHEN match THEN {MOST} WHEN NOT match THEN NULL ELSE weight END AS weight
            FROM {WEIGHED}
            LEFT JOIN {GIVEN_PAIRS} USING (number_l, number_r)
            JOIN {RECORDS} AS l ON l.{ID} = number_l
            JOIN {RECORDS} AS r ON r.{ID} = number_r
        ) WHERE weight > {LEAST} ORDER BY number_l, number_r
        """


class _Side:
    """Which pairs compete for one of their two records."""

    def __init__(self, candidate_of: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        order = np.argsort(candidate_of, kind="stable")
        self._rows = order[np.searchsorted(candidate_of[order], 0) :]  # those that compete, record by record
        records = candidate_of[self._rows]
        self._starts = np.flatnonzero(np.diff(records, prepend=-1))
        self._record = np.cumsum(np.diff(records, prepend=-1) != 0) - 1
        self._size = len(candidate_of)

    @property
    def competes(self) -> bool:
        return len(self._rows) > 0

    def others(self, values: Numbers) -> Numbers:
        """Add up the values of every pair's competitors.

        The largest is added last and never taken off again: what is beside it would be lost to rounding.
        """
        out = np.zeros(self._size)
        if not self.competes:
            return out
        own = values[self._rows]
        largest = np.maximum.reduceat(own, self._starts)[self._record]
        is_largest = own == largest
        rest = np.add.reduceat(np.where(is_largest, 0.0, own), self._starts)[self._record]
        ties = np.add.reduceat(is_largest.astype(np.float64), self._starts)[self._record]
        out[self._rows] = np.where(is_largest, rest + (ties - 1) * largest, rest - own + ties * largest)
        return out
