"""Forms of one given name agree at a level of their own, and only they."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd
import pytest

from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.cleaning.nicknames import groups_of_name
from shared_analysis.linkage.cleaning.records import Records, prepare
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model.comparisons import choose_comparisons

from .conftest import contract

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


def share(one: str, other: str) -> bool:
    return bool(set(groups_of_name(one) or "") & set(groups_of_name(other) or ""))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("bill", "william", True),
        ("liz", "elizabeth", True),
        ("mohammed", "muhammad", True),
        ("md", "mohamed", True),
        ("aleksander", "alexander", True),
        ("kasia", "katarzyna", True),
        ("layla", "leila", True),
        ("tunde", "babatunde", True),
        ("dermot", "diarmuid", True),
        ("mehmet", "mohammed", True),
        ("abdul rahman", "abdulrahman", True),
        ("mary jane", "marie", True),
        ("alexander", "alexandra", False),
        ("juan", "jean", False),
        ("bob", "bill", False),
        ("xyz", "xyz", False),
    ],
)
def test_forms_share_a_group(one, other, same):
    assert share(one, other) is same


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


def test_the_list_is_clean():
    lines = (files("shared_analysis.linkage.cleaning") / "nicknames.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    assert names == sorted(names)
    heads = [line.split()[0] for line in names]
    assert len(heads) == len(set(heads))
    for line in names:
        forms = line.replace("|", " ").split()
        assert len(forms) == len(set(forms)) > 1, line
        assert all(form.isascii() and form.isalpha() and form.islower() for form in forms), line
