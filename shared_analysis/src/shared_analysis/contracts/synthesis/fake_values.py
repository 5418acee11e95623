"""Invented values that look like what a column of some role holds; none belongs to anybody.

Telephone numbers are from the range that Ofcom keeps for drama, addresses of e-mail from the domain that RFC 2606 keeps
for examples, NHS numbers from the test range that begins with 999; no postcode area is called ZZ, and no National
Insurance number begins with QQ.
"""

from __future__ import annotations

import numpy as np

_GIVEN = (
    "Ada",
    "Amir",
    "Beth",
    "Chidi",
    "Dana",
    "Emeka",
    "Fatima",
    "Grace",
    "Hassan",
    "Ines",
    "Jun",
    "Kofi",
    "Leila",
    "Maya",
    "Noor",
    "Omar",
    "Priya",
    "Rosa",
    "Sami",
    "Tomas",
)
_FAMILY = (
    "Adeyemi",
    "Begum",
    "Brown",
    "Carter",
    "Diaz",
    "Evans",
    "Fofana",
    "Green",
    "Haddad",
    "Ito",
    "Jones",
    "Khan",
    "Lewis",
    "Mensah",
    "Novak",
    "Okoro",
    "Patel",
    "Rossi",
)
_STREETS = (
    "Alder",
    "Birch",
    "Cedar",
    "Damson",
    "Elder",
    "Fern",
    "Hazel",
    "Juniper",
    "Larch",
    "Maple",
    "Oak",
    "Rowan",
)
_KINDS = (
    "Street",
    "Road",
    "Lane",
    "Close",
    "Gardens",
    "Terrace",
)
_PLACES = (
    "Northbridge",
    "Eastfield",
    "Southmere",
    "Westholt",
    "Highford",
    "Lowater",
)
_BOROUGHS = 33
_MANY = (
    "record_id",
    "linked_record_id",
    "nhs_number",
    "national_insurance_number",
    "email",
    "uprn",
    "postcode",
    "phone",
    "house_number",
    "area_code",
)


def invent(role: str | None, rows: int, rng: np.random.Generator, *, unique: bool = False) -> list[str]:
    """Draw values for a role.

    Parameters
    ----------
    role
        A semantic role, or ``None``.
    rows
        How many values.
    rng
        Where the randomness comes from.
    unique
        Whether the caller needs many different values: then a number is added.
    """
    numbers = rng.integers(0, 10**6, size=(rows, 3))
    values = [_one(role, *(int(number) for number in row)) for row in numbers]
    if unique and role not in _MANY:
        values = [f"{value} {number}" for value, number in zip(values, numbers[:, 2], strict=True)]
    return values


def _one(role: str | None, a: int, b: int, c: int) -> str:
    match role:
        case "given_name" | "middle_name":
            return _GIVEN[a % len(_GIVEN)]
        case "family_name":
            return _FAMILY[a % len(_FAMILY)]
        case "full_name":
            return f"{_GIVEN[a % len(_GIVEN)]} {_FAMILY[b % len(_FAMILY)]}"
        case "sex":
            return ("female", "male")[a % 2]
        case "nhs_number":
            return _nhs_number(a)
        case "national_insurance_number":
            return f"QQ{a:06d}{'ABCD'[b % 4]}"
        case "phone":
            return f"020 7946 0{a % 1000:03d}"
        case "email":
            return f"{_GIVEN[a % len(_GIVEN)].lower()}.{b}@example.org"
        case "house_number":
            return str(a % 200 + 1)
        case "street":
            return f"{_STREETS[a % len(_STREETS)]} {_KINDS[b % len(_KINDS)]}"
        case "address":
            return f"{a % 200 + 1} {_STREETS[b % len(_STREETS)]} {_KINDS[c % len(_KINDS)]}"
        case "locality" | "area_name":
            return _PLACES[a % len(_PLACES)]
        case "postcode":
            return f"ZZ{a % 9 + 1} {b % 9 + 1}{chr(65 + c % 26)}{chr(65 + c // 26 % 26)}"
        case "uprn":
            return f"{a:06d}{b:06d}"
        case "area_code":
            return f"E{9000001 + a % _BOROUGHS:08d}"
        case "record_id" | "linked_record_id":
            return f"R{a:06d}{b % 100:02d}"
        case "free_text":
            return "Invented note."
        case _:
            return f"value {a % 20 + 1}"


def _nhs_number(number: int) -> str:
    """Number with its check digit (NHS Data Dictionary, modulus 11); one in eleven has none and the next is taken."""
    digits = f"999{number:06d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
    return _nhs_number((number + 1) % 10**6) if check == 10 else f"{digits}{check % 11}"
