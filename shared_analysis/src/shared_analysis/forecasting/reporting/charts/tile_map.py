"""London in squares: one a borough, all of the same size, so that the small ones can be seen. Nothing is fetched."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.forecasting.reporting.outlook import AREA, Outlook, area_level, compared, outlooks
from shared_analysis.forecasting.reporting.phrases import WHOLE_FROM, number, percent
from shared_analysis.forecasting.result_data import Forecast
from shared_analysis.geography import area_names, london_tiles
from shared_analysis.wording import joined, sentence

_FEWEST = 4
_STEPS = (0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
# Orange for fewer, blue for more: told apart by every reader, and in grey by their order and the sign in the square.
_COLOURS = ("#b34700", "#f0a36b", "#eceff3", "#7fb3dd", "#0b5fa5")
_MIDDLE = 2
_LIGHT_TEXT = frozenset({0, 4})
_UNKNOWN = "#ffffff"
_GAP = 0.06
_NAMED = 4  # boroughs; more are counted


def can_map(result: Forecast) -> bool:
    """Whether every area is a London borough, and enough of them are there to make a map."""
    if AREA not in result.panel.keys:
        return False
    codes = set(result.panel.keys[AREA])
    return len(codes) >= _FEWEST and codes <= set(area_names())


def map_chart(result: Forecast) -> Chart:
    """Colour each borough by its expected change; a borough without data, or with too small counts, stays white."""
    by_code = _by_borough(result)
    step = _step([outlook.change for outlook in by_code.values() if outlook.counts_enough])
    heading = _heading(list(by_code.values()), step)
    subtitle = f"Expected {result.noun} a {result.panel.calendar.noun} beside what was counted {compared(result)}"
    fig, ax = figure(heading, f"{subtitle}. {_unknown(by_code)}".strip(), height=4.1)
    for tile in london_tiles():
        _draw_tile(ax, tile.column, tile.row, tile.short, by_code.get(tile.code), step)
    _draw_legend(ax, step)
    ax.set_xlim(0, 8)
    ax.set_ylim(6.75, 0)
    ax.set_axis_off()
    listing = "; ".join(f"{outlook.label} {_value(outlook)}" for outlook in by_code.values())
    alt = f"Map of London in squares, one a borough. Expected change by borough: {listing}. {_unknown(by_code)}"
    return Chart(fig, title=heading, alt=alt.strip())


def _by_borough(result: Forecast) -> dict[str, Outlook]:
    """Look every borough up by its code."""
    level = area_level(result)
    nodes = result.hierarchy.nodes[result.hierarchy.rows(level)]
    return dict(zip(nodes[AREA], outlooks(result, level), strict=True))


def _heading(boroughs: list[Outlook], step: float) -> str:
    """Count what the colours show."""
    ranks = [_class_of(outlook.change, step) for outlook in boroughs if outlook.counts_enough]
    if not ranks:
        return "Counts are too small for a change in per cent in any borough"
    near = f"{100 * step:g}%"
    counted = (
        (sum(rank > _MIDDLE for rank in ranks), f"over {near} more is expected in"),
        (sum(rank < _MIDDLE for rank in ranks), f"over {near} fewer in"),
        (ranks.count(_MIDDLE), f"a change within {near} in"),
    )
    told = joined([f"{words} {count}" for count, words in counted if count])
    return f"Of {len(ranks)} boroughs: {told}"


def _unknown(by_code: dict[str, Outlook]) -> str:
    """Say which boroughs have no colour, and why."""
    absent = [name for code, name in area_names().items() if code not in by_code]
    unknown = [outlook.label for outlook in by_code.values() if math.isnan(outlook.before)]
    small = [outlook.label for outlook in by_code.values() if outlook.before < WHOLE_FROM]
    parts = [
        (absent, "Not in the data: {}."),
        (unknown, "White: what was counted before is not known ({})."),
        (small, "White, with the number expected: fewer than ten before ({})."),
    ]
    return " ".join(words.format(_some(names)) for names, words in parts if names)


def _some(names: list[str]) -> str:
    return joined(names) if len(names) <= _NAMED else f"{len(names)} boroughs"


def _step(changes: list[float]) -> float:
    """Choose the width of the middle class: about half of the boroughs, or more, have a colour of their own."""
    usual = round(float(np.median(np.abs(changes))), 9) if changes else 0.0
    return max((step for step in _STEPS if step <= usual), default=_STEPS[0])


def _class_of(change: float, step: float) -> int:
    """Number the class of a change, from far fewer (0) to far more (4)."""
    size = round(abs(change), 9)
    far = int(size > step) + int(size > 2 * step)
    return _MIDDLE + (far if change > 0 else -far)


def _value(outlook: Outlook) -> str:
    if outlook.counts_enough:
        return percent(outlook.change)
    return number(outlook.expected)


def _draw_tile(ax: Any, column: int, row: int, short: str, outlook: Outlook | None, step: float) -> None:
    from matplotlib.patches import Rectangle

    rank = _class_of(outlook.change, step) if outlook is not None and outlook.counts_enough else None
    look: dict[str, Any] = {"facecolor": _UNKNOWN, "edgecolor": PALETTE["silver"]}
    if rank is not None:
        look = {"facecolor": _COLOURS[rank], "edgecolor": "none"}
    elif outlook is None:
        look["linestyle"] = (0, (2, 2))
    side = 1 - 2 * _GAP
    ax.add_patch(Rectangle((column + _GAP, row + _GAP), side, side, linewidth=0.8, **look))
    colour = "white" if rank in _LIGHT_TEXT else PALETTE["ink"] if outlook else PALETTE["grey"]
    small = {"ha": "center", "va": "center", "color": colour}
    strong = {"fontsize": 9 if outlook else 8, "fontweight": "normal" if rank is None else "bold"}
    ax.text(column + 0.5, row + 0.36, short, fontsize=9, **small)
    ax.text(column + 0.5, row + 0.67, _value(outlook) if outlook else "no data", **small, **strong)


def _draw_legend(ax: Any, step: float) -> None:
    from matplotlib.patches import Rectangle

    near, far = f"{100 * step:g}", f"{200 * step:g}"
    words = (f"over {far}% fewer", f"{near} to {far}%", f"within {near}%", f"{near} to {far}%", f"over {far}% more")
    for rank, (colour, text) in enumerate(zip(_COLOURS, words, strict=True)):
        ax.add_patch(Rectangle((0.06 + 1.58 * rank, 6.18), 1.54, 0.18, facecolor=colour, edgecolor="none"))
        ax.text(0.06 + 1.58 * rank, 6.55, sentence(text), fontsize=8, color=PALETTE["slate"], va="center")
