"""Pairs worth checking: a stratified sample, the same on any machine, and laid out for a person to read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.conftest import Stage
from shared_analysis.linkage.labels.review_sample import (
    _MIDDLES,
    EDGES,
    STRATA,
    allocate,
    draw_review_sample,
    stratum,
)

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


def test_the_doubt_of_a_stratum_is_judged_at_its_middle():
    assert len(_MIDDLES) == STRATA
    assert [int(stratum(middle)) for middle in _MIDDLES] == list(range(STRATA))
    assert [low + high for low, high in zip(_MIDDLES, _MIDDLES[::-1], strict=True)] == [0] * STRATA


def drawn(stage: Stage, wanted: int, seed: int = 20260101) -> pd.DataFrame:
    return draw_review_sample(stage.connection, stage.records, stage.scores.weights, wanted, seed)


def test_all_pairs_are_drawn_where_they_are_few_and_none_where_none_are_wanted(world, stage, linked):
    assert len(drawn(stage, 5_000_000)) == stage.scores.compared
    assert drawn(stage, 0).empty
    assert list(drawn(stage, 0)) == list(linked.review)
    none = world.link(review_pairs=0, model=linked.model)
    assert list(none.tables) == ["register", "pairs"]
    assert none.metrics == linked.metrics


def test_a_larger_sample_holds_a_smaller_one_and_another_seed_gives_another(stage, linked):
    assert keys(linked.review) == keys(drawn(stage, 400))
    assert keys(linked.review) < keys(drawn(stage, 900))
    assert len(keys(drawn(stage, 400, seed=5)) & keys(linked.review)) < 0.9 * len(linked.review)


def test_shares_weighted_by_stratum_are_those_of_all_pairs(world, stage, every_pair):
    person = world.truth.set_index(["table", "record_id"])["person_id"]

    def matches(review: pd.DataFrame) -> pd.Series:
        left, right = (pd.MultiIndex.from_frame(review[[f"table_{side}", f"record_id_{side}"]]) for side in "lr")
        return pd.Series(person.reindex(left).to_numpy() == person.reindex(right).to_numpy(), index=review.index)

    whole = matches(every_pair).sum()
    estimates = []
    for seed in range(3):
        review = drawn(stage, 150, seed)
        share = matches(review).groupby(review["stratum"]).mean()
        estimates.append((share * review.groupby("stratum")["stratum_pairs"].first()).sum())
    assert np.mean(estimates) == pytest.approx(whole, rel=0.1)
