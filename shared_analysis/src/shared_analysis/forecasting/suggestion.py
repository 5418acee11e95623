"""Which settings fit a table: what a person would find out by trying, for the first run of a forecast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.calendars import FREQUENCIES
from shared_analysis.forecasting.panel.dates import read_moments
from shared_analysis.forecasting.panel.frequency import infer_frequency, stated_frequency
from shared_analysis.forecasting.panel.panel import Panel
from shared_analysis.forecasting.spec import ForecastSpec

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_HORIZONS = {"daily": 28, "weekly": 26, "monthly": 12, "quarterly": 8, "yearly": 3}
_AREAS = ("area_code", "area_name")


@dataclass(frozen=True)
class Suggestion:
    """Settings of section ``forecast`` that fit a table.

    Parameters
    ----------
    settings
        Those that depend on the table: ``table``, ``count``, ``by``, ``frequency``, ``missing``, ``horizon``.
    refusal
        Why the forecast stops with them all the same, and what to do; None where it does not.
    """

    settings: dict[str, Any]
    refusal: SharedAnalysisError | None = None


def suggest_settings(table: pd.DataFrame, contract: DataContract, *, linked: bool = False) -> Suggestion:
    """Find the settings with which a table can be counted, by counting it.

    A table of counts is added up, on its own calendar, by area where it has areas; if there are totals among its parts
    without its categories, by these as well. Where every series has a count for each period, a period without one is an
    error from now on, and else unknown: nobody takes it for a zero. A table of events is counted by month; a month
    without a row had none.

    Parameters
    ----------
    table
        The table, checked against its contract.
    contract
        Its contract.
    linked
        Whether a linkage says who the people in it are, so that people are counted and not their events.

    Raises
    ------
    SharedAnalysisError
        If no column says when.
    """
    roles = contract.roles
    dated = next((roles[role] for role in ("period", "event_date") if role in roles), None)
    if dated is None:
        raise SharedAnalysisError(
            f"No column of table '{contract.name}' says when, and a forecast counts by date.",
            contract.name,
            "write dates in one way throughout, such as 2024-01-31, or periods such as 2024-01 or 2023/24",
        )
    refusals = []
    for settings in _candidates(table, contract, dated, linked=linked):
        try:
            Panel.from_table(table, contract, ForecastSpec(**settings | {"count": _countable(settings)}))
        except SharedAnalysisError as error:
            refusals.append((settings, error))
            continue
        return Suggestion(settings)
    # Of those by area alone, the least strict about missing periods has the plainest reason.
    by_area = [(settings, refusal) for settings, refusal in refusals if settings["by"] == refusals[0][0]["by"]]
    return Suggestion(*by_area[-1])


def _candidates(table: pd.DataFrame, contract: DataContract, dated: str, *, linked: bool) -> Iterator[dict[str, Any]]:
    """Yield settings to try, the best first."""
    roles = contract.roles
    count = "sum" if "count" in roles else "people" if linked and "linked_record_id" in roles else "rows"
    frequency = _frequency(table, contract, dated) if count == "sum" else "monthly"
    usual = {"table": contract.name, "count": count, "frequency": frequency, "horizon": _HORIZONS[frequency]}
    area = [role for role in _AREAS if role in roles][:1]
    finer = [[*area, "category"]] if "category" in roles else []
    for by in (area, *finer):
        for missing in ("error", "unknown") if count == "sum" else ("zero",):
            yield {**usual, "by": by, "missing": missing}


def _countable(settings: dict[str, Any]) -> str:
    """Say what to count in the trial: who is who is not known yet, and rows are as many in each month."""
    return "rows" if settings["count"] == "people" else str(settings["count"])


def _frequency(table: pd.DataFrame, contract: DataContract, dated: str) -> str:
    """Say on which calendar a table of counts is: as its dates are written, or as far apart as they are."""
    stated = stated_frequency(contract, dated)
    if stated is None:
        moments = read_moments(table[dated], contract.name).dropna()
        stated = infer_frequency(pd.DatetimeIndex(moments.unique()).sort_values())
    step = "daily" if stated == "hourly" else stated
    return step if step in FREQUENCIES else "monthly"
