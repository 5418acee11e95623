"""Dates as days: what is written, without a time zone, or a refusal that says which row."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from shared_analysis.contracts.dates import without_offset
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.wording import many


def read_dates(column: pd.Series, where: str) -> pd.Series:
    """Read dates as days; as :func:`read_moments`, at midnight."""
    days: pd.Series = read_moments(column, where).dt.normalize()
    return days


def read_moments(column: pd.Series, where: str) -> pd.Series:
    """Read dates and times without a time zone, as they are written; what is missing stays missing.

    Parameters
    ----------
    column
        ISO 8601 text, dates or time stamps, with or without offsets.
    where
        The table and column, for what is said of a fault.

    Returns
    -------
    Series of datetime64

    Raises
    ------
    SharedAnalysisError
        If a value is there and cannot be read as a date; the first such row is named, its value is not.
    """
    # One column may hold several offsets (summer and winter time do), and a day must not move with its offset.
    written = column.astype(object).map(_without_zone) if column.dtype.kind == "O" else column
    dates = pd.to_datetime(written, errors="coerce", format=None if column.dtype.kind == "M" else "ISO8601")
    unreadable = (dates.isna() & column.notna()).to_numpy()
    if unreadable.any():
        raise SharedAnalysisError(
            f"{many(int(unreadable.sum()), 'value is not a date', 'values are not dates')}.",
            f"{where}, first in data row {int(np.flatnonzero(unreadable)[0]) + 1}",
            "write all dates one way, as 2024-03-31, or give the contract their format",
        )
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)
    return dates


def _without_zone(value: object) -> object:
    if isinstance(value, str):
        return without_offset(value)
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
