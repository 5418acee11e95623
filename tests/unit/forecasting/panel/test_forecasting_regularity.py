"""How a series reports: regularly, silent at the end, late or ended."""

import numpy as np
import pandas as pd
import pytest

from shared_analysis.forecasting.panel.regularity import Reporting, reporting_of


def reporting(*rows: str) -> list[Reporting]:
    """Series of twelve-month seasons, each as dots (no row) and ones."""
    values = [[np.nan if letter == "." else 1.0 for letter in row] for row in rows]
    return reporting_of(pd.DataFrame(values), season=4)


def test_what_is_there_is_counted() -> None:
    series, other, none = reporting("11.1..", "111111", "......")
    assert (series.last, series.rows, series.silent, series.quiet, series.longest) == (3, 3, 2, 2, 2)
    assert (other.last, other.silent, other.quiet, other.longest) == (5, 0, 0, 1)
    assert (none.last, none.rows, none.regular) == (-1, 0, False)


def test_a_period_in_which_nobody_reports_is_no_silence() -> None:
    assert [series.silent for series in reporting("1111..", "11111.")] == [1, 0]
    assert [series.quiet for series in reporting("1111..", "11111.")] == [2, 1]


@pytest.mark.parametrize(
    ("row", "regular"),
    [("1111111111..", True), ("111111111.1.", False), (".........111", True), ("..........11", False)],
)
def test_a_series_is_regular_that_reports_nearly_always_in_its_last_two_seasons(row: str, regular: bool) -> None:
    assert reporting(row, "1" * len(row))[0].regular == regular


@pytest.mark.parametrize(
    ("row", "active"),
    [
        ("11111111111.", True),
        ("11111111....", True),
        ("1111111.....", False),  # silent for more than a season: it has ended
        ("1.1.1.1.1...", False),
        ("....111.....", False),
    ],
)
def test_a_series_is_active_while_it_may_only_be_late(row: str, active: bool) -> None:
    assert reporting(row, "1" * len(row))[0].is_active(season=4) == active


@pytest.mark.parametrize(
    ("row", "silent"),
    [("11111111111.", True), ("111111111111", False), ("1..1..1..1..", False), ("1..1..1.....", True)],
)
def test_a_series_is_silent_that_used_to_report_more_often(row: str, silent: bool) -> None:
    assert reporting(row, "1" * len(row))[0].is_silent(season=4) == silent
