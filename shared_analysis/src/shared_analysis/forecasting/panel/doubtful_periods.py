"""What the end of a panel cannot be: dates far from all others, zeros written ahead, a last period that is not over.

No clock is read, so a date in the future is told by what lies before it: a stretch in which nothing at all happens,
longer than any before it, and after it next to nothing.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.series_labels import first_label, label_keys
from shared_analysis.forecasting.reporting.phrases import name_period
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import listed, many

# So many have to be expected where there is none: below, chance alone explains it.
_FEWEST_EXPECTED = 10


def without_stray_dates(wide: pd.DataFrame, spec: ForecastSpec, table: str, notices: list[str]) -> pd.DataFrame:
    """Drop what single dates make of the calendar, after the end or before the beginning of all others.

    Parameters
    ----------
    wide
        Series by periods; NaN where there is no row.
    spec
        The settings. A stretch that touches a declared break is taken as it is.
    table
        The table's name, for what is said of a fault.
    notices
        Where to say what is left out.

    Raises
    ------
    SharedAnalysisError
        If there is too much after (or before) such a stretch to leave it out unasked.
    """
    if spec.missing == "error":
        return wide
    keep = _length_without_strays(wide, spec, table, at_end=True)
    if keep < wide.shape[1]:
        wide = _cut(wide, slice(None, keep), "after", spec, notices)
    keep = _length_without_strays(wide.iloc[:, ::-1], spec, table, at_end=False)
    return wide if keep == wide.shape[1] else _cut(wide, slice(-keep, None), "before", spec, notices)


def _length_without_strays(wide: pd.DataFrame, spec: ForecastSpec, table: str, *, at_end: bool) -> int:
    """Tell how many periods there are without a stray tail, which is at the end as the periods are handed in."""
    there = np.flatnonzero(wide.notna().any(axis=0).to_numpy())
    steps = np.diff(there)
    if not steps.size:
        return wide.shape[1]
    at = int(len(steps) - 1 - steps[::-1].argmax())
    silence, earlier = int(steps[at]) - 1, int(np.delete(steps, at).max(initial=1)) - 1
    keep, tail = int(there[at]) + 1, wide.shape[1] - int(there[at + 1])
    season, quarter = spec.calendar.season, spec.calendar.year // 4
    totals = wide.sum(axis=0).to_numpy()
    usual = float(np.median(totals[:keep][-2 * season :]))
    periods = pd.PeriodIndex(wide.columns)
    between = periods[keep : keep + silence]
    if (
        silence < max(1, spec.calendar.year // 12)
        or silence <= 2 * earlier
        or tail > silence
        or keep < season
        or usual * silence < _FEWEST_EXPECTED
        or _touches_break(between, spec)
    ):
        return wide.shape[1]
    if 2 * float(totals[-tail:].mean()) < usual:
        return keep
    if silence <= quarter:
        return wide.shape[1]
    noun, far = spec.calendar.noun, periods[keep + silence]
    first, last = (periods[keep - 1], far) if at_end else (far, periods[keep - 1])
    raise SharedAnalysisError(
        f"Nothing is there between {name_period(first, spec.calendar)} and {name_period(last, spec.calendar)}, and "
        f"{'after' if at_end else 'before'} that only {many(tail, noun, f'{noun}s')}: a wrong date, or one in the "
        "future.",
        f"table {table}, {first_label(wide, keep + silence)}",
        "correct or remove the dates, or give the contract's column a minimum and a maximum; if nothing was counted "
        f"then, name it under `breaks` as {min(between)}/{max(between)}",
    )


def _cut(wide: pd.DataFrame, kept: slice, side: str, spec: ForecastSpec, notices: list[str]) -> pd.DataFrame:
    left = wide.iloc[:, kept]
    end = name_period(pd.PeriodIndex(left.columns)[-1 if side == "after" else 0], spec.calendar)
    out = np.isin(wide.columns, left.columns, invert=True) & wide.notna().any(axis=0).to_numpy()
    number, first = int(wide.loc[:, out].notna().to_numpy().sum()), int(out.argmax())
    place = f"{first_label(wide, first)}, {name_period(pd.PeriodIndex(wide.columns)[first], spec.calendar)}"
    notices.append(
        f"What comes {side} {end} is left out: an empty stretch and {many(number, 'count', 'counts')} far from all "
        f"others ({place}). The dates are wrong, or in the future."
    )
    return left


def check_ends(wide: pd.DataFrame, is_counts: bool, spec: ForecastSpec, table: str, notices: list[str]) -> None:
    """Refuse zeros that look written ahead of the figures, and warn of a last period that looks unfinished.

    Parameters
    ----------
    wide
        Series by periods; NaN where there is no row.
    is_counts
        Whether the table holds counts: only there can a zero be written down.
    spec
        The settings. What touches a declared break is taken as it is.
    table
        The table's name, for what is said of a fault.
    notices
        Where to warn.

    Raises
    ------
    SharedAnalysisError
        If half or more of the series that always counted something end in zeros, for less than a season.
    """
    if wide.shape[1] <= spec.calendar.season or _touches_break(pd.PeriodIndex(wide.columns[-1:]), spec):
        return
    if not (is_counts and _zeros_written_ahead(wide, spec, table, notices)):
        _warn_of_low_end(wide, spec, notices)


def _zeros_written_ahead(wide: pd.DataFrame, spec: ForecastSpec, table: str, notices: list[str]) -> bool:
    """Find series that end in zeros, never having had one in the season before; whether there are any."""
    values, season = wide.to_numpy(), spec.calendar.season
    ends = [_zeros_at_end(row) for row in values]
    lowest = [
        float(np.nan_to_num(row[: len(row) - end][-season:]).min()) if len(row) - end >= season else 0.0
        for row, end in zip(values, ends, strict=True)
    ]
    usual = [at for at, low in enumerate(lowest) if low >= _FEWEST_EXPECTED and ends[at] < season]
    zero = [at for at in usual if ends[at]]
    if not zero:
        return False
    labels, periods = label_keys(wide.index.to_frame(index=False)), pd.PeriodIndex(wide.columns)
    described = listed(
        [f"{labels[at]} (since {name_period(periods[wide.shape[1] - ends[at]], spec.calendar)})" for at in zero]
    )
    noun = spec.calendar.noun
    said = many(len(zero), "series ends in zeros and had", "series end in zeros and had")
    what = f"{said} none in any {noun} of the {spec.calendar.season_noun} before: {described}"
    if 2 * len(zero) < len(usual):
        notices.append(f"{what}. If they stand for what is not reported yet, take those rows out.")
        return True
    since = min(wide.shape[1] - ends[at] for at in zero)
    raise SharedAnalysisError(
        f"{what}. They look written ahead of the figures.",
        f"table {table}",
        f"take those rows out if they are not reported yet; if nothing happened, name the {noun}s under `breaks` as "
        f"{periods[since]}/{periods[-1]}",
    )


def _warn_of_low_end(wide: pd.DataFrame, spec: ForecastSpec, notices: list[str]) -> None:
    """Warn where all together the last period counts less than half of any in the two seasons before."""
    totals, calendar = wide.sum(axis=0).to_numpy(), spec.calendar
    before = totals[-1 - 2 * calendar.season : -1]
    if 2 * totals[-1] < before.min() and before.min() >= _FEWEST_EXPECTED:
        period = name_period(pd.PeriodIndex(wide.columns)[-1], calendar)
        notices.append(
            f"{period[:1].upper()}{period[1:]}, the last {calendar.noun}, counts less than half of any {calendar.noun} "
            f"of the {calendar.season_noun}s before it. If it is not over, or not all reported, take its rows out."
        )


def _zeros_at_end(row: npt.NDArray[np.float64]) -> int:
    other = np.flatnonzero(row != 0)
    return len(row) - 1 - int(other[-1]) if other.size else 0


def _touches_break(periods: pd.PeriodIndex, spec: ForecastSpec) -> bool:
    for span in spec.breaks:
        first, _, last = span.partition("/")
        start, end = pd.Period(first).start_time, pd.Period(last).end_time
        if bool(((periods.start_time <= end) & (periods.end_time >= start)).any()):
            return True
    return False
