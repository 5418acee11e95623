"""Addresses of databases as people write them: ``postgresql://reader@host:5432/housing``."""

from __future__ import annotations

import re
from typing import NoReturn
from urllib.parse import parse_qsl, unquote

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database.server import FILES, OPTIONS, Server, refuse_option

_SCHEMES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "sqlserver": "sqlserver",
    "mssql": "sqlserver",
    "sqlite": "sqlite",
    "duckdb": "duckdb",
}
_EXAMPLES = "postgresql://reader@host:5432/housing, sqlserver://reader@host/housing, sqlite:///data/housing.db"
_SECRET = re.compile(r"pass|pwd|secret|token|credential|key|sslcert$", re.IGNORECASE)


def parse_address(address: str, name: str | None = None) -> Server:
    """Read an address of a database.

    ``kind://user@host:port/database?option=value`` of PostgreSQL and SQL Server, with ``schema`` as one of the options;
    what is no letter or digit in a name may be written as in web addresses (``%40`` for ``@``). ``sqlite:///path`` and
    ``duckdb:///path`` of a file: the path is taken as it stands, so that ``sqlite:///C:\\data\\housing.db`` works, and
    ``sqlite:////srv/housing.db`` is a path from the root.

    Parameters
    ----------
    address
        The address, without a password.
    name
        What the project calls the server; by default like the database.

    Raises
    ------
    SharedAnalysisError
        If it holds a password or is no address. No part of the address is repeated, since it may be a secret.
    """
    scheme, mark, rest = address.strip().partition("://")
    kind = _SCHEMES.get(scheme.lower().partition("+")[0])
    if not mark or kind is None:
        _refuse("This is no address of a database that can be read.", f"write one like: {_EXAMPLES}")
    if not rest.isprintable():
        _refuse("The address has characters that cannot be seen.", "type it again")
    return _of_file(kind, rest, name) if kind in FILES else _in_network(kind, rest, name)


def _of_file(kind: str, rest: str, name: str | None) -> Server:
    path = rest.removeprefix("/")
    if not rest.startswith("/") or not path or path == ":memory:":
        _refuse("It is not said which file is meant.", f"write {kind}:///, then the path of the file")
    if "?" in path:
        _refuse("An address of a file has no options.", "leave out what follows the question mark")
    return Server(name or _as_name(re.split(r"[\\/]", path)[-1].rpartition(".")[0] or path), kind, path=path)


def _in_network(kind: str, rest: str, name: str | None) -> Server:
    body, _, query = rest.partition("?")
    place, _, database = body.partition("/")
    user, at, host = place.rpartition("@")
    # A password with / or @ in it ends up in other parts of the address.
    if ":" in user or (at and not user) or "#" in rest or re.search("[@/:]", database) or "@" in query:
        _refuse_secret()
    if not database:
        _refuse("It is not said which database is meant.", f"add its name, as in: {_EXAMPLES}")
    host, port = _host_and_port(host)
    options = parse_qsl(query, keep_blank_values=True)
    schema = None
    for option, value in options:
        if _SECRET.search(option):
            _refuse_secret()
        if option not in OPTIONS[kind] and option != "schema":
            refuse_option(kind)
        schema = value if option == "schema" else schema
    named = [option for option, _ in options]
    if len(set(named)) < len(named):
        _refuse("The address has an option twice.", "keep one of them")
    database = unquote(database)
    return Server(
        name or _as_name(database),
        kind,
        host=unquote(host),
        port=port,
        database=database,
        schema=schema,
        user=unquote(user) or None,
        options=tuple(pair for pair in options if pair[0] != "schema"),
    )


def _host_and_port(place: str) -> tuple[str, int | None]:
    parts = re.fullmatch(r"\[([^\[\]]+)\](?::([0-9]{1,5}))?|([^:\[\]]*)(?::([0-9]{1,5}))?", place)
    if parts is None:
        _refuse("The host or its port cannot be read.", "write host:port; put an IPv6 address in brackets: [::1]:5432")
    port = parts[2] or parts[4]
    return parts[1] or parts[3] or "", int(port) if port else None


def _as_name(text: str) -> str:
    """Make a server's name of a database's: other characters become ``_``."""
    return re.sub(r"\W", "_", re.sub(r"^[^A-Za-z]+", "", text), flags=re.ASCII)[:60] or "database"


def _refuse_secret() -> NoReturn:
    _refuse(
        "The address holds a password, or something like one.",
        "leave it out, and change the password if others can see your screen or the history of your commands; it is "
        "asked for, or taken from the environment variable SHARED_ANALYSIS_PASSWORD_ and the server's name in capitals",
    )


def _refuse(what: str, next_step: str) -> NoReturn:
    raise SharedAnalysisError(what, "address of the database", next_step)
