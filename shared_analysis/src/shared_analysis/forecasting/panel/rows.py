"""The rows of a table by what makes a series and when they are: read by role, and refused where they cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.dates import read_moments
from shared_analysis.forecasting.panel.series_labels import WHOLE, as_text, one_spelling
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice, many

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_SAY_NOTHING = frozenset({"count", "n", "number", "total", "value", "y"})
_STEP = r"day|week|month|quarter|(?:financial )?year"
_HOW_OFTEN = re.compile(rf"\b(?:(?:by|per|each|every|a) (?:{_STEP})|daily|weekly|monthly|quarterly|yearly|annual)\b")


@dataclass(frozen=True)
class SeriesRows:
    """Rows by series and date, before they are counted.

    Parameters
    ----------
    rows
        The key columns, ``date`` (a day) and ``moment`` (with its time of day), in the table's order and with its
        index; more columns as they become known.
    keys
        Names of the key columns: roles of the table, or ``series`` where everything is one series.
    columns
        The table's own name of each column.
    where
        The table, for what is said of a fault.
    notices
        What was left out or assumed.
    """

    rows: pd.DataFrame
    keys: tuple[str, ...]
    columns: Mapping[str, str]
    where: str
    notices: tuple[Notice, ...]

    def complete(self) -> SeriesRows:
        """Leave out rows that belong to no series or no period, or to no person where there is a column ``person``.

        Raises
        ------
        SharedAnalysisError
            If nothing is left.
        """
        absent = self.rows[[*self.columns, *({"person"} & set(self.rows))]].isna()
        kept, notices = np.ones(len(self.rows), dtype=bool), self.notices
        for name, column in self.columns.items():
            number = int((absent[name] & kept).sum())
            notices += (Notice("rows_left_out", {"number": number, "column": column}),) if number else ()
            kept &= ~absent[name].to_numpy()
        kept &= ~absent.any(axis=1).to_numpy()
        if not kept.any():
            named = {self.columns.get(str(name), str(name)): int(missing) for name, missing in absent.sum().items()}
            empty = ", ".join(f"{column} in {missing:,}" for column, missing in named.items() if missing)
            raise SharedAnalysisError(
                "No row can be counted.", self.where, f"fill in what is missing, by rows: {empty}"
            )
        return replace(self, rows=self.rows[kept].copy(), notices=notices)


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
        What was left out or assumed.
    """

    counts: pd.DataFrame
    keys: tuple[str, ...]
    days: pd.DatetimeIndex | None
    step: str | None
    notices: tuple[Notice, ...]


def read_rows(table: pd.DataFrame, contract: DataContract, spec: ForecastSpec) -> SeriesRows:
    """Read the series and the date of every row, by the roles that the contract gives.

    Parameters
    ----------
    table, contract, spec
        As of :meth:`shared_analysis.forecasting.panel.panel.Panel.from_table`.

    Raises
    ------
    SharedAnalysisError
        For an empty table, a missing role or column, and unreadable dates.
    """
    roles, where = contract.roles, f"table {contract.name}"
    absent = sorted({*roles.values(), *count_key(contract)} - set(table.columns))
    if absent:
        raise SharedAnalysisError(f"Columns are missing: {', '.join(absent)}.", where, "run the validate stage first")
    if table.empty:
        raise SharedAnalysisError("There is no row to count.", where, "check the input, and what was quarantined")
    keys, notices = _series_roles(roles, spec, where)
    wanted = ("period", "event_date") if "count" in roles else ("event_date", "period")
    date_role = next((role for role in wanted if role in roles), None)
    if date_role is None:
        raise SharedAnalysisError(
            "No column says when: there is no role event_date or period.", f"contract {contract.name}", "add the role"
        )
    moments = read_moments(table[roles[date_role]], f"{where}, column {roles[date_role]}")
    rows = pd.DataFrame({"date": moments.dt.normalize(), "moment": moments})
    for role in keys:
        if role in roles:
            rows[role], merged = one_spelling(as_text(table[roles[role]]), roles[role])
            notices += merged
        else:
            rows[role] = WHOLE
    columns = {"date": roles[date_role], **{role: roles.get(role, role) for role in keys}}
    return SeriesRows(rows, keys, columns, where, notices)


def count_key(contract: DataContract) -> list[str]:
    """Name the columns that say what a count is of: the contract's key, which may have more than roles say."""
    roles = contract.roles
    if "count" not in roles:
        return []
    # A number of the row makes every row a thing of its own, so it is no evidence that a count is not given twice.
    key = [column for column in contract.primary_key if column != roles.get("record_id")]
    return key or [column for role, column in roles.items() if role not in ("count", "record_id")]


def name_unit(contract: DataContract, spec: ForecastSpec) -> str:
    """Name what is counted, in the plural; how often is said beside it: monthly visits are visits, so many a month."""
    column = contract.roles.get("count")
    if column is None:
        name = "people" if spec.count == "people" else contract.name.replace("_", " ")
    else:
        name = column.replace("_", " ").lower()
        name = contract.title.lower() or contract.name if name in _SAY_NOTHING else name
    return " ".join(_HOW_OFTEN.sub(" ", name).split()) or name


def refuse_repeats(repeated: npt.NDArray[np.bool_], names: str, which: str, where: str) -> None:
    """Refuse rows that would be counted twice.

    Raises
    ------
    SharedAnalysisError
        With their number, and where the first of them is.
    """
    if repeated.any():
        raise SharedAnalysisError(
            f"{many(int(repeated.sum()), 'row repeats', 'rows repeat')} an earlier {names} and would be counted twice.",
            f"{where}, first in data row {int(np.flatnonzero(repeated)[0]) + 1}{which}",
            "remove the repeats; if all of them count, the table needs a column that tells them apart",
        )


def again(rows: pd.DataFrame, names: list[str]) -> npt.NDArray[np.bool_]:
    """Mark the rows that repeat an earlier one of the same period."""
    # By number: a million periods as objects take seconds.
    numbered = rows[list(dict.fromkeys(names))].assign(number=pd.PeriodIndex(rows["period"]).asi8)
    return numbered.duplicated().to_numpy()


def _series_roles(roles: dict[str, str], spec: ForecastSpec, where: str) -> tuple[tuple[str, ...], tuple[Notice, ...]]:
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
        return spec.by or ("series",), ()
    for role in ("area_code", "area_name", "category"):
        if role in roles:
            return (role,), (Notice("series_by_another_role", {"asked": spec.by, "role": role}),)
    return ("series",), (Notice("everything_is_one_series", {"asked": spec.by}),)
