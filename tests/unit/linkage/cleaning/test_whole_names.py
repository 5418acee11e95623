"""Whole names of people in their parts, whatever comes first; what names no person stays whole."""

from __future__ import annotations

import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.linkage.cleaning.whole_names import parts_of_name, take_names_apart

PEOPLE = {"id": "record_id", "name": "full_name", "born": "date_of_birth"}
THINGS = {"id": "record_id", "name": "full_name", "town": "locality"}


@pytest.mark.parametrize(
    ("written", "family_first", "parts"),
    [
        ("Ann Lee", False, ("ann", None, "lee")),
        ("LEE ANN", True, ("ann", None, "lee")),
        ("Lee, Ann", False, ("ann", None, "lee")),
        ("Lee, Ann Mary", True, ("ann", "mary", "lee")),
        ("Mrs Ann Mary Lee", False, ("ann", "mary", "lee")),
        ("Johan van der Berg", False, ("johan", None, "van der berg")),
        ("van der Berg Johan", True, ("johan", None, "van der berg")),
        ("Ann Lee, PhD", False, ("ann", None, "lee")),
        ("Lee,", False, (None, None, "lee")),
        ("Madonna", False, (None, None, "madonna")),
        ("محمد العلي", False, ("محمد", None, "العلي")),
        ("unknown", False, (None, None, None)),
        ("", False, (None, None, None)),
    ],
)
def test_a_name_comes_apart(written, family_first, parts):
    assert parts_of_name(written, family_first) == parts


def table(names: list[str | None]) -> pd.DataFrame:
    size = len(names)
    return pd.DataFrame({"id": [f"r{n}" for n in range(size)], "name": names, "born": "1990-01-01", "town": "Leeds"})


def roles_after(tables: dict[str, pd.DataFrame], roles: dict[str, str]) -> tuple[dict[str, set[str]], list[str]]:
    contracts = {name: contract(name, roles) for name in tables}
    _, settled, notices = take_names_apart(tables, contracts, list(tables))
    return {name: set(each.roles) for name, each in settled.items()}, [notice.code for notice in notices]


def test_each_table_says_which_name_comes_first():
    given_first = ["Mary Okafor", "John Smith", "William Hall", None]
    tables = {"a": table(given_first), "b": table(["Okafor Mary", "Smith John", "Hall William", ""])}
    contracts = {name: contract(name, PEOPLE) for name in tables}
    apart, settled, notices = take_names_apart(tables, contracts, ["b", "a"])
    assert [notice.values["first"] for notice in notices] == ["given", "family"]
    for name in tables:
        given, family = (apart[name][settled[name].roles[role]].tolist() for role in ("given_name", "family_name"))
        assert given == ["mary", "john", "william", None]
        assert family == ["okafor", "smith", "hall", None]
    assert "given_name in name" not in tables["a"]  # the caller's table is as it was


@pytest.mark.parametrize(
    ("names", "roles", "apart"),
    [
        (["Mary Okafor", "John Smith", "Ngozi Adeyemi"], THINGS, True),  # known given names are enough
        (["Red Lion", "Golden Kitchen", "Corner Cafe"], THINGS, False),
        (["Xq Zv", "Wr Tp", "Kd Mn"], PEOPLE, True),  # a date of birth is enough
        (["Okafor", "Smith", "Mary Hall"], PEOPLE, False),  # most are one word
        ([None, None, ""], PEOPLE, False),
    ],
)
def test_only_names_of_people_are_taken_apart(names, roles, apart):
    settled, notices = roles_after({"a": table(names)}, roles)
    assert ("given_name" in settled["a"]) is apart
    assert notices == ["names_taken_apart"] * apart


def test_a_table_whose_names_stay_whole_keeps_all_others_whole():
    both = {"a": table(["Mary Okafor", "John Smith"]), "b": table(["Okafor", "Smith"])}
    settled, notices = roles_after(both, PEOPLE)
    assert not notices
    assert not any("given_name" in roles for roles in settled.values())


def test_parts_that_a_table_has_are_not_made_again():
    parts = {"id": "record_id", "name": "full_name", "born": "given_name", "town": "family_name"}
    _, notices = roles_after({"a": table(["Mary Okafor", "John Smith"])}, parts)
    assert not notices
