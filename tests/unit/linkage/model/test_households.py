"""Agreement between people of one home counts for less where unlike people there agree often enough."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model import households
from shared_analysis.linkage.model.comparisons import NEIGHBOURS, Comparison, Level, choose_comparisons
from shared_analysis.linkage.model.households import PLACES, Shared, add_households, shared_at_places
from shared_analysis.wording import Notice

PEOPLE = ("given_name", "family_name", "date_of_birth", "postcode")


def model(u: float = 0.01, m: float = 0.9) -> dict[str, Any]:
    levels = [
        {"label_for_charts": "missing", "sql_condition": "n_l IS NULL", "is_null_level": True},
        {"label_for_charts": "identical", "sql_condition": "n_l = n_r", "m_probability": m, "u_probability": u},
        {"label_for_charts": "different", "sql_condition": "ELSE", "m_probability": 1 - m, "u_probability": 1 - u},
    ]
    return {"comparisons": [{"output_column_name": "family_name", "comparison_levels": levels}]}


def shared(known: int, agree: int, place: str = "same address") -> list[Shared]:
    return [Shared("family_name", place, "p_l = p_r", known, agree)]


def labels(settings: dict[str, Any]) -> list[str]:
    return [level["label_for_charts"] for level in settings["comparisons"][0]["comparison_levels"]]


def test_a_level_goes_before_plain_agreement_with_the_share_of_unlike_people_as_u():
    settings = model()
    (notice,) = add_households(settings, PEOPLE, shared(999, 399))
    assert labels(settings) == ["missing", "identical, and same address", "identical", "different"]
    level = settings["comparisons"][0]["comparison_levels"][1]
    assert level["u_probability"] == 399.5 / 1000
    assert level["m_probability"] == 0.9
    assert level["sql_condition"] == "n_l = n_r AND (p_l = p_r)"
    assert notice == Notice("households", {"column": "family_name", "pairs": 999, "agree": 399})


@pytest.mark.parametrize(
    ("known", "agree", "u", "telling"),
    [
        (999, 29, 0.01, False),  # 29.5 in 1,000 is less than three times 0.01
        (999, 30, 0.01, True),
        (999, 299, 0.1, False),
        (999, 300, 0.1, True),
        (49, 25, 0.01, False),
        (50, 25, 0.01, True),
        (60, 4, 0.001, False),
        (60, 5, 0.001, True),
    ],
)
def test_it_takes_three_times_as_many_as_strangers_and_enough_of_them(known, agree, u, telling):
    settings = model(u)
    add_households(settings, PEOPLE, shared(known, agree))
    assert ("identical, and same address" in labels(settings)) is telling


def test_u_is_never_above_m_and_only_homes_are_told_of():
    settings = model(m=0.3)
    assert add_households(settings, PEOPLE, shared(999, 899, NEIGHBOURS)) == []
    assert settings["comparisons"][0]["comparison_levels"][1]["u_probability"] == 0.3
    assert add_households(model(u=1e-4), PEOPLE, shared(10_000, 99)) == []  # under one in a hundred is not worth saying
    assert add_households(model(u=1e-4), PEOPLE, shared(10_000, 100)) != []


def test_another_number_next_door_counts_as_another_home_where_only_names_tell_people():
    levels = [
        {"label_for_charts": NEIGHBOURS, "sql_condition": "x", "m_probability": 0.2, "u_probability": 0.01},
        {"label_for_charts": "different", "sql_condition": "ELSE", "m_probability": 0.1, "u_probability": 0.9},
    ]
    by_names, by_dates = (
        {"comparisons": [{"output_column_name": "location", "comparison_levels": copy.deepcopy(levels)}]}
        for _ in range(2)
    )
    add_households(by_names, ("given_name", "family_name", "postcode"), [])
    add_households(by_dates, PEOPLE, [])
    assert by_names["comparisons"][0]["comparison_levels"][0]["m_probability"] == pytest.approx(0.01 * 0.1 / 0.9)
    assert by_dates["comparisons"][0]["comparison_levels"][0]["m_probability"] == 0.2


def test_pairs_of_unlike_people_at_one_place_are_counted_as_a_join_would(stage):
    measured = shared_at_places(stage.connection, choose_comparisons(stage.records), stage.records)
    same = next(each for each in measured if (each.column, each.place) == ("family_name", "same address"))
    sides = ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in stage.records.columns)
    unlike = (
        "substr(date_of_birth_l, 1, 4) <> substr(date_of_birth_r, 1, 4) AND "
        "levenshtein(date_of_birth_l, date_of_birth_r) > 1 "
        "AND jaro_winkler_similarity(given_name_l, given_name_r) < 0.75"
    )
    known, agree = stage.connection.sql(
        f"SELECT count(*), count(*) FILTER (family_name_l = family_name_r) FROM (SELECT {sides} FROM records AS l "  # noqa: S608 - fixed names
        "JOIN records AS r ON l.unique_id < r.unique_id AND l.postcode = r.postcode) "
        f"WHERE ({same.condition}) AND ({unlike}) AND family_name_l IS NOT NULL AND family_name_r IS NOT NULL"
    ).fetchall()[0]
    assert (same.known, same.agree) == (known, agree)


def test_nothing_is_measured_without_a_place_or_a_way_to_tell_people_apart(stage):
    names = Comparison("given_name", (Level("identical", "given_name_l = given_name_r"),))
    assert shared_at_places(stage.connection, [names], stage.records) == []


def test_each_column_that_is_shared_has_its_own_counts():
    """Four unlike people at one address: two of the three with one family name share a telephone."""
    roles = {"id": "record_id", "first": "given_name", "last": "family_name", "phone": "phone", "home": "address"}
    rows = [("1", "ann", "lee", "02079460001"), ("2", "ben", "lee", "02079460001"), ("3", "cyd", "lee", "02079460002")]
    rows += [("4", "dov", "ray", "02079460003")]
    table = pd.DataFrame([(*row, "1 High Street, London") for row in rows], columns=list(roles), dtype=object)
    away = pd.DataFrame([("5", "eve", "fox", "02079460004", "2 Low Road, Leeds")], columns=list(roles), dtype=object)
    tables = {"people": pd.concat([table, away], ignore_index=True)}
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only")
    records = prepare(tables, {"people": contract("people", roles)}, spec)
    with connect(records, threads=1) as connection:
        measured = shared_at_places(connection, choose_comparisons(records), records)
    counts = {
        (each.column, each.place.removeprefix("same address")): (each.known, each.agree)
        for each in measured
        if each.place.startswith("same address")
    }
    assert counts == {("family_name", ""): (6, 3), ("phone", ""): (3, 0), ("phone", " and family name"): (3, 1)}


def twins(sexes: bool) -> tuple[pd.DataFrame, dict[str, str]]:
    """At each of 40 addresses two people of one birthday and one family name, and their parent."""
    roles = {"id": "record_id", "first": "given_name", "last": "family_name", "born": "date_of_birth"}
    roles |= {"home": "address", "sex": "sex"} if sexes else {"home": "address"}
    names = [f"{a}{b}" for a in ("bo", "qui", "zar", "mel") for b in ("lo", "rax", "vun", "dit", "fep", "gam", "hyc")]
    rows = []
    for number in range(40):
        family, home, day = f"fam{number:02d}ov", f"{number + 1} High Street, London", number % 28 + 1
        for at, born in enumerate((f"2010-01-{day:02d}", f"2010-01-{day:02d}", f"1970-05-{day:02d}")):
            first = names[(number * 3 + at * 9) % len(names)]
            rows.append((f"r{number}{at}", first, family, born, home, "mf"[at % 2])[: len(roles)])
    return pd.DataFrame(rows, columns=list(roles), dtype=object), roles


@pytest.mark.parametrize("sexes", [False, True])
@pytest.mark.parametrize("misnamed", [0.0, 10.0])
def test_twins_show_how_often_relatives_share_a_birthday(sexes, misnamed):
    """Of 120 pairs of relatives 40 share it. Where sex is not known, twice the misnamed are taken for one person."""
    table, roles = twins(sexes)
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only")
    records = prepare({"people": table}, {"people": contract("people", roles)}, spec)
    with connect(records, threads=1) as connection:
        wrong = defaultdict(lambda: misnamed)
        measured = shared_at_places(connection, choose_comparisons(records), records, wrong)
    found = {each.place: (each.known, each.agree) for each in measured if each.column == "date_of_birth"}
    spare = 0 if sexes else 2 * misnamed
    known = 80 if sexes else 120  # the parent and the first twin are of one sex
    assert found["same address and family name"] == (known - spare, 40 - spare)
    assert found["same address"] == (0, 0)


def test_of_a_sample_of_pairs_as_small_a_part_is_taken_for_misnamed(monkeypatch):
    table, roles = twins(sexes=False)
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only")
    records = prepare({"people": table}, {"people": contract("people", roles)}, spec)
    compared = choose_comparisons(records)
    monkeypatch.setattr(households, "MOST_PAIRS", 30)  # of 120: every fourth record
    with connect(records, threads=1) as connection:
        none, some = (
            {
                each.place: each.known
                for each in shared_at_places(connection, compared, records, dict.fromkeys(PLACES, of))
                if each.column == "family_name"
            }
            for of in (0.0, 8.0)
        )
    assert none["same address"] - some["same address"] == 4  # twice 8, of which a fourth was looked at
