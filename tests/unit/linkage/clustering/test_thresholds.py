"""A threshold below even odds joins what reaches it; from even odds on it changes nothing of how records are joined."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.linkage.clustering.clusters import EVEN, connected_components, resolve_entities

THRESHOLDS = [0.05, 0.1, 0.2, 0.3, 0.4, 0.499, 0.5]
SIZE = 9
COLUMNS = ["number_l", "number_r", "match_weight"]


def scored(weights: dict[tuple[int, int], float]) -> pd.DataFrame:
    """Give pairs as scoring does: probabilities to six decimals, weights to four."""
    pairs = pd.DataFrame([(*sorted(pair), weight) for pair, weight in weights.items()], columns=COLUMNS)
    pairs = pairs.astype({"number_l": int, "number_r": int, "match_weight": float})
    probability = (1 / (1 + 2.0 ** -pairs["match_weight"])).round(6)
    return pairs.assign(match_probability=probability, match_weight=pairs["match_weight"].round(4))


def resolved(
    pairs: pd.DataFrame, least: float, threshold: float | None = None, shift: float = 0.0
) -> tuple[np.ndarray, int]:
    """Join records along the pairs from ``least`` on; ``shift`` is taken from every weight."""
    reaches = pairs["match_probability"] >= least
    component = connected_components(SIZE, pairs[reaches])
    links, others = (
        part.assign(match_weight=part["match_weight"] - shift) for part in (pairs[reaches], pairs[~reaches])
    )
    within = others[component[others["number_l"]] == component[others["number_r"]]]
    return resolve_entities(component, links, within, threshold=least if threshold is None else threshold)


def log_odds(probability: float) -> float:
    return math.log2(probability / (1 - probability))


weights = st.dictionaries(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).filter(lambda pair: pair[0] < pair[1]),
    st.floats(-8, 8).map(lambda weight: round(weight, 2)),
    max_size=20,
)


@pytest.mark.parametrize("threshold", THRESHOLDS[:-1])
@pytest.mark.parametrize("above", [0.0, 3e-7, 1e-6, 0.01, 0.3])
def test_a_pair_that_reaches_the_threshold_is_joined_if_nothing_else_is_known(threshold, above):
    """Just below counts too, where the probability was rounded to the threshold."""
    pair = scored({(2, 5): log_odds(threshold + above)})
    assert resolved(pair, threshold)[0][5] == 2
    chain = scored({(2, 5): log_odds(threshold - 3e-7), (5, 7): log_odds(threshold + above)})
    entity, refused = resolved(chain, threshold)
    assert (entity[5], entity[7], refused) == (2, 2, 0)


@settings(max_examples=50)
@given(weights, st.sampled_from(THRESHOLDS))
def test_evidence_is_measured_from_the_log_odds_of_the_threshold(weight_of, threshold):
    """As much more evidence in every pair, under even odds, joins the same records."""
    even = log_odds(threshold)
    pairs = scored({pair: weight + even / 2 + 0.005 for pair, weight in weight_of.items()})
    lower, refused = resolved(pairs, threshold)
    plain, as_many = resolved(pairs, threshold, EVEN, even)
    assert (lower.tolist(), refused) == (plain.tolist(), as_many)


@settings(max_examples=50)
@given(weights, st.sampled_from(THRESHOLDS[:-1]))
def test_the_best_link_of_all_is_always_followed(weight_of, threshold):
    pairs = scored(weight_of)
    links = pairs[pairs["match_probability"] >= threshold]
    entity, refused = resolved(pairs, threshold)
    if links.empty:
        assert (entity.tolist(), refused) == (list(range(SIZE)), 0)
        return
    best = links.sort_values(["match_weight", "number_l", "number_r"], ascending=[False, True, True]).iloc[0]
    assert entity[int(best["number_l"])] == entity[int(best["number_r"])]
    assert refused < len(links)


@settings(max_examples=50)
@given(weights, st.floats(0.5, 1.0))
def test_from_even_odds_on_only_the_links_depend_on_the_threshold(weight_of, threshold):
    pairs = scored(weight_of)
    measured, refused = resolved(pairs, threshold)
    plain, as_many = resolved(pairs, threshold, EVEN)
    assert (measured.tolist(), refused) == (plain.tolist(), as_many)


def test_other_pairs_still_speak_against_a_join():
    """Two couples and one doubtful link between them: at 0.2 the other three pairs decide."""
    couples = {(0, 1): 9.0, (2, 3): 9.0, (1, 2): -1.0}
    against = dict.fromkeys([(0, 2), (0, 3), (1, 3)], -6.0)
    assert resolved(scored(couples), 0.2)[1] == 0
    entity, refused = resolved(scored({**couples, **against}), 0.2)
    assert (entity[:4].tolist(), refused) == ([0, 0, 2, 2], 1)
    mild = dict.fromkeys([(0, 2), (0, 3), (1, 3)], -2.2)  # (-1 + 2) + 3 * (-2.2 + 2) is above nothing
    assert resolved(scored({**couples, **mild}), 0.2)[0][:4].tolist() == [0, 0, 0, 0]
