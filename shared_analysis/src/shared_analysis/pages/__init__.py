"""One house style for every page: one file, offline, without a script, readable on a phone, on paper and aloud."""

from shared_analysis.pages.page import (
    FOLDER,
    figure_html,
    in_columns,
    inline_svg,
    is_wide,
    page_style,
    tidy,
    without_scripts,
)

__all__ = ["FOLDER", "figure_html", "in_columns", "inline_svg", "is_wide", "page_style", "tidy", "without_scripts"]
