"""The choice of one method for the whole panel by its back-tests, and of the levels at which it gives way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from shared_analysis.forecasting.calendars import fewest_to_fit
from shared_analysis.forecasting.evaluation import skill
from shared_analysis.forecasting.evaluation.backtest import FEWEST_TO_CHOOSE, Backtest, run_backtest
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import BASELINE, untested
from shared_analysis.forecasting.models.requested import RequestedModels
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
    if compared is None:
        return Choice(method, used, frozenset(), None, None, skill.judge_nothing())
    verdicts = skill.judge(compared, method, hierarchy)
    repeated = frozenset(verdicts.loc[verdicts["verdict"] == skill.WORSE, "level"])
    if not repeated:
        return Choice(method, used, repeated, compared, compared, verdicts)
    final = run_backtest(panel, hierarchy, spec, compared.origins, used, repeated, requested)
    verdicts = skill.judge(final, method, hierarchy)
    return Choice(method, used, repeated, compared.updated(final), final, verdicts)
