"""The total, forecast by itself: what all series have in common shows there best, and one fit more costs little.

Forecasts of many small series are cautious, each for good reason, and their sum is more cautious than the total's own
history warrants: where all grow, it falls behind. Reconciliation weighs the levels by how they erred one period ahead,
where the sum errs least. So the total is also forecast directly, with complex exponential smoothing (Svetunkov,
Kourentzes and Ord 2022, Naval Research Logistics 69) beside the usual methods, and the reconciled parts share it out in
the proportions of their own forecasts (Athanasopoulos, Ahmed and Hyndman 2009, International Journal of Forecasting
25, "top-down by forecast proportions"). Whether that is done is for the back-tests to say.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np

from shared_analysis.forecasting.models.fitted import can_fit, is_astray, own_history
from shared_analysis.forecasting.panel.panel import BoolArray, FloatArray

DIRECT, HALFWAY = "direct", "halfway"
"""The mean of theta, decomposition and smoothing; of the parts' sum and of the mean of decomposition and smoothing.

The second is for when nothing can be tested: history is short then, and of the three theta needs the longest.
"""
_MEASURED_SEASONS = (4, 12)


def untested_total(season: int) -> str:
    """Name how to forecast a total when there are too few back-tests to say; empty for as the sum of its parts.

    Of monthly and quarterly counts with two to three seasons known it was the more accurate way. Direct forecasts of a
    weekly total were worse than repeating the last season even where they were tested.
    """
    return HALFWAY if season in _MEASURED_SEASONS else ""


def forecast_total(
    values: FloatArray, theta: FloatArray, decomposition: FloatArray, season: int
) -> dict[str, FloatArray]:
    """Forecast a total directly.

    Parameters
    ----------
    values
        Its known periods.
    theta, decomposition
        What these forecast for it, by step.
    season
        Periods in a season.

    Returns
    -------
    dict
        For each way to forecast the total, what is to be averaged to get it beside the sum of the parts, if that
        belongs to it, by step and never negative. Empty where its history is too short, or the smoothing went astray.
    """
    history = own_history(values)
    if season == 1 or not can_fit(history, season):
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsforecast.models import AutoCES

        try:
            smoothed = AutoCES(season_length=season).forecast(y=history, h=len(theta))["mean"]
        except Exception:  # the engine raises bare Exception for series it cannot fit
            return {}
    if is_astray(smoothed, history):
        return {}
    means = {
        DIRECT: np.mean([theta, decomposition, smoothed], axis=0),
        HALFWAY: np.mean([decomposition, smoothed], axis=0),
    }
    return {way: np.maximum(mean, 0.0) for way, mean in means.items()}


def share_out(series: FloatArray, totals: Mapping[str, FloatArray], way: str, moves: BoolArray) -> FloatArray:
    """Scale the series' forecasts, so that they add up to a total.

    Parameters
    ----------
    series
        Series by steps, none negative.
    totals
        What :func:`forecast_total` returned. Without a total they stay as they are.
    way
        ``DIRECT`` or ``HALFWAY``.
    moves
        Which series are scaled: not one that has always been what its forecast said.
    """
    if way not in totals:
        return series
    held, scaled = series[~moves].sum(axis=0), series[moves].sum(axis=0)
    total = (totals[way] + held + scaled) / 2 if way == HALFWAY else totals[way]
    factors = np.divide(np.maximum(total - held, 0.0), scaled, out=np.ones_like(scaled), where=scaled > 0)
    return np.where(moves[:, None], series * factors, series)
