"""The defined order of a table's rows, whatever order they were delivered in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.tables.content import flat
from shared_analysis.contracts.tables.letters import sorting_codes
from shared_analysis.contracts.tables.shares import is_varied

_MANY = 0.5


def defined_order(text: pa.Table) -> np.ndarray:
    """Sort rows by their columns, from the first to the last; missing values come last.

    Returns
    -------
    numpy.ndarray
        The places of the rows, in their order.
    """
    codes = sorting_codes(flat(text.column(0)))
    order = np.arange(len(codes)) if (codes[1:] > codes[:-1]).all() else np.argsort(codes)
    same = np.diff(codes[order]) == 0
    tied = np.zeros(len(codes), dtype=bool)
    tied[1:] |= same
    tied[:-1] |= same
    if tied.sum() > _MANY * len(tied):
        return np.array(_sorted(text))
    if tied.any():
        # Only rows that the beginning of their first value leaves in one place are looked at whole.
        rows = order[tied]
        order[tied] = rows[np.asarray(_sorted(text.take(pa.array(rows))))]
    return order


def _sorted(text: pa.Table) -> pa.Array:
    return pc.sort_indices(text, sort_keys=[(name, "ascending") for name in text.column_names])


def in_order(text: pa.Array, order: np.ndarray) -> pa.Array:
    """Put values into an order; of few different ones only their numbers are moved."""
    if is_in_order(order):
        return text
    places = pa.array(order)
    if is_varied(text):
        return text.take(places)
    encoded = pc.dictionary_encode(text)
    return encoded.dictionary.take(encoded.indices.take(places))


def is_in_order(order: np.ndarray) -> bool:
    """Say whether nothing is to be moved."""
    return bool((order[1:] > order[:-1]).all())


def typed_in_order(values: pd.Series, order: np.ndarray) -> pd.Series:
    """Put typed values into an order, numbered anew."""
    if is_in_order(order):
        return values
    if isinstance(values.array, pd.arrays.ArrowStringArray):
        return pd.Series(type(values.array)(in_order(flat(pa.array(values)), order)))
    return pd.Series(values.array.take(order))


def is_sorted(rows: pd.DataFrame, key: list[str]) -> bool:
    """Say whether rows ascend by a key of one column."""
    if len(key) != 1 or rows.empty:
        return not key or rows.empty
    values = pa.array(rows[key[0]], from_pandas=True)
    follows = pc.less_equal(values.slice(0, len(values) - 1), values.slice(1))
    return not values.null_count and bool(pc.all(follows).as_py() in (True, None))
