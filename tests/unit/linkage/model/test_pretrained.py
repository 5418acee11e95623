"""A model given instead of trained: used as it is where it fits, refused in words where it does not."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.model.pretrained import adapt_pretrained


def test_a_model_of_an_earlier_run_gives_the_same_links(world, linked):
    document = json.loads(json.dumps(linked.documents["model"]))
    again = world.link(model=document)
    pd.testing.assert_frame_equal(again.pairs, linked.pairs)
    assert again.model["comparisons"] == linked.model["comparisons"]
    assert "usual values" not in again.summary()


def test_a_model_written_by_hand_is_used(world):
    def level(condition: str, m: float, u: float) -> dict[str, object]:
        return {"sql_condition": condition, "m_probability": m, "u_probability": u}

    by_hand = {
        "probability_two_random_records_match": 0.001,
        "comparisons": [
            {
                "output_column_name": column,
                "comparison_levels": [level(f"{column}_l = {column}_r", 0.9, 0.001), level("ELSE", 0.1, 0.999)],
            }
            for column in ("family_name", "date_of_birth")
        ],
    }
    result = world.link(model=by_hand)
    assert result.metrics["link_precision"] > 0.95
    assert "Compared: family_name, date_of_birth." in result.summary()
    assert "match_weights" in result.charts()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda model: model.pop("comparisons"), "not a trained Splink model"),
        (lambda model: model["comparisons"][0].pop("comparison_levels"), "a comparison has no levels"),
        (lambda model: model["comparisons"][0]["comparison_levels"][1].pop("m_probability"), "no m or u probability"),
        (
            lambda model: model["comparisons"][0]["comparison_levels"][1].update(sql_condition="shoe_l = shoe_r"),
            "it compares shoe, which these tables do not give",
        ),
        (lambda model: model.update(comparisons=[]), "not a trained Splink model"),
        (lambda model: model["comparisons"][0].update(comparison_levels=["ELSE"]), "a level is no list"),
        (lambda model: model.update(probability_two_random_records_match=1), "must lie between 0 and 1"),
        (lambda model: model.update(probability_two_random_records_match="rare"), "must lie between 0 and 1"),
        (lambda model: model["comparisons"][0]["comparison_levels"][1].update(u_probability=0.0), "above 0"),
        (lambda model: model["comparisons"][0]["comparison_levels"][1].update(u_probability=None), "above 0"),
        (lambda model: model["comparisons"][0]["comparison_levels"][1].update(m_probability="0,9"), "above 0"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(stage, linked, damage, says):
    model = json.loads(json.dumps(linked.model))
    damage(model)
    with pytest.raises(SharedAnalysisError, match=says) as refused:
        adapt_pretrained(model, stage.records, stage.blocking.settings)
    assert refused.value.where == "link.model"
