"""What would be counted twice when a table of counts is added up."""

from shared_analysis.forecasting.panel.double_counting.columns import refuse_double_counting
from shared_analysis.forecasting.panel.double_counting.longer_periods import refuse_totals_of_periods
from shared_analysis.forecasting.panel.double_counting.sums import counts_alike

__all__ = ["counts_alike", "refuse_double_counting", "refuse_totals_of_periods"]
