"""The range around what the model expects, where nobody has checked a pair."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from shared_analysis.linkage.evaluation.sensitivity import SENSITIVITY_BITS, UNLIKE, expected_range
from shared_analysis.linkage.model.scoring import no_scores


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
    assert "16 times lower or higher" in linked.summary()


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
