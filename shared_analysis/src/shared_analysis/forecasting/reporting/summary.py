"""The summary of a forecast: what to expect, how far to trust it, and what to know before using it."""

from __future__ import annotations

import math

from shared_analysis.forecasting.calendars import name_period
from shared_analysis.forecasting.evaluation.backtest import FEWEST_TO_CHOOSE
from shared_analysis.forecasting.evaluation.result_tables import EVERY, TOUCHING
from shared_analysis.forecasting.evaluation.skill import BETTER, CANNOT_TELL, WORSE
from shared_analysis.forecasting.hierarchy.hierarchy import SERIES
from shared_analysis.forecasting.models.ensemble import BASELINE, name_method, ratio
from shared_analysis.forecasting.reporting.notices import worded
from shared_analysis.forecasting.reporting.outlook import (
    AREA,
    Outlook,
    area_level,
    compared,
    level_noun,
    outlooks,
    part_noun,
    whole,
)
from shared_analysis.forecasting.reporting.phrases import (
    cell,
    change,
    number,
    percent,
    round_half_up,
    span_of,
)
from shared_analysis.forecasting.reporting.sentences import escaped, say
from shared_analysis.forecasting.result_data import Forecast
from shared_analysis.wording import joined, many, sentence

MOST_ROWS = 40
MOST_FIRST = 5
"""Areas whose sentences are in the summary; with more, those whose counts change most."""
# Per cent points below the nominal level at which a reader is told that the intervals were too narrow.
SHORTFALL = 5


def summarise(result: Forecast) -> str:
    """Write the finding, the areas to read first, the evidence by level, and what to know before using it."""
    areas = outlooks(result, area_level(result))
    parts = [_headline(result, whole(result))]
    if len(areas) > 1:
        parts.append(_first(result, areas))
    parts += [_method(result), _levels(result)]
    if len(areas) > 1:
        parts.append(_table(result, areas))
    notices = [*_cautions(result), *worded(result.notices)]
    if notices:
        parts.append("Before using these figures:\n\n" + "\n".join(f"- {notice}" for notice in notices))
    return "\n\n".join(part for part in parts if part) + "\n"


def _headline(result: Forecast, outlook: Outlook) -> str:
    calendar, spec = result.panel.calendar, result.spec
    ahead = result.panel.ahead(spec.horizon)
    first, last = (name_period(period) for period in (ahead[0], ahead[-1]))
    when = f"Over the next {spec.horizon} {calendar.noun}s ({first} to {last})" if spec.horizon > 1 else f"In {first}"
    return (
        f"**{when} we expect {number(outlook.expected)} {result.noun} a {calendar.noun}{place(result)}, "
        f"{change(outlook.change)} {compared(result)} ({number(outlook.before)}).** "
        f"For {first} the {spec.levels[0]}% interval is {span_of(outlook.low, outlook.high)}."
    )


def _first(result: Forecast, areas: list[Outlook]) -> str:
    """Choose what to read first: the largest changes in number, and the sentence of each."""
    kind, few = kinds(result), len(areas) <= MOST_FIRST
    chosen = areas if few else changing(areas)[:MOST_FIRST]
    heading = f"The {kind}:" if few else f"The {kind} with the largest changes in number:"
    if not chosen:
        return ""
    return "\n".join([heading, "", *(f"- {escaped(say(result, outlook))}" for outlook in chosen)])


def changing(areas: list[Outlook]) -> list[Outlook]:
    """Sort those that change by how much they do in number, the largest first."""
    changed = [outlook for outlook in areas if outlook.changes]
    return sorted(changed, key=lambda outlook: (-round(abs(outlook.expected - outlook.before), 9), outlook.label))


def kinds(result: Forecast) -> str:
    """Name what the sentences are about, in the plural."""
    return "areas" if area_level(result) != SERIES else result.panel.nouns


def _method(result: Forecast) -> str:
    """Name the method, say how it was tested, and give the verdict in one sentence."""
    calendar, mase = result.panel.calendar, result.mase()
    if not mase:
        return ""
    baseline = name_method(BASELINE, calendar.season_noun)
    if is_untested(result):
        few = many(len(result.used), "back-test is", "back-tests are")
        return f"The method is {baseline}: {few} too few to choose another by."
    if result.chosen == BASELINE:
        return f"The method is {baseline}: in {back_tests(result)} none was more accurate."
    method = name_method(result.chosen, calendar.season_noun)
    error = 1 - ratio(mase, result.chosen)
    text = (
        f"The method is {method}. In {back_tests(result)} its error was {_less(error)} that of {baseline} "
        f"(mean absolute scaled error {mase[result.chosen]:.3f} against {mase[BASELINE]:.3f})"
    )
    return f"{text}. {verdict(result)}." if len(result.skill) else f"{text}."


def verdict(result: Forecast, subject: str = "It") -> str:
    """Say at which levels the method was better than the baseline, worse, or neither can be told."""
    baseline = name_method(BASELINE, result.panel.calendar.season_noun)
    if is_untested(result):
        return f"{sentence(back_tests(result))} cannot tell whether any method is better than {baseline}"
    if result.chosen == BASELINE:
        return f"No method was more accurate than {baseline}, so that is used"
    nouns = {name: _nouns(result, name) for name in (BETTER, WORSE, CANNOT_TELL)}
    told = [f"{name} than {baseline} for {joined(nouns[name])}" for name in (BETTER, WORSE) if nouns[name]]
    times = f"{'the' if told else ''} {many(len(result.used), 'back-test', 'back-tests')}".strip()
    if not told:
        return f"{sentence(times)} cannot tell whether {subject.lower()} is better than {baseline}"
    text = f"{subject} was {joined(told)}"
    if not nouns[CANNOT_TELL]:
        return text
    return f"{text}; for {joined(nouns[CANNOT_TELL])} {times} cannot tell"


def is_untested(result: Forecast) -> bool:
    """Say whether the last year is repeated because nothing could be chosen, and not because nothing was better."""
    few = len(result.used) < FEWEST_TO_CHOOSE
    return few and result.chosen == BASELINE and not result.panel.calendar.has_season


def _nouns(result: Forecast, verdict: str) -> list[str]:
    rows = result.skill[result.skill["verdict"] == verdict]
    return [level_noun(result, level) for level in rows["level"]]


def _levels(result: Forecast) -> str:
    """Lay skill and coverage out by level of the hierarchy, nominal beside achieved."""
    if not len(result.skill):
        return ""
    season, shares = result.panel.calendar.season_noun, result.coverage
    levels = [level for level in result.spec.levels if level in shares.get(EVERY, {})]
    heads = ["Level", "Verdict", "Error", "95% interval of that", *(f"{level}% intervals held" for level in levels)]
    lines = [
        f"How well that worked in {back_tests(result)}: the error against that of {name_method(BASELINE, season)}, and "
        "how often the intervals held.",
        "",
        _row(heads),
        "|---|---|---:|---:|" + "---:|" * len(levels),
    ]
    for row in result.skill.to_dict("records"):
        by_level = shares.get(row["level"], {})
        held = [f"{by_level[level]:.0%}" if level in by_level else "-" for level in levels]
        error, sure = percent(-row["skill"]), between(row["skill_low"], row["skill_high"])
        judged = row["verdict"] if result.chosen != BASELINE else "the same"
        lines.append(_row([sentence(level_noun(result, row["level"])), judged, error, sure, *held]))
    return "\n".join(lines)


def between(low: float, high: float) -> str:
    """Write the interval of a skill as one of errors: a skill of 0.1 to 0.3 is -30% to -10%."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return "too few"
    return f"{percent(-high)} to {percent(-low)}"


def back_tests(result: Forecast) -> str:
    """Say how many back-tests the figures rest on."""
    return many(len(result.used), "back-test", "back-tests")


def _cautions(result: Forecast) -> list[str]:
    cautions: list[str] = []
    if result.noun == "people" and result.spec.count == "people" and len(result.panel.keys) > 1:
        cautions.append(
            f"The total adds up the {result.panel.nouns}: a person who was in two of them in the same "
            f"{result.panel.calendar.noun} counts in both."
        )
    narrow = [level for level, share in result.coverage.get(EVERY, {}).items() if 100 * share < level - SHORTFALL]
    if narrow:
        levels = " and ".join(f"{level}%" for level in narrow)
        cautions.append(
            f"In the back-tests the {levels} intervals held less often than they should: read them as too narrow."
        )
    calendar = result.panel.calendar
    if not calendar.has_season and not result.panel.known[:, -1].all():
        cautions.append(
            f"Not everything was counted {compared(result)}: where it was not, nothing stands beside the forecast."
        )
    elif not result.panel.known[:, -calendar.season :].all():
        cautions.append(
            f"Not all of what came before was counted: what stands {compared(result)} is the mean of what was."
        )
    if result.mase():
        cautions += [_shocks(result), *_breaks(result)]
    return cautions


def _shocks(result: Forecast) -> str:
    """Say what an interval cannot know, and what a back-test is one observation of."""
    text = (
        "What would change everything at once (an epidemic, a new law, a new computer system) is not in the intervals, "
        "unless it happened in the back-tests."
    )
    if len(result.panel.keys) < 2:
        return text
    counted = many(len(result.used), "observation of the method", "observations of the method")
    be = "is" if len(result.used) == 1 else "are"
    return f"{text} All series share such shocks: {back_tests(result)} {be} {counted}, however many series there are."


def _breaks(result: Forecast) -> list[str]:
    """Show the back-tests that touch a declared break apart from the others."""
    touched, all_of = result.normal.count(False), len(result.origins)
    if not touched:
        return []
    single = touched == 1
    text = f"{touched} of {all_of} back-tests {'touches' if single else 'touch'} a declared break"
    if len(result.used) == all_of:
        return [f"{text}, so accuracy and coverage in normal times may differ."]
    apart = result.mase(TOUCHING)
    baseline = name_method(BASELINE, result.panel.calendar.season_noun)
    shown = ""
    if result.chosen in apart and result.chosen != BASELINE:
        shown = f"; there the error was {_less(1 - ratio(apart, result.chosen))} that of {baseline}"
    return [f"{text} and {'is' if single else 'are'} left out{shown}."]


def _less(better: float) -> str:
    """Say an error beside another's, to be followed by ``that of``: better by 0.32 is 32% below."""
    points = round_half_up(100 * abs(better))
    return f"{points}% {'below' if better > 0 else 'above'}" if points else "about the same as"


def _table(result: Forecast, areas: list[Outlook]) -> str:
    calendar, spec = result.panel.calendar, result.spec
    soon = sentence(name_period(result.panel.periods[-1] + 1))
    heads = [sentence(kind_of(result)), *heads_of(result), "Change", soon, f"{spec.levels[0]}% interval"]
    shown = sorted(areas, key=lambda outlook: (-outlook.expected, outlook.label))[:MOST_ROWS]
    lines = [
        f"{sentence(result.noun)} a {calendar.noun}, largest first:",
        "",
        _row(heads),
        "|---|---:|---:|---:|---:|---:|",
    ]
    for outlook in shown:
        figures = [number(outlook.before), number(outlook.expected), outlook.percent, number(outlook.soon)]
        lines.append(_row([outlook.label, *figures, span_of(outlook.low, outlook.high)]))
    if len(areas) > MOST_ROWS:
        rest = many(len(areas) - MOST_ROWS, "smaller series is", "smaller series are")
        lines += ["", f"{rest} in the forecast table."]
    if not all(outlook.counts_enough for outlook in shown):
        lines += ["", "A change is given in per cent where ten or more were counted before."]
    return "\n".join(lines)


def kind_of(result: Forecast) -> str:
    """Name what a row of the table is, in the singular."""
    level = area_level(result)
    columns = [level] if level != SERIES else list(result.panel.keys.columns)
    return " and ".join(part_noun(column) for column in columns)


def heads_of(result: Forecast) -> tuple[str, str]:
    """Head the columns of what was counted and what is expected."""
    calendar, horizon = result.panel.calendar, result.spec.horizon
    before = compared(result).removeprefix("in ").removeprefix("the ").replace(" of the last", ", last").capitalize()
    return before, f"Next {calendar.noun}" if horizon == 1 else f"Next {horizon} {calendar.noun}s"


def place(result: Forecast) -> str:
    """Say where, when that is known."""
    if len(result.panel.keys) == 1 and AREA in result.panel.keys:
        return f" in {result.panel.labels()[0]}"
    return f" in {result.panel.place}" if result.panel.place else ""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell(text) for text in cells)} |"
