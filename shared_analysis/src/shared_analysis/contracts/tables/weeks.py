"""Weeks: the Monday of each as ISO 8601 counts them, and the words before a day that begins or ends one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_WEEK = "(?:week|wk)"
BEFORE_A_DAY = {
    "w/c": rf"(?i:w/[cb]|w\.[cb]\.|{_WEEK} (?:commencing|beginning|starting)):?",
    "w/e": rf"(?i:w/e|w\.e\.|{_WEEK} (?:ending|ended)):?",
}
"""What stands before the first or the last day of a week, and the ways of writing it, as regular expressions."""


def days_of_weeks(year: pa.Array, week: pa.Array, day: pa.Array | None = None) -> pa.Array:
    """Return the days of weeks in ISO order; missing where the year has no such week.

    Parameters
    ----------
    year, week
        Digits; the year is the one that most days of the week are in.
    day
        1 for a Monday to 7; if there is none, the Monday.
    """
    years, weeks, days = (
        np.asarray(pc.fill_null(pc.cast(part, pa.int64()), 1970))
        for part in (year, week, pa.array(["1"] * len(year)) if day is None else day)
    )
    mondays = _first_mondays(years) + 7 * (weeks - 1)
    has = (weeks >= 1) & (mondays < _first_mondays(years + 1))
    texts = pc.cast(pa.array((mondays + days - 1).astype(np.int32)).cast(pa.date32()), pa.string())
    return pc.if_else(pc.and_(pa.array(has), pc.is_valid(year)), texts, pa.scalar(None, pa.string()))


def _first_mondays(years: np.ndarray) -> np.ndarray:
    """Return the Mondays of the first weeks, in days since 1970: the fourth of January is always in the first."""
    fourth = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) + 3
    mondays: np.ndarray = fourth - (fourth + 3) % 7
    return mondays
