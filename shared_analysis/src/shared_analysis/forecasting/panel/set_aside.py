"""Rows that validation has set aside: whether the forecast starts earlier for want of them, or from too low a count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from shared_analysis.contracts.model import RESERVED_COLUMNS
from shared_analysis.contracts.values import as_text, coerce
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract
    from shared_analysis.forecasting.panel.panel import Panel

(_REASONS,) = RESERVED_COLUMNS
_FELT = 0.02


def notice_set_aside(panel: Panel, set_aside: pd.DataFrame, contract: DataContract) -> tuple[Notice, ...]:
    """Name the rows set aside that belong to periods after the panel's last, or are many in one of the last season.

    Parameters
    ----------
    panel
        The panel without them.
    set_aside
        The table's rows in quarantine, as text, with ``reasons``. Those that only repeat others, and those whose date
        cannot be read, are not counted.
    contract
        The table's contract.
    """
    roles = contract.roles
    role = next((role for role in ("period", "event_date") if role in roles), None)
    if role is None or set_aside.empty or not {roles[role], _REASONS} <= set(set_aside.columns):
        return ()
    column = contract.column(roles[role])
    repeats = set_aside[_REASONS].astype("string").str.fullmatch(r"[^;]*: unique").fillna(False).to_numpy(dtype=bool)
    typed = coerce(as_text(set_aside[column.name], column.type), column).values
    dates = pd.to_datetime(typed, errors="coerce")[~repeats].dropna()
    if dates.empty:
        return ()
    periods = pd.PeriodIndex(dates.dt.to_period(panel.calendar.code))
    last = panel.periods[-1]
    late = periods[periods > last]
    recent = periods[(periods <= last) & (periods > last - panel.calendar.season)]
    # A row of a table of counts is that of an area, one of events is a count.
    usual = pd.Series(len(panel.keys) if "count" in roles else panel.total, index=panel.periods)
    number = pd.Series(recent).value_counts()
    felt = number[number > _FELT * (number + usual.reindex(number.index))]
    notices: tuple[Notice, ...] = ()
    if len(late):
        notices += (Notice("set_aside_after_end", {"number": len(late), "last": last}),)
    if len(felt):
        values = {"number": int(felt.sum()), "first": felt.index.min(), "last": felt.index.max()}
        notices += (Notice("set_aside_at_end", values),)
    return notices
