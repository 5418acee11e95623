"""Identifiers and ways to reach somebody: written in one way, checked, and without what stands for none."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.contracts.numbers import undamaged

_EXTENSION = re.compile(r"(?:extension|ext|x)[.:]? *\d+ *$", re.IGNORECASE)
_NOTHING = frozenset({"NA", "NAN", "NONE", "NULL", "NK", "NOTKNOWN", "UNKNOWN", "NOTGIVEN", "NOTSTATED", "REFUSED"})
_NINO = re.compile(r"[A-Z]{2}\d{6}[A-D]?")
_EXAMPLES = frozenset({"QQ123456C", "QQ123456A", "AB123456C", "AA123456A", "AB123456A", "AA000000A", "ZZ999999Z"})
"""National Insurance numbers that forms and guidance print as examples."""
_IN_ORDER = "0123456789" * 2, "9876543210" * 2
_NO_MAILBOX = re.compile(
    r"no|none|na|nil|null|unknown|notknown|notgiven|nomail|noemail|no-?reply|do-?not-?reply|test\d*|x+|email"
)
_NO_MAIL = re.compile(r"(?:no|none|na|nil|null|unknown|noemail|nomail|test)(?:\.[a-z.]+)?")


def code(value: str) -> str | None:
    """Upper-case letters and digits only: identifiers and postcodes."""
    if "." in value or "+" in value:
        value = undamaged(value) or ""
    if value.isascii():
        text = value if value.isalnum() else re.sub(r"[\W_]+", "", value)
    else:
        text = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", value))
    text = text.upper()
    return text if text and text not in _NOTHING and text.strip("0") else None


def postcode(value: str) -> str | None:
    """As :func:`code`; not the postcodes of no place (ZZ99), which the health service gives people without one."""
    text = code(value)
    return None if text and text.startswith("ZZ99") else text


def phone(value: str) -> str | None:
    """Last ten digits, so that +44, 0044 and 0 in front are the same number."""
    digits = re.sub(r"\D", "", _EXTENSION.sub("", undamaged(value) or ""))
    return digits[-10:] if len(digits) >= 6 and digits.strip("0") else None


def email(value: str) -> str | None:
    """Lower case, no space; missing without an @."""
    text = re.sub(r"\s", "", value).casefold()
    return text if "@" in text.strip("@") else None


def uprn(value: str) -> str | None:
    """Up to twelve digits, without zeros in front; anything else is missing."""
    text = (code(value) or "").lstrip("0")
    return text if text.isdecimal() and len(text) <= 12 else None


def is_placeholder(value: str, role: str) -> bool:
    """Say whether a cleaned value of such a role stands for none."""
    match role:
        case "email":
            mailbox, _, host = value.rpartition("@")
            return bool(_NO_MAILBOX.fullmatch(mailbox) or _NO_MAIL.fullmatch(host)) or not mailbox
        case "phone":
            return _is_row(value[-9:])
        case "national_insurance_number":
            return value in _EXAMPLES or (bool(_NINO.fullmatch(value)) and _is_row(value[2:8]))
        case _:
            return len(value) >= 6 and value.isdigit() and _is_row(value)


def _is_row(digits: str) -> bool:
    """One digit over and over, or digits in the order of counting."""
    return digits.strip(digits[:1]) == "" or any(digits in order for order in _IN_ORDER)


def has_right_check_digit(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Check NHS numbers: ten digits, the last of which follows from the others (modulus 11).

    Parameters
    ----------
    numbers
        Text, cleaned.

    Returns
    -------
    numpy.ndarray
        Whether each is right.

    References
    ----------
    NHS Data Dictionary, "NHS number": https://www.datadictionary.nhs.uk/attributes/nhs_number.html
    """
    right = np.zeros(len(numbers), dtype=bool)
    ten = np.flatnonzero([len(number) == 10 and number.isascii() and number.isdecimal() for number in numbers])
    digits = np.frombuffer("".join(numbers[ten]).encode(), dtype=np.uint8).reshape(-1, 10).astype(int) - ord("0")
    check = 11 - digits[:, :9] @ np.arange(10, 1, -1) % 11
    right[ten] = np.where(check == 11, 0, check) == digits[:, 9]  # 10 is no digit, so such a number is never given
    return right


def looks_like_national_insurance(numbers: pd.Series[Any]) -> pd.Series[bool]:
    """Say of each number whether it has the form of a National Insurance number: AB123456C.

    Parameters
    ----------
    numbers
        Text, cleaned.

    Returns
    -------
    pandas.Series
        On the same index.
    """
    return numbers.str.fullmatch(_NINO.pattern)
