"""Precision, recall and matches from labels, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage.labels.labelled_accuracy import estimate_accuracy


def cells(links: int, others: int, low: int = -30) -> pd.DataFrame:
    return pd.DataFrame({"bits": [low, 30], "links": [0, links], "others": [others, 0]})


def test_estimates_by_hand():
    # Of 100 links checked 90 are right, so of 1,000 more about 900; of 100 others checked none is a match.
    known = pd.DataFrame({"match": [True] * 90 + [False] * 110, "match_weight": [30.0] * 100 + [-30.0] * 100})
    linked = np.arange(200) < 100
    found = estimate_accuracy(cells(1000, 1000), known, linked, 0, 1)
    assert found["labelled_precision"] == pytest.approx(990 / 1090, abs=0.01)
    assert found["labelled_precision_low"] < 0.88 < 0.94 < found["labelled_precision_high"]
    assert found["labelled_matches"] == pytest.approx(990, abs=15)
    assert found["labelled_recall_low"] > 0.97
    assert found["labelled_recall_low"] < found["labelled_recall_high"]  # a match may be unlike all that were seen
    # Everything was checked; a match that no rule brought together was missed.
    sure = estimate_accuracy(cells(0, 0), known, linked, 10, 1)
    assert sure["labelled_precision"] == 1
    assert 0.87 < sure["labelled_recall_low"] < sure["labelled_recall_high"] == 0.9


def answers(share: dict[float, float], each: int = 25) -> pd.DataFrame:
    """As many answers at every weight, of which a share are matches."""
    return pd.DataFrame(
        {
            "match": [at < round(of * each) for of in share.values() for at in range(each)],
            "match_weight": [weight for weight in share for _ in range(each)],
        }
    )


@pytest.mark.parametrize(("slope", "narrow"), [(1.0, True), (0.25, False)])
def test_a_hundred_thousand_pairs_of_low_weight_count_as_the_answers_calibrate_them(slope, narrow):
    """Where matches become fewer as fast as weights say, few are left far below; where they do not, nobody knows."""
    known = answers({weight: 1 / (1 + 2 ** (-slope * weight)) for weight in (-14, -10, -6, -3, -1, 1, 3, 6, 10, 14)})
    linked = (known["match_weight"] > 0).to_numpy()
    found = estimate_accuracy(cells(500, 100_000, -22), known, linked, 0, 1)
    width = found["labelled_recall_high"] - found["labelled_recall_low"]
    assert (width < 0.1) == narrow
    assert found["labelled_recall_low"] < found["labelled_recall"] <= found["labelled_recall_high"]
