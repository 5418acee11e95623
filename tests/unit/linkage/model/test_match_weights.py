"""The steps of a pair's match weight add up to the weight that Splink gives, in every kind of model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from linkage.conftest import World, make_world
from linkage.test_reproducible import with_texts
from shared_analysis.linkage import LinkageResult
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model.match_weights import match_weights
from shared_analysis.linkage.notices import worded


def with_couples() -> World:
    """Everybody shares home and family name with somebody unlike them: the model gets levels for households."""
    base = make_world(people=300, seed=3)
    housing = base.tables["housing"]
    rng = np.random.default_rng(1)
    born = pd.Timestamp("1940-01-01") + pd.to_timedelta(rng.integers(0, 22000, len(housing)), unit="D")
    first = rng.permutation(housing["first"].to_numpy())
    partner = housing.assign(id="p" + housing["id"], first=first, born=born.strftime("%Y-%m-%d"))
    tables = {**base.tables, "housing": pd.concat([housing, partner])}
    return World(tables, base.contracts, base.truth)


WORLDS = {"names": make_world, "households": with_couples, "texts": lambda: with_texts(make_world(150, 4))}


@pytest.fixture(scope="module", params=list(WORLDS))
def case(request) -> tuple[World, LinkageResult]:
    world = WORLDS[request.param]()
    return world, world.link(threads=2)


def ends(row) -> tuple[tuple[str, str], tuple[str, str]]:
    return (row.table_l, row.record_id_l), (row.table_r, row.record_id_r)


def test_the_steps_add_up_to_the_weight_and_probability_in_the_pairs(case):
    world, result = case
    ordered = result.pairs.sort_values("match_weight", kind="stable")
    chosen = ordered.iloc[np.linspace(0, len(ordered) - 1, 5).astype(int)]
    records = world.prepare()
    number = {key: at for at, key in enumerate(records.register.itertuples(index=False, name=None))}
    numbers = pd.DataFrame([[number[key] for key in ends(row)] for row in chosen.itertuples()])
    with connect(records, threads=1) as connection:
        explained = match_weights(connection, result.model, numbers.set_axis(["number_l", "number_r"], axis=1), 0.5)
    for row, each in zip(chosen.itertuples(), explained, strict=True):
        assert each.weight == pytest.approx(row.match_weight, abs=1e-3)
        assert each.probability == pytest.approx(row.match_probability, abs=1e-4)
        assert each.shares_a_rule


def test_the_pairs_explained_show_rare_names_and_households(case):
    _, result = case
    levels = {level for each in (result.evidence.nearest, result.evidence.typical) for level in each.steps["level"]}
    assert "two records taken at random" in levels
    if result.model["comparisons"][0]["output_column_name"] == "given_name":
        assert "how rare the value is" in levels
    if any(notice.startswith("Households:") for notice in worded(result.notices)):
        assert any(level.startswith("identical, and same address") for level in levels)
