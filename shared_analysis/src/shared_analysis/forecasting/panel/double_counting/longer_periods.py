"""Counts of a quarter or a year among those of its months."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.double_counting.side_by_side import Numbered
from shared_analysis.forecasting.panel.double_counting.sums import find_sums

_MOST_DAYS = 4
_LONGER = ("Q", "Y", "Y-MAR")


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


def _refusal(how: str, where: str) -> SharedAnalysisError:
    return SharedAnalysisError(
        f"Counts of a quarter or a year stand among those of its months, {how}, so everything would be counted twice.",
        where,
        "take their rows out: totals are added up from the parts",
    )
