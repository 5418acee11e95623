"""What the heading of a column tells of its meaning, before any value is looked at."""

from __future__ import annotations

from shared_analysis.contracts.headings.reading import (
    classification_by_name,
    is_another_day,
    is_beside,
    is_cryptic,
    is_well_known_identifier,
    names_a_code,
    names_a_count,
    names_a_measure,
    names_a_place,
    names_an_identifier,
    names_an_organisation,
    names_money,
    names_no_count,
    range_of_coordinate,
    role_by_name,
    role_of_ending,
)
from shared_analysis.contracts.headings.vocabulary import snake

__all__ = [
    "classification_by_name",
    "is_another_day",
    "is_beside",
    "is_cryptic",
    "is_well_known_identifier",
    "names_a_code",
    "names_a_count",
    "names_a_measure",
    "names_a_place",
    "names_an_identifier",
    "names_an_organisation",
    "names_money",
    "names_no_count",
    "range_of_coordinate",
    "role_by_name",
    "role_of_ending",
    "snake",
]
