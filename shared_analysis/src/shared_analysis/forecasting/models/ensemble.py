"""The methods a forecast is chosen from: few, fast, each known to work on public-service counts.

Each candidate is an ensemble, the plain mean of its members. The members that every forecast has: the seasonal naive
(the last season repeated); the naive (the last value repeated); the mean of the last season; the dynamic optimised
theta method (Fiorucci et al. 2016, International Journal of Forecasting 32); a seasonal-trend decomposition by loess
with exponential smoothing of the rest (Bandara, Hyndman and Bergmeir 2021, "MSTL"). Means of simple methods beat their
members more often than not (Makridakis, Spiliotis and Assimakopoulos 2020, "The M4 Competition"). The engines are
statsforecast's.

Years have no season, so that the seasonal naive is the last year's value, and so are the naive and the mean of the last
season. Beside it there are simple exponential smoothing, theta, and the random walk with drift (Hyndman and
Athanasopoulos, Forecasting: Principles and Practice, 5.2), whose drift is halved: what moved one way in a few years
seldom goes on as far.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from shared_analysis.forecasting.models.fitted import MemberForecast, can_fit, naive_error, own_history
from shared_analysis.forecasting.panel.panel import FloatArray
from shared_analysis.forecasting.request import name_requested, short_requested

BASELINE = "seasonal_naive"
UNTESTED = "theta_mstl_level"
CANDIDATES: Mapping[str, tuple[str, ...]] = {
    BASELINE: (BASELINE,),
    "naive": ("naive",),
    "level": ("level",),
    "theta": ("theta",),
    "mstl": ("mstl",),
    "theta_mstl": ("theta", "mstl"),
    UNTESTED: ("theta", "mstl", "level"),
}
CANDIDATES_OF_YEARS: Mapping[str, tuple[str, ...]] = {
    BASELINE: (BASELINE,),
    "half_drift": (BASELINE, "drift"),
    "ses": ("ses",),
    "theta": ("theta",),
    "theta_ses": ("theta", "ses"),
}
# Fewer fits than this are done before another process has loaded its engines.
_WORTH_A_PROCESS = 3000
_CHUNK = 100
_LONGEST_LEVEL = 12
_FEWEST_TO_DRIFT = 2
# Of years theta draws its line through one or two at first, and may be out by a thousand times.
_FIRST_OF_THETA = 3
FITTED = ("theta", "mstl")
_FITTED_OF_YEARS = ("theta", "ses")


def usual_candidates(season: int) -> Mapping[str, tuple[str, ...]]:
    """Return the candidates that every forecast has; ``season`` is 1 where there is none."""
    return CANDIDATES if season > 1 else CANDIDATES_OF_YEARS


def untested(season: int) -> str:
    """Name the method for when there are too few back-tests to choose one.

    Among monthly and quarterly counts of public services the mean with the last season's level was the most accurate;
    a weekly series moves too far within a season for its level to say much. Of years of offences, deaths and trips
    repeating the last one was.
    """
    if season == 1:
        return BASELINE
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
        "half_drift": f"the last {season_noun} with half of the average change a {season_noun}",
        "ses": "simple exponential smoothing",
        "theta_ses": "the mean of theta and simple exponential smoothing",
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
        "half_drift": f"last {season_noun} + half the drift",
        "ses": "exponential smoothing",
        "theta_ses": "theta + smoothing",
    }.get(candidate) or short_requested(candidate)


def ratio(mase: Mapping[str, float], method: str) -> float:
    """Error of a method as a share of the seasonal naive's; 1 where both are nothing."""
    return mase[method] / mase[BASELINE] if mase[BASELINE] > 0 else 1.0


def make_members(
    values: FloatArray, season: int, horizon: int, levels: Sequence[int], processes: int = 1
) -> dict[str, MemberForecast]:
    """Forecast every series by every member, each from its own first period above zero.

    Parameters
    ----------
    values
        Series by known periods; no missing values.
    levels
        Levels in per cent of theta's own intervals, which statsforecast simulates with a fixed seed; of years, a random
        walk's stand in for them.
    processes
        Work on this many processes where there is enough to do; what is made does not depend on it.

    Returns
    -------
    dict
        By member. A series too short to fit (see :func:`.fitted.can_fit`), or constant, is repeated.
    """
    histories = [own_history(row) for row in values]
    members = _naive_members(histories, values.shape[1], season, horizon)
    if season == 1:
        members["drift"] = _drift(histories, values.shape[1], horizon)
    fits = _fit_all(histories, season, horizon, levels, processes)
    for name in _fitted(season):
        begin = _FIRST_OF_THETA if season == 1 and name == "theta" else season
        members[name] = _collect([fit[name] for fit in fits], members[BASELINE], histories, season, begin)
    half_widths = {level: np.full(members[BASELINE].mean.shape, np.nan) for level in levels}
    if season == 1:
        half_widths = _of_random_walk(histories, horizon, levels)
    for at, fit in enumerate(fits if season > 1 else ()):
        if fit["theta"] is not None:
            for level in levels:
                half_widths[level][at] = fit["theta"].half_widths[level]
    members["theta"] = replace(members["theta"], half_widths=half_widths)
    return members


def combine(
    members: Mapping[str, MemberForecast], candidates: Mapping[str, tuple[str, ...]]
) -> dict[str, MemberForecast]:
    """Make every candidate from its members; counts are never negative."""
    return {
        name: MemberForecast(
            np.maximum(np.mean([members[part].mean for part in parts], axis=0), 0.0),
            np.maximum(np.mean([members[part].fitted for part in parts], axis=0), 0.0),
            failed=frozenset().union(*(members[part].failed for part in parts)),
            seconds=sum(members[part].seconds for part in parts),
        )
        for name, parts in candidates.items()
    }


def seasonal_naive(history: FloatArray, season: int, horizon: int) -> FloatArray:
    """Repeat the last season, or the last value when there is less than a season."""
    last = history[-season:] if len(history) >= season else history[-1:]
    return np.resize(last, horizon)


def _naive_members(
    histories: Sequence[FloatArray], periods: int, season: int, horizon: int
) -> dict[str, MemberForecast]:
    """The members that need no fitting."""
    shape = (len(histories), periods)
    mean = {name: np.empty((len(histories), horizon)) for name in (BASELINE, "naive", "level")}
    fitted = {name: np.full(shape, np.nan) for name in mean}
    for at, history in enumerate(histories):
        start = periods - len(history)
        mean[BASELINE][at] = seasonal_naive(history, season, horizon)
        mean["naive"][at] = history[-1]
        mean["level"][at] = history[-season:].mean()
        fitted["naive"][at, start + 1 :] = history[:-1]
        if len(history) > season:
            fitted[BASELINE][at, start + season :] = history[:-season]
            sums = np.concatenate([[0.0], np.cumsum(history)])
            fitted["level"][at, start + season :] = (sums[season:] - sums[:-season])[:-1] / season
    return {name: MemberForecast(mean[name], fitted[name]) for name in mean}


def _drift(histories: Sequence[FloatArray], periods: int, horizon: int) -> MemberForecast:
    """Go on from the last value by the mean change so far; a single value, or a single change, is repeated."""
    mean, fitted = np.empty((len(histories), horizon)), np.full((len(histories), periods), np.nan)
    for at, history in enumerate(histories):
        known = np.arange(1, len(history) + 1)
        change = np.divide(history - history[0], known - 1, out=np.zeros(len(history)), where=known > _FEWEST_TO_DRIFT)
        ahead = history + change
        mean[at] = history[-1] + change[-1] * np.arange(1, horizon + 1)
        fitted[at, periods - len(history) + 1 :] = ahead[:-1]
    return MemberForecast(mean, fitted)


def _of_random_walk(histories: Sequence[FloatArray], horizon: int, levels: Sequence[int]) -> dict[int, FloatArray]:
    """Half the width of a random walk's interval, with Student's t for the few changes that it is estimated from.

    Theta's own, from five to ten years, held half as often as it should.
    """
    from scipy.stats import t as student

    errors = np.array([naive_error(history, 1, horizon) for history in histories])
    changes = np.array([max(len(history) - 1, 1) for history in histories])
    return {level: errors * student.ppf(0.5 + level / 200, changes)[:, None] for level in levels}


def _fitted(season: int) -> tuple[str, ...]:
    """Name the members that an engine fits."""
    return FITTED if season > 1 else _FITTED_OF_YEARS


@dataclass(frozen=True)
class _Fit:
    """What an engine made of one series."""

    mean: FloatArray
    fitted: FloatArray
    half_widths: Mapping[int, FloatArray]
    seconds: float


def _fit_all(
    histories: Sequence[FloatArray], season: int, horizon: int, levels: Sequence[int], processes: int
) -> list[dict[str, _Fit | None]]:
    """Fit the engines to every series, on several processes where that pays."""
    chunks = [histories[at : at + _CHUNK] for at in range(0, len(histories), _CHUNK)]
    if processes > 1 and len(histories) >= _WORTH_A_PROCESS:
        from joblib import Parallel, delayed

        work = (delayed(_fit_chunk)(part, season, horizon, levels) for part in chunks)
        fitted: Iterable[Any] = Parallel(n_jobs=processes)(work)
    else:
        fitted = (_fit_chunk(part, season, horizon, levels) for part in chunks)
    return [fit for part in fitted for fit in part]


def _fit_chunk(
    histories: Sequence[FloatArray], season: int, horizon: int, levels: Sequence[int]
) -> list[dict[str, _Fit | None]]:
    return [
        {
            name: _fit(name, history, season, horizon, levels if name == "theta" and season > 1 else ())
            if can_fit(history, season)
            else None
            for name in _fitted(season)
        }
        for history in histories
    ]


def _fit(name: str, history: FloatArray, season: int, horizon: int, levels: Sequence[int]) -> _Fit | None:
    """Run one engine on one series; None when it fails, so that one series never stops a panel."""
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # also of the import: in a notebook it misses ipywidgets, which nobody needs
        from statsforecast.models import MSTL, DynamicOptimizedTheta, SimpleExponentialSmoothingOptimized

        if name == "ses":
            engine = SimpleExponentialSmoothingOptimized()
        else:
            engine = DynamicOptimizedTheta(season_length=season) if name == "theta" else MSTL(season_length=season)
        try:
            fit = engine.forecast(y=history, h=horizon, level=list(levels) or None, fitted=True)
        except Exception:  # the engines raise bare Exception for series they cannot fit
            return None
    half_widths = {level: (fit[f"hi-{level}"] - fit[f"lo-{level}"]) / 2 for level in levels}
    if not all(np.isfinite(part).all() for part in (fit["mean"], *half_widths.values())):
        return None
    return _Fit(fit["mean"], fit["fitted"], half_widths, time.perf_counter() - start)


def _collect(
    fits: Sequence[_Fit | None], instead: MemberForecast, histories: Sequence[FloatArray], season: int, begin: int
) -> MemberForecast:
    """Put the fits of one engine together, from the period ``begin``; where there is none, the last season repeated."""
    mean, fitted = instead.mean.copy(), instead.fitted.copy()
    failed, seconds = set(), 0.0
    for at, (fit, history) in enumerate(zip(fits, histories, strict=True)):
        if fit is not None:
            mean[at] = fit.mean
            fitted[at] = np.nan
            # An engine is still finding its level in its first season: errors there can be a hundred times later ones.
            fitted[at, fitted.shape[1] - len(history) + begin :] = fit.fitted[begin:]
            seconds += fit.seconds
        elif can_fit(history, season):
            failed.add(at)
    return MemberForecast(mean, fitted, failed=frozenset(failed), seconds=seconds)
