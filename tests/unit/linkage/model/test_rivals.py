"""Candidates for one record share the probability, as over all matchings in which nobody is matched twice."""

from __future__ import annotations

from itertools import combinations

import duckdb
import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage.cleaning.records import ID, TABLE
from shared_analysis.linkage.database import RECORDS, WEIGHED
from shared_analysis.linkage.model.rivals import FAR, Rivals


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


@pytest.mark.parametrize("spread", [2, 6, 20])
def test_small_groups_with_rings_are_counted_out(spread):
    for seed in range(30):
        rng = np.random.default_rng(seed)
        weights = {
            (a, b): float(rng.normal(8, spread)) for a in range(3) for b in range(4) if rng.random() < 0.8
        }  # fmt: skip
        pairs = contested(weights)
        assert shared(pairs) == pytest.approx(over_all_matchings(weights), abs=0.02 if spread > FAR else 1e-3)
        alone = 1 / (1 + np.exp2(-pairs["weight"].to_numpy()))
        assert (shared(pairs) <= alone + 1e-6).all()


def test_many_groups_of_many_shapes_are_counted_apart():
    weights, shift, expected = {}, 0, []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        left, right = rng.integers(2, 5, 2)
        own = {(a, b): float(rng.normal(5, 4)) for a in range(left) for b in range(right)}
        expected += over_all_matchings(own).tolist() if len(own) <= 12 else [np.nan] * len(own)
        weights |= {(a + shift, b + shift): weight for (a, b), weight in own.items()}
        shift += 10
    known = ~np.isnan(expected)
    assert known.sum() > 50
    assert shared(contested(weights))[known] == pytest.approx(np.array(expected)[known], abs=1e-3)


@pytest.mark.parametrize("weight", [10.0, 60.0, 250.0])
@pytest.mark.parametrize(("left", "right"), [(2, 2), (2, 3), (3, 5), (10, 12), (60, 70)])
def test_nobody_is_matched_more_than_once(left, right, weight):
    """Groups of any size: what all candidates of a record have together is one at most."""
    pairs = contested({(a, b): weight for a in range(left) for b in range(right)})
    together = pairs.assign(share=shared(pairs)).groupby("number_l")["share"].sum()
    assert together.max() < 1 + 1e-3
    assert together.min() > 0.98


def test_with_large_rings_it_is_close():
    """Groups that are too large to count: nothing to compare with but bounds, and that all add up."""
    rng = np.random.default_rng(3)
    pairs = contested({(a, b): float(rng.normal(0, 6)) for a in range(30) for b in range(30)})
    found = pairs.assign(share=shared(pairs))
    for side in ("number_l", "number_r"):
        assert found.groupby(side)["share"].sum().max() < 1.02
    assert 20 < found["share"].sum() <= 30


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


@pytest.mark.parametrize("weight", [20.0, 50.0, 53.0, 60.0, 120.0, 290.0])
def test_in_a_ring_rivals_take_off_the_same_however_large_a_weight_is(weight):
    """The others leave 8 bits to whoever competes with them, up to one bit in 256."""
    ring = contested({(0, 0): weight, (0, 1): 8.0, (1, 0): 8.0, (1, 1): 8.0})
    assert Rivals(ring).bits()[0] == pytest.approx(8.0, abs=0.05)


def test_a_flat_that_people_chose_leaves_nothing_to_the_others_and_one_that_they_refused_takes_nothing():
    connection = duckdb.connect()
    connection.register(RECORDS, pd.DataFrame({ID: range(4), TABLE: ["e", "f", "f", "f"]}))
    connection.register(WEIGHED, pd.DataFrame({"number_l": 0, "number_r": [1, 2, 3], "weight": 8.0}))
    answers = pd.DataFrame({"number_l": [0], "number_r": [1]})

    def shares_of_others(match: bool | None) -> list[float]:
        said = None if match is None else answers.assign(match=match)
        rivals = Rivals.among_weighed(connection, ["f"], said)
        others = (rivals.pairs["number_r"] > 1).to_numpy()
        return (1 / (1 + np.exp2(-(8.0 - rivals.bits()[others])))).tolist()

    assert shares_of_others(None) == pytest.approx([1 / 3] * 2, abs=2e-3)
    assert shares_of_others(False) == pytest.approx([1 / 2] * 2, abs=2e-3)
    assert shares_of_others(True) == pytest.approx([0] * 2, abs=2e-3)
