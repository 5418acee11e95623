"""The charts of a forecast, in reading order: what is expected first, then how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared_analysis.forecasting.models.ensemble import BASELINE
from shared_analysis.forecasting.reporting.charts.evidence import accuracy_chart, reliability_chart, skill_chart
from shared_analysis.forecasting.reporting.charts.fan import total_chart
from shared_analysis.forecasting.reporting.charts.small_multiples import multiples_chart
from shared_analysis.forecasting.reporting.charts.tile_map import can_map, map_chart
from shared_analysis.forecasting.reporting.outlook import area_level
from shared_analysis.forecasting.result_data import Forecast

if TYPE_CHECKING:
    from shared_analysis.charts import Chart


def charts(result: Forecast) -> dict[str, Chart]:
    """Draw what there is to draw: the evidence only where there were back-tests."""
    drawn = {"total": total_chart(result)}
    if can_map(result):
        drawn["map"] = map_chart(result)
    if len(result.panel.keys) > 1:
        drawn["series"] = multiples_chart(result, area_level(result))
    if "category" in result.hierarchy.levels:
        drawn["categories"] = multiples_chart(result, "category")
    if len(result.skill) and result.chosen != BASELINE:
        drawn["skill"] = skill_chart(result)
    if any(result.coverage.values()):
        drawn["reliability"] = reliability_chart(result)
    if result.mase():
        drawn["accuracy"] = accuracy_chart(result)
    return drawn
