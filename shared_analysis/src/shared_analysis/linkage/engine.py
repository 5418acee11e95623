"""The database and Splink, kept quiet and in one place."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.records import ID, Records

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
def connect(
    records: Records, threads: int | None = None, memory: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory with a table ``records_N`` for each input table and a view ``records`` of all.

    What does not fit into memory spills into a private folder of the system's temporary files: by default DuckDB would
    take the working directory, where personal data could be left behind and committed.

    Raises
    ------
    SharedAnalysisError
        If something does not fit into ``memory``, not even by spilling.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="linkage-", ignore_cleanup_errors=True) as spill:
        settings = {"temp_directory": spill, **({"memory_limit": memory} if memory else {})}
        try:
            with duckdb.connect(":memory:", config=settings) as connection:
                _fill(connection, records, threads)
                yield connection
        except Exception as error:
            if not any(isinstance(cause, duckdb.OutOfMemoryException) for cause in _causes(error)):
                raise
            raise SharedAnalysisError(
                f"The linkage does not fit into {memory or 'the memory of this machine'}.",
                "link.memory" if memory else None,
                "raise memory, or lower max_pairs or threads",
            ) from None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


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
            str(column): pa.array(frame[column], type=pa.int64() if column == ID else pa.string(), from_pandas=True)
            for column in frame
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


def parts(pairs: int, most: int) -> int:
    """In how many parts to score so that none has many more pairs than ``most``."""
    return max(1, -(-pairs // most))


def predict(
    connection: duckdb.DuckDBPyConnection, records: Records, model: dict[str, Any], part: int = 0, of: int = 1
) -> str:
    """Score the pairs that the model's blocking rules bring together; give the name of the table of scores.

    Parameters
    ----------
    part, of
        Which part of the pairs: those of every ``of``-th record, from record ``part`` on, with any other. The parts
        together hold each pair once, and one of them is a fair sample of all.
    """
    if of > 1:
        mine = f"l.{ID} % {of} = {part}"
        rules = [
            {**rule, "blocking_rule": f"{rule['blocking_rule']} AND {mine}"}
            for rule in model["blocking_rules_to_generate_predictions"]
        ]
        model = {**model, "blocking_rules_to_generate_predictions": rules}
    with quiet():
        linker = new_linker(connection, records, model)
        name: str = linker.inference.predict(warning_mode="never").physical_name
    return name
