"""Pairs that people have checked: read with care, learnt from, obeyed, and used to say how good the links are."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageResult, LinkageSpec, link
from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.evaluation.sensitivity import expected_range
from shared_analysis.linkage.labels.labelled_accuracy import estimate_accuracy
from shared_analysis.linkage.labels.read import read_labels
from shared_analysis.linkage.labels.review_sample import STRATA
from shared_analysis.linkage.labels.reweighting import LabelledPairs, fit_weights, reweighted
from shared_analysis.linkage.model.scoring import no_scores
from shared_analysis.linkage.notices import say
from shared_analysis.wording import Notice

from .conftest import World, make_world

KEYS = ["table_l", "record_id_l", "table_r", "record_id_r"]


def is_match(pairs: pd.DataFrame, truth: pd.DataFrame) -> np.ndarray:
    person = truth.set_index(["table", "record_id"])["person_id"]
    left, right = (
        person.reindex(pd.MultiIndex.from_frame(pairs[[f"table_{side}", f"record_id_{side}"]])).to_numpy()
        for side in "lr"
    )
    return np.asarray(left == right)


@pytest.fixture(scope="module")
def answers(world: World, linked: LinkageResult) -> pd.DataFrame:
    return linked.review.assign(match=np.where(is_match(linked.review, world.truth), "yes", "no"))


def again(world: World, labels: pd.DataFrame, **settings: object) -> LinkageResult:
    spec = LinkageSpec(tables=list(world.tables), link_type="link_and_dedupe", **settings)
    return link(world.tables, world.contracts, spec, world.truth, labels=labels)


def read(world: World, labels: pd.DataFrame, link_type: str = "link_and_dedupe") -> pd.DataFrame:
    spec = LinkageSpec(tables=list(world.tables), link_type=link_type)
    return read_labels(labels, prepare(world.tables, world.contracts, spec), link_type).answers


@pytest.fixture(scope="module")
def taught_result(world: World, answers: pd.DataFrame) -> LinkageResult:
    return again(world, answers)


def test_answers_make_the_links_no_worse_and_are_obeyed(world, linked, answers, taught_result):
    assert taught_result.metrics["f1"] >= linked.metrics["f1"]
    links = pd.MultiIndex.from_frame(taught_result.pairs[KEYS])
    said = pd.MultiIndex.from_frame(answers[KEYS])
    assert not said[(answers["match"] == "no").to_numpy()].isin(links).any()
    assert said[(answers["match"] == "yes").to_numpy()].isin(links).all()
    assert taught_result.review["match"].tolist() == answers["match"].tolist()


def test_what_a_person_says_holds_against_all_evidence(world, linked, answers):
    surest = linked.pairs.sort_values("match_weight").iloc[-1]
    least = linked.review.sort_values("match_weight").iloc[0]
    told = answers[~answers["record_id_l"].isin([surest["record_id_l"], least["record_id_l"]])]
    wrong = pd.DataFrame([{**surest[KEYS], "match": "no"}, {**least[KEYS], "match": "yes"}])
    register = again(world, pd.concat([told, wrong])).register.set_index(["table", "record_id"])["entity_id"]

    def together(pair: pd.Series) -> bool:
        return register[pair["table_l"], pair["record_id_l"]] == register[pair["table_r"], pair["record_id_r"]]

    assert not together(surest)
    assert together(least)


def test_intervals_hold_the_truth_and_are_narrow(world, reviewed, taught_result):
    every = reviewed.review
    match = is_match(every, world.truth)
    links = pd.MultiIndex.from_frame(every[KEYS]).isin(pd.MultiIndex.from_frame(taught_result.pairs[KEYS]))
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


def test_pairs_chosen_otherwise_are_taken_with_a_word_of_caution(world, answers):
    own = again(world, answers[[*KEYS, "match"]].head(200))
    assert own.metrics["labelled_sample"] is False
    assert "assume that the checked pairs are like all others" in own.summary()


def test_either_record_may_come_first_and_rows_in_any_order(world, answers, taught_result):
    turned = answers.set_axis([*KEYS[2:], *KEYS[:2], *list(answers)[4:]], axis=1).sample(frac=1, random_state=1)
    result = again(world, turned, threads=1)
    pd.testing.assert_frame_equal(result.pairs, taught_result.pairs)
    assert result.metrics == taught_result.metrics
    assert json.dumps(result.model) == json.dumps(taught_result.model)


def test_the_model_that_has_learnt_is_one_that_another_run_can_use(world, taught_result):
    for comparison in taught_result.model["comparisons"]:
        m = [level["m_probability"] for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        assert sum(m) == pytest.approx(1)
    spec = LinkageSpec(tables=list(world.tables), link_type="link_and_dedupe")
    document = json.loads(json.dumps(taught_result.documents["model"]))
    adopted = link(world.tables, world.contracts, spec, world.truth, document)
    assert adopted.metrics["match_threshold"] == taught_result.metrics["match_threshold"]
    assert adopted.metrics["f1"] > 0.97


@pytest.mark.parametrize(
    ("yes", "no"), [("yes", "no"), ("Y", "N"), ("TRUE", "False"), ("1", "0"), (1, 0), (True, False), (" yes ", "no")]
)
def test_answers_are_read_as_people_write_them(world, answers, yes, no):
    written = answers.assign(match=[yes if said == "yes" else no for said in answers["match"]])
    assert read(world, written)["match"].sum() == (answers["match"] == "yes").sum()


def test_a_blank_answer_is_none(world, answers):
    some = answers.assign(
        match=[said if at % 2 else ("" if at % 4 else None) for at, said in enumerate(answers["match"])]
    )
    assert len(read(world, some)) == len(answers) // 2


def test_one_table_need_not_be_named(world, within):
    labels = within.review.assign(match=is_match(within.review, world.truth))
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    result = link(
        world.tables, world.contracts, spec, world.truth, labels=labels[["record_id_l", "record_id_r", "match"]]
    )
    assert result.metrics["labelled_pairs"] == len(labels)
    assert result.metrics["f1"] >= within.metrics["f1"]


def test_tables_whose_names_sort_otherwise_in_the_database_are_learnt_from_alike(world):
    names = {"housing": "a", "outreach": "a-B"}  # Splink joins name and id before it compares them
    other = World(
        {names[name]: table for name, table in world.tables.items()},
        {names[name]: contract for name, contract in world.contracts.items()},
        world.truth.assign(table=world.truth["table"].map(names)),
    )
    review = other.link().review
    result = again(other, review.assign(match=is_match(review, other.truth)))
    assert result.metrics["labelled_pairs"] == len(review)
    assert result.metrics["labelled_precision"] > 0.97


def test_what_is_said_of_one_of_many_copies_holds_for_those_that_were_set_aside(world):
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
    review = crowd.link().review
    labels = pd.concat([review.assign(match=is_match(review, crowd.truth)), said])
    register = again(crowd, labels).register.set_index(["table", "record_id"])["entity_id"]
    assert register["outreach", stranger] == register["housing", "z019"] == register["housing", "z000"]


def person_of(world: World, table: str, key: str) -> str:
    return world.truth.set_index(["table", "record_id"])["person_id"][table, key]


def first(answers: pd.DataFrame, **values: object) -> pd.DataFrame:
    changed = answers.astype(object).copy()
    for column, value in values.items():
        changed.loc[changed.index[0], column] = value
    return changed


def both_ways(answers: pd.DataFrame) -> pd.DataFrame:
    other = answers.head(3).assign(match=answers["match"].head(3).map({"yes": "no", "no": "yes"}))
    return pd.concat([answers, other.set_axis([*KEYS[2:], *KEYS[:2], *list(answers)[4:]], axis=1)])


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda a: a.drop(columns=["match", "table_l"]), "lack table_l, match"),
        (lambda a: a.assign(match=""), "No pair has an answer"),
        (lambda a: first(a, match="perhaps"), r"1 answers cannot be read \(row 1\)"),
        (lambda a: first(a, table_r="clinic"), "1 of the tables that the checked pairs name are not linked here"),
        (lambda a: a.assign(record_id_l=a["record_id_l"] + "0"), "pairs name a record id that is not in its table"),
        (both_ways, "3 pairs are answered both yes and no"),
        (lambda a: first(a, table_r=a["table_l"].iloc[0], record_id_r=a["record_id_l"].iloc[0]), "a record and itself"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(world, answers, damage, says):
    with pytest.raises(SharedAnalysisError, match=says) as refused:
        read(world, damage(answers))
    assert refused.value.where == "link.labels"
    assert not any(key in str(refused.value) for key in answers["record_id_l"])


def test_pairs_within_a_table_are_refused_where_only_tables_are_linked(world, answers):
    with pytest.raises(SharedAnalysisError, match="within one table"):
        read(world, answers, "link_only")


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (lambda a: a[a["match"] == "yes"], "too few to learn from: [0-9]+ matches and 0 others"),
        (lambda a: a.head(20), "until there are 50 answers, 5 of each kind"),
    ],
)
def test_too_few_answers_or_one_kind_only_are_refused_with_what_is_needed(world, answers, part, says):
    with pytest.raises(SharedAnalysisError, match=says) as refused:
        again(world, part(answers))
    assert refused.value.where == "link.labels"


def test_a_record_that_has_gone_is_told_and_left_out(world, answers, taught_result):
    result = again(world, first(answers, record_id_l="gone"))
    assert result.metrics["labelled_pairs"] == taught_result.metrics["labelled_pairs"] - 1
    assert any("1 checked pairs name a record that is no longer there" in notice for notice in say(result.notices))


def test_a_match_that_no_rule_brought_together_is_linked_and_counted_as_missed(world, answers, reviewed, taught_result):
    strangers = pd.DataFrame({"table_l": ["housing"], "table_r": ["outreach"], "match": ["yes"]})
    compared = {tuple(pair) for pair in reviewed.review[KEYS].itertuples(index=False)}
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
    assert any("brought together by no rule" in notice for notice in say(result.notices))


def two_levels(match: np.ndarray, agree: np.ndarray, weight: float) -> tuple[LabelledPairs, dict]:
    levels = [
        {"label_for_charts": "same", "sql_condition": "a_l = a_r", "m_probability": 0.8, "u_probability": 0.1},
        {"label_for_charts": "else", "sql_condition": "ELSE", "m_probability": 0.2, "u_probability": 0.9},
    ]
    model = {
        "probability_two_random_records_match": 0.5,
        "comparisons": [{"output_column_name": "a", "comparison_levels": levels}],
    }
    pairs = pd.DataFrame({"match": match, "match_weight": np.where(agree, weight, -weight)})
    return LabelledPairs(pairs, np.column_stack([agree, ~agree]).astype(float)), model


def test_answers_that_agree_with_the_model_move_little_and_others_move_it_to_them():
    agree = np.arange(400) % 2 == 0
    as_it_says = np.where(agree, np.arange(400) % 9 != 0, np.arange(400) % 9 == 1)  # 8 to 1, as 3 bits say
    answers, model = two_levels(as_it_says, agree, 3.0)
    same = reweighted(model, fit_weights(answers, model))["comparisons"][0]["comparison_levels"]
    assert same[0]["m_probability"] == pytest.approx(0.8, abs=0.03)
    answers, model = two_levels(np.arange(400) % 4 < 2, agree, 3.0)  # agreement says nothing at all
    moved = fit_weights(answers, model)
    odds = moved.odds(answers)
    assert np.abs(odds).max() < 0.5
    levels = reweighted(model, moved)["comparisons"][0]["comparison_levels"]
    assert levels[0]["m_probability"] < 0.5
    assert sum(level["m_probability"] for level in levels) == pytest.approx(1)


def cells(links: int, others: int) -> pd.DataFrame:
    left = pd.DataFrame({"links": [0] * STRATA, "others": [0] * STRATA, "expected": 0.0})
    left.loc[STRATA - 1, ["links", "expected"]] = links, 0.999
    left.loc[0, "others"] = others
    return left


def test_estimates_by_hand():
    # Of 100 links checked 90 are right, so of 1,000 more about 900; of 100 others checked none is a match.
    known = pd.DataFrame({"match": [True] * 90 + [False] * 110, "match_weight": [30.0] * 100 + [-30.0] * 100})
    linked = np.arange(200) < 100
    found = estimate_accuracy(cells(1000, 1000), known, linked, 0, 1)
    assert found["labelled_precision"] == pytest.approx(990 / 1090, abs=0.01)
    assert found["labelled_precision_low"] < 0.88 < 0.94 < found["labelled_precision_high"]
    assert found["labelled_matches"] == pytest.approx(990, abs=15)
    assert found["labelled_recall_low"] > 0.97
    # Everything was checked, so nothing is uncertain; a match that no rule brought together was missed.
    sure = estimate_accuracy(cells(0, 0), known, linked, 10, 1)
    assert (sure["labelled_precision"], sure["labelled_recall_low"], sure["labelled_recall_high"]) == (1, 0.9, 0.9)


def test_without_answers_a_range_is_given_around_what_the_model_expects(linked):
    found = linked.metrics
    for name in ("precision", "recall", "matches"):
        assert found[f"expected_{name}_low"] <= found[f"expected_{name}"] <= found[f"expected_{name}_high"]
    assert found["expected_precision_low"] < found["precision"] <= found["expected_precision_high"]
    assert "16 times lower or higher" in linked.summary()


def test_the_summary_points_to_the_pairs_worth_checking_where_nothing_is_known(blind):
    assert "the table `review` holds a sample worth checking" in blind.summary()


def test_answers_are_refused_where_no_pair_is_compared():
    world = make_world(4, 1)
    rows = [[f"r{n}", f"A{n}", f"B{n}", f"19{n + 10}-01-0{n + 1}", f"{n} C{n} Road", f"E{n} {n}AA"] for n in range(8)]
    tables = {"housing": pd.DataFrame(rows, columns=list(world.tables["housing"]), dtype=object)}
    said = pd.DataFrame({"record_id_l": ["r1"], "record_id_r": ["r2"], "match": ["yes"]})
    with pytest.raises(SharedAnalysisError, match=r"0 matches and 0 others\. 1 more were not among the pairs compared"):
        link(tables, world.contracts, LinkageSpec(tables=["housing"], link_type="dedupe_only"), labels=said)


def test_answers_that_copies_take_the_meaning_from_are_counted(world):
    housing = world.tables["housing"]
    copies = housing.iloc[[0] * 30].assign(id=[f"c{n:02}" for n in range(30)])
    tables = {**world.tables, "housing": pd.concat([housing, copies], ignore_index=True)}
    spec = LinkageSpec(tables=list(tables), link_type="link_and_dedupe")
    other = world.tables["outreach"]["id"].iloc[5]
    said = pd.DataFrame(
        [
            ("housing", "c20", "housing", "c21", "no"),
            ("housing", "c20", "outreach", other, "no"),
            ("housing", "c22", "outreach", other, "yes"),
            ("housing", "c23", "outreach", world.tables["outreach"]["id"].iloc[6], "no"),
            ("housing", "c24", "outreach", world.tables["outreach"]["id"].iloc[6], "no"),
        ],
        columns=[*KEYS, "match"],
    )
    checked = read_labels(said, prepare(tables, world.contracts, spec), spec.link_type)
    assert len(checked.answers) == 1
    assert checked.notices == (Notice("answers_of_duplicates", {"answers": 3}),)


def test_links_of_one_weight_are_not_taken_for_missed_matches():
    links = pd.DataFrame({"match_weight": [6.0] * 1000})
    weights = pd.DataFrame({"weight": [6], "pairs": [1000]})
    found = expected_range(replace(no_scores(), weights=weights, expected_matches=1000 * 64 / 65), links, links)
    assert found["expected_recall_low"] == found["expected_recall_high"] == 1
