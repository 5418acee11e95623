"""From a table of counts to one number per series and period; a count that cannot be is refused, by row and series."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.calendars import WEEKDAYS, name_day
from shared_analysis.forecasting.panel.frequency import infer_frequency, is_added_up, stated_frequency
from shared_analysis.forecasting.panel.missing_periods import incomplete
from shared_analysis.forecasting.panel.rows import Counted, SeriesRows, again, count_key, refuse_repeats
from shared_analysis.forecasting.panel.series_labels import as_text, label_keys
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice, many

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


def add_up_counts(read: SeriesRows, table: pd.DataFrame, contract: DataContract, spec: ForecastSpec) -> Counted:
    """Add a table of counts up, over what does not make a series and over what is finer than a period.

    Parameters
    ----------
    read
        The table's rows by series and date.
    table, contract, spec
        As of :meth:`shared_analysis.forecasting.panel.panel.Panel.from_table`.

    Raises
    ------
    SharedAnalysisError
        For rows that are given twice, counts that are missing (unless ``missing`` is ``unknown``), no numbers, negative
        or infinite, counts for longer than a period, and a second count for the same period.
    """
    column, where, keys = contract.roles["count"], read.where, read.keys
    # What a count is of, whatever its columns are called and however they are spelt.
    roles = contract.roles
    own = {roles[key]: key for key in keys if key in roles} | {read.columns["date"]: "date"}
    lines = [own.get(name, f"key {name}") for name in count_key(contract)]
    others = {f"key {name}": as_text(table[name]) for name in count_key(contract) if name not in own}
    rows = read.rows.assign(**others)
    repeated = (rows[lines].duplicated() & rows[lines].notna().all(axis=1)).to_numpy()
    refuse_repeats(repeated, " and ".join(count_key(contract)), _of_first(rows, keys, repeated), where)
    rows["value"] = _checked_counts(table[column], rows, keys, spec, f"{where}, column {column}")
    summed = () if spec.count == "sum" else (Notice("counts_are_summed", {"column": column}),)
    complete = replace(read, rows=rows, notices=(*read.notices, *summed)).complete()
    rows = complete.rows.assign(period=complete.rows["date"].dt.to_period(spec.calendar.code))
    days = pd.DatetimeIndex(np.sort(rows["date"].unique()))
    step = stated_frequency(contract, read.columns["date"]) or infer_frequency(days)
    added_up = is_added_up(step, spec, where)
    group, lines = [*keys, "period"], [name for name in lines if name != "date"]
    if not added_up:
        _refuse_second_count(rows, [*lines, *keys], keys, spec, where)
    sums = rows.groupby(group, sort=True)["value"].sum()
    if spec.missing == "unknown":
        rows["date"] = rows["date"].dt.to_period(
            ("M" if step == "monthly" else "D") if added_up else spec.calendar.code
        )
        sums = sums.mask(incomplete(rows, [*keys, *lines], group, spec.calendar.season).reindex(sums.index))
    notices = (*complete.notices, *_of_step(step, days, spec, added_up=added_up))
    counts = sums.rename("count").reset_index()
    return Counted(counts, keys, days if added_up else None, step or spec.frequency, notices)


def _of_step(step: str | None, days: pd.DatetimeIndex, spec: ForecastSpec, *, added_up: bool) -> tuple[Notice, ...]:
    """Name what is done with a step that is not the forecast's own, and with weeks that begin on another day."""
    if added_up:
        return (Notice("counts_are_finer", {"step": step, "noun": spec.calendar.noun}),)
    weekday = int(pd.Series(days.dayofweek).mode()[0]) if step == "weekly" else 0
    return (Notice("weeks_dated_on", {"weekday": WEEKDAYS[weekday]}),) if weekday else ()


def _refuse_second_count(
    rows: pd.DataFrame, lines: list[str], keys: tuple[str, ...], spec: ForecastSpec, where: str
) -> None:
    """Refuse two dates of one period where each row holds the count of a whole one: a correction, or a wrong date."""
    second = again(rows, lines)
    if second.any():
        noun = spec.calendar.noun
        raise SharedAnalysisError(
            f"{many(int(second.sum()), 'row gives', 'rows give')} a second count for a {noun} that has one.",
            f"{where}, first{_of_first(rows, keys, second)}",
            f"keep one row for each {noun}",
        )


def _of_first(rows: pd.DataFrame, keys: tuple[str, ...], bad: npt.NDArray[np.bool_]) -> str:
    """Name the series and the date of the first bad row, in brackets; nothing where it has none."""
    first = rows.iloc[[int(bad.argmax())]]
    if first[["date", *keys]].isna().any(axis=None):
        return ""
    return f" ({label_keys(first[list(keys)])[0]}, {name_day(first['date'].iloc[0])})"


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
    for fault, (rows_with_it, advice) in faults.items():
        bad = rows_with_it.to_numpy()
        if bad.any():
            raise SharedAnalysisError(
                f"{many(int(bad.sum()), 'count is', 'counts are')} {fault}.",
                f"{where}, first in data row {int(bad.argmax()) + 1}{_of_first(rows, keys, bad)}",
                advice,
            )
    return values
