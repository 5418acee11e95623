"""What a forecast hands back: tables, figures, charts and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.forecasting.evaluation.result_tables import ADDING, DIGITS, EVERY, significant
from shared_analysis.forecasting.hierarchy.hierarchy import TOTAL, Hierarchy
from shared_analysis.forecasting.models.ensemble import ratio
from shared_analysis.forecasting.panel.panel import Panel
from shared_analysis.forecasting.spec import ForecastSpec

if TYPE_CHECKING:
    from shared_analysis.charts import Chart
    from shared_analysis.project import Headline


@dataclass(frozen=True)
class ForecastResult:
    """A forecast with the evidence for it.

    Parameters
    ----------
    panel
        The series it was made from.
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
    notices: tuple[str, ...]
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

    @property
    def metrics(self) -> dict[str, float | int | str | bool]:
        """Flat figures; what could not be measured is not there.

        ``mase_ratio`` below 1 means more accurate than the seasonal naive. ``coverage_80`` is measured in back-tests,
        0 to 1. ``expected`` is what is forecast for a period, averaged over the horizon, ``before`` what was
        counted in a period of the last season (or since the data begin; the same months of the year where the horizon
        is no whole number of seasons); ``next_low`` and ``next_high`` bound the next period with ``next_level`` per
        cent.
        """
        from shared_analysis.forecasting.reporting import outlook

        found: dict[str, float | int | str | bool] = {
            "series": len(self.panel.keys),
            "periods": len(self.panel.periods),
            "first_period": str(self.panel.periods[0].start_time.date()),
            "last_period": str(self.panel.periods[-1].start_time.date()),
            "horizon": self.spec.horizon,
            "origins": len(self.origins),
            "origins_used": len(self.used),
            "model": self.chosen,
        }
        whole = outlook.whole(self)
        found |= {"noun": self.noun, "period": self.panel.calendar.noun}
        found["expected"] = whole.expected
        if not np.isnan(whole.before):
            found["before"] = whole.before
        found |= {"next_low": whole.low, "next_high": whole.high, "next_level": self.spec.levels[0]}
        mase, total = self.mase(), self.mase(TOTAL)
        if mase:
            found["mase"] = mase[self.chosen]
            found["mase_ratio"] = ratio(mase, self.chosen)
            found |= {f"mase_{name}": mase[name] for name in sorted(mase)}
        if total:
            found["mase_total"] = total[self.chosen]
            found["mase_ratio_total"] = ratio(total, self.chosen)
        verdicts = zip(self.skill["level"], self.skill["verdict"], strict=True)
        found |= {f"skill_{level}": verdict for level, verdict in verdicts}
        for prefix, name in (("", EVERY), ("total_", TOTAL)):
            shares = self.coverage.get(name, {})
            found |= {f"coverage_{prefix}{level}": share for level, share in shares.items()}
        return {name: significant(value) if isinstance(value, float) else value for name, value in found.items()}

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """What to expect, and how far the forecasts were out in back-tests."""
        from shared_analysis.forecasting.reporting.headlines import headlines

        return headlines(self.metrics)

    def charts(self) -> dict[str, Chart]:
        """Draw what is expected (the total, a map of London's boroughs, every area) and how well it worked before.

        Drawn once: a notebook shows them, and the same ones are saved.
        """
        return self._charts

    @cached_property
    def _charts(self) -> dict[str, Chart]:
        from shared_analysis.forecasting.reporting.charts import overview as drawing

        return drawing.charts(self)

    def sentences(self) -> dict[str, str]:
        """Say what to expect in one plain sentence for the whole and for each area, by its name."""
        from shared_analysis.forecasting.reporting import sentences

        return sentences.sentences(self)

    def narrative(self) -> str:
        """Say :meth:`sentences` as a list in Markdown, which no name in the data can break."""
        from shared_analysis.forecasting.reporting import sentences

        return sentences.as_markdown(self)

    def committee_table(self, level: str | None = None) -> pd.DataFrame:
        """Lay a level of the hierarchy out for a paper: the whole first, then a row an area or what else it holds.

        Parameters
        ----------
        level
            A level as in the tables; None for the areas.

        Returns
        -------
        DataFrame
            ``name``, ``code``, ``before``, ``expected`` (both a period), ``change`` (relative; NaN where fewer than ten
            were counted before), ``next_low``, ``next_high`` (the next period's interval, rounded outward),
            ``sentence``.

        Raises
        ------
        SharedAnalysisError
            If there is no such level.
        """
        from shared_analysis.forecasting.reporting import briefing_table as committee

        return committee.table(self, level)

    def files(self, *, synthetic: bool) -> dict[str, bytes]:
        """Make the files for a committee paper, by name: the table of areas as CSV, every level as XLSX."""
        from shared_analysis.forecasting.reporting import briefing_table as committee

        return committee.files(self, synthetic=synthetic)

    def summary(self) -> str:
        """Say the forecast in plain words, as Markdown."""
        from shared_analysis.forecasting.reporting import summary as words

        return words.summarise(self)

    def _repr_markdown_(self) -> str:
        return self.summary()


_COUNTED = ("count", "actual")
# Enough for the sum of any number of rounded counts, and fewer than the order of adding could change.
_DIGITS_OF_A_SUM = 12


# The last digits of a bound differ between processors, and none of them may cost a whole step outward.
_DIGITS_OF_A_BOUND = 9


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
