"""What PostgreSQL says by its codes (SQLSTATE), in our own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import faults
from shared_analysis.sources.database.passwords import no_password, password_variable
from shared_analysis.sources.database.server import Server
from shared_analysis.sources.database.statement import Statement

if TYPE_CHECKING:
    import psycopg

# What is wrong with a query, by the code of PostgreSQL or the first two letters of it; {name} is a name of the query.
_OF_QUERIES = {
    "42P01": ("The database has no table{name}, or not in this schema.", "check the name; write schema.table"),
    "42703": ("A table of the query has no column{name}.", "check the name; text stands in single quotes: 'text'"),
    "42883": ("The database has no function or operator{name} for these types.", "check its name and its arguments"),
    "3F000": ("The database has no schema{name}.", "check the name"),
    "42501": ("The account may not read{name}.", "ask the owner of the database for the right to SELECT"),
    "42601": ("The database does not understand the query, or it is no SELECT.", "correct it, and try it by itself"),
    "0A000": ("The query is more than a SELECT, or uses what this database cannot do.", "write a SELECT"),
    "42P11": ("The query is more than a SELECT.", "write a SELECT without INTO"),
    "25006": ("The query would change the database, which is read only here.", "leave out what changes it"),
    "42P02": ("The query has a parameter, such as $1.", "write the value itself"),
    "42702": ("The name of a column{name} is in several tables of the query.", "write table.column"),
    "08P01": ("The query has a parameter, such as $1.", "write the value itself"),
    "25": ("The query would change how the database is read, which it may not here.", "leave out what changes it"),
    "2D": ("The query would end the transaction that it is read in.", "leave out what ends it"),
    "57014": ("The database stopped the query: it took too long, or somebody cancelled it.", "read fewer rows"),
    "40": ("The database stopped the query because of other work on it.", "run it again"),
    "53": ("The database has too little memory or disk space for the query, or too many users.", "run it again later"),
    "22": ("The database cannot calculate with a value of a row: a number or date is not of the form that the query "
           "expects, or there is a division by zero.", "look for conversions and divisions in the query"),
    "42": ("The database does not accept the query.", "try it by itself, and correct it"),
}  # fmt: skip
_LOST = ("08", "57P")
# Where the connection is not made there is no code, only words: those of the driver, and of servers that speak English.
_OF_CONNECTIONS = (
    (r"password authentication failed|28P01", "password"),
    (r"database .* does not exist|permission denied for database|3D000", "database"),
    (r"no pg_hba\.conf entry|role .* does not exist|not permitted to log in|authentication failed|28000", "account"),
    (r"failed to resolve host|could not translate host name", "host"),
    (r"timeout expired|timed out", "silent"),
    (r"connection refused|no such file or directory|is the server running|network is unreachable", "nobody"),
    (r"ssl|certificate|gss", "encryption"),
)


def needs_password(error: psycopg.Error) -> bool:
    """Tell whether the server wanted a password and there was none."""
    return bool(error.pgconn is not None and error.pgconn.needs_password) or "no password supplied" in str(error)


def connecting_failed(error: psycopg.Error, server: Server, seconds: int) -> SharedAnalysisError:
    """Say why a connection was not made."""
    if needs_password(error):
        return no_password(server)
    said = str(error)
    # The words name host, account and database, which could hold any of these words.
    for name in (server.host, server.user, server.database):
        said = said.replace(str(name), "-") if name else said
    kind = next((kind for words, kind in _OF_CONNECTIONS if re.search(words, said, re.IGNORECASE)), None)
    if kind is None and error.pgconn is not None and error.pgconn.used_password:
        kind = "password"
    match kind:
        case "password":
            return faults.password_is_wrong(server, password_variable(server))
        case "database":
            return faults.database_is_unknown(server)
        case "account":
            return faults.account_is_refused(server)
        case "host":
            return faults.host_is_unknown(server)
        case "silent":
            return faults.host_is_silent(server, seconds)
        case "nobody":
            return faults.nobody_listens(server)
        case "encryption":
            return faults.is_not_encrypted(server)
    return faults.connection_failed(server, error.sqlstate)


def running_failed(error: psycopg.Error, server: Server, statement: Statement) -> SharedAnalysisError:
    """Say why a query was refused or did not come to its end."""
    code = error.sqlstate
    if code is None or (code.startswith(_LOST) and code not in _OF_QUERIES):
        return faults.connection_was_lost(server)
    what, step = _OF_QUERIES.get(code) or _OF_QUERIES.get(code[:2]) or (f"The database refused the query ({code}).", "")
    what = what.format(name=faults.name_in_query(statement, error.diag.message_primary or ""))
    return faults.query_failed(statement, what, step or "try it by itself", _place(error, statement))


def _place(error: psycopg.Error, statement: Statement) -> int | None:
    """Find where in the query the fault is; the server counts from where the command around it begins."""
    position = error.diag.statement_position
    if position is None or not position.isdigit():
        return None
    around = len('DECLARE "shared_analysis_query" CURSOR FOR ')
    return min(max(int(position) - 1 - around, 0), len(statement.text))
