"""The data of a forecast: its tables and figures, with nothing drawn or worded yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property

import numpy as np
import pandas as pd

from shared_analysis.forecasting.evaluation.result_tables import ADDING, DIGITS, EVERY, significant
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.panel.panel import Panel
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice

_COUNTED = ("count", "actual")
# Enough for the sum of any number of rounded counts, and fewer than the order of adding could change.
_DIGITS_OF_A_SUM = 12
# The last digits of a bound differ between processors, and none of them may cost a whole step outward.
_DIGITS_OF_A_BOUND = 9


@dataclass(frozen=True)
class Forecast:
    """A forecast with the evidence for it.

    Parameters
    ----------
    panel
        The series it was made from.
    hierarchy
        The levels that they add up to.
    spec
        The settings it was made with.
    noun
        What is counted, in the plural.
    chosen
        The method used for every series.
    origins, normal, used
        The last period known in each back-test; whether it touches no declared break; which of them choices, accuracy
        and intervals rest on.
    accuracy
        ``level``, ``method``, ``mase``, ``mase_ratio`` in the back-tests, the best method first; empty without any.
    skill
        The method beside the seasonal naive, by level; see :func:`shared_analysis.forecasting.evaluation.skill.judge`.
    coverage
        By level of the hierarchy, and over all of them: share of back-test values inside the interval, by its level in
        per cent, each back-test with intervals made from the others. They share periods where history is short, which
        a notice says.
    ahead, tested
        Forecasts and back-tests, unrounded; see ``tables``.
    notices
        What was left out, assumed or not possible.
    seconds
        How long the fits of each member took, back-tests included; for whoever waits, in no table and no figure.
    """

    panel: Panel
    hierarchy: Hierarchy
    spec: ForecastSpec
    noun: str
    chosen: str
    origins: tuple[pd.Period, ...]
    normal: tuple[bool, ...]
    used: tuple[int, ...]
    accuracy: pd.DataFrame
    skill: pd.DataFrame
    coverage: Mapping[str, Mapping[int, float]]
    ahead: pd.DataFrame
    tested: pd.DataFrame
    notices: tuple[Notice, ...]
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    def mase(self, level: str = EVERY) -> dict[str, float]:
        """Mean absolute scaled error by method at a level, or over the nodes of all; empty without back-tests."""
        rows = self.accuracy[self.accuracy["level"] == level]
        return dict(zip(rows["method"], rows["mase"], strict=True))

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables, sorted; what was estimated is rounded to six significant digits, what was counted stays.

        Forecasts are rounded for the series, and every level above is the sum of what is rounded. Bounds are rounded
        outward.

        ``panel``: key columns, period (first day), count. ``forecast``: level
        (``total``, ``series`` and those between), key columns, period, model, mean, ``lo_80``, ``hi_80`` and so on for
        every level, seasonal_naive. The rows of every level add up from ``series``. ``backtest``:
        level, key columns, origin (last period known), period, actual, mean, seasonal_naive, touches_break.
        ``accuracy`` and ``skill``: as above.
        """
        whole = {
            "panel": self.panel.table(),
            "forecast": self.ahead,
            "backtest": self.tested,
            "accuracy": self.accuracy,
            "skill": self.skill,
        }
        return {name: _rounded(table) for name, table in whole.items()}


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    numbers = {
        name: np.array([_written(value, name) for value in table[name]], dtype=np.float64)
        for name in table.columns
        if table[name].dtype.kind == "f" and name not in _COUNTED
    }
    # The mean of a level above the series is a sum of rounded ones, which may lie a hair beyond a bound of no width.
    for name in numbers:
        if name.startswith("lo_"):
            numbers[name] = np.minimum(numbers[name], numbers["mean"])
        elif name.startswith("hi_"):
            numbers[name] = np.maximum(numbers[name], numbers["mean"])
    return table.assign(**numbers)


def _written(value: float, name: str) -> float:
    if name.startswith(("lo_", "hi_")):
        return _outward(value, ROUND_FLOOR if name.startswith("lo_") else ROUND_CEILING)
    return significant(value, _DIGITS_OF_A_SUM if name in ADDING else DIGITS)


def _outward(value: float, side: str) -> float:
    """Round a bound to six significant digits, away from the forecast."""
    plain = Decimal(f"{value:.{_DIGITS_OF_A_BOUND}g}")
    return float(plain.quantize(Decimal(1).scaleb(plain.adjusted() + 1 - DIGITS), rounding=side)) if plain else 0.0
