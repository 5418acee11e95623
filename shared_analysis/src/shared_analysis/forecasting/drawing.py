"""A forecast in pictures: the whole with its history, the largest series, the accuracy of the methods."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.forecasting.methods import BASELINE, name_method, ratio, short_name
from shared_analysis.forecasting.panel import FloatArray
from shared_analysis.forecasting.phrases import many, name_period
from shared_analysis.forecasting.result import ForecastResult
from shared_analysis.forecasting.spec import MONTHS
from shared_analysis.forecasting.words import (
    an,
    change,
    compared,
    number,
    outlooks,
    percent,
    place,
    repeated,
    skill,
    span_of,
)

_PANELS = 9
_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


def total(result: ForecastResult) -> Chart:
    """Draw the whole: history, forecast, intervals, and the baseline."""
    whole, _ = outlooks(result)
    calendar, spec = result.panel.calendar, result.spec
    heading = (
        f"{sentence(change(whole.change))} {compared(result)}: {number(whole.expected)} {result.noun} "
        f"a {calendar.noun} expected{place(result)}"
    )
    levels = " and ".join(f"{level}%" for level in spec.levels)
    fig, ax = figure(heading, f"{sentence(result.noun)} a {calendar.noun}; bands: {levels} intervals")
    level = "total" if len(result.panel.keys) > 1 else "series"
    rows = result.ahead[result.ahead["level"] == level]
    _fan(ax, result, result.panel.total, rows, labelled=True)
    last = rows.iloc[-1]
    alt = (
        f"Line chart of {result.noun} a {calendar.noun} to {name_period(result.panel.periods[-1], calendar)}, "
        f"then a forecast of {many(spec.horizon, calendar.noun, f'{calendar.noun}s')} "
        f"that ends at {number(last['mean'])} with {an(spec.levels[0])} interval of "
        f"{span_of(last[f'lo_{spec.levels[0]}'], last[f'hi_{spec.levels[0]}'])}. Repeating the last "
        f"{repeated(result)} would end at {number(last[BASELINE])}."
    )
    return Chart(fig, title=heading, alt=alt)


def largest(result: ForecastResult) -> Chart:
    """Draw the largest series side by side, each on its own scale from zero."""
    _, series = outlooks(result)
    shown = series[:_PANELS]
    known = [one for one in shown if not np.isnan(one.change)]
    most = max(known, key=lambda one: (abs(one.change), one.label), default=None)
    calendar = result.panel.calendar
    many = (
        f"Of the {len(shown)} largest {result.panel.nouns}"
        if len(series) > len(shown)
        else f"Of {len(shown)} {result.panel.nouns}"
    )
    heading = (
        f"{many}, {most.label} changes most: {percent(most.change)}" if most else "Nothing is expected in any series"
    )
    columns = min(3, len(shown))
    lines = -(-len(shown) // columns)
    subtitle = f"{sentence(result.noun)} a {calendar.noun}, history and forecast; each panel has its own scale"
    fig, axes = figure(
        heading, subtitle, rows=lines, cols=columns, height=1.7 * lines + 0.2, sharex=True, squeeze=False
    )
    keys = dict(zip(result.panel.labels(), range(len(result.panel.keys)), strict=True))
    by_series = result.ahead[result.ahead["level"] == "series"]
    for ax, one in zip(axes.flat, shown, strict=False):
        at = keys[one.label]
        rows = by_series.iloc[at * result.spec.horizon : (at + 1) * result.spec.horizon]
        _fan(ax, result, result.panel.values[at], rows, labelled=False)
        ax.set_title(textwrap.shorten(one.label, 28, placeholder="..."), fontsize=10, loc="left", color=PALETTE["ink"])
        ax.tick_params(labelsize=8)
    # The last of each column, where the lowest place is empty and would have kept the dates to itself.
    for ax in list(axes.flat)[max(0, len(shown) - columns) : len(shown)]:
        ax.tick_params(labelbottom=True)
    for ax in list(axes.flat)[len(shown) :]:
        ax.set_visible(False)
    listing = "; ".join(f"{one.label} {number(one.expected)} ({percent(one.change)})" for one in shown)
    alt = (
        f"Small line charts of the {len(shown)} largest {result.panel.nouns}. "
        f"Expected a {calendar.noun}, and change: {listing}."
    )
    return Chart(fig, title=heading, alt=alt)


def accuracy(result: ForecastResult) -> Chart:
    """Draw each method's error in the back-tests, as a share of the baseline's."""
    calendar = result.panel.calendar
    baseline = name_method(BASELINE, calendar.season_noun)
    if result.chosen == BASELINE:
        heading = f"No method was more accurate than {baseline}, so that is used"
    else:
        heading = f"The method used was {skill(result)} than {baseline}"
    mase = result.mase()
    times = many(len(result.used), "back-test", "back-tests")
    subtitle = f"Scaled error in {times}, {baseline} = 1; shorter is better"
    fig, ax = figure(heading, subtitle, height=0.42 * len(mase) + 0.5)
    names = sorted(mase, key=lambda name: (-mase[name], name))
    shares = [ratio(mase, name) for name in names]
    colours = [PALETTE["blue"] if name == result.chosen else PALETTE["light"] for name in names]
    places = np.arange(len(names))
    ax.barh(places, shares, color=colours, height=0.62)
    ax.axvline(1, color=PALETTE["grey"], linewidth=1)
    for at, share in zip(places, shares, strict=True):
        ax.annotate(
            f"{share:.2f}",
            (share, at),
            (5, 0),
            textcoords="offset points",
            va="center",
            color=PALETTE["ink"],
            fontsize=9.5,
            bbox=_WHITE,
        )
    ax.set_yticks(places, [short_name(name, calendar.season_noun) for name in names])
    ax.tick_params(axis="y", labelsize=9.5, labelcolor=PALETTE["ink"], length=0)
    ax.grid(visible=False, axis="y")
    ax.set_xlim(0, max(1.0, *shares) * 1.1)
    pairs = "; ".join(
        f"{name_method(name, calendar.season_noun)} {share:.2f}" for name, share in zip(names, shares, strict=True)
    )
    return Chart(fig, title=heading, alt=f"Bar chart of errors relative to {baseline}, in {times}: {pairs}.")


def _fan(ax: Any, result: ForecastResult, history: FloatArray, rows: pd.DataFrame, *, labelled: bool) -> None:
    """Draw history, intervals, forecast and baseline of one series."""
    calendar, levels = result.panel.calendar, result.spec.levels
    shown = min(len(history), max(5 * calendar.season, 3 * result.spec.horizon))
    before_days, ahead_days = result.panel.periods[-shown:].start_time, pd.DatetimeIndex(rows["period"])
    before, ahead = _years(before_days), _years(ahead_days)
    for first, last in (span.split("/") for span in result.spec.breaks):
        start, end = _years(pd.DatetimeIndex([pd.Period(first).start_time, pd.Period(last).end_time]))
        if end >= before[0] and start <= ahead[-1]:
            ax.axvspan(max(start, before[0]), min(end, ahead[-1]), color=PALETTE["light"], alpha=0.5, linewidth=0)
            if labelled:
                ax.annotate(
                    "break",
                    (max(start, before[0]), 0),
                    (2, 3),
                    textcoords="offset points",
                    color=PALETTE["grey"],
                    fontsize=9,
                )
    for level, strength in zip(reversed(levels), np.linspace(0.16, 0.3, len(levels)), strict=True):
        ax.fill_between(
            ahead, rows[f"lo_{level}"], rows[f"hi_{level}"], color=PALETTE["blue"], alpha=float(strength), linewidth=0
        )
    ax.plot(before, history[-shown:], color=PALETTE["ink"], linewidth=1.3)
    ax.plot(ahead, rows[BASELINE], color=PALETTE["orange"], linewidth=1.1, linestyle=(0, (4, 2)))
    ax.plot(ahead, rows["mean"], color=PALETTE["blue"], linewidth=1.8)
    ax.set_ylim(bottom=0)
    ax.set_xlim(before[0], ahead[-1])
    places, names = date_ticks(before_days[0], ahead_days[-1], 8 if labelled else 4)
    ax.set_xticks(places, names)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value == int(value) else f"{value:g}")
    if labelled:
        final = rows.iloc[-1]
        words = {
            f"last {repeated(result)} repeated": (float(final[BASELINE]), PALETTE["orange"]),
            "forecast": (float(final["mean"]), PALETTE["blue"]),
        }
        _label_ends(ax, float(ahead[-1]), words)


def _label_ends(ax: Any, x: float, words: dict[str, tuple[float, str]]) -> None:
    """Write each line's name beside its end, pushed apart where two ends are close."""
    low, high = ax.get_ylim()
    gap, floor = (high - low) * 0.08, -np.inf
    for text, (y, colour) in sorted(words.items(), key=lambda item: (item[1][0], item[0])):
        at = max(y, floor + gap)
        floor = at
        ax.annotate(
            textwrap.fill(text, 14),
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


def _mark(day: pd.Timestamp, unit: str) -> str:
    """Write what stands at a mark, in English whatever the locale."""
    month = MONTHS[day.month - 1][:3]
    return {"YS": f"{day.year}", "MS": f"{month} {day.year}", "D": f"{day.day} {month}"}[unit]


def _years(days: pd.DatetimeIndex) -> FloatArray:
    """Dates as years with a fraction: an axis that needs no locale."""
    return np.asarray(days.year + (days.dayofyear - 1) / 365.25, dtype=np.float64)


def sentence(text: str) -> str:
    """Start with a capital letter."""
    return text[:1].upper() + text[1:]
