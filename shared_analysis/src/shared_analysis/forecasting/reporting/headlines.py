"""The few figures of a forecast that a reader should leave with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from shared_analysis.forecasting.evaluation.backtest import FEWEST_TO_CHOOSE
from shared_analysis.project import Headline
from shared_analysis.wording import as_count

_CLEAR = frozenset({"better", "worse"})
_SAME = "no lower"


def headlines(metrics: Mapping[str, Any]) -> tuple[Headline, ...]:
    """Say what to expect, and how far the forecasts were out beside what is done without them.

    Parameters
    ----------
    metrics
        Those of a :class:`~shared_analysis.forecasting.ForecastResult`; without back-tests nothing is said of error.
    """
    measured = "mase_ratio" in metrics
    return (_expected(metrics), _accuracy(metrics)) if measured else (_expected(metrics),)


def _expected(metrics: Mapping[str, Any]) -> Headline:
    period = metrics["period"]
    ahead = f"the next {metrics['horizon']} {period}s" if metrics["horizon"] > 1 else f"the next {period}"
    low, high = math.floor(metrics["next_low"]), math.ceil(metrics["next_high"])
    before = f", compared with {as_count(metrics['before'])} before" if "before" in metrics else ""
    note = f"over {ahead}{before}; next {period} {low:,} to {high:,} ({metrics['next_level']}% likely)"
    return Headline(f"Expected {metrics['noun']} a {period}", as_count(metrics["expected"]), note)


def _accuracy(metrics: Mapping[str, Any]) -> Headline:
    """Give the error where the verdict is clear; a ratio that chance could explain is no finding, only a note."""
    season = "week" if metrics["period"] == "day" else "year"
    against = f"repeating last {season}'s figures"
    tests = metrics["origins_used"]
    trials = f"in {tests} trial{'s' if tests > 1 else ''} on past data"
    if metrics["model"] == "seasonal_naive" and metrics["period"] == "year" and tests < FEWEST_TO_CHOOSE:
        return Headline("Forecast error", "not known", f"{against} is what is done: {trials} nothing could be chosen")
    if metrics["model"] == "seasonal_naive":
        return Headline(
            "Forecast error", "the same", f"as {against}, which is what is done: nothing was better {trials}"
        )
    of_total = _of_total(metrics) if "mase_ratio_total" in metrics else ""
    value = _difference(metrics["mase_ratio"])
    if metrics.get("skill_series") in _CLEAR:
        return Headline("Forecast error", value, f"than {against}, {trials}{of_total}")
    low = f"{value} on average, which could be chance, " if value != _SAME else ""
    return Headline("Forecast error", "no clear difference", f"from {against}: {low}{trials}{of_total}")


def _of_total(metrics: Mapping[str, Any]) -> str:
    clear = metrics.get("skill_total") in _CLEAR
    verdict = _difference(metrics["mase_ratio_total"]) if clear else "no clear difference"
    return f", on average over {metrics['series']} groups; {verdict} for their total"


def _difference(ratio: float) -> str:
    """Say how far a ratio of errors is below or above one."""
    if abs(1 - ratio) < 0.005:
        return _SAME
    return f"{abs(1 - ratio):.0%} {'lower' if ratio < 1 else 'higher'}"
