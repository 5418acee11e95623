"""The database that a contract's table is read from: an entry of ``servers`` (Open Data Contract Standard).

The standard's own keys say where the database is: ``server`` (its name here), ``type``, ``host``, ``port``,
``database``, ``schema``. What it has no key for is in the entry's ``customProperties``:

============ =======================================================================================================
``query``    the file with the query, from the project's root: ``sql/housing.sql``. Only an entry that has one is read
``user``     the account; left out for that of the person who is signed in
``options``  how to connect, such as ``{sslmode: verify-full}``
``kind``     ``sqlite``, for which the standard has no type: its ``type`` is ``custom``, and its file the ``path``
============ =======================================================================================================

The file of DuckDB is its ``database``, as the standard has it. Passwords are refused.

A folder where deliveries arrive has ``delivery: newest`` among its ``customProperties``; it is the ``location`` of
``s3`` and ``azure``, and the ``path`` of ``local``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, NoReturn

from open_data_contract_standard.model import Server as ServerEntry

from shared_analysis.contracts.folders import KINDS as FOLDERS
from shared_analysis.contracts.folders import Folder
from shared_analysis.contracts.model import refuse_unknown
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import KINDS, Server

_CUSTOM = ("query", "user", "options", "kind", "delivery")
_SECRET = re.compile("pass|pwd|secret|token|credential", re.IGNORECASE)
_OTHER_NAMES = {"postgres": "postgresql"}


def read_server(entries: Sequence[ServerEntry] | None) -> tuple[Server | None, str | None]:
    """Read the one server that a table is read from, and the file with its query.

    Raises
    ------
    SharedAnalysisError
        If several servers have a query, or a part of the one that has is missing or cannot be.
    """
    chosen: list[tuple[str, ServerEntry, dict[str, Any]]] = []
    for number, entry in enumerate(entries or []):
        where = f"servers.{entry.server or number}"
        custom = {str(item.property): item.value for item in entry.customProperties or []}
        _refuse_custom(custom, where)
        if "query" in custom:
            chosen.append((where, entry, custom))
    if not chosen:
        return None, None
    if len(chosen) > 1:
        _refuse("Several servers have a query.", "servers", "keep the query of one of them: a table is read from one")
    where, entry, custom = chosen[0]
    try:
        return _server(entry, custom, where), query_path(custom["query"])
    except SharedAnalysisError as error:
        part = (error.where or "").removeprefix("server, ")
        raise SharedAnalysisError(error.what, f"{where}.{part}", error.next_step) from None


def read_folder(entries: Sequence[ServerEntry] | None) -> Folder | None:
    """Read the folder in which a table's deliveries arrive.

    Raises
    ------
    SharedAnalysisError
        If there are several, or it cannot be one.
    """
    chosen = [
        entry for entry in entries or [] if any(own.property == "delivery" for own in entry.customProperties or [])
    ]
    if not chosen:
        return None
    if len(chosen) > 1:
        _refuse("Several servers have deliveries.", "servers", "keep one: a table's deliveries arrive in one folder")
    (entry,) = chosen
    kind = str(entry.type)
    if kind not in FOLDERS:
        refuse_unknown("a type of server with deliveries", entry.type, FOLDERS, f"servers.{entry.server}.type")
    return Folder(entry.server or "", kind, (entry.path if kind == "local" else entry.location) or "")


def folder_documents(folder: Folder | None) -> list[dict[str, Any]] | None:
    """Give a contract's ``servers``; ``None`` where its table's deliveries arrive in no folder that is known."""
    if folder is None:
        return None
    place = "path" if folder.kind == "local" else "location"
    custom = [{"property": "delivery", "value": "newest"}]
    return [{"server": folder.name, "type": folder.kind, place: folder.address, "customProperties": custom}]


def _refuse_custom(custom: Mapping[str, Any], where: str) -> None:
    for key in custom:
        if _SECRET.search(key):
            _refuse("A contract holds no passwords.", f"{where}.customProperties", "remove it, and change the password")
        meant = get_close_matches(key.casefold(), _CUSTOM, n=1, cutoff=0.75)
        if key not in _CUSTOM and meant:
            refuse_unknown("a custom property that is read", key, _CUSTOM, f"{where}.customProperties")


def _server(entry: ServerEntry, custom: Mapping[str, Any], where: str) -> Server:
    kind = _OTHER_NAMES.get(str(entry.type), str(entry.type))
    if kind == "custom" and custom.get("kind") == "sqlite":
        kind = "sqlite"
    elif kind not in KINDS or kind == "sqlite":
        types = [*(name for name in KINDS if name != "sqlite"), "custom (with kind: sqlite)"]
        refuse_unknown("a type of server that a table can be read from", entry.type, types, f"{where}.type")
    options = custom.get("options", {})
    if not isinstance(options, Mapping):
        _refuse("Options are names with values.", "options", "write {sslmode: require}, for example")
    user = custom.get("user")
    return Server(
        entry.server or "",
        kind,
        host=entry.host,
        port=_port(entry.port),
        database=None if kind == "duckdb" else entry.database,
        schema=None if kind == "duckdb" else entry.schema_,
        user=None if user is None else str(user),
        path=entry.database if kind == "duckdb" else entry.path,
        options=tuple((str(name), _text(value)) for name, value in options.items()),
    )


def _port(port: int | str | None) -> int | None:
    if isinstance(port, str):
        if not re.fullmatch("[0-9]{1,5}", port):
            _refuse("This is no port.", "port", "write a number such as 5432")
        return int(port)
    return port


def _text(value: object) -> str:
    """Give the text that is meant: YAML takes `yes` for true."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def query_path(path: object) -> str:
    """Check the path of a query's file, which is given from the project's root.

    Raises
    ------
    SharedAnalysisError
        If it is none, or leads out of the project.
    """
    text = path if isinstance(path, str) else ""
    parts = PurePosixPath(text).parts
    outside = PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or ".." in parts or "\\" in text
    if not text.endswith(".sql") or outside or not text.isprintable():
        step = "write the path from the project's root, with slashes: sql/housing.sql"
        _refuse("This is no path of a file with a query.", "query", step)
    return text


def server_documents(server: Server | None, query: str | None) -> list[dict[str, Any]] | None:
    """Give a contract's ``servers``; ``None`` where its table is read from no database."""
    if server is None:
        return None
    custom = {
        "kind": "sqlite" if server.kind == "sqlite" else None,
        "query": query,
        "user": server.user,
        "options": server.option or None,
    }
    document = {
        "server": server.name,
        "type": "custom" if server.kind == "sqlite" else server.kind,
        "host": server.host,
        "port": server.port,
        "database": server.path if server.kind == "duckdb" else server.database,
        "schema": server.schema,
        "path": server.path if server.kind == "sqlite" else None,
        "customProperties": [{"property": name, "value": value} for name, value in custom.items() if value is not None],
    }
    return [{key: value for key, value in document.items() if value is not None}]


def _refuse(what: str, where: str, next_step: str) -> NoReturn:
    raise SharedAnalysisError(what, where, next_step)
