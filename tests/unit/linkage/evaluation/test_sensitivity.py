"""The range around what the model expects, where nobody has checked a pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.linkage.evaluation.sensitivity import SENSITIVITY_BITS, UNLIKE, expected_range
from shared_analysis.linkage.model.scoring import Scores, no_scores


def test_links_of_one_weight_are_not_taken_for_missed_matches():
    links = pd.DataFrame({"match_weight": [6.0] * 1000})
    weights = pd.DataFrame({"weight": [6], "pairs": [1000]})
    found = expected_range(replace(no_scores(), weights=weights, expected_matches=1000 * 64 / 65), links, links)
    assert found["expected_recall_low"] == pytest.approx(1 - UNLIKE, abs=1e-3)
    assert found["expected_recall_high"] == 1


def test_however_sure_the_model_is_a_few_matches_may_be_like_no_others():
    links = pd.DataFrame({"match_weight": [40.0] * 1000})
    weights = pd.DataFrame({"weight": [40], "pairs": [1000]})
    found = expected_range(replace(no_scores(), weights=weights, expected_matches=1000), links, links)
    assert (found["expected_matches_low"], found["expected_matches_high"]) == (990, 1010)
    assert (found["expected_precision_low"], found["expected_precision_high"]) == (0.99, 1)


def test_without_answers_a_range_is_given_around_what_the_model_expects(linked):
    found = linked.metrics
    for name in ("precision", "recall", "matches"):
        assert found[f"expected_{name}_low"] <= found[f"expected_{name}"] <= found[f"expected_{name}_high"]
    assert found["expected_precision_low"] < found["precision"] <= found["expected_precision_high"]
    assert "off by a factor of 16, one link in 100 unlike all others" in linked.summary()


def test_one_link_by_hand():
    """A link of 4 bits: were its odds sixteen times lower it were even, and its chance error half a link."""
    link = pd.DataFrame({"match_weight": [4.0]})
    weights = pd.DataFrame({"weight": [4], "pairs": [1]})
    figures = expected_range(replace(no_scores(), weights=weights, expected_matches=16 / 17), link, link)
    assert SENSITIVITY_BITS == 4
    assert figures["expected_precision_low"] == 0  # 0.5 less 1.96 times 0.5, and not below none
    high = 256 / 257 + UNLIKE + 1.96 * (256 / 257 / 257) ** 0.5
    assert figures["expected_precision_high"] == pytest.approx(min(high, 1), abs=1e-4)
    assert "expected_precision_low" not in expected_range(no_scores(), link.head(0), link.head(0))


def weighed(weights: dict[int, int], links: dict[int, int]) -> tuple[Scores, pd.DataFrame]:
    every = pd.DataFrame({"weight": list(weights), "pairs": list(weights.values())})
    middles = every["weight"] + 0.5
    expected = float((every["pairs"] / (1 + 2.0**-middles)).sum())
    followed = pd.DataFrame({"match_weight": [float(at) for at, count in links.items() for _ in range(count)]})
    return replace(no_scores(), weights=every, expected_matches=expected), followed


@given(
    st.dictionaries(st.integers(-12, 20), st.integers(1, 3000), min_size=1),
    st.dictionaries(st.integers(-3, 20), st.integers(1, 500), min_size=1),
)
@settings(derandomize=True, max_examples=150, deadline=None)
def test_a_range_is_never_upside_down(others, links):
    weights = {at: others.get(at, 0) + links.get(at, 0) for at in sorted({*others, *links})}
    scores, followed = weighed(weights, links)
    found = expected_range(scores, followed, followed)
    for name in ("precision", "recall", "matches"):
        assert 0 <= found[f"expected_{name}_low"] <= found[f"expected_{name}_high"]
    assert found["expected_recall_high"] <= 1


def test_no_more_pairs_can_match_than_there_are_records():
    scores, followed = weighed({-2: 4000, 6: 100}, {6: 100})
    assert expected_range(scores, followed, followed)["expected_matches_high"] > 800
    found = expected_range(scores, followed, followed, most=800)
    assert found["expected_matches_high"] == 800
    assert found["expected_recall_low"] == pytest.approx(100 / 800, abs=0.01)


def test_of_equal_records_of_a_register_one_may_be_right():
    scores, followed = weighed({12: 100}, {12: 100})
    found = expected_range(scores, followed, followed, equals=np.array([5] * 100))
    assert found["expected_precision_low"] < 0.2 < 0.99 < found["expected_precision_high"]
