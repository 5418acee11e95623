"""One plain sentence an area, every word of it computed from the numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shared_analysis.forecasting.hierarchy.hierarchy import TOTAL
from shared_analysis.forecasting.reporting.outlook import Outlook, area_level, compared, outlooks
from shared_analysis.forecasting.reporting.phrases import change, likely, number, within

if TYPE_CHECKING:
    from shared_analysis.forecasting.result import ForecastResult

_MARKUP = frozenset("\\`*_[]<>#|~&")


def sentences(result: ForecastResult) -> dict[str, str]:
    """Write a sentence for the whole and for every area (or series), by label."""
    levels = [level for level in (TOTAL, area_level(result)) if level in result.hierarchy.levels]
    said: dict[str, str] = {}
    for level in levels:
        for one in outlooks(result, level):
            said[one.label if one.label not in said else f"{one.label} ({one.code or level})"] = say(result, one)
    return said


def as_markdown(result: ForecastResult) -> str:
    """Write the sentences as a list in Markdown."""
    return "\n".join(f"- {escaped(said)}" for said in sentences(result).values()) + "\n"


def escaped(text: str) -> str:
    """Keep a name in the data from being read as Markdown or HTML."""
    return "".join(f"\\{letter}" if letter in _MARKUP else letter for letter in text)


def say(result: ForecastResult, one: Outlook) -> str:
    """Write the sentence of one node: how much, how that compares, and what is likely next.

    A change is said in per cent only from a count of ten upwards; below, per cents would be about one or two counts.
    """
    soon = "" if result.spec.horizon == 1 else f" {within(result.panel.ahead(1)[0], result.panel.calendar)}"
    interval = likely(result.spec.levels[0], one.low, one.high)
    return f"{one.label}: {_amount(result, one)}, {_comparison(result, one)}; {interval}{soon}."


def _amount(result: ForecastResult, one: Outlook) -> str:
    calendar, horizon = result.panel.calendar, result.spec.horizon
    said = number(one.expected)
    much = f"no {result.noun}" if said == "0" else f"{'' if said.startswith('under') else 'about '}{said} {result.noun}"
    if horizon == 1:
        return f"{much} {within(result.panel.ahead(1)[0], calendar)}"
    return f"{much} a {calendar.noun} over the next {horizon} {calendar.noun}s"


def _comparison(result: ForecastResult, one: Outlook) -> str:
    """Compare with what was counted; the same figures as written are the same for the reader."""
    when, calendar = compared(result), result.panel.calendar
    per = "" if when.startswith(f"in the same {calendar.noun} ") else f" a {calendar.noun}"
    if math.isnan(one.before):
        return f"and what was counted {when} is not known"
    then = number(one.before)
    if then == number(one.expected):
        return f"as {when}"
    if one.before == 0:
        return f"against none {when}"
    if one.expected == 0:
        return f"against {then}{per} {when}"
    if one.counts_enough:
        return f"{change(one.change)} {when} ({then}{per})"
    if one.about_the_same:
        return f"about as many as {when} ({then}{per})"
    return f"{'more' if one.expected > one.before else 'fewer'} than {when} ({then}{per})"
