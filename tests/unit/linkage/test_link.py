"""Linking finds the people, says how well, and keeps what it promises about its tables."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd

from shared_analysis.contracts import Column, DataContract
from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.notices import worded

from .conftest import ROLES, contract, make_world


def test_people_are_found_without_any_setting(linked):
    assert linked.metrics["precision"] > 0.97
    assert linked.metrics["recall"] > 0.95
    assert linked.metrics["f1"] > 0.96


def test_register_holds_every_record_once_in_order(world, linked):
    register = linked.tables["register"]
    assert list(register.columns) == ["table", "record_id", "entity_id"]
    keys = list(zip(register["table"], register["record_id"], strict=True))
    assert keys == sorted((name, identity) for name, table in world.tables.items() for identity in table["id"])
    assert register["entity_id"].nunique() == linked.metrics["entities"]


def test_pairs_are_ordered_and_at_or_above_the_threshold(linked):
    pairs = linked.tables["pairs"]
    columns = ["table_l", "record_id_l", "table_r", "record_id_r", "match_probability", "match_weight"]
    assert list(pairs.columns) == columns
    left = list(zip(pairs["table_l"], pairs["record_id_l"], strict=True))
    right = list(zip(pairs["table_r"], pairs["record_id_r"], strict=True))
    assert all(one < other for one, other in zip(left, right, strict=True))
    assert list(zip(left, right, strict=True)) == sorted(zip(left, right, strict=True))
    assert pairs["match_probability"].min() >= linked.metrics["match_threshold"]
    assert len(pairs) == linked.metrics["links"] > 300
    assert not pairs.duplicated(columns[:4]).any()


def test_linked_records_share_an_entity(linked):
    entity = linked.register.set_index(["table", "record_id"])["entity_id"]
    left = entity.loc[list(zip(linked.pairs["table_l"], linked.pairs["record_id_l"], strict=True))]
    right = entity.loc[list(zip(linked.pairs["table_r"], linked.pairs["record_id_r"], strict=True))]
    assert (left.to_numpy() == right.to_numpy()).all()


def test_each_link_type_compares_the_pairs_it_names(across, within):
    tables = ["table_l", "table_r"]
    assert set(across.pairs[tables].itertuples(index=False, name=None)) == {("housing", "outreach")}
    assert set(within.pairs[tables].itertuples(index=False, name=None)) == {("housing", "housing")}


def test_a_higher_threshold_never_adds_a_pair(world, linked):
    strict = world.link(match_threshold=0.999, model=linked.model).pairs
    keys = ["table_l", "record_id_l", "table_r", "record_id_r"]
    both = strict.merge(linked.pairs, on=keys)
    assert len(both) == len(strict) < len(linked.pairs)
    assert (both["match_probability_x"] == both["match_probability_y"]).all()


def test_what_reaches_a_threshold_below_even_odds_is_linked(world, linked, every_pair):
    low = world.link(match_threshold=0.05, model=linked.model)
    reached = int((every_pair["match_probability"] >= 0.05).sum())
    assert len(low.pairs) + low.metrics["links_not_followed"] == reached
    in_doubt = (low.pairs["match_probability"] < 0.5).sum()
    assert in_doubt > 0.5 * every_pair["match_probability"].between(0.05, 0.5, inclusive="left").sum() > 0


def test_the_threshold_is_where_the_expected_f1_is_highest(world, linked):
    chosen = linked.metrics["match_threshold"]
    assert linked.spec.match_threshold == "auto"

    def expected_f1(result):
        right = result.metrics["expected_precision"] * result.metrics["links"]
        return 2 * right / (result.metrics["links"] + result.metrics["expected_matches"])

    thresholds = (chosen / 3, (1 + chosen) / 2, 0.99)
    others = [world.link(match_threshold=share, model=linked.model) for share in thresholds]
    assert all(expected_f1(other) <= expected_f1(linked) + 1e-3 for other in others)
    assert "where the expected F1 is highest" in linked.summary()
    assert "where the expected F1 is highest" not in others[0].summary()


def test_linking_two_tables_takes_nobody_twice(across):
    assert not across.register.duplicated(["table", "entity_id"]).any()
    assert across.metrics["links_not_followed"] > 0
    assert "at most one record of each table" in across.summary()


def test_the_truth_measures_and_never_links(world, linked):
    blind = world.link(with_truth=False)
    assert "f1" not in blind.metrics
    pd.testing.assert_frame_equal(blind.register, linked.register)
    assert "known answers" in linked.summary()
    assert "Measured against known answers" not in blind.summary()


def test_model_is_plain_json_and_holds_no_value_of_any_row(world, linked):
    text = json.dumps(linked.model, sort_keys=True)
    assert linked.model["linker_uid"] == "shared_analysis"
    numbers = re.findall(r"\d\.\d+(?:e-?\d+)?", text)
    assert all(len(number.split("e")[0].replace(".", "").lstrip("0")) <= 10 for number in numbers)
    everything = text + linked.summary() + repr(linked)
    names = {*world.tables["housing"]["last"], *world.tables["outreach"]["surname"]}
    assert not [name for name in names if name and name in everything]


def test_columns_that_live_together_are_one_comparison(linked):
    compared = [comparison["output_column_name"] for comparison in linked.model["comparisons"]]
    assert compared == ["given_name", "family_name", "date_of_birth", "location"]


def test_a_title_names_only_evidence_that_the_data_taught(world, linked):
    assert not {label for _, label in linked.guessed} & {"identical", "same address"}
    plain = world.contracts["outreach"]
    phone = Column(name="tel", type="string", role="phone")
    contracts = {**world.contracts, "outreach": DataContract(name="outreach", columns=(*plain.columns, phone))}
    outreach = world.tables["outreach"]
    each = [f"0{7_000_000_000 + 7919 * number}" for number in range(len(outreach))]
    spec = LinkageSpec(tables=["housing", "outreach"], link_type="link_and_dedupe")
    result = link({**world.tables, "outreach": outreach.assign(tel=each)}, contracts, spec)
    assert ("phone", "identical") in result.guessed
    chart = result.charts()["match_weights"]
    assert "phone" not in chart.title
    assert re.search(r"phone, identical: [+-][\d.]+ \(not learnt\)", chart.alt)
    assert "Grey: not learnt" in chart.svg()


def test_metrics_are_flat_and_rounded(linked):
    assert all(isinstance(value, int | float) for value in linked.metrics.values())
    assert json.loads(json.dumps(linked.metrics)) == linked.metrics


def test_splink_and_duckdb_say_nothing(world, capfd):
    world.link("dedupe_only")
    assert capfd.readouterr() == ("", "")


def test_relatives_at_one_address_stay_two_people():
    """Couples share address and family name: that is weighed against how often unlike people at one address do."""
    base = make_world(people=500, seed=3)
    housing = base.tables["housing"]
    rng = np.random.default_rng(1)
    born = pd.Timestamp("1940-01-01") + pd.to_timedelta(rng.integers(0, 22000, len(housing)), unit="D")
    first = rng.permutation(housing["first"].to_numpy())
    partner = housing.assign(id="p" + housing["id"], first=first, born=born.strftime("%Y-%m-%d")).iloc[::3]
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    result = link({"housing": pd.concat([housing, partner])}, base.contracts, spec)
    couples = result.pairs["record_id_r"] == "p" + result.pairs["record_id_l"]
    assert couples.sum() <= 3
    names = next(one for one in result.model["comparisons"] if one["output_column_name"] == "family_name")
    chance = {level["label_for_charts"]: level.get("u_probability") for level in names["comparison_levels"]}
    assert chance["identical"] < 0.05 < 0.5 < chance["identical, and same address"]
    assert any(notice.startswith("Households:") for notice in worded(result.notices))


def test_a_boy_and_a_girl_born_on_one_day_at_one_address_stay_two_people():
    """Twins share their birthday too: that is weighed against how often a man and a woman of one home do."""
    base = make_world(people=500, seed=3)
    person = base.truth.set_index(["table", "record_id"])["person_id"].loc["housing"].astype(int)
    housing = base.tables["housing"]
    housing = housing.assign(sex=np.where(person.loc[housing["id"]] % 2, "male", "female"))
    other = housing["sex"].map({"male": "female", "female": "male"})
    rng = np.random.default_rng(1)
    first, born = rng.permutation(housing["first"]), rng.permutation(housing["born"])
    partner = housing.assign(id="p" + housing["id"], first=first, born=born, sex=other)
    twin = housing.assign(id="t" + housing["id"], first=rng.permutation(housing["first"]), sex=other)
    twin = twin[(person.loc[housing["id"]] % 8 == 0).to_numpy()]
    contracts = {"housing": contract("housing", {**ROLES, "sex": "sex"})}
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    result = link({"housing": pd.concat([housing, partner, twin])}, contracts, spec)
    twins = result.pairs["record_id_r"] == "t" + result.pairs["record_id_l"]
    assert twins.sum() <= len(twin) / 10
    dates = next(one for one in result.model["comparisons"] if one["output_column_name"] == "date_of_birth")
    chance = {level["label_for_charts"]: level.get("u_probability") for level in dates["comparison_levels"]}
    assert chance["identical"] < 0.01 < 0.1 < chance["identical, and same address and family name"]


def test_the_precision_that_is_asked_for_is_expected(world, linked):
    strict = world.link(target_precision=0.9999, model=linked.model)
    assert strict.metrics["expected_precision"] >= 0.9999 > linked.metrics["expected_precision"]
    assert strict.metrics["match_threshold"] > linked.metrics["match_threshold"]
    assert "are expected to be right" in strict.summary()
