"""Weights of pairs, with a prior that is in line with them."""

from __future__ import annotations

from typing import Any

import pytest

from shared_analysis.linkage.database import SCORED, connect
from shared_analysis.linkage.model.blocking import block
from shared_analysis.linkage.model.weighing import PRIOR, weigh


def weighed(world, model: dict[str, Any], possible: int | None) -> tuple[dict[str, Any], Any]:
    records = world.prepare()
    with connect(records, threads=1) as connection:
        compared = block(connection, records, world.spec()).pairs
        settings = weigh(connection, model, compared, possible)
        return settings, connection.sql(f"SELECT * FROM {SCORED} ORDER BY 1, 2").df()  # noqa: S608 - a fixed name


def test_the_prior_is_where_the_model_and_its_expectation_agree(world, linked, stage):
    """A start a hundred times too high or too low ends where the pairs themselves put it."""
    possible = stage.records.possible_pairs("link_and_dedupe")
    model = dict(linked.model)
    starts = [{**model, PRIOR: model[PRIOR] * factor} for factor in (0.01, 1, 100)]
    ends = [weighed(world, start, possible)[0][PRIOR] for start in starts]
    assert ends == pytest.approx([ends[1]] * 3, rel=0.05)
    assert ends[1] * possible == pytest.approx(linked.metrics["expected_matches"], rel=0.1)


def test_weights_have_the_prior_of_the_model_that_comes_back(world, linked, stage):
    possible = stage.records.possible_pairs("link_and_dedupe")
    model, moved = weighed(world, {**linked.model, PRIOR: linked.model[PRIOR] * 100}, possible)
    same, again = weighed(world, model, None)
    assert same == model
    assert (moved["match_weight"].astype(float) - again["match_weight"].astype(float)).abs().max() < 2e-4
    assert (moved["match_probability"].astype(float) - again["match_probability"].astype(float)).abs().max() < 2e-6


def test_without_pairs_there_is_nothing_to_weigh(stage):
    assert weigh(stage.connection, {}, 0, 10) == {}
