"""PostgreSQL, read through its own driver.

Nothing can be changed, whatever the account may do: the transaction is read only and is rolled back; the query must be
one that a cursor can be declared for (one SELECT or VALUES, in which no WITH changes data), which the server itself
decides before the query runs; only then it is wrapped, put in order and copied out.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pacsv

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database.columns import QUERY, Rows, SourceColumn, quoted, refuse_names, schema_of, wrap
from shared_analysis.sources.database.faults import driver_is_missing, in_own_words
from shared_analysis.sources.database.passwords import Password, given_password, no_password
from shared_analysis.sources.database.postgres_faults import connecting_failed, needs_password, running_failed
from shared_analysis.sources.database.postgres_types import column_of
from shared_analysis.sources.database.server import USUAL_SCHEMAS, Server
from shared_analysis.sources.database.statement import Statement

if TYPE_CHECKING:
    import psycopg

CONNECT_SECONDS = 10
_CHUNK_BYTES = 64 * 2**20
# Whatever the server or the account is set to, values are written in one way.
_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "iso_8601",
    "extra_float_digits": "3",
    "bytea_output": "hex",
    "standard_conforming_strings": "on",
    "row_security": "on",
}
_KEEP_ALIVE = {"keepalives": 1, "keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 6}


@contextlib.contextmanager
def open_rows(
    server: Server, statement: Statement, key: Sequence[str], password: Password, chunk_rows: int
) -> Iterator[Rows]:
    """Open the rows of a query, all of one moment."""
    connection = _connect(server, password)
    fault: SharedAnalysisError | None = None
    try:
        with _faults(server, statement):
            _prepare(connection, server)
            columns = _describe(connection, statement)
        refuse_names([column.name for column in columns], key)
        schema = schema_of(columns)
        yield Rows(schema, _batches(connection, server, statement, columns, key, chunk_rows), _remarks(columns))
    except SharedAnalysisError as error:
        fault = error
    finally:
        connection.close()  # without a commit: whatever was done is undone
    if fault is not None:
        raise fault


def _connect(server: Server, password: Password) -> psycopg.Connection[Any]:
    try:
        import psycopg
    except ImportError:
        raise driver_is_missing("postgresql") from None
    settings = {
        "host": server.host,
        "port": server.port,
        "dbname": server.database,
        "user": server.user,
        "password": given_password(server, password),
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "shared-analysis",
        **_KEEP_ALIVE,
        **server.option,
        "client_encoding": "UTF8",
    }
    seconds = int(str(settings["connect_timeout"]))
    try:
        return _opened(settings)
    except psycopg.Error as error:
        fault = None if callable(password) and needs_password(error) else connecting_failed(error, server, seconds)
    if fault is None and callable(password):
        settings["password"] = password(server)
        try:
            return _opened(settings)
        except psycopg.Error as error:
            fault = connecting_failed(error, server, seconds)
    raise fault or no_password(server)


def _opened(settings: Mapping[str, Any]) -> psycopg.Connection[Any]:
    import psycopg

    connection = psycopg.connect(**{name: value for name, value in settings.items() if value is not None})
    connection.prepare_threshold = None  # statements that are prepared do not get through every pool of connections
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _prepare(connection: psycopg.Connection[Any], server: Server) -> None:
    settings = dict(_SETTINGS)
    if server.schema and server.schema != USUAL_SCHEMAS["postgresql"]:
        settings["search_path"] = f"{quoted(server.schema)}, public"
    for name, value in settings.items():
        connection.execute("SELECT set_config(%s, %s, true)", (name, value))


def _describe(connection: psycopg.Connection[Any], statement: Statement) -> list[SourceColumn]:
    """Declare a cursor for the query, from which nothing is fetched, and take its columns from there."""
    with connection.cursor(name=QUERY) as cursor:
        cursor.execute(statement.text)
        return [column_of(each.name, each.type_code, each.precision, each.scale) for each in cursor.description or ()]


def _batches(
    connection: psycopg.Connection[Any],
    server: Server,
    statement: Statement,
    columns: Sequence[SourceColumn],
    key: Sequence[str],
    chunk_rows: int,
) -> Iterator[pa.Table]:
    schema = schema_of(columns)
    with _faults(server, statement), connection.cursor() as cursor:
        wrapped = wrap(statement.text, columns, key)
        with cursor.copy(f"COPY (\n{wrapped}\n) TO STDOUT (FORMAT csv)") as lines:
            for chunk in _chunks(lines, chunk_rows):
                yield _parse(chunk, schema)


def _chunks(lines: Iterable[Any], chunk_rows: int) -> Iterator[bytes]:
    """Join lines, of which the server sends each by itself, to chunks."""
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(bytes(line))
        size += len(line)
        if len(waiting) >= chunk_rows or size >= _CHUNK_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def _parse(chunk: bytes, schema: pa.Schema, only: str | None = None) -> pa.Table:
    options = pacsv.ConvertOptions(
        column_types=schema,
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
        include_columns=[only] if only is not None else None,
    )
    try:
        return pacsv.read_csv(
            pa.py_buffer(chunk),
            read_options=pacsv.ReadOptions(column_names=schema.names, block_size=len(chunk) + 1, use_threads=False),
            parse_options=pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=options,
        )
    except pa.ArrowInvalid:
        pass
    raise _unreadable(chunk, schema, only)


def _unreadable(chunk: bytes, schema: pa.Schema, only: str | None) -> SharedAnalysisError:
    """Find the column with a value that its type in the file cannot hold; the value itself is not said."""
    if only is not None:
        moment = pa.types.is_temporal(schema.field(only).type)
        what = "dates before the year 1, after 9999, or `infinity`" if moment else "text that is not UTF-8"
        step = f"write for example: NULLIF({only}, 'infinity') AS {only}" if moment else "ask the owner of the database"
        return SharedAnalysisError(f"A column holds {what}, which cannot be read.", f"query, column '{only}'", step)
    for name in schema.names:
        try:
            _parse(chunk, schema, name)
        except SharedAnalysisError as error:
            return error
    return SharedAnalysisError("The rows cannot be read.", "query", "ask the owner of the database")


def _remarks(columns: Sequence[SourceColumn]) -> tuple[str, ...]:
    endless = [column.name for column in columns if column.select.endswith("::text") and "NULLIF" in column.select]
    if not endless:
        return ()
    return (f"numbers without a fixed count of decimals are kept as text: {', '.join(endless)}",)


def _faults(server: Server, statement: Statement) -> contextlib.AbstractContextManager[None]:
    import psycopg

    return in_own_words(psycopg.Error, lambda error: running_failed(error, server, statement))
