"""The waterfall chart of a pair says what speaks for and against it, and never a value."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.linkage.model.match_weights import MatchWeight
from shared_analysis.linkage.reporting.waterfall import waterfall_chart


def pair(name: float, born: float, prior: float = -10.0, shares_a_rule: bool = True) -> MatchWeight:
    rows = [
        ("prior", "two records taken at random", prior, False),
        ("family name", "identical", name, False),
        ("date of birth", "different", born, False),
    ]
    steps = pd.DataFrame(rows, columns=["comparison", "level", "weight", "rarity"])
    return MatchWeight(steps, 0.9, shares_a_rule)


@pytest.mark.parametrize(
    ("name", "born", "says"),
    [
        (
            12.0,
            -3.0,
            "0.333: family name speaks most for a match, date of birth against",
        ),
        (30.0, 2.0, "over 0.999: family name speaks most for a match"),
        (-5.0, -3.0, "under 0.001: family name speaks most against a match"),
        (0.0, 0.0, "0.001"),
    ],
)
def test_the_title_names_what_speaks_most(name, born, says):
    chart = waterfall_chart(pair(name, born))
    assert chart.title == f"This pair has a probability of {says}"
    assert chart.alt.startswith(chart.title + ". Match weights in bits: prior, two records taken at random: -10.0; ")


def test_the_words_add_up_and_name_the_threshold():
    chart = waterfall_chart(pair(12.0, -3.0, shares_a_rule=False), "A typical link")
    assert "family name, identical: +12.0; date of birth, different: -3.0. Together -1.0" in chart.alt
    assert "the threshold is 0.9" in chart.alt
    assert chart.alt.endswith("No blocking rule brings these two together.")


def test_a_threshold_of_one_has_no_line_and_is_drawn_all_the_same():
    certain = MatchWeight(pair(12.0, 1.0).steps, 1.0, True)
    assert "<svg" in waterfall_chart(certain).svg()
