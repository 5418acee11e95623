"""Scored pairs become entities, with their links, their duplicates and what one link holds together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from linkage.conftest import World
from shared_analysis.linkage.clustering.entities import Entities, group_into_entities
from shared_analysis.wording import Notice


def grouped(stage, answers: pd.DataFrame | None = None, link_type: str = "link_and_dedupe", **scores) -> Entities:
    spec = stage.spec.model_copy(update={"link_type": link_type})
    return group_into_entities(stage.connection, stage.records, spec, replace(stage.scores, **scores), answers)


def test_they_are_those_of_the_whole_linkage(stage, linked):
    entities = grouped(stage)
    pd.testing.assert_frame_equal(entities.register, linked.register)
    pd.testing.assert_frame_equal(entities.links, linked.pairs)
    assert entities.not_followed == linked.metrics["links_not_followed"]
    assert entities.notices == ()


def test_followed_are_the_links_within_entities(stage):
    entities = grouped(stage)
    entity = entities.register["entity_id"].to_numpy()
    same = entity[entities.candidates["number_l"]] == entity[entities.candidates["number_r"]]
    pd.testing.assert_frame_equal(entities.followed, entities.candidates[same])
    assert not grouped(stage, link_type="link_only").register.duplicated(["table", "entity_id"]).any()


def test_answers_hold(stage):
    first, *_, last = stage.scores.pairs[["number_l", "number_r"]].to_numpy().tolist()
    answers = pd.DataFrame([[*first, False], [first[0], last[1], True]], columns=["number_l", "number_r", "match"])
    entity = grouped(stage, answers).register["entity_id"]
    assert entity[first[0]] != entity[first[1]]
    assert entity[first[0]] == entity[last[1]]


def test_nothing_scored_leaves_each_record_alone(stage):
    none = grouped(stage, pairs=stage.scores.pairs.head(0), compared=0)
    assert none.register["entity_id"].is_unique
    assert (len(none.links), none.not_followed, none.hanging) == (0, 0, [])


def test_duplicates_share_what_became_of_the_others_and_are_told(stage, world):
    housing = world.tables["housing"]
    copies = housing.iloc[[0] * 12].assign(id=[f"zz{number:02d}" for number in range(12)])
    records = World({**world.tables, "housing": pd.concat([housing, copies])}, world.contracts, world.truth).prepare()
    aside = records.duplicates
    assert len(aside.record) == 3
    pair = pd.DataFrame({"number_l": aside.first[:1], "number_r": aside.second[:1]})
    scores = replace(stage.scores, compared=0, pairs=pair.assign(match_probability=0.9, match_weight=8.0))
    entities = group_into_entities(stage.connection, records, stage.spec, scores)
    entity = entities.register["entity_id"]
    assert set(entity[aside.record]) == {entity[aside.first[0]]}
    assert (len(entities.links), len(entities.followed)) == (4, 1)
    assert (entities.links["match_weight"] == 8).all()
    assert entities.notices == (Notice("duplicates_set_aside", {"records": 3, "kept": 10}),)
    assert np.array_equal(entities.hanging, [])
