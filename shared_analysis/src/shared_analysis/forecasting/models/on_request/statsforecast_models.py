"""Models of statsforecast that somebody asked for (local models), and the engines of all models on request.

A local model is fitted to each series of its own. Models of intermittent demand (Croston's and those that
followed: Syntetos and Boylan 2005; Teunter, Syntetos and Babai 2011) are fitted only to series of which more than half
is zero; for the others the theta method stands in, since a method that sees no season would only do worse there.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.models.fitted import MemberForecast, can_fit, is_astray, own_history
from shared_analysis.forecasting.panel.panel import FloatArray
from shared_analysis.forecasting.request import BOOSTING, RIDGE, Request
from shared_analysis.forecasting.spec import ForecastSpec

_WHERE = "params.yaml, section forecast, setting models"
# They forecast nothing, or how far values scatter instead of the values, or hold other models.
_NO_FORECASTS = frozenset({"ARCH", "ConstantModel", "GARCH", "NaNModel", "SklearnModel", "ZeroModel"})
# Arguments that statsforecast gives no default. The smoothing is as slow as counts with noise ask for.
_USUAL: Mapping[str, Mapping[str, Any]] = {
    "SeasonalExponentialSmoothing": {"alpha": 0.3},
    "SeasonalWindowAverage": {"window_size": 2},
    "SimpleExponentialSmoothing": {"alpha": 0.3},
    "TSB": {"alpha_d": 0.2, "alpha_p": 0.2},
    "UCM": {"trend": True},
}
_OURS = frozenset({"alias", "prediction_intervals", "season_length"})
_MOSTLY_ZERO = 0.5
_TASTE = 10
_WORTH_PROCESSES = 10.0
_CHUNK = 50


def make_engine(request: Request, season: int, horizon: int, seed: int) -> Any:
    """Make the object that fits and forecasts.

    Raises
    ------
    SharedAnalysisError
        If there is no such model (the nearest name is given), or it does not take an argument.
    """
    if request.learns:
        kind, usual = _regressor(request, seed)
        arguments = {**usual, **request.arguments}
    else:
        kind = _model(request.name)
        arguments = {**_usual_arguments(kind, season, horizon), **request.arguments}
    taken = inspect.signature(kind.__init__).parameters
    for name in request.arguments:
        if name not in taken or name in _OURS:
            open_to_set = sorted(set(taken) - _OURS - {"self"})
            raise SharedAnalysisError(
                f"{request.name} takes no argument '{name}'.", _WHERE, _nearest(name, open_to_set, "its arguments are")
            )
    try:
        return kind(**arguments)
    except (TypeError, ValueError) as error:
        raise SharedAnalysisError(
            f"{request.text} cannot be made: {str(error).replace(f'{kind.__name__}.__init__()', 'it is')}.",
            _WHERE,
            "correct its arguments",
        ) from None


def _model(name: str) -> Any:
    """Find a class of statsforecast by its name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an import that misses a progress bar, which nobody needs
        from statsforecast import models

    known = {
        each: kind
        for each, kind in sorted(vars(models).items())
        if inspect.isclass(kind)
        and hasattr(kind, "forecast")
        and not each.startswith("_")
        and each not in _NO_FORECASTS
    }
    if name not in known:
        raise _no_such_model(name, known)
    return known[name]


def _no_such_model(name: str, known: Iterable[str]) -> SharedAnalysisError:
    """Say that there is no such model, and which was probably meant."""
    from sklearn.utils import all_estimators

    learners = [
        ".".join(part for part in f"{kind.__module__}.{kind.__name__}".split(".") if not part.startswith("_"))
        for _, kind in all_estimators(type_filter="regressor")
    ]
    short = {each.rpartition(".")[2].lower(): each for each in (*learners, RIDGE, BOOSTING, *known)}
    close = difflib.get_close_matches(name.rpartition(".")[2].lower(), list(short), n=1, cutoff=0.5)
    hint = f"did you mean '{short[close[0]]}'?" if close else "name a class of statsforecast.models or of sklearn"
    return SharedAnalysisError(f"There is no model '{name}'.", _WHERE, hint)


def _usual_arguments(kind: Any, season: int, horizon: int) -> dict[str, Any]:
    """Say what a model is made with unless somebody asks for something else."""
    taken = inspect.signature(kind.__init__).parameters
    of_the_calendar = {
        "season_length": season,
        "seasonal": season,
        "window_size": season,
        "lags": season,
        "test_size": horizon,
    }
    # AutoARIMA's `seasonal` is a switch, and on.
    given = {
        name: value
        for name, value in of_the_calendar.items()
        if name in taken and not (name == "seasonal" and taken[name].default is True)
    }
    return {**given, **_USUAL.get(kind.__name__, {})}


def _regressor(request: Request, seed: int) -> tuple[Any, dict[str, Any]]:
    """Find a regressor of scikit-learn, and what it is made with unless somebody asks for something else."""
    from sklearn.base import RegressorMixin
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Ridge

    if request.name == RIDGE:
        return Ridge, {"alpha": 10.0}
    if request.name == BOOSTING:
        # Few leaves and many rows in each: there are some thousand rows, and each is a noisy count.
        return HistGradientBoostingRegressor, {
            "max_iter": 50,
            "max_leaf_nodes": 15,
            "min_samples_leaf": 40,
            "early_stopping": False,
            "random_state": seed,
        }
    module, _, name = request.name.rpartition(".")
    try:
        kind = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        kind = None
    if not (inspect.isclass(kind) and issubclass(kind, RegressorMixin)):
        raise _no_such_model(request.name, ())
    return kind, {"random_state": seed} if "random_state" in inspect.signature(kind.__init__).parameters else {}


def _nearest(name: str, known: list[str], otherwise: str) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean '{close[0]}'?" if close else f"{otherwise}: {', '.join(known) or 'none'}"


def fit_each_series(
    request: Request, nodes: FloatArray, spec: ForecastSpec, members: Mapping[str, MemberForecast]
) -> MemberForecast:
    """Fit a model of statsforecast to every node that it is for.

    Parameters
    ----------
    request
        The model.
    nodes
        Nodes by known periods.
    spec
        The settings.
    members
        The usual members, which stand in where the model cannot be fitted.
    """
    naive = members["seasonal_naive"]
    season, instead = spec.calendar.season, members["theta"] if request.intermittent else naive
    mean, fitted = instead.mean.copy(), instead.fitted.copy()
    histories = [own_history(row) for row in nodes]
    meant = [at for at, history in enumerate(histories) if can_fit(history, season) and _is_for(request, history)]
    failed, seconds = set(), 0.0
    fits = _fit_all(request, [histories[at] for at in meant], spec)
    for at, (ahead, insample, took) in zip(meant, fits, strict=True):
        seconds += took
        if ahead is None:
            mean[at], fitted[at] = naive.mean[at], naive.fitted[at]
            failed.add(at)
            continue
        mean[at] = ahead
        if insample is None:
            fitted[at] = members["theta"].fitted[at]
        else:
            fitted[at] = np.nan
            fitted[at, fitted.shape[1] - len(histories[at]) :] = insample
    return MemberForecast(mean, fitted, failed=frozenset(failed), seconds=seconds)


def _is_for(request: Request, history: FloatArray) -> bool:
    return not request.intermittent or float((history == 0).mean()) > _MOSTLY_ZERO


_OneFit = tuple[FloatArray | None, FloatArray | None, float]


def _fit_all(request: Request, histories: Sequence[FloatArray], spec: ForecastSpec) -> list[_OneFit]:
    """Fit a model to histories: a few to see how long it takes, the rest on several processes where that pays."""
    settings = (request, spec.calendar.season, spec.horizon, spec.seed)
    first = _fit_some(histories[:_TASTE], *settings)
    rest = histories[_TASTE:]
    seconds = sum(took for *_, took in first) / max(len(first), 1) * len(rest)
    if spec.workers > 1 and seconds > _WORTH_PROCESSES:
        from joblib import Parallel, delayed

        chunks = [rest[at : at + _CHUNK] for at in range(0, len(rest), _CHUNK)]
        parts = Parallel(n_jobs=spec.workers)(delayed(_fit_some)(chunk, *settings) for chunk in chunks)
        return [*first, *(fit for part in parts for fit in part)]
    return [*first, *_fit_some(rest, *settings)]


def _fit_some(histories: Sequence[FloatArray], request: Request, season: int, horizon: int, seed: int) -> list[_OneFit]:
    return [_fit(make_engine(request, season, horizon, seed), history, horizon) for history in histories]


def _fit(engine: Any, history: FloatArray, horizon: int) -> _OneFit:
    """Forecast one history: the forecast (None where the model fails), its one-step fit (None where it has none)."""
    start = time.perf_counter()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            forecast = _forecast(engine, history, horizon)
            mean = np.asarray(forecast["mean"], dtype=float)
        except Exception:  # the models raise whatever they meet in series that they cannot fit
            return None, None, time.perf_counter() - start
    fitted = forecast.get("fitted")
    took = time.perf_counter() - start
    if is_astray(mean, history):
        return None, None, took
    return mean, None if fitted is None else np.asarray(fitted, dtype=float), took


def _forecast(engine: Any, history: FloatArray, horizon: int) -> Mapping[str, Any]:
    forecast: Mapping[str, Any]
    try:
        forecast = engine.forecast(y=history, h=horizon, fitted=True)
    except NotImplementedError:  # some have no fitted values
        forecast = engine.forecast(y=history, h=horizon)
    return forecast
