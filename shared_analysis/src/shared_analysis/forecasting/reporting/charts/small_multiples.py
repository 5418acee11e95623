"""Small fans side by side: every area where a page can hold them, else the largest."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np

from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.forecasting.reporting.charts.fan import draw_fan, node_history
from shared_analysis.forecasting.reporting.outlook import Outlook, area_level, outlooks, repeated
from shared_analysis.forecasting.reporting.phrases import number, percent
from shared_analysis.forecasting.reporting.summary import kinds
from shared_analysis.forecasting.result_data import Forecast
from shared_analysis.wording import sentence

# London has 33 authorities: all of them, so that each finds its own.
MOST_AREAS, MOST_SERIES = 33, 9
_COLUMNS = 3
_PANEL_HEIGHT = 1.22
_LABEL, _LABEL_LINES = 26, 2
_LINE = 11.0  # points
_OUT = 14.0  # points that a name begins before its panel, above the marks of the axis


def multiples_chart(result: Forecast, level: str) -> Chart:
    """Draw a level's nodes, each on its own scale from zero: all in their order, or the largest where they are many."""
    every = outlooks(result, level)
    first = int(np.flatnonzero(result.hierarchy.rows(level))[0])
    noun = kinds(result) if level == area_level(result) else "categories"
    most = MOST_AREAS if noun == "areas" else MOST_SERIES
    order = list(range(len(every)))
    if len(every) > most:
        order = sorted(order, key=lambda at: (-every[at].expected, every[at].label))[:most]
    shown = [every[at] for at in order]
    heading = _heading(shown, noun, result.panel.calendar.noun, among=len(every))
    names = [textwrap.wrap(outlook.label, _LABEL, max_lines=_LABEL_LINES, placeholder="...") for outlook in shown]
    lines = max(map(len, names), default=1)
    fig, axes = _grid(heading, _subtitle(result), len(shown), lines)
    history = node_history(result)
    for ax, at, name in zip(axes.flat, order, names, strict=False):
        draw_fan(ax, result, first + at, labelled=False, history=history, marks=3)
        _finish(ax, every[at], name, lines)
    # The last of each column, where the lowest place is empty and would have kept the dates to itself.
    columns = axes.shape[1]
    for ax in list(axes.flat)[max(0, len(shown) - columns) : len(shown)]:
        ax.tick_params(labelbottom=True)
    for ax in list(axes.flat)[len(shown) :]:
        ax.set_visible(False)
    listing = "; ".join(f"{outlook.label} {_figures(outlook)}" for outlook in shown)
    which = f"the {len(shown)} largest of {len(every)}" if len(every) > len(shown) else f"{len(shown)}"
    alt = f"Small line charts of {which} {noun}. Expected a {result.panel.calendar.noun}, and change: {listing}."
    return Chart(fig, title=heading, alt=alt)


def _heading(shown: list[Outlook], noun: str, period: str, *, among: int) -> str:
    many = f"Of the {len(shown)} largest {noun}" if among > len(shown) else f"Of {len(shown)} {noun}"
    known = [outlook for outlook in shown if outlook.counts_enough]
    most = max(known, key=lambda outlook: (round(abs(outlook.change), 9), outlook.label), default=None)
    if most is not None and most.percent == "0%":
        return f"{many}, none changes by as much as 1%"
    if most is not None:
        return f"{many}, {most.label} changes most: {percent(most.change)}"
    if any(outlook.expected > 0 for outlook in shown):
        return f"{many}, none had ten or more a {period} before"
    return "Nothing is expected in any series"


def _subtitle(result: Forecast) -> str:
    calendar = result.panel.calendar
    return (
        f"{sentence(result.noun)} a {calendar.noun}: counted (black), forecast with intervals (blue), the last "
        f"{repeated(result)} repeated (orange dashes). Each panel has its own scale; above it, what is expected "
        f"a {calendar.noun}, and the change from ten or more"
    )


def _grid(heading: str, subtitle: str, panels: int, lines: int) -> tuple[Any, Any]:
    """Make room for the panels, with names of so many lines."""
    columns = min(_COLUMNS, panels)
    rows = -(-panels // columns)
    height = (_PANEL_HEIGHT + (lines - 1) * _LINE / 72) * rows + 0.2
    return figure(heading, subtitle, rows=rows, cols=columns, height=height, sharex=True, squeeze=False)


def _figures(outlook: Outlook) -> str:
    return f"{number(outlook.expected)} ({outlook.percent})" if outlook.counts_enough else number(outlook.expected)


def _finish(ax: Any, outlook: Outlook, name: list[str], lines: int) -> None:
    """Write the name and the figures above a panel, and keep its marks few."""
    from matplotlib.ticker import MaxNLocator

    figures = {"color": PALETTE["slate"], "fontsize": 8.5}
    written = [(_figures(outlook), figures)]
    written += [(line, {"color": PALETTE["ink"], "fontsize": 9}) for line in reversed(name)]
    for at, (text, look) in enumerate(written):
        height = 3 + _LINE * at
        annotation = ax.annotate(
            text, (0, 1), (-_OUT, height), xycoords="axes fraction", textcoords="offset points", **look
        )
        # A long name may stand over the gap beside its panel, and must not make all of them narrower.
        annotation.set_in_layout(False)
    ax.set_title("\n".join(" " * (lines + 1)), fontsize=8.5, loc="left")
    ax.yaxis.set_major_locator(MaxNLocator(nbins=2, integer=ax.get_ylim()[1] > 2))
    ax.tick_params(labelsize=8, labelcolor=PALETTE["slate"], length=2, pad=2)
