"""A pair is explained by what made its weight, and by nothing that its records hold."""

from __future__ import annotations

import pandas as pd
import pytest

from linkage.conftest import make_world
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageSpec, explain, link


def ends(row) -> tuple[tuple[str, str], tuple[str, str]]:
    return (row.table_l, row.record_id_l), (row.table_r, row.record_id_r)


def test_a_rare_name_counts_for_more_than_a_common_one(world, linked):
    counts = world.tables["housing"]["first"].value_counts()

    def rarity(name: str) -> float:
        known = world.truth.merge(
            world.tables["housing"][world.tables["housing"]["first"] == name], left_on="record_id", right_on="id"
        )
        one, other = known.groupby("person_id").filter(lambda group: len(group) == 2)["record_id"].iloc[:2]
        steps = explain(world.tables, world.contracts, linked, ("housing", one), ("housing", other)).steps
        return steps.loc[(steps["comparison"] == "given name") & steps["rarity"], "weight"].iloc[0]

    twice = world.tables["housing"].merge(world.truth, left_on="id", right_on="record_id")
    twice = twice.groupby(["person_id", "first"]).size()
    shown = twice[twice == 2].index.get_level_values("first")
    common, rare = (counts.loc[counts.index.isin(shown)].agg(end) for end in ("idxmax", "idxmin"))
    assert rarity(rare) > rarity(common)


def test_two_records_that_were_never_compared_are_explained_and_said_to_be_so(world, linked):
    compared = set(linked.pairs["record_id_l"]) | set(linked.pairs["record_id_r"])
    alone = [key for key in world.tables["housing"]["id"] if key not in compared][:2]
    explained = explain(world.tables, world.contracts, linked, ("housing", alone[0]), ("housing", alone[1]))
    assert explained.probability < 0.5
    assert not explained.shares_a_rule
    chart = explained.chart()
    assert "No blocking rule" in chart.alt
    assert "compared" in chart.svg()


def test_two_records_of_one_table_are_not_compared_where_only_others_are(world, across):
    copies = world.tables["housing"].merge(world.truth, left_on="id", right_on="record_id")
    one, other = copies[copies.duplicated("person_id", keep=False)].sort_values(["person_id", "id"])["id"].iloc[:2]
    assert not explain(world.tables, world.contracts, across, ("housing", one), ("housing", other)).shares_a_rule


def test_the_order_of_the_two_records_does_not_matter(world, linked):
    one, other = ends(next(linked.pairs.itertuples()))
    there = explain(world.tables, world.contracts, linked, one, other)
    back = explain(world.tables, world.contracts, linked, other, one)
    pd.testing.assert_frame_equal(there.steps, back.steps)


def test_copies_that_were_set_aside_are_explained_by_those_that_stand_for_them(world, linked):
    housing = world.tables["housing"]
    copies = pd.concat([housing.iloc[[5]].assign(id=f"k{n:02d}") for n in range(20)])
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    tables = {"housing": pd.concat([housing, copies])}
    result = link(tables, world.contracts, spec, model=linked.model)
    one, other, last, original = (("housing", key) for key in ("k00", "k01", "k19", housing["id"].iloc[5]))
    plain = explain(tables, world.contracts, result, one, other).steps
    assert plain["weight"].sum() > 10
    for left, right in ((one, last), (last, original), (("housing", "k18"), last)):
        pd.testing.assert_frame_equal(explain(tables, world.contracts, result, left, right).steps, plain)
    filled = result.completeness
    assert (filled["records"] == len(housing) + 20).all()


def test_no_value_and_no_id_is_shown(world, linked):
    one, other = ends(next(linked.pairs.itertuples()))
    explained = explain(world.tables, world.contracts, linked, one, other)
    chart = explained.chart()
    shown = chart.svg() + chart.alt + explained.steps.to_csv() + repr(explained)
    record = world.tables[one[0]].set_index("id").loc[one[1]]
    assert not [value for value in (one[1], other[1], *record) if value and value in shown]


def test_the_two_examples_are_the_least_sure_link_and_one_in_the_middle(linked):
    weights = linked.pairs["match_weight"].sort_values()
    assert linked.evidence.nearest.weight <= weights.iloc[0] + 1e-3
    assert weights.quantile(0.3) <= linked.evidence.typical.weight <= weights.quantile(0.7)


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (("housing", "h0001"), ("housing", "h0001"), "the same one"),
        (("housing", "secret-id"), ("housing", "h0001"), "left record of the pair is not in the register"),
        (("housing", "h0001"), ("elsewhere", "h0001"), "right record of the pair is not in the register"),
    ],
)
def test_a_pair_that_cannot_be_meant_is_refused_without_its_ids(world, linked, left, right, words):
    with pytest.raises(SharedAnalysisError, match=words) as caught:
        explain(world.tables, world.contracts, linked, left, right)
    assert "secret" not in str(caught.value)
    assert caught.value.next_step


def test_without_a_model_there_is_nothing_to_explain_by():
    world = make_world(4, 1)
    rows = [[f"r{n}", f"A{n}", f"B{n}", f"19{n + 10}-01-0{n + 1}", f"{n} C{n} Road", f"E{n} {n}AA"] for n in range(8)]
    table = pd.DataFrame(rows, columns=list(world.tables["housing"]), dtype=object)
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    result = link({"housing": table}, world.contracts, spec)
    assert not result.model
    with pytest.raises(SharedAnalysisError, match="no model"):
        explain({"housing": table}, world.contracts, result, ("housing", "r1"), ("housing", "r2"))


def test_tables_that_have_changed_since_are_refused_and_not_taken_for_those_that_were_linked(world, linked):
    left, right = ends(linked.pairs.iloc[-1])
    fewer = {**world.tables, "housing": world.tables["housing"].iloc[1:]}
    with pytest.raises(SharedAnalysisError, match="do not hold the records that were linked"):
        explain(fewer, world.contracts, linked, left, right)


def test_an_id_may_be_given_as_the_number_that_it_is(world, linked):
    table = world.tables["housing"]
    tables = {"housing": table.assign(id=[float(n) for n in range(len(table))])}
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    result = link(tables, world.contracts, spec, model=linked.model)
    assert explain(tables, world.contracts, result, ("housing", 1.0), ("housing", "2")).steps.shape[0] > 1
