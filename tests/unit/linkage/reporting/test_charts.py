"""Every chart has its words, and the same bytes each time."""

from __future__ import annotations

from shared_analysis.linkage.reporting.charts import draw_charts, weights_chart


def test_charts_have_words_and_the_same_bytes_each_time(linked):
    charts = linked.charts()
    assert list(charts) == [
        *("completeness", "match_weights", "pair_weights", "threshold", "typical_link", "nearest_link"),
        *("sources", "entity_sizes"),
    ]
    assert all(chart.alt.startswith(chart.title) and len(chart.alt) > len(chart.title) for chart in charts.values())
    assert {name: chart.svg() for name, chart in charts.items()} == {
        name: chart.svg() for name, chart in draw_charts(linked).items()
    }
    assert linked.charts() is charts, "what a notebook shows is what is saved, and is drawn once"


def test_evidence_that_was_not_learnt_is_grey_and_never_in_the_title():
    def level(label: str, m: float, u: float) -> dict[str, object]:
        return {"label_for_charts": label, "m_probability": m, "u_probability": u}

    levels = [
        {"label_for_charts": "missing", "is_null_level": True},
        level("identical", 0.8, 0.05),
        level("other", 0.2, 0.95),
    ]
    comparison = {"output_column_name": "phone", "comparison_description": "phone", "comparison_levels": levels}
    learnt = weights_chart({"comparisons": [comparison]})
    assert learnt.title == "Strongest evidence for a match: phone, identical"
    assert learnt.alt.endswith("Match weights in bits: phone, identical: +4.0; phone, other: -2.2.")
    guessed = weights_chart({"comparisons": [comparison]}, [("phone", "identical")])
    assert guessed.title == "Strongest evidence for a match: phone, other"
    assert "identical: +4.0 (not learnt)" in guessed.alt
