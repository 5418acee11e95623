"""Values that are written once for several rows of a table, as a borough above those of its tenures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared_analysis.sources.cells import NUMBER, PERIOD, filled
from shared_analysis.wording import count_rows

if TYPE_CHECKING:
    import pyarrow as pa

Region = tuple[tuple[int, int], tuple[int, int]]
"""Cells that are merged: row and column of the first and of the last, from 0."""
_FEWEST_GROUPS = 2


def fill_merged(
    rows: Sequence[Sequence[str]], regions: Sequence[Region], below: int, names: Sequence[str]
) -> tuple[list[list[str]], list[str]]:
    """Write a value that is merged down over rows of the table into each of them.

    A row that holds nothing else stays blank: the one above it is a row of the table that is two rows high. A number
    that is no year may be the total of the rows: it stays in the first, so that nobody adds it up twice.

    Parameters
    ----------
    rows, regions
        The rows of a sheet, and its merged cells.
    below
        The first row below the header.
    names
        The names of the columns.

    Returns
    -------
    tuple
        The rows, and remarks.
    """
    whole = [list(row) for row in rows]
    written: dict[int, int] = {}
    kept: dict[int, int] = {}
    for (first, column), (last, last_column) in regions:
        if column != last_column or column >= len(names) or not below <= first < len(rows) or not rows[first][column]:
            continue
        value = rows[first][column]
        number = NUMBER.fullmatch(value) and not PERIOD.fullmatch(value)
        for at in range(first + 1, min(last + 1, len(rows))):
            if not filled(rows[at]):
                continue
            counts = kept if number else written
            counts[column] = counts.get(column, 0) + 1
            if not number:
                whole[at][column] = value
    said = ((written, "its values were written into"), (kept, "its numbers stay in the first and are missing in"))
    return whole, [
        f"column {names[at] or at + 1} is merged down over rows; {words} {count_rows(number)} below them"
        for counts, words in said
        for at, number in sorted(counts.items())
    ]


def remarks_on_groups(table: pa.Table) -> list[str]:
    """Say so where the first column seems to hold its values only in the first row of each group.

    Rows without one stand below one, are whole otherwise, and follow at least half of the values, which are all
    different.
    """
    import numpy as np
    import pyarrow.compute as pc

    if table.num_columns < 2 or not table.column(0).null_count:
        return []
    own = table.column(0)
    gaps = pc.is_null(own).to_numpy(zero_copy_only=False)
    values, groups = len(own) - own.null_count, int(np.count_nonzero(gaps[1:] & ~gaps[:-1]))
    if gaps[0] or groups < _FEWEST_GROUPS or 2 * groups < values or pc.count_distinct(own).as_py() < values:
        return []
    others = (pc.is_null(column).to_numpy(zero_copy_only=False) for column in table.columns[1:])
    if any((gaps & empty).any() for empty in others):
        return []
    said = f"column {table.column_names[0]} is empty below its values in {count_rows(int(gaps.sum()))}"
    return [f"{said}: it may be meant for each row of a group"]
