"""Conformal prediction intervals: from the back-tests' own errors, pooled over series (split conformal prediction).

Scores are absolute errors of the final, reconciled forecasts in units of each node's typical error and of how errors
grow with the horizon, pooled over the nodes of a level, the origins and the steps. The interval is the forecast plus
and minus the conformal quantile, the score that the wanted share of scores does not exceed (Vovk, Gammerman and Shafer
2005; Lei et al. 2018). Pooling is what makes a 95 % quantile possible: one series has a handful of back-tests, a level
has hundreds of errors. How errors grow is one curve that never falls, so that no interval is narrower than one before
it. A level of few nodes has few errors that tell of one another little, so that its quantile is widened as Student's t
is over the normal, and its curve leans on that of all levels. Of years there are too few to draw a curve: each third of
the horizon has a quantile of its own.

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
from shared_analysis.forecasting.models.fitted import naive_error, own_history
from shared_analysis.forecasting.panel.panel import FloatArray, Panel
from shared_analysis.forecasting.spec import ForecastSpec

# From the boldest to the most cautious: whether the date to come is one more of a few; how far to go to theta's own.
_CAUTIONS = ((False, 0.0), (True, 0.0), (True, 0.5), (True, 1.0))
# Where back-tests are too few to choose, and the other interval is one that holds by itself.
_CAUTION_OF_FEW = (False, 1.0)
_OF_FEW = len(_CAUTIONS)
# Of so many errors at a step a level's own curve counts as much as that of all levels.
_LEANS = 20


@dataclass(frozen=True)
class ConformalIntervals:
    """Intervals that rest on the errors of some back-tests of one candidate.

    Parameters
    ----------
    backtest, candidate, hierarchy
        The back-tests, whose errors count, and the levels over which they are pooled.
    whole
        Whether bounds are rounded outward to whole counts.
    of_years
        Whether periods are years: there are so few that the errors of one moment are in most back-tests, and too few at
        each step to say that a later one is surer.
    """

    backtest: Backtest
    candidate: str
    hierarchy: Hierarchy
    whole: bool
    of_years: bool = False

    def half_widths(self, outcome: Outcome) -> dict[int, FloatArray]:
        """Find half the width that intervals must have for an outcome.

        Returns
        -------
        dict
            By level in per cent, nodes by steps; a level that the number of errors cannot support is not there.
        """
        return self._half_widths(outcome, self.backtest.used)

    def covered(self) -> dict[int, FloatArray]:
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
        covered = {
            level: np.full(self.backtest.actual.shape, np.nan) for level in self.backtest.outcomes[0].half_widths
        }
        for at in self.backtest.used:
            actual, outcome = self.backtest.actual[at], self.backtest.outcomes[at]
            half_widths = self._half_widths(outcome, self._others(at))
            counts = np.isfinite(actual) & (outcome.spread[self.candidate] > 0)[:, None]
            covered = {level: inside for level, inside in covered.items() if level in half_widths}
            for level, inside in covered.items():
                low, high = bounds(outcome.forecasts[self.candidate], half_widths[level], whole=self.whole)
                inside[at] = np.where(counts, (actual >= low) & (actual <= high), np.nan)
        return covered

    def _half_widths(self, outcome: Outcome, origins: Sequence[int]) -> dict[int, FloatArray]:
        """Half the width for every level that the errors of some origins support."""
        by_level = {
            level: self._half_width(outcome, level, origins, self._caution[level]) for level in outcome.half_widths
        }
        return nested({level: half_width for level, half_width in by_level.items() if half_width is not None})

    def _others(self, at: int) -> list[int]:
        return [other for other in self.backtest.used if other != at]

    @cached_property
    def _caution(self) -> dict[int, int]:
        """Which of the cautions to take, by level."""
        levels = self.backtest.outcomes[0].half_widths
        if self.of_years and self.backtest.apart(self.backtest.used) < FEWEST_TO_CHOOSE:
            return dict.fromkeys(levels, _OF_FEW)
        if len(self.backtest.used) < FEWEST_TO_CHOOSE:
            return dict.fromkeys(levels, len(_CAUTIONS) - 1)
        scores = {level: [round(self._score(level, which), 9) for which in range(len(_CAUTIONS))] for level in levels}
        most = len(_CAUTIONS) - 1
        return {level: int(np.argmin(tried)) if min(tried) < np.inf else most for level, tried in scores.items()}

    def _score(self, level: int, caution: int) -> float:
        """Mean interval score in units of the seasonal naive's error, each back-test with intervals from the others."""
        means = []
        for at in self.backtest.used:
            limits = self._left_out(at, level, caution)
            if limits is None:
                return np.inf
            (low, high), actual = limits, self.backtest.actual[at]
            missed = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
            scores = (high - low + 2 / (1 - level / 100) * missed) / self.backtest.outcomes[at].scale[:, None]
            known = scores[np.isfinite(scores)]
            means.append(known.mean() if known.size else 0.0)
        return float(np.mean(means))

    def _left_out(self, at: int, level: int, caution: int) -> tuple[FloatArray, FloatArray] | None:
        """Bounds of one back-test from the errors of the others; None where they are too few."""
        outcome = self.backtest.outcomes[at]
        half_width = self._half_width(outcome, level, self._others(at), caution)
        return None if half_width is None else bounds(outcome.forecasts[self.candidate], half_width, whole=self.whole)

    def _half_width(self, outcome: Outcome, level: int, origins: Sequence[int], caution: int) -> FloatArray | None:
        """Half the width for one level from the errors of some origins; None where they are too few."""
        if not origins:
            return None
        one_more, weight = (*_CAUTIONS, _CAUTION_OF_FEW)[caution]
        miscoverage = (1 - level / 100) * (len(origins) / (len(origins) + 1) if one_more else 1)
        quantiles = self._quantiles(tuple(origins), miscoverage)
        if quantiles is None:
            return None
        half_width, own = quantiles * outcome.spread[self.candidate][:, None], outcome.half_widths[level]
        cautious = np.asarray(half_width + weight * np.where(own > half_width, own - half_width, 0.0))
        return np.maximum.accumulate(cautious, axis=1)

    def _quantiles(self, origins: tuple[int, ...], miscoverage: float) -> FloatArray | None:
        key = (origins, miscoverage)
        if key not in self._known_quantiles:
            scores = self._scores[list(origins)]
            self._known_quantiles[key] = pooled_quantiles(
                scores, miscoverage, self.hierarchy, growing=not self.of_years
            )
        return self._known_quantiles[key]

    @cached_property
    def _known_quantiles(self) -> dict[tuple[tuple[int, ...], float], FloatArray | None]:
        return {}

    @cached_property
    def _scores(self) -> FloatArray:
        return self.backtest.scores(self.candidate)


@dataclass(frozen=True)
class Intervals:
    """The intervals of a forecast, and how often such intervals held in the back-tests.

    Parameters
    ----------
    bounds
        By level in per cent: lower and upper bounds, nodes by steps.
    unmeasured
        The levels whose interval is the method's own, because the back-tests have too few errors.
    covered
        What :meth:`ConformalIntervals.covered` returns; nothing without back-tests.
    """

    bounds: Mapping[int, tuple[FloatArray, FloatArray]]
    unmeasured: tuple[int, ...]
    covered: Mapping[int, FloatArray]


def prediction_intervals(
    panel: Panel, hierarchy: Hierarchy, spec: ForecastSpec, backtest: Backtest | None, outcome: Outcome, candidate: str
) -> Intervals:
    """Put an interval of every level around the forecasts: a conformal one, or the method's own where errors are few.

    Parameters
    ----------
    panel, hierarchy, spec
        What is forecast.
    backtest
        The back-tests; None where history is too short for one.
    outcome
        The forecasts.
    candidate
        Which of them is used.
    """
    counted = panel.values[panel.known]
    whole = bool((counted == np.floor(counted)).all())
    of_years = not panel.calendar.has_season
    conformal = ConformalIntervals(backtest, candidate, hierarchy, whole, of_years) if backtest else None
    half_widths = conformal.half_widths(outcome) if conformal else {}
    unmeasured = tuple(level for level in spec.levels if level not in half_widths)
    if unmeasured:
        own = model_half_widths(hierarchy.add_up(panel.values), outcome, panel.calendar.season)
        half_widths |= {level: np.maximum.accumulate(own[level], axis=1) for level in unmeasured}
    half_widths, middle = nested(half_widths), outcome.forecasts[candidate]
    limits = {level: bounds(middle, half_widths[level], whole=whole) for level in spec.levels}
    return Intervals(limits, unmeasured, conformal.covered() if conformal else {})


def model_half_widths(values: FloatArray, outcome: Outcome, season: int) -> dict[int, FloatArray]:
    """Half the width of the methods' own intervals, for when too few back-tests support one that is measured.

    That of theta, widened as Student's t is over the normal for the few seasons it was estimated from; where theta
    could not be fitted, the textbook bounds of the naive methods (Hyndman and Athanasopoulos, Forecasting: Principles
    and Practice, 5.5). Of years it is that of a random walk, which knows how few they are.

    Parameters
    ----------
    values
        Nodes by known periods.
    """
    from scipy.stats import t as student

    if season == 1:
        return dict(outcome.half_widths)
    by_level = {}
    for level, own in outcome.half_widths.items():
        quantile = NormalDist().inv_cdf(0.5 + level / 200)
        half_width = own.copy()
        for at, row in enumerate(values):
            history = own_history(row)
            if np.isfinite(own[at]).all():
                half_width[at] *= student.ppf(0.5 + level / 200, max(len(history) - season - 2, 2)) / quantile
            else:
                half_width[at] = quantile * naive_error(history, season, own.shape[1])
        by_level[level] = half_width
    return by_level


def nested(half_widths: Mapping[int, FloatArray]) -> dict[int, FloatArray]:
    """Make no interval narrower than one of a lower level.

    Each level chooses its caution and its pool of errors by itself, so that one may come out narrower.
    """
    widened: dict[int, FloatArray] = {}
    for level in sorted(half_widths):
        narrower = list(widened.values())[-1:]
        widened[level] = np.maximum(half_widths[level], narrower[0]) if narrower else half_widths[level]
    return widened


def bounds(middle: FloatArray, half_width: FloatArray, *, whole: bool) -> tuple[FloatArray, FloatArray]:
    """Put an interval around forecasts; counts are never negative, and whole ones are rounded outward."""
    low, high = np.maximum(middle - half_width, 0.0), middle + half_width
    if whole:
        # A forecast is a sum of floating-point numbers: a hair above a whole number is that number.
        hair = 1e-9 * np.maximum(high, 1e3)
        low, high = np.floor(low + hair), np.ceil(high - hair)
    return low, high


def pooled_quantiles(
    scores: FloatArray, miscoverage: float, hierarchy: Hierarchy, *, growing: bool = True
) -> FloatArray | None:
    """The conformal quantile of each node and step, from scores pooled; None when all together are too few.

    Parameters
    ----------
    scores
        Origins by nodes by steps; NaN where an error is not known.
    miscoverage
        The share of scores that may be larger.
    hierarchy
        The levels that have pools of their own.
    growing
        Pool the steps in units of how scores grow with them; else pool each third of them by itself.
    """
    origins, nodes, horizon = scores.shape
    quantiles = np.empty((nodes, horizon))
    every = growth(scores) if growing else np.ones(horizon)
    parts = (
        [np.arange(horizon)] if growing else [steps for steps in np.array_split(np.arange(horizon), 3) if steps.size]
    )
    of_all = _in_units(scores, every)
    for name in hierarchy.levels:
        rows = hierarchy.rows(name)
        curve = every
        if growing:
            own = origins * rows.sum() / (origins * rows.sum() + _LEANS)
            curve = own * growth(scores[:, rows]) + (1 - own) * every
        of_level = _in_units(scores[:, rows], curve)
        for steps in parts:
            pools = (of_level[:, :, steps], of_level, of_all)
            supported = ((pool.shape[1], conformal_quantile(pool, miscoverage)) for pool in pools)
            among, quantile = next(((among, value) for among, value in supported if value is not None), (0, None))
            if quantile is None:
                return None
            wider = _student_over_normal(miscoverage, origins * among) if growing else 1.0
            quantiles[np.ix_(rows, steps)] = wider * quantile * curve[steps]
    return quantiles


def growth(scores: FloatArray) -> FloatArray:
    """Draw how scores grow with the horizon: the nearest curve to their means that never falls; 1 on average.

    By isotonic regression (Barlow, Bartholomew, Bremner and Brunk 1972).

    Parameters
    ----------
    scores
        Origins by nodes by steps; NaN where an error is not known.
    """
    from scipy.optimize import isotonic_regression

    known = np.isfinite(scores)
    weights = known.sum(axis=(0, 1))
    means = np.where(known, scores, 0.0).sum(axis=(0, 1)) / np.maximum(weights, 1)
    if not means.any():
        return np.ones(scores.shape[2])
    # A step of which nothing is known takes the height of its neighbours.
    curve = np.asarray(isotonic_regression(means, weights=np.maximum(weights, 1e-9)).x)
    return np.asarray(curve / curve.mean())


def _in_units(scores: FloatArray, curve: FloatArray) -> FloatArray:
    """Divide scores by how they grow; where nothing has ever erred, they are zero and stay so."""
    return np.asarray(scores / np.where(curve > 0, curve, 1.0))


def _student_over_normal(miscoverage: float, freedom: float) -> float:
    """How much wider an interval of Student's t is than one of the normal distribution."""
    from scipy.stats import t as student

    return float(student.ppf(1 - miscoverage / 2, freedom)) / NormalDist().inv_cdf(1 - miscoverage / 2)


def conformal_quantile(scores: FloatArray, miscoverage: float) -> float | None:
    """The score that no more than a share of those to come exceed; None if there are too few to say.

    Of n scores the one of rank ``ceil((n + 1) * (1 - miscoverage))``; what is not known (NaN) does not count.
    """
    known = np.sort(scores[np.isfinite(scores)])
    # Rounded, because 0.95 times 20 is not 19 in binary.
    rank = int(np.ceil(round((known.size + 1) * (1 - miscoverage), 9)))
    return float(known[rank - 1]) if 0 < rank <= known.size else None
