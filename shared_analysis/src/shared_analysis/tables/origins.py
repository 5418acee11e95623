"""Where tables come from that nobody brings by hand: a database and a query, or a folder where deliveries arrive."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from shared_analysis.contracts import DataContract
from shared_analysis.contracts.folders import KINDS as FOLDERS
from shared_analysis.contracts.folders import Folder
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import arriving
from shared_analysis.sources.database import Server, ask_for_password, extract, parse_address
from shared_analysis.tables.folders import Arrival, find_arrival

Progress = Callable[[str, int], None]
"""Told of a table and its rows so far."""

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

    def declared_in(self, contract: DataContract) -> DataContract:
        """Let a contract say that its table comes from here."""
        return replace(contract, server=self.server, query=self.path)


Source = Query | Arrival
"""Where a table comes from."""


def find_server(given: str, contracts: Mapping[str, DataContract]) -> Server | Folder:
    """Find the database or folder that a person means: one that a contract names, or an address (``name=address``).

    Raises
    ------
    SharedAnalysisError
        If it is neither, or the name is another database's.
    """
    places = [contract.server or contract.folder for contract in contracts.values()]
    known = {place.name: place for place in places if place is not None}
    if given in known:
        return known[given]
    stated, mark, address = given.partition("=")
    named = bool(mark) and not re.search(r"[:/\\]", stated)
    name, address = (stated, address) if named else (None, given)
    if not re.search(r"[:/\\]", address):
        names = f"; those that contracts name: {', '.join(sorted(known))}" if known else ""
        raise SharedAnalysisError(
            "No contract names such a database or folder.",
            "--from",
            f"say its address, as in --from housing=postgresql://USER@HOST/DATABASE or --from drop=PATH/{names}",
        )
    in_files = "://" not in address or address.startswith(tuple(filter(None, FOLDERS.values())))
    place = Folder.parse(address, name) if in_files else parse_address(address, name=name)
    if known.get(place.name, place) != place:
        raise SharedAnalysisError(
            f"Contracts name another '{place.name}'.", "--from", "name this one: --from NAME=ADDRESS"
        )
    return place


def make_source(root: Path, place: Server | Folder, given: str, query: Path | None, tables: Collection[str]) -> Source:
    """Say what is taken for a table: the newest file of a folder, or the rows of a query.

    Parameters
    ----------
    root
        The project.
    place
        The folder or database.
    given
        The table's name; of a database perhaps ``name=schema.table``.
    query
        A file with the query.
    tables
        The tables that the project has.

    Raises
    ------
    SharedAnalysisError
        If there is no such file, or a name cannot be a table's.
    """
    if isinstance(place, Server):
        return _make_query(root, place, given, query)
    if query is not None:
        raise SharedAnalysisError("A folder is asked no queries.", "--query", "leave it out")
    return find_arrival(root, place, given, tables)


def _make_query(root: Path, server: Server, given: str, file: Path | None) -> Query:
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


def source_of(root: Path, contract: DataContract, tables: Collection[str]) -> Source | None:
    """Say where a table's next delivery comes from, by its contract; None for one that a person brings.

    Raises
    ------
    SharedAnalysisError
        If the file with the query is not there, or the folder has no file of the table.
    """
    if contract.folder is not None:
        return find_arrival(root, contract.folder, contract.name, tables)
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
def fetched(root: Path, sources: Sequence[Source], progress: Progress | None = None) -> Iterator[dict[Source, Path]]:
    """Read the rows of queries into files, and get those of folders; they are there for as long as the block lasts.

    The caller holds the project, so what a killed process left there is nobody's and goes.

    Yields
    ------
    dict
        The file of each.

    Raises
    ------
    SharedAnalysisError
        If a database cannot be read (see :func:`shared_analysis.sources.database.extract`), or a folder not reached.
    """
    with arriving(root) as scratch:
        yield {source: _fetch(root, source, scratch, progress) for source in sources}


def _fetch(root: Path, source: Source, scratch: Path, progress: Progress | None) -> Path:
    if isinstance(source, Arrival):
        return source.fetch(root, scratch)
    file = scratch / f"{source.table}.parquet"
    told = partial(progress, source.table) if progress else None
    extract(source.server.within(root), source.sql, file, password=ask_for_password, progress=told)
    return file
