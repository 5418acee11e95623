"""Settings that cannot be meant are refused before any work."""

from __future__ import annotations

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageSpec


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"tables": ["a"], "link_type": "link_only"}, "needs two tables"),
        ({"tables": ["a", "b"], "link_type": "dedupe_only"}, "takes one table"),
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
