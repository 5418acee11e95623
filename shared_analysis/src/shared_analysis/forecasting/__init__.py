"""Forecasts of demand: a checked panel of series, one back-tested choice of method, intervals that were checked."""

from shared_analysis.forecasting.forecast import forecast
from shared_analysis.forecasting.panel.panel import Panel
from shared_analysis.forecasting.result import ForecastResult
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.forecasting.suggestion import Suggestion, suggest_settings

__all__ = ["ForecastResult", "ForecastSpec", "Panel", "Suggestion", "forecast", "suggest_settings"]
