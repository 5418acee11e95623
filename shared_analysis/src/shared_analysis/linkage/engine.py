"""The database and Splink, kept quiet and in one place."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared_analysis.linkage.records import Records

if TYPE_CHECKING:
    import duckdb
    from splink import Linker


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Splink's messages off the screen and out of executed notebooks; what matters becomes a notice."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def connect(records: Records, threads: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory with a table ``records_N`` for each input table and a view ``records`` of all.

    What does not fit into memory spills into a private folder of the system's temporary files: by default DuckDB would
    take the working directory, where personal data could be left behind and committed.
    """
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix="linkage-", ignore_cleanup_errors=True) as spill,
        duckdb.connect(":memory:", config={"temp_directory": spill}) as connection,
    ):
        _fill(connection, records, threads)
        yield connection


def _fill(connection: duckdb.DuckDBPyConnection, records: Records, threads: int | None) -> None:
    import pyarrow as pa

    # Off already where it cannot be shown; in a notebook without ipywidgets DuckDB refuses even to be told so.
    if connection.sql("SELECT current_setting('enable_progress_bar')").fetchall() == [(True,)]:
        connection.sql("SET enable_progress_bar = false")
    if threads:
        connection.sql(f"SET threads = {threads}")
    first = 0
    for number, frame in enumerate(records.frames.values()):
        columns: dict[str, Any] = {
            str(column): pa.array(frame[column], type=pa.string(), from_pandas=True) for column in frame
        }
        for column, texts in records.texts.items():
            rows = texts.vectors[first : first + len(frame)]
            columns[f"{column}_vector"] = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), rows.shape[1])
            columns[f"{column}_words"] = pa.array(texts.words[first : first + len(frame)], type=pa.list_(pa.string()))
        first += len(frame)
        connection.register("incoming", pa.table(columns))
        connection.sql(f"CREATE TABLE records_{number} AS SELECT * FROM incoming")  # noqa: S608 - a number
        connection.unregister("incoming")
    union = " UNION ALL ".join(f"SELECT * FROM records_{number}" for number in range(len(records.frames)))  # noqa: S608
    connection.sql(f"CREATE VIEW records AS {union}")


def new_linker(connection: duckdb.DuckDBPyConnection, records: Records, settings: dict[str, Any]) -> Linker:
    """Make a Splink linker over the records in the database."""
    from splink import DuckDBAPI, Linker

    database = DuckDBAPI(connection=connection)
    inputs = [database.register(f"records_{number}") for number in range(len(records.frames))]
    return Linker(inputs, settings, log_level=None, validate_settings=False)


def predict(connection: duckdb.DuckDBPyConnection, records: Records, model: dict[str, Any]) -> str:
    """Score all pairs that the model's blocking rules bring together; give the name of the table of scores."""
    with quiet():
        linker = new_linker(connection, records, model)
        name: str = linker.inference.predict(warning_mode="never").physical_name
    return name
