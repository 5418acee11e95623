"""Dates as people and systems write them, read as ``yyyy-mm-dd``.

What a single value leaves open (which of day and month comes first, whether a number counts days) is decided for the
whole column, never value by value: a guess that differs from row to row would make false differences.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from shared_analysis.contracts.dates import MONTHS, SERIAL, SERIALS, serial_day, whole_year
from shared_analysis.wording import Notice

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})[/. -](\d{1,2})[/. -](\d{1,2})(?!\d)")
_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_YEAR_LAST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?:$|[ ,T])")
_DAY_MONTH = re.compile(
    r"(?:[a-z]+,? )??(\d{1,2})(?:st|nd|rd|th)?(?: of)?[ /.-]*([a-z]{3,9})\.?,?[ /.-]*(\d{4}|\d{2})(?!\d)"
)
_MONTH_DAY = re.compile(r"(?:[a-z]+,? )??([a-z]{3,9})\.?[ /.-]*(\d{1,2})(?:st|nd|rd|th)?,?[ /.-]+(\d{4}|\d{2})(?!\d)")
_NEARLY_ALL = 0.95
_LEAST_PROOF = 5
"""Different dates that must prove that the month comes first."""


def iso_date(value: str, month_first: bool = False) -> str | None:
    """Read one date; impossible days stay, since a typo still compares.

    Parameters
    ----------
    value
        Year first, day first or, if so told, month first; the month in digits or in English; time of day is ignored.
    month_first
        Whether ``03/02/1980`` is the second of March.
    """
    text = value.strip()
    if match := _ISO.match(text) or _YEAR_FIRST.match(text):
        year, month, day = match.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    if match := _TOGETHER.match(text):
        return _together(text, *match.groups())
    if match := _YEAR_LAST.match(text):
        day, month, year = match.groups()
        day, month = (month, day) if month_first else (day, month)
        return f"{whole_year(year)}-{month:0>2}-{day:0>2}"
    return _in_words(text.lower()) if text[:1].isalnum() and not text.isdigit() else None


def _together(text: str, year: str, month: str, day: str) -> str:
    """Eight digits begin with the year, unless only the other way round they are a day of the calendar."""
    other = text[4:], text[2:4], text[:2]
    if not _possible(year, month, day) and _possible(*other):
        year, month, day = other
    return f"{year}-{month}-{day}"


def _possible(year: str, month: str, day: str) -> bool:
    return "1800" <= year <= "2100" and "01" <= month <= "12" and "01" <= day <= "31"


def _in_words(text: str) -> str | None:
    if match := _DAY_MONTH.match(text):
        day, word, year = match.groups()
    elif match := _MONTH_DAY.match(text):
        word, day, year = match.groups()
    else:
        return None
    month = MONTHS.get(word)
    return f"{whole_year(year)}-{month}-{day:0>2}" if month else None


def _from_serial(value: str) -> str | None:
    return serial_day(value) or iso_date(value)


def date_cleaner(texts: pd.Series, table: str = "") -> tuple[Callable[[str], str | None], Notice | None]:
    """Choose how to read a column of dates.

    Parameters
    ----------
    texts
        Its different values, none missing.
    table
        The table that the column is of, for the notice.

    Returns
    -------
    tuple
        What reads one value; and a notice, if that is not the usual way.
    """
    written = texts[texts.str.contains(r"\d")]  # words for an unknown date say nothing of how dates are written
    numbers = written[written.str.fullmatch(SERIAL)].astype(float)
    serials = len(numbers) > 0 and numbers.between(*SERIALS).sum() >= _NEARLY_ALL * len(written)
    if serials and not numbers.between(1850, 2100).all():
        return _from_serial, Notice("dates_are_numbers", {"table": table})
    parts = texts.str.extract(r"^\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ](?:\d{4}|\d{2})(?:$|[ ,T])").dropna().astype(int)
    first, second = parts[0].to_numpy(), parts[1].to_numpy()
    proofs = int(np.sum((second > 12) & (first <= 12)))
    if proofs >= _LEAST_PROOF and not np.any((first > 12) & (second <= 12)):
        notice = Notice("dates_month_first", {"table": table, "proofs": proofs})
        return lambda value: iso_date(value, month_first=True), notice
    return iso_date, None
