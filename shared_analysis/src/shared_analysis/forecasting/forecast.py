"""The one public act of this room: a table in, a checked forecast with its evidence out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shared_analysis.forecasting.evaluation import result_tables
from shared_analysis.forecasting.evaluation.backtest import choose_origins, forecast_from, run_backtest, total_seconds
from shared_analysis.forecasting.evaluation.caveats import caveats
from shared_analysis.forecasting.evaluation.choice import choose_method
from shared_analysis.forecasting.evaluation.conformal import prediction_intervals
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import usual_candidates
from shared_analysis.forecasting.models.requested import requested_models
from shared_analysis.forecasting.panel.panel import Panel
from shared_analysis.forecasting.panel.rows import name_unit
from shared_analysis.forecasting.panel.set_aside import notice_set_aside
from shared_analysis.forecasting.request import with_requested
from shared_analysis.forecasting.result import ForecastResult
from shared_analysis.forecasting.spec import ForecastSpec

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


def forecast(
    table: pd.DataFrame,
    contract: DataContract,
    spec: ForecastSpec,
    register: pd.DataFrame | None = None,
    regressors: pd.DataFrame | None = None,
    regressors_contract: DataContract | None = None,
    set_aside: pd.DataFrame | None = None,
) -> ForecastResult:
    """Forecast the demand that a table shows, by area or category, at every level that they add up to.

    One method is chosen for the whole panel by back-tests from earlier dates; it is the baseline (the seasonal naive,
    which repeats the last season) when nothing beat that. Choosing per series would follow noise. Forecasts of all
    levels are reconciled, so that they add up. Intervals come from the errors of the back-tests, pooled over series;
    their coverage is measured on each back-test in turn with intervals made from the others. Back-tests that touch a
    declared break are shown, and left out of what is chosen and measured where enough others are left.

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
    set_aside
        Rows of the table that validation has set aside: the forecast says so where they would change its last periods.

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
    requested = requested_models(spec, regressors)
    panel = Panel.from_table(table, contract, spec, register)
    of_set_aside = notice_set_aside(panel, set_aside, contract) if set_aside is not None else ()
    hierarchy = Hierarchy.of(panel.keys)
    if requested is not None:
        requested = requested.with_regressors(regressors, regressors_contract, panel, hierarchy)

    candidates = with_requested(usual_candidates(panel.calendar.season), spec.models)
    origins = choose_origins(len(panel.periods), panel.calendar.season, spec.horizon, spec.origins)
    backtest = run_backtest(panel, hierarchy, spec, origins, candidates, requested=requested) if origins else None
    choice = choose_method(panel, hierarchy, spec, candidates, backtest, requested)
    tested = choice.backtest

    fitted = forecast_from(
        panel.values, hierarchy, spec, choice.candidates, choice.repeated, requested, panel.known
    )  # and reconciled
    fitted = fitted.shared_out(choice.method, choice.total, hierarchy)
    intervals = prediction_intervals(panel, hierarchy, spec, tested, fitted, choice.method)

    return ForecastResult(
        panel=panel,
        hierarchy=hierarchy,
        spec=spec,
        noun=name_unit(contract, spec),
        chosen=choice.method,
        origins=tuple(panel.periods[origin - 1] for origin in origins),
        normal=tested.normal if tested else (),
        used=tuple(tested.used) if tested else (),
        accuracy=result_tables.accuracy_table(choice.compared, hierarchy),
        skill=choice.skill,
        coverage=result_tables.coverage_by_level(intervals.covered, hierarchy),
        ahead=result_tables.ahead_table(panel, hierarchy, fitted, choice.method, intervals.bounds),
        tested=result_tables.backtest_table(panel, hierarchy, tested, choice.method),
        notices=(
            *panel.notices,
            *of_set_aside,
            *(requested.notices if requested else ()),
            *caveats(panel, hierarchy, spec, choice, intervals, fitted),
        ),
        seconds=total_seconds([fitted, *(choice.compared.outcomes if choice.compared else ())]),
    )
