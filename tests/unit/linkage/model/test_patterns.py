"""Patterns: every pair is counted once, at the level it is at, with the rules that bring it together."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from shared_analysis.linkage.database import BLOCKED_PAIRS, RECORDS
from shared_analysis.linkage.model import patterns
from shared_analysis.linkage.model.patterns import MISSING, count_patterns, count_random_patterns, draw_both, draw_pairs

TABLES = ("housing", "outreach")


@pytest.fixture
def counted(stage):
    return count_patterns(
        stage.connection, stage.blocking.settings["comparisons"], stage.blocking.rules, stage.records.columns
    )


def test_every_pair_is_counted_once_and_for_every_rule_that_brings_it(stage, counted):
    assert counted.pairs.sum() == stage.blocking.pairs
    for number, rule in enumerate(stage.blocking.rules):
        assert counted.pairs[counted.rules[:, number]].sum() == rule.pairs
    assert counted.rules.any(axis=1).all()


def test_levels_are_those_of_the_comparisons_best_first_and_missing_apart(stage, counted):
    comparisons = stage.blocking.settings["comparisons"]
    born = next(at for at, each in enumerate(comparisons) if each["output_column_name"] == "date_of_birth")
    by_level = Counter(dict.fromkeys(range(-1, 5), 0))
    for level, pairs in zip(counted.levels[:, born], counted.pairs, strict=True):
        by_level[int(level)] += int(pairs)
    values = stage.connection.table(RECORDS).df().set_index("unique_id")["date_of_birth"]
    pairs = stage.connection.table(BLOCKED_PAIRS).df()
    left, right = (values.loc[pairs[f"join_key_{side}"]].reset_index(drop=True) for side in "lr")
    assert by_level[0] == (left == right).sum()
    assert by_level[MISSING] == (left.isna() | right.isna()).sum()
    assert sum(by_level.values()) == stage.blocking.pairs


def test_a_part_of_very_many_pairs_stands_for_all(stage, counted, monkeypatch):
    monkeypatch.setattr(patterns, "PAIRS_A_RULE", 60)
    part = count_patterns(
        stage.connection, stage.blocking.settings["comparisons"], stage.blocking.rules, stage.records.columns
    )
    assert len(part.pairs) < len(counted.pairs)
    assert part.pairs.max() > 1
    assert part.pairs.sum() == pytest.approx(counted.pairs.sum(), rel=0.25)


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("within", [True, False, None])
def test_pairs_are_drawn_within_tables_across_them_or_both(within, few, stage):
    most = 10_000_000 if few else 500
    table = stage.records.register["table"].to_numpy()
    pairs = draw_pairs(stage.connection, within, TABLES, most, seed=1)
    left, right = pairs["number_l"].to_numpy(), pairs["number_r"].to_numpy()
    assert (left < right).all()
    if within is not None:
        assert ((table[left] == table[right]) == within).all()
    sizes = np.bincount(table == "housing")
    every = {True: int((sizes * (sizes - 1) // 2).sum()), False: int(sizes.prod())}
    possible = sum(every.values()) if within is None else every[within]
    assert len(pairs) == possible if few else 200 < len(pairs) <= 1000
    assert len(pairs.drop_duplicates()) == len(pairs) or not few


def test_pairs_are_drawn_from_the_tables_that_are_named_and_by_the_seed(stage):
    pairs = draw_pairs(stage.connection, True, ["outreach"], 100, seed=1)
    assert set(stage.records.register["table"].iloc[pairs.to_numpy().ravel()]) == {"outreach"}
    assert draw_pairs(stage.connection, True, ["outreach"], 100, seed=1).equals(pairs)
    assert not draw_pairs(stage.connection, True, ["outreach"], 100, seed=2).equals(pairs)
    assert draw_pairs(stage.connection, True, [], 100, seed=1).empty


def test_pairs_at_random_have_no_rule(stage):
    pairs = draw_pairs(stage.connection, None, TABLES, 1000, seed=1)
    counted = count_random_patterns(
        stage.connection, stage.blocking.settings["comparisons"], stage.records.columns, pairs
    )
    assert counted.pairs.sum() == len(pairs)
    assert counted.rules.shape == (len(counted.pairs), 0)


@pytest.mark.parametrize("most", [200, 10_000_000])
def test_samples_that_are_drawn_together_are_those_that_are_drawn_one_by_one(most, stage):
    both = draw_both(stage.connection, TABLES, most, seed=1)
    for within, of_kind in ((True, both["within"]), (False, ~both["within"]), (None, both["mixed"])):
        alone = draw_pairs(stage.connection, within, TABLES, most, seed=1)
        assert sorted(both.loc[of_kind, ["number_l", "number_r"]].itertuples(index=False, name=None)) == sorted(
            alone.itertuples(index=False, name=None)
        )
    settings, columns = stage.blocking.settings["comparisons"], stage.records.columns
    counted = count_random_patterns(stage.connection, settings, columns, both)
    assert counted.pairs[counted.within].sum() == both["within"].sum()
    assert counted.pairs[counted.mixed].sum() == both["mixed"].sum()
