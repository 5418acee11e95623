"""Back-tests from rolling origins: forecast from earlier cutoffs as if it were then, and compare with what came.

This is time series cross-validation. Every back-test is the whole procedure, reconciliation included, so that what is
measured is what is used. Accuracy is the mean absolute scaled error (MASE, Hyndman and Koehler 2006, International
Journal of Forecasting 22): the mean absolute error over the horizon, divided by the in-sample mean absolute error of
the seasonal naive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from shared_analysis.forecasting.calendars import fewest_to_fit, touch_break
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.hierarchy.reconciliation import Reconciler
from shared_analysis.forecasting.models.ensemble import BASELINE, FITTED, combine, make_members
from shared_analysis.forecasting.models.fitted import own_history
from shared_analysis.forecasting.models.requested import RequestedModels
from shared_analysis.forecasting.models.total import forecast_total, share_out
from shared_analysis.forecasting.panel.panel import BoolArray, FloatArray, Panel
from shared_analysis.forecasting.spec import ForecastSpec

FEWEST_TO_CHOOSE = 3
"""Back-tests that a choice, or leaving out those that touch a break, needs at the least."""
# Mean absolute difference of two Poisson counts of mean 1, normal approximation: 2 / sqrt(pi).
_POISSON_STEP = 2 / np.sqrt(np.pi)
_MOST_GROWTH = 5.0
# Two or three errors of a fit to five years are next to nothing, and all that comes would seem a surprise.
_FEWEST_OF_YEARS = 5


@dataclass(frozen=True)
class Outcome:
    """What the candidates forecast from one origin.

    Parameters
    ----------
    cutoff
        Number of periods known.
    forecasts
        By candidate: nodes by steps, reconciled.
    spread
        By candidate: what an error of each node is measured in; see :func:`typical_error`.
    scale
        In-sample error of the seasonal naive, by node; NaN where it is zero or there is no season before.
    half_widths
        By level, half the width of theta's own interval, nodes by steps.
    failed
        Nodes that an engine could not fit.
    seconds
        By member, how long its fits took.
    totals
        The total forecast by itself, as :func:`.models.total.forecast_total` returns it.
    moves
        By candidate, which series have ever not been what it said of them.
    """

    cutoff: int
    forecasts: Mapping[str, FloatArray]
    spread: Mapping[str, FloatArray]
    scale: FloatArray
    half_widths: Mapping[int, FloatArray]
    failed: frozenset[int]
    seconds: Mapping[str, float]
    totals: Mapping[str, FloatArray] = field(default_factory=dict)
    moves: Mapping[str, BoolArray] = field(default_factory=dict)

    def shared_out(self, candidate: str, way: str, hierarchy: Hierarchy) -> Outcome:
        """Return the same with one candidate's forecasts scaled to a total that was forecast by itself."""
        if way not in self.totals:
            return self
        series = self.forecasts[candidate][-hierarchy.series :]
        scaled = hierarchy.add_up(share_out(series, self.totals, way, self.moves[candidate]))
        return replace(self, forecasts={**self.forecasts, candidate: scaled})


@dataclass(frozen=True)
class Backtest:
    """What each candidate forecast from each origin, and what came.

    Parameters
    ----------
    outcomes
        One an origin, the earliest first.
    actual
        Origins by nodes by steps; NaN where it is not known.
    normal
        For each origin, whether its forecast periods touch no declared break.
    """

    outcomes: tuple[Outcome, ...]
    actual: FloatArray
    normal: tuple[bool, ...]

    @property
    def origins(self) -> tuple[int, ...]:
        """Periods known at each origin, ascending."""
        return tuple(outcome.cutoff for outcome in self.outcomes)

    @property
    def used(self) -> list[int]:
        """The origins that choices and intervals rest on: those that touch no break where there are enough of them."""
        normal = [at for at, is_normal in enumerate(self.normal) if is_normal]
        return normal if len(normal) >= FEWEST_TO_CHOOSE else list(range(len(self.outcomes)))

    def apart(self, origins: Sequence[int]) -> float:
        """How many back-tests that share no period would say as much as those from some origins."""
        horizon = self.actual.shape[2]
        steps = np.diff([self.origins[at] for at in origins])
        return float(min(len(origins), 1 + np.minimum(steps, horizon).sum() / horizon))

    def shared_out(self, candidate: str, way: str, hierarchy: Hierarchy) -> Backtest:
        """Return the same with one candidate's forecasts scaled to totals that were forecast by themselves."""
        if not way:
            return self
        return replace(self, outcomes=tuple(each.shared_out(candidate, way, hierarchy) for each in self.outcomes))

    def updated(self, other: Backtest) -> Backtest:
        """Return the same with what another run from the same origins forecast by its candidates."""
        return replace(
            self,
            outcomes=tuple(
                replace(
                    first,
                    forecasts={**first.forecasts, **anew.forecasts},
                    spread={**first.spread, **anew.spread},
                    seconds={name: first.seconds[name] + anew.seconds[name] for name in first.seconds},
                )
                for first, anew in zip(self.outcomes, other.outcomes, strict=True)
            ),
        )

    def errors(self, candidate: str) -> FloatArray:
        """Signed errors, origins by nodes by steps."""
        forecasts = np.stack([outcome.forecasts[candidate] for outcome in self.outcomes])
        return np.asarray(self.actual - forecasts)

    def scaled_errors(self, candidate: str) -> FloatArray:
        """Mean absolute scaled error, origins by nodes; NaN where there is no scale or nothing is known."""
        scale = np.stack([outcome.scale for outcome in self.outcomes])
        return _mean_over(np.abs(self.errors(candidate)), axis=2) / scale

    def scores(self, candidate: str) -> FloatArray:
        """Absolute errors in units of each node's typical error; NaN where that is zero or nothing is known."""
        spread = np.stack([outcome.spread[candidate] for outcome in self.outcomes])[:, :, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(spread > 0, np.abs(self.errors(candidate)) / spread, np.nan))

    def mase(self, rows: np.ndarray[tuple[int], np.dtype[np.bool_]], origins: Sequence[int]) -> dict[str, float]:
        """Mean absolute scaled error by candidate, over some nodes and origins; empty where none has a scale."""
        errors = {name: self.scaled_errors(name)[list(origins)][:, rows] for name in self.outcomes[0].forecasts}
        return {name: float(np.nanmean(part)) for name, part in errors.items() if np.isfinite(part).any()}

    @property
    def has_errors(self) -> bool:
        """Whether the seasonal naive ever erred, so that there is something to be better than."""
        return any(np.isfinite(outcome.scale).any() for outcome in self.outcomes)

    def best(self) -> str:
        """The candidate with the smallest error over all nodes; the baseline unless one is better."""
        every = np.ones(self.actual.shape[1], dtype=bool)
        errors = self.mase(every, self.used)
        if not errors:
            return BASELINE
        return min(errors, key=lambda name: (round(errors[name], 9), name != BASELINE))


def choose_origins(periods: int, season: int, horizon: int, most: int) -> tuple[int, ...]:
    """Place the origins (cutoffs): a horizon apart where history allows, else closer, with enough before each to fit.

    Returns
    -------
    tuple of int
        Periods known at each origin; fewer than ``most``, or none, when history is short.
    """
    room = periods - horizon - fewest_to_fit(season)
    if room < 0:
        return ()
    count = min(most, room + 1)
    step = min(horizon, room // (count - 1)) if count > 1 else 0
    last = periods - horizon
    return tuple(last - step * back for back in reversed(range(count)))


def run_backtest(
    panel: Panel,
    hierarchy: Hierarchy,
    spec: ForecastSpec,
    origins: tuple[int, ...],
    candidates: Mapping[str, tuple[str, ...]],
    repeated: frozenset[str] = frozenset(),
    requested: RequestedModels | None = None,
) -> Backtest:
    """Forecast every node from every origin, knowing nothing later; parameters as of :func:`forecast_from`."""
    outcomes = tuple(
        forecast_from(
            panel.values[:, :origin], hierarchy, spec, candidates, repeated, requested, panel.known[:, :origin]
        )
        for origin in origins
    )
    known = hierarchy.add_up(np.where(panel.known, panel.values, np.nan))
    ahead = [slice(origin, origin + spec.horizon) for origin in origins]
    actual = np.stack([known[:, steps] for steps in ahead])
    return Backtest(outcomes, actual, tuple(not touch_break(panel.periods[steps], spec.breaks) for steps in ahead))


def forecast_from(
    values: FloatArray,
    hierarchy: Hierarchy,
    spec: ForecastSpec,
    candidates: Mapping[str, tuple[str, ...]],
    repeated: frozenset[str] = frozenset(),
    requested: RequestedModels | None = None,
    known: BoolArray | None = None,
) -> Outcome:
    """Forecast every node from the end of some history, by every candidate, reconciled.

    Parameters
    ----------
    values
        Series by known periods.
    candidates
        The members of each candidate.
    repeated
        Levels whose base forecast is the seasonal naive, whatever the candidate.
    requested
        Models on request, for the members that are not among the usual ones.
    known
        Series by known periods: whether it was counted; None where all were. An imputed value is no evidence of how far
        forecasts err.
    """
    nodes, season = hierarchy.add_up(values), spec.calendar.season
    members = make_members(nodes, season, spec.horizon, spec.levels, spec.workers)
    others = sorted({part for parts in candidates.values() for part in parts} - members.keys())
    if requested is not None:
        members |= requested.forecast(others, nodes, members)
    counted = np.ones(nodes.shape, dtype=bool) if known is None else hierarchy.add_up((~known).astype(float)) == 0
    scale = np.array([_scale_of(*node, season) for node in zip(nodes, counted, strict=True)])
    instead = hierarchy.nodes["level"].isin(sorted(repeated)).to_numpy()
    totals = {}
    if hierarchy.members and season > 1:
        theta, decomposition = (members[name].mean[0] for name in FITTED)
        totals = forecast_total(nodes[0], theta, decomposition, season)
    forecasts, spread, moves = {}, {}, {}
    for name, base in combine(members, candidates).items():
        mean, fitted = base.mean.copy(), base.fitted.copy()
        mean[instead], fitted[instead] = members[BASELINE].mean[instead], members[BASELINE].fitted[instead]
        residuals = _where_counted(nodes - fitted, counted, season)
        errors = _where_none(residuals, nodes, members["naive"].fitted)
        forecasts[name] = Reconciler.fit(hierarchy, errors)(mean)
        moves[name] = (np.nan_to_num(errors[-hierarchy.series :]) != 0).any(axis=1)
        spread[name] = typical_error(nodes, residuals, scale, season)
    return Outcome(
        cutoff=values.shape[1],
        forecasts=forecasts,
        spread=spread,
        scale=scale,
        half_widths=members["theta"].half_widths,
        failed=frozenset().union(*(member.failed for member in members.values())),
        seconds={name: member.seconds for name, member in members.items()},
        totals=totals,
        moves=moves,
    )


def total_seconds(outcomes: Iterable[Outcome]) -> dict[str, float]:
    """Add up how long the fits of each member took."""
    seconds: Counter[str] = Counter()
    for outcome in outcomes:
        seconds.update(outcome.seconds)
    return dict(sorted(seconds.items()))


def mase_scale(insample: FloatArray, season: int, counted: BoolArray | None = None) -> float:
    """In-sample mean absolute error of the seasonal naive; NaN if it is zero or there is no season before.

    Where some periods were counted and others were not, over those that were counted, as was the one a season before.
    """
    if len(insample) <= season:
        return float("nan")
    steps = np.abs(insample[season:] - insample[:-season])
    if counted is not None and (both := counted[season:] & counted[:-season]).any():
        steps = steps[both]
    error = float(steps.mean())
    return error if error > 0 else float("nan")


def _scale_of(values: FloatArray, counted: BoolArray, season: int) -> float:
    history = own_history(values)
    return mase_scale(history, season, counted[len(values) - len(history) :])


def _where_counted(residuals: FloatArray, counted: BoolArray, season: int) -> FloatArray:
    """Leave out errors against imputed values, for every node that has a season of others."""
    kept = np.where(counted, residuals, np.nan)
    enough = np.isfinite(kept).sum(axis=1) >= season
    return np.where(enough[:, None], kept, residuals)


def _where_none(residuals: FloatArray, nodes: FloatArray, naive: FloatArray) -> FloatArray:
    """For nodes too young to have an error, those of the naive; for a single value, a Poisson count's.

    Without them a series that began lately would pass for one that is always what its forecast said.
    """
    errors = residuals.copy()
    none = ~np.isfinite(errors).any(axis=1)
    errors[none] = (nodes - naive)[none]
    single = ~np.isfinite(errors).any(axis=1)
    errors[single, -1] = np.sqrt(nodes[single, -1])
    return errors


def typical_error(nodes: FloatArray, residuals: FloatArray, scale: FloatArray, season: int) -> FloatArray:
    """Say how large an error of each node usually is, so that errors of all nodes can be pooled.

    The geometric mean of the method's own in-sample error and of the seasonal naive's, for what the level is now:
    counts vary as the root of their level. Where neither is there, the mean step; failing that, what Poisson counts
    would show. Of years an own error counts from five of them on.

    Returns
    -------
    array
        One a node, in counts; zero for a node that has been zero throughout.
    """
    own = np.sqrt(_mean_over(residuals**2, axis=1))
    if season == 1:
        own = np.where(np.isfinite(residuals).sum(axis=1) >= _FEWEST_OF_YEARS, own, np.nan)
    both = np.sqrt(own * scale)
    typical: FloatArray = np.where(np.isfinite(both) & (both > 0), both, np.where(np.isfinite(scale), scale, np.nan))
    histories = [own_history(row) for row in nodes]
    now = np.array([history[-season:].mean() for history in histories]) + 0.5
    usual = np.array([history.mean() for history in histories]) + 0.5
    typical *= np.sqrt(np.clip(now / usual, 1 / _MOST_GROWTH, _MOST_GROWTH))
    for at in np.flatnonzero(~np.isfinite(typical)):
        history = histories[at]
        steps = np.abs(np.diff(history))
        short = len(history) <= season and steps.any()
        typical[at] = steps.mean() if short else _POISSON_STEP * np.sqrt(history.mean())
    return typical


def _mean_over(values: FloatArray, axis: int) -> FloatArray:
    """Mean of what is known; NaN where nothing is."""
    finite = np.isfinite(values)
    count = finite.sum(axis=axis)
    sums = np.where(finite, values, 0.0).sum(axis=axis)
    return np.asarray(np.where(count > 0, sums / np.maximum(count, 1), np.nan))
