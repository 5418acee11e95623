"""SQL Server, read through Microsoft's own driver.

The server has no transaction that is read only. So the query stands in brackets, where its grammar takes nothing but a
SELECT; what its text has to be for that is checked here, token by token; the functions that run text on other servers
are refused; and the transaction is rolled back, whatever happened. Give the account the right to SELECT and no other.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import faults
from shared_analysis.sources.database.columns import (
    QUERY,
    Rows,
    SourceColumn,
    ordering,
    quoted,
    refuse_names,
    schema_of,
)
from shared_analysis.sources.database.passwords import Password, given_password, no_password
from shared_analysis.sources.database.server import Server
from shared_analysis.sources.database.sqlserver_faults import connecting_failed, described_badly, running_failed
from shared_analysis.sources.database.sqlserver_types import column_of
from shared_analysis.sources.database.statement import Statement

CONNECT_SECONDS = 10
_NAMES = {
    "encrypt": "Encrypt",
    "trust_server_certificate": "TrustServerCertificate",
    "hostname_in_certificate": "HostnameInCertificate",
    "application_intent": "ApplicationIntent",
    "authentication": "Authentication",
}
_ELSEWHERE = {"OPENQUERY", "OPENROWSET", "OPENDATASOURCE", "EXEC", "EXECUTE", "INTO"}
_NAME = r"(?:\w+|\[[^\]]*\]|\"[^\"]*\")"
_COMMON_TABLES = re.compile(rf"WITH {_NAME} (?:\(\) )?AS \(\)(?: , {_NAME} (?:\(\) )?AS \(\))*", re.IGNORECASE)
_DESCRIBE = (
    "SELECT name, system_type_name, error_number FROM sys.dm_exec_describe_first_result_set(?, NULL, 0)"
    " WHERE is_hidden = 0 OR error_number IS NOT NULL ORDER BY column_ordinal"
)
_MAY_BE_ONE_MOMENT = "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()"


@contextlib.contextmanager
def open_rows(
    server: Server, statement: Statement, key: Sequence[str], password: Password, chunk_rows: int
) -> Iterator[Rows]:
    """Open the rows of a query: all of one moment where the database allows snapshots."""
    before, query = split(statement)
    connection = _connect(server, password)
    fault: SharedAnalysisError | None = None
    try:
        with _faults(server, statement):
            remarks = _begin(connection)
            columns = _describe(connection, statement, key)
        schema = schema_of(columns)
        wrapped = wrap(before, query, columns, key)
        yield Rows(schema, _batches(connection, server, statement, wrapped, schema, chunk_rows), remarks)
    except SharedAnalysisError as error:
        fault = error
    finally:
        with contextlib.suppress(Exception):  # a lost connection has rolled back by itself
            connection.rollback()
        with contextlib.suppress(Exception):
            connection.close()
    if fault is not None:
        raise fault


def split(statement: Statement) -> tuple[str, str]:
    """Split a statement into its WITH, which may not stand in brackets here, and its SELECT, which may.

    Raises
    ------
    SharedAnalysisError
        If it is something else, or runs text elsewhere.
    """
    tokens = statement.tokens
    for token in tokens:
        if token.kind == "word" and token.text.upper() in _ELSEWHERE:
            raise faults.query_failed(
                statement, f"A query may not use {token.text.upper()} here.", "leave it out", token.start
            )
    if tokens[0].text.upper() != "WITH":
        return "", statement.text
    start = next((each for each in tokens if each.depth == 0 and each.text.upper() == "SELECT"), None)
    if start is not None:
        outside = [each.text for each in tokens if each.depth == 0 and each.start < start.start]
        if _COMMON_TABLES.fullmatch(" ".join(outside).replace("( )", "()")):
            return statement.text[: start.start], statement.text[start.start :]
    raise faults.query_failed(statement, "The query is more than WITH ... SELECT.", "write a SELECT")


def wrap(before: str, query: str, columns: Sequence[SourceColumn], key: Sequence[str]) -> str:
    """Write the statement that selects the columns of a query in one defined order."""
    select = ", ".join(f"{column.select} AS {quoted(column.name)}" for column in columns)
    order = ", ".join(dict.fromkeys(ordering(columns, key)))
    if before:
        return f"{before}\n, {QUERY} AS (\n{query}\n) SELECT {select} FROM {QUERY} ORDER BY {order}"
    return f"SELECT {select} FROM (\n{query}\n) AS {QUERY} ORDER BY {order}"


def _connect(server: Server, password: Password) -> Any:
    try:
        import mssql_python
    except ImportError:
        raise faults.driver_is_missing("sqlserver") from None
    mssql_python.pooling(enabled=False)  # a pool would keep the password
    options = server.option
    settings = {
        "Server": str(server.host) + (f",{server.port}" if server.port else ""),
        "Database": str(server.database),
        "ApplicationIntent": "ReadOnly",
        **{_NAMES[name]: value for name, value in options.items() if name in _NAMES},
    }
    if server.user is None:
        settings |= {} if "authentication" in options else {"Trusted_Connection": "yes"}
    else:
        settings["UID"] = server.user
        if options.get("authentication", "SqlPassword").endswith("Password"):
            settings["PWD"] = _password(server, password)
    seconds = int(options.get("connect_timeout", CONNECT_SECONDS))
    try:
        # By itself each statement, until the level of isolation is set: it cannot change inside a transaction.
        return mssql_python.connect(autocommit=True, timeout=seconds, **settings)
    except Exception as error:  # the driver raises errors of several families, some with the whole connection string
        fault = connecting_failed(error, server, seconds)
    raise fault


def _password(server: Server, password: Password) -> str:
    known = given_password(server, password)
    if known is None and callable(password):
        known = password(server)
    if known is None:
        raise no_password(server)
    return known


def _begin(connection: Any) -> tuple[str, ...]:
    cursor = connection.cursor()
    row = cursor.execute(_MAY_BE_ONE_MOMENT).fetchone()
    snapshots = row is not None and row[0] == 1
    if snapshots:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL SNAPSHOT")
    cursor.close()
    connection.setautocommit(False)
    return () if snapshots else ("the database allows no snapshots: rows that change meanwhile may be of two moments",)


def _describe(connection: Any, statement: Statement, key: Sequence[str]) -> list[SourceColumn]:
    cursor = connection.cursor()
    rows = cursor.execute(_DESCRIBE, (statement.text,)).fetchall()
    cursor.close()
    if fault := next((described_badly(row[2], statement) for row in rows if row[2] is not None), None):
        raise fault
    names = [row[0] or "" for row in rows]
    refuse_names(names, key, fold=True)
    return [column_of(name, row[1]) for name, row in zip(names, rows, strict=True)]


def _batches(
    connection: Any, server: Server, statement: Statement, wrapped: str, schema: pa.Schema, size: int
) -> Iterator[pa.Table]:
    with _faults(server, statement):
        cursor = connection.cursor()
        cursor.execute(wrapped)
        while rows := cursor.fetchmany(size):
            columns = zip(*map(tuple, rows), strict=True)
            yield pa.table(
                [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema
            )


def _faults(server: Server, statement: Statement) -> contextlib.AbstractContextManager[None]:
    # As when it connects: not all that the driver raises are errors of its own.
    return faults.in_own_words(Exception, lambda error: running_failed(error, server, statement))
