"""Which kind of analysis a stage is: as it says, or as one from before that said nothing can be told."""

from __future__ import annotations

from typing import Any

import pytest

from shared_analysis.project import StageKind, kind_of, stage_meta


@pytest.mark.parametrize("kind", [*StageKind, "patterns"])
def test_what_a_stage_says_of_itself_counts_whatever_its_name_and_settings(kind: str) -> None:
    assert kind_of("link", {"meta": {"kind": kind, "product": "p"}}, {"horizon": 12, "origins": 3}) == kind
    assert kind_of("many", {"foreach": [1], "do": {"meta": {"kind": kind}}}, None) == kind


@pytest.mark.parametrize("body", [None, {"cmd": "x"}, {"meta": {"product": "p"}}, {"meta": None}, {"do": None}, "x"])
@pytest.mark.parametrize(
    ("stage", "settings", "kind"),
    [
        ("twin", {"people": 1}, "twin"),
        ("validate", {"max_bad_share": 0.1}, "validation"),
        ("link", {}, "linkage"),
        ("forecast", None, "forecasting"),
        ("report", {}, "report"),
        ("families", {"link_type": "dedupe_only", "tables": ["a"]}, "linkage"),
        ("beds", {"horizon": 12, "origins": 6}, "forecasting"),
        ("plan", {"horizon": 12}, "analysis"),
        ("look", None, "analysis"),
        ("look", ["link_type"], "analysis"),
    ],
)
def test_a_stage_from_before_is_told_by_its_name_or_settings(stage: str, settings: Any, kind: str, body: Any) -> None:
    assert kind_of(stage, body, settings) == kind


def test_meta_is_a_mapping_whatever_stands_there() -> None:
    assert stage_meta({"meta": ["product"]}) == {}
    assert stage_meta({"do": {"meta": {"product": "p"}}}) == {"product": "p"}
