"""The one public act of this room: a table in, a checked forecast with its evidence out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.forecasting.evaluation import conformal as intervals
from shared_analysis.forecasting.evaluation import result_tables as layout
from shared_analysis.forecasting.evaluation import skill
from shared_analysis.forecasting.evaluation.backtest import (
    FEWEST_TO_CHOOSE,
    Backtest,
    Outcome,
    choose_origins,
    forecast_from,
    run_backtest,
)
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import BASELINE, CANDIDATES, name_method, untested
from shared_analysis.forecasting.models.on_request.regressors import Regressors, read_regressors
from shared_analysis.forecasting.models.on_request.statsforecast_models import check_requested
from shared_analysis.forecasting.panel.panel import FloatArray, Panel
from shared_analysis.forecasting.reporting.phrases import name_level
from shared_analysis.forecasting.request import with_requested
from shared_analysis.forecasting.result import ForecastResult
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import listed, many

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


def forecast(
    table: pd.DataFrame,
    contract: DataContract,
    spec: ForecastSpec,
    register: pd.DataFrame | None = None,
    regressors: pd.DataFrame | None = None,
    regressors_contract: DataContract | None = None,
) -> ForecastResult:
    """Forecast the demand that a table shows, by area or category, at every level that they add up to.

    One method is chosen for the whole panel by back-tests from earlier dates; it is the baseline (repeating the last
    season) when nothing beat that. Choosing per series would follow noise. Forecasts of all levels are reconciled, so
    that they add up. Intervals come from the errors of the back-tests, pooled over series; their coverage is measured
    on each back-test in turn with intervals made from the others. Back-tests that touch a declared break are shown, and
    left out of what is chosen and measured where enough others are left.

    Parameters
    ----------
    table
        A validated table of events, or of counts, in any row order.
    contract
        Its contract, which says by semantic roles what the columns mean.
    spec
        The settings.
    register
        ``table, record_id, entity_id`` from linkage: for ``count: people``, which records are the same person.
    regressors, regressors_contract
        The table that ``spec.regressors`` names, and its contract.

    Returns
    -------
    ForecastResult
        Tables, figures, charts and words. The same for any row order and number of processes.

    Raises
    ------
    SharedAnalysisError
        If the table cannot be counted, or has fewer than three periods; see :meth:`Panel.from_table`. Also for a model
        that there is not, and for a table of regressors that cannot be used, or knows what it could not have known; see
        :func:`~shared_analysis.forecasting.models.on_request.regressors.read_regressors`.
    """
    remarks = check_requested(spec)
    panel = Panel.from_table(table, contract, spec, register)
    hierarchy = Hierarchy.of(panel.keys)
    origins = choose_origins(len(panel.periods), panel.calendar.season, spec.horizon, spec.origins)
    helping = read_regressors(regressors, regressors_contract, spec, panel, hierarchy)
    tried = with_requested(CANDIDATES, spec.models)
    tested = run_backtest(panel, hierarchy, spec, origins, tried, regressors=helping) if origins else None
    choice = _choose(panel, hierarchy, spec, tested, helping)
    tested = choice.backtest
    outcome = forecast_from(panel.values, hierarchy, spec, choice.candidates, choice.repeated, helping, panel.known)
    counted = panel.values[panel.known]
    whole = bool((counted == np.floor(counted)).all())
    measured = intervals.Measured(tested, choice.method, hierarchy, whole) if tested else None
    reach, unmeasured = _reach(panel, hierarchy, spec, measured, outcome)
    middle = outcome.forecasts[choice.method]
    limits = {level: intervals.bounds(middle, reach[level], whole=whole) for level in spec.levels}
    inside = measured.hits() if measured else {}
    return ForecastResult(
        panel=panel,
        hierarchy=hierarchy,
        spec=spec,
        noun=_noun(contract, spec),
        chosen=choice.method,
        origins=tuple(panel.periods[origin - 1] for origin in origins),
        normal=tested.normal if tested else (),
        used=tuple(tested.used) if tested else (),
        accuracy=layout.accuracy_table(choice.first, hierarchy),
        skill=choice.skill,
        coverage=layout.coverage_by_level(inside, hierarchy),
        ahead=layout.ahead_table(panel, hierarchy, outcome, choice.method, limits),
        tested=layout.backtest_table(panel, hierarchy, tested, choice.method),
        notices=(*panel.notices, *remarks, *_notices(panel, hierarchy, spec, choice, inside, unmeasured, outcome)),
        seconds=_seconds([outcome, *(choice.first.outcomes if choice.first else ())]),
    )


def _seconds(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Add up how long each member took."""
    members = sorted({name for outcome in outcomes for name in outcome.seconds})
    return {name: sum(outcome.seconds.get(name, 0.0) for outcome in outcomes) for name in members}


@dataclass(frozen=True)
class _Choice:
    """The method, the levels at which the last season is repeated instead, and back-tests: of all, and of just that."""

    method: str
    candidates: Mapping[str, tuple[str, ...]]
    repeated: frozenset[str]
    first: Backtest | None
    backtest: Backtest | None
    skill: pd.DataFrame


def _choose(
    panel: Panel, hierarchy: Hierarchy, spec: ForecastSpec, tested: Backtest | None, helping: Regressors | None
) -> _Choice:
    """Choose one method for the panel, and the baseline for a whole level at which that is worse beyond chance."""
    season = panel.calendar.season
    if tested is not None and (len(tested.used) >= FEWEST_TO_CHOOSE or not tested.has_errors):
        method = tested.best()
    else:
        method = untested(season) if len(panel.periods) >= 2 * season else BASELINE
    tried = with_requested(CANDIDATES, spec.models)
    candidates = {name: tried[name] for name in dict.fromkeys((method, BASELINE))}
    if tested is None:
        return _Choice(method, candidates, frozenset(), None, None, skill.judge_nothing())
    verdicts = skill.judge(tested, method, hierarchy)
    repeated = frozenset(verdicts.loc[verdicts["verdict"] == skill.WORSE, "level"])
    final = tested
    if repeated:
        final = run_backtest(panel, hierarchy, spec, tested.origins, candidates, repeated, helping)
        verdicts = skill.judge(final, method, hierarchy)
        tested = tested.with_made_anew(final)
    return _Choice(method, candidates, repeated, tested, final, verdicts)


def _reach(
    panel: Panel, hierarchy: Hierarchy, spec: ForecastSpec, measured: intervals.Measured | None, outcome: Outcome
) -> tuple[dict[int, FloatArray], list[int]]:
    """Half the width of every interval, and the levels for which it is the methods' own rather than measured."""
    reach = measured.reach(outcome) if measured else {}
    unmeasured = [level for level in spec.levels if level not in reach]
    if unmeasured:
        own = intervals.model_reach(hierarchy.add_up(panel.values), outcome, panel.calendar.season)
        reach |= {level: own[level] for level in unmeasured}
    return intervals.nested(reach), unmeasured


def _noun(contract: DataContract, spec: ForecastSpec) -> str:
    """Name what is counted."""
    column = contract.roles.get("count")
    if column is not None:
        plain = column.replace("_", " ").lower()
        return (
            contract.title.lower() or contract.name
            if plain in ("count", "n", "number", "total", "value", "y")
            else plain
        )
    return "people" if spec.count == "people" else contract.name.replace("_", " ")


def _notices(
    panel: Panel,
    hierarchy: Hierarchy,
    spec: ForecastSpec,
    choice: _Choice,
    inside: Mapping[int, FloatArray],
    unmeasured: list[int],
    outcome: Outcome,
) -> list[str]:
    """Say what was not possible, and what was done instead."""
    calendar, said = panel.calendar, []
    origins = choice.backtest.origins if choice.backtest else ()
    if len(panel.periods) < 2 * calendar.season:
        said.append(
            f"There are fewer than two {calendar.season_noun}s of data, so no method could be fitted: the last "
            f"{calendar.season_noun if len(panel.periods) >= calendar.season else calendar.noun} is repeated."
        )
    if not origins:
        said.append("History is too short for a back-test: neither the accuracy nor the intervals could be checked.")
    elif len(origins) < spec.origins:
        said.append(f"History allows {len(origins)} of the {spec.origins} back-tests asked for.")
    if origins and choice.backtest is not None:
        said += _about_backtests(choice, choice.backtest, spec)
        if unmeasured:
            levels = " and ".join(f"{level}%" for level in unmeasured)
            said.append(
                f"There are too few back-test errors for the {levels} interval, so it is the method's own, which holds "
                "less often than it says more often than not."
            )
        elif not inside:
            said.append("Too few back-test errors to measure how often the intervals hold.")
    if choice.method == BASELINE and origins:
        said.append(f"No method was more accurate than {name_method(BASELINE, calendar.season_noun)}, so that is used.")
    failed = outcome.failed.union(*(made.failed for made in choice.first.outcomes)) if choice.first else outcome.failed
    if failed:
        labels = panel.labels_of(hierarchy.nodes)
        said.append(
            f"{many(len(failed), 'series', 'series')} could not be fitted at some point and "
            f"{'was' if len(failed) == 1 else 'were'} repeated there instead: "
            f"{listed([labels[node] for node in sorted(failed)])}."
        )
    return said


def _about_backtests(choice: _Choice, backtest: Backtest, spec: ForecastSpec) -> list[str]:
    """Say what the back-tests cannot show, and where the method gave way to the baseline."""
    calendar, said = spec.calendar, []
    origins = backtest.origins
    shared = spec.horizon - (origins[1] - origins[0]) if len(origins) > 1 else 0
    if shared > 0:
        said.append(
            f"History is short, so back-tests next to each other share {shared} of their {spec.horizon} "
            f"{calendar.noun}s: they agree more than separate ones would, and the intervals may hold less often than "
            "measured."
        )
    if len(backtest.used) < FEWEST_TO_CHOOSE:
        said.append(
            f"{many(len(backtest.used), 'back-test is', 'back-tests are')} too few to choose a method by, so the usual "
            f"one is used."
        )
    for level in sorted(choice.repeated):
        said.append(
            f"For {name_level(level)} the method was worse than {name_method(BASELINE, calendar.season_noun)} beyond "
            "chance, so that is where its forecasts start from before they are made to add up."
        )
    return said
