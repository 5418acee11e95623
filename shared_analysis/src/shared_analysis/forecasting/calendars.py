"""Calendars that a forecast can be made on (daily, weekly, monthly, quarterly, yearly), and how periods are written."""

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


FEWEST_RECENT = 4
"""Fewer periods say nothing of what is usual now, though two seasons of years would be two."""
# Fewer years than this and a trend is mostly noise: the methods did worse than repeating the last year.
_FEWEST_YEARS_TO_FIT = 5


@dataclass(frozen=True)
class Frequency:
    """One calendar: pandas' code, periods in a season and (at most) in a year, and its words."""

    code: str
    season: int
    year: int
    noun: str
    season_noun: str

    @property
    def has_season(self) -> bool:
        """Whether a season has more than one period: years have none."""
        return self.season > 1

    @property
    def recent(self) -> int:
        """How many of the last periods tell what is usual now: two seasons of them, and four at the least."""
        return max(2 * self.season, FEWEST_RECENT)


def fewest_to_fit(season: int) -> int:
    """Return how many periods a method needs to learn from: two seasons, or five years where there is no season."""
    return 2 * season if season > 1 else _FEWEST_YEARS_TO_FIT


FREQUENCIES = {
    "daily": Frequency("D", 7, 366, "day", "week"),
    "weekly": Frequency("W-SUN", 52, 53, "week", "year"),
    "monthly": Frequency("M", 12, 12, "month", "year"),
    "quarterly": Frequency("Q-DEC", 4, 4, "quarter", "year"),
    "yearly": Frequency("Y-MAR", 1, 1, "year", "year"),
}
"""By name; years as they are where nothing says otherwise: from April to March."""
_YEARS = {
    first: Frequency(f"Y-{MONTHS[first - 2][:3].upper()}", 1, 1, "year", "year") for first in range(1, len(MONTHS) + 1)
}
_BY_CODE = {frequency.code: frequency for frequency in (*FREQUENCIES.values(), *_YEARS.values())}


def years_from(month: int) -> Frequency:
    """Return the calendar of years that begin in a month, 1 to 12."""
    return _YEARS[month]


def calendar_of(period: pd.Period) -> Frequency:
    """Return the calendar that a period belongs to."""
    return _BY_CODE[period.freqstr]


def name_period(period: pd.Period) -> str:
    """Write a period for a reader, in English whatever the locale.

    A quarter by its months: its number means other months to those who count by financial years.
    """
    start, noun = period.start_time, calendar_of(period).noun
    if noun == "month":
        return f"{MONTHS[start.month - 1]} {start.year}"
    if noun == "quarter":
        return f"{MONTHS[start.month - 1]}–{MONTHS[period.end_time.month - 1]} {start.year}"
    if noun == "year":
        return name_year(start)
    return f"the week of {name_day(start)}" if noun == "week" else name_day(start)


def name_year(start: pd.Timestamp) -> str:
    """Write the year that begins on a day: ``2023``, or ``2023/24`` where it ends in the next."""
    return str(start.year) if start.month == 1 else f"{start.year}/{(start.year + 1) % 100:02}"


def in_short(period: pd.Period) -> str:
    """Write a period in few signs: ``2023-04``, ``2023Q2``; a year by its name."""
    return name_period(period) if calendar_of(period).noun == "year" else str(period)


def name_months(period: pd.Period) -> str:
    """Say which months a year has: ``April to March``."""
    return f"{MONTHS[period.start_time.month - 1]} to {MONTHS[period.end_time.month - 1]}"


def as_break(first: pd.Period, last: pd.Period) -> str:
    """Write some periods as a break in the settings; years by their months, for ``2023/24`` would be two of them."""
    if calendar_of(first).noun != "year":
        return f"{first}/{last}"
    return f"{first.start_time:%Y-%m}/{last.end_time:%Y-%m}"


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
