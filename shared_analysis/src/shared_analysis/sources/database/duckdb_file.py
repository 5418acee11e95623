"""DuckDB files, opened read only, without access to any other file, to the network or to extensions."""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import faults
from shared_analysis.sources.database.columns import (
    Rows,
    SourceColumn,
    quoted,
    refuse_bytes,
    refuse_names,
    schema_of,
    wrap,
)
from shared_analysis.sources.database.passwords import Password
from shared_analysis.sources.database.server import Server
from shared_analysis.sources.database.statement import Statement

_SETTINGS = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
# What does not fit into memory while rows are put in order goes to a folder of its own, encrypted, not beside the file.
_MEMORY = {"memory_limit": "1GB", "temp_file_encryption": "true"}
_AFTERWARDS = (
    "SET enable_progress_bar = false",
    "SET TimeZone = 'UTC'",
    "SET lock_configuration = true",
    "BEGIN TRANSACTION",
)
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
_MOMENTS = {
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMP_S": pa.timestamp("us"),
    "TIMESTAMP_MS": pa.timestamp("us"),
    "TIMESTAMP_NS": pa.timestamp("ns"),
    "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
}
_FIRST, _LAST = "0001-01-01", "9999-12-31"


@contextlib.contextmanager
def open_rows(
    server: Server,
    statement: Statement,
    key: Sequence[str],
    password: Password,  # noqa: ARG001 - a file has none
    chunk_rows: int,
) -> Iterator[Rows]:
    """Open the rows of a query, all of one moment."""
    spill = tempfile.mkdtemp(prefix="shared-analysis-")
    fault: SharedAnalysisError | None = None
    connection = None
    try:
        with _faults(server, statement):
            connection = _connect(server, spill)
            columns = _columns(connection, statement, key)
        schema = schema_of(columns)
        yield Rows(
            schema, _batches(connection, server, statement, wrap(statement.text, columns, key), schema, chunk_rows)
        )
    except SharedAnalysisError as error:
        fault = error
    finally:
        if connection is not None:
            connection.close()
        shutil.rmtree(spill, ignore_errors=True)
    if fault is not None:
        raise fault


def _connect(server: Server, spill: str) -> Any:
    path = Path(str(server.path))
    if not path.is_file():
        raise SharedAnalysisError("The file is not there.", str(server.path), "check its name and folder")
    connection = duckdb.connect(str(path), read_only=True, config=_SETTINGS | _MEMORY | {"temp_directory": spill})
    for command in _AFTERWARDS:
        connection.execute(command)
    return connection


def _columns(connection: Any, statement: Statement, key: Sequence[str]) -> list[SourceColumn]:
    parsed = connection.extract_statements(statement.text)
    if [each.type for each in parsed] != [duckdb.StatementType.SELECT]:
        raise faults.query_failed(statement, "The query is no single SELECT.", "write a SELECT")
    described = connection.execute(f"DESCRIBE {statement.text}").fetchall()
    refuse_names([row[0] for row in described], key, fold=True)
    return [_column(row[0], row[1]) for row in described]


def _column(name: str, kind: str) -> SourceColumn:
    value = quoted(name)
    text = f"CAST({value} AS VARCHAR)"
    bytewise = f"encode({text})"
    if kind in ("BLOB", "BIT"):
        refuse_bytes(name)
    if kind in _INTEGERS:
        return SourceColumn(name, pa.int64(), f"CAST({value} AS BIGINT)", (value,))
    if kind in ("FLOAT", "DOUBLE"):
        return SourceColumn(name, pa.float64(), f"CAST({value} AS DOUBLE)", (value, bytewise))
    if kind == "BOOLEAN":
        return SourceColumn(name, pa.bool_(), value, (value,))
    if decimal := re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", kind):
        return SourceColumn(name, pa.decimal128(int(decimal[1]), int(decimal[2])), value, (value,))
    if kind in _MOMENTS:
        finer = kind in ("TIMESTAMP_S", "TIMESTAMP_MS")
        return SourceColumn(name, _MOMENTS[kind], f"CAST({value} AS TIMESTAMP)" if finer else value, (value,))
    return SourceColumn(name, pa.string(), text, (bytewise,))


def _batches(
    connection: Any, server: Server, statement: Statement, wrapped: str, schema: pa.Schema, size: int
) -> Iterator[pa.Table]:
    with _faults(server, statement):
        for batch in connection.sql(wrapped).to_arrow_reader(size):
            table = pa.Table.from_batches([batch])
            _refuse_endless(table)
            yield table.cast(schema)


def _refuse_endless(table: pa.Table) -> None:
    """Refuse dates that a file cannot hold; infinity is one of them."""
    for field in table.schema:
        if not pa.types.is_date(field.type) and not pa.types.is_timestamp(field.type):
            continue
        number = pa.int32() if pa.types.is_date32(field.type) else pa.int64()
        limits = [pa.scalar(day).cast(pa.date32()) for day in (_FIRST, _LAST)]
        days = table.column(field.name).cast(number)
        if number == pa.int64():
            unit = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[field.type.unit]
            days = pc.divide(days, pa.scalar(86_400 * unit, number))
        lowest, highest = pc.min_max(days).as_py().values()
        first, last = (limit.cast(pa.int32()).as_py() for limit in limits)
        if lowest is not None and not (first <= lowest and highest <= last):
            raise SharedAnalysisError(
                "A column holds dates before the year 1, after 9999, or `infinity`, which cannot be read.",
                f"query, column '{field.name}'",
                f"write for example: NULLIF({field.name}, 'infinity') AS {field.name}",
            )


def _faults(server: Server, statement: Statement) -> contextlib.AbstractContextManager[None]:
    return faults.in_own_words(duckdb.Error, lambda error: _fault(error, server, statement))


def _fault(error: duckdb.Error, server: Server, statement: Statement) -> SharedAnalysisError:
    said = str(error).partition("\n")[0]
    name = faults.name_in_query(statement, said)
    if isinstance(error, duckdb.PermissionException) or "read-only" in said or "has been locked" in said:
        return faults.query_failed(
            statement, "The query does more than read this file, or reads another one.", "write a SELECT of its tables"
        )
    if isinstance(error, duckdb.CatalogException):
        what = f"The database has no table or function{name}, or needs an extension for it."
        return faults.query_failed(statement, what, "check the name")
    if isinstance(error, duckdb.BinderException):
        return faults.query_failed(
            statement, f"The columns of the query do not fit{name}.", "check their names and types"
        )
    if isinstance(error, duckdb.ParserException):
        return faults.query_failed(statement, "The database does not understand the query.", "correct it")
    if isinstance(error, duckdb.ConversionException | duckdb.OutOfRangeException | duckdb.InvalidInputException):
        what = "The database cannot calculate with a value of a row."
        return faults.query_failed(statement, what, "look for conversions and divisions in the query")
    if isinstance(error, duckdb.OutOfMemoryException):
        return faults.query_failed(statement, "There is too little memory to put the rows in order.", "read fewer rows")
    if isinstance(error, duckdb.IOException) and "lock" in said.casefold():
        return SharedAnalysisError("Another program has the file open.", server.address, "close it there")
    if isinstance(error, duckdb.IOException):
        step = "check that it is one, made by no newer version of DuckDB"
        return SharedAnalysisError("The file cannot be read as a DuckDB file.", server.address, step)
    return faults.query_failed(statement, "The database does not accept the query.", "try it by itself, and correct it")
