"""Parquet files, with the index that pandas keeps beside the columns."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.delivery import Delivery
from shared_analysis.sources.headings import refuse_repeated_columns
from shared_analysis.sources.reading import Reading

WRITER_SETTINGS: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "row_group_size": 1_000_000,
    "version": "2.6",
    "data_page_version": "1.0",
    "store_schema": True,
    "write_statistics": True,
    "use_dictionary": True,
}
"""How every Parquet file is written: the same table is the same bytes."""


def read_parquet(source: Any, name: str) -> Delivery:
    """Read a Parquet file; an index that pandas stored is a column like any other.

    Whole numbers and truth values keep their type where some are missing (``Int64``, ``boolean``).

    Parameters
    ----------
    source
        A path, or the file's bytes.
    name
        Its name, for errors.

    Raises
    ------
    SharedAnalysisError
        If it is damaged, or a column name is repeated.
    """
    import pandas as pd

    opened = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        # A damaged page shows only when it is read, and as an error of the operating system.
        table = pq.ParquetFile(opened).read()
    except (pa.ArrowException, OSError):
        raise SharedAnalysisError("This is not a whole Parquet file.", name, "fetch or write the file again") from None
    refuse_repeated_columns(table.column_names, name)
    try:
        frame = pd.DataFrame(table.to_pandas(ignore_metadata=True))
    except (pa.ArrowException, UnicodeDecodeError):
        raise SharedAnalysisError(
            "A column cannot be read; most likely it holds text that is not UTF-8.", name, "write the file again"
        ) from None
    # pandas has no missing whole number of its own: it would make a float of it, which holds 15 digits, not 18.
    for field in table.schema:
        column = table.column(field.name)
        if column.null_count and (kind := _nullable(field.type)):
            dtype = pd.api.types.pandas_dtype(kind)
            frame[field.name] = pd.Series(
                column.to_pandas(types_mapper=lambda _, dtype=dtype: dtype).array, frame.index
            )
    stored = (table.schema.pandas_metadata or {}).get("index_columns", ())
    index = [each for each in stored if isinstance(each, str) and each in frame.columns]  # a range is stored as numbers
    frame = frame[[*index, *(column for column in frame if column not in index)]]
    return Delivery(frame.rename(columns={each: _index_name(each) for each in index}), Reading("parquet"))


def _index_name(name: str) -> str:
    """Name an index; pandas writes one without a name as ``__index_level_0__``."""
    return "index" if name == "__index_level_0__" else name.strip("_") if name.startswith("__index_level_") else name


def _nullable(kind: Any) -> str | None:
    """Return pandas' type that can be missing, for whole numbers and truth values of Arrow."""
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return str(kind).replace("int", "Int").replace("uI", "UI")
    return None
