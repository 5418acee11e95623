"""Tables that come from a database: which one, by which query, and their rows in a file."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from shared_analysis.contracts import DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import Server, ask_for_password, extract, parse_address

Progress = Callable[[str, int], None]
"""Told of a table and its rows so far."""

_BESIDE = ".dvc/tmp"
_PREFIX = "extracts-"
_FOLDER = "sql"
_TABLE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?", re.ASCII)


@dataclass(frozen=True)
class Query:
    """What is read from a database.

    Parameters
    ----------
    table
        The table of the project that its rows become.
    server
        The database.
    path
        The file with the query, from the project's root.
    sql
        The query.
    """

    table: str
    server: Server
    path: str
    sql: str


def find_server(given: str, contracts: Mapping[str, DataContract]) -> Server:
    """Find the database that a person means: one that a contract names, or an address, perhaps ``name=address``.

    Raises
    ------
    SharedAnalysisError
        If it is neither, or the name is another database's.
    """
    known = {contract.server.name: contract.server for contract in contracts.values() if contract.server is not None}
    if given in known:
        return known[given]
    stated, mark, address = given.partition("=")
    named = bool(mark) and "://" not in stated
    if "://" not in given:
        names = f"; those that contracts name: {', '.join(sorted(known))}" if known else ""
        raise SharedAnalysisError(
            "No contract names such a database.",
            "--from",
            f"say its address, as in --from housing=postgresql://USER@HOST/DATABASE{names}",
        )
    server = parse_address(address if named else given, name=stated if named else None)
    if known.get(server.name, server) != server:
        raise SharedAnalysisError(
            f"Contracts name another database '{server.name}'.",
            "--from",
            f"name this one: --from NAME={server.address}",
        )
    return server


def make_query(root: Path, server: Server, given: str, file: Path | None) -> Query:
    """Say what is read for a table: the query of a file or, without one, the whole table of that name.

    Parameters
    ----------
    root
        The project.
    server
        The database.
    given
        The table's name or, where it has another one there, ``name=schema.table``.
    file
        A file with the query; one outside the project is copied to ``sql/``.

    Raises
    ------
    SharedAnalysisError
        If there is no such file, or a name cannot be a table's.
    """
    name, mark, there = given.partition("=")
    own = f"{_FOLDER}/{name}.sql"
    if file is None:
        table = there if mark else name
        if not _TABLE.fullmatch(table):
            raise SharedAnalysisError(
                "This is no plain name of a table in a database.", "NAME", "write the query to a file: --query FILE"
            )
        return Query(name, server, own, f"SELECT * FROM {table}\n")  # noqa: S608  # a plain name
    if mark:
        raise SharedAnalysisError("A query says itself what it reads.", "NAME", f"leave out what follows '{name}'")
    path = file.expanduser().resolve()
    try:
        sql = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise SharedAnalysisError(
            "The query cannot be read.", str(file), "say the path of a file with SQL, in UTF-8"
        ) from None
    inside = path.is_relative_to(root.resolve())
    return Query(name, server, path.relative_to(root.resolve()).as_posix() if inside else own, sql)


def query_of(root: Path, contract: DataContract) -> Query | None:
    """Give the query of a table whose contract names a database; None for one that comes as a file.

    Raises
    ------
    SharedAnalysisError
        If the file with the query is not there.
    """
    if contract.server is None or contract.query is None:
        return None
    try:
        sql = (root / contract.query).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise SharedAnalysisError(
            f"The query of the table '{contract.name}' cannot be read.", contract.query, "restore it, as with git"
        ) from None
    return Query(contract.name, contract.server, contract.query, sql)


@contextmanager
def extracted(root: Path, queries: Sequence[Query], progress: Progress | None = None) -> Iterator[dict[Query, Path]]:
    """Read the rows of some queries into files, which are there for as long as the block lasts.

    The caller holds the project, so what a killed process left there is nobody's and goes.

    Yields
    ------
    dict
        The Parquet file of each.

    Raises
    ------
    SharedAnalysisError
        If a database cannot be read; see :func:`shared_analysis.sources.database.extract`.
    """
    if not queries:
        yield {}
        return
    (root / _BESIDE).mkdir(parents=True, exist_ok=True)
    for left in (root / _BESIDE).glob(f"{_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=root / _BESIDE, ignore_cleanup_errors=True) as scratch:
        files = {query: Path(scratch) / f"{query.table}.parquet" for query in queries}
        for query, file in files.items():
            told = partial(progress, query.table) if progress else None
            extract(query.server.within(root), query.sql, file, password=ask_for_password, progress=told)
        yield files
