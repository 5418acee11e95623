"""Periods that nobody counted: how they are imputed, and when too little is known to forecast from.

A value is imputed from what was counted before it and from nothing later, so a back-test from any date knows no more
than could be known then.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.calendars import name_period
from shared_analysis.forecasting.panel.series_labels import label_keys
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice, listed, many

FloatArray = npt.NDArray[np.float64]


def impute_from_past(wide: pd.DataFrame, spec: ForecastSpec, table: str) -> tuple[pd.DataFrame, tuple[Notice, ...]]:
    """Impute a value where a series has no count, and say how many there are, in which series and since when.

    Parameters
    ----------
    wide
        Series by periods; NaN where nothing was counted.
    spec
        The settings.
    table
        The table's name, for what is said of a fault.

    Returns
    -------
    DataFrame, tuple of Notice
        The same without NaN; see :func:`impute`. Zero before a series' first count.

    Raises
    ------
    SharedAnalysisError
        If a series has no count at all, or none in more than half of its periods since its first; all are named.
    """
    labels = label_keys(wide.index.to_frame(index=False))
    periods, noun = pd.PeriodIndex(wide.columns), spec.calendar.noun
    counted = wide.notna().to_numpy()
    first = np.where(counted.any(axis=1), counted.argmax(axis=1), 0)
    begun = np.arange(counted.shape[1]) >= first[:, None]
    unknown = begun & ~counted
    number, due = unknown.sum(axis=1), begun.sum(axis=1)
    hollow = [
        f"{label} ({missing} of {all_} since {name_period(periods[start])})"
        for label, missing, all_, start in zip(labels, number, due, first, strict=True)
        if 2 * missing > all_
    ]
    if hollow:
        raise SharedAnalysisError(
            f"{many(len(hollow), 'series is', 'series are')} unknown in more than half of the {noun}s: "
            f"{listed(hollow)}.",
            f"table {table}",
            f"take {'it' if len(hollow) == 1 else 'them'} out of the table; where small counts are withheld, get "
            f"counts of longer periods or larger areas; where a {noun} without a row is one in which nothing happened, "
            "set `missing: zero`",
        )
    notices: tuple[Notice, ...] = ()
    if number.any():
        series = tuple(
            (labels[at], int(number[at]), periods[int(unknown[at].argmax())]) for at in np.flatnonzero(number)
        )
        notices = (Notice("periods_imputed", {"series": series, "among": len(wide), "noun": noun}),)
    filled = impute(wide.to_numpy(dtype=np.float64), spec.calendar.season)
    return pd.DataFrame(filled, index=wide.index, columns=wide.columns), notices


def impute(values: FloatArray, season: int) -> FloatArray:
    """Replace NaN by what was counted before it.

    The value of the same season a season earlier, times how much the periods since then have grown on theirs of a
    season before (1 where less than half a season can be compared); in a series' first season, the mean so far. Where
    there is no season (years), the value before: the growth of a single year is mostly noise. Zero before a series'
    first count.

    Parameters
    ----------
    values
        Series by periods; NaN where nothing was counted.
    season
        Periods in a season.
    """
    counted = np.isfinite(values)
    filled = np.where(counted, values, 0.0)
    begun = np.maximum.accumulate(counted, axis=1)
    for at in np.flatnonzero((begun & ~counted).any(axis=0)):
        rows = np.flatnonzero(begun[:, at] & ~counted[:, at])
        so_far = slice(max(0, at - season), at)
        whole = begun[rows, so_far]
        filled[rows, at] = (filled[rows, so_far] * whole).sum(axis=1) / whole.sum(axis=1)
        if at >= season:
            growth = _growth(filled[rows], counted[rows], int(at), season) if season > 1 else np.ones(len(rows))
            season_before = begun[rows, at - season]
            filled[rows, at] = np.where(season_before, filled[rows, at - season] * growth, filled[rows, at])
    return filled


def _growth(filled: FloatArray, counted: npt.NDArray[np.bool_], at: int, season: int) -> FloatArray:
    """Compare the last season's counts with those of the season before, period by period, where both are there."""
    recent = np.arange(max(season, at - season), at)
    both = counted[:, recent] & counted[:, recent - season]
    now = (filled[:, recent] * both).sum(axis=1)
    before = (filled[:, recent - season] * both).sum(axis=1)
    enough = (2 * both.sum(axis=1) >= season) & (before > 0)
    growth: FloatArray = np.divide(now, before, out=np.ones_like(now), where=enough)
    return growth


def incomplete(rows: pd.DataFrame, lines: list[str], group: list[str], season: int) -> pd.Series:
    """Tell which sums lack a part: a count that is missing, or a line of the table without a row on one of its dates.

    A line is what the table counts by, such as an age group of an area. It is due on every date of the table from its
    first row on, up to its last if it has been silent for more than a season: it has ended then.

    Parameters
    ----------
    rows
        The table's rows: the columns of ``lines``, ``date`` (Period, as fine as the table counts), ``period`` and
        ``value`` (NaN where it is missing).
    lines
        The columns that make a line, those of the series first.
    group
        The columns that make a sum: those of the series, and ``period``.
    season
        Periods in a season.

    Returns
    -------
    Series of bool
        By ``group``, for every sum that has a row.
    """
    line = rows.groupby(list(dict.fromkeys(lines)), dropna=False, sort=True).ngroup().to_numpy()
    dates = pd.PeriodIndex(rows["date"]).unique().sort_values()
    periods = dates.asfreq(pd.PeriodIndex(rows["period"]).freqstr)
    at = dates.get_indexer(pd.PeriodIndex(rows["date"]))
    present = np.zeros((int(line.max()) + 1, len(dates)), dtype=bool)
    present[line, at] = True
    positions = np.arange(len(dates))
    first, last = present.argmax(axis=1), len(dates) - 1 - present[:, ::-1].argmax(axis=1)
    number = periods.asi8
    ended = number[-1] - number[last] > season
    until = np.where(ended, last, len(dates) - 1)
    due = (positions >= first[:, None]) & (positions <= until[:, None])
    lacking, when = np.nonzero(due & ~present)
    of_line = rows.assign(line=line).drop_duplicates("line").set_index("line")[group[:-1]]
    lacks = of_line.iloc[of_line.index.get_indexer(pd.Index(lacking))].reset_index(drop=True)
    lacks["period"] = periods[when]
    lacks["lacks"] = True
    own = rows[group].assign(lacks=rows["value"].isna())
    return pd.concat([own, lacks], ignore_index=True).groupby(group, sort=True)["lacks"].any()
