"""A delivery: the table that a file holds, how it was read, and every row of the file that is no row of the table."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shared_analysis.sources.reading import Reading
from shared_analysis.wording import count_rows

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

KINDS = {
    "title": "above the table",
    "blank": "without any value",
    "header": "with the column names once more",
    "page": "with the number or the title of a page",
    "rule": "of dashes",
    "unit": "with the units or numbers of the columns",
    "note": "of notes",
    "total": "of totals",
    "ragged": "with more or fewer fields than the header",
}
"""Rows of a file that are no rows of its table, in words."""
NAMED = 5
"""Rows that a message names."""


@dataclass(frozen=True)
class Aside:
    """Rows of one kind that are no rows of the table.

    Parameters
    ----------
    kind
        One of :data:`KINDS`.
    rows
        Their places in the file, from 1.
    """

    kind: str
    rows: tuple[int, ...]

    @property
    def words(self) -> str:
        """Say what they are and where, without what they hold."""
        return f"{count_rows(len(self.rows))} {KINDS[self.kind]} ({in_rows(self.rows)})"


def in_rows(rows: Sequence[int]) -> str:
    """Name rows of a file by their places; of many, the first."""
    named = ", ".join(f"{row:,}" for row in rows[:NAMED])
    more = f" and {len(rows) - NAMED:,} more" if len(rows) > NAMED else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {named}{more}"


@dataclass(frozen=True)
class Delivery:
    """A file, read.

    Parameters
    ----------
    content
        Its table: of text as Arrow's strings, of other files as pandas has it.
    reading
        How it was read.
    aside
        Rows that are no rows of the table.
    remarks
        What else is to be known, in words, without values.
    rows_of_file
        How many rows of the file the table is made of, where periods in headings make several rows of each.
    """

    content: pa.Table | pd.DataFrame
    reading: Reading
    aside: tuple[Aside, ...] = ()
    remarks: tuple[str, ...] = ()
    rows_of_file: int | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """Its table. Of text every column holds strings, missing as ``None``; nothing is guessed."""
        import pandas as pd

        if isinstance(self.content, pd.DataFrame):
            return self.content
        columns = zip(self.content.column_names, self.content.columns, strict=True)
        return pd.DataFrame(
            {name: column.to_pandas() for name, column in columns}, columns=self.content.column_names, dtype=object
        )

    def in_one_piece(self) -> pa.Table | pd.DataFrame:
        """Join the pieces that columns were read in, and let them go: memory holds a large table once."""
        import pyarrow as pa

        if isinstance(self.content, pa.Table) and any(column.num_chunks > 1 for column in self.content.columns):
            with ThreadPoolExecutor(pa.cpu_count()) as pool:
                whole = list(pool.map(pa.ChunkedArray.combine_chunks, self.content.columns))
            object.__setattr__(self, "content", pa.table(whole, self.content.column_names))
            pa.default_memory_pool().release_unused()
        return self.content

    @property
    def rows(self) -> int:
        """Number of rows of the table."""
        return len(self.content)

    @property
    def rows_in_file(self) -> int:
        """All rows of the file: those of the table, of its column names, and those set aside."""
        header = 0 if self.reading.format == "parquet" else self.reading.header_rows
        return header + self.rows_read + sum(len(aside.rows) for aside in self.aside)

    @property
    def rows_read(self) -> int:
        """Rows of the file that the table is made of."""
        return self.rows if self.rows_of_file is None else self.rows_of_file

    @property
    def ragged(self) -> int:
        """Number of rows that should be rows of the table, and cannot be read as such."""
        return sum(len(aside.rows) for aside in self.aside if aside.kind == "ragged")
