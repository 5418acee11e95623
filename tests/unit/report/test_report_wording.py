"""How the stages' words and figures come into the report."""

from __future__ import annotations

import pytest

from shared_analysis.report.headlines import headlines
from shared_analysis.report.markdown import finding_and_rest, to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a **b**", "<p>a <strong>b</strong></p>"),
        ("# Top", "<h3>Top</h3>"),
        ("#### Deep\n\n###### Deeper", "<h3>Deep</h3>\n<h5>Deeper</h5>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("![words](https://x.org/a.png)", "<p>words</p>"),
    ],
)
def test_markdown_becomes_safe_html(markdown: str, html: str) -> None:
    assert to_html(markdown).strip() == html


def test_a_link_cannot_run_anything() -> None:
    assert "javascript:" not in to_html("[x](javascript:alert(1))")


def test_long_tables_are_folded_and_all_tables_scroll() -> None:
    def table(rows: int) -> str:
        return to_html("| a |\n|---|\n" + "| 1 |\n" * rows)

    assert "<details>" not in table(10)
    assert "Show the table (11 rows)" in table(11)
    assert 'class="scroll"' in table(1)


def test_the_finding_is_the_first_paragraph_without_the_banner() -> None:
    summary = "**SYNTHETIC data: no real person or event is in these figures.**\n\n**Found.** Yes.\n\nMore.\n"
    assert finding_and_rest(summary) == ("**Found.** Yes.", "More.")


@pytest.mark.parametrize(
    ("stage", "metrics", "value"),
    [
        ("validate", {"rows": 5, "bad_share": 0.0, "bad_rows": 0}, "100%"),
        ("validate", {"rows": 100000, "bad_share": 0.0001, "bad_rows": 10}, "over 99.9%"),
        ("link", {"entities": 3, "records": 5, "expected_precision": 0.987}, "98.7%"),
        ("forecast", {"mase_ratio": 0.7, "skill_series": "better"}, "30% lower"),
        ("forecast", {"mase_ratio": 1.2, "skill_series": "worse"}, "20% higher"),
        ("forecast", {"mase_ratio": 0.7, "skill_series": "cannot tell"}, "no clear difference"),
        ("forecast", {"mase_ratio": 0.7}, "no clear difference"),
        ("forecast", {"mase_ratio": 1.0, "model": "seasonal_naive", "skill_series": "cannot tell"}, "the same"),
    ],
)
def test_headlines_tell_all_from_nearly_all_and_better_from_worse(
    stage: str, metrics: dict[str, float], value: str
) -> None:
    assert headlines({stage: metrics})[-1].value == value


BETTER = {"skill_series": "better"}
GROUPS = {"period": "month", "origins": 3, "origins_used": 2, "mase_ratio_total": 0.6, "series": 33}


@pytest.mark.parametrize(
    ("metrics", "note"),
    [
        (BETTER, "than repeating last year's figures, in trials on past data"),
        ({"period": "month", "origins": 3, **BETTER}, "than repeating last year's figures, in 3 trials on past data"),
        ({"period": "day", "origins": 1, **BETTER}, "than repeating last week's figures, in 1 trial on past data"),
        (
            {**GROUPS, **BETTER},
            "than repeating last year's figures, in 2 trials on past data, on average over 33 groups; "
            "no clear difference for their total",
        ),
        (
            {**GROUPS, **BETTER, "skill_total": "better"},
            "than repeating last year's figures, in 2 trials on past data, on average over 33 groups; "
            "40% lower for their total",
        ),
        (
            {"period": "month", "origins": 4, "skill_series": "cannot tell"},
            "from repeating last year's figures: 26% lower on average, which could be chance, in 4 trials on past data",
        ),
        (
            {"origins": 4, "model": "seasonal_naive"},
            "as repeating last year's figures, which is what is done: nothing was better in 4 trials on past data",
        ),
    ],
)
def test_accuracy_is_said_without_the_trade_s_words(metrics: dict[str, float | str], note: str) -> None:
    assert headlines({"forecast": {"mase_ratio": 0.74, **metrics}})[-1].note == note


def test_a_forecast_without_known_counts_before_has_no_comparison() -> None:
    metrics = {"expected": 12.0, "period": "month", "horizon": 1, "noun": "contacts"}
    metrics |= {"next_low": 3.0, "next_high": 19.0, "next_level": 80}
    assert headlines({"forecast": metrics})[0].note == "over the next month; next month 3 to 19 (80% likely)"


def test_what_was_not_measured_is_left_out() -> None:
    assert headlines({"validate": {}, "link": {}, "forecast": {"horizon": 12}}) == []


def test_each_table_has_a_name_of_its_own_and_heads_say_what_they_head() -> None:
    html = to_html("| a |\n|:-:|\n| 1 |\n\ntext\n\n| b |\n|---|\n| 1 |\n", "Data quality")
    assert 'aria-label="Data quality, table 1"' in html
    assert 'aria-label="Data quality, table 2"' in html
    assert html.count('<th scope="col"') == 2
