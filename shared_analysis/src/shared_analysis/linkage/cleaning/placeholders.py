"""What stands for no value in a column: numbers that nobody has, dates that systems fill in, values too many share.

What is known to be nothing counts as missing. What merely looks odd is kept and remarked upon, by column and count, and
never by value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.identifiers import (
    has_right_check_digit,
    is_placeholder,
    looks_like_national_insurance,
)

_CHECKED = frozenset({"nhs_number", "national_insurance_number", "uprn", "phone", "email"})
_IN_WORDS = {
    "nhs_number": "NHS numbers",
    "national_insurance_number": "National Insurance numbers",
    "uprn": "UPRNs",
    "phone": "phone numbers",
    "email": "e-mail addresses",
    "date_of_birth": "dates of birth",
}
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
_SHARED_BY_MANY = 0.002


def without_placeholders(role: str, cleaned: pd.Series[Any], table: str) -> tuple[pd.Series[Any], list[str]]:
    """Take out what stands for no value, and remark upon what looks odd.

    Parameters
    ----------
    role
        The column's semantic role; most roles pass through.
    cleaned
        Text or ``None``.
    table
        Its table, for the remarks.
    """
    if role not in _IN_WORDS:
        return cleaned, []
    codes, found = pd.factorize(cleaned, use_na_sentinel=True)
    values = np.asarray(found, dtype=object)
    if not len(values):
        return cleaned, []
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    nothing = _stands_for_nothing(role, values, counts)
    where, notices = f"{_IN_WORDS[role]} in {table}", []
    if nothing.any():
        gone = np.append(nothing, False)[codes]  # code -1, a missing value, reads the last one
        cleaned = cleaned.mask(gone, None)
        notices += _said(
            int(counts[nothing].sum()),
            counts,
            f"{where} are placeholders that stand for no value: they count as missing.",
        )
    values, counts = values[~nothing], counts[~nothing]
    return cleaned, notices + _odd(role, values, counts, where)


def _stands_for_nothing(
    role: str, values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if role == "date_of_birth":
        least = max(_SOME, _TIMES_TOO_COMMON * counts.sum() / len(counts))
        filled_in = np.array([value in _FILLED_IN for value in values], dtype=bool)
        common: np.ndarray[Any, np.dtype[np.bool_]] = filled_in & (counts >= least)
        return common
    nothing = np.array([is_placeholder(value, role) for value in values], dtype=bool)
    if role == "nhs_number":  # a whole column of test numbers is test data; a few among others stand for none
        test = np.array([value.startswith(_TEST_RANGE) and len(value) == 10 for value in values], dtype=bool)
        if counts[test].sum() < _MOSTLY * counts.sum():
            nothing |= test
    return nothing


def _odd(role: str, values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any], where: str) -> list[str]:
    """Remark upon numbers that cannot be right and values that too many records share."""
    found = []
    if role == "nhs_number":
        wrong = int(counts[~has_right_check_digit(values)].sum())
        found += _said(
            wrong,
            counts,
            f"{where} fail their check digit: they were mistyped, or the column holds something else. They are "
            "compared all the same, since a typo still resembles the right number.",
        )
    if role == "national_insurance_number":
        right = looks_like_national_insurance(pd.Series(values, dtype=object)).to_numpy(dtype=bool)
        wrong = int(counts[~right].sum())
        if wrong < _MOSTLY * counts.sum():  # otherwise they are of another country
            found += _said(wrong, counts, f"{where} do not have the form of one. They are compared all the same.")
    most = int(counts.max(initial=0))
    least = max(2 * _SOME, _SHARED_BY_MANY * counts.sum())
    if role == "date_of_birth":
        least = max(least, _TIMES_TOO_COMMON * counts.sum() / max(len(counts), 1))
    if most >= least:
        found.append(
            f"{most:,} records share one value among the {where}: a placeholder, or something that many do share. "
            "If it stands for no value, empty it."
        )
    return found


def _said(number: int, counts: np.ndarray[Any, Any], what: str) -> list[str]:
    share = number / max(counts.sum(), 1)
    return [f"{number:,} ({share:.1%}) of the {what}"] if number >= _SOME or share >= _SHARE_WORTH_SAYING else []
