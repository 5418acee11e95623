"""What a model forecasts and has fitted, and which histories it can be fitted to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from shared_analysis.forecasting.calendars import fewest_to_fit
from shared_analysis.forecasting.panel.panel import FloatArray

# A forecast of more than so many times the most that was ever counted is a model gone astray, not demand.
MOST_GROWTH = 10.0


@dataclass(frozen=True)
class MemberForecast:
    """What one member of a candidate forecasts, of a set of series.

    Parameters
    ----------
    mean
        Series by steps.
    fitted
        In-sample, series by known periods: what the member would have said of each period the period before; NaN where
        it could not.
    half_widths
        By level in per cent, half the width of the member's own interval, series by steps; NaN where it has none.
    failed
        Numbers of the series that the engine could not fit; the seasonal naive stands in for them.
    seconds
        How long it took; for a person who waits, never for a result.
    """

    mean: FloatArray
    fitted: FloatArray
    half_widths: Mapping[int, FloatArray] = field(default_factory=dict)
    failed: frozenset[int] = frozenset()
    seconds: float = 0.0


def own_history(values: FloatArray) -> FloatArray:
    """Return a series from its own first period above zero, where that has come yet."""
    begun = values > 0
    return values[int(begun.argmax()) :] if begun.any() else values


def can_fit(history: FloatArray, season: int) -> bool:
    """Whether there are two seasons to learn from (five years, which have none), and anything that varies."""
    return len(history) >= fewest_to_fit(season) and bool(np.ptp(history) > 0)


def is_astray(mean: FloatArray, history: FloatArray) -> bool:
    """Whether a forecast is no number, or beyond anything that the history could lead to."""
    return not np.isfinite(mean).all() or bool(np.abs(mean).max() > MOST_GROWTH * max(history.max(), 1.0))


def naive_error(history: FloatArray, season: int, horizon: int) -> FloatArray:
    """Standard error of repeating the last season (or the last value), by step ahead."""
    lag = season if len(history) >= season + 2 else 1
    steps = history[lag:] - history[:-lag]
    # A single value, or a constant, is no proof of certainty. Where no step can be seen, what Poisson counts would show
    # stands in: the difference of two has twice their mean as its variance.
    variance = float(np.mean(steps**2)) if steps.any() else 2 * float(history.mean())
    return np.asarray(np.sqrt(variance * (np.arange(horizon) // lag + 1)))
