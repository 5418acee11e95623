"""Prediction intervals from the back-tests' own errors, pooled over series (split conformal prediction).

Scores are absolute errors of the final, reconciled forecasts in units of each node's typical error, pooled over the
nodes of a level and the origins, within thirds of the horizon. The interval is the forecast plus and minus the score
that the wanted share of scores does not exceed (Vovk, Gammerman and Shafer 2005; Lei et al. 2018). Pooling is what
makes a 95 % quantile possible: one series has a handful of back-tests, a level has hundreds of errors.

Two things make such an interval too narrow. Errors of one date share its shocks, so that the date to come is one more
of a few dates rather than one more of hundreds of errors: with K back-tests the share outside may have to be K / (K +
1) of what was asked. And the past may have been quieter than the future: where theta's own interval is wider, the
bounds may have to go towards it. How cautious to be is what intervals made from the other back-tests would have scored
best with in each (interval score, Gneiting and Raftery 2007, Journal of the American Statistical Association 102); with
too few back-tests to tell, the most cautious.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from shared_analysis.forecasting.evaluation.backtest import FEWEST_TO_CHOOSE, Backtest, Outcome
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import own_history
from shared_analysis.forecasting.panel.panel import FloatArray

# From the boldest to the most cautious: whether the date to come is one more of a few; how far to go to theta's own.
_CAUTIONS = ((False, 0.0), (True, 0.0), (True, 0.5), (True, 1.0))


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
        return self._reaches(outcome, self.backtest.used)

    def hits(self) -> dict[int, FloatArray]:
        """Tell which back-test values were inside intervals made from the errors of the other origins only.

        How cautious to be is one choice of four for all of them, made once.
        Where history is short the other origins share periods with this one (see :func:`.backtest.choose_origins`), and
        then this is no independent test.

        Returns
        -------
        dict
            By level, origins by nodes by steps: 1 inside, 0 outside, NaN not known or not an origin that intervals
            rest on. A level that the other origins cannot support is not there.
        """
        found = {level: np.full(self.backtest.actual.shape, np.nan) for level in self.backtest.outcomes[0].reach}
        for at in self.backtest.used:
            actual, outcome = self.backtest.actual[at], self.backtest.outcomes[at]
            made = self._reaches(outcome, self._others(at))
            counts = np.isfinite(actual) & (outcome.spread[self.candidate] > 0)[:, None]
            found = {level: inside for level, inside in found.items() if level in made}
            for level, inside in found.items():
                low, high = bounds(outcome.forecasts[self.candidate], made[level], whole=self.whole)
                inside[at] = np.where(counts, (actual >= low) & (actual <= high), np.nan)
        return found

    def _reaches(self, outcome: Outcome, origins: Sequence[int]) -> dict[int, FloatArray]:
        """Half the width for every level that the errors of some origins support."""
        made = {level: self._reach(outcome, level, origins, self._caution[level]) for level in outcome.reach}
        return nested({level: reach for level, reach in made.items() if reach is not None})

    def _others(self, at: int) -> list[int]:
        return [other for other in self.backtest.used if other != at]

    @cached_property
    def _caution(self) -> dict[int, int]:
        """Which of the cautions to take, by level."""
        levels = self.backtest.outcomes[0].reach
        if len(self.backtest.used) < FEWEST_TO_CHOOSE:
            return dict.fromkeys(levels, len(_CAUTIONS) - 1)
        scores = {level: [round(self._score(level, which), 9) for which in range(len(_CAUTIONS))] for level in levels}
        most = len(_CAUTIONS) - 1
        return {level: int(np.argmin(found)) if min(found) < np.inf else most for level, found in scores.items()}

    def _score(self, level: int, caution: int) -> float:
        """Mean interval score in units of the seasonal naive's error, each back-test with intervals from the others."""
        found = []
        for at in self.backtest.used:
            limits = self._left_out(at, level, caution)
            if limits is None:
                return np.inf
            (low, high), actual = limits, self.backtest.actual[at]
            missed = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
            scores = (high - low + 2 / (1 - level / 100) * missed) / self.backtest.outcomes[at].scale[:, None]
            known = scores[np.isfinite(scores)]
            found.append(known.mean() if known.size else 0.0)
        return float(np.mean(found))

    def _left_out(self, at: int, level: int, caution: int) -> tuple[FloatArray, FloatArray] | None:
        """Bounds of one back-test from the errors of the others; None where they are too few."""
        outcome = self.backtest.outcomes[at]
        reach = self._reach(outcome, level, self._others(at), caution)
        return None if reach is None else bounds(outcome.forecasts[self.candidate], reach, whole=self.whole)

    def _reach(self, outcome: Outcome, level: int, origins: Sequence[int], caution: int) -> FloatArray | None:
        """Half the width for one level from the errors of some origins; None where they are too few."""
        if not origins:
            return None
        one_more, weight = _CAUTIONS[caution]
        outside = (1 - level / 100) * (len(origins) / (len(origins) + 1) if one_more else 1)
        units = self._quantiles(tuple(origins), outside)
        if units is None:
            return None
        reach, own = units * outcome.spread[self.candidate][:, None], outcome.reach[level]
        return np.asarray(reach + weight * np.where(own > reach, own - reach, 0.0))

    def _quantiles(self, origins: tuple[int, ...], outside: float) -> FloatArray | None:
        if (origins, outside) not in self._found:
            self._found[origins, outside] = pooled_quantiles(self._scores[list(origins)], outside, self.hierarchy)
        return self._found[origins, outside]

    @cached_property
    def _found(self) -> dict[tuple[tuple[int, ...], float], FloatArray | None]:
        return {}

    @cached_property
    def _scores(self) -> FloatArray:
        return self.backtest.scores(self.candidate)


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


def nested(reach: Mapping[int, FloatArray]) -> dict[int, FloatArray]:
    """Make no interval narrower than one of a lower level.

    Each level chooses its caution and its pool of errors by itself, so that one may come out narrower.
    """
    made: dict[int, FloatArray] = {}
    for level in sorted(reach):
        narrower = list(made.values())[-1:]
        made[level] = np.maximum(reach[level], narrower[0]) if narrower else reach[level]
    return made


def bounds(middle: FloatArray, reach: FloatArray, *, whole: bool) -> tuple[FloatArray, FloatArray]:
    """Put an interval around forecasts; counts are never negative, and whole ones are rounded outward."""
    low, high = np.maximum(middle - reach, 0.0), middle + reach
    if whole:
        # A forecast is a sum of floating-point numbers: a hair above a whole number is that number.
        hair = 1e-9 * np.maximum(high, 1e3)
        low, high = np.floor(low + hair), np.ceil(high - hair)
    return low, high


def pooled_quantiles(scores: FloatArray, outside: float, hierarchy: Hierarchy) -> FloatArray | None:
    """The score that a share of those to come exceed, nodes by steps; None when all together are too few to say."""
    _, nodes, horizon = scores.shape
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
