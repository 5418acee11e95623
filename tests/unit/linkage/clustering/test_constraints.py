"""What people said of a pair holds: a match is a link, and no match keeps two groups apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shared_analysis.linkage.clustering.clusters import resolve_entities
from shared_analysis.linkage.clustering.constraints import ANSWERED, cannot_link, is_among, must_link

LINKS = pd.DataFrame(
    {"number_l": [0, 2], "number_r": [1, 3], "match_probability": [0.9, 0.8], "match_weight": [5.0, 4.0]}
)


def answers(*rows: tuple[int, int, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["number_l", "number_r", "match"])


def test_a_match_becomes_a_link_in_order_and_no_match_is_none_any_more():
    linked = must_link(LINKS, answers((0, 1, False), (1, 2, True)))
    assert linked.to_numpy().tolist() == [[1, 2, 1, ANSWERED], [2, 3, 0.8, 4]]


def test_no_match_speaks_against_a_join_beyond_all_else_within_a_component_only():
    component = np.array([0, 0, 0, 3, 3])
    non_links = pd.DataFrame({"number_l": [0, 1], "number_r": [2, 2], "match_weight": [-3.0, -2.0]})
    against = cannot_link(non_links, answers((0, 2, False), (0, 3, False), (1, 2, True)), component)
    assert against.to_numpy().tolist() == [[0, 2, -ANSWERED]]


def test_an_answer_outweighs_what_the_model_says():
    component = np.zeros(3, dtype=np.int64)
    links = pd.DataFrame({"number_l": [0, 1], "number_r": [1, 2], "match_weight": [40.0, 40.0]})
    entity, _ = resolve_entities(component, links, cannot_link(links.head(0), answers((0, 2, False)), component))
    assert entity.tolist() == [0, 0, 2]


def test_pairs_are_the_same_by_both_numbers():
    assert is_among(LINKS, answers((0, 1, True), (3, 2, True), (2, 1, True))).tolist() == [True, False]
