"""Prediction intervals from the back-tests' own errors, pooled over series (split conformal prediction).

Scores are absolute errors of the final, reconciled forecasts in units of each node's typical error, pooled over the nodes
of a level and the origins, within thirds of the horizon. The interval is the forecast plus and minus the score that the
wanted share of scores does not exceed (Vovk, Gammerman and Shafer 2005; Lei et al. 2018). Pooling is what makes a 95 %
quantile possible: one series has a handful of back-tests, a level has hundreds of errors.

Two things make such an interval too narrow, and both are met. Errors of one date share its shocks, so that the date to
come is one more of a few dates rather than one more of hundreds of errors: with K back-tests the share outside is made
K / (K + 1) of what was asked. And the past may have been quieter than the future: where theta's own interval is the wider,
the bounds go half of the way to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np

from shared_analysis.forecasting.backtest import Backtest, Outcome
from shared_analysis.forecasting.hierarchy import Hierarchy
from shared_analysis.forecasting.methods import own_history
from shared_analysis.forecasting.panel import FloatArray

Reach = Mapping[int, FloatArray]
"""By level in per cent, half the width of an interval: nodes by steps."""


def measured_reach(
    backtest: Backtest, outcome: Outcome, candidate: str, hierarchy: Hierarchy, origins: Sequence[int]
) -> dict[int, FloatArray]:
    """Find how far intervals must reach for an outcome, from the errors of some origins.

    Returns
    -------
    dict
        By level in per cent; a level that the number of errors cannot support is not there.
    """
    if not origins:
        return {}
    errors = backtest.errors(candidate)[list(origins)]
    spread = np.stack([backtest.outcomes[at].spread[candidate] for at in origins])[:, :, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = np.where(spread > 0, np.abs(errors) / spread, np.nan)
    found = {}
    for level, own in outcome.reach.items():
        units = _quantiles(scores, level, hierarchy)
        if units is not None:
            reach = units * outcome.spread[candidate][:, None]
            found[level] = np.fmax(reach, (reach + own) / 2)
    return found


def model_reach(values: FloatArray, outcome: Outcome, season: int) -> dict[int, FloatArray]:
    """Half the width of the methods' own intervals, for when too few back-tests support one that is measured.

    That of theta, widened as Student's t is over the normal for the few seasons it was estimated from; where theta could
    not be fitted, the textbook bounds of the naive methods (Hyndman and Athanasopoulos, Forecasting: Principles and
    Practice, 5.5).

    Parameters
    ----------
    values
        Nodes by known periods.
    """
    from scipy.stats import t as student

    found = {}
    for level, own in outcome.reach.items():
        middle = NormalDist().inv_cdf(0.5 + level / 200)
        reach = own.copy()
        for at, row in enumerate(values):
            history = own_history(row)
            if np.isfinite(own[at]).all():
                reach[at] *= student.ppf(0.5 + level / 200, max(len(history) - season - 2, 2)) / middle
            else:
                reach[at] = middle * _naive_error(history, season, own.shape[1])
        found[level] = reach
    return found


def bounds(middle: FloatArray, reach: FloatArray, *, whole: bool) -> tuple[FloatArray, FloatArray]:
    """Put an interval around forecasts; counts are never negative, and whole ones are rounded outward."""
    low, high = np.maximum(middle - reach, 0.0), middle + reach
    if whole:
        # A forecast is a sum of floating-point numbers: a hair above a whole number is that number.
        low, high = np.floor(low + 1e-6), np.ceil(high - 1e-6)
    return low, high


def hits(
    backtest: Backtest, candidate: str, hierarchy: Hierarchy, levels: Sequence[int], *, whole: bool
) -> dict[int, FloatArray]:
    """Tell which back-test values were inside intervals made from the other origins only.

    Where history is short the other origins share periods with this one (see :func:`.backtest.choose_origins`), and
    then this is no independent test.

    Returns
    -------
    dict
        By level, origins by nodes by steps: 1 inside, 0 outside, NaN not known or not an origin that intervals rest on.
        Empty where the other origins cannot support a level.
    """
    found = {level: np.full(backtest.actual.shape, np.nan) for level in levels}
    for at in backtest.used:
        outcome = backtest.outcomes[at]
        others = [other for other in backtest.used if other != at]
        reach = measured_reach(backtest, outcome, candidate, hierarchy, others)
        if set(reach) != set(levels):
            return {}
        for level in levels:
            low, high = bounds(outcome.forecasts[candidate], reach[level], whole=whole)
            actual = backtest.actual[at]
            inside = (actual >= low) & (actual <= high)
            counts = np.isfinite(actual) & (outcome.spread[candidate] > 0)[:, None]
            found[level][at] = np.where(counts, inside, np.nan)
    return found


def _quantiles(scores: FloatArray, level: int, hierarchy: Hierarchy) -> FloatArray | None:
    """The score to reach, nodes by steps; None when all scores together are too few for the level."""
    origins, nodes, horizon = scores.shape
    outside = (1 - level / 100) * origins / (origins + 1)
    found = np.empty((nodes, horizon))
    everything = _at_rank(scores, outside)
    for name in hierarchy.levels:
        rows = hierarchy.rows(name)
        whole = _at_rank(scores[:, rows], outside)
        for steps in np.array_split(np.arange(horizon), 3):
            if not steps.size:
                continue
            part = _at_rank(scores[:, rows][:, :, steps], outside)
            chosen = next((found for found in (part, whole, everything) if found is not None), None)
            if chosen is None:
                return None
            found[np.ix_(rows, steps)] = chosen
    return found


def _at_rank(scores: FloatArray, outside: float) -> float | None:
    """The score that no more than a share of those to come exceed; None if there are too few to say."""
    there = np.sort(scores[np.isfinite(scores)])
    # Rounded, because 0.95 times 20 is not 19 in binary.
    rank = int(np.ceil(round((there.size + 1) * (1 - outside), 9)))
    return float(there[rank - 1]) if 0 < rank <= there.size else None


def _naive_error(history: FloatArray, season: int, horizon: int) -> FloatArray:
    """Standard error of repeating the last season (or the last value), by step ahead."""
    lag = season if len(history) >= season + 2 else 1
    steps = history[lag:] - history[:-lag]
    # A single value, or a constant, is no proof of certainty. Where no step can be seen, what Poisson counts would show
    # stands in: the difference of two has twice their mean as its variance.
    variance = float(np.mean(steps**2)) if steps.any() else 2 * float(history.mean())
    return np.asarray(np.sqrt(variance * (np.arange(horizon) // lag + 1)))
