"""The pandera schemas of a contract: pandera decides which rows break which rule."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from shared_analysis.contracts.model import Bound, Column, DataContract
from shared_analysis.contracts.values import DTYPES
from shared_analysis.errors import SharedAnalysisError

Faults = dict[tuple[str, str], np.ndarray]
"""For each column and rule that some row breaks: the numbers of those rows."""

_PANDERA_NAMES = {"not_nullable": "required"}


def row_schema(contract: DataContract) -> pa.DataFrameSchema:
    """Build the schema of the rules that one row alone can break."""
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(DTYPES[column.type], _checks(column), nullable=not column.must_be_present)
            for column in contract.columns
        },
        name=contract.name,
    )


def _checks(column: Column) -> list[pa.Check]:
    checks = []
    if column.minimum is not None or column.maximum is not None:
        checks.append(_check("range", lambda values: _within(values, column.minimum, column.maximum)))
    if column.min_length is not None or column.max_length is not None:
        checks.append(_check("length", lambda values: _within(values.str.len(), column.min_length, column.max_length)))
    if column.pattern is not None:
        find = re.compile(column.pattern, re.ASCII).search
        checks.append(_check("pattern", lambda values: values.map(lambda text: find(text) is not None)))
    if column.allowed is not None:
        allowed = list(column.allowed)
        checks.append(_check("allowed", lambda values: values.isin(allowed)))
    return checks


def _check(rule: str, keeps: Callable[[pd.Series], pd.Series]) -> pa.Check:
    return pa.Check(keeps, error=rule, ignore_na=True)


def _within(values: pd.Series, low: Bound | None, high: Bound | None) -> pd.Series:
    inside = pd.Series(True, index=values.index)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        low, high = (None if bound is None else pd.Timestamp(bound) for bound in (low, high))
    if low is not None:
        inside &= values.ge(low)
    if high is not None:
        inside &= values.le(high)
    return inside


def table_schema(contract: DataContract) -> pa.DataFrameSchema | None:
    """Build the schema of the rules that need the whole table: a value, or a key, may occur once only.

    The first row in the order given counts as right and the later ones as repeated. ``None`` if there is no such rule.
    """
    key = list(contract.primary_key)
    unique = [column.name for column in contract.columns if column.unique or [column.name] == key]
    if not unique and not key:
        return None
    # A missing value repeats nothing, so it is left to the rule `required`.
    return pa.DataFrameSchema(
        {
            name: pa.Column(checks=[_check("unique", lambda values: ~values.duplicated(keep="first"))], nullable=True)
            for name in unique
        },
        checks=[_key_check(key)] if len(key) > 1 else [],
        name=contract.name,
    )


def _key_check(key: list[str]) -> pa.Check:
    return pa.Check(
        lambda table: ~table.duplicated(subset=key, keep="first") | table[key].isna().any(axis=1),
        error="unique",
    )


def find_faults(schema: pa.DataFrameSchema, table: pd.DataFrame, key: str = "") -> Faults:
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
    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return {}
    whole_column = cases[cases["index"].isna()]
    if len(whole_column):
        # A check that could not run has no row to name: its rule does not fit the values.
        first = whole_column.iloc[0]
        raise SharedAnalysisError(
            f"A rule of the contract cannot be checked: {_PANDERA_NAMES.get(str(first['check']), first['check'])}.",
            f"{schema.name}, column {first['column']}",
            "see that the limits in the contract are of the column's type",
        )
    faults: Faults = {}
    whole_row = cases["schema_context"].eq("DataFrameSchema")
    names = cases["column"].where(~whole_row, key)
    rules = cases["check"].replace(_PANDERA_NAMES)
    for (name, rule), rows in cases["index"].groupby([names, rules], sort=True):
        faults[str(name), str(rule)] = np.unique(rows.to_numpy(dtype="int64"))
    return faults
