"""The headline figures: a few numbers a reader should leave with, each from a stage's metrics."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Metrics = Mapping[str, Any]


@dataclass(frozen=True)
class Headline:
    """One figure: what it is, its value as text, and what to know with it."""

    label: str
    value: str
    note: str


def headlines(metrics: Mapping[str, Metrics]) -> list[Headline]:
    """Choose the headline figures from the stages' metrics; a figure that was not measured is left out."""
    found = []
    for stage, make in _MAKERS:
        if stage in metrics and (headline := make(metrics[stage])) is not None:
            found.append(headline)
    return found


def _checked(metrics: Metrics) -> Headline | None:
    if "rows" not in metrics:
        return None
    tables = sum(name.endswith("_bad_rows") for name in metrics)
    return Headline("Records checked", _count(metrics["rows"]), f"in {tables} {'table' if tables == 1 else 'tables'}")


def _good(metrics: Metrics) -> Headline | None:
    if "bad_share" not in metrics:
        return None
    bad = metrics.get("bad_rows", 0)
    note = f"{_count(bad)} set aside, each with the reason" if bad else "none had to be set aside"
    return Headline("Pass every check", _share(1 - metrics["bad_share"]), note)


def _people(metrics: Metrics) -> Headline | None:
    if "entities" not in metrics:
        return None
    return Headline("People found", _count(metrics["entities"]), f"behind {_count(metrics['records'])} records")


def _linkage(metrics: Metrics) -> Headline | None:
    if "precision" in metrics and "recall" in metrics:
        note = f"and {_share(metrics['recall'])} of the true matches were found, measured against known answers"
        return Headline("Matches that are right", _share(metrics["precision"]), note)
    if "expected_precision" in metrics:
        note = "the model's own estimate; there were no known answers to measure it against"
        return Headline("Matches that are probably right", _share(metrics["expected_precision"]), note)
    return None


def _expected(metrics: Metrics) -> Headline | None:
    if "expected" not in metrics:
        return None
    period = metrics["period"]
    ahead = f"the next {metrics['horizon']} {period}s" if metrics["horizon"] > 1 else f"the next {period}"
    low, high = math.floor(metrics["next_low"]), math.ceil(metrics["next_high"])
    before = f", compared with {_count(metrics['before'])} before" if "before" in metrics else ""
    note = f"over {ahead}{before}; next {period} {low:,} to {high:,} ({metrics['next_level']}% likely)"
    return Headline(f"Expected {metrics['noun']} a {period}", _count(metrics["expected"]), note)


def _accuracy(metrics: Metrics) -> Headline | None:
    """Give the error where the verdict is clear; a ratio that chance could explain is no finding, only a note."""
    if "mase_ratio" not in metrics:
        return None
    season = "week" if metrics.get("period") == "day" else "year"
    against = f"repeating last {season}'s figures"
    tests = metrics.get("origins_used", metrics.get("origins", 0))
    trials = f"in {tests} trial{'s' if tests > 1 else ''} on past data" if tests else "in trials on past data"
    if metrics.get("model") == "seasonal_naive":
        return Headline(
            "Forecast error", "the same", f"as {against}, which is what is done: nothing was better {trials}"
        )
    total = _verdict(metrics, "total", "mase_ratio_total", "their total") if "mase_ratio_total" in metrics else ""
    rest = f", on average over {metrics['series']} groups; {total}" if total else ""
    value = _difference(metrics["mase_ratio"])
    if metrics.get("skill_series") in _CLEAR:
        return Headline("Forecast error", value, f"than {against}, {trials}{rest}")
    low = f"{value} on average, which could be chance, " if value != _SAME else ""
    return Headline("Forecast error", "no clear difference", f"from {against}: {low}{trials}{rest}")


_CLEAR = frozenset({"better", "worse"})
_SAME = "no lower"


def _verdict(metrics: Metrics, level: str, ratio: str, whom: str) -> str:
    difference = _difference(metrics[ratio])
    if metrics.get(f"skill_{level}") in _CLEAR:
        return f"{difference} for {whom}"
    return f"no clear difference for {whom}"


def _difference(ratio: float) -> str:
    """Say how far a ratio of errors is below or above one."""
    if abs(1 - ratio) < 0.005:
        return _SAME
    return f"{abs(1 - ratio):.0%} {'lower' if ratio < 1 else 'higher'}"


_MAKERS: tuple[tuple[str, Callable[[Metrics], Headline | None]], ...] = (
    ("validate", _checked),
    ("validate", _good),
    ("link", _people),
    ("link", _linkage),
    ("forecast", _expected),
    ("forecast", _accuracy),
)


def _count(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 10 or number == 0 else f"{number:,.1f}".removesuffix(".0")


def _share(share: float) -> str:
    """Write a share so that 100% means all and 0% none."""
    text = f"{share:.1%}"
    if text == "100.0%":
        return "100%" if share == 1 else "over 99.9%"
    return "under 0.1%" if text == "0.0%" and share > 0 else text
