"""Calendars that a forecast can be made on (daily, weekly, monthly, quarterly), and how their periods are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# English whatever the locale, unlike calendar.month_name and calendar.day_name.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Frequency:
    """One calendar: pandas' code, periods in a season and (at most) in a year, and its words."""

    code: str
    season: int
    year: int
    noun: str
    season_noun: str


FREQUENCIES = {
    "daily": Frequency("D", 7, 366, "day", "week"),
    "weekly": Frequency("W-SUN", 52, 53, "week", "year"),
    "monthly": Frequency("M", 12, 12, "month", "year"),
    "quarterly": Frequency("Q-DEC", 4, 4, "quarter", "year"),
}
_BY_CODE = {frequency.code: frequency for frequency in FREQUENCIES.values()}


def calendar_of(period: pd.Period) -> Frequency:
    """Return the calendar that a period belongs to."""
    return _BY_CODE[period.freqstr]


def name_period(period: pd.Period) -> str:
    """Write a period for a reader, in English whatever the locale."""
    start, noun = period.start_time, calendar_of(period).noun
    if noun == "month":
        return f"{MONTHS[start.month - 1]} {start.year}"
    if noun == "quarter":
        return f"quarter {period.quarter} of {start.year}"
    return f"the week of {name_day(start)}" if noun == "week" else name_day(start)


def name_day(day: pd.Timestamp) -> str:
    """Write a day for a reader, in English whatever the locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def within(period: pd.Period) -> str:
    """Write a period after ``in`` or, for a day, ``on``."""
    return f"{'on' if calendar_of(period).noun == 'day' else 'in'} {name_period(period)}"


def touch_break(periods: pd.PeriodIndex, breaks: Sequence[str]) -> bool:
    """Tell whether any of some periods shares a day with a declared break.

    Parameters
    ----------
    periods
        Periods, in any order and with gaps between them.
    breaks
        Each ``first/last``, as fine or coarse as a person wrote it (``2020-03/2020-07``, ``2020-03-23/2020-07-04``).
    """
    import pandas as pd

    spans = (span.split("/") for span in breaks)
    days = [(pd.Period(first).start_time, pd.Period(last).end_time) for first, last in spans]
    starts, ends = periods.start_time, periods.end_time
    return any(bool(((starts <= end) & (ends >= start)).any()) for start, end in days)
