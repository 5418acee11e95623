"""The many worlds keep to their description, and what is said of them follows from their rows."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from benchmarks import linkage_worlds
from benchmarks.linkage_sets import ROOT, KnownSet, agreement
from benchmarks.worlds import catalogue, measuring
from benchmarks.worlds.catalogue import KINDS, WORLDS, chosen, skipped
from benchmarks.worlds.dirt import OTHER_CODES, VALUES, spoil
from benchmarks.worlds.measuring import measure_world
from benchmarks.worlds.places import ABBREVIATED, homes, written
from benchmarks.worlds.summary import figures, is_close
from benchmarks.worlds.tables import build, later_records
from benchmarks.worlds.variations import MOST_DIRT, varied
from benchmarks.worlds.world import Damage, Naming, Recipe, Shape, damages
from shared_analysis.errors import SharedAnalysisError

HERE = [recipe for recipe in WORLDS if recipe.name not in skipped(list(WORLDS))]
SMALL = 0.05
ROWS = 4000


def digest(known: KnownSet) -> str:
    tables = [*known.tables.values(), known.truth]
    return hashlib.sha256("".join(table.to_csv(index=False) for table in tables).encode()).hexdigest()


@pytest.fixture(scope="module")
def worlds() -> dict[str, KnownSet]:
    return {recipe.name: build(recipe, 1, SMALL) for recipe in HERE}


def test_a_seed_gives_one_world(worlds: dict[str, KnownSet]) -> None:
    for recipe in HERE[::7]:
        assert digest(build(recipe, 1, SMALL)) == digest(worlds[recipe.name]), recipe.name
    assert digest(build(HERE[0], 2, SMALL)) != digest(worlds[HERE[0].name])


def test_a_world_can_be_changed_at_random_in_many_ways_that_all_can_be_made() -> None:
    changed = [varied(recipe, seed) for recipe in HERE for seed in (1, 2)]
    assert changed == [varied(recipe, seed) for recipe in HERE for seed in (1, 2)]
    assert sum(one != other for one, other in zip(changed[::2], changed[1::2], strict=True)) > 0.9 * len(HERE)
    for recipe in changed:
        base = next(each for each in HERE if each.name == recipe.name)
        assert (recipe.name, recipe.half, recipe.link_type) == (base.name, base.half, base.link_type)
        assert set(recipe.missing) <= set(recipe.columns) <= set(base.columns)
        for damage, before in zip(recipe.dirt, base.dirt, strict=True):
            assert damage.rate <= max(MOST_DIRT, before.rate)
    for recipe in changed[::9]:
        assert len(build(recipe, 1, SMALL).truth)


def test_a_seed_gives_one_world_in_another_process(worlds: dict[str, KnownSet]) -> None:
    names = ["people-near-unique-number", "schools-truncated", "incidents-to-premises"]
    code = f"""
from tests.unit.test_benchmark_worlds import SMALL, WORLDS, build, digest
print(*(digest(build(recipe, 1, SMALL)) for name in {names} for recipe in WORLDS if recipe.name == name))
"""
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert run.stdout.decode().split() == [digest(worlds[name]) for name in names]


def test_every_record_has_one_answer(worlds: dict[str, KnownSet]) -> None:
    for known in worlds.values():
        answers = known.truth.set_index("table")["record_id"]
        assert not known.truth.duplicated(["table", "record_id"]).any()
        for name, table in known.tables.items():
            assert sorted(answers.loc[[name]]) == sorted(table.iloc[:, 0]), known.name


def test_the_truth_fits_the_type_of_linkage(worlds: dict[str, KnownSet]) -> None:
    for recipe in HERE:
        known = worlds[recipe.name]
        twice = known.truth.duplicated(["table", "person_id"]).groupby(known.truth["table"]).any()
        expected = {
            "link_only": {"left": False, "right": False},
            "many_to_one": {"events": True, "register": False},
            "dedupe_only": {"records": True},
            "link_and_dedupe": {"left": True, "right": True},
        }
        assert twice.to_dict() == expected[known.link_type], recipe.name


def test_tables_share_as_many_things_as_stated(worlds: dict[str, KnownSet]) -> None:
    for recipe in HERE:
        known, shape = worlds[recipe.name], recipe.shape.scaled(SMALL)
        if shape.kind in ("one_to_one", "many_to_one"):
            assert [len(table) for table in known.tables.values()] == [shape.first, shape.second]
            assert measuring.true_pairs(known) == shape.shared, recipe.name


def test_the_worlds_are_many_and_of_every_kind() -> None:
    assert len(WORLDS) >= 48
    assert len({recipe.name for recipe in WORLDS}) == len(WORLDS)
    assert {recipe.kind for recipe in WORLDS} == set(KINDS)
    assert {recipe.naming for recipe in WORLDS} == set(get_args(Naming))
    assert {recipe.link_type for recipe in WORLDS} == {"link_only", "many_to_one", "dedupe_only", "link_and_dedupe"}
    assert max(len(recipe.columns) for recipe in WORLDS) == 12
    assert max(share for recipe in WORLDS for share in recipe.missing.values()) == 0.6
    assert any(recipe.shape.first * 50 == recipe.shape.second for recipe in WORLDS)
    assert [recipe.name for recipe in WORLDS if not recipe.shape.shared and recipe.shape.second] == [
        "people-no-overlap"
    ]
    used = {damage.kind for recipe in WORLDS for damage in (*recipe.dirt, *recipe.second)}
    assert set(VALUES) <= used, "a kind of dirt that no world has"


@pytest.mark.parametrize("half", ["develop", "held-out"])
def test_either_half_holds_every_kind(half: str) -> None:
    assert {recipe.kind for recipe in chosen([], half)} == set(KINDS)
    assert len(chosen([], half)) >= 24


def test_the_half_follows_from_the_name_alone() -> None:
    recipe = WORLDS[0]
    assert replace(recipe, kind="schools", shape=Shape("duplicates", 9)).half == recipe.half
    assert Counter(replace(recipe, name=f"new-{number}").half for number in range(200))["develop"] > 60


def test_columns_are_called_as_stated(worlds: dict[str, KnownSet]) -> None:
    assert [*worlds["people-typing"].tables["left"]][:2] == ["record_id", "first_name"]
    assert [*worlds["people-two-systems"].tables["right"]][:2] == ["unique_id", "forename"]
    assert [*worlds["people-cryptic-ocr"].tables["records"]] == ["ref", "col_a", "col_b", "col_c", "col_d"]
    assert [*worlds["people-no-headings"].tables["records"]][:2] == ["id", "Column2"]
    assert [*worlds["people-not-even-an-id"].tables["records"]][:2] == ["Column1", "Column2"]


FOR_EACH = {
    "digit": "1980-02-03", "impossible": "1980-02-03", "day_month": "1980-02-03", "slashes": "1980-02-03",
    "point_zero": "7", "near": "7", "price": "7.50", "spaced": "9991234567", "unspaced": "N1 1AA", "recoded": "F",
    "capitals": "Ann", "initial": "Katherine", "nickname": "Katherine", "unaccented": "Zoë",
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_dirt_meets_as_many_values_as_stated_and_changes_them(kind: str) -> None:
    value = FOR_EACH.get(kind, "Adaptive Hybrid Street Limited")
    table = pd.DataFrame({"column": [value] * ROWS}, dtype=object)
    half = np.arange(ROWS // 2)
    spoil(table, half, [Damage(kind, "column", 0.3)], np.random.default_rng(4))
    changed = (table["column"] != value).to_numpy()
    assert not changed[ROWS // 2 :].any()
    assert changed[half].mean() == pytest.approx(0.3, abs=0.035)


@pytest.mark.parametrize("kind", ["swapped", "exchanged", "other_form", "placeholder", "emptied"])
def test_dirt_that_sees_the_record_meets_as_many_as_stated(kind: str) -> None:
    names = [f"n{number}" for number in range(ROWS)]
    table = pd.DataFrame({"name": names, "other": "x", "name_other": "y"}, dtype=object)
    spoil(table, np.arange(ROWS), damages(f"{kind} {'name+other' if kind == 'swapped' else 'name'} .2"),
          np.random.default_rng(4))  # fmt: skip
    assert (table["name"] != names).mean() == pytest.approx(0.2, abs=0.02)


def test_a_missing_value_meets_no_dirt() -> None:
    table = pd.DataFrame({"name": [None, "Ann"]}, dtype=object)
    spoil(table, np.arange(2), [Damage("capitals", "name", 1.0)], np.random.default_rng(1))
    assert table["name"].tolist() == [None, "ANN"]


def test_who_moves_takes_a_whole_address() -> None:
    table = homes(500, np.random.default_rng(1))
    before = table.copy()
    spoil(table, np.arange(500), [Damage("moved", "street", 0.5)], np.random.default_rng(2))
    moved = (table.fillna("") != before.fillna("")).any(axis=1)
    assert moved.mean() == pytest.approx(0.5, abs=0.08)
    assert set(map(tuple, table.fillna("").to_numpy())) <= set(map(tuple, before.fillna("").to_numpy()))


def test_values_are_missing_as_often_as_stated() -> None:
    recipe = next(recipe for recipe in WORLDS if recipe.name == "people-many-gaps")
    tables = build(replace(recipe, dirt=()), 1).tables
    shares = pd.concat(tables.values()).isna().mean()
    stated = {"first_name": 0.1, "date_of_birth": 0.4, "birth_place": 0.35, "occupation": 0.5}
    assert shares[list(stated)].to_dict() == pytest.approx(stated, abs=0.03)


def test_the_second_table_alone_has_dirt() -> None:
    recipe = Recipe("clean", "people", "people", Shape("one_to_one", 300, 300, 300), ("surname", "sex"),
                    damages("capitals surname 1"), damages("recoded sex 1"))  # fmt: skip
    left, right = build(recipe, 1).tables.values()
    assert not left["surname"].str.isupper().any()
    assert right["surname"].str.isupper().all()
    assert set(left["sex"]) == {"F", "M"}
    assert set(right["sex"]) == {OTHER_CODES["F"], OTHER_CODES["M"]}


def test_the_first_record_of_a_thing_is_spared() -> None:
    records = pd.DataFrame({"thing": [4, 4, 5, 4], "table": [0, 0, 1, 1]})
    assert later_records(records, Shape("both", 2, 2, 1)).tolist() == [1, 3]
    assert later_records(records, Shape("one_to_one", 2, 2, 1)).tolist() == [2, 3]
    assert later_records(records, Shape("many_to_one", 2, 2, 1)).tolist() == [0, 1]


def test_homes_are_as_streets_are() -> None:
    table = homes(2000, np.random.default_rng(3))
    assert not table.duplicated().any()
    shared = table.groupby("postcode")
    assert shared["street"].nunique().max() == 1
    assert 5 < shared.size().mean() < 40
    sectors = table.assign(sector=table["postcode"].str[:-2]).groupby(["street", "town"])["sector"]
    assert sectors.nunique().max() == 1
    assert table.groupby("street")["town"].nunique().max() > 1, "no name of a street is in two towns"


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("line", "Flat 2, Otter House, 12 Grove Court"),
        ("town", "Flat 2, Otter House, 12 Grove Court, Belton"),
        ("full", "Flat 2, Otter House, 12 Grove Court, Belton, N1 1AA"),
        ("service", "12 GROVE CT OTTER HSE FLAT 2 N1 1AA"),
        ("inverted", "Otter House, 12 (Flat 2) Grove Ct, N1 1AA"),
    ],
)
def test_an_address_is_written_in_each_style(style: Any, text: str) -> None:
    assert ABBREVIATED["Grove"] == "Gr", "the first word would be shortened as well"
    home = {"flat": "2", "building": "Otter House", "number": "12", "street": "Grove Court", "town": "Belton"}
    assert written({**home, "postcode": "N1 1AA"}, style) == text


def test_worlds_that_need_a_package_are_left_out_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "find_spec", lambda _: None)
    assert skipped(list(WORLDS)) == [recipe.name for recipe in WORLDS if recipe.address[1] == "recorded"] != []


def test_pairs_of_events_are_not_counted() -> None:
    truth = pd.DataFrame(
        {"table": ["events", "events", "register"], "record_id": list("123"), "person_id": list("xxx")}
    )
    register = truth.drop(columns="person_id").assign(entity_id=["e", "f", "e"])
    many = agreement(register, KnownSet("small", "small", {}, truth, "many_to_one"))
    assert many == {"true_pairs": 2, "precision": 1.0, "recall": 0.5, "f1": 2 / 3}


@pytest.mark.parametrize(("entities", "f1"), [("ef", 1.0), ("ee", 0.0)])
def test_where_nothing_matches_nothing_should_be_claimed(entities: str, f1: float) -> None:
    truth = pd.DataFrame({"table": list("ab"), "record_id": list("12"), "person_id": list("xy")})
    register = truth.drop(columns="person_id").assign(entity_id=list(entities))
    assert agreement(register, KnownSet("small", "small", {}, truth, "link_only"))["f1"] == f1


@pytest.mark.slow
def test_an_oracle_is_no_worse_than_who_has_to_guess() -> None:
    row = measure_world("people-typing", 3, scale=0.12, oracle=True)
    assert row["oracle"] >= row["f1"] > 0.5
    assert row["oracle"] > 0.9
    assert row["true_pairs_compared"] <= row["true_pairs"] == 72


def test_a_linkage_that_stops_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise SharedAnalysisError("No.", "table x", "try again")

    monkeypatch.setattr(measuring, "link", stop)
    row = measure_world("people-typing", 1, scale=SMALL, oracle=True)
    assert (row["f1"], row["links"], row["error"]) == (0.0, 0, "No.")
    assert measure_world("people-no-overlap", 1, scale=SMALL)["f1"] == 1.0
    assert "| No. |" in linkage_worlds.report([row], show=True)


def row(name: str, f1: float, **other: Any) -> dict[str, Any]:
    ranges = {f"{figure}_inside": True for figure in ("precision", "recall", "matches")}
    return {
        "name": name, "seed": 1, "half": "develop", "link_type": "link_only", "records": 10, "true_pairs": 5,
        "links": 5, "precision": f1, "recall": f1, "f1": f1, "oracle": 0.95, "expected_matches": 5,
        "compared_matches": 5, "true_pairs_compared": 5, "notices": [], "seconds": 1.0, **ranges, **other,
    }  # fmt: skip


def test_figures_are_of_the_worlds_that_they_name() -> None:
    rows = [row(f"w{number}", number / 20) for number in range(1, 20)]
    rows += [row("none", 0.0, links=0, oracle=0.2), row("nothing", 1.0, links=0, true_pairs=0, oracle=1.0)]
    totals = figures(rows)
    assert totals["median_f1"] == 0.5
    assert (totals["solvable"], totals["worst_decile"]) == (20, 0.1)
    assert totals["empty"] == ["none"]


@pytest.mark.parametrize(("expected", "close"), [(80, True), (120, True), (79, False), (121, False)])
def test_expected_matches_are_close_within_a_fifth(expected: int, close: bool) -> None:
    assert is_close(row("w", 1.0, expected_matches=expected, compared_matches=100)) is close


def test_the_half_kept_out_of_sight_is_not_shown() -> None:
    rows = [row("seen", 0.5), row("unseen", 0.25, half="held-out", links=0)]
    text = linkage_worlds.report(rows, show=False)
    assert "| seen |" in text
    assert "unseen" not in text
    assert "median F1: 0.250" in text
    assert "| unseen |" in linkage_worlds.report(rows, show=True)
