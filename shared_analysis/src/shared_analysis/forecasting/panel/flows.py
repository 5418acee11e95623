"""Counts that are no counts of their period: running totals, totals so far, rolling sums, stocks, rates.

Whoever adds such figures up over time counts the same things again and again, and their forecast says something else
than it seems to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.vocabulary import is_called_a_measure
from shared_analysis.wording import Notice

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_FEWEST_DATES = 12
_FEWEST_FOR_SMOOTH = 24
_FEWEST_RESETS = 2
_SMALLEST_LEVEL = 10
_FEWEST_LEVELS = 5
_NEARLY_ALL = 0.8
_MOSTLY = 0.7
_SMOOTH = 0.35
"""Second differences as a share of what separate counts show: a sum over three periods shows .22, over twelve .06."""
_OF_RUNNING = 0.2
_FEW_STEPS = 3
_FRACTIONS = 0.05
_SEASONS = 3
_SOME = 0.15
_HALF = 0.5
_MOST_LINES = 2_000
_SEASON_OF = {1: 7, 7: 52, 28: 12, 29: 12, 30: 12, 31: 12, 90: 4, 91: 4, 92: 4}
TOTALS_SO_FAR: Mapping[str, str] = {
    "running": "never fall from one date to the next, as running totals do",
    "year": "rise through each year and begin again at the same month, as totals of a year so far do",
    "quarter": "rise through each quarter and begin again, as totals of a quarter so far do",
    "month": "rise through each month and begin again, as totals of a month so far do",
}
"""What counts do that are totals so far, by what they are totals of."""


def check_flows(
    rows: pd.DataFrame, lines: Sequence[str], name: str, where: str, *, added_up: bool
) -> tuple[tuple[Notice, ...], pd.DataFrame]:
    """Name figures that are not the counts of their own period.

    Parameters
    ----------
    rows
        The rows: ``lines``, ``date`` and ``value``.
    lines
        The columns that tell one row of a date from another.
    name
        The column of the counts.
    where
        The table, for what is said of a fault.
    added_up
        Whether dates are added up to longer periods.

    Returns
    -------
    tuple
        Notices, and the rows with what each date adds in place of a running total: only these can be compared.

    Raises
    ------
    SharedAnalysisError
        If running totals, or totals of a year so far, would be added up over time.
    """
    rows = rows[rows["date"].notna()]
    by_date = _by_date(rows, lines)
    values, dates = by_date.to_numpy(dtype=np.float64), pd.DatetimeIndex(by_date.columns)
    whole = values[np.isfinite(values).mean(axis=1) > _NEARLY_ALL]
    found = _running(whole) or _to_date(whole, dates)
    if found and added_up:
        raise SharedAnalysisError(
            f"The counts of column {name} {TOTALS_SO_FAR[found]}, so adding them up over time counts the same things "
            "again and again.",
            where,
            "turn them into counts of each date (each less the one before), or keep the last of each period",
        )
    if found:
        return (Notice("odd_flow", {"column": name, "what": found}),), _separate(rows, lines)
    known = values[np.isfinite(values)]
    if known.size and (known % 1 != 0).mean() > _FRACTIONS:
        return (Notice("odd_flow", {"column": name, "what": "fractions"}),), rows
    if is_called_a_measure(name):
        return (Notice("odd_flow", {"column": name, "what": "named"}),), rows
    gap = np.median(np.diff(dates.to_numpy()).astype("timedelta64[D]").astype(int)) if len(dates) > 1 else 0
    if _is_smooth(whole, _SEASON_OF.get(int(gap), 0)):
        return (Notice("odd_flow", {"column": name, "what": "smooth"}),), rows
    return (), rows


def _separate(rows: pd.DataFrame, lines: Sequence[str]) -> pd.DataFrame:
    """Turn running totals into what each date adds; where they begin again, they are that already."""
    ordered = rows.sort_values("date", kind="stable")
    steps = ordered.groupby(list(lines), sort=False, dropna=False)["value"].diff() if lines else ordered["value"].diff()
    return ordered.assign(value=steps.where(steps >= 0, ordered["value"])).loc[rows.index]


def _by_date(rows: pd.DataFrame, lines: Sequence[str]) -> pd.DataFrame:
    """Spread the counts: lines down, dates across."""
    line = rows.groupby(list(lines), sort=True, dropna=False).ngroup() if lines else pd.Series(0, index=rows.index)
    few = rows.assign(line=line)[(line < _MOST_LINES).to_numpy()]
    return few.groupby(["line", "date"])["value"].sum(min_count=1).unstack("date").sort_index(axis=1)  # noqa: PD010


def _steps(values: FloatArray) -> FloatArray:
    filled = pd.DataFrame(values).ffill(axis=1).to_numpy()
    return np.diff(filled, axis=1)


def _running(values: FloatArray) -> str | None:
    """Tell running totals: they hardly ever fall, they grow, and they are far smoother than separate counts."""
    last = np.nanmax(values, axis=1, initial=0) if values.size else np.zeros(0)
    values = values[last >= _SMALLEST_LEVEL]
    if values.shape[1] < _FEWEST_DATES or not len(values):
        return None
    steps = _steps(values)
    falls = (steps < 0).mean(axis=1) <= _SOME
    grows = np.nanmax(values, axis=1) >= 2 * np.nan_to_num(values[:, :2]).max(axis=1)
    if (falls & grows).mean() < _NEARLY_ALL:
        return None
    running = falls & grows & ((_roughness(values) < _OF_RUNNING) | _begins_at_one_step(values, steps))
    return "running" if running.mean() >= _NEARLY_ALL else None


def _begins_at_one_step(values: FloatArray, steps: FloatArray) -> BoolArray:
    """Tell totals of counts that vary: they never fall, and the first is about as large as what each date adds."""
    usual = np.nanmedian(steps, axis=1)
    first = pd.DataFrame(values).bfill(axis=1).to_numpy()[:, 0]
    one: BoolArray = ~(steps < 0).any(axis=1) & (usual > 0) & (first <= _FEW_STEPS * usual)
    return one if one.sum() * values.shape[1] >= _FEWEST_FOR_SMOOTH else np.zeros(len(values), dtype=bool)


def _to_date(values: FloatArray, dates: pd.DatetimeIndex) -> str | None:
    """Tell totals so far: they fall where a year, a quarter or a month begins, steeply, and nowhere else."""
    values = values[np.nansum(values, axis=1) > 0]
    if values.shape[1] < _FEWEST_DATES or not len(values):
        return None
    steps, before = _steps(values), pd.DataFrame(values).ffill(axis=1).to_numpy()[:, :-1]
    monthly = (dates[1:].to_period("M") != dates[:-1].to_period("M")).mean() > _NEARLY_ALL
    begins = {f"year {month}": dates.month == month for month in range(1, 13)} if monthly else {}
    begins |= {"quarter": dates.month % 3 == 1} if monthly else {"month": dates.day == 1}
    falls = steps < 0
    steep = steps <= -before / 2
    for what, begin in begins.items():
        at = np.asarray(begin)[1:]
        if at.sum() < _FEWEST_RESETS or at.all():
            continue
        resets = (falls & steep)[:, at].mean(axis=1) >= _MOSTLY
        elsewhere = falls[:, ~at].mean(axis=1) <= _SOME
        if (resets & elsewhere).mean() >= _NEARLY_ALL and _adds_on(values, at):
            return what.split()[0]
    return None


def _adds_on(values: FloatArray, begins: BoolArray) -> bool:
    """Say whether each figure carries on the one before it, as totals so far do, and seasonal counts do not.

    How figures of one place in a run differ from one run to the next goes with how those of the place before do.
    """
    place = np.zeros(values.shape[1], dtype=np.int64)
    run = np.zeros(values.shape[1], dtype=np.int64)
    for at in range(1, values.shape[1]):
        place[at] = 0 if begins[at - 1] else place[at - 1] + 1
        run[at] = run[at - 1] + begins[at - 1]
    number, length = int(run.max()) + 1, int(place.max()) + 1
    table = np.full((len(values), number, length), np.nan)
    table[:, run, place] = values
    changes = np.diff(table, axis=1)
    earlier, later = changes[:, :, :-1].ravel(), changes[:, :, 1:].ravel()
    both = np.isfinite(earlier) & np.isfinite(later)
    if both.sum() < _FEWEST_DATES or not earlier[both].any() or not later[both].any():
        return True  # too little to tell
    return bool(np.corrcoef(earlier[both], later[both])[0, 1] > _HALF)


def _is_smooth(values: FloatArray, season: int) -> bool:
    """Tell figures that move less from date to date than separate counts of their size can."""
    if values.shape[1] < _FEWEST_FOR_SMOOTH or not len(values):
        return False
    level = np.nanmean(values, axis=1)
    varied = np.array([len(np.unique(row[np.isfinite(row)])) for row in values]) >= _FEWEST_LEVELS
    told = (level >= _SMALLEST_LEVEL) & varied
    if not told.any():
        return False
    return bool(np.average(_roughness(values[told], season), weights=level[told]) < _SMOOTH)


def _roughness(values: FloatArray, season: int = 0) -> FloatArray:
    """Variance of second differences, as a share of what separate counts of the same mean show (6 times the mean).

    With a ``season``, their mean at each of its dates is taken off, where at least three seasons are there.
    """
    second = values[:, 2:] - 2 * values[:, 1:-1] + values[:, :-2]
    number = second.shape[1]
    if season and number >= _SEASONS * season:
        for at in range(season):
            there = np.isfinite(second[:, at::season])
            means = np.where(there, second[:, at::season], 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
            second[:, at::season] -= means[:, None]
        number -= season
    level = np.nanmean(values, axis=1)
    variance = np.nansum(second**2, axis=1) / max(number, 1) if second.size else np.full(len(values), np.inf)
    share: FloatArray = np.divide(variance / 6, level, out=np.full(len(values), np.inf), where=level > 0)
    return share
