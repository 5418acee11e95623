"""The columns that a query gives: how each is selected, ordered by, and kept in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NoReturn, Protocol

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database.passwords import Password
from shared_analysis.sources.database.server import Server
from shared_analysis.sources.database.statement import Statement

if TYPE_CHECKING:
    import pyarrow as pa

QUERY = "shared_analysis_query"
"""What the query is called inside the statement around it."""
_NAMELESS = "?column?"


@dataclass(frozen=True)
class SourceColumn:
    """A column of a query.

    Parameters
    ----------
    name
        Its name.
    type
        Its type in the file.
    select
        The expression for its values.
    order
        The expressions that put any two of its values that differ in the file into one order.
    """

    name: str
    type: pa.DataType
    select: str
    order: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """The rows of a query, not yet read.

    Parameters
    ----------
    schema
        The columns of the file.
    batches
        The rows, some at a time, each with that schema.
    remarks
        What is to be known of them.
    """

    schema: pa.Schema
    batches: Iterator[pa.Table]
    remarks: tuple[str, ...] = ()


class OpenRows(Protocol):
    """What each kind of database has: it connects, asks, and closes."""

    def __call__(
        self, server: Server, statement: Statement, key: Sequence[str], password: Password, chunk_rows: int
    ) -> AbstractContextManager[Rows]:
        """Open the rows of a query."""


def quoted(name: str) -> str:
    """Write a column's name as the standard of SQL does."""
    return '"' + name.replace('"', '""') + '"'


def wrap(statement: str, columns: Sequence[SourceColumn], key: Sequence[str]) -> str:
    """Write the statement that selects the columns of a query in one defined order: by the key, then by the rest."""
    select = ", ".join(f"{column.select} AS {quoted(column.name)}" for column in columns)
    return f"SELECT {select} FROM (\n{statement}\n) AS {QUERY} ORDER BY {', '.join(ordering(columns, key))}"


def ordering(columns: Sequence[SourceColumn], key: Sequence[str]) -> list[str]:
    """List the expressions to order by."""
    by_name = {column.name: column for column in columns}
    first = [by_name[name] for name in key]
    rest = [column for column in columns if column.name not in key]
    return [expression for column in (*first, *rest) for expression in column.order]


def schema_of(columns: Sequence[SourceColumn]) -> pa.Schema:
    """Give the schema of the file."""
    import pyarrow as pa

    return pa.schema([(column.name, column.type) for column in columns])


def refuse_names(names: Sequence[str], key: Sequence[str], *, fold: bool = False) -> None:
    """Refuse columns without a name or with that of another, and a key that is not among them.

    Parameters
    ----------
    names
        The columns that the query gives.
    key
        Those of the key.
    fold
        Whether the database takes capitals and small letters in names for the same.

    Raises
    ------
    SharedAnalysisError
        For the first of them.
    """
    for number, name in enumerate(names, 1):
        if not name.strip() or not name.isprintable() or name == _NAMELESS:
            refuse("A column has no name.", f"query, column {number}", "give it one: `... AS name`")
    repeated = [name for name, times in Counter(map(str.casefold, names) if fold else names).items() if times > 1]
    if repeated:
        refuse("Several columns have the same name.", f"query, column '{repeated[0]}'", "name each: `... AS name`")
    if not names:
        refuse("The query has no columns.", "query", "select some")
    for name in key:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            hint = f"did you mean '{close[0]}'?" if close else "select it, or correct the key"
            refuse("The query does not select a column of the key.", f"key, column '{name}'", hint)


def refuse_bytes(name: str) -> NoReturn:
    """Refuse a column of bytes, such as pictures or documents."""
    refuse("A column holds bytes, which are no values of a table.", f"query, column '{name}'", "leave it out")


def refuse(what: str, where: str, next_step: str) -> NoReturn:
    """Say what is wrong with a query."""
    raise SharedAnalysisError(what, where, next_step)
