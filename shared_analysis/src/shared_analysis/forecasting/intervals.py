"""Prediction intervals from the back-tests' own errors, pooled over series (split conformal prediction).

Scores are absolute errors of the final, reconciled forecasts in units of each node's typical error, pooled over the
nodes of a level and the origins, within thirds of the horizon. The interval is the forecast plus and minus the score
that the wanted share of scores does not exceed (Vovk, Gammerman and Shafer 2005; Lei et al. 2018). Pooling is what
makes a 95 % quantile possible: one series has a handful of back-tests, a level has hundreds of errors.

Two things make such an interval too narrow, and both are met. Errors of one date share its shocks, so that the date to
come is one more of a few dates rather than one more of hundreds of errors: with K back-tests the share outside is made
K / (K + 1) of what was asked. And the past may have been quieter than the future: where theta's own interval is wider,
the bounds go part of the way to it, as far as intervals made from the other back-tests would have scored best in each
(interval score, Gneiting and Raftery 2007, Journal of the American Statistical Association 102).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from shared_analysis.forecasting.backtest import FEWEST_TO_CHOOSE, Backtest, Outcome
from shared_analysis.forecasting.hierarchy import Hierarchy
from shared_analysis.forecasting.methods import own_history
from shared_analysis.forecasting.panel import FloatArray

# How far bounds may go towards theta's own: not, half of the way, all of it.
_WEIGHTS = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Measured:
    """Intervals that rest on the errors of some back-tests of one candidate.

    Parameters
    ----------
    whole
        Whether bounds are rounded outward to whole counts.
    """

    backtest: Backtest
    candidate: str
    hierarchy: Hierarchy
    whole: bool

    def reach(self, outcome: Outcome) -> dict[int, FloatArray]:
        """Find how far intervals must reach for an outcome.

        Returns
        -------
        dict
            By level in per cent, nodes by steps; a level that the number of errors cannot support is not there.
        """
        found = {}
        for level in outcome.reach:
            pooled = self._pooled(outcome, level, self.backtest.used)
            if pooled is not None:
                found[level] = _towards(pooled, outcome.reach[level], self._weights[level])
        return found

    def hits(self) -> dict[int, FloatArray]:
        """Tell which back-test values were inside intervals made from the other origins only.

        Where history is short the other origins share periods with this one (see :func:`.backtest.choose_origins`), and
        then this is no independent test.

        Returns
        -------
        dict
            By level, origins by nodes by steps: 1 inside, 0 outside, NaN not known or not an origin that intervals
            rest on. Empty where the other origins cannot support a level.
        """
        found = {}
        for level, left_out in self._left_out.items():
            found[level] = np.full(self.backtest.actual.shape, np.nan)
            for at, pooled in left_out.items():
                if pooled is None:
                    return {}
                low, high, outcome, actual = self._bounds(at, level, pooled, self._weights[level])
                inside = (actual >= low) & (actual <= high)
                counts = np.isfinite(actual) & (outcome.spread[self.candidate] > 0)[:, None]
                found[level][at] = np.where(counts, inside, np.nan)
        return found

    @cached_property
    def _left_out(self) -> dict[int, dict[int, FloatArray | None]]:
        """By level and origin, the pooled reach from the other origins."""
        used = self.backtest.used
        return {
            level: {
                at: self._pooled(self.backtest.outcomes[at], level, [other for other in used if other != at])
                for at in used
            }
            for level in self.backtest.outcomes[0].reach
        }

    @cached_property
    def _weights(self) -> dict[int, float]:
        """How far to go towards theta's own interval, by level: what scores best with each back-test left out."""
        chosen = {}
        for level, left_out in self._left_out.items():
            if len(left_out) < FEWEST_TO_CHOOSE or any(pooled is None for pooled in left_out.values()):
                chosen[level] = _WEIGHTS[-1]
            else:
                scores = [round(self._score(level, weight), 9) for weight in _WEIGHTS]
                chosen[level] = _WEIGHTS[int(np.argmin(scores))]
        return chosen

    def _score(self, level: int, weight: float) -> float:
        """Mean interval score in units of the seasonal naive's error, each back-test with intervals from the others."""
        found = []
        for at, pooled in self._left_out[level].items():
            if pooled is not None:
                low, high, outcome, actual = self._bounds(at, level, pooled, weight)
                missed = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
                scores = (high - low + 2 / (1 - level / 100) * missed) / outcome.scale[:, None]
                known = scores[np.isfinite(scores)]
                found.append(known.mean() if known.size else 0.0)
        return float(np.mean(found))

    def _bounds(
        self, at: int, level: int, pooled: FloatArray, weight: float
    ) -> tuple[FloatArray, FloatArray, Outcome, FloatArray]:
        outcome = self.backtest.outcomes[at]
        reach = _towards(pooled, outcome.reach[level], weight)
        low, high = bounds(outcome.forecasts[self.candidate], reach, whole=self.whole)
        return low, high, outcome, self.backtest.actual[at]

    def _pooled(self, outcome: Outcome, level: int, origins: Sequence[int]) -> FloatArray | None:
        """Half the width for one level from the errors of some origins; None where they are too few."""
        units = pooled_quantiles(self._scores[list(origins)], level, self.hierarchy) if origins else None
        return None if units is None else units * outcome.spread[self.candidate][:, None]

    @cached_property
    def _scores(self) -> FloatArray:
        return self.backtest.scores(self.candidate)


def _towards(reach: FloatArray, own: FloatArray, weight: float) -> FloatArray:
    """Go part of the way towards theta's own interval where that is wider."""
    return np.asarray(reach + weight * np.where(own > reach, own - reach, 0.0))


def model_reach(values: FloatArray, outcome: Outcome, season: int) -> dict[int, FloatArray]:
    """Half the width of the methods' own intervals, for when too few back-tests support one that is measured.

    That of theta, widened as Student's t is over the normal for the few seasons it was estimated from; where theta
    could not be fitted, the textbook bounds of the naive methods (Hyndman and Athanasopoulos, Forecasting: Principles
    and Practice, 5.5).

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


def pooled_quantiles(scores: FloatArray, level: int, hierarchy: Hierarchy) -> FloatArray | None:
    """The score to reach, nodes by steps; None when all scores together are too few for the level."""
    origins, nodes, horizon = scores.shape
    outside = (1 - level / 100) * origins / (origins + 1)
    found = np.empty((nodes, horizon))
    for name in hierarchy.levels:
        rows = hierarchy.rows(name)
        for steps in np.array_split(np.arange(horizon), 3):
            if not steps.size:
                continue
            pools = (scores[:, rows][:, :, steps], scores[:, rows], scores)
            reach = next((reach for pool in pools if (reach := _at_rank(pool, outside)) is not None), None)
            if reach is None:
                return None
            found[np.ix_(rows, steps)] = reach
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
