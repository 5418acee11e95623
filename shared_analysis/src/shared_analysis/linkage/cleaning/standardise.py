"""Light cleaning before comparison: case, accents, punctuation, one way to write a date, a postcode, a number.

Nothing is guessed: a value that cannot be read as its kind counts as missing. The original tables are untouched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.numbers import undamaged
from shared_analysis.linkage.cleaning import identifiers
from shared_analysis.linkage.cleaning.addresses import address_text, in_parts
from shared_analysis.linkage.cleaning.dates import date_cleaner, iso_date
from shared_analysis.linkage.cleaning.identifiers import code
from shared_analysis.linkage.cleaning.names import family_name, full_name, name_words, words
from shared_analysis.linkage.cleaning.nicknames import groups_of_name
from shared_analysis.linkage.cleaning.placeholders import unreadable, without_placeholders
from shared_analysis.wording import Notice

Cleaner = Callable[[str], str | None]

AUXILIARY = {
    **dict.fromkeys(("flat", "floor", "building", "house_number", "first_number", "street"), "address"),
    "postcode_sector": "postcode",
    "postcode_district": "postcode",
    "given_name_groups": "given_name",
}
"""Columns made by :func:`derive` that are read only together with the one they come from."""
FOLLOWING = frozenset({"first_number", "postcode_sector", "postcode_district", "given_name_groups"})
"""Those of them that are equal wherever another column is."""
_UK_POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$")


_SEXES = {"female": "f", "woman": "f", "girl": "f", "male": "m", "man": "m", "boy": "m", "u": None}
_NUMBERED_SEXES = {"0": None, "1": "m", "2": "f", "9": None}
"""NHS Data Dictionary, "person stated gender code", and ISO/IEC 5218."""


def sex(value: str) -> str | None:
    """``f`` and ``m`` for the usual words; other codes as they are."""
    text = words(undamaged(value) or "")
    return _SEXES.get(text, text) if text else None


def sex_cleaner(texts: list[str]) -> Cleaner:
    """Choose how to read a column: 1 and 2 are codes of the health service, but 0 and 1 may be either way round."""
    numbers = {text for text in map(sex, texts) if text and text.isdigit()}
    if "2" not in numbers or not numbers <= set(_NUMBERED_SEXES):
        return sex
    return lambda value: _NUMBERED_SEXES.get(text, text) if (text := sex(value)) else None


CLEANERS: dict[str, Cleaner] = {
    "given_name": name_words,
    "middle_name": name_words,
    "family_name": family_name,
    "full_name": full_name,
    "organisation_name": words,
    "date_of_birth": iso_date,
    "sex": sex,
    "nhs_number": code,
    "national_insurance_number": code,
    "uprn": identifiers.uprn,
    "phone": identifiers.phone,
    "email": identifiers.email,
    "address": address_text,
    "house_number": lambda value: address_text(undamaged(value) or ""),
    "street": address_text,
    "locality": words,
    "postcode": identifiers.postcode,
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
    """Write values as the cleaners read them.

    Parameters
    ----------
    column
        Values of any type.

    Returns
    -------
    pandas.Series
        Text, missing as ``None``, on the same index.
    """
    return clean(column, lambda value: value)


def clean(column: pd.Series[Any], cleaner: Cleaner) -> pd.Series[Any]:
    """Clean each different value once.

    Parameters
    ----------
    column
        Values of any type.
    cleaner
        What reads one value, as text; ``None`` where it stands for none.

    Returns
    -------
    pandas.Series
        Text, missing as ``None``, on the same index.
    """
    codes, values = pd.factorize(column, use_na_sentinel=True)
    return _taken([cleaner(text) for text in _texts(values)], codes, column.index)


def clean_as(role: str, column: pd.Series[Any], table: str) -> tuple[pd.Series[Any], list[Notice]]:
    """Clean the column of a role as a whole.

    Parameters
    ----------
    role
        Its semantic role, one of :data:`CLEANERS`.
    column
        Its values, of any type.
    table
        The table that it is of, for the notices.

    Returns
    -------
    tuple
        What :func:`clean` would return, read in the one way that suits all dates, without the placeholders that stand
        for no value; and notices of what was read or left out.
    """
    cleaner, notices = CLEANERS[role], []
    codes, values = pd.factorize(column, use_na_sentinel=True)
    texts = _texts(values)
    if role == "date_of_birth":
        cleaner, notice = date_cleaner(pd.Series(texts, dtype=object), table)
        notices += [notice] if notice else []
    if role == "sex":
        cleaner = sex_cleaner(texts)
    distinct = [cleaner(text) for text in texts]
    notices += unreadable(role, np.array([value is None for value in distinct], dtype=bool), codes, table)
    cleaned, more = without_placeholders(role, _taken(distinct, codes, column.index), table)
    return cleaned, notices + more


def clean_as_kind(kind: str, column: pd.Series[Any]) -> pd.Series[Any]:
    """Clean a column that has no role; dates in the one way that suits all of them.

    Parameters
    ----------
    kind
        What it holds, one of :data:`CLEANER_OF_KIND`.
    column
        Values of any type.

    Returns
    -------
    pandas.Series
        Text, missing as ``None``, on the same index.
    """
    cleaner = CLEANER_OF_KIND[kind]
    if kind == "date":
        cleaner, _ = date_cleaner(as_strings(column).dropna().drop_duplicates())
    return clean(column, cleaner)


def _taken(cleaned: list[str | None], codes: np.ndarray[Any, Any], index: pd.Index[Any]) -> pd.Series[Any]:
    """Give each row its cleaned value; code -1 is a missing one."""
    return pd.Series(np.array([*cleaned, None], dtype=object)[codes], index=index, dtype=object)


def _texts(values: Any) -> list[str]:
    if pd.api.types.infer_dtype(values, skipna=False) == "string":
        return list(values)
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if isinstance(value, date):  # pandas timestamps are dates too
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a whole-number column with gaps is read as floating point
    return str(value)


def id_text(value: object) -> str:
    """Write a record id as text; a whole number that was read as floating point has no decimals."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def id_texts(values: pd.Series[Any]) -> pd.Series[Any]:
    """Write a column of record ids as :func:`id_text` does.

    Parameters
    ----------
    values
        Ids of any type.

    Returns
    -------
    pandas.Series
        Text, on the same index; missing ones stay missing.
    """
    if pd.api.types.infer_dtype(values, skipna=True) == "string" and values.dtype == object:
        return values
    return values.astype(object).map(id_text, na_action="ignore")


def derive(records: pd.DataFrame) -> pd.DataFrame:
    """Add the columns that are compared but not collected: parts of the address and postcode, groups of names, area.

    Parameters
    ----------
    records
        One row a record, a column a role, cleaned: text, missing as ``None``.

    Returns
    -------
    pandas.DataFrame
        On the same index, with the columns of :data:`AUXILIARY` whose sources are there, ``full_name`` from its parts,
        and ``area``; the address in its parts replaces what there was of it.
    """
    out = records.copy(deep=False)
    if {"street", "address"} & set(out):
        _take_address_apart(out)
    if "postcode" in out:
        codes, postcodes = pd.factorize(out["postcode"], use_na_sentinel=True)
        british = [value if _UK_POSTCODE.match(value) else None for value in postcodes]
        for part, end in (("postcode_sector", -2), ("postcode_district", -3)):
            out[part] = _taken([value and value[:end] for value in british], codes, out.index)
    if "given_name" in out:
        out["given_name_groups"] = clean(out["given_name"], groups_of_name)
    if "full_name" not in out and {"given_name", "family_name"} <= set(out):
        out["full_name"] = _join(out["given_name"], out["family_name"])
    for area in ("area_code", "area_name"):
        if area in out and "area" not in out:
            out["area"] = out[area]
    return out


def _take_address_apart(out: pd.DataFrame) -> None:
    """Put the parts of the address in place of what there was; a postcode and locality within it fill gaps only."""
    numbered = "house_number" in out
    if "street" not in out:
        parts = in_parts(out["address"])
    else:  # a column of role address then holds the rest of it, which is seldom filled alike
        parts = in_parts(_join(_house(out["house_number"]), out["street"]) if numbered else out["street"], numbered)
        if "address" in out:
            parts["flat"] = _filled(parts["flat"], in_parts(out["address"])["flat"])
    for name in ("address", "flat", "floor", "house_number", "first_number", "street"):
        out[name] = parts[name]
    out["building"] = parts["building"].where(parts["house_number"].isna(), None)  # with a number it is no evidence
    if "locality" in out:
        out["locality"] = _filled(out["locality"], parts["locality"])
    if "postcode" in out:
        out["postcode"] = _filled(out["postcode"], parts["postcode"])
    elif parts["postcode"].notna().sum() > parts["address"].notna().sum() / 2:
        out["postcode"] = parts["postcode"]


def _house(numbers: pd.Series[Any]) -> pd.Series[Any]:
    """Part the name of a house from the street; a number leads on to it."""
    return clean(numbers, lambda value: value if value[-2:-1].isdigit() or value[-1].isdigit() else f"{value} ,")


def _filled(column: pd.Series[Any], others: pd.Series[Any]) -> pd.Series[Any]:
    return column.where(column.notna(), others)


def _join(first: pd.Series[Any], second: pd.Series[Any]) -> pd.Series[Any]:
    sides = [pa.array(side.fillna(""), type=pa.string()) for side in (first, second)]
    joined = pc.ascii_trim(pc.binary_join_element_wise(*sides, " "), " ")
    values = joined.to_numpy(zero_copy_only=False)
    return pd.Series(np.where(values == "", None, values), index=second.index, dtype=object)
