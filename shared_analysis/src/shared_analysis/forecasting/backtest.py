"""Rolling origins: forecast from earlier dates as if it were then, and compare with what came.

Accuracy is the mean absolute scaled error (Hyndman and Koehler 2006, International Journal of Forecasting 22): the
mean absolute error over the horizon, divided by the in-sample mean absolute error of repeating the last season.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shared_analysis.forecasting.methods import BASELINE, CANDIDATES, combine, forecast_members
from shared_analysis.forecasting.panel import FloatArray, Panel

# Mean absolute difference of two Poisson counts of mean 1, normal approximation: 2 / sqrt(pi).
_POISSON_STEP = 2 / np.sqrt(np.pi)


@dataclass(frozen=True)
class Backtest:
    """What each candidate forecast from each origin, and what came.

    Parameters
    ----------
    origins
        Number of periods known at each origin, ascending.
    forecasts
        By candidate: origins by series by steps.
    actual
        Origins by series by steps.
    scale
        Origins by series: in-sample error of repeating the last season; NaN where it is zero or there is no season
        before.
    spread
        Origins by series: the same, with a stand-in where it is NaN; see :func:`typical_step`.
    failures
        Series that an engine could not fit at some origin.
    """

    origins: tuple[int, ...]
    forecasts: dict[str, FloatArray]
    actual: FloatArray
    scale: FloatArray
    spread: FloatArray
    failures: frozenset[int]

    @property
    def mase(self) -> dict[str, float]:
        """Mean absolute scaled error by candidate, over the series and origins that have a scale; empty if none has."""
        errors = {name: np.abs(self.actual - made).mean(axis=2) / self.scale for name, made in self.forecasts.items()}
        if not np.isfinite(self.scale).any():
            return {}
        return {name: float(np.nanmean(error)) for name, error in errors.items()}

    @property
    def best(self) -> str:
        """The candidate with the smallest error over the whole panel; the baseline unless one is better."""
        errors = self.mase
        if not errors:
            return BASELINE
        return min(CANDIDATES, key=lambda name: (round(errors[name], 9), name != BASELINE))

    def scores(self, candidate: str) -> FloatArray:
        """Absolute errors in units of each series' spread: origins by series by steps; NaN where the spread is zero."""
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.abs(self.actual - self.forecasts[candidate]) / self.spread[:, :, None]
        return np.where(self.spread[:, :, None] > 0, scaled, np.nan)

    def of_total(self, total: FloatArray, season: int) -> Backtest:
        """The same back-test for the sum of the series: forecasts added up, never forecast apart."""
        known = [total[:origin] for origin in self.origins]
        return Backtest(
            self.origins,
            {name: made.sum(axis=1, keepdims=True) for name, made in self.forecasts.items()},
            self.actual.sum(axis=1, keepdims=True),
            np.array([[seasonal_error(history, season)] for history in known]),
            np.array([[typical_step(history, season)] for history in known]),
            self.failures,
        )


def choose_origins(periods: int, season: int, horizon: int, most: int) -> tuple[int, ...]:
    """Place the origins: a horizon apart where history allows, else closer, at least two seasons before each.

    Returns
    -------
    tuple of int
        Periods known at each origin; fewer than ``most``, or none, when history is short.
    """
    room = periods - horizon - 2 * season
    if room < 0:
        return ()
    count = min(most, room + 1)
    step = min(horizon, room // (count - 1)) if count > 1 else 0
    last = periods - horizon
    return tuple(last - step * back for back in reversed(range(count)))


def run_backtest(panel: Panel, horizon: int, origins: tuple[int, ...]) -> Backtest:
    """Forecast every series from every origin, knowing nothing later."""
    season = panel.calendar.season
    shape = (len(origins), len(panel.keys), horizon)
    forecasts = {name: np.empty(shape) for name in CANDIDATES}
    scale, spread = np.full(shape[:2], np.nan), np.zeros(shape[:2])
    failures: set[int] = set()
    for at, origin in enumerate(origins):
        for series in range(len(panel.keys)):
            history = own_history(panel, series, origin)
            members, failed = forecast_members(history, season, horizon)
            for name, made in combine(members).items():
                forecasts[name][at, series] = made
            scale[at, series] = seasonal_error(history, season)
            spread[at, series] = typical_step(history, season)
            if failed:
                failures.add(series)
    actual = np.stack([panel.values[:, origin : origin + horizon] for origin in origins])
    return Backtest(origins, forecasts, actual, scale, spread, frozenset(failures))


def own_history(panel: Panel, series: int, origin: int | None = None) -> FloatArray:
    """Return one series up to an origin, from its own first period above zero where that has come yet."""
    history = panel.values[series, :origin]
    begun = history > 0
    return history[int(begun.argmax()) :] if begun.any() else history


def seasonal_error(history: FloatArray, season: int) -> float:
    """In-sample mean absolute error of repeating the last season; NaN if it is zero or there is no season before."""
    if len(history) <= season:
        return float("nan")
    error = float(np.abs(history[season:] - history[:-season]).mean())
    return error if error > 0 else float("nan")


def typical_step(history: FloatArray, season: int) -> float:
    """In-sample seasonal error; failing that the mean step, failing that what Poisson counts would show."""
    seasonal = seasonal_error(history, season)
    if np.isfinite(seasonal):
        return seasonal
    steps = np.abs(np.diff(history))
    if len(history) <= season and steps.any():
        return float(steps.mean())
    return float(_POISSON_STEP * np.sqrt(history.mean()))
