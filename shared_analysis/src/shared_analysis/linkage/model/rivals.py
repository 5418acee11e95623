"""Rivals: where a table holds everybody once, the candidates for a record share the probability of a match.

Of five flats that fit an event equally well, each has a fifth. A pair alone has the odds that its match weight says;
with rivals it has those odds times the chance that either record is still free, if it is not for this pair. Those
chances follow from each other, along the pairs, and are passed on until they no longer change (belief propagation:
Pearl 1988, "Probabilistic reasoning in intelligent systems"). Without rings of pairs that is exact. Two records that
could each be either of two others are a ring, and there it is too sure. So small groups with rings are counted out
instead, over all matchings; large ones keep the approximation. For groups of any size see Sadinle (2017), "Bayesian
estimation of bipartite matchings for record linkage", JASA 112, which samples matchings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
SWEEPS = 60
STILL = 1e-5
"""Bits; when chances move by less, they have settled."""
FAR = 15
"""Bits; a pair so far behind the best of both its records is left out when matchings are counted."""
MOST_COUNTED = 7
"""Records on the smaller side of a group whose matchings are counted: they are two to this power and more."""
MOST_BESIDE = 50
"""Records on its other side."""
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]


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
        weight = self.pairs["weight"].to_numpy(dtype=float)
        told_apart = np.minimum(weight, MOST)
        candidates = [self.pairs[f"candidate_of_{side}"].to_numpy() for side in "lr"]
        bits: Numbers = weight - told_apart + _passed_on(told_apart, candidates)
        for at, counted in _counted_out(told_apart, candidates):
            bits[at] = weight[at] - counted
        return bits


def _passed_on(weight: Numbers, candidates: list[Whole]) -> Numbers:
    """Say what rivals take off by belief propagation."""
    sides = [_Side(of) for of in candidates]
    odds = np.exp2(weight)
    free = [np.ones(len(odds)), np.ones(len(odds))]
    for _ in range(SWEEPS):
        moved = 0.0
        for at, side in enumerate(sides):
            now = 1 / (1 + side.others(odds * free[1 - at]))
            moved = max(moved, float(np.abs(np.log2(now / free[at])).max()))
            free[at] = now
        if moved < STILL:
            break
    bits: Numbers = -np.log2(free[0] * free[1])
    return bits


def _counted_out(weight: Numbers, candidates: list[Whole]) -> Iterator[tuple[Whole, Numbers]]:
    """Yield the pairs of small groups with rings, and the log-odds of each by all the matchings that there are."""
    from scipy.sparse import coo_array, csgraph

    best = [_Side(of).best(weight) for of in candidates]
    rows = np.flatnonzero((candidates[0] >= 0) & (candidates[1] >= 0) & (weight >= np.minimum(*best) - FAR))
    ends = [np.unique(of[rows], return_inverse=True)[1] for of in candidates]
    sizes = [int(end.max(initial=-1)) + 1 for end in ends]
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (ends[0], sizes[0] + ends[1])), (sum(sizes), sum(sizes)))
    _, group_of = csgraph.connected_components(graph, directed=False)
    nodes = [np.bincount(group_of[: sizes[0]], minlength=len(group_of)), np.bincount(group_of[sizes[0] :])]
    nodes = [np.resize(np.append(each, np.zeros(len(group_of), int)), len(group_of)) for each in nodes]
    pairs = np.bincount(group_of[ends[0]], minlength=len(group_of))
    small = (np.minimum(*nodes) <= MOST_COUNTED) & (np.maximum(*nodes) <= MOST_BESIDE)
    ringed = np.flatnonzero((pairs >= nodes[0] + nodes[1]) & small)
    shape = np.stack([nodes[0][ringed], nodes[1][ringed]], axis=1)
    group = group_of[ends[0]]
    for left, right in np.unique(shape, axis=0):
        same = ringed[(shape == (left, right)).all(axis=1)]
        inside = np.flatnonzero(np.isin(group, same))
        inside = inside[np.argsort(group[inside], kind="stable")]
        at = [np.searchsorted(same, group[inside]), *(_numbered_inside(end[inside], group[inside]) for end in ends)]
        table = np.full((len(same), left, right), -np.inf)
        table[tuple(at)] = weight[rows[inside]]
        turned = (0, 2, 1) if left < right else (0, 1, 2)  # the smaller side last
        counted = matched_odds(table.transpose(turned)).transpose(turned)
        yield rows[inside], counted[tuple(at)]


def _numbered_inside(ends: Whole, group: Whole) -> Whole:
    """Number the records of each group from 0."""
    each, at = np.unique(np.stack([group, ends], axis=1), axis=0, return_inverse=True)
    first = np.searchsorted(each[:, 0], each[:, 0])
    numbers: Whole = (np.arange(len(each)) - first)[at.ravel()]
    return numbers


def matched_odds(weight: Numbers) -> Numbers:
    """Give the log-odds that a pair is in the matching, where every matching is as likely as its weights add up to.

    Parameters
    ----------
    weight
        Bits, minus infinity for no pair: many tables of one size, a row a record of the larger side, a column one of
        the smaller. It takes time and memory in proportion to two to the power of the columns.
    """
    count, rows, columns = weight.shape
    sets = np.arange(1 << columns)
    without = [sets[(sets >> column) & 1 == 0] for column in range(columns)]

    def step(taken: Numbers, row: int) -> Numbers:
        """Let one more record take a column that is free, or none."""
        after = taken.copy()
        for column, free in enumerate(without):
            taking = taken[:, free] + weight[:, row, column, None]
            after[:, free | 1 << column] = np.logaddexp2(after[:, free | 1 << column], taking)
        return after

    nobody = np.full((count, len(sets)), -np.inf)
    nobody[:, 0] = 0.0
    before = [nobody]
    for row in range(rows):
        before.append(step(before[-1], row))
    odds = np.empty_like(weight)
    after = nobody
    for row in reversed(range(rows)):
        within = after.copy()  # by the columns that are free, what those that come after can do with some of them
        for column, free in enumerate(without):
            within[:, free | 1 << column] = np.logaddexp2(within[:, free | 1 << column], within[:, free])
        nothing = np.logaddexp2.reduce(before[row] + within[:, ::-1], axis=1)  # this record takes none
        held = [
            np.logaddexp2.reduce(before[row][:, free] + within[:, len(sets) - 1 - (free | 1 << column)], axis=1)
            + weight[:, row, column]
            for column, free in enumerate(without)
        ]
        for column in range(columns):
            others = [nothing, *held[:column], *held[column + 1 :]]
            odds[:, row, column] = held[column] - np.logaddexp2.reduce(others, axis=0)
        after = step(after, row)
    return odds


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

    def __init__(self, candidate_of: Whole) -> None:
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
        if self.competes:
            own = values[self._rows]
            largest = np.maximum.reduceat(own, self._starts)[self._record]
            is_largest = own == largest
            rest = np.add.reduceat(np.where(is_largest, 0.0, own), self._starts)[self._record]
            ties = np.add.reduceat(is_largest.astype(np.float64), self._starts)[self._record]
            out[self._rows] = np.where(is_largest, rest + (ties - 1) * largest, rest - own + ties * largest)
        return out

    def best(self, values: Numbers) -> Numbers:
        """Give the largest value among a pair and its competitors."""
        out = values.copy()
        if self.competes:
            out[self._rows] = np.maximum.reduceat(values[self._rows], self._starts)[self._record]
        return out
