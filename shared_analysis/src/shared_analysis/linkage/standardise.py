"""Light cleaning before comparison: case, accents, punctuation, one way to write a date, a postcode, a number.

Nothing is guessed: a value that cannot be read as its kind counts as missing. The original tables are untouched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd

Cleaner = Callable[[str], str | None]

_MISSING_WORDS = frozenset(
    {"", "na", "n a", "nan", "none", "null", "nk", "not known", "unknown", "not given", "not stated", "refused"}
)
_NAMES_TOO = frozenset({"Na", "Nan", "Null"})
"""Written so, these are somebody's name; ``NULL``, ``null``, ``N/A`` and ``nan`` are what systems write for nothing."""
# Letters that do not come apart into a plain one and an accent.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_FIRST_SCRIPT_WITH_VOWEL_SIGNS = "\u0900"  # from Devanagari on, marks are vowels; before it, accents and pointing
_PARTED = re.compile(r"[^a-z0-9]+")
_EXTENSION = re.compile(r"(?:extension|ext|x)[.:]? *\d+ *$", re.IGNORECASE)
_ABBREVIATIONS = {
    "rd": "road", "st": "street", "str": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close",
    "ct": "court", "dr": "drive", "gdns": "gardens", "gdn": "gardens", "sq": "square", "pl": "place", "tce": "terrace",
    "cres": "crescent", "pk": "park", "hse": "house", "apt": "flat", "apartment": "flat", "blvd": "boulevard",
    "blv": "boulevard", "hwy": "highway",
}  # fmt: skip
_UK_POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$")


def words(value: str) -> str | None:
    """Lower case without accents or punctuation, words kept apart by one space; apostrophes close up."""
    if value.isascii():  # most are, and there is nothing to fold
        text = " ".join(_PARTED.split(value.replace("'", "").replace("`", "").lower())).strip()
    else:
        text = re.sub(r"['`\u2019\u02bc]", "", unicodedata.normalize("NFKD", value).casefold())
        text = unicodedata.normalize("NFC", "".join(_letter(letter) for letter in text)).translate(_PLAIN)
        text = " ".join(text.split())
    return None if text in _MISSING_WORDS else text


def _letter(letter: str) -> str:
    """Keep letters, digits and the vowel signs of scripts that have them; drop accents; part words at the rest."""
    if unicodedata.category(letter).startswith("M"):
        return letter if letter >= _FIRST_SCRIPT_WITH_VOWEL_SIGNS and not "\u1ab0" <= letter <= "\u20ff" else ""
    return letter if letter.isalnum() else " "


def name_words(value: str) -> str | None:
    """Words of a name: as :func:`words`, but people are called Null and Na."""
    return value.strip().lower() if value.strip() in _NAMES_TOO else words(value)


def address_words(value: str) -> str | None:
    """Words of an address, with common street abbreviations written out."""
    text = words(value)
    return text and " ".join(_ABBREVIATIONS.get(word, word) for word in text.split())


def code(value: str) -> str | None:
    """Upper-case letters and digits only: identifiers and postcodes."""
    text = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", value)).upper()
    return text if text and text.lower() not in _MISSING_WORDS and text.strip("0") else None


def phone(value: str) -> str | None:
    """Last ten digits, so that +44, 0044 and 0 in front are the same number."""
    digits = re.sub(r"\D", "", _EXTENSION.sub("", value))
    return digits[-10:] if len(digits) >= 6 and digits.strip("0") else None


def email(value: str) -> str | None:
    """Lower case, no space; missing without an @."""
    text = re.sub(r"\s", "", value).casefold()
    return text if "@" in text.strip("@") else None


def sex(value: str) -> str | None:
    """``f`` and ``m`` for the usual words; other codes as they are."""
    text = words(value)
    return {"female": "f", "woman": "f", "male": "m", "man": "m", "u": None}.get(text, text) if text else None


def iso_date(value: str) -> str | None:
    """``yyyy-mm-dd`` from ISO, ``yyyymmdd`` or day/month/year; impossible days stay, since a typo still compares."""
    text = value.strip()
    if match := re.match(r"^(\d{4})-(\d{2})-(\d{2})", text) or re.match(r"^(\d{4})(\d{2})(\d{2})$", text):
        return "-".join(match.groups())
    if match := re.match(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$", text):
        day, month, year = match.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return None


CLEANERS: dict[str, Cleaner] = {
    "given_name": name_words,
    "middle_name": name_words,
    "family_name": name_words,
    "full_name": words,
    "organisation_name": words,
    "date_of_birth": iso_date,
    "sex": sex,
    "nhs_number": code,
    "national_insurance_number": code,
    "uprn": lambda value: (code(value) or "").lstrip("0") or None,
    "phone": phone,
    "email": email,
    "address": address_words,
    "house_number": address_words,
    "street": address_words,
    "locality": words,
    "postcode": code,
    "area_code": code,
    "area_name": words,
}
"""Semantic roles that linkage reads, and how each is cleaned. Others (groups, dates of events, text) are left alone."""


CLEANER_OF_KIND: dict[str, Cleaner] = {
    "name": words,
    "text": words,
    "category": words,
    "date": iso_date,
    "identifier": code,
    "number": lambda value: value.strip().lstrip("+") or None,
}
"""How a column without a role is cleaned, by its kind."""


def as_strings(column: pd.Series[Any]) -> pd.Series[Any]:
    """Write values as the cleaners read them, with ``None`` for missing."""
    return clean(column, lambda value: value)


def clean(column: pd.Series[Any], cleaner: Cleaner) -> pd.Series[Any]:
    """Clean each value; returns strings, with ``None`` for missing, on the same index."""
    codes, values = pd.factorize(column, use_na_sentinel=True)
    cleaned = [cleaner(_text(value)) for value in values] + [None]
    return pd.Series([cleaned[code] for code in codes], index=column.index, dtype=object)


def _text(value: Any) -> str:
    if isinstance(value, date):  # pandas timestamps are dates too
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a whole-number column with gaps is read as floating point
    return str(value)


def id_text(value: object) -> str:
    """Write a record id as text; a whole number that was read as floating point has no decimals."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def derive(records: pd.DataFrame) -> pd.DataFrame:
    """Add the columns that are compared but not collected: whole address, house number, postcode parts, area."""
    out = records.copy()
    if "street" in out:  # a column of role address then holds the rest of it, which is seldom filled alike
        number = out["house_number"] if "house_number" in out else pd.Series(None, index=out.index, dtype=object)
        out["address"] = _join(number, out["street"])
    if "address" in out:
        out["house"] = out["address"].map(_first_number, na_action="ignore")
    if "postcode" in out:
        uk = out["postcode"].map(lambda value: bool(_UK_POSTCODE.match(value)), na_action="ignore").eq(True)
        out["postcode_sector"] = out["postcode"].str[:-2].where(uk, None)
        out["postcode_district"] = out["postcode"].str[:-3].where(uk, None)
    if "full_name" not in out and {"given_name", "family_name"} <= set(out):
        out["full_name"] = _join(out["given_name"], out["family_name"])
    for area in ("area_code", "area_name"):
        if area in out and "area" not in out:
            out["area"] = out[area]
    return out


def _first_number(address: str) -> str | None:
    match = re.search(r"\d+", address)
    return match.group() if match else None


def _join(first: pd.Series[Any], second: pd.Series[Any]) -> pd.Series[Any]:
    pairs = zip(first, second, strict=True)
    joined = [" ".join(part for part in pair if isinstance(part, str)) or None for pair in pairs]
    return pd.Series(joined, index=second.index, dtype=object)
