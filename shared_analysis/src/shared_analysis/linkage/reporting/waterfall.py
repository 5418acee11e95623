"""The waterfall chart of one pair of records: how its evidence adds up to a match weight."""

from __future__ import annotations

import math
import textwrap
from typing import Any

import pandas as pd

from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.linkage.model.match_weights import MatchWeight

_LABEL = 30  # characters in a line of a label
_LINE = 0.42  # height of a line, in rows
_NOTHING = 0.05  # bits


def waterfall_chart(explained: MatchWeight, which: str = "This pair") -> Chart:
    """Draw what a pair starts from, what each comparison adds or takes away, and where that leads.

    Parameters
    ----------
    explained
        The pair.
    which
        What to call it in the title.
    """
    steps = explained.steps
    each = steps.iloc[1:].groupby("comparison", sort=False)["weight"].sum()
    title = f"{which} has a probability of {_readable(explained.probability)}{_why(each)}"
    subtitle = (
        "What two records start from, and what each comparison adds or takes away. Each bit doubles the odds that they "
        f"are the same; from the red line on ({explained.threshold:g}) they are linked"
    )
    if not explained.shares_a_rule:
        subtitle += ". No blocking rule brings these two together, so they were never compared"
    rows, at = [], 0.0
    for name, level, weight, _ in steps.itertuples(index=False):
        colour = "silver" if name == "prior" else "blue" if weight >= 0 else "orange"
        rows.append((name, level, at, weight, PALETTE[colour]))
        at += weight
    rows.append(("together", f"probability {_readable(explained.probability)}", 0.0, at, PALETTE["ink"]))
    words = "; ".join(f"{name}, {level}: {weight:+.1f}" for name, level, _, weight, _ in rows[:-1])
    alt = (
        f"{title}. Match weights in bits: {words}. Together {at:+.1f}, where the threshold is {explained.threshold:g}."
        f"{'' if explained.shares_a_rule else ' No blocking rule brings these two together.'}"
    )
    return Chart(_bars(title, subtitle, rows, explained.threshold), title=title, alt=alt)


def _why(weights: pd.Series[float]) -> str:
    best, worst = (str(weights[weights == end].index[0]) for end in (weights.max(), weights.min()))
    reasons = [f"{best} speaks most for a match"] if weights.max() > _NOTHING else []
    if weights.min() < -_NOTHING:
        reasons.append(f"{worst} against" if reasons else f"{worst} speaks most against a match")
    return f": {', '.join(reasons)}" if reasons else ""


def _readable(probability: float) -> str:
    """Write a probability so that it reads neither as certain nor as impossible."""
    if probability > 0.999:
        return "over 0.999"
    return f"{probability:.3f}" if probability >= 0.001 else "under 0.001"


def _bars(title: str, subtitle: str, rows: list[tuple[str, str, float, float, str]], threshold: float) -> Any:
    middles, lines, at = [], [], 0.0
    for name, level, *_ in rows:
        wrapped = [(name, True), *((line, False) for line in textwrap.wrap(level, _LABEL))]
        lines += [(at - _LINE * number, text, head) for number, (text, head) in enumerate(wrapped)]
        middles.append(at - _LINE * (len(wrapped) - 1) / 2)
        at -= _LINE * len(wrapped) + 0.25
    fig, axis = figure(title, subtitle, height=0.42 * -at + 0.7)
    axis.barh(
        middles, [row[3] for row in rows], left=[row[2] for row in rows], color=[row[4] for row in rows], height=0.55
    )
    ends = [row[2] + row[3] for row in rows]
    for number in range(len(rows) - 2):
        axis.plot([ends[number]] * 2, [middles[number], middles[number + 1]], color=PALETTE["grey"], linewidth=0.7)
    for middle, (_, _, left, weight, _) in zip(middles, rows, strict=True):
        axis.annotate(
            f"{weight:+.1f}" if abs(weight) >= _NOTHING else "0",
            (max(left, left + weight), middle),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
            color=PALETTE["slate"],
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )
    cut = math.log2(threshold / (1 - threshold)) if threshold < 1 else max(ends)
    if threshold < 1:
        axis.axvline(cut, color=PALETTE["red"], linewidth=1.4)
    axis.axvline(0, color=PALETTE["light"], linewidth=0.8, zorder=0)
    axis.set_yticks([line[0] for line in lines], [line[1] for line in lines], fontsize=9.5)
    axis.tick_params(axis="y", length=0, labelcolor=PALETTE["slate"])
    for tick, (*_, heads) in zip(axis.get_yticklabels(), lines, strict=True):
        if heads:
            tick.set(fontweight="bold", color=PALETTE["ink"])
    axis.set_ylim(at + 0.1, 0.4)
    low, high = min(*ends, 0.0, cut), max(*ends, 0.0, cut)
    axis.set_xlim(low - 0.03 * (high - low), high + 0.16 * (high - low))
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.set_xlabel("match weight (bits)")
    axis.grid(axis="y", visible=False)
    return fig
