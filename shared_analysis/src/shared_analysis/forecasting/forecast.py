"""The one public act of this room: a table in, a checked forecast with its evidence out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.forecasting import intervals
from shared_analysis.forecasting.backtest import Backtest, choose_origins, own_history, run_backtest, typical_step
from shared_analysis.forecasting.methods import (
    BASELINE,
    UNTESTED,
    combine,
    forecast_members,
    model_interval,
    name_method,
)
from shared_analysis.forecasting.panel import FloatArray, Panel
from shared_analysis.forecasting.phrases import listed
from shared_analysis.forecasting.result import ForecastResult
from shared_analysis.forecasting.spec import ForecastSpec

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

Bounds = Mapping[int, tuple[FloatArray, FloatArray]]
TOTAL, SERIES = "total", "series"


def forecast(
    table: pd.DataFrame, contract: DataContract, spec: ForecastSpec, register: pd.DataFrame | None = None
) -> ForecastResult:
    """Forecast the demand that a table shows, by area or category.

    One method is chosen for the whole panel by back-tests from earlier dates; it is the baseline (repeating the last
    season) when nothing beat that. Choosing per series would follow noise. Totals are the sum of the series.
    Intervals come from the errors of the back-tests, pooled over series; their coverage is measured on each back-test
    in turn with intervals made from the others. Where history is short the back-tests share periods, so what is
    measured is no independent check of the intervals; a notice says so.

    Parameters
    ----------
    table
        A validated table of events, or of counts, in any row order.
    contract
        Its contract, which says by semantic roles what the columns mean.
    spec
        The settings.
    register
        ``table, record_id, entity_id`` from linkage: for ``count: people``, which records are the same person.

    Returns
    -------
    ForecastResult
        Tables, figures, charts and words. The same for any row order and number of threads.

    Raises
    ------
    SharedAnalysisError
        If the table cannot be counted, or has fewer than three periods; see :meth:`Panel.from_table`.
    """
    panel = Panel.from_table(table, contract, spec, register)
    season = panel.calendar.season
    origins = choose_origins(len(panel.periods), season, spec.horizon, spec.origins)
    tested = run_backtest(panel, spec.horizon, origins) if origins else None
    total_tested = tested.of_total(panel.total, season) if tested else None
    chosen = _choose(panel, tested)
    ahead, failures = _ahead(panel, spec.horizon)
    series = _bounds(panel, spec, ahead[chosen], tested, chosen)
    total = _total_bounds(panel, spec, ahead[chosen], series, total_tested, chosen)
    coverage = {
        SERIES: intervals.coverage(tested.scores(chosen), spec.levels) if tested else {},
        TOTAL: intervals.coverage(total_tested.scores(chosen), spec.levels) if total_tested else {},
    }
    failed = sorted(failures | (tested.failures if tested else frozenset()))
    return ForecastResult(
        panel=panel,
        spec=spec,
        noun=_noun(contract, spec),
        chosen=chosen,
        origins=tuple(panel.periods[origin - 1] for origin in origins),
        mase=dict(tested.mase) if tested else {},
        mase_total=dict(total_tested.mase) if total_tested else {},
        coverage=coverage,
        ahead=_ahead_table(panel, spec, ahead, chosen, series, total),
        tested=_backtest_table(panel, spec, tested, total_tested, chosen),
        notices=(*panel.notices, *_notices(panel, spec, origins, tested, chosen, coverage, failed)),
    )


def _choose(panel: Panel, tested: Backtest | None) -> str:
    if tested is not None:
        return tested.best
    return UNTESTED if len(panel.periods) >= 2 * panel.calendar.season else BASELINE


def _ahead(panel: Panel, horizon: int) -> tuple[dict[str, FloatArray], frozenset[int]]:
    """Forecast every series from the end of the data by every candidate: series by steps."""
    made, failures = [], set()
    for series in range(len(panel.keys)):
        members, failed = forecast_members(own_history(panel, series), panel.calendar.season, horizon)
        made.append(combine(members))
        if failed:
            failures.add(series)
    return {name: np.stack([candidates[name] for candidates in made]) for name in made[0]}, frozenset(failures)


def _bounds(panel: Panel, spec: ForecastSpec, middle: FloatArray, tested: Backtest | None, chosen: str) -> Bounds:
    """Put intervals around each series' forecast: measured where there are enough scores, else the methods' own."""
    season = panel.calendar.season
    histories = [own_history(panel, series) for series in range(len(panel.keys))]
    widths = intervals.half_widths(tested.scores(chosen), spec.levels) if tested else None
    if widths is not None:
        spread = np.array([typical_step(history, season) for history in histories])
        return {level: intervals.bounds(middle, spread, widths[level]) for level in spec.levels}
    found = {}
    for level in spec.levels:
        ends = [model_interval(history, season, spec.horizon, level) for history in histories]
        low, high = (np.stack([end[side] for end in ends]) for side in (0, 1))
        found[level] = (np.minimum(low, middle), np.maximum(high, middle))
    return found


def _total_bounds(
    panel: Panel, spec: ForecastSpec, middle: FloatArray, series: Bounds, tested: Backtest | None, chosen: str
) -> Bounds:
    """Put an interval around the sum: from the sum's own back-test errors, else the sum of the (wide) bounds."""
    widths = intervals.half_widths(tested.scores(chosen), spec.levels) if tested else None
    if widths is not None:
        spread = np.array([typical_step(panel.total, panel.calendar.season)])
        whole = middle.sum(axis=0, keepdims=True)
        return {level: intervals.bounds(whole, spread, widths[level]) for level in spec.levels}
    return {
        level: (low.sum(axis=0, keepdims=True), high.sum(axis=0, keepdims=True))
        for level, (low, high) in series.items()
    }


def _ahead_table(
    panel: Panel, spec: ForecastSpec, ahead: Mapping[str, FloatArray], chosen: str, series: Bounds, total: Bounds
) -> pd.DataFrame:
    """Lay the forecasts out: one row per level, series and period, the total first."""
    periods = panel.ahead(spec.horizon).start_time.to_numpy()
    parts = []
    for level, keys in _levels(panel):
        whole, limits = level == TOTAL, total if level == TOTAL else series
        rows = _rows(level, keys, spec.horizon)
        rows["period"] = np.tile(periods, len(keys))
        rows["model"] = chosen
        rows["mean"] = _flat(ahead[chosen], whole)
        for percent, (low, high) in limits.items():
            rows[f"lo_{percent}"], rows[f"hi_{percent}"] = low.ravel(), high.ravel()
        rows[BASELINE] = _flat(ahead[BASELINE], whole)
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _backtest_table(
    panel: Panel, spec: ForecastSpec, tested: Backtest | None, total: Backtest | None, chosen: str
) -> pd.DataFrame:
    """Lay the back-tests out: one row per level, series, origin (the last period known) and period."""
    parts = []
    for level, keys in _levels(panel):
        made = total if level == TOTAL else tested
        if made is None:
            continue
        for at, origin in enumerate(made.origins):
            rows = _rows(level, keys, spec.horizon)
            rows["origin"] = panel.periods[origin - 1].start_time
            rows["period"] = np.tile(panel.periods[origin : origin + spec.horizon].start_time.to_numpy(), len(keys))
            rows["actual"] = made.actual[at].ravel()
            rows["mean"] = made.forecasts[chosen][at].ravel()
            rows[BASELINE] = made.forecasts[BASELINE][at].ravel()
            parts.append(rows)
    if not parts:
        empty = _rows(SERIES, panel.keys, 1).iloc[:0]
        days = pd.Series(dtype="datetime64[ns]")
        numbers = dict.fromkeys(("actual", "mean", BASELINE), pd.Series(dtype=float))
        return empty.assign(origin=days, period=days, **numbers)
    table = pd.concat(parts, ignore_index=True)
    first = table["level"] != TOTAL
    return (
        table.assign(_first=first)
        .sort_values(["_first", *panel.keys.columns, "origin", "period"], ignore_index=True)
        .drop(columns="_first")
    )


def _levels(panel: Panel) -> list[tuple[str, pd.DataFrame]]:
    """The levels that rows are given for: the total only where there is more than one series to add up."""
    whole = pd.DataFrame([panel.total_key])
    return [(TOTAL, whole), (SERIES, panel.keys)] if len(panel.keys) > 1 else [(SERIES, panel.keys)]


def _rows(level: str, keys: pd.DataFrame, times: int) -> pd.DataFrame:
    rows = keys.loc[keys.index.repeat(times)].reset_index(drop=True)
    rows.insert(0, "level", level)
    return rows


def _flat(values: FloatArray, whole: bool) -> FloatArray:
    return values.sum(axis=0) if whole else values.ravel()


def _noun(contract: DataContract, spec: ForecastSpec) -> str:
    """Name what is counted."""
    column = contract.roles.get("count")
    if column is not None:
        plain = column.replace("_", " ").lower()
        return (
            contract.title.lower() or contract.name
            if plain in ("count", "n", "number", "total", "value", "y")
            else plain
        )
    return "people" if spec.count == "people" else contract.name.replace("_", " ")


def _notices(
    panel: Panel,
    spec: ForecastSpec,
    origins: tuple[int, ...],
    tested: Backtest | None,
    chosen: str,
    coverage: Mapping[str, Mapping[int, float]],
    failed: list[int],
) -> list[str]:
    """Say what was not possible, and what was done instead."""
    calendar, said = panel.calendar, []
    if len(panel.periods) < 2 * calendar.season:
        said.append(
            f"There are fewer than two {calendar.season_noun}s of data, so no method could be fitted: the last "
            f"{calendar.season_noun if len(panel.periods) >= calendar.season else calendar.noun} is repeated."
        )
    if not origins:
        said.append("History is too short for a back-test: neither the accuracy nor the intervals could be checked.")
    elif len(origins) < spec.origins:
        said.append(f"History allows {len(origins)} of the {spec.origins} back-tests asked for.")
    shared = spec.horizon - (origins[1] - origins[0]) if len(origins) > 1 else 0
    if shared > 0:
        said.append(
            f"History is short, so back-tests next to each other share {shared} of their {spec.horizon} "
            f"{calendar.noun}s: they agree more than separate ones would, and the intervals may hold less often than "
            "measured."
        )
    if tested is not None and chosen == BASELINE:
        said.append(f"No method was more accurate than {name_method(BASELINE, calendar.season_noun)}, so that is used.")
    if not coverage[SERIES]:
        said.append("Too few back-test errors to measure how often the intervals hold.")
    if failed:
        labels = panel.labels()
        said.append(
            f"{len(failed)} series could not be fitted at some point and were repeated there instead: "
            f"{listed([labels[series] for series in failed])}."
        )
    return said
