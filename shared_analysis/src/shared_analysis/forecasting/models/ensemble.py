"""The methods a forecast is chosen from: few, fast, each known to work on public-service counts.

Each candidate is the plain mean of its members. The members that every forecast has: the last season repeated; the last
value repeated; the mean of the last season; the dynamic optimised theta method (Fiorucci et al. 2016, International
Journal of Forecasting 32); a seasonal-trend decomposition by loess with exponential smoothing of the rest (Bandara,
Hyndman and Bergmeir 2021, "MSTL"). Means of simple methods beat their members more often than not (Makridakis,
Spiliotis and Assimakopoulos 2020, "The M4 Competition"). The engines are statsforecast's.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from shared_analysis.forecasting.panel.panel import FloatArray
from shared_analysis.forecasting.request import name_requested, short_requested

BASELINE = "seasonal_naive"
UNTESTED = "theta_mstl_level"
CANDIDATES: Mapping[str, tuple[str, ...]] = {
    BASELINE: ("repeat",),
    "naive": ("last",),
    "level": ("level",),
    "theta": ("theta",),
    "mstl": ("mstl",),
    "theta_mstl": ("theta", "mstl"),
    UNTESTED: ("theta", "mstl", "level"),
}
# Fewer fits than this are done before another process has loaded its engines.
_WORTH_A_PROCESS = 3000
_CHUNK = 100
_LONGEST_LEVEL = 12
FITTED = ("theta", "mstl")


def untested(season: int) -> str:
    """Name the method for when there are too few back-tests to choose one.

    Among monthly and quarterly counts of public services the mean with the last season's level was the most accurate;
    a weekly series moves too far within a season for its level to say much.
    """
    return UNTESTED if season <= _LONGEST_LEVEL else "theta_mstl"


def name_method(candidate: str, season_noun: str) -> str:
    """Say a candidate in words."""
    return {
        BASELINE: f"repeating the last {season_noun}",
        "naive": "repeating the last value",
        "level": f"the mean of the last {season_noun}",
        "theta": "the theta method",
        "mstl": "seasonal decomposition with exponential smoothing",
        "theta_mstl": "the mean of theta and seasonal decomposition",
        UNTESTED: f"the mean of theta, seasonal decomposition and the last {season_noun}'s level",
    }.get(candidate) or name_requested(candidate)


def short_name(candidate: str, season_noun: str) -> str:
    """Name a candidate for the side of a chart."""
    return {
        BASELINE: f"last {season_noun} repeated",
        "naive": "last value repeated",
        "level": f"mean of the last {season_noun}",
        "theta": "theta",
        "mstl": "seasonal decomposition",
        "theta_mstl": "theta + decomposition",
        UNTESTED: "theta + decomposition + level",
    }.get(candidate) or short_requested(candidate)


def ratio(mase: Mapping[str, float], method: str) -> float:
    """Error of a method as a share of the seasonal naive's; 1 where both are nothing."""
    return mase[method] / mase[BASELINE] if mase[BASELINE] > 0 else 1.0


@dataclass(frozen=True)
class Made:
    """What one member made of a set of series.

    Parameters
    ----------
    mean
        Series by steps.
    fitted
        Series by known periods: what the member would have said of each period the period before; NaN where it could
        not.
    reach
        By level in per cent, half the width of the member's own interval, series by steps; NaN where it has none.
    failed
        Numbers of the series that the engine could not fit; the last season repeated stands in for them.
    seconds
        How long it took; for a person who waits, never for a result.
    """

    mean: FloatArray
    fitted: FloatArray
    reach: Mapping[int, FloatArray] = field(default_factory=dict)
    failed: frozenset[int] = frozenset()
    seconds: float = 0.0


def make_members(
    values: FloatArray, season: int, horizon: int, levels: Sequence[int], processes: int = 1
) -> dict[str, Made]:
    """Forecast every series by every member, each from its own first period above zero.

    Parameters
    ----------
    values
        Series by known periods; no missing values.
    levels
        Levels in per cent of theta's own intervals, which statsforecast simulates with a fixed seed.
    processes
        Work on this many processes where there is enough to do; what is made does not depend on it.

    Returns
    -------
    dict
        By member. A series shorter than two seasons, or constant, is repeated: there is nothing to fit.
    """
    histories = [own_history(row) for row in values]
    made = _simple(histories, values.shape[1], season, horizon)
    fits = _fit_all(histories, season, horizon, levels, processes)
    for name in FITTED:
        made[name] = _collect([fit[name] for fit in fits], made["repeat"], histories, season)
    reach = {level: np.full(made["repeat"].mean.shape, np.nan) for level in levels}
    for at, fit in enumerate(fits):
        if fit["theta"] is not None:
            for level in levels:
                reach[level][at] = fit["theta"].reach[level]
    made["theta"] = replace(made["theta"], reach=reach)
    return made


def combine(made: Mapping[str, Made], candidates: Mapping[str, tuple[str, ...]]) -> dict[str, Made]:
    """Make every candidate from its members; counts are never negative."""
    return {
        name: Made(
            np.maximum(np.mean([made[part].mean for part in parts], axis=0), 0.0),
            np.maximum(np.mean([made[part].fitted for part in parts], axis=0), 0.0),
            failed=frozenset().union(*(made[part].failed for part in parts)),
            seconds=sum(made[part].seconds for part in parts),
        )
        for name, parts in candidates.items()
    }


def own_history(values: FloatArray) -> FloatArray:
    """Return a series from its own first period above zero, where that has come yet."""
    begun = values > 0
    return values[int(begun.argmax()) :] if begun.any() else values


def can_fit(history: FloatArray, season: int) -> bool:
    """Whether there are two seasons to learn from, and anything that varies."""
    return len(history) >= 2 * season and bool(np.ptp(history) > 0)


def repeat_season(history: FloatArray, season: int, horizon: int) -> FloatArray:
    """Repeat the last season, or the last value when there is less than a season."""
    last = history[-season:] if len(history) >= season else history[-1:]
    return np.resize(last, horizon)


def _simple(histories: Sequence[FloatArray], periods: int, season: int, horizon: int) -> dict[str, Made]:
    """The members that need no fitting."""
    shape = (len(histories), periods)
    mean = {name: np.empty((len(histories), horizon)) for name in ("repeat", "last", "level")}
    fitted = {name: np.full(shape, np.nan) for name in mean}
    for at, history in enumerate(histories):
        start = periods - len(history)
        mean["repeat"][at] = repeat_season(history, season, horizon)
        mean["last"][at] = history[-1]
        mean["level"][at] = history[-season:].mean()
        fitted["last"][at, start + 1 :] = history[:-1]
        if len(history) > season:
            fitted["repeat"][at, start + season :] = history[:-season]
            sums = np.concatenate([[0.0], np.cumsum(history)])
            fitted["level"][at, start + season :] = (sums[season:] - sums[:-season])[:-1] / season
    return {name: Made(mean[name], fitted[name]) for name in mean}


@dataclass(frozen=True)
class _Fit:
    """What an engine made of one series."""

    mean: FloatArray
    fitted: FloatArray
    reach: Mapping[int, FloatArray]
    seconds: float


def _fit_all(
    histories: Sequence[FloatArray], season: int, horizon: int, levels: Sequence[int], processes: int
) -> list[dict[str, _Fit | None]]:
    """Fit the engines to every series, on several processes where that pays."""
    chunks = [histories[at : at + _CHUNK] for at in range(0, len(histories), _CHUNK)]
    if processes > 1 and len(histories) >= _WORTH_A_PROCESS:
        from joblib import Parallel, delayed

        work = (delayed(_fit_chunk)(part, season, horizon, levels) for part in chunks)
        done: Iterable[Any] = Parallel(n_jobs=processes)(work)
    else:
        done = (_fit_chunk(part, season, horizon, levels) for part in chunks)
    return [fit for part in done for fit in part]


def _fit_chunk(
    histories: Sequence[FloatArray], season: int, horizon: int, levels: Sequence[int]
) -> list[dict[str, _Fit | None]]:
    return [
        {
            name: _fit(name, history, season, horizon, levels if name == "theta" else ())
            if can_fit(history, season)
            else None
            for name in FITTED
        }
        for history in histories
    ]


def _fit(name: str, history: FloatArray, season: int, horizon: int, levels: Sequence[int]) -> _Fit | None:
    """Run one engine on one series; None when it fails, so that one series never stops a panel."""
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # also of the import: in a notebook it misses ipywidgets, which nobody needs
        from statsforecast.models import MSTL, DynamicOptimizedTheta

        engine = DynamicOptimizedTheta(season_length=season) if name == "theta" else MSTL(season_length=season)
        try:
            fit = engine.forecast(y=history, h=horizon, level=list(levels) or None, fitted=True)
        except Exception:  # the engines raise bare Exception for series they cannot fit
            return None
    reach = {level: (fit[f"hi-{level}"] - fit[f"lo-{level}"]) / 2 for level in levels}
    if not all(np.isfinite(part).all() for part in (fit["mean"], *reach.values())):
        return None
    return _Fit(fit["mean"], fit["fitted"], reach, time.perf_counter() - start)


def _collect(fits: Sequence[_Fit | None], instead: Made, histories: Sequence[FloatArray], season: int) -> Made:
    """Put the fits of one engine together; where there is none, the last season repeated stands in."""
    mean, fitted = instead.mean.copy(), instead.fitted.copy()
    failed, seconds = set(), 0.0
    for at, (fit, history) in enumerate(zip(fits, histories, strict=True)):
        if fit is not None:
            mean[at] = fit.mean
            fitted[at] = np.nan
            # An engine is still finding its level in its first season: errors there can be a hundred times later ones.
            fitted[at, fitted.shape[1] - len(history) + season :] = fit.fitted[season:]
            seconds += fit.seconds
        elif can_fit(history, season):
            failed.add(at)
    return Made(mean, fitted, failed=frozenset(failed), seconds=seconds)
