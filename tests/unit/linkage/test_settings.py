"""A model given instead of trained, a precision asked for, a limit of memory, and how often groups are linked."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.evaluation.linkage_rates import lagging, linkage_rates

from .conftest import ROLES, contract


def spec(world, **settings):
    return LinkageSpec(tables=list(world.tables), link_type="link_and_dedupe", **settings)


def test_a_model_of_an_earlier_run_gives_the_same_links(world, linked):
    document = json.loads(json.dumps(linked.documents["model"]))
    again = link(world.tables, world.contracts, spec(world), model=document)
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
    result = link(world.tables, world.contracts, spec(world), world.truth, by_hand)
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
def test_a_model_that_does_not_fit_is_refused(world, linked, damage, says):
    model = json.loads(json.dumps(linked.model))
    damage(model)
    with pytest.raises(SharedAnalysisError, match=says) as refused:
        link(world.tables, world.contracts, spec(world), model=model)
    assert refused.value.where == "link.model"


def test_the_precision_that_is_asked_for_is_expected(world, linked):
    strict = link(world.tables, world.contracts, spec(world, target_precision=0.9999), world.truth)
    assert strict.metrics["expected_precision"] >= 0.9999 > linked.metrics["expected_precision"]
    assert strict.metrics["match_threshold"] > linked.metrics["match_threshold"]
    assert "are expected to be right" in strict.summary()
    with pytest.raises(SharedAnalysisError, match="match_threshold must be auto"):
        spec(world, target_precision=0.99, match_threshold=0.9)


def test_a_limit_of_memory_is_kept_or_refused_in_words(world, linked):
    roomy = link(world.tables, world.contracts, spec(world, memory="500MB", threads=1))
    pd.testing.assert_frame_equal(roomy.pairs, linked.pairs)
    with pytest.raises(SharedAnalysisError, match="does not fit into 1MB") as refused:
        link(world.tables, world.contracts, spec(world, memory="1MB"))
    assert "raise memory" in str(refused.value)
    with pytest.raises(SharedAnalysisError, match="memory"):
        spec(world, memory="lots")


def test_a_group_that_is_linked_less_often_is_named():
    people = pd.DataFrame({"id": [f"r{n:03d}" for n in range(400)], "kind": ["a", "b"] * 200, "rare": "x"})
    people.loc[:9, "rare"] = "y"
    register = pd.DataFrame({"table": "people", "record_id": people["id"]})
    # Of kind a all are linked in pairs; of kind b half.
    entity = np.where(
        people["kind"] == "a", people.index // 4, np.where(people.index % 4 == 1, 1000, people.index + 5000)
    )
    roles = {"id": "record_id", "kind": "group", "rare": "area_code"}
    shares = linkage_rates({"people": people}, {"people": contract("people", roles)}, register.assign(entity_id=entity))
    found = shares.set_index(["by", "value"])
    assert found.loc[("group", "a"), "share"] == 1
    assert found.loc[("group", "b"), ["records", "linked", "share"]].tolist() == [200, 100, 0.5]
    assert found.loc[("group", "b"), "low"] < 0.5 < found.loc[("group", "b"), "high"] < 0.6
    assert ("area_code", "y") not in found.index  # ten records say nothing
    assert lagging(shares)["value"].tolist() == ["b"]


def test_few_comparisons_are_remarked_upon(world):
    roles = {column: role for column, role in ROLES.items() if role in ("record_id", "given_name", "date_of_birth")}
    table = world.tables["housing"][list(roles)]
    few = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    assert (
        "Only 2 things could be compared"
        in link({"housing": table}, {"housing": contract("housing", roles)}, few).summary()
    )
