"""Roles are settled over all tables of a linkage: families of pairs of tables that were read one by one."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.contracts import infer, validate
from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.cleaning.records import Records, prepare
from shared_analysis.linkage.cleaning.roles import settle_roles
from shared_analysis.linkage.notices import worded

ROWS = 60
PEOPLE = [f"anna smith{n}" for n in range(ROWS)]
VALUES = {
    "full_name": PEOPLE,
    "given_name": [f"anna{'abcdef'[n % 6]}" for n in range(ROWS)],
    "date_of_birth": [f"{1940 + n}-03-{n % 28 + 1:02}" for n in range(ROWS)],
    "phone": [f"0207946{n:04}" for n in range(ROWS)],
    "email": [f"p{n}@example.org" for n in range(ROWS)],
    "postcode": [f"E1 {n % 9}A{'ABDEF'[n % 5]}" for n in range(ROWS)],
    "address": [f"{n} Mill Road" for n in range(ROWS)],
    "street": [f"{n} Mill Road" for n in range(ROWS)],
    "nhs_number": [f"{4857773456 + n}" for n in range(ROWS)],
    "uprn": [f"{10023000001 + n}" for n in range(ROWS)],
    "sex": ["f", "m"] * (ROWS // 2),
    "organisation_name": [f"Mill Nursery {n}" for n in range(ROWS)],
}
OTHERS = {
    "full_name": [str(n) for n in range(ROWS)],
    "date_of_birth": ["yes", "no"] * (ROWS // 2),
    "phone": ["office", "mobile"] * (ROWS // 2),
    "email": ["weekly", "never"] * (ROWS // 2),
    "sex": [f"note {n}" for n in range(ROWS)],
    "uprn": ["house", "flat"] * (ROWS // 2),
}


def table(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"id": [f"a{n}" for n in range(ROWS)], **columns}, dtype=object)


def settled(role: str, ours: str, theirs: str, values: list[str]) -> tuple[str | None, list[str]]:
    """Give the role of a column to the first of two tables alone; say what the second's column gets."""
    tables = {"aa": table(**{ours: VALUES[role]}), "bb": table(**{theirs: values})}
    contracts = {
        "aa": contract("aa", {"id": "record_id", ours: role}),
        "bb": contract("bb", {"id": "record_id", theirs: None}),  # type: ignore[dict-item]
    }
    linked, notices = settle_roles(tables, contracts, ["aa", "bb"])
    assert linked["aa"] == contracts["aa"]
    return linked["bb"].column(theirs).role, worded(notices)


@pytest.mark.parametrize(
    ("ours", "theirs"), [("thing", "thing"), ("Main thing", "main_thing"), ("MainThing", "main thing")]
)
@pytest.mark.parametrize("role", VALUES)
def test_a_column_without_a_role_has_that_of_its_name_in_another_table(role: str, ours: str, theirs: str) -> None:
    given, (notice,) = settled(role, ours, theirs, VALUES[role])
    assert given == role
    assert notice.startswith(f"{ours} has no role in bb and was compared as {role}, which it is in aa.")


@pytest.mark.parametrize("role", OTHERS)
def test_not_where_its_values_are_something_else_or_its_name_is_another(role: str) -> None:
    assert settled(role, "thing", "thing", OTHERS[role]) == (None, [])
    assert settled(role, "thing", "other", VALUES[role]) == (None, [])
    assert settled(role, "thing", "thing", [None] * ROWS) == (None, [])  # type: ignore[list-item]


def test_a_role_that_a_contract_states_stays_whatever_others_say() -> None:
    tables = {name: table(thing=PEOPLE, other=PEOPLE) for name in ("aa", "bb", "cc")}
    contracts = {
        "aa": contract("aa", {"id": "record_id", "thing": "full_name", "other": "free_text"}),
        "bb": contract("bb", {"id": "record_id", "thing": "family_name", "other": "full_name"}),
        "cc": contract("cc", {"id": "record_id", "thing": "free_text", "other": "category"}),
    }
    assert settle_roles(tables, contracts, list(tables)) == (contracts, [])


def test_a_table_keeps_the_column_that_has_the_role() -> None:
    tables = {"aa": table(phone=VALUES["phone"]), "bb": table(phone=VALUES["phone"], mobile=VALUES["phone"])}
    contracts = {
        "aa": contract("aa", {"id": "record_id", "phone": "phone"}),
        "bb": contract("bb", {"id": "record_id", "phone": None, "mobile": "phone"}),  # type: ignore[dict-item]
    }
    assert settle_roles(tables, contracts, ["aa", "bb"]) == (contracts, [])


def inferred(link_type: str = "link_only", **tables: pd.DataFrame) -> Records:
    contracts = {name: infer(table, name) for name, table in tables.items()}
    good = validate(tables, contracts, 1.0).tables
    spec = LinkageSpec(tables=list(tables), link_type=link_type)
    return prepare({name: good[f"interim/{name}"] for name in tables}, contracts, spec)


@pytest.mark.parametrize(("here", "there"), [*itertools.product([0.0, 0.1, 0.4, 1.0], [0.2, 0.6])])
def test_a_name_typed_in_part_here_and_in_full_there_is_compared(here: float, there: float) -> None:
    def names(whole: float) -> list[str]:
        return [f"anna smith{n}" if n < whole * ROWS else f"smith{n}" for n in range(ROWS)]

    records = inferred(
        aa=table(name=names(here), phone=VALUES["phone"]), bb=table(name=names(there), phone=VALUES["phone"])
    )
    assert {"full_name", "phone"} <= set(records.columns)


@pytest.mark.parametrize("name", ["site_name", "BusinessName", "trading name"])
def test_the_name_of_an_organisation_is_compared_whatever_each_table_calls_it(name: str) -> None:
    places = {"address": VALUES["address"], "postcode": VALUES["postcode"]}
    shops = [f"The Mill {n}" for n in range(ROWS)]
    records = inferred(aa=table(name=shops, **places), bb=table(**{name: shops}, **places))
    assert {"organisation_name", "address"} <= set(records.columns)
    assert "The full_name in aa was compared as organisation_name, which bb has." in " ".join(worded(records.notices))


def test_the_name_of_a_person_is_never_taken_for_that_of_an_organisation() -> None:
    people = table(name=PEOPLE, dob=VALUES["date_of_birth"], phone=VALUES["phone"])
    staff = table(company=VALUES["organisation_name"], dob=VALUES["date_of_birth"], phone=VALUES["phone"])
    assert {"full_name", "organisation_name"}.isdisjoint(inferred(aa=people, bb=staff).columns)


CODES = {
    "words": ["Female", "Male"],
    "letters": ["F", "m "],
    "health service": ["2", "1"],
    "a spreadsheet's": ["2.0", "1.0"],
    "health service, some not known": ["2", "1", "9", "0"],
}


@pytest.mark.parametrize(("ours", "theirs"), [*itertools.combinations(CODES, 2)])
def test_sex_is_read_in_one_coding(ours: str, theirs: str) -> None:
    tables = {
        name: table(sex=(CODES[code] * ROWS)[:ROWS], phone=VALUES["phone"], name=PEOPLE)
        for name, code in (("aa", ours), ("bb", theirs))
    }
    records = inferred(**tables)
    for frame in records.frames.values():
        assert frame["sex"].dropna().iloc[:2].tolist() == ["f", "m"]


@pytest.mark.parametrize("codes", [["0", "1"], ["A", "B"], ["1", "1"], ["W", "X"]])
@pytest.mark.parametrize("link_type", ["link_only", "link_and_dedupe"])
def test_sex_in_codes_that_nobody_can_match_is_left_out_with_a_notice(codes: list[str], link_type: str) -> None:
    tables = {
        name: table(sex=[*sexes] * (ROWS // 2), phone=VALUES["phone"], name=PEOPLE)
        for name, sexes in (("aa", ["F", "M"]), ("bb", codes))
    }
    records = inferred(link_type, **tables)
    assert "sex" not in records.columns
    assert "sex is written in different codes in aa, bb, so it was not compared." in " ".join(worded(records.notices))


def test_codes_that_nobody_knows_are_compared_where_the_tables_share_them() -> None:
    shared = {"phone": VALUES["phone"], "name": PEOPLE, "sex": ["0", "1"] * (ROWS // 2)}
    assert "sex" in inferred(aa=table(**shared), bb=table(**shared)).columns
