"""How each notice of a forecast is written: once, and only here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from shared_analysis.forecasting.calendars import calendar_of, name_day, name_months, name_period
from shared_analysis.forecasting.models.ensemble import BASELINE, name_method
from shared_analysis.forecasting.panel.flows import TOTALS_SO_FAR
from shared_analysis.forecasting.panel.frequency import in_every
from shared_analysis.forecasting.reporting.phrases import name_level
from shared_analysis.geography import area_names
from shared_analysis.wording import Notice, Wording, joined, listed, many, sentence


def worded(notices: Sequence[Notice]) -> list[str]:
    """Write notices, each as a sentence or more."""
    return [notice.said(WORDINGS) for notice in notices]


def _rows_left_out(number: int, column: str) -> str:
    return f"{many(number, f'row has no {column} and is', f'rows have no {column} and are')} left out."


def _rows_without_person(number: int) -> str:
    return f"{many(number, 'row names no person and is', 'rows name no person and are')} left out."


def _records_not_in_register(number: int) -> str:
    return (
        f"{many(number, 'row names', 'rows name')} a record that is not in the register; each such record counts as a "
        "person."
    )


def _series_by_another_role(asked: Sequence[str], role: str) -> str:
    return f"No column has role {', '.join(asked)}: the series are made by {role}."


def _everything_is_one_series(asked: Sequence[str]) -> str:
    return f"No column has role {', '.join(asked)}: everything is one series."


def _may_hold_counts(columns: Sequence[str]) -> str:
    return (
        f"No two rows have the same {' and '.join(columns)}, as in a table of counts; if it is one, give the column "
        "that holds the counts the role count."
    )


def _spellings_merged(column: str, values: Sequence[tuple[str, Sequence[str]]]) -> str:
    merged = [f"{chosen} ({', '.join(others) or 'with more spaces'})" for chosen, others in values]
    subject = many(len(values), f"value of {column} is", f"values of {column} are")
    return f"{subject} written in more than one way, or not as usual, and taken for one: {listed(merged)}."


def _part_of_london(absent: Sequence[str], boroughs: int) -> str:
    be = "is" if len(absent) == 1 else "are"
    return (
        f"London here is what the table has of it: {len(absent)} of {boroughs} boroughs {be} not there: "
        f"{listed(absent)}."
    )


def _unknown_areas(areas: Sequence[tuple[str, str, str]]) -> str:
    subject = many(len(areas), "area has a code that is", "areas have codes that are")
    named = listed([f"{area}{_probably(how, code)}" for area, how, code in areas])
    each = "It is forecast like the others" if len(areas) == 1 else "They are forecast like the others"
    return f"{subject} no London borough's: {named}. {each}, and all together is not called London."


def _probably(how: str, code: str) -> str:
    name = area_names().get(code, "")
    return {
        "old": f" (the old code of {name}, {code})",
        "name": f" (the code is {code})",
        "nearest": f" (the nearest known is {code}, {name})",
    }.get(how, "")


def _added_up_over(columns: Sequence[tuple[str, Sequence[str], int]]) -> str:
    named = [f"{name} ({listed(kinds, 4) if kinds else f'{number:,} kinds'})" for name, kinds, number in columns]
    return f"Counts are added up over {joined(named)}."


def _nearly_alike(pairs: Sequence[tuple[str, str, str]]) -> str:
    said = [f"'{one}' and '{other}' of column {name}" if one else f"two values of {name}" for name, one, other in pairs]
    return (
        f"{sentence(listed(said, 3))} count the same, or nearly. If one is another version or another name of the "
        "other, everything is counted twice."
    )


def _steps_of_process(columns: Sequence[tuple[str, Sequence[str]]]) -> str:
    named = [f"{listed(steps, 4)} of column {name}" for name, steps in columns]
    return (
        f"{joined(named)} may be steps of one process, or the same counted in several ways. If so, one case counts "
        "more than once."
    )


def _bands_overlap(pairs: Sequence[tuple[str, str, str]]) -> str:
    said = [f"'{one}' and '{other}' of column {name}" if one else f"two bands of {name}" for name, one, other in pairs]
    return f"{sentence(listed(said, 3))} overlap, so what is in both is counted twice; keep bands that do not overlap."


def _odd_flow(column: str, what: str) -> str:
    said = {
        **{totals: f"{words}; so the forecast is one of those" for totals, words in TOTALS_SO_FAR.items()},
        "smooth": "move less from one date to the next than separate events can: they may be rolling sums, or how many "
        "there are at a date. Adding those up over time would count the same again and again",
        "fractions": "are no whole numbers: they may be rates or averages, which cannot be added up over areas",
        "named": "are called like a rate, a level or a running total, which cannot be added up as counts are",
    }
    return f"The counts of column '{column}' {said[what]}."


def _set_aside_after_end(number: int, last: pd.Period) -> str:
    return (
        f"{many(number, 'row', 'rows')} of later dates {'was' if number == 1 else 'were'} set aside by validation, so "
        f"the forecast starts after {name_period(last)}."
    )


def _set_aside_at_end(number: int, first: pd.Period, last: pd.Period) -> str:
    when = name_period(first) if first == last else f"{name_period(first)} to {name_period(last)}"
    return (
        f"{many(number, 'row', 'rows')} of {when} {'was' if number == 1 else 'were'} set aside by validation and "
        f"{'is' if number == 1 else 'are'} not counted, so the forecast may start from too low a level."
    )


def _called_like_totals(kinds: Sequence[tuple[str, str]]) -> str:
    called = "has the name of a total and is" if len(kinds) == 1 else "have the names of totals and are"
    these = "it out if it is one" if len(kinds) == 1 else "them out if they are"
    named = joined([kind or f"a value of {column}" for column, kind in kinds])
    return f"{sentence(named)} {called} added up with the others; take {these}."


def _stray_dates_left_out(side: str, end: pd.Period, counts: int, series: str, period: pd.Period) -> str:
    return (
        f"What comes {side} {name_period(end)} is left out: an empty stretch and {many(counts, 'count', 'counts')} far "
        f"from all others ({series}, {name_period(period)}). The dates are wrong, or in the future."
    )


def _part_missing(period: pd.Period, parts: str) -> str:
    return f"{sentence(name_period(period))} is left out: it has not all its {parts}."


def _years_run(year: pd.Period) -> str:
    return f"Years run from {name_months(year)}."


def _first_period_left_out(period: pd.Period, day: pd.Timestamp) -> str:
    return f"{sentence(name_period(period))} is left out: the data begin within it, on {name_day(day)}."


def _last_period_left_out(period: pd.Period, day: pd.Timestamp) -> str:
    return f"{sentence(name_period(period))} is left out: the data end before it does, on {name_day(day)}."


def _stragglers_left_out(last: pd.Period) -> str:
    return f"What comes after {name_period(last)} is left out: fewer than half as many series have a count there."


def _late_reports(last: pd.Period, periods: int, series: Sequence[str], among: int) -> str:
    noun = calendar_of(last).noun
    have = "has" if len(series) == 1 else "have"
    return (
        f"What comes after {name_period(last)} ({many(periods, noun, f'{noun}s')}) is left out: {len(series)} of "
        f"{among} series {have} not reported that far yet: {listed(series)}."
    )


def _filled_between(series: Sequence[str], stride: int, noun: str) -> str:
    return (
        f"{many(len(series), 'series has', 'series have')} a row at even distances only, such as "
        f"{in_every(stride, noun)}, and were filled between: {listed(series)}."
    )


def _zeros_at_end(series: Sequence[tuple[str, pd.Period]], noun: str, season: str) -> str:
    named = listed([f"{label} (since {name_period(since)})" for label, since in series])
    return (
        f"{many(len(series), 'series ends', 'series end')} in zeros and had none in any {noun} of the {season} before: "
        f"{named}. If they stand for what is not reported yet, take those rows out."
    )


def _low_at_end(period: pd.Period) -> str:
    calendar = calendar_of(period)
    before = f"any {calendar.noun} of the {calendar.season_noun}s" if calendar.has_season else "any of the four years"
    return (
        f"{sentence(name_period(period))}, the last {calendar.noun}, counts less than half of {before} before it. "
        "If it is not over, or not all reported, take its rows out."
    )


def _gaps_are_zero(number: int, across: int, among: int, first: pd.Period, series: str) -> str:
    where = f"in {across:,} of {among:,} series"
    subject = many(number, f"period {where} has no row and counts", f"periods {where} have no row and count")
    return f"{subject} as zero, the first in {name_period(first)} ({series})."


def _silent_at_end(series: Sequence[str]) -> str:
    subject = many(
        len(series),
        "series has no row at the end, where it counts as zero",
        "series have no row at the end, where they count as zero",
    )
    return f"{subject}: {listed(series)}."


def _periods_imputed(series: Sequence[tuple[str, int, pd.Period]], among: int, noun: str) -> str:
    number = sum(periods for _, periods, _ in series)
    named = [
        f"{label} ({name_period(since) if periods == 1 else f'{periods} since {name_period(since)}'})"
        for label, periods, since in series
    ]
    subject = many(number, f"{noun} was not counted and has", f"{noun}s were not counted and have")
    return (
        f"{subject} a stand-in, made from what came before, in {len(series):,} of {among:,} series: {listed(named)}. "
        "No accuracy is measured there."
    )


def _odd_series(what: str) -> Wording:
    return lambda series: f"{many(len(series), 'series is', 'series are')} {what}: {listed(series)}."


def _last_digits_differ(models: Sequence[str]) -> str:
    return (
        f"{' and '.join(models)} may give other last digits on another kind of processor: results that rest on "
        f"{'it' if len(models) == 1 else 'them'} cannot be reproduced byte for byte everywhere."
    )


def _too_few_backtests_to_choose(backtests: int, instead: str) -> str:
    subject = many(backtests, "back-test is", "back-tests are")
    return f"{subject} too few to choose a method by, so {instead or 'the usual one is used'}."


def _intervals_not_measured(levels: Sequence[int]) -> str:
    named = " and ".join(f"{level}%" for level in levels)
    return (
        f"There are too few back-test errors for the {named} interval, so it is the method's own, which holds less "
        "often than it says more often than not."
    )


def _intervals_of_random_walk(levels: Sequence[int]) -> str:
    named = " and ".join(f"{level}%" for level in levels)
    return (
        f"There are too few back-test errors for the {named} interval, so it is as wide as the changes from year to "
        "year make it. How often it holds here is not known."
    )


def _baseline_used(season: str) -> str:
    return f"No method was more accurate than {name_method(BASELINE, season)}, so that is used."


def _baseline_used_at_level(level: str, season: str) -> str:
    return (
        f"For {name_level(level)} the method was worse than {name_method(BASELINE, season)} beyond chance, so that is "
        "where its forecasts start from before they are made to add up."
    )


def _fits_failed(series: Sequence[str]) -> str:
    return (
        f"{many(len(series), 'series', 'series')} could not be fitted at some point and "
        f"{'was' if len(series) == 1 else 'were'} repeated there instead: {listed(series)}."
    )


WORDINGS: Mapping[str, Wording] = {
    "rows_left_out": _rows_left_out,
    "rows_without_person": _rows_without_person,
    "records_not_linked": ("Records are not linked, so a person whom several services know counts once for each."),
    "records_not_in_register": _records_not_in_register,
    "series_by_another_role": _series_by_another_role,
    "everything_is_one_series": _everything_is_one_series,
    "may_hold_counts": _may_hold_counts,
    "counts_are_summed": "The table holds counts already, so column '{column}' is added up.",
    "added_up_over": _added_up_over,
    "nearly_alike": _nearly_alike,
    "steps_of_process": _steps_of_process,
    "bands_overlap": _bands_overlap,
    "several_rows_of_a_date": (
        "{number:,} rows have the same {names} as another, and no column tells them apart; all are added up."
    ),
    "negative_counts": "{number:,} counts are below zero, and are taken for corrections of the others.",
    "odd_flow": _odd_flow,
    "counts_are_finer": "The table's counts are {step}, and are added up by {noun}.",
    "weeks_dated_on": ("The table's weeks are dated on {weekday}s; each is shown by the Monday on or before that day."),
    "spellings_merged": _spellings_merged,
    "part_of_london": _part_of_london,
    "unknown_areas": _unknown_areas,
    "called_like_totals": _called_like_totals,
    "set_aside_after_end": _set_aside_after_end,
    "set_aside_at_end": _set_aside_at_end,
    "stray_dates_left_out": _stray_dates_left_out,
    "part_missing": _part_missing,
    "years_run": _years_run,
    "first_period_left_out": _first_period_left_out,
    "last_period_left_out": _last_period_left_out,
    "stragglers_left_out": _stragglers_left_out,
    "late_reports": _late_reports,
    "filled_between": _filled_between,
    "zeros_at_end": _zeros_at_end,
    "low_at_end": _low_at_end,
    "gaps_are_zero": _gaps_are_zero,
    "silent_at_end": _silent_at_end,
    "periods_imputed": _periods_imputed,
    "zero_throughout": _odd_series("zero throughout and forecast as zero"),
    "begins_late": _odd_series("forecast from the first non-zero period only, a season or more after the first"),
    "begins_years_late": _odd_series("forecast from the first non-zero year only, two years or more after the first"),
    "same_throughout": _odd_series("the same in every period and forecast as that"),
    "last_digits_differ": _last_digits_differ,
    "history_under_two_seasons": (
        "There are fewer than two {season}s of data, so no method could be fitted: the last {repeated} is repeated."
    ),
    "nothing_to_choose_by": "There is no back-test to choose a method by, so the last {noun} is repeated.",
    "history_too_short_to_test": (
        "History is too short for a back-test: neither the accuracy nor the intervals could be checked."
    ),
    "fewer_backtests": "History allows {origins} of the {asked} back-tests asked for.",
    "backtests_share_periods": (
        "History is short, so back-tests next to each other share {shared} of their {horizon} {noun}s: they agree more "
        "than separate ones would, and the intervals may hold less often than measured."
    ),
    "too_few_backtests_to_choose": _too_few_backtests_to_choose,
    "intervals_not_measured": _intervals_not_measured,
    "intervals_of_random_walk": _intervals_of_random_walk,
    "coverage_not_measured": "Too few back-test errors to measure how often the intervals hold.",
    "baseline_used": _baseline_used,
    "baseline_used_at_level": _baseline_used_at_level,
    "total_direct": (
        "The total is forecast by itself, and the parts share it out: in the back-tests it erred less than the sum of "
        "the parts did."
    ),
    "total_halfway": (
        "The total is halfway between the sum of the parts and a forecast of the total by itself, and the parts share "
        "it out: there are too few back-tests to say which of the two is better."
    ),
    "fits_failed": _fits_failed,
}
"""Every notice that the room can give, by its code."""
