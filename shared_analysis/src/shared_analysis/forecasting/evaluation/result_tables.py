"""Forecasts, back-tests and accuracy laid out as tables: one row a node and period, coarse levels first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from shared_analysis.forecasting.evaluation.backtest import Backtest, Outcome
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import BASELINE, ratio
from shared_analysis.forecasting.panel.panel import FloatArray, Panel

ADDING = ("mean", BASELINE)
"""The columns whose rows add up: their series are rounded, and the sums are those of what is rounded."""
DIGITS = 6
EVERY = "every level"
TOUCHING = "every level, touching a break"


def ahead_table(
    panel: Panel,
    hierarchy: Hierarchy,
    outcome: Outcome,
    chosen: str,
    limits: Mapping[int, tuple[FloatArray, FloatArray]],
) -> pd.DataFrame:
    """Lay the forecasts out: ``level``, key columns, ``period``, ``model``, ``mean``, bounds, ``seasonal_naive``."""
    horizon = outcome.forecasts[chosen].shape[1]
    rows = _rows(hierarchy.nodes, horizon)
    rows["period"] = np.tile(panel.ahead(horizon).start_time.to_numpy(), len(hierarchy.nodes))
    rows["model"] = chosen
    rows["mean"] = _added_up(outcome.forecasts[chosen], hierarchy).ravel()
    for percent, (low, high) in limits.items():
        rows[f"lo_{percent}"], rows[f"hi_{percent}"] = low.ravel(), high.ravel()
    rows[BASELINE] = _added_up(outcome.forecasts[BASELINE], hierarchy).ravel()
    return rows


def backtest_table(panel: Panel, hierarchy: Hierarchy, backtest: Backtest | None, chosen: str) -> pd.DataFrame:
    """Lay the back-tests out: ``level``, key columns, ``origin``, ``period``, ``actual``, ``mean``, ``seasonal_naive``,
    ``touches_break``; for each node its origins one after another.
    """
    if backtest is None:
        empty = _rows(hierarchy.nodes, 1).iloc[:0]
        days = pd.Series(dtype="datetime64[ns]")
        numbers = dict.fromkeys(("actual", "mean", BASELINE), pd.Series(dtype=float))
        return empty.assign(origin=days, period=days, **numbers, touches_break=pd.Series(dtype=bool))
    origins, nodes, horizon = backtest.actual.shape
    rows = _rows(hierarchy.nodes, origins * horizon)
    last = [panel.periods[origin - 1].start_time for origin in backtest.origins]
    steps = [panel.periods[origin : origin + horizon].start_time for origin in backtest.origins]
    rows["origin"] = np.tile(np.repeat(pd.DatetimeIndex(last).to_numpy(), horizon), nodes)
    rows["period"] = np.tile(np.concatenate([days.to_numpy() for days in steps]), nodes)
    rows["actual"] = backtest.actual.swapaxes(0, 1).ravel()
    for name, candidate in (("mean", chosen), (BASELINE, BASELINE)):
        forecasts = np.stack([_added_up(outcome.forecasts[candidate], hierarchy) for outcome in backtest.outcomes])
        rows[name] = forecasts.swapaxes(0, 1).ravel()
    rows["touches_break"] = np.tile(np.repeat(~np.array(backtest.normal), horizon), nodes)
    return rows


def accuracy_table(backtest: Backtest | None, hierarchy: Hierarchy) -> pd.DataFrame:
    """Lay the leaderboard out: ``level``, ``method``, ``mase``, ``mase_ratio``; over all levels first, the best first.

    ``mase_ratio`` is to repeating the last season; below 1 is better, and NaN if repeating never erred. Back-tests that
    touch a declared break, where they are left out of the rest, have rows of their own at the end.
    """
    parts = []
    if backtest is not None:
        every = np.ones(len(hierarchy.nodes), dtype=bool)
        groups = [(EVERY, every, backtest.used)]
        groups += [(level, hierarchy.rows(level), backtest.used) for level in hierarchy.levels]
        apart = [at for at in range(len(backtest.outcomes)) if at not in backtest.used]
        groups += [(TOUCHING, every, apart)] if apart else []
        for level, nodes, origins in groups:
            mase = backtest.mase(nodes, origins)
            for name in sorted(mase, key=lambda name: (round(mase[name], 9), name)):
                beyond = mase[BASELINE] == 0 < mase[name]
                share = np.nan if beyond else ratio(mase, name)
                parts.append({"level": level, "method": name, "mase": mase[name], "mase_ratio": share})
    columns = {"level": object, "method": object, "mase": float, "mase_ratio": float}
    return pd.DataFrame(parts, columns=list(columns)).astype(columns)


def coverage_by_level(covered: Mapping[int, FloatArray], hierarchy: Hierarchy) -> dict[str, dict[int, float]]:
    """Average hits (origins by nodes by steps, by interval level) over every level of the hierarchy and over all."""
    groups = {EVERY: np.ones(len(hierarchy.nodes), dtype=bool)}
    groups |= {level: hierarchy.rows(level) for level in hierarchy.levels}
    shares: dict[str, dict[int, float]] = {}
    for name, nodes in groups.items():
        shares[name] = {
            level: float(np.nanmean(inside[:, nodes]))
            for level, inside in covered.items()
            if np.isfinite(inside[:, nodes]).any()
        }
    return shares


def significant(value: float, digits: int = DIGITS) -> float:
    """Round to significant digits, through decimal text so that the last bit is the same everywhere."""
    return float(f"{value:.{digits}g}")


def _added_up(forecasts: FloatArray, hierarchy: Hierarchy) -> FloatArray:
    """Round the series, and let every level be the sum of what is rounded: what is published has to add up."""
    series = forecasts[len(forecasts) - hierarchy.series :]
    rounded = np.array([significant(value) for value in series.ravel()], dtype=np.float64)
    return hierarchy.add_up(rounded.reshape(series.shape))


def _rows(nodes: pd.DataFrame, times: int) -> pd.DataFrame:
    return nodes.loc[nodes.index.repeat(times)].reset_index(drop=True)
