"""What a forecast says of itself at the top of the report."""

from __future__ import annotations

from typing import Any

import pytest

from shared_analysis.forecasting.reporting.headlines import headlines

FORECAST: dict[str, Any] = {
    "horizon": 12,
    "noun": "contacts",
    "period": "month",
    "model": "ensemble",
    "expected": 555.4,
    "before": 540.1,
    "next_low": 489.6,
    "next_high": 626.2,
    "next_level": 80,
    "origins": 3,
    "origins_used": 2,
    "series": 33,
}
BETTER = {"skill_series": "better"}
UNSURE = {"skill_series": "cannot tell"}
YEAR = "repeating last year's figures"


def test_what_to_expect_is_said_with_what_was_before_and_what_comes_next() -> None:
    (expected,) = headlines(FORECAST)
    assert (expected.label, expected.value) == ("Expected contacts a month", "555")
    assert expected.note == "over the next 12 months, compared with 540 before; next month 489 to 627 (80% likely)"


def test_without_known_counts_before_there_is_no_comparison() -> None:
    metrics = {name: value for name, value in FORECAST.items() if name != "before"}
    metrics |= {"horizon": 1, "expected": 9.96, "next_low": 3.0, "next_high": 19.0}
    (expected,) = headlines(metrics)
    assert (expected.value, expected.note) == ("10", "over the next month; next month 3 to 19 (80% likely)")


@pytest.mark.parametrize(
    ("metrics", "value"),
    [
        ({"mase_ratio": 0.7, **BETTER}, "30% lower"),
        ({"mase_ratio": 1.2, "skill_series": "worse"}, "20% higher"),
        ({"mase_ratio": 0.7, **UNSURE}, "no clear difference"),
        ({"mase_ratio": 0.7}, "no clear difference"),
        ({"mase_ratio": 0.9951, **BETTER}, "no lower"),
        ({"mase_ratio": 1.0, "model": "seasonal_naive", **UNSURE}, "the same"),
    ],
)
def test_better_is_told_from_worse_and_both_from_chance(metrics: dict[str, Any], value: str) -> None:
    assert headlines({**FORECAST, **metrics})[1].value == value


@pytest.mark.parametrize(
    ("metrics", "note"),
    [
        (BETTER, f"than {YEAR}, in 2 trials on past data"),
        (
            {"period": "day", "origins_used": 1, **BETTER},
            "than repeating last week's figures, in 1 trial on past data",
        ),
        (
            {"mase_ratio_total": 0.6, **BETTER},
            f"than {YEAR}, in 2 trials on past data, on average over 33 groups; no clear difference for their total",
        ),
        (
            {"mase_ratio_total": 0.6, "skill_total": "better", **BETTER},
            f"than {YEAR}, in 2 trials on past data, on average over 33 groups; 40% lower for their total",
        ),
        (UNSURE, f"from {YEAR}: 26% lower on average, which could be chance, in 2 trials on past data"),
        ({"mase_ratio": 1.0, **UNSURE}, f"from {YEAR}: in 2 trials on past data"),
        (
            {"model": "seasonal_naive"},
            f"as {YEAR}, which is what is done: nothing was better in 2 trials on past data",
        ),
    ],
)
def test_accuracy_is_said_without_the_trade_s_words(metrics: dict[str, Any], note: str) -> None:
    assert headlines({**FORECAST, "mase_ratio": 0.74, **metrics})[1].note == note
