"""The columns of a table, of Arrow or of pandas, and work on several of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias, TypeVar

import pandas as pd
import pyarrow as pa

_MOST_AT_ONCE = 4
_WORTH_IT = 20_000
Content: TypeAlias = pd.DataFrame | pa.Table
Given = TypeVar("Given")
Made = TypeVar("Made")


def names_of(table: Content) -> list[str]:
    """Return the names of the columns, as text."""
    return [str(name) for name in (table.columns if isinstance(table, pd.DataFrame) else table.column_names)]


def columns_of(table: Content) -> Iterable[pd.Series | pa.ChunkedArray]:
    """Yield the columns, in their order."""
    for place in range(table.shape[1]):
        yield table.iloc[:, place] if isinstance(table, pd.DataFrame) else table.column(place)


def flat(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece."""
    if isinstance(values, pa.ChunkedArray):
        return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()
    return values


def side_by_side(work: Callable[[Given], Made], items: Iterable[Given], rows: int) -> list[Made]:
    """Do the same with several columns; results are in the order given.

    Of a long table several are worked on at once, on as many processors as Arrow may use.
    """
    if rows < _WORTH_IT:
        return list(map(work, items))
    with ThreadPoolExecutor(min(pa.cpu_count(), _MOST_AT_ONCE)) as pool:
        return list(pool.map(work, items))
