"""Settings that cannot be meant are refused before any work."""

from __future__ import annotations

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.spec import compares_across


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"tables": ["a"], "link_type": "link_only"}, "needs two tables"),
        ({"tables": ["a", "b"], "link_type": "dedupe_only"}, "takes one table"),
        ({"tables": ["a"], "link_type": "many_to_one"}, "the events first and then the register; 1 are named"),
        ({"tables": ["a", "b", "c"], "link_type": "many_to_one"}, "then the register; 3 are named"),
        ({"tables": ["a", "a"], "link_type": "link_only"}, "named twice"),
        ({"tables": ["a", "b"], "link_type": "link_only", "match_threshold": 1.5}, "match_threshold"),
        ({"tables": ["a", "b"], "link_type": "link_only", "match_threshold": 0}, "match_threshold"),
        ({"tables": ["a", "b"], "link_type": "link_only", "match_treshold": 0.9}, "match_threshold"),
        ({"tables": [], "link_type": "link_only"}, "tables"),
        (
            {"tables": ["a", "b"], "link_type": "link_only", "match_threshold": 0.9, "target_precision": 0.99},
            "match_threshold must be auto",
        ),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings, words):
    with pytest.raises(SharedAnalysisError, match=words):
        LinkageSpec(**settings)


@pytest.mark.parametrize(
    ("link_type", "tables", "across", "held_once"),
    [
        ("dedupe_only", "a", False, ""),
        ("link_and_dedupe", "ba", False, ""),
        ("link_only", "bac", True, "abc"),
        ("many_to_one", "ba", True, "a"),
    ],
)
def test_link_types_say_which_pairs_are_compared_and_which_tables_hold_everybody_once(
    link_type, tables, across, held_once
):
    assert compares_across(link_type) is across
    assert LinkageSpec(tables=list(tables), link_type=link_type).held_once == set(held_once)
