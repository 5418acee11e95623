"""Forecasts of demand: a checked panel of series, one back-tested choice of method, intervals that were checked."""

from shared_analysis.forecasting.forecast import forecast
from shared_analysis.forecasting.panel.panel import Panel
from shared_analysis.forecasting.result import ForecastResult
from shared_analysis.forecasting.spec import ForecastSpec

__all__ = ["ForecastResult", "ForecastSpec", "Panel", "forecast"]
