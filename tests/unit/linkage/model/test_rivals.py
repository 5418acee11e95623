"""Candidates for one record share the probability, as over all matchings in which nobody is matched twice."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage.model.rivals import Rivals


def contested(weights: dict[tuple[int, int], float], one_to_one: bool = True) -> pd.DataFrame:
    """Pairs of a left and a right record with their weights; ``one_to_one``: they compete for the right one, too."""
    left, right = np.array(list(weights)).T
    return pd.DataFrame(
        {
            "number_l": left,
            "number_r": right,
            "weight": list(weights.values()),
            "candidate_of_l": left,
            "candidate_of_r": right if one_to_one else -1,
        }
    )


def shared(pairs: pd.DataFrame) -> np.ndarray:
    return 1 / (1 + np.exp2(-(pairs["weight"].to_numpy() - Rivals(pairs).bits())))


def over_all_matchings(weights: dict[tuple[int, int], float]) -> np.ndarray:
    """Share of all matchings, each weighed by the odds of its pairs, that hold a pair."""
    pairs = list(weights)
    total, held = 0.0, np.zeros(len(pairs))
    for size in range(len(pairs) + 1):
        for chosen in combinations(range(len(pairs)), size):
            ends = [(side, pairs[at][side]) for at in chosen for side in (0, 1)]
            if len(set(ends)) == len(ends):
                odds = 2.0 ** sum(weights[pairs[at]] for at in chosen)
                total += odds
                held[list(chosen)] += odds
    return held / total


def random_weights(rng: np.random.Generator, tree: bool) -> dict[tuple[int, int], float]:
    weights: dict[tuple[int, int], float] = {}
    sizes = [1, 0]
    while len(weights) < 8:
        side = int(rng.integers(2)) if tree and sizes[1] else 1
        if tree:  # a new record hangs on one that is there
            other = int(rng.integers(sizes[1 - side]))
            pair = (other, sizes[1]) if side else (sizes[0], other)
            sizes[side] += 1
        else:
            pair = (int(rng.integers(4)), int(rng.integers(4)))
        weights[pair] = float(rng.normal(3, 6))
    return weights


@pytest.mark.parametrize("seed", range(12))
def test_without_rings_it_is_exact(seed):
    weights = random_weights(np.random.default_rng(seed), tree=True)
    assert shared(contested(weights)) == pytest.approx(over_all_matchings(weights), abs=1e-4)


def test_with_rings_it_is_close():
    errors = []
    for seed in range(40):
        weights = random_weights(np.random.default_rng(seed), tree=False)
        pairs = contested(weights)
        errors.append(np.abs(shared(pairs) - over_all_matchings(weights)).max())
        alone = 1 / (1 + np.exp2(-pairs["weight"].to_numpy()))
        assert (shared(pairs) <= alone + 1e-6).all()
    assert np.mean(errors) < 0.03
    assert max(errors) < 0.25


@pytest.mark.parametrize("candidates", [2, 5, 40])
@pytest.mark.parametrize("weight", [10.0, 200.0, 999.0])
def test_equal_candidates_have_equal_shares(candidates, weight):
    pairs = contested({(0, at): weight for at in range(candidates)}, one_to_one=False)
    assert shared(pairs) == pytest.approx([1 / candidates] * candidates, rel=1e-3)


def test_events_at_one_place_do_not_compete_for_it():
    pairs = contested({(at, 0): 8.0 for at in range(5)}, one_to_one=False)
    assert Rivals(pairs).bits() == pytest.approx([0.0] * 5)


def test_two_who_could_each_be_two_have_a_half_each():
    assert shared(contested({(a, b): 30.0 for a in (0, 1) for b in (0, 1)})) == pytest.approx([0.5] * 4, abs=1e-3)


def test_a_rival_with_a_better_match_elsewhere_is_hardly_one():
    alone = contested({(0, 0): 8.0, (0, 1): 8.0})
    better = contested({(0, 0): 8.0, (0, 1): 8.0, (1, 1): 20.0})
    assert shared(alone)[0] == pytest.approx(0.5, abs=0.01)
    assert shared(better)[0] > 0.99


def test_much_better_takes_all_however_good_the_rest_is():
    first, second, third = shared(contested({(0, 0): 90.0, (0, 1): 70.0, (0, 2): -5.0}, one_to_one=False))
    assert first > 0.99999
    assert (second, third) < (1e-5, 1e-20)


def test_nobody_competes_where_there_is_nothing():
    assert Rivals.among_weighed(None, ()).bits().size == 0  # type: ignore[arg-type]
