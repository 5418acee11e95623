"""What kind of thing a column holds: by its role in the contract or, without one, by its values."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from shared_analysis.linkage.cleaning.dates import iso_date

Kind = Literal["name", "text", "date", "identifier", "email", "category", "number", "place"]

KIND_OF_ROLE: dict[str, Kind] = {
    "given_name": "name",
    "middle_name": "name",
    "family_name": "name",
    "full_name": "text",
    "organisation_name": "text",
    "date_of_birth": "date",
    "sex": "category",
    "nhs_number": "identifier",
    "national_insurance_number": "identifier",
    "phone": "identifier",
    "email": "email",
    "uprn": "place",
    "address": "place",
    "postcode": "place",
    "locality": "place",
}
"""Kinds of the roles that linkage compares; columns of kind ``place`` share one comparison."""

NEVER = frozenset({"record_id", "linked_record_id", "source", "group", "count", "event_date", "period", "area_code"})
"""Roles that say nothing about who a record is about, or must not be used to tell."""

_MOSTLY = 0.95
_FEW = 30


def kind_of_values(values: pd.Series[Any]) -> Kind:
    """Recognise the kind of a column without a role from its values (text, missing as ``None``).

    Dates and numbers are recognised where nearly all values are such; an identifier is one word that holds a digit and
    seldom repeats, or a whole number of six digits or more that does; a category has few different values; a text has
    two words or more; what is left is a name.

    Parameters
    ----------
    values
        The column: text, missing as ``None``.
    """
    texts = values.dropna().astype(str)
    distinct = pd.Series(texts.unique(), dtype=object)
    if distinct.empty:
        return "category"
    if distinct.map(lambda text: iso_date(text) is not None).mean() >= _MOSTLY:
        return "date"
    seldom_repeats = len(distinct) > len(texts) / 2
    if seldom_repeats and distinct.str.fullmatch(r"\d{6,}").mean() >= _MOSTLY:
        return "identifier"
    if distinct.str.fullmatch(r"[+-]?\d+(\.\d+)?").mean() >= _MOSTLY:
        return "number"
    if seldom_repeats and distinct.str.fullmatch(r"\S*\d\S*").mean() >= _MOSTLY:
        return "identifier"
    if len(distinct) <= max(_FEW, len(texts) // 100):
        return "category"
    return "text" if distinct.str.count(r"\S+").mean() >= 2 else "name"
