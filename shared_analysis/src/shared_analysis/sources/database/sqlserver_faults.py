"""What SQL Server and its driver say, in our own words.

The driver puts one fixed English phrase for each code of ODBC before the server's own words, which are in the server's
language and quote values. Only the phrases are looked at, and the server's words for names of the query.
"""

from __future__ import annotations

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import faults
from shared_analysis.sources.database.passwords import password_variable
from shared_analysis.sources.database.server import Server
from shared_analysis.sources.database.statement import Statement

# Numbers of the server's own messages: sys.messages.
_LOGIN_FAILED, _NO_DATABASE = "18456", "4060"
_NO_HOST = ("0x2AF9", "11001")
_NO_ANSWER = ("imeout expired", "Timeout error [258]")
_CANNOT_LOAD = "Failed to load the driver"
_OF_QUERIES = {
    208: ("The database has no table of this name, or not in this schema.", "check the names; write schema.table"),
    207: ("A table of the query has no column of this name.", "check the names"),
    229: ("The account may not read a table of the query.", "ask the owner of the database for the right to SELECT"),
    230: ("The account may not read a column of the query.", "ask the owner of the database for the right to SELECT"),
    102: ("The database does not understand the query.", "correct it, and try it by itself"),
    156: ("The database does not understand the query.", "correct it, and try it by itself"),
    1033: ("ORDER BY may not stand in the query without TOP.", "leave it out: rows are put in order by their key"),
}


def connecting_failed(error: Exception, server: Server, seconds: int) -> SharedAnalysisError:
    """Say why a connection was not made."""
    phrase, said = str(getattr(error, "driver_error", "")), str(getattr(error, "ddbc_error", error))
    if "Invalid authorization" in phrase or _LOGIN_FAILED in said or "Login failed" in said:
        if _NO_DATABASE in said or "Cannot open database" in said:
            return faults.database_is_unknown(server)
        return faults.password_is_wrong(server, password_variable(server))
    if _CANNOT_LOAD in said:
        return faults.driver_cannot_load(server)
    if any(code in said for code in _NO_HOST):
        return faults.host_is_unknown(server)
    if "Timeout expired" in phrase or any(words in said for words in _NO_ANSWER):
        return faults.host_is_silent(server, seconds)
    if "certificate" in said or "SSL" in said:
        return faults.is_not_encrypted(server)
    if "Client unable to establish connection" in phrase or "Server rejected" in phrase:
        return faults.nobody_listens(server)
    return faults.connection_failed(server)


def described_badly(number: int, statement: Statement) -> SharedAnalysisError:
    """Say why the server cannot describe the columns of a query."""
    what, step = _OF_QUERIES.get(
        number, (f"The database does not accept the query (error {number}).", "try it by itself, and correct it")
    )
    return faults.query_failed(statement, what, step)


def running_failed(error: Exception, server: Server, statement: Statement) -> SharedAnalysisError:
    """Say why a query was refused or did not come to its end."""
    phrase = str(getattr(error, "driver_error", ""))
    name = faults.name_in_query(statement, str(getattr(error, "ddbc_error", "")))
    match phrase:
        case "Communication link failure" | "Connection not open" | "Disconnect error":
            return faults.connection_was_lost(server)
        case "Base table or view not found":
            return faults.query_failed(
                statement, f"The database has no table{name}.", "check the name; write schema.table"
            )
        case "Column not found":
            return faults.query_failed(statement, f"A table of the query has no column{name}.", "check the name")
        case "Syntax error or access violation":
            what = "The database does not accept the query, or the account may not read a table of it."
            return faults.query_failed(statement, what, "try it by itself; leave out ORDER BY at its end")
        case "Timeout expired" | "Operation canceled" | "Serialization failure":
            return faults.query_failed(statement, "The database stopped the query.", "run it again")
    what = "The database cannot calculate with a value of a row, or does not accept the query."
    return faults.query_failed(statement, what, "look for conversions and divisions in the query")
