"""From a table of events or counts to one number per series and period; what cannot be counted is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.dates import read_dates
from shared_analysis.forecasting.panel.frequency import is_added_up, own_step
from shared_analysis.forecasting.panel.missing_periods import incomplete
from shared_analysis.forecasting.panel.persons import advice_of_a_period, name_people
from shared_analysis.forecasting.panel.series_labels import WHOLE, as_text, label_keys, one_spelling
from shared_analysis.forecasting.reporting.phrases import name_day
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import many

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DIMENSIONS = ("area_code", "area_name", "category", "group", "sex", "source", "event_date", "period")


@dataclass(frozen=True)
class Counted:
    """Counts before the calendar is made explicit.

    Parameters
    ----------
    counts
        One row per series and period that has any: the key columns, ``period`` (Period), ``count`` (NaN where it is
        not known).
    keys
        Names of the key columns.
    days
        The distinct days of what was added up to periods, sorted; None where each row of the table holds the count of a
        whole period.
    step
        How far apart a table of counts counts, one of
        :data:`~shared_analysis.forecasting.panel.frequency.STEPS`; None for events.
    notices
        What was left out or assumed, in words.
    """

    counts: pd.DataFrame
    keys: tuple[str, ...]
    days: pd.DatetimeIndex | None
    step: str | None
    notices: tuple[str, ...]


def count(
    table: pd.DataFrame, contract: DataContract, spec: ForecastSpec, register: pd.DataFrame | None = None
) -> Counted:
    """Count a table by the roles its contract gives.

    Raises
    ------
    SharedAnalysisError
        For an empty table, a missing role or column, unreadable dates, repeated records or rows, counts that are
        missing (unless `missing` is ``unknown``), negative or infinite, counts for longer than a period, a second count
        for the same period, ``missing: unknown`` for events, and people that the register cannot tell.
    """
    roles = contract.roles
    where = f"table {contract.name}"
    notices: list[str] = []
    keys, date_role = _series_and_date(table, contract, spec, where, notices)
    rows = pd.DataFrame({"date": read_dates(table[roles[date_role]], f"{where}, column {roles[date_role]}")})
    for role in keys:
        rows[role] = one_spelling(as_text(table[roles[role]]), roles[role], notices) if role in roles else WHOLE
    if "count" in roles:
        return _add_up(table, rows, contract, spec, keys, date_role, where, notices)
    _no_repeated_records(table, roles, where)
    if spec.count == "rows":
        _not_lines_of_counts(table, contract, where, notices)
    if spec.missing == "unknown":
        raise SharedAnalysisError(
            f"Setting `missing: unknown` is for tables of counts: nobody can tell a {spec.calendar.noun} without an "
            "event from one that was not reported.",
            where,
            "set `missing` to zero or error, or give the column that holds the counts the role count",
        )
    rows = _with_people(rows, table, roles, spec, register, where, notices)
    rows = _complete(rows, keys, roles, date_role, where, notices)
    rows["period"] = rows["date"].dt.to_period(spec.calendar.code)
    group = [*keys, "period"]
    days = pd.DatetimeIndex(np.sort(rows["date"].unique()))
    if "person" in rows:
        rows = rows[~_again(rows, [*keys, "person"])]
    counts = rows.groupby(group, sort=True).size().astype(float).rename("count").reset_index()
    return Counted(counts, keys, days, None, tuple(notices))


def _series_and_date(
    table: pd.DataFrame, contract: DataContract, spec: ForecastSpec, where: str, notices: list[str]
) -> tuple[tuple[str, ...], str]:
    """Find the roles that make a series and the one that says when; refuse a table that has no row or lacks columns."""
    roles = contract.roles
    absent = sorted({*roles.values(), *_key_of_a_count(contract)} - set(table.columns))
    if absent:
        raise SharedAnalysisError(f"Columns are missing: {', '.join(absent)}.", where, "run the validate stage first")
    if table.empty:
        raise SharedAnalysisError("There is no row to count.", where, "check the input, and what was quarantined")
    keys = _series_roles(roles, spec, where, notices)
    date_role = next((role for role in _date_roles(roles) if role in roles), None)
    if date_role is None:
        raise SharedAnalysisError(
            "No column says when: there is no role event_date or period.", f"contract {contract.name}", "add the role"
        )
    return keys, date_role


def _add_up(
    table: pd.DataFrame,
    rows: pd.DataFrame,
    contract: DataContract,
    spec: ForecastSpec,
    keys: tuple[str, ...],
    date_role: str,
    where: str,
    notices: list[str],
) -> Counted:
    """Add a table of counts up, over what does not make a series and over what is finer than a period."""
    roles = contract.roles
    column = roles["count"]
    if spec.count != "sum":
        notices.append(f"The table holds counts already, so column '{column}' is added up.")
    # What a count is of, whatever its columns are called and however they are spelt.
    own = {roles[role]: role for role in keys if role in roles} | {roles[date_role]: "date"}
    lines = [own.get(name, f"key {name}") for name in _key_of_a_count(contract)]
    for name in _key_of_a_count(contract):
        if name not in own:
            rows[f"key {name}"] = as_text(table[name])
    _no_repeated_counts(rows, lines, keys, " and ".join(_key_of_a_count(contract)), where)
    rows["value"] = _checked_counts(table[column], rows, keys, spec, f"{where}, column {column}")
    rows = _complete(rows, keys, roles, date_role, where, notices)
    rows["period"] = rows["date"].dt.to_period(spec.calendar.code)
    days = pd.DatetimeIndex(np.sort(rows["date"].unique()))
    step = own_step(days)
    added_up = is_added_up(step, spec, where)
    group, lines = [*keys, "period"], [name for name in lines if name != "date"]
    if added_up:
        notices.append(f"The table's counts are {step}, and are added up by {spec.calendar.noun}.")
    else:
        _no_second_count(rows, [*lines, *keys], keys, spec, where)
        if step == "weekly":
            _name_weekday(days, notices)
    sums = rows.groupby(group, sort=True)["value"].sum()
    if spec.missing == "unknown":
        rows["date"] = rows["date"].dt.to_period(
            ("M" if step == "monthly" else "D") if added_up else spec.calendar.code
        )
        sums = sums.mask(incomplete(rows, [*keys, *lines], group, spec.calendar.season).reindex(sums.index))
    counts = sums.rename("count").reset_index()
    return Counted(counts, keys, days if added_up else None, step or spec.frequency, tuple(notices))


def _date_roles(roles: dict[str, str]) -> tuple[str, ...]:
    return ("period", "event_date") if "count" in roles else ("event_date", "period")


def _series_roles(roles: dict[str, str], spec: ForecastSpec, where: str, notices: list[str]) -> tuple[str, ...]:
    """Choose what makes a series: the roles asked for, else the area or category, else the table as one."""
    present = [role for role in spec.by if role in roles]
    if present and len(present) < len(spec.by):
        missing = ", ".join(role for role in spec.by if role not in roles)
        raise SharedAnalysisError(
            f"Setting `by` names roles that no column has: {missing}.",
            where,
            f"the roles are: {', '.join(sorted(roles))}",
        )
    if present or not spec.by:
        return spec.by or ("series",)
    for role in ("area_code", "area_name", "category"):
        if role in roles:
            notices.append(f"No column has role {', '.join(spec.by)}: the series are made by {role}.")
            return (role,)
    notices.append(f"No column has role {', '.join(spec.by)}: everything is one series.")
    return ("series",)


def _key_of_a_count(contract: DataContract) -> list[str]:
    """Name the columns that say what a count is of: the contract's key, which may have more than roles say."""
    roles = contract.roles
    if "count" not in roles:
        return []
    # A number of the row makes every row a thing of its own, so it is no evidence that a count is not given twice.
    key = [column for column in contract.primary_key if column != roles.get("record_id")]
    return key or [column for role, column in roles.items() if role not in ("count", "record_id")]


def _no_repeated_records(table: pd.DataFrame, roles: dict[str, str], where: str) -> None:
    """Refuse a record number that is given again: it would be counted twice."""
    if "record_id" not in roles:
        return
    column = table[roles["record_id"]]
    _refuse_repeats((column.duplicated() & column.notna()).to_numpy(), roles["record_id"], "", where)


def _no_repeated_counts(rows: pd.DataFrame, lines: list[str], keys: tuple[str, ...], names: str, where: str) -> None:
    """Refuse a second count for the same thing on the same date."""
    repeated = (rows[lines].duplicated() & rows[lines].notna().all(axis=1)).to_numpy()
    _refuse_repeats(repeated, names, _place(rows, keys, repeated), where)


def _refuse_repeats(repeated: npt.NDArray[np.bool_], names: str, place: str, where: str) -> None:
    if repeated.any():
        raise SharedAnalysisError(
            f"{many(int(repeated.sum()), 'row repeats', 'rows repeat')} an earlier {names} and would be counted twice.",
            f"{where}, first in data row {int(np.flatnonzero(repeated)[0]) + 1}{place}",
            "remove the repeats, or let the contract say that the column is unique so that validate quarantines them",
        )


def _no_second_count(
    rows: pd.DataFrame, lines: list[str], keys: tuple[str, ...], spec: ForecastSpec, where: str
) -> None:
    """Refuse two dates of one period where each row holds the count of a whole one: a correction, or a wrong date."""
    again = _again(rows, lines)
    if again.any():
        noun = spec.calendar.noun
        raise SharedAnalysisError(
            f"{many(int(again.sum()), 'row gives', 'rows give')} a second count for a {noun} that has one.",
            f"{where}, first{_place(rows, keys, again)}",
            f"keep one row for each {noun}",
        )


def _again(rows: pd.DataFrame, names: list[str]) -> npt.NDArray[np.bool_]:
    """Mark the rows that repeat an earlier one of the same period."""
    # By number: a million periods as objects take seconds.
    numbered = rows[list(dict.fromkeys(names))].assign(number=pd.PeriodIndex(rows["period"]).asi8)
    return numbered.duplicated().to_numpy()


def _place(rows: pd.DataFrame, keys: tuple[str, ...], bad: npt.NDArray[np.bool_]) -> str:
    """Name the series and the date of the first bad row, in brackets; nothing where it has none."""
    first = rows.iloc[[int(bad.argmax())]]
    if first[["date", *keys]].isna().any(axis=None):
        return ""
    return f" ({label_keys(first[list(keys)])[0]}, {name_day(first['date'].iloc[0])})"


def _name_weekday(days: pd.DatetimeIndex, notices: list[str]) -> None:
    weekday = int(pd.Series(days.dayofweek).mode()[0])
    if weekday:
        name = _WEEKDAYS[weekday]
        notices.append(f"The table's weeks are dated on {name}s; each is shown by the Monday on or before that day.")


def _with_people(
    rows: pd.DataFrame,
    table: pd.DataFrame,
    roles: dict[str, str],
    spec: ForecastSpec,
    register: pd.DataFrame | None,
    where: str,
    notices: list[str],
) -> pd.DataFrame:
    """Add who each row is about, where people are counted."""
    if spec.count == "sum":
        raise SharedAnalysisError(
            "There is nothing to add up: no column has role count.",
            where,
            f"{advice_of_a_period(roles)}set `count` to people or rows",
        )
    if spec.count == "rows":
        return rows
    return rows.assign(person=name_people(table, roles, register, where, notices))


def _not_lines_of_counts(table: pd.DataFrame, contract: DataContract, where: str, notices: list[str]) -> None:
    """Refuse to count the lines of what is a table of counts, and warn where it may be one.

    Events that nothing numbers repeat their area and day sooner or later; counts have one row for each.
    """
    roles = contract.roles
    told_apart = [column for role, column in roles.items() if role in _DIMENSIONS]
    if {"record_id", "linked_record_id"} & set(roles) or table[told_apart].duplicated().any():
        return
    numbers = [column.name for column in contract.columns if column.type in ("integer", "number") and not column.role]
    if not numbers and "period" not in roles:
        return
    what = f"No two rows have the same {' and '.join(told_apart)}, as in a table of counts"
    if numbers and "period" in roles:
        raise SharedAnalysisError(
            f"{what}: counting its rows would count lines.",
            where,
            f"give the column that holds the counts the role count ({', '.join(numbers)}?)",
        )
    notices.append(f"{what}; if it is one, give the column that holds the counts the role count.")


def _checked_counts(
    column: pd.Series, rows: pd.DataFrame, keys: tuple[str, ...], spec: ForecastSpec, where: str
) -> pd.Series:
    """Read counts as numbers; what is missing stays missing with `missing: unknown` and is refused without."""
    values = pd.to_numeric(column, errors="coerce").astype(float)
    unread = values.isna() & column.notna()
    faults: dict[str, tuple[pd.Series[bool], str]] = {
        "not a number": (unread, "correct them, or empty them if nobody knows the count"),
        "missing": (
            values.isna() & ~unread & (spec.missing != "unknown"),
            "correct or remove them, or set `missing: unknown` if nobody knows the count",
        ),
        "infinite": (values.isin([np.inf, -np.inf]), "correct or remove them"),
        "negative": (values < 0, "correct or remove them"),
    }
    for fault, (found, advice) in faults.items():
        bad = found.to_numpy()
        if bad.any():
            raise SharedAnalysisError(
                f"{many(int(bad.sum()), 'count is', 'counts are')} {fault}.",
                f"{where}, first in data row {int(bad.argmax()) + 1}{_place(rows, keys, bad)}",
                advice,
            )
    return values


def _complete(
    rows: pd.DataFrame, keys: tuple[str, ...], roles: dict[str, str], date_role: str, where: str, notices: list[str]
) -> pd.DataFrame:
    """Leave out rows that belong to no series or no period, and say how many; refuse when nothing is left."""
    columns = {"date": roles[date_role], **{role: roles.get(role, role) for role in keys}}
    for name, column in columns.items():
        missing = rows[name].isna()
        if missing.any():
            said = many(int(missing.sum()), f"row has no {column} and is", f"rows have no {column} and are")
            notices.append(f"{said} left out.")
            rows = rows[~missing]
    if "person" in rows:
        rows = rows[rows["person"].notna()]
    if rows.empty:
        raise SharedAnalysisError("No row can be counted.", where, "; ".join(notices))
    return rows.copy()
