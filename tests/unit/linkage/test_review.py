"""Pairs worth checking: a stratified sample, the same on any machine, and laid out for a person to read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageSpec, link, review_rows
from shared_analysis.linkage.labels.review_sample import EDGES, STRATA, allocate, stratum

from .conftest import World, make_world

KEYS = ["table_l", "record_id_l", "table_r", "record_id_r"]


def keys(pairs: pd.DataFrame) -> set[tuple[str, ...]]:
    return set(pairs[KEYS].itertuples(index=False, name=None))


def test_every_stratum_is_represented_and_counted(linked):
    review = linked.review
    assert len(review) == len(keys(review)) <= 400
    sizes = np.bincount(stratum(linked.weights["weight"]), linked.weights["pairs"], STRATA)
    drawn = np.bincount(stratum(np.floor(review["match_weight"])), minlength=STRATA)
    assert ((drawn > 0) == (sizes > 0)).all()
    assert review.groupby("stratum")["stratum_pairs"].first().sum() == linked.metrics["pairs_compared"]
    assert (review["match"] == "").all()
    assert ((review["table_l"] + review["record_id_l"]) < (review["table_r"] + review["record_id_r"])).all()


def test_the_sample_goes_where_doubt_is_and_takes_all_of_a_small_stratum():
    sizes = np.array([5_000_000, 500_000, 90_000, 20_000, 9_000, 4_000, 2_000, 1_500, 3, 1_500, *[30_000] * 6])
    given = allocate(sizes, 400)
    assert 380 < given.sum() <= 400
    assert given[EDGES.index(2)] == 3
    assert given.min() >= 3
    assert (given[5:10] * 1000 > given[0]).all()
    assert given[0] < 0.25 * given.sum()
    assert (allocate(sizes, 800) >= given).all()
    assert allocate(np.zeros(STRATA, dtype=int), 400).sum() == 0


def test_all_pairs_are_drawn_where_they_are_few_and_none_where_none_are_wanted(world):
    housing = {"housing": world.tables["housing"].head(60)}
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only", review_pairs=5000)
    few = link(housing, world.contracts, spec)
    assert len(few.review) == few.metrics["pairs_compared"]
    none = link(housing, world.contracts, spec.model_copy(update={"review_pairs": 0}))
    assert list(none.tables) == ["register", "pairs"]
    assert none.metrics == few.metrics


def test_a_larger_sample_holds_a_smaller_one_and_another_seed_gives_another(world, linked):
    more = world.link(review_pairs=900)
    assert keys(linked.review) < keys(more.review)
    assert len(keys(world.link(seed=5).review) & keys(linked.review)) < 0.9 * len(linked.review)


def test_order_of_rows_and_threads_do_not_matter(world, linked):
    mixed = {name: table.sample(frac=1, random_state=3) for name, table in reversed(world.tables.items())}
    again = World(mixed, world.contracts, world.truth).link(threads=3)
    pd.testing.assert_frame_equal(again.review, linked.review)


def test_shares_weighted_by_stratum_are_those_of_all_pairs(world, reviewed):
    person = world.truth.set_index(["table", "record_id"])["person_id"]

    def matches(review: pd.DataFrame) -> pd.Series:
        left, right = (pd.MultiIndex.from_frame(review[[f"table_{side}", f"record_id_{side}"]]) for side in "lr")
        return pd.Series(person.reindex(left).to_numpy() == person.reindex(right).to_numpy(), index=review.index)

    whole = matches(reviewed.review).sum()
    estimates = []
    for seed in range(3):
        review = world.link(review_pairs=150, seed=seed).review
        share = matches(review).groupby(review["stratum"]).mean()
        estimates.append((share * review.groupby("stratum")["stratum_pairs"].first()).sum())
    assert np.mean(estimates) == pytest.approx(whole, rel=0.1)


def test_rows_stand_side_by_side_under_the_names_of_their_roles(world, linked):
    rows = linked.review_rows(world.tables, world.contracts)
    assert list(rows)[:5] == ["match", "given_name_l", "given_name_r", "family_name_l", "family_name_r"]
    assert set(linked.review) <= set(rows)
    third = rows.iloc[2]
    right = world.tables[third["table_r"]].set_index("id").loc[third["record_id_r"]]
    assert third["postcode_r"] == right["pcode"] or pd.isna(right["pcode"])
    assert third["record_id_r"] == linked.review["record_id_r"].iloc[2]


def test_rows_of_a_table_that_is_not_given_or_has_changed_are_refused_in_words(world, linked):
    with pytest.raises(SharedAnalysisError, match="There is no table 'outreach'"):
        review_rows(linked.review, {"housing": world.tables["housing"]}, world.contracts)
    with pytest.raises(SharedAnalysisError, match="record ids are not in the table"):
        review_rows(linked.review, {**world.tables, "housing": make_world(5).tables["housing"]}, world.contracts)


@pytest.mark.parametrize("column", ["table", "record_id", "postcode", "given_name"])
def test_a_column_without_a_role_passes_neither_for_a_key_nor_for_a_role(world, linked, column):
    tables = {
        name: table.assign(**{column: "elsewhere", f"other_{column}": "twice"}) for name, table in world.tables.items()
    }
    rows = linked.review_rows(tables, world.contracts)
    assert rows.columns.is_unique
    assert (rows[f"other_{column}_l"] == "elsewhere").all()
    pd.testing.assert_frame_equal(rows[KEYS], linked.review[KEYS])
    plain = linked.review_rows(world.tables, world.contracts)
    pd.testing.assert_frame_equal(rows[list(plain)], plain)
