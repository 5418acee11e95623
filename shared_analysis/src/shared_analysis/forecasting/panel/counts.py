"""From a table of counts to one number per series and period; a count that cannot be is refused, by row and series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.calendars import WEEKDAYS, Frequency, name_day
from shared_analysis.forecasting.panel.added_over import LABELS, check_added_over, find_added_over
from shared_analysis.forecasting.panel.double_counting import (
    counts_alike,
    refuse_double_counting,
    refuse_totals_of_periods,
)
from shared_analysis.forecasting.panel.flows import check_flows
from shared_analysis.forecasting.panel.frequency import (
    calendar_of_table,
    infer_frequency,
    is_added_up,
    refuse_mixed_steps,
    stated_frequency,
)
from shared_analysis.forecasting.panel.missing_periods import incomplete
from shared_analysis.forecasting.panel.rows import Counted, SeriesRows, again, count_key, refuse_repeats
from shared_analysis.forecasting.panel.series_labels import as_text, label_keys
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.wording import Notice, many

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


_CODES = {"hourly": "h", "monthly": "M", "quarterly": "Q-DEC"}
_USUALLY = 0.5
# How these are written says where they begin: 2023, 2023/24.
_USUAL_YEARS = frozenset({"Y-DEC", "Y-MAR"})


@dataclass(frozen=True)
class _Counts:
    """The rows of a table of counts, read.

    Parameters
    ----------
    read
        Its rows by series and date, with ``value`` and the columns of ``lines``.
    column
        The table's name of the counts.
    lines
        The columns that tell one count from another, each with its name in the table.
    over
        Those of them that are added up over.
    step
        How far apart the dates are.
    added_up
        Whether dates are added up to longer periods.
    calendar
        The calendar that they are counted on.
    """

    read: SeriesRows
    column: str
    lines: Mapping[str, str]
    over: Mapping[str, str]
    step: str | None
    added_up: bool
    calendar: Frequency

    @property
    def kinds(self) -> list[str]:
        """The columns that tell counts of one series and date apart."""
        return [line for line in self.lines if line not in ("moment", *self.read.keys)]


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
        For rows that are given twice and totals among their parts, counts that are missing (unless ``missing`` is
        ``unknown``), no numbers, below zero for a whole date, or infinite, several measures in one column, running
        totals that would be added up, counts for longer than a period, and a second count for the same period.
    """
    counts = _read_counts(read, table, contract, spec)
    notices, of_flows = _check_counts(counts, contract, spec)
    return _add_up(counts, notices, of_flows, spec)


def _read_counts(read: SeriesRows, table: pd.DataFrame, contract: DataContract, spec: ForecastSpec) -> _Counts:
    column, where, keys, roles = contract.roles["count"], read.where, read.keys, contract.roles
    # What a count is of, whatever its columns are called and however they are spelt.
    own = {roles[key]: key for key in keys if key in roles} | {read.columns["date"]: "moment"}
    over = {f"over {name}": name for name in find_added_over(table, contract, read.rows[[*keys, "moment"]], set(own))}
    names = list(dict.fromkeys([*count_key(contract), *over.values()]))
    rows = read.rows.assign(**{f"over {name}": as_text(table[name]) for name in names if name not in own})
    rows["value"] = _read_numbers(table[column], rows, keys, f"{where}, column {column}")
    refuse_mixed_steps(_distinct(rows["date"]), where)
    step = stated_frequency(contract, read.columns["date"]) or infer_frequency(_distinct(rows["moment"]))
    lines = {own.get(name, f"over {name}"): name for name in names}
    added_up = is_added_up(step, spec, where)
    calendar = calendar_of_table(contract, read.columns["date"], _distinct(rows["date"]), spec, added_up=added_up)
    return _Counts(replace(read, rows=rows), column, lines, over, step, added_up, calendar)


def _check_counts(
    counts: _Counts, contract: DataContract, spec: ForecastSpec
) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    """Refuse what would be counted twice or is no count; name what is odd, and apart from it what runs on."""
    read, column, over = counts.read, counts.column, counts.over
    rows, keys, where = read.rows, read.keys, read.where
    hidden = {
        f"over {each.name}" for each in contract.columns if each.classification != "none" and each.role not in LABELS
    }
    notices: tuple[Notice, ...] = () if spec.count == "sum" else (Notice("counts_are_summed", {"column": column}),)
    notices += check_added_over(rows, over, where, hidden)
    of_flows, separate = check_flows(rows, [*keys, *counts.kinds], column, where, added_up=counts.added_up)
    kept = {key: read.columns[key] for key in keys if key in contract.roles}
    notices += refuse_double_counting(separate, kept, over, where, hidden)
    notices += _repeats(rows, list(counts.lines), keys, " and ".join(counts.lines.values()), where)
    _refuse_missing(rows, keys, spec, f"{where}, column {column}")
    notices += _negative(rows, keys, f"{where}, column {column}")
    return notices, of_flows


def _add_up(counts: _Counts, notices: tuple[Notice, ...], of_flows: tuple[Notice, ...], spec: ForecastSpec) -> Counted:
    keys, kinds, step, added_up = counts.read.keys, counts.kinds, counts.step, counts.added_up
    complete = replace(counts.read, notices=(*counts.read.notices, *notices)).complete()
    rows = complete.rows.assign(period=complete.rows["date"].dt.to_period(counts.calendar.code))
    days = _distinct(rows["date"])
    if not added_up:
        of_dates = rows.drop_duplicates([*kinds, *keys, "moment"])
        _refuse_second_count(of_dates, [*kinds, *keys], keys, spec, complete.where)
    group = [*keys, "period"]
    sums = rows.groupby(group, sort=True)["value"].sum()
    if spec.missing == "unknown":
        code = _CODES.get(str(step), "D") if added_up else counts.calendar.code
        rows["date"] = rows["moment"].dt.to_period(code)
        sums = sums.mask(incomplete(rows, [*keys, *kinds], group, spec.calendar.season).reindex(sums.index))
    notices = (*complete.notices, *of_flows, *_of_step(counts, rows["period"].min(), days))
    table = sums.rename("count").reset_index()
    return Counted(table, keys, days if added_up else None, step or spec.frequency, notices)


def _distinct(dates: pd.Series) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(np.sort(dates.dropna().unique()))


def _repeats(rows: pd.DataFrame, lines: list[str], keys: tuple[str, ...], names: str, where: str) -> tuple[Notice, ...]:
    """Refuse rows that give a count again; add up those of which every date has several that differ."""
    repeated = (rows[lines].duplicated() & rows[lines].notna().all(axis=1)).to_numpy()
    if not repeated.any():
        return ()
    notice = Notice("several_rows_of_a_date", {"names": names, "number": int(repeated.sum())})
    if rows["value"].eq(1).all():  # one row an event
        return (notice,)
    # By size, so that the order of rows decides nothing.
    by_size = rows.reset_index(drop=True).sort_values("value", kind="stable")
    copy = by_size.groupby(lines, dropna=False).cumcount().sort_index().to_numpy()
    sizes = rows.groupby(lines, dropna=False).size()
    twice = bool(sizes.isin([1, 2]).all())  # as where a table was revised
    of_copies = rows.assign(copy=copy.astype(str))
    others = [line for line in lines if line != "moment"]
    refuse_totals_of_periods(rows, repeated, lines, where)
    if twice or (sizes > 1).mean() < _USUALLY or counts_alike(of_copies, "copy", others):
        refuse_repeats(repeated, names, _of_first(rows, keys, repeated), where)
    return (notice,)


def _of_step(counts: _Counts, period: pd.Period, days: pd.DatetimeIndex) -> tuple[Notice, ...]:
    """Name what is done with a step that is not the forecast's own, and with years and weeks told by their days."""
    step, noun = counts.step, counts.calendar.noun
    of_years = (Notice("years_run", {"year": period}),) if noun == "year" else ()
    if counts.added_up:
        return (Notice("counts_are_finer", {"step": step, "noun": noun}), *of_years)
    if of_years:
        return of_years if counts.calendar.code not in _USUAL_YEARS else ()
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


def _read_numbers(column: pd.Series, rows: pd.DataFrame, keys: tuple[str, ...], where: str) -> pd.Series:
    """Read counts as numbers; what is missing stays missing."""
    values = pd.to_numeric(column, errors="coerce").astype(float)
    unread = (values.isna() & column.notna()).to_numpy()
    _refuse(unread, "not a number", "correct them, or empty them if nobody knows the count", rows, keys, where)
    infinite = values.isin([np.inf, -np.inf]).to_numpy()
    _refuse(infinite, "infinite", "correct or remove them", rows, keys, where)
    if values.isna().all():
        _refuse(values.isna().to_numpy(), "missing", "see that the table holds its counts", rows, keys, where)
    return values


def _refuse_missing(rows: pd.DataFrame, keys: tuple[str, ...], spec: ForecastSpec, where: str) -> None:
    if spec.missing != "unknown":
        advice = "correct or remove them, or set `missing: unknown` if nobody knows the count"
        _refuse(rows["value"].isna().to_numpy(), "missing", advice, rows, keys, where)


def _negative(rows: pd.DataFrame, keys: tuple[str, ...], where: str) -> tuple[Notice, ...]:
    """Take counts below zero as corrections where they leave none of a date below zero; refuse others."""
    negative = (rows["value"] < 0).to_numpy()
    if not negative.any():
        return ()
    if (rows.groupby([*keys, "moment"])["value"].sum() < 0).any():
        _refuse(negative, "negative", "correct or remove them", rows, keys, where)
    return (Notice("negative_counts", {"number": int(negative.sum())}),)


def _refuse(
    bad: npt.NDArray[np.bool_], fault: str, advice: str, rows: pd.DataFrame, keys: tuple[str, ...], where: str
) -> None:
    if bad.any():
        raise SharedAnalysisError(
            f"{many(int(bad.sum()), 'count is', 'counts are')} {fault}.",
            f"{where}, first in data row {int(bad.argmax()) + 1}{_of_first(rows, keys, bad)}",
            advice,
        )
