"""From a table of events to one number per series and period: each person once, or each row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.frequency import calendar_of_table
from shared_analysis.forecasting.panel.persons import advice_of_a_period, name_people
from shared_analysis.forecasting.panel.rows import Counted, SeriesRows, again, refuse_repeats
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_DIMENSIONS = ("area_code", "area_name", "category", "group", "sex", "source", "event_date", "period")


def count_events(
    read: SeriesRows, table: pd.DataFrame, contract: DataContract, spec: ForecastSpec, register: pd.DataFrame | None
) -> Counted:
    """Count events: people once a series and period, or rows.

    Parameters
    ----------
    read
        The table's rows by series and date.
    table, contract, spec, register
        As of :meth:`shared_analysis.forecasting.panel.panel.Panel.from_table`.

    Raises
    ------
    SharedAnalysisError
        For records that are given twice, a table of counts in disguise, ``missing: unknown``, ``count: sum``, and
        people that the register cannot tell.
    """
    roles, where = contract.roles, read.where
    if "record_id" in roles:
        record = table[roles["record_id"]]
        refuse_repeats((record.duplicated() & record.notna()).to_numpy(), roles["record_id"], "", where)
    notices = read.notices
    if spec.count == "rows":
        notices += _check_for_counts(table, contract, where)
    if spec.missing == "unknown":
        raise SharedAnalysisError(
            f"Setting `missing: unknown` is for tables of counts: nobody can tell a {spec.calendar.noun} without an "
            "event from one that was not reported.",
            where,
            "set `missing` to zero or error, or give the column that holds the counts the role count",
        )
    if spec.count == "sum":
        raise SharedAnalysisError(
            "There is nothing to add up: no column has role count.",
            where,
            f"{advice_of_a_period(roles)}set `count` to people or rows",
        )
    rows = read.rows
    if spec.count == "people":
        person, of_people = name_people(table, roles, register, where)
        rows, notices = rows.assign(person=person), notices + of_people
    complete = replace(read, rows=rows, notices=notices).complete()
    days = pd.DatetimeIndex(np.sort(complete.rows["date"].unique()))
    calendar = calendar_of_table(contract, read.columns["date"], days, spec, added_up=True)
    rows = complete.rows.assign(period=complete.rows["date"].dt.to_period(calendar.code))
    if "person" in rows:
        rows = rows[~again(rows, [*read.keys, "person"])]
    counts = rows.groupby([*read.keys, "period"], sort=True).size().astype(float).rename("count").reset_index()
    of_years = (Notice("years_run", {"year": rows["period"].min()}),) if calendar.noun == "year" else ()
    return Counted(counts, read.keys, days, None, (*complete.notices, *of_years))


def _check_for_counts(table: pd.DataFrame, contract: DataContract, where: str) -> tuple[Notice, ...]:
    """Refuse to count the lines of what is a table of counts, and name what may be one.

    Events that nothing numbers repeat their area and day sooner or later; counts have one row for each.
    """
    roles = contract.roles
    told_apart = tuple(column for role, column in roles.items() if role in _DIMENSIONS)
    if {"record_id", "linked_record_id"} & set(roles) or table[list(told_apart)].duplicated().any():
        return ()
    numbers = [column.name for column in contract.columns if column.type in ("integer", "number") and not column.role]
    if not numbers and "period" not in roles:
        return ()
    if not numbers or "period" not in roles:
        return (Notice("may_hold_counts", {"columns": told_apart}),)
    raise SharedAnalysisError(
        f"No two rows have the same {' and '.join(told_apart)}, as in a table of counts: counting its rows would count "
        "lines.",
        where,
        f"give the column that holds the counts the role count ({', '.join(numbers)}?)",
    )
