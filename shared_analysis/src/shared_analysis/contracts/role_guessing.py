"""Guessing what a column means from the shape of its values, and from the end of its name where they agree."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.headings import (
    is_beside,
    is_cryptic,
    names_a_place,
    names_an_identifier,
    role_by_name,
    role_of_ending,
    snake,
)
from shared_analysis.contracts.tables.shares import distinct, matches, reaches, share_matching

__all__ = [
    "are_days",
    "are_organisations",
    "could_be",
    "role_by_ending",
    "role_by_name",
    "role_by_values",
    "role_of_shape",
    "share_matching",
    "snake",
]

_SHAPES_NEEDED = {
    "phone": r"([0-9][ ()./+-]*){6}",
    "email": "@",
    "postcode": "[0-9]",
    "nhs_number": "([0-9] ?){5}",
    "uprn": r"^[0-9]{1,12}(\.0+)?$",
    "area_code": r"^\S{1,12}$",
}
"""What most values of a role have in common, whoever types them."""
_WHOLE_NAME = r"\pL\S*[\s,.]+\pL"
_NO_PERSON = "(?i)^(mixed|boys|girls|co-?ed.*)$"
_POSTCODE = "[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}"
_SHAPES = (
    ("area_code", r"^[EWSNK][0-9]{8}$"),
    ("email", r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    ("postcode", f"(?i)^{_POSTCODE}$"),
    ("national_insurance_number", r"(?i)^[a-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[a-d]$"),
    # No number of ten digits begins with 00, 04 or 06: those are zeros in front of a reference.
    (
        "phone",
        r"(?i)^(\+44 ?(\(0\) ?)?|0044 ?|\(?0)([12358]([ ()-]*[0-9]){8,9}|[79]([ ()-]*[0-9]){9})( ?e?xt?\.? ?[0-9]+)?$",
    ),
)
# Numbers of ten digits are few: in a column that has only these they are references.
_LONG_PHONE = r"^(\+44 ?(\(0\) ?)?|0044 ?|\(?0)[0-9]([ ()-]*[0-9]){9}"
_STREETS = (
    "road|rd|street|st|avenue|ave|lane|ln|close|gardens|gdns|square|sq|place|terrace|crescent|cres|park|drive|way|grove"
    "|hill|row|mews|walk|gate|green|court|house|mansions"
)
_ADDRESS = (
    rf"(?i)^(.{{0,40}}[ ,/])?[0-9]+[a-z]?([-/][0-9]+[a-z]?)?,? ([^0-9,]+ )?([a-z'.-]+ )({_STREETS})\b.{{0,100}}$"
    rf"|^\S+[ ,].{{3,120}}[ ,]{_POSTCODE}$"
)
# A day, a month and a year in digits or, the month, in letters; or the days that a spreadsheet counts.
_DAY = (
    r"(?i)^([0-9]{4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,2}([^0-9].*)?"
    r"|[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ]([0-9]{4}|[0-9]{2})([ ,T].*)?"
    r"|[0-9]{8}|[0-9]{5}(\.0+)?|([a-z]+,? )?[0-9]{1,2}(st|nd|rd|th)?( of)?[ /.-]*[a-z]{3,9}[ ,/.-]*([0-9]{4}|[0-9]{2})"
    r"|[a-z]{3,9}[ .-]*[0-9]{1,2}(st|nd|rd|th)?[ ,.-]+([0-9]{4}|[0-9]{2}))$"
)
_TRADES = (
    r"(?i)\b(ltd|limited|plc|llp|cic|inc|company|services|school|academy|college|nursery|pre-?school|playgroup|trust"
    "|charity|association|society|centre|center|hotel|restaurant|cafe|café|takeaway|pizza|grill|bakery|supermarket"
    "|stores?|shop|pharmacy|chemist|surgery|clinic|hospital|library|council|university|foundation|partnership|hostel)\\b"
)
_MOSTLY = 0.9
_HALF = 0.5
_SOME = 0.1
_SOME_TRADES = 0.3
_FEWEST_ROWS = 50
_FEWEST_OWNERS = 0.05
_DENSE = 0.2
_BIRTH_YEARS = (1890, 2026)
_LEAST_SPREAD = 25
_LATEST_OF_THE_OLDEST = 1970


def role_by_ending(name: str, text: pa.Array, *, people: bool = True) -> str | None:
    """Return the role that the end of a column's name tells, as of ``pupil_forename``, or ``None``.

    Not where another word says that the detail is somebody else's, or no detail at all: ``gp_postcode``, ``has_phone``.
    In a table of no ``people`` a detail of a site, a school or a company is the row's own.
    """
    role = role_of_ending(name)
    # Whoever wrote them, notes are on the row.
    if role is None or (role != "free_text" and is_beside(name, people=people)) or _is_shared_out(role, text):
        return None
    if len(text) == text.null_count:
        return role
    if role == "category" and 2 * len(pc.unique(text.drop_null())) > len(text) - text.null_count:
        return None
    if role == "full_name" and not _are_persons(text):
        return None
    return role if could_be(role, text) else None


def _are_persons(text: pa.Array) -> bool:
    """Say whether these are whole names, and few of them of organisations or with digits."""
    others = not are_organisations(text) and not matches(text, "[0-9]", _SOME)
    return others and matches(text, _WHOLE_NAME, _HALF)


def could_be(role: str, text: pa.Array) -> bool:
    """Say whether half of the values have what values of a role have in common; of most roles that is nothing."""
    if role == "sex" and matches(text, _NO_PERSON, _HALF):
        return False
    shape = _SHAPES_NEEDED.get(role)
    return shape is None or len(text) == text.null_count or matches(text, shape, _HALF)


def _is_shared_out(role: str, text: pa.Array) -> bool:
    """Say whether few addresses or numbers serve many rows: those of an office, or of who keeps the records."""
    present = len(text) - text.null_count
    return role in ("phone", "email") and present >= _FEWEST_ROWS and distinct(text) < _FEWEST_OWNERS * present


def are_organisations(text: pa.Array) -> bool:
    """Say whether a good part of names holds a word of organisations, such as ``Ltd`` or ``Nursery``."""
    return matches(text, _TRADES, _SOME_TRADES)


def role_of_shape(text: pa.Array) -> str | None:
    """Return the role that nearly all values have the unmistakable shape of, or ``None``."""
    for role, shape in _SHAPES:
        if matches(text, shape, _MOSTLY):
            return None if role == "phone" and _are_references(text) else role
    return "nhs_number" if reaches(text, _MOSTLY, _are_nhs_numbers) else None


def _are_references(text: pa.Array) -> bool:
    """Say whether numbers like those of telephones are too short, or follow each other too closely, to be any."""
    if not matches(text, _LONG_PHONE, _HALF):
        return True
    digits = pc.unique(pc.replace_substring_regex(text.drop_null(), "[^0-9]", ""))
    if len(digits) < _FEWEST_ROWS:
        return False
    numbers = np.array([int(number or 0) for number in digits.to_pylist()], dtype=object)
    return len(numbers) > _DENSE * float(max(numbers) - min(numbers))


def role_by_values(name: str, text: pa.Array, *, people: bool = True) -> str | None:
    """Return the role that a column's values show, whatever its name is, or ``None``.

    Not where the name says that the detail is somebody else's. Dates are dates of birth only under a name that says
    nothing, such as ``Column3``, and if they are spread over many years. A name such as ``location`` needs fewer
    addresses than another.
    """
    role = role_of_shape(text)
    if is_beside(name, people=people) or (role == "phone" and names_an_identifier(name)):
        return None
    if role:
        return None if _is_shared_out(role, text) else role
    if matches(text, _ADDRESS, _HALF if names_a_place(name) else _MOSTLY):
        return "address"
    return "date_of_birth" if is_cryptic(name) and _are_births(text) else None


def are_days(text: pa.Array) -> bool:
    """Say whether half of the values with a digit are written like a day, month and year, real or not."""

    def is_day(values: pa.Array) -> pa.Array:
        with_digits = pc.match_substring_regex(values, "[0-9]")
        return pc.if_else(with_digits, pc.match_substring_regex(values, _DAY), pa.scalar(None, pa.bool_()))

    return reaches(text, _HALF, is_day)


def _are_births(text: pa.Array) -> bool:
    """Say whether these dates spread over the ages of people; what is founded or registered often is on a first."""
    days = pc.replace_substring_regex(text, r"[ T][0-9:.]+$", "").drop_null()
    if not matches(days, r"^([0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}|[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{4})$", _MOSTLY):
        return False
    if share_matching(days, r"^([0-9]{4}[-/.]..[-/.]01|01[-/.]..[-/.][0-9]{4})$") > 1 - _MOSTLY:
        return False
    years = days.to_pandas().str.extract("([0-9]{4})", expand=False).dropna().astype(int)
    first, last = np.quantile(years, [0.05, 0.95])
    spread = last - first >= _LEAST_SPREAD and first <= _LATEST_OF_THE_OLDEST
    return bool(_BIRTH_YEARS[0] <= first and last <= _BIRTH_YEARS[1] and spread)


def _are_nhs_numbers(text: pa.Array) -> pa.Array:
    """Say of each value whether its tenth digit checks the nine before it (NHS Data Dictionary, modulus 11)."""
    digits = pc.replace_substring(text, " ", "")
    ten = pc.fill_null(pc.match_substring_regex(digits, r"^[0-9]{10}$"), False)
    rows = np.frombuffer("".join(digits.filter(ten).to_pylist()).encode(), dtype=np.uint8).reshape(-1, 10) - ord("0")
    right = np.asarray(ten).copy()
    right[right] = (rows.astype(np.int64) @ np.arange(10, 0, -1)) % 11 == 0
    return pc.if_else(pc.is_valid(text), pa.array(right), pa.scalar(None, pa.bool_()))
