"""Bend invented values to the rules of a contract, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.contracts import Column, DataContract, synthesise
from shared_analysis.contracts.values import as_text, coerce
from shared_analysis.twin.streams import Array, Streams


def _in_threes(text: str) -> str:
    return f"{text[:3]} {text[3:6]} {text[6:]}"


def _international(text: str) -> str:
    return f"+44{text.replace(' ', '')[1:]}" if text else text


_FORMS: dict[str, tuple[Callable[[str], str], ...]] = {
    "postcode": (lambda text: text.replace(" ", ""),),
    "phone": (lambda text: text.replace(" ", ""), _international),
    "nhs_number": (_in_threes, lambda text: _in_threes(text).replace(" ", "-")),
    # PY was for administration only and is not a person's number either; it has the form that strict patterns ask for.
    "national_insurance_number": (lambda text: text.replace("QQ", "PY"),),
    "email": (),
}
"""Other ways to write a value of some role, for contracts whose pattern asks for one of them."""


def keeps(values: Array, column: Column) -> Array:
    """Tell which values keep every rule of a column that one row alone can break."""
    text = as_text(pd.Series(values, dtype=object))
    read = coerce(text, column)
    typed = read.values
    present = typed.notna().to_numpy()
    good = ~read.wrong_type & ~read.broken_text & (present | (not column.must_be_present))
    if column.allowed is not None:
        good &= typed.isin(list(column.allowed)).to_numpy(dtype=bool) | ~present
    if column.pattern is not None:
        good &= _found(re.compile(column.pattern, re.ASCII), typed)
    good &= _within(typed, column.minimum, column.maximum)
    if column.min_length is not None or column.max_length is not None:
        good &= _within(typed.str.len(), column.min_length, column.max_length)
    return np.asarray(good)


def _found(pattern: re.Pattern[str], texts: pd.Series) -> Array:
    """Tell which texts hold the pattern (a missing one breaks no pattern); each different text is looked at once."""
    codes, distinct = pd.factorize(texts)
    found = np.array([pattern.search(text) is not None for text in distinct] + [True], dtype=bool)
    return np.asarray(found[codes])


def _within(values: pd.Series, low: Any, high: Any) -> Array:
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        low, high = (None if bound is None else pd.Timestamp(bound) for bound in (low, high))
    inside = pd.Series(True, index=values.index)
    if low is not None:
        inside &= values.ge(low).fillna(True) | values.isna()
    if high is not None:
        inside &= values.le(high).fillna(True) | values.isna()
    return inside.to_numpy(dtype=bool)


def conform(noisy: Array, clean: Array, column: Column, streams: Streams) -> Array:
    """Return values that keep a column's rules, as close to the noisy ones as they let.

    A noisy value that breaks a rule gives way to the clean one. Where the clean one breaks it too, the contract wants
    another form than the role's own: each different clean value then gets one made-up value of that form, so that equal
    values stay equal. A repeated value in a column of unique values is left out, or made up where there must be one.
    """
    change = _form(clean, column)
    if change is not None:
        noisy, clean = _changed(noisy, change), _changed(clean, change)
    values = np.where(keeps(noisy, column), noisy, clean)
    bad = np.flatnonzero(~keeps(values, column))
    if len(bad):
        absent = np.array([value is None for value in clean[bad]], dtype=bool)
        codes, _ = pd.factorize(clean[bad])
        codes = np.where(absent, codes.max(initial=-1) + np.cumsum(absent), codes)
        made = invented(column, int(codes.max()) + 1, streams)
        values[bad] = made[codes]
    return _distinct(values, column, streams) if column.unique else values


def _form(clean: Array, column: Column) -> Callable[[str], str] | None:
    """Find another way to write the values that the column would rather have."""
    sample = clean[:1000]
    if column.role not in _FORMS or keeps(sample, replace(column, required=False, primary_key=False)).all():
        return None
    for change in _FORMS[column.role]:
        if keeps(_changed(sample, change), column).mean() > keeps(sample, column).mean():
            return change
    return None


def _changed(values: Array, change: Callable[[str], str]) -> Array:
    return np.array([None if value is None else change(value) for value in values], dtype=object)


def _distinct(values: Array, column: Column, streams: Streams) -> Array:
    series = pd.Series(values)
    again = np.flatnonzero((series.duplicated() & series.notna()).to_numpy())
    if not column.must_be_present:
        values[again] = None
    elif len(again):
        taken = set(values)
        spare = [value for value in invented(column, len(values) + len(again), streams) if value not in taken]
        values[again] = spare[: len(again)]
    return values


def invented(column: Column, rows: int, streams: Streams, *, distinct: bool = False) -> Array:
    """Make up values of one column that keep its rules and mean nothing; none is missing."""
    unique = distinct or column.unique or column.primary_key
    alone = replace(column, required=True, primary_key=False, unique=unique)
    return _synthesised(alone, rows, streams)


def meaningless(column: Column, key: tuple[str, ...], rows: int, streams: Streams) -> Array:
    """Fill a column that has no role the twin knows, missing values included."""
    unique = column.unique or key == (column.name,)
    alone = replace(column, required=column.must_be_present, primary_key=False, unique=unique)
    return _synthesised(alone, rows, streams)


def _synthesised(column: Column, rows: int, streams: Streams) -> Array:
    table = synthesise(DataContract("column", (column,)), rows, streams.integer("made up", column.name))
    return table[column.name].to_numpy(dtype=object)
