"""Which part of a series is its own history, what can be fitted, and when a forecast has gone astray."""

import numpy as np
import pytest

from shared_analysis.forecasting.models.fitted import can_fit, is_astray, own_history


@pytest.mark.parametrize(
    ("values", "own"),
    [([0, 0, 3, 0, 2], [3, 0, 2]), ([0, 1, 3], [1, 3]), ([1, 0], [1, 0]), ([0, 0, 5], [5]), ([0, 0], [0, 0])],
)
def test_a_series_begins_with_its_first_count_above_zero(values: list[float], own: list[float]) -> None:
    assert own_history(np.array(values, dtype=float)).tolist() == own


@pytest.mark.parametrize(("length", "varies", "fits"), [(8, True, True), (7, True, False), (8, False, False)])
def test_two_seasons_that_vary_can_be_fitted(length: int, varies: bool, fits: bool) -> None:
    history = np.arange(length, dtype=float) if varies else np.ones(length)
    assert can_fit(history, season=4) == fits


@pytest.mark.parametrize(
    ("forecast", "astray"),
    [([5.0, np.nan], True), ([5.0, np.inf], True), ([70.1], True), ([70.0], False), ([-71.0], True)],
)
def test_a_forecast_beyond_ten_times_the_most_has_gone_astray(forecast: list[float], astray: bool) -> None:
    assert is_astray(np.array(forecast), np.array([5.0, 6.0, 7.0])) == astray


def test_of_next_to_nothing_ten_is_not_astray() -> None:
    assert not is_astray(np.array([10.0]), np.array([0.0, 0.5]))
    assert is_astray(np.array([10.1]), np.array([0.0, 0.5]))
