"""Checked pairs are read as people write them, and refused in words where they cannot be."""

from __future__ import annotations

import pandas as pd
import pytest

from linkage.conftest import World
from linkage.labels.conftest import KEYS
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.labels.read import answered, read_labels
from shared_analysis.wording import Notice


def read(world: World, labels: pd.DataFrame, link_type: str = "link_and_dedupe") -> pd.DataFrame:
    spec = LinkageSpec(tables=list(world.tables), link_type=link_type)
    return read_labels(labels, prepare(world.tables, world.contracts, spec), link_type).answers


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


@pytest.mark.parametrize("link_type", ["link_only", "many_to_one"])
def test_pairs_within_a_table_are_refused_where_only_tables_are_linked(world, answers, link_type):
    with pytest.raises(SharedAnalysisError, match=f"within one table, but {link_type} links"):
        read(world, answers, link_type)


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


def test_what_is_known_is_written_into_a_larger_sample(world, linked, answers):
    records = world.prepare()
    known = read(world, answers.head(30))
    turned = linked.review.rename(
        columns={f"{key}_{a}": f"{key}_{b}" for key in ("table", "record_id") for a, b in ("lr", "rl")}
    )
    for review in (linked.review, turned):
        match = answered(review, known, records)["match"]
        assert match.tolist() == [*answers["match"].head(30), *[""] * (len(review) - 30)]


def test_pairs_are_of_the_sample_where_each_has_its_stratum(world, answers):
    def sampled(labels: pd.DataFrame) -> bool:
        return read_labels(labels, world.prepare(), "link_and_dedupe").sampled

    assert sampled(answers)
    assert not sampled(answers.drop(columns="stratum"))
    assert not sampled(answers.assign(stratum=[None, *answers["stratum"].iloc[1:]]))
