"""What the model expects of its links, by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from shared_analysis.linkage.clustering.entities import Entities
from shared_analysis.linkage.evaluation.expected_accuracy import expected_accuracy
from shared_analysis.linkage.model.scoring import no_scores

LINKS = pd.DataFrame({"match_probability": [1.0, 0.8, 0.6]})
SCORES = replace(no_scores(), threshold=0.5, compared=10, expected_matches=3.0, doubtful=2)


def entities(links: pd.DataFrame, followed: pd.DataFrame, ids: str) -> Entities:
    register = pd.DataFrame({"table": "t", "record_id": list("12345"), "entity_id": list(ids)})
    return Entities(register, followed, links, links, followed, len(links) - len(followed), [], 0)


def test_a_link_that_is_not_followed_is_no_match():
    metrics = expected_accuracy(entities(LINKS, LINKS.head(2), "xxxyz"), SCORES)
    assert (metrics["records"], metrics["entities"], metrics["max_cluster_size"]) == (5, 3, 3)
    assert metrics["records_linked_share"] == 0.6
    assert (metrics["links"], metrics["links_not_followed"]) == (2, 1)
    assert metrics["expected_matches"] == 2  # 3.0 less 0.6
    assert metrics["expected_precision"] == 0.9
    assert metrics["expected_recall"] == pytest.approx(1.8 / 2.4)


def test_a_candidate_that_lost_to_another_has_its_share_already():
    lost = replace(entities(LINKS, LINKS.head(2), "xxxyz"), settled=LINKS.head(2))
    metrics = expected_accuracy(lost, SCORES)
    assert metrics["expected_matches"] == 3
    assert metrics["expected_recall"] == pytest.approx(1.8 / 3.0)


def test_without_links_nothing_is_expected_of_them():
    metrics = expected_accuracy(entities(LINKS.head(0), LINKS.head(0), "vwxyz"), SCORES)
    assert "expected_precision" not in metrics
    assert (metrics["links"], metrics["records_linked_share"], metrics["expected_matches"]) == (0, 0, 3)
