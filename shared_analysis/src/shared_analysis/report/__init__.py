"""The project's report: what every stage found, and where it came from, on one offline page."""

from shared_analysis.report.build import Report, build_report

__all__ = ["Report", "build_report"]
