"""A few rows that break their contract on purpose, so that the checks have something true to find."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from shared_analysis.contracts import Column, DataContract
from shared_analysis.contracts.dates import ISO_DATE, DateFormat
from shared_analysis.twin.conform import keeps
from shared_analysis.twin.streams import Streams

BAD_ROWS = 0.008
"""Share of rows with one value that breaks a rule."""
REPEATED_ROWS = 0.001
"""Share of rows that are there twice, as in a double export."""


def spoil(table: pd.DataFrame, contract: DataContract, streams: Streams) -> pd.DataFrame:
    """Return the table with about one bad row in a hundred; tables of fewer than some hundred rows stay clean."""
    rng = streams.rng("dirt")
    faults = _faults(contract)
    bad = rng.permutation(len(table))[: int(BAD_ROWS * len(table))] if faults else np.empty(0, dtype=int)
    which = rng.integers(max(len(faults), 1), size=len(bad))
    spoilt = table.copy()
    for place, (column, fault) in enumerate(faults):
        rows = bad[which == place]
        values = spoilt[column.name].to_numpy(dtype=object).copy()
        worse = np.array([fault(value) for value in values[rows]], dtype=object)
        # Only what really breaks a rule: a fault the contract does not forbid would be a hidden change of the data.
        broken = ~keeps(worse, column) if len(rows) else np.empty(0, dtype=bool)
        values[rows[broken]] = worse[broken]
        spoilt[column.name] = values
    if not contract.primary_key:
        return spoilt
    again = np.sort(rng.permutation(len(table))[: int(REPEATED_ROWS * len(table))])
    return pd.concat([spoilt, table.iloc[again]], ignore_index=True)


def _faults(contract: DataContract) -> list[tuple[Column, Callable[[str | None], str | None]]]:
    """List what can go wrong: a day the calendar has not, an unlisted value, a code cut short, a gap."""
    faults: list[tuple[Column, Callable[[str | None], str | None]]] = []
    for column in contract.columns:
        if column.role == "record_id":
            continue
        if column.type in ("date", "timestamp"):
            faults.append((column, _no_such_day(column)))
        elif column.allowed is not None and column.type == "string":
            faults.append((column, lambda _: "unlisted"))
        elif column.pattern is not None:
            faults.append((column, lambda value: value and value[:-1]))
        if column.required:
            faults.append((column, lambda _: None))
    return faults


def _no_such_day(column: Column) -> Callable[[str | None], str | None]:
    form = DateFormat.parse(column.format or (ISO_DATE if column.type == "date" else "yyyy-MM-ddTHH:mm:ss"))
    month, day = ("02", "30") if "%d" in form.strptime else ("13", "")

    def fault(value: str | None) -> str | None:
        if value is None:
            return None
        if not form.strptime or "%b" in form.strptime or "%B" in form.strptime:
            return "no date"
        marks = {"%Y": "2019", "%y": "19", "%m": month, "%d": day, "%H": "10", "%M": "00", "%S": "00"}
        text = form.strptime
        for mark, digits in marks.items():
            text = text.replace(mark, digits)
        return text

    return fault
