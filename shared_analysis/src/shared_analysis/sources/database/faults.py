"""What goes wrong between here and a database, in our own words.

The words of drivers and databases are not passed on: they quote values of rows, and some of them whole connection
strings. Of what they say only names are kept that stand in the query itself.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database.server import DRIVERS, KINDS, Server
from shared_analysis.sources.database.statement import Statement

_IDENTIFIER = re.compile(r"[^\W\d][\w$]*(\.[^\W\d][\w$]*){0,3}")
# Words of messages that a query may have as well, so that they are not taken for names.
_COMMON_WORDS = re.compile(
    "(?i)an?|and|appear|argument|binder|by|candidate|bindings|catalog|cannot|columns?|database|denied|does|error|exists?"
    "|for|found|from|function|group|have|in|is|must|name|near|not?|of|on|operator|or|order|parser|permission|reference"
    "|referenced|relation|schema|select|sequence|such|syntax|table|the|to|types?|values|view|with"
)


@contextlib.contextmanager
def in_own_words(errors: type[Exception], say: Callable[[Any], SharedAnalysisError]) -> Iterator[None]:
    """Raise our own words in place of a driver's error, and alone: an error that it came from may hold a row."""
    fault = None
    try:
        yield
    except SharedAnalysisError:
        raise
    except errors as error:
        fault = say(error)
    if fault is not None:
        raise fault


def driver_is_missing(kind: str) -> SharedAnalysisError:
    """Say which command installs a driver."""
    return SharedAnalysisError(
        f"The driver for {KINDS[kind]} is not installed.",
        None,
        f"run in the project's environment: python -m pip install -r {DRIVERS[kind]}",
    )


def driver_cannot_load(server: Server) -> SharedAnalysisError:
    """Say that a driver is installed and lacks something of the system, which Linux and macOS do not always have."""
    return SharedAnalysisError(
        f"The driver for {KINDS[server.kind]} is installed, but the system lacks a library that it needs.",
        None,
        "ask for libltdl and the Kerberos libraries (Debian: apt-get install libltdl7 libgssapi-krb5-2)",
    )


def password_is_wrong(server: Server, variable: str) -> SharedAnalysisError:
    """Say that the server does not take the account with this password."""
    return SharedAnalysisError(
        f"The server does not accept {_account(server)} with this password.",
        server.address,
        f"check both, or correct {variable}; accounts are locked after some wrong passwords",
    )


def host_is_unknown(server: Server) -> SharedAnalysisError:
    """Say that nobody knows the host's name."""
    return SharedAnalysisError(
        f"No host has the name '{server.host}'.",
        server.address,
        "check its spelling, and that you are in the network (or its VPN) that the server is in",
    )


def host_is_silent(server: Server, seconds: int) -> SharedAnalysisError:
    """Say that no answer came in time."""
    return SharedAnalysisError(
        f"The server did not answer within {seconds} seconds.",
        server.address,
        "check host and port, and that your network (or its VPN) and firewall let you through",
    )


def nobody_listens(server: Server) -> SharedAnalysisError:
    """Say that the host takes no connections at this port."""
    return SharedAnalysisError(
        f"No {KINDS[server.kind]} answers at this host and port.",
        server.address,
        "check host and port, and whether the server is running",
    )


def database_is_unknown(server: Server) -> SharedAnalysisError:
    """Say that the server has no such database, or does not say so to this account."""
    return SharedAnalysisError(
        f"The server has no database '{server.database}' that this account may open.",
        server.address,
        "check the name, or ask the owner of the database for access",
    )


def account_is_refused(server: Server) -> SharedAnalysisError:
    """Say that the account may not connect."""
    return SharedAnalysisError(
        f"The server does not let {_account(server)} in from here.",
        server.address,
        "check the name of the account, and ask the owner of the database to let it connect from your computer",
    )


def is_not_encrypted(server: Server) -> SharedAnalysisError:
    """Say that the two do not agree on how the connection is encrypted."""
    return SharedAnalysisError(
        "The encrypted connection could not be made: its certificate is not trusted, or one side has no encryption.",
        server.address,
        "ask the owner of the database for the certificate and the options to use",
    )


def connection_failed(server: Server, code: str | None = None) -> SharedAnalysisError:
    """Say that the connection could not be made, where no more is known."""
    return SharedAnalysisError(
        f"The connection could not be made{_in_brackets(code)}.", server.address, "try again, or ask its owner"
    )


def connection_was_lost(server: Server) -> SharedAnalysisError:
    """Say that the connection broke while rows were read."""
    return SharedAnalysisError(
        "The connection was lost while the rows were read. The earlier file, if there was one, is as it was.",
        server.address,
        "run it again",
    )


def query_failed(statement: Statement, what: str, next_step: str, place: int | None = None) -> SharedAnalysisError:
    """Say what is wrong with a query, and in which line if the database says where."""
    line = "" if place is None else f", line {statement.line_of(place)}"
    return SharedAnalysisError(what, f"query{line}", next_step)


def name_in_query(statement: Statement, message: str) -> str:
    """Find the first name of a message that is one of the query too: in quotes with a blank before it, or nothing."""
    words = {token.text.strip('"[]`').casefold() for token in statement.tokens if token.kind == "word"}
    words |= {token.text.strip('"[]`').casefold() for token in statement.tokens if token.text[0] in '"[`'}
    for name in re.findall(r"[\w$.]+", message):
        last = name.split(".")[-1].casefold()
        if _IDENTIFIER.fullmatch(name) and last in words and not _COMMON_WORDS.fullmatch(last):
            return f" '{name}'"
    return ""


def _account(server: Server) -> str:
    return f"'{server.user}'" if server.user else "your account"


def _in_brackets(code: str | None) -> str:
    return f" (code {code})" if code else ""
