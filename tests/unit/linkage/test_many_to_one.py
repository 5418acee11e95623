"""Many records of one table find one of a register each: from the tables to the words."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageResult, explain
from shared_analysis.linkage.notices import worded
from shared_analysis.linkage.reporting.diagnostics import remarks

from .conftest import World


def born_otherwise(table: pd.DataFrame, mark: str, years: int) -> pd.DataFrame:
    """The same records under other ids, with another last digit of the year of birth."""
    born = table["born"].map(lambda day: day and f"{day[:3]}{(int(day[3]) + years) % 10}{day[4:]}", na_action="ignore")
    return table.assign(id=mark + table["id"], born=born)


@pytest.fixture(scope="module")
def to_register(world, linked) -> LinkageResult:
    """Housing applications, of which a person may make several, and the register of outreach."""
    return world.link("many_to_one", model=linked.model)


def test_each_application_finds_at_most_one_of_the_register(world, to_register):
    register = to_register.register
    of_register = register[register["table"] == "outreach"]
    assert of_register["entity_id"].is_unique
    together = register[register["entity_id"].isin(of_register["entity_id"])]
    applications = together[together["table"] == "housing"]["entity_id"].value_counts()
    assert (applications > 1).sum() > 20
    assert not register[~register.index.isin(together.index)].duplicated("entity_id").any()
    assert set(zip(to_register.pairs["table_l"], to_register.pairs["table_r"], strict=True)) == {
        ("housing", "outreach")
    }
    assert to_register.pairs.groupby("record_id_l").size().max() == 1
    assert to_register.metrics["f1"] > 0.95
    assert to_register.model["link_type"] == "link_only"


def test_accuracy_counts_pairs_across_the_tables_alone(world, to_register):
    people = {name: world.truth.loc[world.truth["table"] == name, ["person_id"]] for name in world.tables}
    assert to_register.metrics["true_pairs"] == len(people["housing"].merge(people["outreach"], on="person_id"))


def test_the_summary_says_what_each_table_was_taken_for(to_register):
    assert "(each record of housing was given at most one of outreach)" in to_register.summary()
    assert "with at most one record of outreach." in to_register.summary()


def test_of_two_equal_records_of_the_register_the_first_is_the_one_that_is_compared(world, linked, to_register):
    outreach = world.tables["outreach"]
    twice = pd.concat([outreach, outreach.assign(id="z" + outreach["id"])], ignore_index=True)
    doubled = World({**world.tables, "outreach": twice}, world.contracts, world.truth).link(
        "many_to_one", model=linked.model
    )
    before, after = (
        set(result.pairs[["record_id_l", "record_id_r"]].itertuples(index=False, name=None))
        for result in (to_register, doubled)
    )
    assert len(after - before) <= 0.02 * len(before)
    assert len(before - after) <= 0.02 * len(before)


def test_two_candidates_that_fit_alike_share_the_probability_and_it_says_so(world, linked, to_register):
    alike = pd.concat([born_otherwise(world.tables["outreach"], mark, years) for mark, years in (("y", 1), ("z", 2))])
    doubled = World({**world.tables, "outreach": alike.reset_index(drop=True)}, world.contracts, world.truth)
    result = doubled.link("many_to_one", model=linked.model)
    assert not to_register.metrics["contested_records"] > 0.05 * len(to_register.pairs)
    assert result.metrics["contested_records"] > 0.8 * len(to_register.pairs)
    assert result.metrics["expected_matches"] == pytest.approx(len(to_register.pairs), rel=0.1)
    (remark,) = (remark for remark in remarks(result) if "fit about equally well" in remark)
    assert f"{result.metrics['contested_records']:,} records have two or more candidates in outreach" in remark
    assert result.review["match_probability"].between(0.45, 0.501).sum() > 20
    assert len(result.pairs) < 0.2 * len(to_register.pairs)  # nothing says which, so neither is linked
    assert not result.pairs["match_probability"].between(0.45, 0.501).any()


def test_a_candidate_that_was_not_linked_is_explained_beside_the_others(world, linked):
    alike = pd.concat([born_otherwise(world.tables["outreach"], mark, years) for mark, years in (("y", 1), ("z", 2))])
    doubled = World({**world.tables, "outreach": alike.reset_index(drop=True)}, world.contracts, world.truth)
    result = doubled.link("many_to_one", model=linked.model)
    tied = result.review[result.review["match_probability"].between(0.45, 0.501)].iloc[0]
    other = ("z" if tied["record_id_r"][0] == "y" else "y") + tied["record_id_r"][1:]
    left = ("housing", tied["record_id_l"])
    explanations = [
        explain(doubled.tables, doubled.contracts, result, left, ("outreach", right))
        for right in (tied["record_id_r"], other)
    ]
    for explanation in explanations:
        assert explanation.probability == pytest.approx(tied["match_probability"], abs=0.02)
        assert explanation.steps.iloc[-1]["comparison"] == "other candidates"


def test_copies_of_an_application_share_its_place_and_copies_in_the_register_keep_theirs(world, linked):
    first = linked.pairs.query("table_l != table_r").iloc[0]
    tables = {}
    for name, side in (("housing", "l"), ("outreach", "r")):
        table = world.tables[name]
        row = table[table["id"] == first[f"record_id_{side}"]]
        copies = pd.concat([row] * 30).assign(id=[f"{name}{number:02d}" for number in range(30)])
        tables[name] = pd.concat([table, copies], ignore_index=True)
    copied = World(tables, world.contracts, world.truth)
    records = copied.prepare("many_to_one")
    aside = records.duplicates
    assert set(records.register["table"].iloc[aside.record[~aside.of_a_register]]) == {"housing"}
    assert set(records.register["table"].iloc[aside.record[aside.of_a_register]]) == {"outreach"}
    result = copied.link("many_to_one", model=linked.model)
    register = result.register.set_index("record_id")
    own = register.loc[[first["record_id_l"], *(f"housing{number:02d}" for number in range(30))], "entity_id"]
    assert set(own) == {own.iloc[0]}
    assert register[register["table"] == "outreach"]["entity_id"].is_unique
    assert {"copies_in_register"} <= {notice.code for notice in result.notices}
    told = next(text for text in worded(result.notices) if "of the register equal" in text)
    assert told.startswith("30 records of the register equal an earlier one")
    assert result.metrics["expected_precision_low"] < 1 - 0.9 / len(result.pairs)  # one link may be of any of 31
    with pytest.raises(SharedAnalysisError, match="nothing tells them apart"):
        explain(copied.tables, copied.contracts, result, ("outreach", "outreach01"), ("outreach", "outreach02"))


def test_large_entities_are_no_sign_of_a_chain(world, linked, to_register):
    assert not [remark for remark in remarks(to_register) if "largest entity" in remark]
    housing = world.tables["housing"]
    many = pd.concat([housing.assign(id=f"{number:02d}" + housing["id"]) for number in range(8)], ignore_index=True)
    result = World({**world.tables, "housing": many}, world.contracts, world.truth).link(
        "many_to_one", model=linked.model
    )
    assert result.metrics["max_cluster_size"] > 10
    assert not [remark for remark in remarks(result) if "largest entity" in remark]


def test_what_people_said_moves_a_record_to_another_place(world, linked, to_register):
    """Called no match, the best gives way to the next; called a match, the next comes before the best."""
    labels = to_register.review.assign(
        match=(to_register.review["match_probability"] > 0.5).map({True: "yes", False: "no"})
    )
    outreach = world.tables["outreach"]
    twice = pd.concat([outreach, born_otherwise(outreach, "z", 1)], ignore_index=True)
    doubled = World({**world.tables, "outreach": twice}, world.contracts, world.truth)
    best = doubled.link("many_to_one", model=linked.model).pairs.iloc[[0, 1]]
    keys = ["table_l", "record_id_l", "table_r", "record_id_r"]
    answers = pd.concat(
        [
            labels[~labels["record_id_l"].isin(best["record_id_l"])],
            best[keys].iloc[[0]].assign(match="no"),
            best[keys].iloc[[1]].assign(match="yes", record_id_r="z" + best["record_id_r"].iloc[1]),
        ],
        ignore_index=True,
    )
    pairs = doubled.link("many_to_one", model=linked.model, labels=answers).pairs.set_index("record_id_l")
    assert pairs.loc[best["record_id_l"], "record_id_r"].tolist() == ("z" + best["record_id_r"]).tolist()


def test_a_pair_of_it_can_be_explained(world, to_register):
    best = to_register.pairs.iloc[0]
    explanation = explain(
        world.tables, world.contracts, to_register, ("housing", best["record_id_l"]), ("outreach", best["record_id_r"])
    )
    assert explanation.shares_a_rule
    assert explanation.weight == pytest.approx(best["match_weight"], abs=0.01)
