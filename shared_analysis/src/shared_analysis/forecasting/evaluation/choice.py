"""The choice of one method for the whole panel by its back-tests, and of the levels at which it gives way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared_analysis.forecasting.calendars import fewest_to_fit
from shared_analysis.forecasting.evaluation import skill
from shared_analysis.forecasting.evaluation.backtest import FEWEST_TO_CHOOSE, Backtest, run_backtest
from shared_analysis.forecasting.hierarchy.hierarchy import TOTAL, Hierarchy
from shared_analysis.forecasting.models.ensemble import BASELINE, untested
from shared_analysis.forecasting.models.requested import RequestedModels
from shared_analysis.forecasting.models.total import DIRECT, untested_total
from shared_analysis.forecasting.panel.panel import Panel
from shared_analysis.forecasting.spec import ForecastSpec


@dataclass(frozen=True)
class Choice:
    """The method, and the evidence for it.

    Parameters
    ----------
    method
        The candidate used for every series.
    candidates
        The members of the method and of the baseline.
    repeated
        The levels at which the seasonal naive is used instead.
    total
        How the total is forecast by itself, so that the parts share it out (:mod:`.models.total`); empty where it is
        the sum of the parts.
    compared
        The back-tests of every candidate; None without any.
    backtest
        Those of the method as it is used, and of the baseline; None without any.
    skill
        The method beside the baseline, by level; see :func:`shared_analysis.forecasting.evaluation.skill.judge`.
    """

    method: str
    candidates: Mapping[str, tuple[str, ...]]
    repeated: frozenset[str]
    total: str
    compared: Backtest | None
    backtest: Backtest | None
    skill: pd.DataFrame


def choose_method(
    panel: Panel,
    hierarchy: Hierarchy,
    spec: ForecastSpec,
    candidates: Mapping[str, tuple[str, ...]],
    compared: Backtest | None,
    requested: RequestedModels | None = None,
) -> Choice:
    """Choose one method for the panel, and the seasonal naive for a level at which that is worse beyond chance.

    The total is forecast by itself where that erred less than the sum of the parts.

    Parameters
    ----------
    panel, hierarchy, spec
        What is forecast.
    candidates
        The members of every candidate.
    compared
        The back-tests of every candidate; None where history is too short for one.
    requested
        Models on request.
    """
    season = panel.calendar.season
    if compared is not None and (len(compared.used) >= FEWEST_TO_CHOOSE or not compared.has_errors):
        method = compared.best()
    else:
        method = untested(season) if len(panel.periods) >= fewest_to_fit(season) else BASELINE
    used = {name: candidates[name] for name in dict.fromkeys((method, BASELINE))}
    total = "" if method == BASELINE or not hierarchy.members else _choose_total(compared, method, season)
    if compared is None:
        return Choice(method, used, frozenset(), total, None, None, skill.judge_nothing())
    compared = compared.shared_out(method, total, hierarchy)
    verdicts = skill.judge(compared, method, hierarchy)
    repeated = frozenset(verdicts.loc[verdicts["verdict"] == skill.WORSE, "level"])
    if not repeated:
        return Choice(method, used, repeated, total, compared, compared, verdicts)
    total = "" if TOTAL in repeated else total
    final = run_backtest(panel, hierarchy, spec, compared.origins, used, repeated, requested)
    final = final.shared_out(method, total, hierarchy)
    verdicts = skill.judge(final, method, hierarchy)
    return Choice(method, used, repeated, total, compared.updated(final), final, verdicts)


def _choose_total(compared: Backtest | None, method: str, season: int) -> str:
    """Say how the total is to be forecast: directly where that erred less than the sum of the parts."""
    if compared is None or len(compared.used) < FEWEST_TO_CHOOSE:
        return untested_total(season)
    outcomes = [compared.outcomes[at] for at in compared.used]
    if not all(outcome.totals for outcome in outcomes):
        return ""
    actual = compared.actual[compared.used, 0]
    known = np.isfinite(actual)
    direct = np.abs(actual - [outcome.totals[DIRECT] for outcome in outcomes])[known]
    summed = np.abs(actual - [outcome.forecasts[method][0] for outcome in outcomes])[known]
    return DIRECT if round(float(direct.sum()), 6) < round(float(summed.sum()), 6) else ""
