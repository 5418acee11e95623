"""Labels move match weights as far as they ask for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage.labels.reweighting import LabelledPairs, fit_weights, parts, reweighted


def two_levels(match: np.ndarray, agree: np.ndarray, weight: float) -> tuple[LabelledPairs, dict]:
    levels = [
        {"label_for_charts": "same", "sql_condition": "a_l = a_r", "m_probability": 0.8, "u_probability": 0.1},
        {"label_for_charts": "else", "sql_condition": "ELSE", "m_probability": 0.2, "u_probability": 0.9},
    ]
    model = {
        "probability_two_random_records_match": 0.5,
        "comparisons": [{"output_column_name": "a", "comparison_levels": levels}],
    }
    pairs = pd.DataFrame({"match": match, "match_weight": np.where(agree, weight, -weight)})
    return LabelledPairs(pairs, np.column_stack([agree, ~agree]).astype(float)), model


def test_answers_that_agree_with_the_model_move_little_and_others_move_it_to_them():
    agree = np.arange(400) % 2 == 0
    as_it_says = np.where(agree, np.arange(400) % 9 != 0, np.arange(400) % 9 == 1)  # 8 to 1, as 3 bits say
    answers, model = two_levels(as_it_says, agree, 3.0)
    same = reweighted(model, fit_weights(answers, model))["comparisons"][0]["comparison_levels"]
    assert same[0]["m_probability"] == pytest.approx(0.8, abs=0.03)
    answers, model = two_levels(np.arange(400) % 4 < 2, agree, 3.0)  # agreement says nothing at all
    moved = fit_weights(answers, model)
    odds = moved.odds(answers)
    assert np.abs(odds).max() < 0.5
    levels = reweighted(model, moved)["comparisons"][0]["comparison_levels"]
    assert levels[0]["m_probability"] < 0.5
    assert sum(level["m_probability"] for level in levels) == pytest.approx(1)


def test_answers_are_dealt_into_parts_with_as_many_matches_in_each():
    agree = np.arange(400) % 2 == 0
    answers, _ = two_levels(agree, agree, 3.0)
    part = parts(answers, seed=1)
    assert np.bincount(part).tolist() == [80] * 5
    assert np.bincount(part[agree]).tolist() == [40] * 5
    assert (part != parts(answers, seed=2)).any()
