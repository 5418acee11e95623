"""Columns that know what they could not have known: each way seen in practice is refused before any model runs.

A model that is helped by such a column looks excellent in back-tests and fails on the day. What a column is declared to
be cannot be proved by looking at it, but a column made from later counts gives itself away: once trend and season are
taken out, nothing honest moves with next month's counts almost exactly. So what is compared is changes (from one period
to the next and, where there is history enough, from one season to the next), never levels, which any two growing series
share. A column is refused when the correlation is beyond what chance could give among all the comparisons made, by
values and by ranks. How such columns come about: Kaufman, Rosset, Perlich and Stitelman (2012, ACM Transactions on
Knowledge Discovery from Data 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.on_request.regressor import Regressor
from shared_analysis.forecasting.panel.dates import read_dates
from shared_analysis.forecasting.panel.panel import FloatArray, Panel
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import many

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_OF_LINKAGE = frozenset({"cluster_id", "entity_id", "match_probability", "match_weight"})
# Correlations of changes from which on a column is refused. A working day explains nearly all of some counts of the
# same day, so that what is known ahead may go with them closely; next month's counts nothing honest foretells so well.
_AHEAD, _SAME, _SAME_KNOWN = 0.9, 0.98, 0.97
_BY_CHANCE = 1e-3
_FEWEST_PAIRS = 6
# A column of fewer different changes than this is a switch (a holiday, a lockdown) and cannot hold counts.
_FEWEST_CHANGES = 6
_SEASONAL_PAIRS = 24
# Made from counts to this share, of which earlier counts leave at least four times as much unexplained.
_EXPLAINED, _LEFT_BY_THE_PAST = 0.95, 4.0
_MOST_NODES = 200
_UNLIKELY = 1e-4


def refuse_records(contract: DataContract) -> None:
    """Refuse a table of single records, or one that linkage made.

    Raises
    ------
    SharedAnalysisError
        With the columns that give it away.
    """
    from shared_analysis.contracts import ROLES

    personal = [column for role, column in contract.roles.items() if ROLES[role].classification == "direct"]
    personal += [
        column.name for column in contract.columns if column.name in _OF_LINKAGE and column.name not in personal
    ]
    if personal:
        raise SharedAnalysisError(
            f"The table of regressors is about single records, or was made by linkage ({', '.join(sorted(personal))}): "
            "it was made from later records too, and what it says of an earlier period was not known then.",
            f"contract {contract.name}",
            "give a table of one row a period, each value as it was known at the time",
        )


def refuse_later_times(table: pd.DataFrame, contract: DataContract, period: pd.Series) -> None:
    """Refuse rows that say themselves that they were written after their period.

    Raises
    ------
    SharedAnalysisError
        With the column and the first such date, if a date in a row is later than the last day of the row's period.
    """
    where = f"table {contract.name}"
    for column in contract.columns:
        if column.type not in ("date", "timestamp") or column.name == contract.roles.get("period"):
            continue
        if column.name not in table.columns:
            continue
        days = read_dates(table[column.name], f"{where}, column {column.name}")
        later = days > pd.PeriodIndex(period).end_time.to_numpy()
        if later.any():
            at = int(np.flatnonzero(later.to_numpy())[0])
            raise SharedAnalysisError(
                f"{many(int(later.sum()), 'row carries', 'rows carry')} a date after the end of the row's period: the "
                f"first is {days.iloc[at].date()}, in a row for {period.iloc[at]}. What was published later was not "
                "known then.",
                f"{where}, column {column.name}, first in data row {at + 1}",
                "let `period` be the period in which the value became known, and leave out what is no day of that kind",
            )


def refuse_leakage(
    columns: Sequence[Regressor], panel: Panel, hierarchy: Hierarchy, spec: ForecastSpec, where: str
) -> None:
    """Refuse columns that are made from counts that were not there yet.

    Raises
    ------
    SharedAnalysisError
        With the column, and what it holds: the counts themselves, later counts, a mean or sum that takes in later
        counts (of the same area or of all together), or, in a column declared as known ahead, values over the horizon
        that were only filled in.
    """
    counts = hierarchy.add_up(panel.values)
    labels = panel.labels_of(hierarchy.nodes)
    for column in columns:
        location = f"{where}, column {column.name}"
        if column.known:
            _refuse_filled_in(column, len(panel.periods), spec, location)
        known = len(panel.periods) - column.delay
        test = _Test(column, counts[:, :known], column.values[:, :known], labels, spec, location)
        test.refuse_copies()
        test.refuse_mixtures()


def _refuse_filled_in(column: Regressor, periods: int, spec: ForecastSpec, location: str) -> None:
    """Refuse a column known ahead whose future is nothing but its past carried on."""
    values, season = column.values, spec.calendar.season
    if periods < 2 * season:
        return
    of_season = np.stack([values[:, at:periods:season].mean(axis=1) for at in range(season)], axis=1)
    at = np.arange(values.shape[1])
    ways = {
        f"the last {spec.calendar.season_noun}'s values again": (
            values[:, np.maximum(at - season, 0)],
            season,
            periods,
        ),
        "one value throughout": (values[:, np.maximum(at - 1, 0)], 1, periods + 1),
        f"the mean of that part of every {spec.calendar.season_noun}": (of_season[:, at % season], 0, periods),
    }
    for way, (filling, start, first) in ways.items():
        # Columns of different areas change together, so the nodes count as one.
        differs = ~np.isclose(values, filling, rtol=1e-6).all(axis=0)
        share, ahead = float(differs[start:periods].mean()), differs[first:]
        if ahead.size and not ahead.any() and (1 - share) ** ahead.size < _UNLIKELY:
            raise SharedAnalysisError(
                f"Column '{column.name}' is declared as known ahead, but over the horizon it is {way}, as it never was "
                "before: its future values were filled in. In back-tests it would know what it does not know now.",
                location,
                "declare it under `unknown`, and remove the values after the last count",
            )


@dataclass(frozen=True)
class _Test:
    """One column beside the counts.

    Parameters
    ----------
    column
        The column.
    counts, values
        Counts of every node, and the column's values, nodes by periods.
    labels
        The nodes' names.
    spec
        The settings.
    location
        Where the column is, for a message.
    """

    column: Regressor
    counts: FloatArray
    values: FloatArray
    labels: list[str]
    spec: ForecastSpec
    location: str

    def refuse_copies(self) -> None:
        """Refuse a column that moves as counts do that it could not know."""
        shifts = range(1 - self.spec.horizon if self.column.known else 0, self._farthest + 1)
        pairs = list(self._pairs())
        tests = len(pairs) * len(shifts) * len(self.counts)
        for what, column, counts in pairs:
            for shift in sorted(shifts, key=abs):
                limit = _AHEAD if shift else _SAME_KNOWN if self.column.known else _SAME
                caught = _most_alike(column, counts, shift, limit, tests)
                if caught is not None:
                    raise self._refused(what, shift, *caught)

    def refuse_mixtures(self) -> None:
        """Refuse a column that is made from several counts, later ones among them."""
        column = self._innovations(self.values)
        allowed = -self.spec.horizon if self.column.known else 0
        for what, counts in self._targets():
            changes = self._innovations(counts)
            for width in sorted({1, 2, 3, 6, self._farthest}):
                if width > self._farthest:
                    continue
                for node, rows in self._groups(column):
                    if _is_mixture(column[rows], changes[rows], width, allowed):
                        raise self._mixed(what, node)

    @property
    def _farthest(self) -> int:
        """How many periods later counts are looked for."""
        return min(self.spec.horizon, int(self.counts.shape[1]) // 3)

    def _targets(self) -> Iterator[tuple[str, FloatArray]]:
        """The counts that a column could be made from, one row a node; in words too."""
        yield "counts", self.counts
        if not self.column.shared and len(self.counts) > 1:
            yield "total counts", np.broadcast_to(self.counts[:1], self.counts.shape)

    def _pairs(self) -> Iterator[tuple[str, FloatArray, FloatArray]]:
        """What is compared with what: the column and the counts, as they are and in logarithms."""
        column, positive = self._innovations(self.values), not (self.values < 0).any()
        for what, counts in self._targets():
            logs = np.log1p(counts)
            yield what, column, self._innovations(counts)
            yield what, column, self._innovations(logs)
            if positive:
                yield what, self._innovations(np.log1p(self.values)), self._innovations(logs)
            growth = np.diff(logs, axis=1, prepend=logs[:, :1])
            yield f"growth of the {what}", column, self._innovations(growth)
        if len(self.counts) > 1 and not self.column.shared:
            share = self.counts / np.maximum(self.counts[:1], 1.0)
            yield "share of the total counts", column, self._innovations(share)

    def _innovations(self, values: FloatArray) -> FloatArray:
        """Take trend and season out, by differences."""
        season = self.spec.calendar.season
        changes = np.diff(values, axis=1)
        return changes[:, season:] - changes[:, :-season] if changes.shape[1] >= season + _SEASONAL_PAIRS else changes

    def _groups(self, column: FloatArray) -> Iterator[tuple[int | None, np.ndarray[Any, np.dtype[np.int64]]]]:
        """Nodes to look at one by one, coarse ones first, and (for a column by area) all of them together."""
        varied = np.flatnonzero(_varied(column))
        if not self.column.shared and len(varied) > 1:
            yield None, varied[-_MOST_NODES:]
        for node in varied[:_MOST_NODES]:
            yield int(node), np.array([node])

    def _of(self, node: int | None) -> str:
        """Name the node that a column was caught at."""
        return "" if node is None or len(self.labels) == 1 else f" ({self.labels[node]})"

    def _refused(self, what: str, shift: int, node: int | None, alike: float) -> SharedAnalysisError:
        name, noun = self.column.name, self.spec.calendar.noun
        evidence = f"the changes of the two have a correlation of {alike:.2f}"
        if shift > 0:
            later = many(shift, noun, f"{noun}s")
            subject = f"Column '{name}' moves as the {what} of {later} later do{self._of(node)}: {evidence}."
            return SharedAnalysisError(
                f"{subject} In back-tests it would give the answer away.",
                self.location,
                f"give each row the {noun} in which its value was known, or leave the column out",
            )
        if self.column.known:
            return SharedAnalysisError(
                f"Column '{name}' is declared as known ahead and moves as the {what} do{self._of(node)}: {evidence}. "
                "What is known ahead cannot follow what has not happened.",
                self.location,
                "declare it under `unknown` without values after the last count, or leave it out",
            )
        return SharedAnalysisError(
            f"Column '{name}' holds the {what} themselves, or what was worked out from them{self._of(node)}: "
            f"{evidence}.",
            self.location,
            "leave it out: earlier counts are used anyway",
        )

    def _mixed(self, what: str, node: int | None) -> SharedAnalysisError:
        return SharedAnalysisError(
            f"Column '{self.column.name}' is made from {what} that came later{self._of(node)}, as a centred moving "
            "average or a sum over coming periods is. In back-tests it would give the answer away.",
            self.location,
            "make it from earlier values only, or leave it out",
        )


def _varied(changes: FloatArray) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which rows change in more ways than a switch does."""
    ordered = np.sort(np.round(changes, 9), axis=1)
    return np.asarray((np.diff(ordered, axis=1) > 0).sum(axis=1) + 1 >= _FEWEST_CHANGES)


def _most_alike(
    column: FloatArray, counts: FloatArray, shift: int, limit: float, tests: int
) -> tuple[int | None, float] | None:
    """Find the node at which a column goes with counts some periods later beyond the limit and beyond chance.

    Returns
    -------
    tuple or None
        The node (None for all together) and the correlation; None if there is no such node.
    """
    from scipy.stats import rankdata

    usable = np.flatnonzero(_varied(column) & _varied(counts))
    pairs = column.shape[1] - abs(shift)
    if pairs < _FEWEST_PAIRS or not len(usable):
        return None
    left, right = (
        (column[usable, :pairs], counts[usable, shift:])
        if shift >= 0
        else (
            column[usable, -shift:],
            counts[usable, :pairs],
        )
    )
    by_value = _correlation(left, right)
    # Ranks cost more, so they are only found where there is something to confirm.
    likely = np.flatnonzero(np.abs(by_value) >= max(limit, _by_chance(pairs, tests)))
    if len(likely):
        ranks = _correlation(rankdata(left[likely], axis=1), rankdata(right[likely], axis=1))
        sure = likely[np.abs(ranks) >= max(limit, _by_chance(pairs, tests))]
        if len(sure):
            return int(usable[sure[0]]), float(by_value[sure[0]])
    pooled = float(np.mean(by_value))
    if len(usable) > 1 and abs(pooled) >= max(limit, _by_chance(pairs, tests)):
        return None, pooled
    return None


def _correlation(left: FloatArray, right: FloatArray) -> FloatArray:
    """Correlate two matrices row by row; 0 where one does not vary."""
    left, right = left - left.mean(axis=1, keepdims=True), right - right.mean(axis=1, keepdims=True)
    size = np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
    return np.asarray((left * right).sum(axis=1) / np.where(size > 0, size, np.inf))


def _by_chance(pairs: int, tests: int) -> float:
    """The correlation that so many tests of unrelated columns hardly ever show."""
    from scipy.stats import t as student

    far = float(student.isf(_BY_CHANCE / tests / 2, pairs - 2))
    return far / float(np.sqrt(pairs - 2 + far**2))


def _is_mixture(column: FloatArray, counts: FloatArray, width: int, allowed: int) -> bool:
    """Tell whether a column is, but for rounding and little noise, a sum of counts of which some came later.

    Parameters
    ----------
    column, counts
        Changes, rows by periods.
    width
        Counts from so many periods before to so many after are tried.
    allowed
        The last shift of counts that the column may honestly be made from.
    """
    periods = column.shape[1]
    shifts = np.arange(-width, width + 1)
    if (periods - 2 * width) * len(column) < 3 * len(shifts) or periods <= 2 * width:
        return False
    spread = column.std(axis=1, keepdims=True)
    target = (column / spread)[:, width : periods - width].ravel()
    around = np.column_stack(
        [(counts / spread)[:, width + shift : periods - width + shift].ravel() for shift in shifts]
    )
    left = _unexplained(target, around)
    if left > 1 - _EXPLAINED:
        return False
    return _unexplained(target, around[:, shifts <= allowed]) > _LEFT_BY_THE_PAST * max(left, 1e-9)


def _unexplained(target: FloatArray, columns: FloatArray) -> float:
    """Share of the variance that a regression leaves, for the number of its columns."""
    if not columns.shape[1]:
        return 1.0
    fitted = columns @ np.linalg.lstsq(columns, target, rcond=None)[0]
    free = len(target) - columns.shape[1]
    return float(((target - fitted) ** 2).sum() / free / max((target**2).mean(), 1e-300))
