"""A fan: one history, its forecast with intervals, the baseline, and the declared breaks."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.forecasting.calendars import MONTHS, name_period, name_year
from shared_analysis.forecasting.models.ensemble import BASELINE
from shared_analysis.forecasting.reporting.outlook import compared, repeated, whole
from shared_analysis.forecasting.reporting.phrases import an, change, number, span_of
from shared_analysis.forecasting.reporting.summary import place
from shared_analysis.forecasting.result_data import Forecast
from shared_analysis.wording import joined, many, sentence

if TYPE_CHECKING:
    from shared_analysis.forecasting.panel.panel import FloatArray

_SEASONS = 5  # of history, at the most, unless three horizons are more
_YEARS = 20  # of history, at the most, where the periods are years
_BESIDE = 0.02  # room beside a forecast of one period, as a share of the axis
_HEADROOM = 1.08


def total_chart(result: Forecast) -> Chart:
    """Draw the whole: history, forecast, intervals, and the baseline."""
    outlook, calendar, spec = whole(result), result.panel.calendar, result.spec
    heading = (
        f"{sentence(change(outlook.change))} {compared(result)}: {number(outlook.expected)} {result.noun} "
        f"a {calendar.noun} expected{place(result)}"
    )
    levels = joined([f"{level}%" for level in spec.levels])
    subtitle = f"{sentence(result.noun)} a {calendar.noun}; blue: forecast with {levels} interval"
    subtitle += "s" if len(spec.levels) > 1 else ""
    fig, ax = figure(heading, subtitle)
    draw_fan(ax, result, 0, labelled=True)
    last = node_rows(result, 0).iloc[-1]
    least = spec.levels[0]
    alt = (
        f"Line chart of {result.noun} a {calendar.noun} to {name_period(result.panel.periods[-1])}, "
        f"then a forecast of {many(spec.horizon, calendar.noun, f'{calendar.noun}s')} "
        f"that ends at {number(last['mean'])} with {an(least)} interval of "
        f"{span_of(last[f'lo_{least}'], last[f'hi_{least}'])}. Repeating the last "
        f"{repeated(result)} would end at {number(last[BASELINE])}.{_breaks_in_words(result)}"
    )
    return Chart(fig, title=heading, alt=alt)


def _breaks_in_words(result: Forecast) -> str:
    """Name the breaks that are on the chart, which shows them as a grey band."""
    start = result.panel.periods[-_shown(result) :].start_time[0]
    shown = [span for span in result.spec.breaks if pd.Period(span.partition("/")[2]).end_time >= start]
    if not shown:
        return ""
    spans = ", ".join(span.replace("/", " to ") for span in shown)
    return f" Declared as not normal: {spans}."


def node_rows(result: Forecast, node: int) -> pd.DataFrame:
    """Return the forecast of one node, by its place in the hierarchy."""
    horizon = result.spec.horizon
    return result.ahead.iloc[node * horizon : (node + 1) * horizon]


def node_history(result: Forecast) -> FloatArray:
    """Return what was counted of every node, NaN where that is not known."""
    return result.hierarchy.add_up(np.where(result.panel.known, result.panel.values, np.nan))


def draw_fan(
    ax: Any, result: Forecast, node: int, *, labelled: bool, history: FloatArray | None = None, marks: int = 8
) -> None:
    """Draw one node; ``history`` saves adding up again where many are drawn."""
    counted = (node_history(result) if history is None else history)[node]
    rows, levels = node_rows(result, node), result.spec.levels
    shown = _shown(result)
    before_days, ahead_days = result.panel.periods[-shown:].start_time, pd.DatetimeIndex(rows["period"])
    before, ahead = _years(before_days), _years(ahead_days)
    past = counted[-shown:]
    _draw_breaks(ax, result, float(before[0]), float(ahead[-1]), labelled=labelled)
    ax.plot(before, past, color=PALETTE["ink"], linewidth=1.3 if labelled else 1.0)
    _draw_forecast(ax, ahead, rows, levels, 1.8 if labelled else 1.4)
    ax.set_xlim(before[0], ahead[-1] + (_BESIDE * (ahead[-1] - before[0]) if len(rows) == 1 else 0))
    ax.set_ylim(0, _top(past, rows, levels[-1]))
    calendar = result.panel.calendar
    places, names = (
        date_ticks(before_days[0], ahead_days[-1], marks)
        if calendar.has_season
        else year_ticks(pd.DatetimeIndex(before_days.append(ahead_days)), marks)
    )
    ax.set_xticks(places, names)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value == int(value) else f"{value:g}")
    if labelled:
        final = rows.iloc[-1]
        words = {
            f"last {repeated(result)} repeated": (float(final[BASELINE]), PALETTE["orange"]),
            "forecast": (float(final["mean"]), PALETTE["blue"]),
        }
        _label_ends(ax, float(ahead[-1]), words)


def _draw_forecast(ax: Any, ahead: FloatArray, rows: pd.DataFrame, levels: Sequence[int], width: float) -> None:
    """Draw bands and lines; of a single period, bars and marks, for a line needs two."""
    for level, strength in zip(reversed(levels), np.linspace(0.16, 0.3, len(levels)), strict=True):
        look = {"color": PALETTE["blue"], "alpha": float(strength)}
        low, high = rows[f"lo_{level}"], rows[f"hi_{level}"]
        if len(rows) == 1:
            ax.vlines(ahead, low, high, linewidth=4 * width, **look)
        else:
            ax.fill_between(ahead, low, high, linewidth=0, **look)
    mark = "o" if len(rows) == 1 else ""
    base = {"color": PALETTE["orange"], "linewidth": 1.1, "linestyle": (0, (4, 2))}
    ax.plot(ahead, rows[BASELINE], marker=mark, markersize=2.2 * width, **base)
    ax.plot(ahead, rows["mean"], color=PALETTE["blue"], linewidth=width, marker=mark, markersize=1.8 * width)


def _shown(result: Forecast) -> int:
    """How many periods of history are drawn: enough to see the season, and few enough to see the forecast."""
    calendar, horizon = result.panel.calendar, result.spec.horizon
    season = calendar.season
    wanted = max(2 * season, min(_SEASONS * season, 6 * horizon), 3 * horizon)
    if not calendar.has_season:
        wanted = max(wanted, _YEARS)
    return min(len(result.panel.periods), wanted)


def _top(past: FloatArray, rows: pd.DataFrame, level: int) -> float:
    """Where the axis ends: above everything drawn, and above zero where all of it is zero."""
    highest = max(float(np.nanmax(past, initial=0.0)), *(float(rows[name].max()) for name in (f"hi_{level}", BASELINE)))
    return highest * _HEADROOM if highest > 0 else 1.0


def _draw_breaks(ax: Any, result: Forecast, begin: float, end: float, *, labelled: bool) -> None:
    for first, last in (span.split("/") for span in result.spec.breaks):
        start, stop = _years(pd.DatetimeIndex([pd.Period(first).start_time, pd.Period(last).end_time]))
        if stop < begin or start > end:
            continue
        left = max(start, begin)
        ax.axvspan(left, min(stop, end), color=PALETTE["light"], alpha=0.5, linewidth=0)
        if labelled:
            ax.annotate(
                "break",
                (left, 0),
                (2, 3),
                textcoords="offset points",
                color=PALETTE["slate"],
                fontsize=9,
            )


def _label_ends(ax: Any, x: float, words: dict[str, tuple[float, str]]) -> None:
    """Write each line's name beside its end, pushed apart where two ends are close."""
    low, high = ax.get_ylim()
    line, floor = (high - low) * 0.058, -np.inf
    for text, (y, colour) in sorted(words.items(), key=lambda item: (item[1][0], item[0])):
        wrapped = textwrap.fill(text, 14)
        half = line * (wrapped.count("\n") + 1) / 2
        at = max(y, floor + half)
        floor = at + half
        ax.annotate(
            wrapped,
            (x, at),
            (5, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=9.5,
            annotation_clip=False,
        )


def date_ticks(first: pd.Timestamp, last: pd.Timestamp, most: int) -> tuple[FloatArray, list[str]]:
    """Place the marks of a time axis: years, or months where it has less than two new years, or days.

    Returns
    -------
    array, list of str
        Where the marks are, in years with a fraction, and what stands at each: at least two, unless the axis is a
        single day.
    """
    days, unit = pd.DatetimeIndex([]), ""
    for unit in ("YS", "MS", "D"):
        days = pd.date_range(first.normalize(), last.normalize(), freq=unit)
        if len(days) > 1:
            break
    shown = days[:: -(-len(days) // most)]
    return _years(shown), [_mark(day, unit) for day in shown]


def year_ticks(starts: pd.DatetimeIndex, most: int) -> tuple[FloatArray, list[str]]:
    """Place the marks of an axis of years: each stands where its year is drawn, by its name (``2023/24``)."""
    shown = starts[:: -(-len(starts) // most)]
    return _years(shown), [name_year(start) for start in shown]


def _mark(day: pd.Timestamp, unit: str) -> str:
    """Write what stands at a mark, in English whatever the locale."""
    month = MONTHS[day.month - 1][:3]
    return {"YS": f"{day.year}", "MS": f"{month} {day.year}", "D": f"{day.day} {month}"}[unit]


def _years(days: pd.DatetimeIndex) -> FloatArray:
    """Dates as years with a fraction: an axis that needs no locale."""
    return np.asarray(days.year + (days.dayofyear - 1) / 365.25, dtype=np.float64)
