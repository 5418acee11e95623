"""The kinds of a column side by side, by series and date: what evidence of double counting is looked for in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]

NO_VALUE = "(no value)"
_MOST_NUMBERS = 2_000_000


@dataclass(frozen=True)
class Numbered:
    """Rows with a number for each value of each column, so that they are compared only once.

    Parameters
    ----------
    values
        The counts.
    date, dates
        The number of each row's date, and the dates in their order.
    columns
        For each column the number of each row's value, and the values in their order.
    """

    values: FloatArray
    date: IntArray
    dates: pd.DatetimeIndex
    columns: Mapping[str, tuple[IntArray, tuple[str, ...]]]

    @classmethod
    def of(cls, rows: pd.DataFrame, columns: Sequence[str]) -> Numbered:
        """Number the rows that have a count; a missing value is one like any other.

        Parameters
        ----------
        rows
            The columns, ``date`` and ``value``.
        columns
            Which to number.
        """
        rows = rows[rows["value"].notna() & rows["date"].notna()]
        numbered = {}
        for column in columns:
            codes, kinds = pd.factorize(rows[column].astype("string"), sort=True)
            missing = codes < 0
            names = tuple(map(str, kinds)) + ((NO_VALUE,) if missing.any() else ())
            numbered[column] = (np.where(missing, len(kinds), codes).astype(np.int64), names)
        date, dates = pd.factorize(rows["date"], sort=True)
        return cls(rows["value"].to_numpy(dtype=np.float64), date.astype(np.int64), pd.DatetimeIndex(dates), numbered)

    def with_column(self, name: str, codes: IntArray, kinds: Sequence[str]) -> Numbered:
        """Add a column that is numbered already."""
        return replace(self, columns={**self.columns, name: (codes, tuple(kinds))})

    def by_period(self, code: str) -> Numbered:
        """Number the dates by the period that they are in, such as ``Q``."""
        period, periods = pd.factorize(self.dates.to_period(code), sort=True)
        return replace(self, date=period.astype(np.int64)[self.date], dates=pd.PeriodIndex(periods).to_timestamp())

    def levels(self, column: str, kept: Sequence[str], over: Sequence[str]) -> Iterator[Cells]:
        """Put the kinds side by side: in each combination of the other columns, in each series, and all together."""
        told: list[list[str]] = []
        for others in ([*kept, *over], list(kept), []):
            by = [other for other in others if other != column]
            if by not in told:
                told.append(by)
                yield self.cells(column, by)

    def cells(self, column: str, by: Sequence[str]) -> Cells:
        """Put the kinds of a column side by side, one row for each combination of other columns and date."""
        codes, kinds = self.columns[column]
        series = np.zeros(len(self.date), dtype=np.int64)
        for other in by:
            numbers, names = self.columns[other]
            series = np.unique(series * len(names) + numbers, return_inverse=True)[1]
        dates = int(self.date.max(initial=0)) + 1
        place, at = np.unique(series * dates + self.date, return_inverse=True)
        counts = self.values
        most = max(_MOST_NUMBERS // len(kinds), 1)
        if len(place) > most:
            wanted = at < most
            place, at, codes, counts = place[:most], at[wanted], codes[wanted], counts[wanted]
        values = np.zeros((len(place), len(kinds)))
        present = np.zeros(values.shape, dtype=bool)
        np.add.at(values, (at, codes), counts)
        present[at, codes] = True
        return Cells(kinds, values, present, place // dates, place % dates)


@dataclass(frozen=True)
class Cells:
    """Counts of the kinds of a column, side by side.

    Parameters
    ----------
    kinds
        The kinds, in their order.
    values, present
        One row for each series and date, one column for each kind: the count, 0 where there is none, and whether there
        is one. Rows of one series stand together, by date.
    series, date
        The series and the date of each row, numbered.
    """

    kinds: tuple[str, ...]
    values: FloatArray
    present: BoolArray
    series: IntArray
    date: IntArray

    def irregularity(self) -> FloatArray:
        """How irregular each kind is, as a share of what separate counts of its size are: 0 (it never moves) to 1.

        From second differences in time, which trends and seasons hardly touch.
        """
        follows = (np.diff(self.series) == 0) & (np.diff(self.date) == 1)
        third = follows[1:] & follows[:-1]
        whole = self.present[2:] & self.present[1:-1] & self.present[:-2] & third[:, None]
        steps = (self.values[2:] - 2 * self.values[1:-1] + self.values[:-2]) ** 2
        level = (self.values[2:] + self.values[1:-1] + self.values[:-2]) / 3
        mean = (level * whole).sum(axis=0)
        told = (mean > 0) & (whole.sum(axis=0) > 2)
        share = np.divide((steps * whole).sum(axis=0) / 6, mean, out=np.ones(len(self.kinds)), where=told)
        least: FloatArray = np.minimum(share, 1.0)
        return least

    def own_irregularity(self) -> FloatArray:
        """How irregular each kind is beyond what all have in common, as :meth:`irregularity`.

        What is common, such as working days or a shock, moves every kind by the same share. What is left of a separate
        count is its own; where all keep to their shares, as what has a fixed capacity does, they agree without being
        sums of each other.
        """
        number = int(self.series.max(initial=0)) + 1
        lengths = np.bincount(self.series, minlength=number)
        whole = self.values.sum(axis=1)
        sums = np.zeros((number, len(self.kinds)))
        np.add.at(sums, self.series, self.values)
        shares = sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-12)
        expected = shares[self.series] * whole[:, None]
        several = (lengths > 1)[self.series]
        free = (lengths / np.maximum(lengths - 1, 1))[self.series]
        apart = ((self.values - expected) ** 2 * free[:, None])[several].sum(axis=0)
        usual = (expected * (1 - shares[self.series]))[several].sum(axis=0)
        share = np.divide(apart, usual, out=np.ones(len(self.kinds)), where=usual > 0)
        least: FloatArray = np.minimum(share, self.irregularity())
        return least
