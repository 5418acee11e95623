"""The threshold that is chosen is the best there is, by the model's own probabilities."""

from __future__ import annotations

from fractions import Fraction

import duckdb
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared_analysis.linkage.model.scoring import best_threshold, expected_curve, no_scores


def chosen(millionths: list[int]) -> float:
    with duckdb.connect(":memory:") as connection:
        scored = pd.DataFrame({"match_probability": [each / 1e6 for each in millionths]}, dtype="float64")
        connection.register("scored", scored)
        return best_threshold(expected_curve(connection))


def expected_f1(millionths: list[int], thousandths: int) -> Fraction:
    links = [each for each in millionths if each >= 1000 * thousandths]
    return Fraction(2 * sum(links), len(links) * 1_000_000 + sum(millionths))


@given(st.lists(st.one_of(st.integers(0, 1_000_000), st.sampled_from([0, 999, 537_000, 1_000_000])), min_size=1))
@settings(derandomize=True, max_examples=60, deadline=None)
def test_no_threshold_is_better_and_of_equals_the_highest_is_chosen(millionths):
    assume(max(millionths) >= 100_000)  # below that nothing is a link, and the lowest threshold is given
    of = {thousandths: expected_f1(millionths, thousandths) for thousandths in range(1, 1001)}
    highest = max(of.values())
    best = max(at for at, f1 in of.items() if f1 == highest)
    assert round(chosen(millionths) * 1000) == max(best, 100)


@pytest.mark.parametrize(
    ("millionths", "threshold"),
    [
        *[([], 1.0), ([1_000_000], 1.0), ([990_000, 10_000], 0.99), ([120_000], 0.12)],
        *[
            ([400], 0.1),
            ([20_000], 0.1),
        ],  # a pair that hardly can be a match is no link, though nothing better is there
    ],
)
def test_by_hand(millionths, threshold):
    assert chosen(millionths) == threshold


def test_where_no_pair_was_scored_nothing_is_a_link_and_nothing_expected():
    nothing = no_scores()
    assert (nothing.threshold, nothing.compared, nothing.expected_matches, nothing.doubtful) == (1.0, 0, 0.0, 0)
    assert nothing.pairs.empty
    assert nothing.curve.empty
