"""A table on its way through the checks: read, put in order, typed, and compared with the rules of its contract."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from shared_analysis.contracts.checking.schema import Faults, find_faults, row_schema, table_schema
from shared_analysis.contracts.model import Column, DataContract
from shared_analysis.contracts.notation import read_marks
from shared_analysis.contracts.tables.content import Content, flat, side_by_side
from shared_analysis.contracts.tables.order import defined_order, in_order, typed_in_order
from shared_analysis.contracts.values import Coerced, coerce, read_text

_NOBODY = np.zeros(0, dtype=bool)
_UNREAD = ("type", "text", "rounded")
"""The rules of which the typed value is missing although there was one."""


@dataclass(frozen=True)
class Counts:
    """How many values of a column are there, mean missing or are the mark of a number withheld or provisional.

    ``unseen`` counts the values in which characters were changed that nobody sees.
    """

    present: int
    missing: int
    suppressed: int
    provisional: int
    unseen: int = 0


@dataclass(frozen=True)
class CheckedTable:
    """A table on its way through the checks: its rows as text, in the order delivered, and in their types.

    ``order`` says which row of the text comes first among the typed ones, which comes next, and so on.
    """

    contract: DataContract
    delivered: pa.Table
    order: np.ndarray
    typed: pd.DataFrame
    faults: Faults
    counts: dict[str, Counts]

    def text(self, name: str) -> pa.Array:
        """Return a column as text in the order of the typed rows; what stands for no value is missing."""
        text = self.delivered.column(name).combine_chunks()
        return in_order(read_marks(text, self.contract.column(name)).text, self.order)

    def bad_rows(self) -> np.ndarray:
        """Say which rows have a fault."""
        bad = np.zeros(len(self.typed), dtype=bool)
        for rows in self.faults.values():
            bad[rows] = True
        return bad


def check_rows(table: Content, contract: DataContract) -> CheckedTable:
    """Check all rules that one row alone can break.

    Parameters
    ----------
    table
        Has every column of the contract.
    contract
        Its contract.
    """
    texts = side_by_side(lambda column: read_text(table[column.name], _kind(column)), contract.columns, len(table))
    delivered = pa.table([text for text, _ in texts], list(contract.names))
    key = list(contract.primary_key)
    order = defined_order(delivered.select([*key, *(name for name in contract.names if name not in key)]))

    def check(column: Column) -> _CheckedColumn:
        text = flat(delivered.column(column.name))
        return _CheckedColumn.of(column.name, coerce(text, _as_delivered(column, table[column.name])), order)

    columns = dict(zip(contract.names, side_by_side(check, contract.columns, len(table)), strict=True))
    typed = pd.DataFrame({name: column.values for name, column in columns.items()}, copy=False)
    faults = {fault: rows for column in columns.values() for fault, rows in column.faults.items()}
    for (name, rule), rows in find_faults(row_schema(contract), typed).items():
        # What could not be read as its type is there, although its typed value is missing.
        told = [faults[name, known] for known in _UNREAD if (name, known) in faults]
        if rule == "required":
            # A number that is withheld is there.
            told.append(columns[name].withheld)
        left = np.setdiff1d(rows, np.concatenate(told)) if told else rows
        if len(left):
            faults[name, rule] = left
    counts = {name: replace(columns[name].counts, unseen=texts[at][1]) for at, name in enumerate(contract.names)}
    return CheckedTable(contract, delivered, order, typed, faults, counts)


@dataclass(frozen=True)
class _CheckedColumn:
    """A column in its type and order, what it could not be read as, and the rows of which the number is withheld."""

    values: pd.Series
    faults: Faults
    withheld: np.ndarray
    counts: Counts

    @classmethod
    def of(cls, name: str, read: Coerced, order: np.ndarray) -> _CheckedColumn:
        marked = read.marked
        masks = zip(_UNREAD, (read.wrong_type, read.broken_text, read.rounded), strict=True)
        faults = {(name, rule): np.flatnonzero(mask[order]) for rule, mask in masks if mask.any()}
        present = len(marked.text) - marked.text.null_count
        missing, suppressed, provisional = (
            int(mask.sum()) for mask in (marked.missing, marked.suppressed, marked.provisional)
        )
        withheld = np.flatnonzero(marked.suppressed[order] if suppressed else _NOBODY)
        counts = Counts(present, missing, suppressed, provisional)
        return cls(typed_in_order(read.values, order), faults, withheld, counts)


def _kind(column: Column) -> str:
    """Return what moments of a column are read as: text in a format of dates is dates."""
    return "date" if column.type == "string" and column.format is not None else column.type


def _as_delivered(column: Column, values: pd.Series | pa.ChunkedArray) -> Column:
    """Read dates that arrive as dates, and not as text, whatever format the contract states for text."""
    if column.format is None or column.type == "string" or isinstance(values, pa.ChunkedArray):
        return column
    typed = pd.api.types.is_datetime64_any_dtype(values.dtype) or pd.api.types.infer_dtype(values) in (
        "date",
        "datetime",
    )
    return replace(column, format=None) if typed else column


def find_repeated(table: CheckedTable) -> Faults:
    """Find the rows that repeat a unique value or the key, best row first."""
    schema = table_schema(table.contract)
    if schema is None:
        return {}
    key = ", ".join(table.contract.primary_key)
    ruled = table.typed[sorted({name for rule in schema.rules for name in rule.columns})]
    if not find_faults(schema, ruled, key):
        return {}
    missing = np.zeros(len(table.typed), dtype=np.int32)
    for _, values in table.typed.items():
        missing += values.isna().to_numpy()
    # lexsort is stable, and sorts by its last key first.
    best_first = np.lexsort((missing, table.bad_rows()))
    return find_faults(schema, ruled.iloc[best_first], key)
