"""Which periods count: where a panel begins and ends, and what a period without a count means. Decided in one pass.

A forecast starts from the last values. A month that is half over, or a borough whose figures are two months late, would
pass for a fall in demand, so such periods are left out, and that is said. No clock is read, so a date in the future is
told by what lies before it: a stretch in which nothing at all happens, longer than any before it, and after it next to
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.calendars import FREQUENCIES, as_break, in_short, name_period, touch_break
from shared_analysis.forecasting.panel.frequency import refuse_skipped_periods
from shared_analysis.forecasting.panel.missing_periods import impute_from_past
from shared_analysis.forecasting.panel.regularity import reporting_of
from shared_analysis.forecasting.panel.rows import Counted
from shared_analysis.forecasting.panel.series_labels import first_label, label_keys
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice, listed, many

FEWEST_PERIODS = 3
_EMPTY_YEARS = 2
_PARTS = frozenset({"monthly", "quarterly"})
_MOST_SILENT_DAYS = 10
# A single year that nobody counted, as in the pandemic, makes nothing of what follows doubtful.
_FEWEST_SILENT = {"year": 2}
# There is no season of years, so that these stand in for one.
_YEARS_BEFORE = 3
# So many have to be expected where there is none: below, chance alone explains it.
_FEWEST_EXPECTED = 10


@dataclass(frozen=True)
class SettledPeriods:
    """Every period of every series, decided.

    Parameters
    ----------
    wide
        Series by periods, without a gap in the calendar and without NaN.
    known
        Series by periods: whether the value was counted, or is a zero that the settings say is one.
    notices
        What was left out or assumed, in the order in which it was decided.
    """

    wide: pd.DataFrame
    known: npt.NDArray[np.bool_]
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class _Case:
    """What the rules go by, besides the counts themselves."""

    counted: Counted
    spec: ForecastSpec
    table: str

    @property
    def is_counts(self) -> bool:
        """Whether the table holds counts: only there can a zero be written down, or a series report late."""
        return self.counted.step is not None


_Ruled = tuple[pd.DataFrame, tuple[Notice, ...]]


def settle_periods(counted: Counted, spec: ForecastSpec, table: str) -> SettledPeriods:
    """Decide which periods count, each rule on what the rules before it have left.

    Parameters
    ----------
    counted
        The counts that there are.
    spec
        The settings. What touches a declared break is taken as it is.
    table
        The table's name, for what is said of a fault.

    Raises
    ------
    SharedAnalysisError
        For dates that are probably placeholders or wrong, for fewer than three periods, for a table that counts in
        every second period only, for zeros that look written ahead of the figures, and for gaps with `missing: error`.
    """
    case = _Case(counted, spec, table)
    wide, notices = _on_calendar(case), counted.notices
    for rule in (
        _without_strays_after,
        _without_strays_before,
        _without_partial_ends,
        _without_stragglers,
        _without_late_reports,
        _refuse_too_few,
        _check_strides,
        _check_zeros_at_end,
    ):
        wide, noticed = rule(wide, case)
        notices += noticed
    known = wide.notna().to_numpy() | (spec.missing != "unknown")
    wide, noticed = _without_gaps(wide, case)
    return SettledPeriods(wide, known, notices + noticed)


def _on_calendar(case: _Case) -> pd.DataFrame:
    """Spread the counts over every period from the first to the last, series down and periods across."""
    counted, calendar = case.counted, case.spec.calendar
    wide = counted.counts.set_index([*counted.keys, "period"])["count"].unstack("period").sort_index()  # noqa: PD010
    present = pd.PeriodIndex(wide.columns)
    steps = np.diff(present.asi8)
    if steps.size and steps.max() > _EMPTY_YEARS * calendar.year:
        at = int(steps.argmax())
        before, after = (in_short(period) for period in (present[at], present[at + 1]))
        raise SharedAnalysisError(
            f"Nothing happens between {before} and {after}, more than {_EMPTY_YEARS} years: "
            "those dates are probably placeholders or errors.",
            f"table {case.table}, {first_label(wide, at + 1 if 2 * (at + 1) >= len(present) else at)}",
            "correct or remove the dates, or give the contract's column a minimum and a maximum",
        )
    return wide.reindex(columns=pd.period_range(present[0], present[-1], freq=present.freq))


def _without_strays_after(wide: pd.DataFrame, case: _Case) -> _Ruled:
    """Drop what single dates make of the calendar after the end of all others."""
    kept = _length_without_strays(wide, case, at_end=True)
    return wide.iloc[:, :kept], _of_strays(wide, slice(kept, None), kept - 1, "after")


def _without_strays_before(wide: pd.DataFrame, case: _Case) -> _Ruled:
    """Drop what single dates make of the calendar before the beginning of all others."""
    out = wide.shape[1] - _length_without_strays(wide.iloc[:, ::-1], case, at_end=False)
    return wide.iloc[:, out:], _of_strays(wide, slice(None, out), out, "before")


def _of_strays(wide: pd.DataFrame, out: slice, end: int, side: str) -> tuple[Notice, ...]:
    stray = wide.iloc[:, out].dropna(axis=1, how="all")
    if not stray.shape[1]:
        return ()
    values = {"side": side, "end": wide.columns[end], "counts": int(stray.notna().to_numpy().sum())}
    return (Notice("stray_dates_left_out", {**values, "series": first_label(stray, 0), "period": stray.columns[0]}),)


def _length_without_strays(wide: pd.DataFrame, case: _Case, *, at_end: bool) -> int:
    """Tell how many periods there are without a stray tail, which is at the end as the periods are handed in."""
    spec, calendar, length = case.spec, case.spec.calendar, wide.shape[1]
    present = np.flatnonzero(wide.notna().any(axis=0).to_numpy())
    steps = np.diff(present)
    if spec.missing == "error" or not steps.size:
        return length
    at = int(len(steps) - 1 - steps[::-1].argmax())
    silence, earlier = int(steps[at]) - 1, int(np.delete(steps, at).max(initial=1)) - 1
    kept, tail = int(present[at]) + 1, length - int(present[at + 1])
    totals = wide.sum(axis=0).to_numpy()
    usual = float(np.median(totals[:kept][-calendar.recent :]))
    periods = pd.PeriodIndex(wide.columns)
    between = periods[kept : kept + silence]
    if (
        silence < max(_FEWEST_SILENT.get(calendar.noun, 1), calendar.year // 12)
        or silence <= 2 * earlier
        or tail > silence
        or kept < calendar.season
        or usual * silence < _FEWEST_EXPECTED
        or touch_break(between, spec.breaks)
    ):
        return length
    if 2 * float(totals[-tail:].mean()) < usual:
        return kept
    if silence <= calendar.year // 4:
        return length
    ends = (periods[kept - 1], periods[kept + silence])
    first, last = (name_period(end) for end in (ends if at_end else reversed(ends)))
    raise SharedAnalysisError(
        f"Nothing is there between {first} and {last}, and {'after' if at_end else 'before'} that only "
        f"{many(tail, calendar.noun, f'{calendar.noun}s')}: a wrong date, or one in the future.",
        f"table {case.table}, {first_label(wide, kept + silence)}",
        "correct or remove the dates, or give the contract's column a minimum and a maximum; if nothing was counted "
        f"then, name it under `breaks` as {as_break(min(between), max(between))}",
    )


def _without_partial_ends(wide: pd.DataFrame, case: _Case) -> _Ruled:
    """Drop a first or last period that the days of what was added up cover in part only."""
    every_day, calendar = case.counted.days, pd.PeriodIndex(wide.columns)
    if every_day is None:
        return wide, ()
    first, last = calendar[0], calendar[-1]
    if (step := case.counted.step) in _PARTS:
        begins, ends = _has_its_parts(every_day, first, step), _has_its_parts(every_day, last, step)
        parts = f"{FREQUENCIES[step].noun}s"
        of_first, of_last = (Notice("part_missing", {"period": period, "parts": parts}) for period in (first, last))
    else:
        days = every_day[(every_day >= first.start_time) & (every_day <= last.end_time)]
        begins, ends = _is_covered(days, first, last)
        of_first = Notice("first_period_left_out", {"period": first, "day": days[0]})
        of_last = Notice("last_period_left_out", {"period": last, "day": days[-1]})
    notices: tuple[Notice, ...] = ()
    if not ends:
        wide, notices = wide.iloc[:, :-1], (of_last,)
    if not begins and wide.shape[1] > 1:
        wide, notices = wide.iloc[:, 1:], (*notices, of_first)
    return wide, notices


def _is_covered(days: pd.DatetimeIndex, first: pd.Period, last: pd.Period) -> tuple[bool, bool]:
    """Judge whether the days of the data reach both ends of the calendar.

    The silence at an end is compared with the longest silence between days in the 366 days next to it (and with a
    tenth of the period, ten days at the most: a year without its last month is not over): a longer one means that the
    data stop there, not that nothing happened.
    """
    year, margin = pd.Timedelta(days=366), min((last.end_time - last.start_time).days / 10, _MOST_SILENT_DAYS)
    at_ends = (
        ((days[0] - first.start_time).days, days[days <= days[0] + year]),
        ((last.end_time.normalize() - days[-1]).days, days[days >= days[-1] - year]),
    )
    begins, ends = (
        bool(silence <= max((near[1:] - near[:-1]).days.max() if len(near) > 1 else 0, margin))
        for silence, near in at_ends
    )
    return begins, ends


def _has_its_parts(days: pd.DatetimeIndex, whole: pd.Period, step: str) -> bool:
    """Say whether a quarter has all its months, or a year all its months or quarters."""
    code = FREQUENCIES[step].code
    parts = days.to_period(code).unique()
    wanted = pd.period_range(whole.start_time, whole.end_time, freq=code)
    return bool(wanted.isin(parts).all())


def _without_stragglers(wide: pd.DataFrame, case: _Case) -> _Ruled:
    """Drop what comes after the last period in which half of the series have a count, however long that is."""
    if not case.is_counts or not wide.shape[1]:
        return wide, ()
    recent = case.spec.calendar.recent
    reporting = wide.notna().sum(axis=0).to_numpy()
    kept = int(np.flatnonzero(2 * reporting >= int(reporting[-recent:].max()))[-1]) + 1
    # Where counts of zero have no row, few series have one in some period by chance; that is no end.
    before = reporting[:kept][-recent:]
    often = np.quantile(before[before > 0], 0.25, method="lower")
    if kept == wide.shape[1] or 2 * reporting[kept:].max() >= often:
        return wide, ()
    return wide.iloc[:, :kept], (Notice("stragglers_left_out", {"last": wide.columns[kept - 1]}),)


def _without_late_reports(wide: pd.DataFrame, case: _Case) -> _Ruled:
    """Drop the last periods, at most a season, that a series which reports every period has not reported yet."""
    # With `missing: error` a person asked to be stopped by a gap, so none is taken away before it is seen.
    if not case.is_counts or not wide.shape[1] or case.spec.missing != "zero":
        return wide, ()
    season, periods = case.spec.calendar.season, wide.shape[1]
    reporting = reporting_of(wide, season)
    active = [at for at, series in enumerate(reporting) if series.is_active(season)]
    late = [at for at in active if reporting[at].silent]
    if not late:
        return wide, ()
    latest = min(reporting[at].last for at in late)
    everyone: npt.NDArray[np.bool_] = np.all(wide.iloc[active].notna().to_numpy(), axis=0)
    together = [at for at in range(latest, max(-1, periods - 2 - season), -1) if everyone[at]]
    kept = (together[0] if together else latest) + 1
    labels = label_keys(wide.index.to_frame(index=False))
    values = {"last": wide.columns[kept - 1], "periods": periods - kept, "among": len(wide)}
    return wide.iloc[:, :kept], (Notice("late_reports", {**values, "series": tuple(labels[at] for at in late)}),)


def _refuse_too_few(wide: pd.DataFrame, case: _Case) -> _Ruled:
    noun = case.spec.calendar.noun
    if wide.shape[1] < FEWEST_PERIODS:
        raise SharedAnalysisError(
            f"{many(wide.shape[1], f'{noun} is', f'{noun}s are')} too few to forecast from; "
            f"{FEWEST_PERIODS} are the least.",
            f"table {case.table}",
            "add earlier data",
        )
    return wide, ()


def _check_strides(wide: pd.DataFrame, case: _Case) -> _Ruled:
    return wide, refuse_skipped_periods(wide, case.spec, case.table) if case.is_counts else ()


def _check_zeros_at_end(wide: pd.DataFrame, case: _Case) -> _Ruled:
    """Refuse zeros that look written ahead of the figures, and name a last period that looks unfinished."""
    spec = case.spec
    if wide.shape[1] <= spec.calendar.season or touch_break(pd.PeriodIndex(wide.columns[-1:]), spec.breaks):
        return wide, ()
    written = _zeros_written_ahead(wide, case) if case.is_counts else ()
    return wide, written or _low_at_end(wide, spec)


def _zeros_written_ahead(wide: pd.DataFrame, case: _Case) -> tuple[Notice, ...]:
    """Name series that end in zeros, never having had one in the season before; refuse half of all or more."""
    values, calendar = wide.to_numpy(), case.spec.calendar
    zeros = [_zeros_at_end(row) for row in values]
    span = calendar.season if calendar.has_season else _YEARS_BEFORE
    usual = [at for at, row in enumerate(values) if _counts_before(row, zeros[at], span)]
    ending = [at for at in usual if zeros[at]]
    if not ending:
        return ()
    labels, periods = label_keys(wide.index.to_frame(index=False)), pd.PeriodIndex(wide.columns)
    since = {at: periods[wide.shape[1] - zeros[at]] for at in ending}
    series = tuple((labels[at], first) for at, first in since.items())
    season = calendar.season_noun if calendar.has_season else f"{_YEARS_BEFORE} {calendar.noun}s"
    if 2 * len(ending) < len(usual):
        return (Notice("zeros_at_end", {"series": series, "noun": calendar.noun, "season": season}),)
    described = listed([f"{label} (since {name_period(first)})" for label, first in series])
    raise SharedAnalysisError(
        f"{many(len(ending), 'series ends', 'series end')} in zeros and had none in any {calendar.noun} of the "
        f"{season} before: {described}. They look written ahead of the figures.",
        f"table {case.table}",
        f"take those rows out if they are not reported yet; if nothing happened, name the {calendar.noun}s under "
        f"`breaks` as {as_break(min(since.values()), periods[-1])}",
    )


def _zeros_at_end(row: npt.NDArray[np.float64]) -> int:
    other = np.flatnonzero(row != 0)
    return len(row) - 1 - int(other[-1]) if other.size else 0


def _counts_before(row: npt.NDArray[np.float64], ending: int, span: int) -> bool:
    """Whether a series had no zero in the season before the zeros that it ends in, and these are less than a season."""
    before = np.nan_to_num(row[: len(row) - ending][-span:])
    return ending < span <= len(row) - ending and float(before.min()) >= _FEWEST_EXPECTED


def _low_at_end(wide: pd.DataFrame, spec: ForecastSpec) -> tuple[Notice, ...]:
    """Name the last period where all together it counts less than half of any in the two seasons before."""
    totals = wide.sum(axis=0).to_numpy()
    before = totals[-1 - spec.calendar.recent : -1]
    low = 2 * totals[-1] < before.min() and before.min() >= _FEWEST_EXPECTED
    return (Notice("low_at_end", {"period": wide.columns[-1]}),) if low else ()


def _without_gaps(wide: pd.DataFrame, case: _Case) -> _Ruled:
    """Decide what a period without a row means, as the settings say."""
    spec, gaps = case.spec, wide.isna().to_numpy()
    if not gaps.any():
        return wide, ()
    if spec.missing == "unknown":
        return impute_from_past(wide, spec, case.table)
    labels, first = label_keys(wide.index.to_frame(index=False)), int(gaps.any(axis=0).argmax())
    number, across = int(gaps.sum()), int(gaps.any(axis=1).sum())
    label, period = labels[int(gaps[:, first].argmax())], pd.PeriodIndex(wide.columns)[first]
    if spec.missing == "error":
        among = f"in {across:,} of {len(wide):,} series"
        raise SharedAnalysisError(
            f"{many(number, f'period {among} has', f'periods {among} have')} no row, the first in "
            f"{name_period(period)} ({label}).",
            f"table {case.table}",
            "add them, or set `missing: zero` if nothing happened, which leaves out what is not reported yet, or "
            "`missing: unknown` if nobody counted",
        )
    reporting = reporting_of(wide, spec.calendar.season)
    silent = tuple(labels[at] for at, series in enumerate(reporting) if series.is_silent(spec.calendar.season))
    values = {"number": number, "across": across, "among": len(wide), "first": period, "series": label}
    of_silent = (Notice("silent_at_end", {"series": silent}),) if silent else ()
    return wide.fillna(0.0), (Notice("gaps_are_zero", values), *of_silent)
