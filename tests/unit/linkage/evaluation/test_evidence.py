"""What the links show of themselves: rules that find them, and two of them explained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from shared_analysis.linkage.clustering.entities import group_into_entities
from shared_analysis.linkage.evaluation.capture_recapture import Captured
from shared_analysis.linkage.evaluation.evidence import Evidence, _commonest, _examples, gather_evidence
from shared_analysis.linkage.model.blocking import deterministic_rules
from shared_analysis.linkage.model.match_weights import MatchWeight


def test_of_each_deterministic_rule_its_pairs_and_its_links_are_counted(stage, linked):
    entities = group_into_entities(stage.connection, stage.records, stage.spec, stage.scores)
    rules, threshold = stage.blocking.rules, stage.scores.threshold
    evidence = gather_evidence(
        stage.connection, stage.records, rules, linked.model, entities.followed, threshold, "link_and_dedupe"
    )
    assert evidence.strict == linked.evidence.strict
    assert evidence.captured == linked.evidence.captured
    names = {rule.name for rule in deterministic_rules(stage.records)}
    assert {name for name, *_ in evidence.strict} <= names
    assert all(0 < both <= pairs for _, pairs, both in evidence.strict)


def test_without_links_there_is_none(stage, linked):
    nothing = stage.scores.pairs.head(0)
    evidence = gather_evidence(stage.connection, stage.records, (), linked.model, nothing, 0.5, "link_and_dedupe")
    assert evidence == Evidence()


def test_the_least_sure_link_comes_first_and_then_those_around_the_middle():
    links = pd.DataFrame({"number_l": range(301), "match_weight": np.arange(301)[::-1] / 10})
    examples = _examples(links)["match_weight"]
    assert examples.iloc[0] == 0
    assert examples.iloc[1:].tolist() == [number / 10 for number in range(100, 201)]
    assert len(_examples(links.head(3))) == 4


def test_the_commonest_way_to_agree_is_typical_and_of_equals_the_first():
    def pair(*levels: str) -> MatchWeight:
        return MatchWeight(pd.DataFrame({"level": levels}), 0.5, True)

    odd, first, second = pair("close", "same"), pair("same", "same"), pair("same", "same")
    assert _commonest([odd, first, second]) is first
    assert _commonest([odd, first]) is odd


def test_missed_matches_are_those_that_are_in_no_entity_together(stage, linked):
    entities = group_into_entities(stage.connection, stage.records, stage.spec, stage.scores)
    sizes = entities.register["entity_id"].value_counts()
    together = int((sizes * (sizes - 1) // 2).sum())
    matches = together + 7
    captured = Captured(matches, 0, 0, ("a",), ("b",), (1, 1, 1))
    missed = replace(linked.evidence, captured=captured).missed(entities, stage.records, "link_and_dedupe")
    assert missed == {"estimated_matches": together + 7, "estimated_missed": 7}
    fewer = replace(linked.evidence, captured=replace(captured, matches=matches - 10))
    assert fewer.missed(entities, stage.records, "link_and_dedupe")["estimated_missed"] == 0
    assert Evidence().missed(entities, stage.records, "link_and_dedupe") == {}
