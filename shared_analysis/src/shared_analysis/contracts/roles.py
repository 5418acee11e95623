"""What a column means, in a fixed vocabulary, so that no analysis depends on how a table names its columns."""

from __future__ import annotations

from dataclasses import dataclass

CLASSIFICATIONS = ("none", "direct", "quasi", "sensitive")
"""How a column bears on a person: ``direct`` names them, ``quasi`` could single them out together with other columns,
``sensitive`` says something about them that could harm them, ``none`` does none of these."""


@dataclass(frozen=True)
class Role:
    """A meaning a column can have.

    Parameters
    ----------
    meaning
        What the column holds, in a phrase.
    classification
        The classification a drafted contract gives it.
    """

    meaning: str
    classification: str


ROLES: dict[str, Role] = {
    "record_id": Role("the identifier of the row", "direct"),
    "linked_record_id": Role("the identifier of a row in another table", "direct"),
    "source": Role("which service or table the row comes from", "none"),
    "given_name": Role("first name", "direct"),
    "middle_name": Role("middle name or names", "direct"),
    "family_name": Role("family name, surname", "direct"),
    "full_name": Role("whole name in one column", "direct"),
    "date_of_birth": Role("date of birth", "quasi"),
    "sex": Role("sex or gender as recorded", "quasi"),
    "nhs_number": Role("NHS number", "direct"),
    "national_insurance_number": Role("National Insurance or other social security number", "direct"),
    "phone": Role("telephone number", "direct"),
    "email": Role("e-mail address", "direct"),
    "address": Role("address, or the part of it that no other column holds", "direct"),
    "house_number": Role("number or name of the house", "direct"),
    "street": Role("street", "direct"),
    "locality": Role("town, suburb or village", "quasi"),
    "postcode": Role("postcode", "direct"),
    "uprn": Role("Unique Property Reference Number", "direct"),
    "organisation_name": Role("name of an organisation", "none"),
    "free_text": Role("notes typed by hand, which may name anybody", "sensitive"),
    "area_code": Role("code of a statistical or administrative area", "quasi"),
    "area_name": Role("name of a statistical or administrative area", "quasi"),
    "event_date": Role("the day something happened", "quasi"),
    "period": Role("the first day of the month, quarter or year that a count covers", "none"),
    "category": Role("a kind of event, need or service", "none"),
    "count": Role("a number of people or events", "none"),
    "group": Role("a protected characteristic in broad groups", "sensitive"),
}
"""Every semantic role, by its name in a contract. A table has at most one column of each role."""

IDENTIFYING = frozenset(
    {"given_name", "family_name", "full_name", "date_of_birth", "nhs_number", "national_insurance_number"}
)
"""Roles that make a table one about people: there is something to recognise a person by."""
