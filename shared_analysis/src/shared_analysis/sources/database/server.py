"""Where a database is and who reads it: everything but the password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from shared_analysis.errors import SharedAnalysisError

KINDS = {
    "postgresql": "PostgreSQL",
    "sqlserver": "SQL Server",
    "sqlite": "SQLite",
    "duckdb": "DuckDB",
}
"""The databases that are read, by the name that a contract and an address have for each."""
DRIVERS = {"postgresql": "requirements-postgres.txt", "sqlserver": "requirements-sqlserver.txt"}
"""The lock of a project that installs the driver, where a project does not have it anyway."""
FILES = ("sqlite", "duckdb")
"""Kinds of which a database is one file."""
USUAL_PORTS = {"postgresql": 5432, "sqlserver": 1433}
USUAL_SCHEMAS = {"postgresql": "public", "sqlserver": "dbo"}
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "postgresql": {
        "sslmode": "disable|allow|prefer|require|verify-ca|verify-full",
        "sslrootcert": r"[^\x00-\x1f]+",
        "gssencmode": "disable|prefer|require",
        "channel_binding": "disable|prefer|require",
        "target_session_attrs": "any|read-write|read-only|primary|standby|prefer-standby",
        "application_name": r"[\w .-]{1,63}",
        "connect_timeout": "[1-9][0-9]{0,2}",
    },
    "sqlserver": {
        "encrypt": "yes|no|strict|mandatory|optional",
        "trust_server_certificate": "yes|no",
        "hostname_in_certificate": r"[\w.*-]+",
        "application_intent": "ReadOnly|ReadWrite",
        "authentication": "ActiveDirectory(Interactive|Integrated|Default|MSI|DeviceCode|Password)|SqlPassword",
        "connect_timeout": "[1-9][0-9]{0,2}",
    },
    "sqlite": {},
    "duckdb": {},
}
"""What an address may add, and the pattern of each value. None of them is a secret or lets a file be written."""
_NAME = re.compile(r"[A-Za-z][\w-]{0,59}", re.ASCII)
_HOST = re.compile(r"[\w.-]+(\\[\w$]+)?|[0-9A-Fa-f:.]+(%\w+)?|/[^\x00-\x1f]*")
_LAST_PORT = 65_535


@dataclass(frozen=True)
class Server:
    """A database, as a contract's ``servers`` describe it. It holds no password.

    Parameters
    ----------
    name
        What the project calls it; a part of the name of the environment variable with its password.
    kind
        One of :data:`KINDS`.
    host
        Its name or address in the network; of SQL Server perhaps with an instance (``HOST\\INSTANCE``), of PostgreSQL
        perhaps the folder of a local socket.
    port
        By default 5432 (PostgreSQL) or 1433 (SQL Server without an instance).
    database
        The database's name on its server.
    schema
        Where tables are looked for that a query names without a schema: by default ``public`` or ``dbo``. SQL Server
        looks where its account says, whatever this is.
    user
        The account; ``None`` for that of the person who is signed in.
    path
        Of SQLite and DuckDB: the file, absolute or relative to the project.
    options
        Pairs of names and values out of :data:`OPTIONS`.

    Raises
    ------
    SharedAnalysisError
        If a part is missing, does not belong to the kind, or cannot be.
    """

    name: str
    kind: str
    host: str | None = None
    port: int | None = None
    database: str | None = None
    schema: str | None = None
    user: str | None = None
    path: str | None = None
    options: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could not be connected to, and fill in what is usual."""
        if self.kind not in KINDS:
            _refuse("This is no kind of database.", "type", f"choose one of: {', '.join(KINDS)}")
        if not _NAME.fullmatch(self.name):
            _refuse("This cannot be a server's name.", "server", "start with a letter; use letters, digits, _ and -")
        self._refuse_misplaced()
        if self.kind not in FILES:
            if self.port is None and "\\" not in str(self.host):
                object.__setattr__(self, "port", USUAL_PORTS[self.kind])
            if self.schema is None:
                object.__setattr__(self, "schema", USUAL_SCHEMAS[self.kind])
            self._refuse_impossible()
        object.__setattr__(self, "options", tuple(sorted((option, value) for option, value in self.options)))
        for option, value in self.options:
            pattern = OPTIONS[self.kind].get(option)
            if pattern is None:
                refuse_option(self.kind)
            if not isinstance(value, str) or not re.fullmatch(pattern, value, re.IGNORECASE):
                _refuse("The option cannot have this value.", option, _choices(pattern))

    def _refuse_misplaced(self) -> None:
        in_network = ["host", "port", "database", "schema", "user"]
        wrong, needed = (in_network, ["path"]) if self.is_file else (["path"], ["host", "database"])
        for field in wrong:
            if getattr(self, field) is not None:
                _refuse(f"{KINDS[self.kind]} has no such part.", field, "leave it out")
        for field in needed:
            if not getattr(self, field):
                _refuse(f"It is not said which {field} is meant.", field, f"add the {field}")
        for field in ("host", "database", "schema", "user", "path"):
            value = getattr(self, field)
            if value is not None and (not isinstance(value, str) or not value.strip() or not value.isprintable()):
                _refuse("This is no usable text.", field, "write it in visible characters")

    def _refuse_impossible(self) -> None:
        if not _HOST.fullmatch(str(self.host)):
            _refuse("This cannot be the name of a host.", "host", "write a name or an address, such as db.example.org")
        if self.port is not None and (
            not isinstance(self.port, int) or isinstance(self.port, bool) or not 1 <= self.port <= _LAST_PORT
        ):
            _refuse("This is no port.", "port", f"write a number from 1 to {_LAST_PORT:,}")

    @property
    def option(self) -> dict[str, str]:
        """The options by their names."""
        return dict(self.options)

    @property
    def is_file(self) -> bool:
        """Whether the database is one file."""
        return self.kind in FILES

    def within(self, folder: Path) -> Server:
        """Give the same server with the path of its file made absolute: a relative one begins in ``folder``."""
        return replace(self, path=str(folder / self.path)) if self.path is not None else self

    @property
    def address(self) -> str:
        """The address in one line, as :func:`parse_address` reads it but for what is usual: it holds no password."""
        if self.is_file:
            return f"{self.kind}:///{self.path}"
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        host = str(self.host)
        host = f"[{host}]" if ":" in host else quote(host, safe="")
        port = f":{self.port}" if self.port else ""
        return f"{self.kind}://{user}{host}{port}/{quote(str(self.database), safe='')}"


def refuse_option(kind: str) -> NoReturn:
    """Refuse an option that is not allowed, without saying what it was: it may be a secret."""
    known = ", ".join(["schema"] * (kind not in FILES) + sorted(OPTIONS[kind]))
    _refuse(
        "The server has an option that is not read here.",
        "options",
        f"leave it out; those read are: {known}" if known else "leave options out: a file has none",
    )


def _choices(pattern: str) -> str:
    return f"write one of: {pattern.replace('|', ', ')}" if re.fullmatch(r"[\w|-]+", pattern) else "correct it"


def _refuse(what: str, field: str, next_step: str) -> NoReturn:
    raise SharedAnalysisError(what, f"server, {field}", next_step)
