"""What a linkage says of itself at the top of the report."""

from __future__ import annotations

import pytest

from shared_analysis.linkage.reporting.headlines import headlines
from shared_analysis.project import Headline

FOUND = {"entities": 9000, "records": 11940}
PEOPLE = Headline("People found", "9,000", "behind 11,940 records")


@pytest.mark.parametrize(
    ("metrics", "quality"),
    [
        (
            {"precision": 0.98, "recall": 0.95, "expected_precision": 0.5},
            Headline(
                "Matches that are right",
                "98.0%",
                "and 95.0% of the true matches were found, measured against known answers",
            ),
        ),
        (
            {"expected_precision": 0.9996},
            Headline(
                "Matches that are probably right",
                "over 99.9%",
                "the model's own estimate; there were no known answers to measure it against",
            ),
        ),
    ],
)
def test_what_was_measured_comes_before_what_the_model_believes(metrics: dict[str, float], quality: Headline) -> None:
    assert headlines({**FOUND, **metrics}) == (PEOPLE, quality)


def test_without_links_nothing_is_said_of_them() -> None:
    assert headlines(FOUND) == (PEOPLE,)
