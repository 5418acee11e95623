"""A Parquet file written piece by piece: the same rows are the same bytes, and it is whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.parquet import WRITER_SETTINGS
from shared_analysis.writing import write_file

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 100_000
"""Rows of a group: the file does not depend on how many rows came at a time."""


def write_pieces(target: Path, schema: pa.Schema, pieces: Iterable[pa.Table]) -> int:
    """Write a file beside its target and rename it; what an earlier, killed process left beside it is removed.

    Parameters
    ----------
    target
        The file.
    schema
        Its columns, fixed before the first row.
    pieces
        Its rows. Memory holds one group of them.

    Returns
    -------
    int
        The number of rows.

    Raises
    ------
    SharedAnalysisError
        If the file cannot be written; what was there before stays.
    """
    import pyarrow.parquet as pq

    rows = 0
    fault: str | None = None
    settings = {name: value for name, value in WRITER_SETTINGS.items() if name != "row_group_size"}

    def write(file: BinaryIO) -> None:
        nonlocal rows
        with pq.ParquetWriter(file, schema, **settings) as writer:
            for group in _groups(schema, pieces):
                writer.write_table(group, row_group_size=GROUP_ROWS)
                rows += group.num_rows

    try:
        write_file(target, write)
    except OSError as error:
        fault = os.strerror(error.errno) if error.errno else "no reason given"
    if fault is not None:
        raise SharedAnalysisError(
            f"The file cannot be written: {fault}.",
            str(target),
            "check the disk's space, and that no program has it open",
        )
    return rows


def _groups(schema: pa.Schema, pieces: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Join pieces to groups of one size, each column in one piece: where pieces end must not show in the file."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    for piece in pieces:
        waiting.append(piece)
        while sum(map(len, waiting)) >= GROUP_ROWS:
            joined = pa.concat_tables(waiting)
            yield joined.slice(0, GROUP_ROWS).combine_chunks()
            waiting = [joined.slice(GROUP_ROWS)]
    joined = pa.concat_tables(waiting) if waiting else schema.empty_table()
    if joined.num_rows:
        yield joined.combine_chunks()
