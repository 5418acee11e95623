"""How far to trust a forecast, in pictures: skill by level, reliability of the intervals, the methods tried."""

from __future__ import annotations

import math
import textwrap
from typing import Any

from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.forecasting.evaluation.result_tables import EVERY
from shared_analysis.forecasting.evaluation.skill import BETTER, WORSE
from shared_analysis.forecasting.hierarchy.hierarchy import TOTAL
from shared_analysis.forecasting.models.ensemble import BASELINE, name_method, ratio, short_name
from shared_analysis.forecasting.reporting.outlook import level_noun
from shared_analysis.forecasting.reporting.phrases import percent
from shared_analysis.forecasting.reporting.summary import SHORTFALL, back_tests, between, verdict
from shared_analysis.forecasting.result_data import Forecast
from shared_analysis.wording import joined, sentence

_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
_LABEL, _METHOD = 20, 30  # characters in a line of a level's name, and of a method's
_FARTHEST = 1.0  # a skill beyond which an interval is cut off, with an arrow


def skill_chart(result: Forecast) -> Chart:
    """Draw the error beside the baseline's at each level, with what chance leaves open, and the verdict in words.

    Levels, never series: how well a single series did in the back-tests says next to nothing of its next year.
    """
    baseline = _baseline(result)
    heading = verdict(result, "The method")
    subtitle = (
        f"Error beside that of {baseline}, with 95% intervals, in {back_tests(result)}; left of the line is better"
    )
    rows = result.skill.to_dict("records")
    fig, ax = figure(heading, subtitle, height=0.5 * len(rows) + 0.6)
    for at, row in enumerate(rows):
        low, high = (max(-_FARTHEST, min(_FARTHEST, -end)) for end in (row["skill_high"], row["skill_low"]))
        if math.isfinite(row["skill_low"]) and math.isfinite(row["skill_high"]):
            ax.plot([100 * low, 100 * high], [at, at], color=PALETTE["silver"], linewidth=5, solid_capstyle="butt")
            _arrows(ax, at, -row["skill_high"], -row["skill_low"])
        ax.plot(100 * min(_FARTHEST, -row["skill"]), at, "o", color=PALETTE["blue"], markersize=7)
        _beside(ax, at, f"{percent(-row['skill'])}: {row['verdict']}", strong=row["verdict"] in (BETTER, WORSE))
    ax.axvline(0, color=PALETTE["slate"], linewidth=1)
    _label_rows(ax, [sentence(level_noun(result, row["level"])) for row in rows])
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:+.0f}%" if value else "0%")
    ax.margins(x=0.06)
    listing = "; ".join(
        f"{level_noun(result, row['level'])}: {percent(-row['skill'])}, {_sure(row)}, {row['verdict']}" for row in rows
    )
    return Chart(fig, title=heading, alt=f"Errors beside {baseline} in {back_tests(result)}, by level: {listing}.")


def _sure(row: Any) -> str:
    sure = between(row["skill_low"], row["skill_high"])
    return "too few back-tests for an interval" if sure == "too few" else f"95% interval {sure}"


def _arrows(ax: Any, at: int, low: float, high: float) -> None:
    for end, cut, sign in ((-_FARTHEST, low < -_FARTHEST, "<"), (_FARTHEST, high > _FARTHEST, ">")):
        if cut:
            ax.plot(100 * end, at, sign, color=PALETTE["grey"], markersize=7)


def _beside(ax: Any, at: float, text: str, *, strong: bool) -> None:
    """Write at the right edge, outside the axes, level with a row."""
    weight = "bold" if strong else "normal"
    ax.annotate(
        text,
        (1, at),
        (6, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        va="center",
        fontsize=9.5,
        fontweight=weight,
        color=PALETTE["ink"],
        annotation_clip=False,
    )


def _label_rows(ax: Any, names: list[str], width: int = _LABEL) -> None:
    wrapped = ["\n".join(textwrap.wrap(name, width)) for name in names]
    ax.set_yticks(range(len(names)), wrapped)
    ax.tick_params(axis="y", labelsize=9.5, labelcolor=PALETTE["ink"], length=0)
    ax.tick_params(axis="x", labelcolor=PALETTE["slate"])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")


_DOTS = ("blue", "orange", "green", "ink")


def reliability_chart(result: Forecast) -> Chart:
    """Draw how often the intervals held in the back-tests, beside how often they should, by level of the hierarchy."""
    shares = {name: held for name, held in result.coverage.items() if held and name != EVERY}
    levels = [level for level in result.spec.levels if level in result.coverage[EVERY]]
    heading = _reliability_heading(result, levels)
    subtitle = (
        f"Share of values inside their interval in {back_tests(result)}, each with intervals made from the others; "
        "a dot on its line is exact"
    )
    fig, ax = figure(heading, subtitle, height=0.56 * len(shares) + 0.9)
    for position, level in enumerate(levels):
        colour = PALETTE[_DOTS[position % len(_DOTS)]]
        ax.axvline(level, color=colour, linewidth=1.2, linestyle=(0, (4, 2)))
        ax.annotate(
            f"should be {level}%",
            (level, 1),
            (0, 4),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            color=colour,
            fontsize=9,
            annotation_clip=False,
        )
        for at, held in enumerate(shares.values()):
            if level in held:
                _dot(ax, at, 100 * held[level], level, colour, above=position % 2 == 0)
    _label_rows(ax, [sentence(level_noun(result, name)) for name in shares])
    lowest = min([*levels, *(100 * share for held in shares.values() for share in held.values())])
    ax.set_xlim(max(0, lowest - 10), 102)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    ax.set_title(" ", fontsize=9)
    listing = "; ".join(f"{level_noun(result, name)}: {_held(held)}" for name, held in shares.items())
    alt = f"How often intervals held in {back_tests(result)}, by level: {listing}."
    return Chart(fig, title=heading, alt=alt)


def _held(held: Any) -> str:
    return joined([f"{share:.0%} inside the {level}% interval" for level, share in sorted(held.items())])


def _dot(ax: Any, at: int, share: float, level: int, colour: str, *, above: bool) -> None:
    """Draw one share; those of two levels may be close, so that their figures stand on different sides."""
    ax.plot([level, share], [at, at], color=colour, linewidth=2.5, alpha=0.4)
    ax.plot(share, at, "o", color=colour, markersize=7)
    look = {"textcoords": "offset points", "ha": "center", "va": "center", "fontsize": 9, "bbox": _WHITE}
    ax.annotate(f"{share:.0f}%", (share, at), (0, 11 if above else -11), color=colour, **look)


def _reliability_heading(result: Forecast, levels: list[int]) -> str:
    held = result.coverage[EVERY]
    told = joined([f"the {level}% interval held {held[level]:.0%} of the time" for level in levels])
    narrow = [level for level in levels if 100 * held[level] < level - SHORTFALL]
    return sentence(f"{told}{': too narrow' if narrow else ''}")


def accuracy_chart(result: Forecast) -> Chart:
    """Draw each method's error in the back-tests, as a share of the baseline's: over every level, and for the total."""
    calendar, mase, total = result.panel.calendar, result.mase(), result.mase(TOTAL)
    baseline = _baseline(result)
    heading = f"Of {len(mase)} methods, {_best(result)} had the smallest error"
    if result.chosen == BASELINE:
        heading = verdict(result)
    mark = "; the diamond is the error for the total alone" if total else ""
    subtitle = f"Scaled error in {back_tests(result)}, {baseline} = 1; shorter is better{mark}"
    fig, ax = figure(heading, subtitle, height=0.38 * len(mase) + 0.5)
    names = sorted(mase, key=lambda name: (round(mase[name], 9), name))
    shares = [ratio(mase, name) for name in names]
    ends = [ratio(total, name) if name in total else 0.0 for name in names]
    colours = [PALETTE["blue"] if name == result.chosen else PALETTE["light"] for name in names]
    ax.barh(range(len(names)), shares, color=colours, height=0.62)
    ax.axvline(1, color=PALETTE["grey"], linewidth=1)
    for at, (name, share, end) in enumerate(zip(names, shares, ends, strict=True)):
        if name in total:
            ax.plot(end, at, "D", color=PALETTE["orange"], markersize=5, markeredgecolor="white", markeredgewidth=0.8)
        used = " (used)" if name == result.chosen else ""
        _beside(ax, at, f"{share:.2f}{used}", strong=bool(used))
    _label_rows(ax, [sentence(short_name(name, calendar.season_noun)) for name in names], _METHOD)
    ax.set_xlim(0, max(1.0, *shares, *ends) * 1.04)
    pairs = "; ".join(
        f"{name_method(name, calendar.season_noun)} {share:.2f}{f' ({end:.2f} for the total)' if name in total else ''}"
        for name, share, end in zip(names, shares, ends, strict=True)
    )
    return Chart(
        fig, title=heading, alt=f"Bar chart of errors relative to {baseline}, in {back_tests(result)}: {pairs}."
    )


def _best(result: Forecast) -> str:
    mase = result.mase()
    best = min(mase, key=lambda name: (round(mase[name], 9), name != BASELINE, name))
    return name_method(best, result.panel.calendar.season_noun)


def _baseline(result: Forecast) -> str:
    return name_method(BASELINE, result.panel.calendar.season_noun)
