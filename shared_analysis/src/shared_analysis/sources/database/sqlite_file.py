"""SQLite files, opened read only, with an authoriser that allows nothing but to read.

SQLite knows a type for each value, not for each column. A column is whole numbers, or numbers, where all of its values
are; otherwise it is text. All values are looked at first, so that the type of a column does not depend on where in the
table a value stands.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import faults
from shared_analysis.sources.database.columns import (
    QUERY,
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

_BUSY_SECONDS = 10
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_FORBIDDEN_FUNCTIONS = ("load_extension", "fts3_tokenizer", "writefile", "edit")
_FIRST_LOOK = "SELECT count(*) FROM sqlite_schema"  # opens the file, which would be opened by the first query only
_TYPES = ("integer", "real", "text", "blob")


@contextlib.contextmanager
def open_rows(
    server: Server,
    statement: Statement,
    key: Sequence[str],
    password: Password,  # noqa: ARG001 - a file has none
    chunk_rows: int,
) -> Iterator[Rows]:
    """Open the rows of a query, all of one moment."""
    with _faults(server, statement):
        connection = _connect(server)
    fault: SharedAnalysisError | None = None
    try:
        with _faults(server, statement):
            names = [each[0] for each in connection.execute(statement.text).description or ()]
            refuse_names(names, key, fold=True)
            columns = _columns(connection, statement, names)
        schema = schema_of(columns)
        yield Rows(
            schema, _batches(connection, server, statement, wrap(statement.text, columns, key), schema, chunk_rows)
        )
    except SharedAnalysisError as error:
        fault = error
    finally:
        connection.close()
    if fault is not None:
        raise fault


def _connect(server: Server) -> sqlite3.Connection:
    path = Path(str(server.path)).absolute()
    if not path.is_file():
        raise SharedAnalysisError("The file is not there.", str(server.path), "check its name and folder")
    spelt = quote(path.as_posix())
    address = f"file://{'' if spelt.startswith('/') else '/'}{spelt}?mode=ro"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
    for command in ("PRAGMA query_only = ON", "PRAGMA trusted_schema = OFF", "BEGIN", _FIRST_LOOK):
        connection.execute(command)
    connection.set_authorizer(_authorise)
    return connection


def _authorise(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    reads = action in _ALLOWED and not (action == sqlite3.SQLITE_FUNCTION and second in _FORBIDDEN_FUNCTIONS)
    # A function that gives a table, such as json_each, is declared so, in memory alone: the file is open read only.
    reads = reads or (action == sqlite3.SQLITE_UPDATE and first == "sqlite_master")
    return sqlite3.SQLITE_OK if reads else sqlite3.SQLITE_DENY


def _columns(connection: sqlite3.Connection, statement: Statement, names: Sequence[str]) -> list[SourceColumn]:
    """Look at the types of all values."""
    each = ", ".join(f"max(typeof({quoted(name)}) = '{kind}')" for name in names for kind in _TYPES)
    has = connection.execute(f"SELECT {each} FROM (\n{statement.text}\n) AS {QUERY}").fetchone()
    columns = []
    for number, name in enumerate(names):
        kinds = {kind for kind, yes in zip(_TYPES, has[number * len(_TYPES) :], strict=False) if yes}
        columns.append(_column(name, kinds))
    return columns


def _column(name: str, kinds: set[str]) -> SourceColumn:
    value = quoted(name)
    if "blob" in kinds:
        refuse_bytes(name)
    if kinds == {"integer"}:
        return SourceColumn(name, pa.int64(), value, (value,))
    if kinds in ({"real"}, {"integer", "real"}):
        number = f"CAST({value} AS REAL)"
        return SourceColumn(name, pa.float64(), number, (number,))
    text = value if kinds <= {"text"} else f"CAST({value} AS TEXT)"
    return SourceColumn(name, pa.string(), text, (f"{text} COLLATE BINARY",))


def _batches(
    connection: sqlite3.Connection, server: Server, statement: Statement, wrapped: str, schema: pa.Schema, size: int
) -> Iterator[pa.Table]:
    with _faults(server, statement):
        cursor = connection.execute(wrapped)
        while rows := cursor.fetchmany(size):
            columns = zip(*rows, strict=True)
            yield pa.table(
                [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema
            )


def _faults(server: Server, statement: Statement) -> contextlib.AbstractContextManager[None]:
    return faults.in_own_words(sqlite3.Error, lambda error: _fault(error, server, statement))


def _fault(error: sqlite3.Error, server: Server, statement: Statement) -> SharedAnalysisError:
    said, code = str(error), getattr(error, "sqlite_errorname", "")
    name = faults.name_in_query(statement, said)
    if "no such table" in said:
        return faults.query_failed(statement, f"The database has no table{name}.", "check the name")
    if "no such column" in said:
        return faults.query_failed(statement, f"A table of the query has no column{name}.", "check the name")
    if code == "SQLITE_AUTH" or "not authorized" in said or "prohibited" in said or "readonly" in said:
        return faults.query_failed(
            statement, "The query does more than read, or uses what may not be used.", "write a SELECT"
        )
    if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return SharedAnalysisError("This is not a whole SQLite file.", server.address, "fetch the file again")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return SharedAnalysisError("Another program is writing to the file.", server.address, "run it again later")
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_FULL")):
        step = "check that you may read it; a file that others write to is read from where its folder can be written to"
        return SharedAnalysisError("The file cannot be opened, or not read to its end.", server.address, step)
    if "decode" in said:
        return faults.query_failed(statement, "A column holds text that is not UTF-8.", "leave it out, or cast it")
    return faults.query_failed(statement, "The database does not accept the query.", "try it by itself, and correct it")
