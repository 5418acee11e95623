"""Counts of a quarter or a year among those of its months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.double_counting.side_by_side import Numbered
from shared_analysis.forecasting.panel.double_counting.sums import find_sums

_MOST_DAYS = 4
_LONGER = ("Q", "Y", "Y-MAR")
_NEARLY = 0.9


def refuse_longer_periods(rows: pd.DataFrame, kept: Sequence[str], where: str) -> None:
    """Refuse counts of a quarter or a year among those of its months, told by the day of the month of each.

    Parameters
    ----------
    rows
        The rows: the columns of ``kept``, ``date`` and ``value``.
    kept
        The columns that make series.
    where
        The table, for what is said of a fault.

    Raises
    ------
    SharedAnalysisError
        If they are there.
    """
    day = rows["date"].dt.day.where(~rows["date"].dt.is_month_end, 0)
    if not 2 <= day.nunique() <= _MOST_DAYS:
        return
    numbered = Numbered.of(rows.assign(day=day), ["day", *kept])
    for code in _LONGER:
        if any(find_sums(numbered.by_period(code).cells("day", kept), alike=True)):
            raise _refusal("dated on another day of the month", where)


def refuse_totals_of_periods(
    rows: pd.DataFrame, repeated: npt.NDArray[np.bool_], lines: Sequence[str], where: str
) -> None:
    """Refuse second rows of a date that are as large as all of the quarter or year that begins or ends there.

    Parameters
    ----------
    rows
        The rows: the columns of ``lines``, ``date`` and ``value``.
    repeated
        The rows that repeat an earlier one.
    lines
        The columns that tell one row from another, the date among them.
    where
        The table, for what is said of a fault.

    Raises
    ------
    SharedAnalysisError
        If they are.
    """
    known = rows[rows["value"].notna() & rows["date"].notna()].sort_values("value", kind="stable")
    others = [line for line in lines if line != "moment"]
    largest = known[known.duplicated(list(lines), keep="first") & ~known.duplicated(list(lines), keep="last")]
    if len(largest) != repeated.sum():
        return
    rest = known.drop(index=largest.index)
    for code in _LONGER:
        wholes = [
            each.assign(period=each["date"].dt.to_period(code))[[*others, "period", "value"]]
            for each in (largest, rest)
        ]
        sums = wholes[1].groupby([*others, "period"], dropna=False)["value"].agg(["sum", "size"]).reset_index()
        beside = wholes[0].merge(sums, on=[*others, "period"])
        told = beside[beside["size"] > 2]
        near = (told["value"] - told["sum"]).abs() <= (1 - _NEARLY) * told["sum"]
        if len(told) and near.mean() >= _NEARLY and told["value"].sum() > 0:
            raise _refusal("under the date of one of them", where)


def _refusal(how: str, where: str) -> SharedAnalysisError:
    return SharedAnalysisError(
        f"Counts of a quarter or a year stand among those of its months, {how}, so everything would be counted twice.",
        where,
        "take their rows out: totals are added up from the parts",
    )
