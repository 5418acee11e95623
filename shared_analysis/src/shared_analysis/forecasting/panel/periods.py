"""Where a panel begins and ends: no period that is covered in part, none that a series has not reported yet.

A forecast starts from the last values. A month that is half over, or a borough whose figures are two months late,
would pass for a fall in demand, so such periods are left out, and that is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.forecasting.panel.counts import Counted
from shared_analysis.forecasting.panel.doubtful_periods import without_stray_dates
from shared_analysis.forecasting.panel.series_labels import label_keys
from shared_analysis.forecasting.reporting.phrases import name_day, name_period
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import listed, many

# A series that had a count in this share of its recent periods is taken to report every period.
_NEARLY_ALWAYS = 0.9
_FEWEST_REPORTS = 3
_MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True)
class _Reporting:
    """How one series reports.

    Parameters
    ----------
    last
        The position of its last period with a row; -1 if it has none.
    rows
        How many periods have a row.
    silent
        Periods after the last in which any other series has a row: a weekend when nobody reports is no silence.
    quiet
        Periods after the last, whether or not others have a row.
    longest
        The longest step between two rows so far; 0 when there are not two.
    regular
        Whether it had a row in nearly all the periods of its last two seasons before it fell silent.
    """

    last: int
    rows: int
    silent: int
    quiet: int
    longest: int
    regular: bool

    def is_active(self, season: int) -> bool:
        """Whether a period without a row means that it has not reported yet, not that nothing happened or it ended."""
        return self.regular and self.quiet <= season and self.silent < self.rows


def without_partial_ends(
    wide: pd.DataFrame, counted: Counted, spec: ForecastSpec, table: str, notices: list[str]
) -> pd.DataFrame:
    """Drop stray dates, a first or last period that the data cover in part only, and what single series alone report.

    Raises
    ------
    SharedAnalysisError
        For dates far from all others that are too many to be left out.
    """
    wide = without_stray_dates(wide, spec, table, notices)
    if counted.days is not None:
        left = pd.PeriodIndex(wide.columns)
        days = counted.days[(counted.days >= left[0].start_time) & (counted.days <= left[-1].end_time)]
        wide = _without_partial_periods(wide, counted, days, spec, notices)
    if counted.step is not None and wide.shape[1]:
        wide = _without_stragglers(wide, spec, notices)
        # With `missing: error` a person asked to be stopped by a gap, so none is taken away before it is seen.
        if spec.missing == "zero":
            wide = _without_late_reports(wide, spec, notices)
    return wide


def name_silent(wide: pd.DataFrame, spec: ForecastSpec, notices: list[str]) -> None:
    """Name the series that have no row at the end although they used to: closed, or not reported."""
    season = spec.calendar.season
    silent = [
        label
        for label, series in zip(label_keys(wide.index.to_frame(index=False)), _reporting(wide, season), strict=True)
        if series.silent and (series.regular or series.quiet > (max(2, series.longest) if series.longest else season))
    ]
    if silent:
        said = many(
            len(silent),
            "series has no row at the end, where it counts as zero",
            "series have no row at the end, where they count as zero",
        )
        notices.append(f"{said}: {listed(silent)}.")


def _without_partial_periods(
    wide: pd.DataFrame, counted: Counted, days: pd.DatetimeIndex, spec: ForecastSpec, notices: list[str]
) -> pd.DataFrame:
    """Drop a first or last period that the days of the data cover in part only."""
    calendar = pd.PeriodIndex(wide.columns)
    last, first = calendar[-1], calendar[0]
    if counted.step == "monthly":
        whole, why = _has_its_months(days, last, first), dict.fromkeys(("last", "first"), "it has not all its months.")
    else:
        whole = _covered(days, last, first)
        why = {
            "last": f"the data end before it does, on {name_day(days[-1])}.",
            "first": f"the data begin within it, on {name_day(days[0])}.",
        }
    if not whole["last"]:
        notices.append(f"{_capital(name_period(last, spec.calendar))} is left out: {why['last']}")
        wide = wide.iloc[:, :-1]
    if not whole["first"] and wide.shape[1] > 1:
        notices.append(f"{_capital(name_period(first, spec.calendar))} is left out: {why['first']}")
        wide = wide.iloc[:, 1:]
    return wide


def _without_stragglers(wide: pd.DataFrame, spec: ForecastSpec, notices: list[str]) -> pd.DataFrame:
    """Drop what comes after the last period in which half of the series have a count, however long that is."""
    calendar = pd.PeriodIndex(wide.columns)
    reporting = wide.notna().sum(axis=0).to_numpy()
    usual = int(reporting[-2 * spec.calendar.season :].max())
    keep = int(np.flatnonzero(2 * reporting >= usual)[-1]) + 1
    # Where counts of zero have no row, few series have one in some period by chance; that is no end.
    before = reporting[:keep][-2 * spec.calendar.season :]
    often = np.quantile(before[before > 0], 0.25, method="lower")
    if keep == wide.shape[1] or 2 * reporting[keep:].max() >= often:
        return wide
    notices.append(
        f"What comes after {name_period(calendar[keep - 1], spec.calendar)} is left out: fewer than half as "
        "many series have a count there."
    )
    return wide.iloc[:, :keep]


def _without_late_reports(wide: pd.DataFrame, spec: ForecastSpec, notices: list[str]) -> pd.DataFrame:
    """Drop the last periods, at most a season, that a series which reports every period has not reported yet."""
    season, periods = spec.calendar.season, wide.shape[1]
    reporting = _reporting(wide, season)
    active = [at for at, series in enumerate(reporting) if series.is_active(season)]
    late = [at for at in active if reporting[at].silent]
    if not late:
        return wide
    latest = min(reporting[at].last for at in late)
    everyone: npt.NDArray[np.bool_] = np.all(wide.iloc[active].notna().to_numpy(), axis=0)
    together = [at for at in range(latest, max(-1, periods - 2 - season), -1) if everyone[at]]
    keep = (together[0] if together else latest) + 1
    labels = label_keys(wide.index.to_frame(index=False))
    after = name_period(pd.PeriodIndex(wide.columns)[keep - 1], spec.calendar)
    cut = many(periods - keep, spec.calendar.noun, f"{spec.calendar.noun}s")
    who = f"{len(late)} of {len(wide)} series {'has' if len(late) == 1 else 'have'} not reported that far yet"
    notices.append(f"What comes after {after} ({cut}) is left out: {who}: {listed([labels[at] for at in late])}.")
    return wide.iloc[:, :keep]


def _reporting(wide: pd.DataFrame, season: int) -> list[_Reporting]:
    """Describe how each series reports, from where it has rows."""
    there = wide.notna().to_numpy()
    anybody: npt.NDArray[np.bool_] = np.any(there, axis=0)
    return [_describe(row, anybody, season) for row in there]


def _describe(row: npt.NDArray[np.bool_], anybody: npt.NDArray[np.bool_], season: int) -> _Reporting:
    at = np.flatnonzero(row)
    if not at.size:
        return _Reporting(last=-1, rows=0, silent=0, quiet=0, longest=0, regular=False)
    first, last = int(at[0]), int(at[-1])
    recent = slice(max(first, last - 2 * season + 1), last + 1)
    due = int(anybody[recent].sum())
    return _Reporting(
        last=last,
        rows=at.size,
        silent=int(anybody[last + 1 :].sum()),
        quiet=len(row) - 1 - last,
        longest=int(np.diff(at).max()) if at.size > 1 else 0,
        regular=due >= _FEWEST_REPORTS and int(row[recent].sum()) >= _NEARLY_ALWAYS * due,
    )


def _covered(days: pd.DatetimeIndex, last: pd.Period, first: pd.Period) -> dict[str, bool]:
    """Judge whether the days of the data reach both ends of the calendar.

    The silence at an end is compared with the longest silence between days in the 366 days next to it (and with a
    tenth of the period): a longer one means that the data stop there, not that nothing happened.
    """
    margin = (last.end_time - last.start_time).days / 10
    ends = {}
    for end, silence, near in (
        ("last", (last.end_time.normalize() - days[-1]).days, days[days >= days[-1] - pd.Timedelta(days=366)]),
        ("first", (days[0] - first.start_time).days, days[days <= days[0] + pd.Timedelta(days=366)]),
    ):
        usual = max((near[1:] - near[:-1]).days, default=0)
        ends[end] = bool(silence <= max(usual, margin))
    return ends


def _has_its_months(days: pd.DatetimeIndex, last: pd.Period, first: pd.Period) -> dict[str, bool]:
    """Judge whether the first and the last quarter have all their months."""
    months = days.to_period("M").unique()
    quarters = months.asfreq(last.freqstr)
    return {end: int((quarters == at).sum()) == _MONTHS_OF_A_QUARTER for end, at in (("last", last), ("first", first))}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
