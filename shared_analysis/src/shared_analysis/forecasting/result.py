"""What a forecast hands back: its data, and the figures, charts and words that are made of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.charts import Chart
from shared_analysis.forecasting.evaluation.result_tables import EVERY, significant
from shared_analysis.forecasting.hierarchy.hierarchy import TOTAL
from shared_analysis.forecasting.models.ensemble import ratio
from shared_analysis.forecasting.reporting import briefing_table, outlook, sentences, summary
from shared_analysis.forecasting.reporting.headlines import headlines as make_headlines
from shared_analysis.forecasting.result_data import Forecast

if TYPE_CHECKING:
    from shared_analysis.project import Headline


class ForecastResult(Forecast):
    """A forecast with the evidence for it: the data of :class:`Forecast`, drawn, said and laid out."""

    @property
    def metrics(self) -> dict[str, float | int | str | bool]:
        """Flat figures; what could not be measured is not there.

        ``mase_ratio`` below 1 means more accurate than the seasonal naive. ``coverage_80`` is measured in back-tests,
        0 to 1. ``expected`` is what is forecast for a period, averaged over the horizon, ``before`` what was
        counted in a period of the last season (or since the data begin; the same months of the year where the horizon
        is no whole number of seasons); ``next_low`` and ``next_high`` bound the next period with ``next_level`` per
        cent.
        """
        figures: dict[str, float | int | str | bool] = {
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
        figures |= {"noun": self.noun, "period": self.panel.calendar.noun}
        figures["expected"] = whole.expected
        if not np.isnan(whole.before):
            figures["before"] = whole.before
        figures |= {"next_low": whole.low, "next_high": whole.high, "next_level": self.spec.levels[0]}
        mase, total = self.mase(), self.mase(TOTAL)
        if mase:
            figures["mase"] = mase[self.chosen]
            figures["mase_ratio"] = ratio(mase, self.chosen)
            figures |= {f"mase_{name}": mase[name] for name in sorted(mase)}
        if total:
            figures["mase_total"] = total[self.chosen]
            figures["mase_ratio_total"] = ratio(total, self.chosen)
        verdicts = zip(self.skill["level"], self.skill["verdict"], strict=True)
        figures |= {f"skill_{level}": verdict for level, verdict in verdicts}
        for prefix, name in (("", EVERY), ("total_", TOTAL)):
            shares = self.coverage.get(name, {})
            figures |= {f"coverage_{prefix}{level}": share for level, share in shares.items()}
        return {name: significant(value) if isinstance(value, float) else value for name, value in figures.items()}

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """What to expect, and how far the forecasts were out in back-tests."""
        return make_headlines(self.metrics)

    def charts(self) -> dict[str, Chart]:
        """Draw what is expected (the total, a map of London's boroughs, every area) and how well it worked before.

        Drawn once: a notebook shows them, and the same ones are saved.
        """
        return self._charts

    @cached_property
    def _charts(self) -> dict[str, Chart]:
        # Not at the top: matplotlib takes a second to import, and not everybody draws.
        from shared_analysis.forecasting.reporting.charts import overview

        return overview.charts(self)

    def sentences(self) -> dict[str, str]:
        """Say what to expect in one plain sentence for the whole and for each area, by its name."""
        return sentences.sentences(self)

    def narrative(self) -> str:
        """Say :meth:`sentences` as a list in Markdown, which no name in the data can break."""
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
        return briefing_table.table(self, level)

    def files(self, *, synthetic: bool) -> dict[str, bytes]:
        """Make the files for a committee paper, by name: the table of areas as CSV, every level as XLSX."""
        # Not at the top: xlsxwriter is for those who write the files.
        from shared_analysis.forecasting.reporting import workbook

        return {
            "committee.csv": briefing_table.as_csv(self.committee_table(), synthetic=synthetic),
            "committee.xlsx": workbook.as_workbook(self, synthetic=synthetic),
        }

    def summary(self) -> str:
        """Say the forecast in plain words, as Markdown."""
        return summary.summarise(self)

    def _repr_markdown_(self) -> str:
        return self.summary()
