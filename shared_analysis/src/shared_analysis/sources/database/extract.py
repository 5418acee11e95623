"""From a query to a Parquet file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database.columns import OpenRows, Rows
from shared_analysis.sources.database.passwords import Password
from shared_analysis.sources.database.server import Server
from shared_analysis.sources.database.statement import Statement, read_statement

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class Extract:
    """What was read.

    Parameters
    ----------
    rows
        How many rows the file has.
    columns
        Their names, in the order of the query.
    remarks
        What else is to be known, in words, without values.
    """

    rows: int
    columns: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def extract(
    server: Server,
    sql: str,
    target: Path,
    *,
    key: Sequence[str] = (),
    password: Password = None,
    progress: Callable[[int], None] | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> Extract:
    """Read the rows of a query into a Parquet file. The database is only read, even if the account may write.

    The rows are those of one moment, and in one order: by the key, then by the other columns, text by its bytes. The
    same content gives the same file, whatever the database's plan, collation or order on disk. Memory holds about
    100,000 rows. The file is written beside its target and renamed, so that whatever happens half-way leaves the
    earlier file as it was.

    Moments with a time zone are in UTC; a query that means local days says so (``AT TIME ZONE 'Europe/London'``).

    Parameters
    ----------
    server
        Where the database is.
    sql
        One SELECT (or VALUES, or WITH ... SELECT).
    target
        The Parquet file.
    key
        The columns that tell the rows apart, in their order. Without a key, rows are ordered by all columns.
    password
        The password, or what is asked for it, once the server wants one (:func:`ask_for_password`). Before that, the
        environment is asked (:func:`password_variable`), and by PostgreSQL ``PGPASSWORD`` and ``.pgpass``.
    progress
        Called with the number of rows so far.
    chunk_rows
        How many rows are fetched at a time; the file does not depend on it.

    Returns
    -------
    Extract

    Raises
    ------
    SharedAnalysisError
        If the driver is not installed, the connection cannot be made or breaks, or the query is no single SELECT, is
        refused by the database, or gives columns that cannot be kept. No message has a password or a value of a row.
    """
    if target.suffix != ".parquet":
        raise SharedAnalysisError("Tables of databases are kept as .parquet.", target.name, "choose another name")
    if isinstance(key, str) or len(set(key)) < len(key):
        raise SharedAnalysisError("A key is a list of different columns.", "key", "correct it")
    if chunk_rows < 1:
        raise SharedAnalysisError("Rows are fetched one at a time or more.", "chunk_rows", "leave it out")
    try:
        return _extract(server, read_statement(sql, server.kind), target, key, password, progress, chunk_rows)
    except SharedAnalysisError as error:
        fault = error
    # Anew, and alone: what came before it may hold the password or a row, in its text or in its frames.
    raise type(fault)(fault.what, fault.where, fault.next_step)


def _extract(
    server: Server,
    statement: Statement,
    target: Path,
    key: Sequence[str],
    password: Password,
    progress: Callable[[int], None] | None,
    chunk_rows: int,
) -> Extract:
    import pyarrow as pa

    from shared_analysis.sources.database.parquet_file import write_pieces

    try:
        with _opener(server.kind)(server, statement, key, password, chunk_rows) as rows:
            number = write_pieces(target, rows.schema, _counted(rows, progress))
            return Extract(number, tuple(rows.schema.names), rows.remarks)
    except pa.ArrowException:
        pass  # its words may hold the value
    raise SharedAnalysisError(
        "A value is not of the type that the database says its column has.", "query", "cast the columns in the query"
    )


def _opener(kind: str) -> OpenRows:
    """Import what reads a kind of database, and its driver with it, only now."""
    match kind:
        case "postgresql":
            from shared_analysis.sources.database import postgres

            return postgres.open_rows
        case "sqlserver":
            from shared_analysis.sources.database import sqlserver

            return sqlserver.open_rows
        case "sqlite":
            from shared_analysis.sources.database import sqlite_file

            return sqlite_file.open_rows
        case _:
            from shared_analysis.sources.database import duckdb_file

            return duckdb_file.open_rows


def _counted(rows: Rows, progress: Callable[[int], None] | None) -> Iterator[pa.Table]:
    number = 0
    for batch in rows.batches:
        number += batch.num_rows
        if progress is not None:
            progress(number)
        yield batch
