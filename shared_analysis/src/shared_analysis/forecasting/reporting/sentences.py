"""One plain sentence an area, every word of it computed from the numbers."""

from __future__ import annotations

import math

from shared_analysis.forecasting.calendars import within
from shared_analysis.forecasting.hierarchy.hierarchy import TOTAL
from shared_analysis.forecasting.reporting.outlook import Outlook, area_level, compared, outlooks
from shared_analysis.forecasting.reporting.phrases import change, likely, number
from shared_analysis.forecasting.result_data import Forecast

_MARKUP = frozenset("\\`*_[]<>#|~&")


def sentences(result: Forecast) -> dict[str, str]:
    """Write a sentence for the whole and for every area (or series), by label."""
    levels = [level for level in (TOTAL, area_level(result)) if level in result.hierarchy.levels]
    by_label: dict[str, str] = {}
    for level in levels:
        for outlook in outlooks(result, level):
            distinct = outlook.label if outlook.label not in by_label else f"{outlook.label} ({outlook.code or level})"
            by_label[distinct] = say(result, outlook)
    return by_label


def as_markdown(result: Forecast) -> str:
    """Write the sentences as a list in Markdown."""
    return "\n".join(f"- {escaped(text)}" for text in sentences(result).values()) + "\n"


def escaped(text: str) -> str:
    """Keep a name in the data from being read as Markdown or HTML."""
    return "".join(f"\\{letter}" if letter in _MARKUP else letter for letter in text)


def say(result: Forecast, outlook: Outlook) -> str:
    """Write the sentence of one node: how much, how that compares, and what is likely next.

    A change is said in per cent only from a count of ten upwards; below, per cents would be about one or two counts.
    """
    soon = "" if result.spec.horizon == 1 else f" {within(result.panel.ahead(1)[0])}"
    interval = likely(result.spec.levels[0], outlook.low, outlook.high)
    return f"{outlook.label}: {_amount(result, outlook)}, {_comparison(result, outlook)}; {interval}{soon}."


def _amount(result: Forecast, outlook: Outlook) -> str:
    calendar, horizon = result.panel.calendar, result.spec.horizon
    amount = number(outlook.expected)
    about = "" if amount.startswith("under") else "about "
    much = f"no {result.noun}" if amount == "0" else f"{about}{amount} {result.noun}"
    if horizon == 1:
        return f"{much} {within(result.panel.ahead(1)[0])}"
    return f"{much} a {calendar.noun} over the next {horizon} {calendar.noun}s"


def _comparison(result: Forecast, outlook: Outlook) -> str:
    """Compare with what was counted; the same figures as written are the same for the reader."""
    when, calendar = compared(result), result.panel.calendar
    single = not calendar.has_season or when.startswith(f"in the same {calendar.noun} ")
    per = "" if single else f" a {calendar.noun}"
    if math.isnan(outlook.before):
        return f"and what was counted {when} is not known"
    then = number(outlook.before)
    if then == number(outlook.expected):
        return f"as {when}"
    if outlook.before == 0:
        return f"against none {when}"
    if outlook.expected == 0:
        return f"against {then}{per} {when}"
    if outlook.counts_enough:
        return f"{change(outlook.change)} {when} ({then}{per})"
    if outlook.about_the_same:
        return f"about as many as {when} ({then}{per})"
    return f"{'more' if outlook.expected > outlook.before else 'fewer'} than {when} ({then}{per})"
