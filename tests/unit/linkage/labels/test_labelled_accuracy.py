"""Precision, recall and matches from labels, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage.labels.labelled_accuracy import estimate_accuracy
from shared_analysis.linkage.labels.review_sample import STRATA


def cells(links: int, others: int) -> pd.DataFrame:
    left = pd.DataFrame({"links": [0] * STRATA, "others": [0] * STRATA, "expected": 0.0})
    left.loc[STRATA - 1, ["links", "expected"]] = links, 0.999
    left.loc[0, "others"] = others
    return left


def test_estimates_by_hand():
    # Of 100 links checked 90 are right, so of 1,000 more about 900; of 100 others checked none is a match.
    known = pd.DataFrame({"match": [True] * 90 + [False] * 110, "match_weight": [30.0] * 100 + [-30.0] * 100})
    linked = np.arange(200) < 100
    found = estimate_accuracy(cells(1000, 1000), known, linked, 0, 1)
    assert found["labelled_precision"] == pytest.approx(990 / 1090, abs=0.01)
    assert found["labelled_precision_low"] < 0.88 < 0.94 < found["labelled_precision_high"]
    assert found["labelled_matches"] == pytest.approx(990, abs=15)
    assert found["labelled_recall_low"] > 0.97
    # Everything was checked, so nothing is uncertain; a match that no rule brought together was missed.
    sure = estimate_accuracy(cells(0, 0), known, linked, 10, 1)
    assert (sure["labelled_precision"], sure["labelled_recall_low"], sure["labelled_recall_high"]) == (1, 0.9, 0.9)
