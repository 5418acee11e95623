"""How good a forecast was: the same measures for every tool, node by node, in units of the node's own seasonal error.

Point forecasts: mean absolute scaled error (Hyndman and Koehler 2006, International Journal of Forecasting 22).
Intervals: the share of values inside, the interval score (Winkler 1972; Gneiting and Raftery 2007, Journal of the
American Statistical Association 102), and twice the mean quantile loss over five quantiles, which stands in for the
continuous ranked probability score. Both are divided by the same scale as the error, as in the M5 competition.

Nothing that is counted is negative, so what a tool forecasts below zero, an end of an interval too, is taken as zero.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from benchmarks.forecasting_sets import ForecastSet, Window

LEVELS = (80, 95)
COLUMNS = ("mean", "lo_80", "hi_80", "lo_95", "hi_95")
QUANTILES = {"lo_95": 0.025, "lo_80": 0.1, "mean": 0.5, "hi_80": 0.9, "hi_95": 0.975}
MEASURES = ("mase", "inside_80", "inside_95", "score_80", "score_95", "crps")
GROUPS = ("total", "middle", "series")


def measure(made: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Measure a forecast of some or all nodes of a window.

    Parameters
    ----------
    made
        ``unique_id``, a column of periods (``period`` or ``ds``), ``mean`` and the ends of the intervals; every period
        of each node that it has.
    window
        What was known, and what came.

    Returns
    -------
    DataFrame
        One row a node, in the window's order: ``unique_id``, ``group`` (total, middle or series) and the measures;
        missing where the node has no scale, or the tool no interval.

    Raises
    ------
    ValueError
        For a node that the window does not have, a number of periods that is not the horizon's, or no value.
    """
    unknown = sorted(set(made["unique_id"]) - set(window.nodes["unique_id"]))
    if unknown:
        raise ValueError(f"Forecast of what is no node: {', '.join(unknown[:5])}.")
    nodes = window.nodes[window.nodes["unique_id"].isin(made["unique_id"])].reset_index(drop=True)
    horizon = window.origin.horizon
    ordered = made.sort_values(["unique_id", "ds" if "ds" in made else "period"])
    if not (ordered.groupby("unique_id").size() == horizon).all():
        raise ValueError(f"A node has not {horizon} periods.")
    if not np.isfinite(ordered["mean"]).all():
        raise ValueError("A forecast is missing or infinite.")
    values = {
        name: np.maximum(ordered[name].to_numpy(dtype=float), 0.0).reshape(-1, horizon) if name in ordered else None
        for name in COLUMNS
    }
    blank = np.full((len(nodes), horizon), np.nan)
    mean, *_ = ends = [blank if value is None else value for value in values.values()]
    actual = window.actual.loc[nodes["unique_id"]].to_numpy()
    scale = nodes["scale"].to_numpy()[:, None]
    found = {"mase": np.abs(actual - mean) / scale}
    quantiles = dict(zip(COLUMNS, ends, strict=True))
    for level in LEVELS:
        low, high = quantiles[f"lo_{level}"], quantiles[f"hi_{level}"]
        inside = np.where(np.isfinite(low), (actual >= low) & (actual <= high), np.nan)
        found[f"inside_{level}"] = np.where(np.isfinite(scale), inside, np.nan)
        found[f"score_{level}"] = interval_score(actual, low, high, level) / scale
    losses = [pinball(actual, quantiles[name], share) for name, share in QUANTILES.items()]
    found["crps"] = 2 * np.mean(losses, axis=0) / scale
    levels = nodes["level"].where(nodes["level"].isin(["total", "series"]), "middle")
    measured = {name: found[name].mean(axis=1) for name in MEASURES}
    return pd.DataFrame({"unique_id": nodes["unique_id"], "group": levels, **measured})


def interval_score(actual: np.ndarray, low: np.ndarray, high: np.ndarray, level: int) -> np.ndarray:
    """Width, and for a value outside its distance from the interval times two over the share meant to be outside."""
    outside = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
    return (high - low) + 2 / (1 - level / 100) * outside


def pinball(actual: np.ndarray, quantile: np.ndarray, share: float) -> np.ndarray:
    """The loss that the quantile of that share makes smallest."""
    return np.maximum(share * (actual - quantile), (share - 1) * (actual - quantile))


def geometric(values: Iterable[float]) -> float:
    """Geometric mean; NaN for none."""
    numbers = np.array(list(values), dtype=float)
    return float(np.exp(np.log(numbers).mean())) if numbers.size else float("nan")


def incoherence(made: pd.DataFrame, known: ForecastSet) -> float:
    """The largest relative difference between a node's forecast and the sum of its series', over nodes and periods.

    Parameters
    ----------
    made
        ``unique_id``, ``period``, ``mean``; every series must be there.
    known
        The set, which says what adds up to what.
    """
    wide = made.pivot_table(index="unique_id", columns="period", values="mean")
    worst = 0.0
    for node, parts in known.parts().items():
        if node in wide.index:
            whole, together = wide.loc[node].to_numpy(), wide.loc[parts].to_numpy().sum(axis=0)
            size = np.maximum(np.abs(together), np.abs(whole))
            apart = np.divide(np.abs(whole - together), size, out=np.zeros(len(size)), where=size > 0)
            worst = max(worst, float(apart.max()))
    return worst
