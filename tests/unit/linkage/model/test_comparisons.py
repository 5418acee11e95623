"""Two records are at the level of agreement that a reader would expect."""

from __future__ import annotations

import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.cleaning.records import Records, prepare
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model.comparisons import NEIGHBOURS, choose_comparisons

HOMES = {"id": "record_id", "first": "given_name", "last": "family_name", "home": "address", "pcode": "postcode"}
FORMS = "forms of one name"
TABLE = pd.DataFrame(
    {
        "id": [f"r{n}" for n in range(8)],
        "first": ["Bill", "William", "Alex", "Alexander", "Alexandra", "Sasha", "Smith", "Bob"],
        "last": ["Smith", "Smith-Jones", "Jones", "Cruz", "de la Cruz", "Li", "Bo", "Smithson"],
    }
)


def prepared(table: pd.DataFrame = TABLE) -> Records:
    roles = {"id": "record_id", "first": "given_name", "last": "family_name"}
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only")
    return prepare({"people": table}, {"people": contract("people", roles)}, spec)


def levels(column: str) -> dict[frozenset[str], str]:
    """The level of each two records, by their values."""
    records = prepared()
    ladder = next(one for one in choose_comparisons(records) if one.name == column)
    cases = " ".join(f"WHEN {level.condition} THEN '{level.label}'" for level in ladder.levels[:-1])
    sides = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in records.columns)
    with connect(records, threads=1) as connection:
        rows = connection.sql(
            f"SELECT {column}_l, {column}_r, CASE {cases} ELSE 'different' END FROM "  # noqa: S608 - fixed names
            f"(SELECT {sides} FROM records l JOIN records r ON l.unique_id < r.unique_id)"
        ).fetchall()
    return {frozenset((left, right)): level for left, right, level in rows}


def test_forms_are_a_level_of_their_own():
    found = levels("given_name")
    assert found[frozenset(("bill", "william"))] == FORMS
    assert found[frozenset(("alex", "alexandra"))] == FORMS
    assert found[frozenset(("alex", "sasha"))] == FORMS
    assert found[frozenset(("alexander", "alexandra"))] == "very similar"
    assert found[frozenset(("bill", "bob"))] != FORMS


def test_either_half_of_a_double_name_shortens_it():
    found = levels("family_name")
    shortened = "similar, or one shortens the other"
    assert found[frozenset(("smith", "smith jones"))] in (shortened, "very similar")
    assert found[frozenset(("jones", "smith jones"))] == shortened
    assert found[frozenset(("cruz", "de la cruz"))] == shortened
    assert found[frozenset(("jones", "smithson"))] == "different"


def test_names_without_other_forms_need_no_level():
    plain = TABLE.assign(first=[f"Xq{letter}z" for letter in "abcdefgh"])
    records = prepared(plain)
    assert "given_name_groups" not in records.columns
    assert FORMS not in {level.label for ladder in choose_comparisons(records) for level in ladder.levels}


def location_levels(*homes: tuple[str | None, str | None], roles: dict[str, str] = HOMES) -> str:
    """The level of the first two homes, in a table where others have all the parts there are."""
    others = [
        ("Flat 7, 3 Low Road", "N1 1AA"),
        ("Ground Floor Flat, 4a Low Road", "N1 1AB"),
        ("Rose Hut, Low Road", None),
    ]
    rows = [(f"r{n}", f"A{n}", f"B{n}", *home) for n, home in enumerate([*homes, *others])]
    table = pd.DataFrame(rows, columns=list(HOMES))[list(roles)]
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only")
    records = prepare({"people": table}, {"people": contract("people", roles)}, spec)
    location = next(ladder for ladder in choose_comparisons(records) if ladder.name == "location")
    cases = " ".join(f"WHEN {level.condition} THEN '{level.label}'" for level in location.levels[:-1])
    with connect(records, threads=1) as connection:
        read = [*records.columns, *(f"{column}_vector" for column in records.texts)]
        sides = ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in read)
        rows = connection.sql(
            f"SELECT CASE {cases} ELSE 'different' END FROM (SELECT {sides} FROM records l, records r "  # noqa: S608 - fixed names
            "WHERE l.unique_id = 0 AND r.unique_id = 1)"
        ).fetchall()
    return str(rows[0][0])


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Flat 2, 10 High St", "2/10 HIGH STREET, HACKNEY", "same address"),
        ("10 High Street", "Flat 2, 10 High Street", "nearly the same address"),
        ("10 High Street", "10A High Street", "nearly the same address"),
        ("12 High Street", "12-14 High Street", "nearly the same address"),
        ("Flat 2, 10 High Street", "First Floor Flat, 10 High Street", "nearly the same address"),
        ("Flat 2, 10 High Street", "Flat 3, 10 High Street", NEIGHBOURS),
        ("10 High Street", "12 High Street", NEIGHBOURS),
        ("10A High Street", "10B High Street", NEIGHBOURS),
        ("Ground Floor Flat, 10 High Street", "First Floor Flat, 10 High Street", NEIGHBOURS),
        ("The Old Rectory, Church Lane", "Willow Barn, Church Lane", NEIGHBOURS),
        ("The Old Rectory, Church Lane", "Old Rectry, Church Lane", "nearly the same address"),
        ("The Old Rectory, Church Lane", "5 Church Lane", "same postcode or same street address"),
    ],
)
def test_how_near_two_homes_of_one_postcode_are(one, other, level):
    assert location_levels((one, "E8 1AA"), (other, "E8 1AA")) == level


def test_another_number_is_next_door_whatever_the_postcode_adds():
    assert location_levels(("10 High Street", "E8 1AA"), ("12 High Street", "E8 1AB")) == NEIGHBOURS
    assert location_levels(("10 High Street", "E8 1AA"), ("10 High Street", "E8 1AB")) == "nearly the same address"
    assert (
        location_levels(("10 High Street", None), ("10 High St, E8 1AA", None))
        == "same postcode or same street address"
    )
    without = {column: role for column, role in HOMES.items() if role != "postcode"}
    assert location_levels(("10 Long Street", None), ("12 Long Street", None), roles=without) == NEIGHBOURS
    assert location_levels(("10 Long Street", None), ("10 Long St", None), roles=without) == "same address"
