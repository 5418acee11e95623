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


def notice_set_aside(panel: Panel, set_aside: pd.DataFrame, contract: DataContract) -> tuple[Notice, ...]:
    """Name the rows set aside that would belong to the last season, or to periods after the panel's last.

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
    notices: tuple[Notice, ...] = ()
    if len(late):
        notices += (Notice("set_aside_after_end", {"number": len(late), "last": last}),)
    if len(recent):
        values = {"number": len(recent), "first": recent.min(), "last": recent.max()}
        notices += (Notice("set_aside_at_end", values),)
    return notices
