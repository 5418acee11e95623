"""What the heading of a column tells of its meaning, before any value is looked at."""

from __future__ import annotations

from shared_analysis.contracts.headings.parts import parts_of
from shared_analysis.contracts.headings.reading import (
    classification_by_name,
    is_another_day,
    is_beside,
    is_cryptic,
    is_well_known_identifier,
    names_a_code,
    names_a_count,
    names_a_detail_of_a_site,
    names_a_group_of_origin,
    names_a_kind,
    names_a_measure,
    names_a_place,
    names_a_record,
    names_an_identifier,
    names_an_organisation,
    names_money,
    names_no_count,
    people_of,
    range_of_coordinate,
    rank_of_identifier,
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
    "names_a_detail_of_a_site",
    "names_a_group_of_origin",
    "names_a_kind",
    "names_a_measure",
    "names_a_place",
    "names_a_record",
    "names_an_identifier",
    "names_an_organisation",
    "names_money",
    "names_no_count",
    "parts_of",
    "people_of",
    "range_of_coordinate",
    "rank_of_identifier",
    "role_by_name",
    "role_of_ending",
    "snake",
]
