"""The rules of a contract that typed values can break, and which rows break them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.model import Bound, Column, DataContract
from shared_analysis.contracts.tables.content import side_by_side
from shared_analysis.contracts.tables.shares import ascends
from shared_analysis.errors import SharedAnalysisError

Faults = dict[tuple[str, str], np.ndarray]
"""For each column and rule that some row breaks: the numbers of those rows."""


@dataclass(frozen=True)
class Rule:
    """A rule.

    Parameters
    ----------
    name
        As faults have it.
    columns
        The columns that it is about.
    breaks
        Says of each row whether its values in these columns break the rule.
    """

    name: str
    columns: tuple[str, ...]
    breaks: Callable[..., np.ndarray]


@dataclass(frozen=True)
class Schema:
    """Rules of one table, by its name."""

    name: str
    rules: tuple[Rule, ...]


def row_schema(contract: DataContract) -> Schema:
    """Build the schema of the rules that one row alone can break."""
    return Schema(contract.name, tuple(rule for column in contract.columns for rule in _rules(column)))


def _rules(column: Column) -> Iterator[Rule]:
    own = (column.name,)
    if column.must_be_present:
        yield Rule("required", own, _missing)
    if column.minimum is not None or column.maximum is not None:
        yield Rule("range", own, lambda values: _outside(values, column.minimum, column.maximum))
    if column.min_length is not None or column.max_length is not None:
        yield Rule("length", own, lambda values: _outside(values.str.len(), column.min_length, column.max_length))
    if column.pattern is not None:
        find = re.compile(column.pattern, re.ASCII).search
        yield Rule("pattern", own, lambda values: _without(values, find))
    if column.allowed is not None:
        allowed = list(column.allowed)
        yield Rule("allowed", own, lambda values: ~_missing(values) & ~np.asarray(values.isin(allowed), dtype=bool))


def _missing(values: pd.Series) -> np.ndarray:
    missing: np.ndarray = values.isna().to_numpy()
    return missing


def _outside(values: pd.Series, low: Bound | None, high: Bound | None) -> np.ndarray:
    outside = np.zeros(len(values), dtype=bool)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        low, high = (None if bound is None else pd.Timestamp(bound) for bound in (low, high))
    for bound, beyond in ((low, values.lt), (high, values.gt)):
        if bound is not None:
            outside |= beyond(bound).fillna(False).to_numpy(dtype=bool)
    return outside


def _without(values: pd.Series, find: Callable[[str], object]) -> np.ndarray:
    """Say which values there are in which nothing is found; each different one is looked at once."""
    encoded = _encoded(values)
    empty = pa.array([find(text) is None for text in encoded.dictionary.to_pylist()], pa.bool_())
    without: np.ndarray = pc.fill_null(empty.take(encoded.indices), False).to_numpy(zero_copy_only=False)
    return without


def _encoded(values: pd.Series) -> pa.DictionaryArray:
    array = pa.array(values, from_pandas=True)
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return whole.dictionary_encode()


def table_schema(contract: DataContract) -> Schema | None:
    """Build the schema of the rules that need the whole table: a value, or a key, may occur once only.

    The first row in the order given counts as right and the later ones as repeated. ``None`` if there is no such rule.
    """
    key = contract.primary_key
    unique = [(column.name,) for column in contract.columns if column.unique or (column.name,) == tuple(key)]
    rules = [Rule("unique", names, _repeats) for names in (*unique, *([tuple(key)] if len(key) > 1 else []))]
    return Schema(contract.name, tuple(rules)) if rules else None


def _repeats(*columns: pd.Series) -> np.ndarray:
    """Say which rows repeat an earlier one; a missing value repeats nothing, and is left to the rule `required`."""
    if len(columns) == 1 and ascends(pa.array(columns[0], from_pandas=True)):
        return np.zeros(len(columns[0]), dtype=bool)
    codes = pd.DataFrame(
        {place: pc.fill_null(_encoded(values).indices, -1).to_numpy() for place, values in enumerate(columns)}
    )
    missing = codes.lt(0).any(axis=1)
    return (codes.duplicated(keep="first") & ~missing).to_numpy()


def find_faults(schema: Schema, table: pd.DataFrame, key: str = "") -> Faults:
    """Run a schema over a table whose index numbers its rows.

    Parameters
    ----------
    schema
        From :func:`row_schema` or :func:`table_schema`.
    table
        Typed rows, indexed by distinct row numbers.
    key
        What to call the column of a rule about the whole key, where the schema has one.

    Raises
    ------
    SharedAnalysisError
        If a check could not run at all.
    """
    if table.empty:
        return {}

    def broken(rule: Rule) -> np.ndarray:
        try:
            return rule.breaks(*(table[name] for name in rule.columns))
        except (AttributeError, TypeError, ValueError) as error:
            raise SharedAnalysisError(
                f"A rule of the contract cannot be checked: {rule.name}.",
                f"{schema.name}, column {', '.join(rule.columns)}",
                "see that the limits in the contract are of the column's type",
            ) from error

    numbers = table.index.to_numpy(dtype="int64")
    faults: Faults = {}
    for rule, rows in zip(schema.rules, side_by_side(broken, schema.rules, len(table)), strict=True):
        if rows.any():
            faults[rule.columns[0] if len(rule.columns) == 1 else key, rule.name] = np.sort(numbers[rows])
    return dict(sorted(faults.items()))
