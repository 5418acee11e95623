"""From a query to a Parquet file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.sources.database.passwords import Password
from shared_analysis.sources.database.server import Server

CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class Extract:
    """What was read.

    Parameters
    ----------
    rows
        How many rows the file has.
    columns
        Their names, in the order of the query.
    remarks
        What else is to be known, in words, without values.
    """

    rows: int
    columns: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def extract(
    server: Server,
    sql: str,
    target: Path,
    *,
    key: Sequence[str] = (),
    password: Password = None,
    progress: Callable[[int], None] | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> Extract:
    """Read the rows of a query into a Parquet file."""
    raise NotImplementedError
