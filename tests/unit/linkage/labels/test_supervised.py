"""What people say of pairs is learnt from, is obeyed, and tells how right and how complete the links are."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from linkage.conftest import World, make_world
from linkage.labels.conftest import KEYS, is_match
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageResult, LinkageSpec, link
from shared_analysis.linkage.notices import worded


@pytest.fixture(scope="module")
def again(linked: LinkageResult):
    """Link a world with the model that it has, and with labels."""
    return lambda world, labels, **settings: world.link(model=linked.model, labels=labels, **settings)


@pytest.fixture(scope="module")
def taught_result(world: World, answers: pd.DataFrame, again) -> LinkageResult:
    return again(world, answers)


def test_answers_make_the_links_no_worse_and_are_obeyed(world, linked, answers, taught_result):
    assert taught_result.metrics["f1"] >= linked.metrics["f1"]
    links = pd.MultiIndex.from_frame(taught_result.pairs[KEYS])
    said = pd.MultiIndex.from_frame(answers[KEYS])
    assert not said[(answers["match"] == "no").to_numpy()].isin(links).any()
    assert said[(answers["match"] == "yes").to_numpy()].isin(links).all()
    assert taught_result.review["match"].tolist() == answers["match"].tolist()


def test_what_a_person_says_holds_against_all_evidence(world, linked, answers, again):
    surest = linked.pairs.sort_values("match_weight").iloc[-1]
    least = linked.review.sort_values("match_weight").iloc[0]
    told = answers[~answers["record_id_l"].isin([surest["record_id_l"], least["record_id_l"]])]
    wrong = pd.DataFrame([{**surest[KEYS], "match": "no"}, {**least[KEYS], "match": "yes"}])
    register = again(world, pd.concat([told, wrong])).register.set_index(["table", "record_id"])["entity_id"]

    def together(pair: pd.Series) -> bool:
        return register[pair["table_l"], pair["record_id_l"]] == register[pair["table_r"], pair["record_id_r"]]

    assert not together(surest)
    assert together(least)


def test_intervals_hold_the_truth_and_are_narrow(world, taught_result, every_pair):
    match = is_match(every_pair, world.truth)
    links = pd.MultiIndex.from_frame(every_pair[KEYS]).isin(pd.MultiIndex.from_frame(taught_result.pairs[KEYS]))
    true = {
        "precision": match[links].mean(),
        "recall": (match & links).sum() / match.sum(),
        "matches": match.sum(),
    }
    found = taught_result.metrics
    for name, value in true.items():
        assert found[f"labelled_{name}_low"] <= round(value, 4) <= found[f"labelled_{name}_high"]
        assert found[f"labelled_{name}_high"] < 1.15 * found[f"labelled_{name}_low"]
    assert found["labelled_pairs"] == len(taught_result.review)
    assert "expected_matches_low" not in found
    assert "pairs that people checked" in taught_result.summary()
    assert "it was drawn from" in taught_result.summary()


def test_pairs_chosen_otherwise_are_taken_with_a_word_of_caution(world, answers, again):
    own = again(world, answers[[*KEYS, "match"]].head(200))
    assert own.metrics["labelled_sample"] is False
    assert "assume that the checked pairs are like all others" in own.summary()


def test_either_record_may_come_first_and_rows_in_any_order(world, answers, taught_result, again):
    turned = answers.set_axis([*KEYS[2:], *KEYS[:2], *list(answers)[4:]], axis=1).sample(frac=1, random_state=1)
    result = again(world, turned, threads=1)
    pd.testing.assert_frame_equal(result.pairs, taught_result.pairs)
    assert result.metrics == taught_result.metrics
    assert json.dumps(result.model) == json.dumps(taught_result.model)


def test_the_model_that_has_learnt_is_one_that_another_run_can_use(world, taught_result):
    for comparison in taught_result.model["comparisons"]:
        m = [level["m_probability"] for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        assert sum(m) == pytest.approx(1)
    adopted = world.link(model=json.loads(json.dumps(taught_result.documents["model"])))
    assert adopted.metrics["match_threshold"] == taught_result.metrics["match_threshold"]
    assert adopted.metrics["f1"] > 0.97


def test_one_table_need_not_be_named(world, linked, within):
    labels = within.review.assign(match=is_match(within.review, world.truth))
    named = labels[["record_id_l", "record_id_r", "match"]]
    result = world.link("dedupe_only", model=linked.model, labels=named)
    assert result.metrics["labelled_pairs"] == len(labels)
    assert result.metrics["f1"] >= within.metrics["f1"]


def test_tables_whose_names_sort_otherwise_in_the_database_are_learnt_from_alike(world, linked, again):
    names = {"housing": "a", "outreach": "a-B"}  # Splink joins name and id before it compares them
    other = World(
        {names[name]: table for name, table in world.tables.items()},
        {names[name]: contract for name, contract in world.contracts.items()},
        world.truth.assign(table=world.truth["table"].map(names)),
    )
    review = other.link(model=linked.model).review
    result = again(other, review.assign(match=is_match(review, other.truth)))
    assert result.metrics["labelled_pairs"] == len(review)
    assert result.metrics["labelled_precision"] > 0.97


def test_what_is_said_of_one_of_many_copies_holds_for_those_that_were_set_aside(world, linked, again):
    row = world.tables["housing"].iloc[0]
    copies = pd.DataFrame([{**row, "id": f"z{number:03d}"} for number in range(20)])
    housing = pd.concat([world.tables["housing"], copies], ignore_index=True)
    person = world.truth.set_index(["table", "record_id"])["person_id"]["housing", row["id"]]
    more = pd.DataFrame({"table": "housing", "record_id": copies["id"], "person_id": person})
    crowd = World({**world.tables, "housing": housing}, world.contracts, pd.concat([world.truth, more]))
    stranger = next(key for key in crowd.tables["outreach"]["id"] if person_of(crowd, "outreach", key) != person)
    said = pd.DataFrame(
        {
            "table_l": ["outreach"],
            "record_id_l": [stranger],
            "table_r": ["housing"],
            "record_id_r": ["z019"],
            "match": ["yes"],
        }
    )
    review = crowd.link(model=linked.model).review
    labels = pd.concat([review.assign(match=is_match(review, crowd.truth)), said])
    register = again(crowd, labels).register.set_index(["table", "record_id"])["entity_id"]
    assert register["outreach", stranger] == register["housing", "z019"] == register["housing", "z000"]


def person_of(world: World, table: str, key: str) -> str:
    return world.truth.set_index(["table", "record_id"])["person_id"][table, key]


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (lambda a: a[a["match"] == "yes"], "too few to learn from: [0-9]+ matches and 0 others"),
        (lambda a: a.head(20), "until there are 50 answers, 5 of each kind"),
    ],
)
def test_too_few_answers_or_one_kind_only_are_refused_with_what_is_needed(world, answers, part, says, again):
    with pytest.raises(SharedAnalysisError, match=says) as refused:
        again(world, part(answers))
    assert refused.value.where == "link.labels"


def test_a_record_that_has_gone_is_told_and_left_out(world, answers, taught_result, again):
    result = again(world, answers.assign(record_id_l=["gone", *answers["record_id_l"].iloc[1:]]))
    assert result.metrics["labelled_pairs"] == taught_result.metrics["labelled_pairs"] - 1
    assert any("1 checked pairs name a record that is no longer there" in notice for notice in worded(result.notices))


def test_a_match_that_no_rule_brought_together_is_linked_and_counted_as_missed(
    world, answers, taught_result, every_pair, again
):
    strangers = pd.DataFrame({"table_l": ["housing"], "table_r": ["outreach"], "match": ["yes"]})
    compared = set(every_pair[KEYS].itertuples(index=False, name=None))
    used = {*answers["record_id_l"], *answers["record_id_r"]}
    left, right = next(
        (one, other)
        for one in world.tables["housing"]["id"]
        for other in world.tables["outreach"]["id"]
        if not {one, other} & used and ("housing", one, "outreach", other) not in compared
    )
    result = again(world, pd.concat([answers, strangers.assign(record_id_l=left, record_id_r=right)]))
    register = result.register.set_index(["table", "record_id"])["entity_id"]
    assert register["housing", left] == register["outreach", right]
    assert result.metrics["labelled_matches"] == taught_result.metrics["labelled_matches"] + 1
    assert result.metrics["labelled_recall"] < taught_result.metrics["labelled_recall"]
    assert any("brought together by no rule" in notice for notice in worded(result.notices))


def test_answers_are_refused_where_no_pair_is_compared():
    world = make_world(4, 1)
    rows = [[f"r{n}", f"A{n}", f"B{n}", f"19{n + 10}-01-0{n + 1}", f"{n} C{n} Road", f"E{n} {n}AA"] for n in range(8)]
    tables = {"housing": pd.DataFrame(rows, columns=list(world.tables["housing"]), dtype=object)}
    said = pd.DataFrame({"record_id_l": ["r1"], "record_id_r": ["r2"], "match": ["yes"]})
    with pytest.raises(SharedAnalysisError, match=r"0 matches and 0 others\. 1 more were not among the pairs compared"):
        link(tables, world.contracts, LinkageSpec(tables=["housing"], link_type="dedupe_only"), labels=said)
