"""What the evidence for a forecast cannot show, and what was done instead, as notices."""

from __future__ import annotations

from collections.abc import Iterator

from shared_analysis.forecasting.calendars import fewest_to_fit
from shared_analysis.forecasting.evaluation.backtest import FEWEST_TO_CHOOSE, Backtest, Outcome
from shared_analysis.forecasting.evaluation.choice import Choice
from shared_analysis.forecasting.evaluation.conformal import Intervals
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import BASELINE
from shared_analysis.forecasting.models.total import DIRECT
from shared_analysis.forecasting.panel.panel import Panel
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice


def caveats(
    panel: Panel, hierarchy: Hierarchy, spec: ForecastSpec, choice: Choice, intervals: Intervals, outcome: Outcome
) -> Iterator[Notice]:
    """Name what was not possible: the history first, then the back-tests, the intervals, the method and its fits."""
    backtest, calendar = choice.backtest, panel.calendar
    if backtest is None and not calendar.has_season:
        yield Notice("nothing_to_choose_by", {"noun": calendar.noun})
    elif calendar.has_season and len(panel.periods) < fewest_to_fit(calendar.season):
        repeated = calendar.season_noun if len(panel.periods) >= calendar.season else calendar.noun
        yield Notice("history_under_two_seasons", {"season": calendar.season_noun, "repeated": repeated})
    if backtest is None:
        yield Notice("history_too_short_to_test")
    else:
        yield from _of_backtests(spec, choice, backtest)
        if intervals.unmeasured:
            code = "intervals_not_measured" if calendar.has_season else "intervals_of_random_walk"
            yield Notice(code, {"levels": intervals.unmeasured})
        elif not intervals.covered:
            yield Notice("coverage_not_measured")
        if choice.method == BASELINE and (calendar.has_season or len(backtest.used) >= FEWEST_TO_CHOOSE):
            yield Notice("baseline_used", {"season": calendar.season_noun})
    if choice.total in outcome.totals:
        yield Notice("total_direct" if choice.total == DIRECT else "total_halfway")
    compared = choice.compared.outcomes if choice.compared else ()
    failed = outcome.failed.union(*(earlier.failed for earlier in compared))
    if failed:
        labels = panel.labels_of(hierarchy.nodes)
        yield Notice("fits_failed", {"series": tuple(labels[node] for node in sorted(failed))})


def _of_backtests(spec: ForecastSpec, choice: Choice, backtest: Backtest) -> Iterator[Notice]:
    """Name what the back-tests cannot show, and where the method gave way to the baseline."""
    calendar, origins = spec.calendar, backtest.origins
    if len(origins) < spec.origins:
        yield Notice("fewer_backtests", {"origins": len(origins), "asked": spec.origins})
    shared = spec.horizon - (origins[1] - origins[0]) if len(origins) > 1 else 0
    if shared > 0:
        values = {"shared": shared, "horizon": spec.horizon, "noun": calendar.noun}
        yield Notice("backtests_share_periods", values)
    if len(backtest.used) < FEWEST_TO_CHOOSE:
        usual = "" if calendar.has_season else f"the last {calendar.noun} is repeated"
        yield Notice("too_few_backtests_to_choose", {"backtests": len(backtest.used), "instead": usual})
    for level in sorted(choice.repeated):
        yield Notice("baseline_used_at_level", {"level": level, "season": calendar.season_noun})
