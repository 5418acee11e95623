"""The columns of a table of counts that are added up over: which they are, and whether they can be added up at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.series_labels import as_text
from shared_analysis.forecasting.panel.vocabulary import (
    are_lengths_of_time,
    find_steps_of_process,
    is_a_measure,
    run_on_over_lengths,
    tells_measures_apart,
)
from shared_analysis.wording import Notice, listed

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_MOST_KINDS = 1_000
_MOST_NUMBERS = 200
_HALF = 0.5
_NAMED_KINDS = 6
_TYPES = ("string", "boolean", "integer", "date", "timestamp")
_FEWEST_NUMBERS = 5
LABELS = ("area_code", "area_name", "category", "group", "sex", "source")
"""Roles whose values are labels, whatever the classification of their column: they are shown."""
_NO_KINDS = frozenset({"record_id", "linked_record_id", "count", "period", "event_date"})
_DONE = frozenset({"actual", "actuals", "outturn"})
_PLANNED = frozenset({"plan", "planned", "target", "targets", "budget", "forecast", "trajectory"})
_WITHIN = (" within ", " of which ", ", of which ", " of whom ", " including ", " excluding ")
_NAMES_OF_STEPS = re.compile(r"(?i)step|freq|grain|granularity|cadence|interval|period|time ?(unit|step)")


def find_added_over(
    table: pd.DataFrame, contract: DataContract, made: pd.DataFrame, known: Collection[str]
) -> list[str]:
    """Find the columns that tell apart counts of one series and date, so that these are added up over them.

    Parameters
    ----------
    table
        The table.
    contract
        Its contract.
    made
        What makes the series of each row, and last its date.
    known
        The columns of the table that these are.

    Returns
    -------
    list of str
        Columns of words, truth values or few whole numbers of which one series and date has several.
    """
    cell = made.groupby(list(made), sort=False, dropna=False).ngroup().to_numpy()
    date = made.groupby(made.columns[-1], sort=False, dropna=False).ngroup().to_numpy()
    found: list[str] = []
    told: list[npt.NDArray[np.integer[Any]]] = []
    key = set(contract.primary_key)
    for column in contract.columns:
        if column.name in known or column.role in _NO_KINDS or column.type not in _TYPES:
            continue
        codes, kinds = pd.factorize(table[column.name], use_na_sentinel=False)
        codes = codes.astype(np.int64)
        missing = table[column.name].isna().mean()
        most = min(_MOST_KINDS, _HALF * len(table))
        if column.name not in key and (len(kinds) > most or missing > _HALF):
            continue
        if column.name not in key and column.type in _TYPES[2:] and not _comes_again(codes, date, len(kinds)):
            continue
        if _pairs(cell, codes) == _pairs(cell) or any(_pairs(codes, other) == len(kinds) for other in told):
            continue  # it does not vary within a series and date, or is another name of one that does
        found.append(column.name)
        told.append(codes)
    return found


def _comes_again(codes: npt.NDArray[np.integer[Any]], date: npt.NDArray[np.integer[Any]], kinds: int) -> bool:
    """Say whether numbers are those of kinds: few, and the same ones come at most dates."""
    return kinds <= _MOST_NUMBERS and _pairs(date, codes) >= _HALF * kinds * (int(date.max()) + 1)


def _pairs(*codes: npt.NDArray[np.integer[Any]]) -> int:
    """Count the different combinations of codes."""
    together = codes[0].astype(np.int64)
    for other in codes[1:]:
        together = together * (int(other.max()) + 1) + other
    return len(np.unique(together))


def check_added_over(
    rows: pd.DataFrame, over: Mapping[str, str], where: str, hidden: Collection[str] = ()
) -> tuple[Notice, ...]:
    """Name the columns that are added up over; refuse those whose kinds measure different things.

    Parameters
    ----------
    rows
        The rows, with ``date`` and ``value``.
    over
        The columns of ``rows`` that are added up over, each with its name in the table.
    where
        The table, for what is said of a fault.
    hidden
        Columns of ``rows`` whose values nobody may see in a message.

    Raises
    ------
    SharedAnalysisError
        If a column holds numbers and rates, balances, running totals or the like, or rows by month beside rows by year.
    """
    named, steps = [], []
    for column, name in over.items():
        kinds = sorted(as_text(rows[column]).dropna().unique())
        shown = f" ({listed(kinds, _NAMED_KINDS)})" if column not in hidden else ""
        if column not in hidden and (what := _measures(name, kinds) or _fractions(rows, column)):
            raise SharedAnalysisError(
                f"Column {name} holds several measures{shown}, which cannot be added up: {what}.",
                where,
                f"keep the rows of one, or give {name} a role and name it in `by`",
            )
        if len(kinds) > 1 and (
            run_on_over_lengths(kinds) or (are_lengths_of_time(kinds) and _at_other_dates(rows, column, name))
        ):
            raise SharedAnalysisError(
                f"Column {name} says that rows by different steps stand in one table{shown}, so everything would be "
                "counted more than once.",
                where,
                "keep the rows of one step",
            )
        steps += [(name, found)] if column not in hidden and (found := find_steps_of_process(name, kinds)) else []
        named.append((name, tuple(kinds) if column not in hidden else (), len(kinds)))
    notices = (
        Notice("added_up_over", {"columns": tuple(named)}),
        Notice("steps_of_process", {"columns": tuple(steps)}),
    )
    return tuple(notice for notice in notices if notice.values["columns"])


def _at_other_dates(rows: pd.DataFrame, column: str, name: str) -> bool:
    """Say whether one kind has far fewer dates than another, as years have beside months; or the name says so."""
    dates = rows.groupby(rows[column].astype("string"))["date"].nunique()
    return bool(_NAMES_OF_STEPS.search(name)) or bool(dates.max() >= 2 * dates.min())


def _measures(name: str, kinds: Sequence[str]) -> str | None:
    """Say why a column's name or kinds are those of measures."""
    if tells_measures_apart(name):
        return "its name says that they measure different things"
    small = {kind.lower() for kind in kinds}
    if small & _DONE and small & _PLANNED:
        return "what was planned is not added to what was done"
    if (steps := find_steps_of_process(name, kinds)) and len(steps) == len(kinds):
        return "they are steps of one process, or count the same in several ways"
    odd = [kind for kind in kinds if is_a_measure(kind)]
    odd = odd or [kind for kind in kinds for other in kinds if kind.startswith(tuple(f"{other}{w}" for w in _WITHIN))]
    return f"'{odd[0]}' is no part of what the others are parts of" if odd else None


def _fractions(rows: pd.DataFrame, column: str) -> str | None:
    """Say which kind has fractions where another has none."""
    known = rows.loc[rows["value"].notna() & (rows["value"] != 0), [column, "value"]]
    kinds = known[column].astype("string")
    share = (known["value"] % 1 != 0).groupby(kinds).mean()
    share = share[known["value"].groupby(kinds).nunique() >= _FEWEST_NUMBERS]
    if len(share) > 1 and share.max() >= _HALF and share.min() == 0:
        return f"those of '{share.idxmax()}' are no whole numbers, and those of '{share.idxmin()}' are"
    return None
