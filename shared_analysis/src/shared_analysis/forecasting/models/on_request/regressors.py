"""Columns that may help a forecast, laid beside the counts: what is known ahead, and what only when it has happened.

A column is known ahead (bank holidays, school terms, a population projection) when all its values over the horizon were
there before the first of them; everything else (the weather, another service's contacts) is used only up to the last
known period, and in a back-test only up to the origin. If such a column comes late, as official figures do, it comes as
late in every back-test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.calendars import Frequency
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.on_request import leakage
from shared_analysis.forecasting.models.on_request.regressor import Regressor, Regressors
from shared_analysis.forecasting.panel.dates import read_dates
from shared_analysis.forecasting.panel.frequency import calendar_of_table
from shared_analysis.forecasting.panel.panel import Panel
from shared_analysis.forecasting.spec import ForecastSpec
from shared_analysis.spec import nearest
from shared_analysis.wording import listed, many

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


def read_regressors(
    table: pd.DataFrame | None,
    contract: DataContract | None,
    spec: ForecastSpec,
    panel: Panel,
    hierarchy: Hierarchy,
) -> Regressors | None:
    """Read the columns that the settings name, and lay them beside the counts.

    Parameters
    ----------
    table
        One row a period (role ``period``), or one a period and area, category or whatever else makes the series; in any
        order.
    contract
        Its contract.

    Returns
    -------
    Regressors or None
        None where the settings ask for none.

    Raises
    ------
    SharedAnalysisError
        If the settings name a table and it is not given, or the other way round; if the table is about single records,
        a column is missing or no number, a row is given twice, a value is missing within the history, a column known
        ahead does not cover the horizon, or one that is not has a later value than the last count. Also for what
        :func:`shared_analysis.forecasting.models.on_request.leakage.refuse_leakage` finds.
    """
    if spec.regressors is None and table is None:
        return None
    if spec.regressors is None or table is None or contract is None:
        raise SharedAnalysisError(
            "A table of regressors is given without the setting that names its columns."
            if spec.regressors is None
            else f"The regressors' table {spec.regressors.table} is not given with its contract.",
            "params.yaml, section forecast, setting regressors",
            "give both, or neither",
        )
    where = f"table {contract.name}"
    named = [*spec.regressors.known, *spec.regressors.unknown]
    leakage.refuse_records(contract)
    keys = _keys(contract, panel, where)
    _columns_there(table, contract, named, where)
    rows = _rows(table, contract, spec, panel.calendar, keys, where)
    leakage.refuse_later_times(table, contract, rows["period"])
    _no_repeats(rows, [*keys, "period"], spec, where)
    columns = tuple(
        _lay_out(rows.assign(value=_numbers(table[name], where)), name, keys, spec, panel, hierarchy, where)
        for name in named
    )
    leakage.refuse_leakage(columns, panel, hierarchy, spec, where)
    return Regressors(columns)


def _keys(contract: DataContract, panel: Panel, where: str) -> list[str]:
    """Say which parts of the series' key the table tells apart."""
    roles = contract.roles
    if "period" not in roles:
        raise SharedAnalysisError(
            "No column says which period a row is for.", where, "give that column the role period"
        )
    keys = [role for role in roles if role not in ("period", "count", "record_id", "event_date")]
    strange = [role for role in keys if role not in panel.keys.columns and role != "area_name"]
    if strange:
        raise SharedAnalysisError(
            f"Its rows are by {' and '.join(strange)}, which the series are not.",
            where,
            f"give one row a period{''.join(f' and {key}' for key in panel.keys.columns if key != 'series')}",
        )
    return [role for role in keys if role in panel.keys.columns]


def _columns_there(table: pd.DataFrame, contract: DataContract, named: list[str], where: str) -> None:
    meaning = {column: role for role, column in contract.roles.items() if role != "count"}
    open_to_use = [str(column) for column in table.columns if column not in meaning]
    for name in named:
        if name in meaning:
            raise SharedAnalysisError(
                f"Column '{name}' says which row is which ({meaning[name]}) and cannot help.", where, "leave it out"
            )
        if name not in table.columns:
            hint = nearest(name, open_to_use).replace("the settings are", "the columns are")
            raise SharedAnalysisError(f"There is no column '{name}'.", where, hint)
    absent = sorted(set(contract.roles.values()) - set(table.columns))
    if absent:
        raise SharedAnalysisError(f"Columns are missing: {', '.join(absent)}.", where, "run the validate stage first")


def _rows(
    table: pd.DataFrame, contract: DataContract, spec: ForecastSpec, calendar: Frequency, keys: list[str], where: str
) -> pd.DataFrame:
    """Give every row its period and key."""
    column = contract.roles["period"]
    days = read_dates(table[column], f"{where}, column {column}")
    if days.isna().any():
        raise SharedAnalysisError(
            f"{many(int(days.isna().sum()), 'row has', 'rows have')} no period.", f"{where}, column {column}", "add it"
        )
    _same_years(contract, column, days, spec, calendar, where)
    rows = pd.DataFrame({"period": days.dt.to_period(calendar.code)}, index=table.index)
    for role in keys:
        rows[role] = table[contract.roles[role]].astype("string")
    return rows


def _same_years(
    contract: DataContract, column: str, days: pd.Series, spec: ForecastSpec, calendar: Frequency, where: str
) -> None:
    """Refuse calendar years beside financial years: each would be laid beside a year that it hardly touches."""
    dates = pd.DatetimeIndex(days.sort_values().unique())
    own = calendar_of_table(contract, column, dates, spec, added_up=False)
    if own != calendar:
        raise SharedAnalysisError(
            "Its years begin in another month than those of the counts.",
            f"{where}, column {column}",
            "get both by the same years",
        )


def _numbers(column: pd.Series, where: str) -> pd.Series:
    """Read a column as numbers; yes and no as one and nothing."""
    values = pd.to_numeric(column, errors="coerce").astype(float)
    bad = (values.isna() & column.notna()) | values.isin([np.inf, -np.inf])
    if bad.any():
        first = int(np.flatnonzero(bad.to_numpy())[0]) + 1
        raise SharedAnalysisError(
            f"{many(int(bad.sum()), 'value is', 'values are')} not a number, and only numbers can help.",
            f"{where}, column {column.name}, first in data row {first}",
            "write numbers (1 and 0 for yes and no), or leave the column out",
        )
    return values


def _no_repeats(rows: pd.DataFrame, key: list[str], spec: ForecastSpec, where: str) -> None:
    repeated = rows.duplicated(key)
    if repeated.any():
        at = int(np.flatnonzero(repeated.to_numpy())[0])
        which = ", ".join(str(value) for value in rows[key].iloc[at])
        raise SharedAnalysisError(
            f"{many(int(repeated.sum()), 'row repeats', 'rows repeat')} an earlier {' and '.join(key)}, the first is "
            f"{which}: which one was known at the time cannot be told.",
            f"{where}, first in data row {at + 1}",
            f"give one row a {' and '.join([spec.calendar.noun, *key[:-1]])}, each value as it was first published; if "
            "the rows are by area, give that column the role area_code",
        )


def _lay_out(
    rows: pd.DataFrame,
    name: str,
    keys: list[str],
    spec: ForecastSpec,
    panel: Panel,
    hierarchy: Hierarchy,
    where: str,
) -> Regressor:
    """Lay one column beside the nodes."""
    known = spec.regressors is not None and name in spec.regressors.known
    periods = panel.periods.append(panel.ahead(spec.horizon))
    wide = rows[rows["value"].notna()].set_index([*keys, "period"])["value"]
    series = _by_series(wide, keys, panel, name, where)
    if not known:
        _nothing_later(series, panel, name, where)
    series = series.reindex(columns=periods)
    present = series.notna().to_numpy()
    last = len(periods) if known else _last_known(present, len(panel.periods), spec, panel, name, where)
    _no_gaps(present[:, :last], series, panel, name, where, known=known)
    values = series.to_numpy(dtype=float)
    values[:, last:] = np.nan
    above = len(hierarchy.nodes) - hierarchy.series
    if above:
        members = np.asarray(hierarchy.aggregation.sum(axis=1)).reshape(-1, 1)
        values = hierarchy.add_up(values)
        values[:above] /= members
    return Regressor(name, known, not keys, values, 0 if known else len(panel.periods) - last)


def _by_series(wide: pd.Series, keys: list[str], panel: Panel, name: str, where: str) -> pd.DataFrame:
    """Give every series its row of the column, periods across in order."""
    if not keys:
        ordered = wide.sort_index()
        rows = np.tile(ordered.to_numpy(), (len(panel.keys), 1))
        return pd.DataFrame(rows, columns=pd.PeriodIndex(ordered.index))
    table = wide.unstack("period").sort_index(axis=1)  # noqa: PD010
    wanted = list(panel.keys[keys].itertuples(index=False, name=None)) if len(keys) > 1 else list(panel.keys[keys[0]])
    absent = sorted(set(wanted) - set(table.index))
    if absent:
        labels = [", ".join(key) if isinstance(key, tuple) else str(key) for key in absent]
        raise SharedAnalysisError(
            f"Column '{name}' has no value at all for {many(len(labels), 'series', 'series')}: {listed(labels)}.",
            where,
            "add their rows, or leave the column out",
        )
    return table.loc[wanted].reset_index(drop=True)


def _nothing_later(series: pd.DataFrame, panel: Panel, name: str, where: str) -> None:
    """Refuse values after the last count in a column that is not known ahead."""
    later = pd.PeriodIndex(series.columns[series.notna().any(axis=0)])
    later = later[later > panel.periods[-1]]
    if len(later):
        raise SharedAnalysisError(
            f"Column '{name}' has a value for {later[0]}, after the last count ({panel.periods[-1]}), and is not "
            "declared as known ahead.",
            f"{where}, column {name}",
            "remove what is later than the counts; declare the column under `known` only if its future values really "
            "are known before they happen",
        )


def _last_known(
    present: np.ndarray[Any, np.dtype[np.bool_]], periods: int, spec: ForecastSpec, panel: Panel, name: str, where: str
) -> int:
    """How many periods are known of a column that is not known ahead; refuse one that ends long before the counts."""
    any_known = present.any(axis=1)
    lasts = np.where(any_known, present.shape[1] - present[:, ::-1].argmax(axis=1), 0)
    last = int(lasts.min())
    if periods - last > min(spec.horizon, spec.calendar.season):
        ended = panel.periods[last - 1] if last else "before the counts begin"
        raise SharedAnalysisError(
            f"Column '{name}' ends {periods - last} {spec.calendar.noun}s before the counts do (in {ended}; the counts "
            f"in {panel.periods[-1]}): it is out of date, or the counts hold {spec.calendar.noun}s that have not "
            "happened.",
            f"{where}, column {name}",
            "add its later values, remove rows from the table of counts that were planned rather than counted, or "
            "leave the column out",
        )
    return last


def _no_gaps(
    present: np.ndarray[Any, np.dtype[np.bool_]],
    series: pd.DataFrame,
    panel: Panel,
    name: str,
    where: str,
    *,
    known: bool,
) -> None:
    """Refuse a column with a missing value, in the history or (if it is known ahead) in the horizon."""
    gaps = ~present
    if not gaps.any():
        return
    first = int(gaps.any(axis=0).argmax())
    of = "" if gaps[:, first].all() else f" for {panel.labels()[int(gaps[:, first].argmax())]}"
    ahead = first >= len(panel.periods)
    raise SharedAnalysisError(
        f"Column '{name}' has no value{of} in {series.columns[first]}, "
        + (
            "within the horizon, and is declared as known ahead."
            if ahead
            else f"within the history ({panel.periods[0]} to {panel.periods[-1]})."
        ),
        f"{where}, column {name}",
        "add its values up to the last period forecast, or declare it under `unknown`"
        if ahead
        else "add the value, or leave the column out" + (": a column known ahead was known then too" if known else ""),
    )
