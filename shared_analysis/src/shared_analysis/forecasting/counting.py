"""From a table of events or counts to one number per series and period; what cannot be counted is named."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.phrases import many
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.forecasting.steps import is_added_up, own_step

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

WHOLE = "all"
# Only after a time of day: in 2024-03-31 the last part is no offset.
_OFFSET = re.compile(r"(\d[T ]\d\d(?::?\d\d){0,2}(?:[.,]\d+)?) ?(?:[Zz]|[+-]\d\d(?::?\d\d)?)$")
# From here on not every whole number is a number of its own.
_LARGEST_WHOLE = 2**53

_DIMENSIONS = ("area_code", "area_name", "category", "group", "sex", "source", "event_date", "period")


@dataclass(frozen=True)
class Counted:
    """Counts before the calendar is made explicit.

    Parameters
    ----------
    counts
        One row per series and period that has any: the key columns, ``period`` (Period), ``count``.
    keys
        Names of the key columns.
    days
        The distinct days of what was added up to periods, sorted; None where each row of the table holds the count of a
        whole period.
    step
        How far apart a table of counts counts, one of :data:`~shared_analysis.forecasting.steps.STEPS`; None for
        events.
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
        missing, negative or infinite, counts for longer than a period, and people that the register cannot tell.
    """
    roles = contract.roles
    where = f"table {contract.name}"
    notices: list[str] = []
    needed = {*roles.values(), *_key_of_a_count(contract)}
    absent = sorted(needed - set(table.columns))
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
    rows = pd.DataFrame({"date": read_dates(table[roles[date_role]], f"{where}, column {roles[date_role]}")})
    for role in keys:
        rows[role] = _as_text(table[roles[role]]) if role in roles else WHOLE
    _no_repeats(table, contract, where)
    if "count" not in roles and spec.count == "rows":
        _not_lines_of_counts(table, contract, where, notices)
    rows = _with_values(rows, table, roles, spec, register, where, notices)
    rows = _complete(rows, keys, roles, date_role, where, notices)
    rows["period"] = rows["date"].dt.to_period(spec.calendar.code)
    group = [*keys, "period"]
    days = pd.DatetimeIndex(np.sort(rows["date"].unique()))
    if "count" in roles:
        step = own_step(days)
        added_up = is_added_up(step, spec, where)
        if added_up:
            notices.append(f"The table's counts are {step}, and are added up by {spec.calendar.noun}.")
        counts = rows.groupby(group, sort=True)["value"].sum().rename("count").reset_index()
        return Counted(counts, keys, days if added_up else None, step or spec.frequency, tuple(notices))
    if "person" in rows:
        rows = rows.drop_duplicates([*group, "person"])
    counts = rows.groupby(group, sort=True).size().astype(float).rename("count").reset_index()
    return Counted(counts, keys, days, None, tuple(notices))


def read_dates(column: pd.Series, where: str) -> pd.Series:
    """Read dates as days without a time zone, the day as it is written; what is missing stays missing.

    Raises
    ------
    SharedAnalysisError
        If a value is there and cannot be read as a date.
    """
    # One column may hold several offsets (summer and winter time do), and a day must not move with its offset.
    written = column.astype(object).map(_without_zone) if column.dtype.kind == "O" else column
    dates = pd.to_datetime(written, errors="coerce", format=None if column.dtype.kind == "M" else "ISO8601")
    unreadable = int((dates.isna() & column.notna()).sum())
    if unreadable:
        raise SharedAnalysisError(
            f"{many(unreadable, 'value is not a date', 'values are not dates')}.",
            where,
            "write dates as 2024-03-31, or give the contract their format",
        )
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)
    return dates.dt.normalize()


def _without_zone(value: object) -> object:
    if isinstance(value, str):
        return _OFFSET.sub(r"\1", value)
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


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
    for role in ("area_code", "category"):
        if role in roles:
            notices.append(f"No column has role {', '.join(spec.by)}: the series are made by {role}.")
            return (role,)
    notices.append(f"No column has role {', '.join(spec.by)}: everything is one series.")
    return ("series",)


def _as_text(column: pd.Series) -> pd.Series:
    """Keys as text, so that code 7 is the same area whatever type a file gave it.

    A whole number that a missing value turned into 7.0 is 7 again; 1.2 and 1.7 stay what they are, and apart.
    """
    if column.dtype.kind == "f":
        known = column.dropna()
        if ((known % 1 == 0) & (known.abs() < _LARGEST_WHOLE)).all():
            column = column.astype("Int64")
    return column.astype("string")


def _key_of_a_count(contract: DataContract) -> list[str]:
    """Name the columns that say what a count is of: the contract's key, which may have more than roles say."""
    roles = contract.roles
    if "count" not in roles:
        return []
    # A number of the row makes every row a thing of its own, so it is no evidence that a count is not given twice.
    key = [column for column in contract.primary_key if column != roles.get("record_id")]
    return key or [column for role, column in roles.items() if role not in ("count", "record_id")]


def _no_repeats(table: pd.DataFrame, contract: DataContract, where: str) -> None:
    """Refuse what would be counted twice: a record number given again, or a second count for the same thing."""
    roles = contract.roles
    number = [roles["record_id"]] if "record_id" in roles else []
    names = _key_of_a_count(contract) if "count" in roles else number
    if not names:
        return
    repeated = table[names].duplicated() & table[names].notna().all(axis=1)
    if repeated.any():
        first = int(np.flatnonzero(repeated.to_numpy())[0]) + 1
        raise SharedAnalysisError(
            f"{many(int(repeated.sum()), 'row repeats', 'rows repeat')} an earlier {' and '.join(names)} "
            "and would be counted twice.",
            f"{where}, first in data row {first}",
            "remove the repeats, or let the contract say that the column is unique so that validate quarantines them",
        )


def _with_values(
    rows: pd.DataFrame,
    table: pd.DataFrame,
    roles: dict[str, str],
    spec: ForecastSpec,
    register: pd.DataFrame | None,
    where: str,
    notices: list[str],
) -> pd.DataFrame:
    """Add what is counted: ``value`` for a table of counts, ``person`` when people are counted."""
    if "count" in roles:
        if spec.count != "sum":
            notices.append(f"The table holds counts already, so column '{roles['count']}' is added up.")
        return rows.assign(value=_checked_counts(table[roles["count"]], f"{where}, column {roles['count']}"))
    if spec.count == "sum":
        raise SharedAnalysisError(
            "There is nothing to add up: no column has role count.",
            where,
            f"{_advice_of_a_period(roles)}set `count` to people or rows",
        )
    if spec.count == "rows":
        return rows
    people = _people(table, roles, register, where, notices)
    return rows.assign(person=people)


def _advice_of_a_period(roles: dict[str, str]) -> str:
    """Say first what most often lies behind a table that covers periods and has no counts."""
    return "if one column already holds counts, give it the role count; otherwise " if "period" in roles else ""


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


def _checked_counts(column: pd.Series, where: str) -> pd.Series:
    values = pd.to_numeric(column, errors="coerce").astype(float)
    faults: dict[str, pd.Series[bool]] = {
        "missing or not a number": values.isna(),
        "infinite": values.isin([np.inf, -np.inf]),
        "negative": values < 0,
    }
    for fault, bad in faults.items():
        if bad.any():
            first = int(np.flatnonzero(bad.to_numpy())[0]) + 1
            raise SharedAnalysisError(
                f"{many(int(bad.sum()), 'count is', 'counts are')} {fault}.",
                f"{where}, first in data row {first}",
                "correct or remove them",
            )
    return values


def _people(
    table: pd.DataFrame, roles: dict[str, str], register: pd.DataFrame | None, where: str, notices: list[str]
) -> pd.Series:
    """Say which person each row is about: the register's entity, or the record itself where it is in no register."""
    if "linked_record_id" not in roles:
        raise SharedAnalysisError(
            "Counting people needs a column of role linked_record_id.",
            where,
            f"{_advice_of_a_period(roles)}add the role, or set `count: rows`",
        )
    record = _as_text(table[roles["linked_record_id"]])
    if "source" in roles:
        source = _as_text(table[roles["source"]])
    else:
        source = pd.Series(_only_table(register, where), index=table.index)
    at = source.astype("string") + "\n" + record
    nobody = at.isna()
    if nobody.any():
        notices.append(
            f"{many(int(nobody.sum()), 'row names no person and is', 'rows name no person and are')} left out."
        )
    if register is None:
        notices.append("Records are not linked, so a person whom several services know counts once for each.")
        return at
    entity = register.assign(at=register["table"].astype(str) + "\n" + register["record_id"].astype(str))
    if entity["at"].duplicated().any():
        raise SharedAnalysisError("The register names a record twice.", "table processed/link/register", "link again")
    person = at.map(entity.set_index("at")["entity_id"].astype(str)).astype("string")
    unlinked = person.isna() & ~nobody
    if (nobody | unlinked).all():
        raise SharedAnalysisError(
            "Not one row leads to a record of the register.", where, "check the roles source and linked_record_id"
        )
    if unlinked.any():
        notices.append(
            f"{many(int(unlinked.sum()), 'row names', 'rows name')} a record that is not in the register; "
            "each such record counts as a person."
        )
    return person.fillna("\n" + at)


def _only_table(register: pd.DataFrame | None, where: str) -> str:
    """Name the one table that every row's record is in, for events that do not say."""
    tables = [""] if register is None else sorted(register["table"].astype(str).unique())
    if len(tables) > 1:
        raise SharedAnalysisError(
            "The register covers several tables, and no column of role source says which is meant.",
            where,
            "add the role source to the contract",
        )
    return tables[0]


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
