"""What stands for no value in a column: numbers that nobody has, dates that systems fill in, values too many share.

What is known to be nothing counts as missing. What merely looks odd is kept and remarked upon, by column and count, and
never by value.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.identifiers import (
    has_right_check_digit,
    is_placeholder,
    looks_like_national_insurance,
)
from shared_analysis.linkage.notices import COLUMNS_IN_WORDS
from shared_analysis.wording import Notice

_FILLED_IN = frozenset(
    {"1111-11-11", "1753-01-01", "1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1900-01-02", "1901-01-01",
     "1910-01-01", "1970-01-01", "1980-01-01", "1990-01-01", "2000-01-01", "2099-12-31", "2999-12-31", "9999-12-31"}
)  # fmt: skip
"""Dates that systems fill in where there is none; people are born on some, so it goes by how common each is."""
_TEST_RANGE = "999"
_MOSTLY = 0.5
_SOME = 10
_SHARE_WORTH_SAYING = 0.01
_TIMES_TOO_COMMON = 20
_TIMES_TOO_COMMON_FILLED_IN = 5
_SHARE_OF_NO_DAY = 0.05
_SHARED_BY_MANY = 0.002


def without_placeholders(role: str, cleaned: pd.Series[Any], table: str) -> tuple[pd.Series[Any], list[Notice]]:
    """Take out what stands for no value, and remark upon what looks odd.

    Parameters
    ----------
    role
        The column's semantic role; most roles pass through.
    cleaned
        Text or ``None``.
    table
        Its table, for the notices.

    Returns
    -------
    tuple
        The column on the same index, placeholders as ``None``; and notices of how many there were and what looks odd.
    """
    if role not in COLUMNS_IN_WORDS:
        return cleaned, []
    codes, distinct = pd.factorize(cleaned, use_na_sentinel=True)
    values = np.asarray(distinct, dtype=object)
    if not len(values):
        return cleaned, []
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    nothing = _stands_for_nothing(role, values, counts)
    notices: list[Notice] = []
    if nothing.any():
        rows = np.append(nothing, False)[codes]  # code -1, a missing value, reads the last one
        cleaned = cleaned.mask(rows, None)
        notices += _if_many("placeholders", int(counts[nothing].sum()), counts, role, table)
    return cleaned, notices + _odd(role, values[~nothing], counts[~nothing], table)


def _stands_for_nothing(
    role: str, values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if role == "date_of_birth":
        return _no_days_of_birth(values, counts)
    nothing = np.array([is_placeholder(value, role) for value in values], dtype=bool)
    if role == "nhs_number":  # a whole column of test numbers is test data; a few among others stand for none
        test = np.array([value.startswith(_TEST_RANGE) and len(value) == 10 for value in values], dtype=bool)
        if counts[test].sum() < _MOSTLY * counts.sum():
            nothing |= test
    return nothing


def _no_days_of_birth(
    values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Find days that stand for none: they are too common, those that systems fill in or no calendar has sooner.

    A table may hold everybody several times, so a day is common beside how often the other days occur that no system
    fills in; once each, where there is no such day.
    """
    filled_in = np.array([value in _FILLED_IN or not _is_day(value) for value in values], dtype=bool)
    believed = np.where(filled_in, 0, counts)
    others = np.count_nonzero(believed) - (believed > 0)
    usual = np.maximum((believed.sum() - believed) / np.maximum(others, 1), 1)
    of_all = counts >= _SHARE_OF_NO_DAY * counts.sum()
    common = counts >= _TIMES_TOO_COMMON * usual
    nothing: np.ndarray[Any, np.dtype[np.bool_]] = (common & (filled_in | of_all)) | (
        filled_in & of_all & (counts >= _TIMES_TOO_COMMON_FILLED_IN * usual)
    )
    return nothing


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def unreadable(role: str, lost: np.ndarray[Any, Any], codes: np.ndarray[Any, Any], table: str) -> list[Notice]:
    """Say how many values of a column cannot be read as what its role says, and count as missing.

    Parameters
    ----------
    role
        The column's semantic role.
    lost
        For each different value whether it cannot be read.
    codes
        For each row which of the values it has; -1 for a missing one.
    table
        Its table, for the notice.
    """
    counts = np.bincount(codes[codes >= 0], minlength=len(lost))
    if role not in COLUMNS_IN_WORDS or not lost.any():
        return []
    return _if_many("unreadable", int(counts[lost].sum()), counts, role, table)


def _odd(role: str, values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any], table: str) -> list[Notice]:
    """Remark upon numbers that cannot be right and values that too many records share."""
    if not len(values):
        return []
    notices: list[Notice] = []
    if role == "nhs_number":
        wrong = int(counts[~has_right_check_digit(values)].sum())
        notices += _if_many("check_digit_wrong", wrong, counts, role, table)
    if role == "national_insurance_number":
        right = looks_like_national_insurance(pd.Series(values, dtype=object)).to_numpy(dtype=bool)
        wrong = int(counts[~right].sum())
        if wrong < _MOSTLY * counts.sum():  # otherwise they are of another country
            notices += _if_many("form_wrong", wrong, counts, role, table)
    least = max(2 * _SOME, _SHARED_BY_MANY * counts.sum())
    if role == "date_of_birth":
        least = max(least, _TIMES_TOO_COMMON * counts.mean())
    commonest = int(counts.max())
    if commonest >= least:
        notices.append(Notice("value_shared_by_many", {"records": commonest, "role": role, "table": table}))
    return notices


def _if_many(code: str, records: int, counts: np.ndarray[Any, Any], role: str, table: str) -> list[Notice]:
    share = records / int(counts.sum())
    if records < _SOME and share < _SHARE_WORTH_SAYING:
        return []
    return [Notice(code, {"records": records, "share": share, "role": role, "table": table})]
