"""The methods a forecast is chosen from: few, fast, each known to work on public-service counts.

Each candidate is the plain mean of its members. The members: the last season repeated; the dynamic optimised theta
method (Fiorucci et al. 2016, International Journal of Forecasting 32); a seasonal-trend decomposition by loess with
exponential smoothing of the rest (Bandara, Hyndman and Bergmeir 2021, "MSTL"); the mean of the last season. Means of
simple methods beat their members more often than not (Makridakis, Spiliotis and Assimakopoulos 2020, "The M4
Competition").
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np

from shared_analysis.forecasting.panel import FloatArray

BASELINE = "seasonal_naive"
UNTESTED = "theta_mstl"
CANDIDATES: Mapping[str, tuple[str, ...]] = {
    BASELINE: ("repeat",),
    "theta": ("theta",),
    "mstl": ("mstl",),
    "theta_mstl": ("theta", "mstl"),
    "theta_mstl_level": ("theta", "mstl", "level"),
}


def name_method(candidate: str, season_noun: str) -> str:
    """Say a candidate in words."""
    return {
        BASELINE: f"repeating the last {season_noun}",
        "theta": "the theta method",
        "mstl": "seasonal decomposition with exponential smoothing",
        "theta_mstl": "the mean of theta and seasonal decomposition",
        "theta_mstl_level": f"the mean of theta, seasonal decomposition and the last {season_noun}'s level",
    }[candidate]


def short_name(candidate: str, season_noun: str) -> str:
    """Name a candidate for the side of a chart."""
    return {
        BASELINE: f"last {season_noun} repeated",
        "theta": "theta",
        "mstl": "seasonal decomposition",
        "theta_mstl": "theta + decomposition",
        "theta_mstl_level": "theta + decomposition + level",
    }[candidate]


def ratio(mase: Mapping[str, float], method: str) -> float:
    """Error of a method as a share of the seasonal naive's; 1 where both are nothing."""
    return mase[method] / mase[BASELINE] if mase[BASELINE] > 0 else 1.0


def forecast_members(history: FloatArray, season: int, horizon: int) -> tuple[dict[str, FloatArray], bool]:
    """Forecast one series by every member.

    Returns
    -------
    dict, bool
        Forecasts of length ``horizon`` by member; whether the engine failed, so that the last season stands in.
        A series shorter than two seasons, or constant, is repeated: there is nothing to fit.
    """
    repeat = repeat_season(history, season, horizon)
    members = dict.fromkeys(("repeat", "theta", "mstl", "level"), repeat)
    if not can_fit(history, season):
        return members, False
    members["level"] = np.full(horizon, history[-season:].mean())
    failed = False
    for name in ("theta", "mstl"):
        fitted = _fit(name, history, season, horizon)
        if fitted is None:
            failed = True
        else:
            members[name] = fitted["mean"]
    return members, failed


def combine(members: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Make every candidate from its members; counts are never negative."""
    return {
        name: np.maximum(np.mean([members[part] for part in parts], axis=0), 0.0) for name, parts in CANDIDATES.items()
    }


def can_fit(history: FloatArray, season: int) -> bool:
    """Whether there are two seasons to learn from, and anything that varies."""
    return len(history) >= 2 * season and bool(np.ptp(history) > 0)


def repeat_season(history: FloatArray, season: int, horizon: int) -> FloatArray:
    """Repeat the last season, or the last value when there is less than a season."""
    last = history[-season:] if len(history) >= season else history[-1:]
    return np.resize(last, horizon)


def model_interval(history: FloatArray, season: int, horizon: int, level: int) -> tuple[FloatArray, FloatArray]:
    """Give the methods' own interval, for when too few back-tests support one that is measured.

    The mean of the bounds of theta (simulated, fixed seed) and decomposition; where nothing can be fitted, the
    textbook bounds of the naive methods (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.5).
    """
    if can_fit(history, season):
        fits = [_fit(name, history, season, horizon, level) for name in ("theta", "mstl")]
        whole = [fit for fit in fits if fit is not None]
        if whole:
            bounds = [np.mean([fit[f"{end}-{level}"] for fit in whole], axis=0) for end in ("lo", "hi")]
            return np.maximum(bounds[0], 0.0), np.maximum(bounds[1], 0.0)
    lag = season if len(history) >= season + 2 else 1
    steps = history[lag:] - history[:-lag]
    # A single value, or a constant, is no proof of certainty. Where no step can be seen, what Poisson counts would show
    # stands in: the difference of two has twice their mean as its variance.
    variance = float(np.mean(steps**2)) if steps.any() else 2 * float(history.mean())
    spread = np.sqrt(variance)
    ahead = np.arange(horizon) // lag + 1
    width = NormalDist().inv_cdf(0.5 + level / 200) * spread * np.sqrt(ahead)
    middle = repeat_season(history, season, horizon)
    return np.maximum(middle - width, 0.0), middle + width


def _fit(name: str, history: FloatArray, season: int, horizon: int, level: int | None = None) -> Any:
    """Run one engine on one series; None when it fails, so that one series never stops a panel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # also of the import: in a notebook it misses ipywidgets, which nobody needs
        from statsforecast.models import MSTL, DynamicOptimizedTheta

        engine = DynamicOptimizedTheta(season_length=season) if name == "theta" else MSTL(season_length=season)
        try:
            fitted = engine.forecast(y=history, h=horizon, level=None if level is None else [level])
        except Exception:  # the engines raise bare Exception for series they cannot fit
            return None
    return fitted if all(np.isfinite(fitted[key]).all() for key in fitted) else None
