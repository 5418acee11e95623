"""Addresses written in many ways are one home; another number or flat is a neighbour's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.linkage import LinkageResult, LinkageSpec, link
from shared_analysis.linkage.cleaning.addresses import address_text, in_parts, parse
from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.cleaning.standardise import clean, derive
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model.comparisons import NEIGHBOURS, choose_comparisons

from .conftest import SYLLABLES, contract

ROLES = {"id": "record_id", "first": "given_name", "last": "family_name", "home": "address", "pcode": "postcode"}
WAYS = ("Flat {}, {} {}", "FLAT {} {} {}", "{}/{} {}", "Apartment {}, {} {}, Hackney, London")


def flats(seed: int, buildings: int = 60) -> pd.DataFrame:
    """People in flats, of whom those in flats 2 and 3 of a building bear one name; half are recorded twice."""
    rng = np.random.default_rng(seed)

    def word(parts: int) -> str:
        return "".join(rng.choice(SYLLABLES, parts)).title()

    firsts, lasts = [word(2) for _ in range(60)], [word(3) for _ in range(200)]
    rows: list[tuple[str, str, str, str, str]] = []
    for building in range(buildings):
        number, street, pcode = rng.integers(1, 200), f"{word(2)} Road", f"E{building // 9 + 1} {building % 9 + 1}AB"
        namesake = str(rng.choice(firsts)), str(rng.choice(lasts))
        for flat in range(1, 13):
            first, last = namesake if flat in (2, 3) else (str(rng.choice(firsts)), str(rng.choice(lasts)))
            for copy in range(int(rng.integers(1, 3))):
                way = WAYS[int(rng.integers(0, len(WAYS)))] if copy else WAYS[0]
                rows.append((f"b{building}f{flat}c{copy}", first, last, way.format(flat, number, street), pcode))
    return pd.DataFrame(rows, columns=list(ROLES)).sample(frac=1, random_state=seed)


def linked(table: pd.DataFrame, roles: dict[str, str] = ROLES) -> LinkageResult:
    truth = pd.DataFrame({"table": "people", "record_id": table["id"], "person_id": table["id"].str[:-2]})
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only", threads=1)
    return link({"people": table[list(roles)]}, {"people": contract("people", roles)}, spec, truth)


@pytest.mark.parametrize("with_postcode", [True, False])
def test_two_people_of_one_name_in_flats_2_and_3_of_one_building_are_not_one(with_postcode):
    roles = {column: role for column, role in ROLES.items() if with_postcode or role != "postcode"}
    result = linked(flats(1), roles)
    left, right = (result.pairs[f"record_id_{side}"].str.extract(r"b(\d+)f(\d+)c") for side in "lr")
    namesakes = (left[0] == right[0]) & (left[1] != right[1])
    assert not namesakes.any()
    assert result.metrics["recall"] > 0.9
    assert result.metrics["precision"] > 0.97


def location_levels(*homes: tuple[str | None, str | None], roles: dict[str, str] = ROLES) -> str:
    """The level of the first two homes, in a table where others have all the parts there are."""
    others = [
        ("Flat 7, 3 Low Road", "N1 1AA"),
        ("Ground Floor Flat, 4a Low Road", "N1 1AB"),
        ("Rose Hut, Low Road", None),
    ]
    rows = [(f"r{n}", f"A{n}", f"B{n}", *home) for n, home in enumerate([*homes, *others])]
    table = pd.DataFrame(rows, columns=list(ROLES))[list(roles)]
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
    without = {column: role for column, role in ROLES.items() if role != "postcode"}
    assert location_levels(("10 Long Street", None), ("12 Long Street", None), roles=without) == NEIGHBOURS
    assert location_levels(("10 Long Street", None), ("10 Long St", None), roles=without) == "same address"


def test_a_postcode_in_the_address_fills_a_gap_and_never_overrules():
    homes = ["10 High Street, E8 1AA", "10 High Street, E8 1AA", "12 High Street"]
    table = pd.DataFrame({"address": homes, "postcode": ["N11AA", None, None]}, dtype=object)
    out = derive(table.assign(address=clean(table["address"], address_text)))
    assert out["postcode"].tolist() == ["N11AA", "E81AA", None]
    assert out["address"].tolist() == ["10 high street", "10 high street", "12 high street"]


def test_postcodes_in_most_addresses_are_a_column_and_in_few_are_none():
    def derived(*homes: str) -> pd.DataFrame:
        return derive(pd.DataFrame({"address": [address_text(home) for home in homes]}, dtype=object))

    assert derived("1 Low Road E8 1AA", "2 Low Road E8 1AB", "3 Low Road")["postcode"].tolist() == [
        "E81AA",
        "E81AB",
        None,
    ]
    assert "postcode" not in derived("1 Low Road E8 1AA", "2 Low Road", "3 Low Road")


def test_number_and_street_of_their_own_make_an_address():
    parts = {
        "house_number": ["12", "Flat 3, 12A", "The Old Rectory", None],
        "street": ["Smith Court", "High Street", "Church Lane", "Low Road"],
        "address": [None, None, None, "flat 9"],
    }
    out = derive(pd.DataFrame({name: clean(pd.Series(values), address_text) for name, values in parts.items()}))
    assert out["house_number"].tolist() == ["12", "12a", None, None]
    assert out["flat"].tolist() == [None, "3", None, "9"]
    assert out["building"].tolist() == [None, None, "old rectory", None]
    assert out["street"].tolist() == ["smith court", "high street", "church lane", "low road"]
    assert out["address"].tolist()[:2] == ["12 smith court", "flat 3 12a high street"]


def test_each_different_address_is_read_once_and_every_row_gets_its_parts():
    texts = pd.Series(["10 high street", None, "flat 2 , 10 high street", "10 high street"], index=[4, 3, 2, 1])
    parts = in_parts(texts)
    assert parts.index.tolist() == [4, 3, 2, 1]
    assert parts["flat"].tolist() == [None, None, "2", None]
    assert parts["address"].tolist() == ["10 high street", None, "flat 2 10 high street", "10 high street"]


@given(st.text(max_size=60))
def test_no_text_is_too_odd_for_an_address(text):
    line = address_text(text)
    assert line is None or parse(line) is not None


@given(
    st.integers(1, 60),
    st.integers(1, 300),
    st.sampled_from(["high", "church", "station"]),
    st.sampled_from(["rd", "st", "la"]),
)
def test_capitals_and_commas_make_no_difference(flat, number, name, kind):
    written = f"Flat {flat}, {number} {name} {kind}."
    assert parse(address_text(written)) == parse(address_text(written.upper().replace(",", "")))
