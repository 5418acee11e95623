"""A forecast in plain words, every one of them computed from its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.forecasting.hierarchy import TOTAL
from shared_analysis.forecasting.layout import EVERY
from shared_analysis.forecasting.methods import BASELINE, name_method, ratio
from shared_analysis.forecasting.panel import FloatArray
from shared_analysis.forecasting.phrases import many, name_period

if TYPE_CHECKING:
    from shared_analysis.forecasting.result import ForecastResult

MOST_ROWS = 40
# Per cent points below the nominal level at which a reader is told that the intervals were too narrow.
_SHORTFALL = 5


@dataclass(frozen=True)
class Outlook:
    """One series (or the total) in a few numbers, per period; ``before`` is what was counted, not forecast."""

    label: str
    before: float
    expected: float
    soon: float
    low: float
    high: float

    @property
    def change(self) -> float:
        """Relative change; NaN when there was nothing before."""
        return self.expected / self.before - 1 if self.before > 0 else math.nan


def outlooks(result: ForecastResult) -> tuple[Outlook, list[Outlook]]:
    """Sum the forecast up: the whole, and each series, largest first (the same one when there is only one)."""
    level, panel = result.spec.levels[0], result.panel
    ahead = result.ahead
    columns = list(panel.keys.columns)
    found = []
    rows_of = dict(zip(panel.keys.itertuples(index=False, name=None), range(len(panel.keys)), strict=True))
    labels = panel.labels()
    for key, rows in ahead[ahead["level"] == "series"].groupby(columns, sort=False):
        at = rows_of[key if isinstance(key, tuple) else (key,)]
        found.append(_outlook(labels[at], _before(result, panel.values[at]), rows, level))
    found.sort(key=lambda one: (-one.expected, one.label))
    whole = ahead[ahead["level"] == "total"]
    return (_outlook("All together", _before(result, panel.total), whole, level) if len(whole) else found[0]), found


def _before(result: ForecastResult, counted: FloatArray) -> float:
    """Average what was counted in the periods that :func:`compared` names."""
    season, horizon = result.panel.calendar.season, result.spec.horizon
    last = counted[-season:]
    # Less than a whole number of seasons ahead is compared with its own months, as a summer is with last summer.
    same = len(counted) >= season and horizon % season
    return float((np.resize(last, horizon) if same else last).mean())


def _outlook(label: str, before: float, rows: pd.DataFrame, level: int) -> Outlook:
    first = rows.iloc[0]
    return Outlook(
        label,
        before,
        float(rows["mean"].mean()),
        float(first["mean"]),
        float(first[f"lo_{level}"]),
        float(first[f"hi_{level}"]),
    )


def summarise(result: ForecastResult) -> str:
    """Write the finding, its evidence, a table of series, and what to know before using it."""
    whole, series = outlooks(result)
    parts = [_headline(result, whole), _evidence(result)]
    if len(series) > 1:
        parts.append(_table(result, series))
    notices = [*_cautions(result), *result.notices]
    if notices:
        parts.append("Before using these figures:\n\n" + "\n".join(f"- {notice}" for notice in notices))
    return "\n\n".join(part for part in parts if part) + "\n"


def _headline(result: ForecastResult, whole: Outlook) -> str:
    calendar, spec = result.panel.calendar, result.spec
    ahead = result.panel.ahead(spec.horizon)
    span = f"{name_period(ahead[0], calendar)} to {name_period(ahead[-1], calendar)}"
    when = (
        f"Over the next {spec.horizon} {calendar.noun}s ({span})" if spec.horizon > 1 else f"In {span.split(' to ')[0]}"
    )
    return (
        f"**{when} we expect {number(whole.expected)} {result.noun} a {calendar.noun}{place(result)}, "
        f"{change(whole.change)} {compared(result)} ({number(whole.before)}).** "
        f"For {name_period(ahead[0], calendar)} the {spec.levels[0]}% interval is {span_of(whole.low, whole.high)}."
    )


def _evidence(result: ForecastResult) -> str:
    calendar = result.panel.calendar
    mase = result.mase()
    if not mase:
        return ""
    times = many(len(result.used), "back-test", "back-tests")
    baseline = name_method(BASELINE, calendar.season_noun)
    if result.chosen == BASELINE:
        said = f"The method is {baseline}: in {times} none was more accurate."
    else:
        said = (
            f"The method is {name_method(result.chosen, calendar.season_noun)}. In {times} it was "
            f"**{skill(result)} than {baseline}** (mean absolute scaled error {mase[result.chosen]:.3f} "
            f"against {mase[BASELINE]:.3f})."
        )
    held = result.coverage.get(EVERY, {})
    if held:
        shares = " and ".join(f"{100 * share:.0f}% inside the {level}% interval" for level, share in held.items())
        said += f" Of the values that came, {shares}."
    return said


def _cautions(result: ForecastResult) -> list[str]:
    said = []
    if result.noun == "people" and result.spec.count == "people" and len(result.panel.keys) > 1:
        said.append(
            f"The total adds up the {result.panel.nouns}: a person who was in two of them in the same "
            f"{result.panel.calendar.noun} counts in both."
        )
    if result.mase(TOTAL) and result.chosen != BASELINE:
        worse = ratio(result.mase(TOTAL), result.chosen) - 1
        if worse > 0:
            said.append(
                f"For the total alone, which adds up the {result.panel.nouns}, "
                f"{name_method(BASELINE, result.panel.calendar.season_noun)} was more accurate in the back-tests, by "
                f"{100 * worse / (1 + worse):.0f}%."
            )
    narrow = [level for level, share in result.coverage.get(EVERY, {}).items() if 100 * share < level - _SHORTFALL]
    if narrow:
        levels = " and ".join(f"{level}%" for level in narrow)
        said.append(
            f"In the back-tests the {levels} intervals held less often than they should: read them as too narrow."
        )
    touched = result.normal.count(False)
    if touched:
        kept = "" if len(result.used) < len(result.origins) else ", so accuracy and coverage in normal times may differ"
        left = " and is left out" if touched == 1 else " and are left out"
        said.append(
            f"{touched} of {len(result.origins)} back-tests {'touches' if touched == 1 else 'touch'} a declared "
            f"break{left if not kept else ''}{kept}."
        )
    return said


def _table(result: ForecastResult, series: list[Outlook]) -> str:
    calendar, spec = result.panel.calendar, result.spec
    soon = name_period(result.panel.periods[-1] + 1, calendar)
    kind = " and ".join(role.replace("_code", "") for role in result.panel.keys.columns)
    before = compared(result).removeprefix("in the ").replace(" of the last", ", last").capitalize()
    ahead = f"Next {calendar.noun}" if spec.horizon == 1 else f"Next {spec.horizon} {calendar.noun}s"
    lines = [
        f"{result.noun[0].upper()}{result.noun[1:]} a {calendar.noun}, largest first:",
        "",
        f"| {kind.capitalize()} | {before} | {ahead} | Change | "
        f"{soon[0].upper()}{soon[1:]} | {spec.levels[0]}% interval |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {cell(one.label)} | {number(one.before)} | {number(one.expected)} | {percent(one.change)} | "
        f"{number(one.soon)} | {span_of(one.low, one.high)} |"
        for one in series[:MOST_ROWS]
    ]
    if len(series) > MOST_ROWS:
        rest = many(len(series) - MOST_ROWS, "smaller series is", "smaller series are")
        lines += ["", f"{rest} in the forecast table."]
    return "\n".join(lines)


def compared(result: ForecastResult) -> str:
    """Say what the forecast is compared with: what was counted a season before, or since the data begin."""
    calendar, known = result.panel.calendar, len(result.panel.periods)
    if known >= calendar.season and result.spec.horizon % calendar.season:
        return f"in the same {calendar.noun}s of the last {calendar.season_noun}"
    return f"in the last {min(known, calendar.season)} {calendar.noun}s"


def repeated(result: ForecastResult) -> str:
    """Name what the baseline repeats: the last season, or the last period where there is no season yet."""
    calendar = result.panel.calendar
    return calendar.season_noun if len(result.panel.periods) >= calendar.season else calendar.noun


def place(result: ForecastResult) -> str:
    """Say where, when that is known."""
    return f" in {result.panel.place}" if result.panel.place else ""


def skill(result: ForecastResult) -> str:
    """Say how much more accurate the method was than the baseline."""
    better = 1 - ratio(result.mase(), result.chosen)
    return f"{100 * better:.0f}% more accurate" if better >= 0.005 else "hardly more accurate"


def change(relative: float) -> str:
    """Say a relative change, to be followed by what it is compared with."""
    if math.isnan(relative):
        return "against none"
    if abs(relative) < 0.005:
        return "about as many as"
    return f"{abs(100 * relative):,.0f}% {'more' if relative > 0 else 'fewer'} than"


def an(level: int) -> str:
    """Write a level with its article."""
    return f"{'an' if str(level)[0] == '8' or level in (11, 18) else 'a'} {level}%"


def percent(relative: float) -> str:
    """Write a relative change for a table."""
    if math.isnan(relative):
        return "-"
    rounded = round(100 * relative)
    return f"{rounded:+,d}%" if rounded else "0%"


def number(value: float) -> str:
    """Write a count: whole from ten upwards, one decimal below."""
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def span_of(low: float, high: float) -> str:
    """Write an interval of counts, rounded outward."""
    return f"{math.floor(low + 1e-9):,} to {math.ceil(high - 1e-9):,}"


def cell(text: str) -> str:
    """Write a label so that it cannot break a Markdown table."""
    return " ".join(text.replace("|", "\\|").split())
