"""How well columns are filled, and where more is missing than chance allows."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from linkage.conftest import World
from shared_analysis.linkage.evaluation.completeness import completeness, filled_columns, missing_where_unlinked


def with_placeholder(world: World, value: str, share: float) -> World:
    housing = world.tables["housing"]
    rows = np.random.default_rng(3).random(len(housing)) < share
    return World(
        {**world.tables, "housing": housing.assign(born=housing["born"].where(~rows, value))},
        world.contracts,
        world.truth,
    )


def test_completeness_counts_what_linkage_could_read(world, linked):
    filled = linked.completeness.set_index(["table", "column"])
    assert filled.loc[("housing", "date of birth"), "records"] == len(world.tables["housing"])
    assert filled.loc[("housing", "given name"), "filled"] == world.tables["housing"]["first"].notna().sum()
    assert (filled["linked_filled"] <= filled["linked"]).all()
    assert (filled["filled"] - filled["linked_filled"] <= filled["records"] - filled["linked"]).all()
    spoilt = filled_columns(with_placeholder(world, "not known", 0.4).prepare())
    share = completeness(spoilt, linked.register).set_index(["table", "column"]).loc[("housing", "date of birth")]
    assert 0.5 < share["filled"] / share["records"] < 0.65


def test_a_difference_that_chance_makes_is_passed_over():
    rng = np.random.default_rng(6)
    columns = [f"column {n}" for n in range(20)]
    found = 0
    for _ in range(100):
        missing, elsewhere = rng.binomial(60, 0.08, 20), rng.binomial(300, 0.08, 20)
        filled = pd.DataFrame({"table": "t", "column": columns, "records": 360, "linked": 300})
        filled["linked_filled"] = 300 - elsewhere
        filled["filled"] = filled["linked_filled"] + 60 - missing
        found += len(missing_where_unlinked(filled)) > 0
    assert found <= 10
    filled["filled"] -= 20
    assert len(missing_where_unlinked(filled)) == 20


@pytest.mark.parametrize("linked", [0, 360])
def test_where_all_or_none_are_linked_there_is_nothing_to_compare(linked: int):
    filled = pd.DataFrame({"table": ["t"], "column": ["born"], "records": 360, "linked": linked})
    filled["linked_filled"], filled["filled"] = linked // 2, 180
    with warnings.catch_warnings(action="error"):
        assert missing_where_unlinked(filled).empty
