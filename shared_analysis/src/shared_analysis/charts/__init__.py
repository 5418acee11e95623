"""One house style for every chart: static, offline, the same bytes each time, readable without colour vision."""

from shared_analysis.charts.chart import PALETTE, Chart, figure

__all__ = ["PALETTE", "Chart", "figure"]
