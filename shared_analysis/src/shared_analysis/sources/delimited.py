"""Delimited text as a table."""

from __future__ import annotations

import codecs
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import furniture
from shared_analysis.sources.columns import named
from shared_analysis.sources.delivery import KINDS, Aside, Delivery, in_rows
from shared_analysis.sources.headings import refuse_values_as_headings
from shared_analysis.sources.reading import Reading
from shared_analysis.sources.text import (
    Record,
    decode,
    find_encoding,
    find_separator,
    records,
    refuse_columns_of_blanks,
    refuse_other_encoding,
)
from shared_analysis.wording import many

_SAMPLE = 1 << 20
_NO_NAMES = ("The file has no row with the names of its columns.", "export the table with its header line")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def read_delimited(content: bytes, name: str, reading: Reading | None = None) -> Delivery:
    """Read a text with any separator, in any usual encoding.

    Parameters
    ----------
    content
        The file.
    name
        Its name, for errors.
    reading
        How it is read; by default that is found out.

    Raises
    ------
    SharedAnalysisError
        If it has no header, its encoding is unknown, or it ends within a row.
    """
    if reading is not None and reading.encoding is not None:
        refuse_other_encoding(content, reading.encoding, name)
        encoding = reading.encoding
    else:
        encoding = find_encoding(content, name)
    sample = _beginning(content, encoding, name)
    separator = (reading and reading.separator) or find_separator(sample)
    refuse_columns_of_blanks(sample, separator, name)
    first = list(islice(records(sample, separator), furniture.FIRST))
    head = _head_of(first, name, reading)
    found = Reading(
        format="csv",
        encoding=encoding.removesuffix("-sig"),
        separator=separator,
        header_row=first[head.first].row,
        header_rows=head.rows,
    )
    return _plain(content, found, head, name) or _careful(decode(content, encoding, name), found, head, name)


def _beginning(content: bytes, encoding: str, name: str) -> str:
    """Decode the beginning of a file, up to the end of a line."""
    if len(content) <= _SAMPLE:
        return decode(content, encoding, name)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(content[:_SAMPLE]).removeprefix("\ufeff")
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def trimmed(cells: Sequence[str]) -> list[str | None]:
    """Take blanks and invisible characters off cells; empty ones are None."""
    return [cell.translate(_INVISIBLE).strip() or None for cell in cells]


def _head_of(first: Sequence[Record], name: str, reading: Reading | None) -> furniture.Head:
    """Find the header, or take the one that the reading says."""
    rows = [trimmed(record.fields) for record in first]
    if reading is not None:
        at = next((at for at, record in enumerate(first) if record.row == reading.header_row), None)
        if at is None or at + reading.header_rows > len(rows):
            raise SharedAnalysisError(_NO_NAMES[0], f"{name}, row {reading.header_row}", _NO_NAMES[1])
        return furniture.head_at(rows, at, reading.header_rows)
    head = furniture.find_head(rows)
    if head is None:
        raise SharedAnalysisError(_NO_NAMES[0], name, _NO_NAMES[1])
    return head


def _plain(content: bytes, reading: Reading, head: furniture.Head, name: str) -> Delivery | None:
    """Read a file whose every line is one row of as many fields; None where it is not so."""
    if not str(reading.separator).isascii():
        return None  # Arrow takes one byte
    above = reading.header_row + reading.header_rows - 1
    encoding = "utf8" if reading.encoding == "utf-8" else str(reading.encoding)
    names = [str(at) for at in range(len(head.names))]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(content),
            read_options=pacsv.ReadOptions(skip_rows=above, column_names=names, encoding=encoding),
            parse_options=pacsv.ParseOptions(delimiter=reading.separator, newlines_in_values=False),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    lines = _count(content, b"\n") + (not content.endswith((b"\n", b"\n\x00")))
    unclosed = not content.endswith((b"\n", b"\n\x00")) and content.count(b'"') % 2
    if (
        unclosed or lines != table.num_rows + above
    ):  # a value that runs over lines, a blank one, or ends of lines of another kind
        return None
    # With as many rows as lines, a value runs over two only where a row ends without a line, as the last one may.
    endless = table if b"\r" in content else table.slice(max(table.num_rows - 1, 0))
    if b'"' in content and any(map(_has_lines, endless.columns)):
        return None
    return None if _has_furniture(table, head) else _delivered(table, reading, head, name)


def _count(content: bytes, mark: bytes) -> int:
    """Count a byte, a piece at a time that the processor's cache holds."""
    pieces = (memoryview(content)[at : at + _SAMPLE] for at in range(0, len(content), _SAMPLE))
    return sum(int(np.count_nonzero(np.frombuffer(piece, dtype=np.uint8) == ord(mark))) for piece in pieces)


def _has_lines(column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.match_substring(column, "\n")).as_py())


def _has_furniture(table: pa.Table, head: furniture.Head) -> bool:
    """Say whether a row is blank, repeats the header, or may be a note or a total at the end."""
    filled = np.zeros(table.num_rows, dtype=np.int32)
    for column in table.columns:
        filled += pc.is_valid(column).to_numpy(zero_copy_only=False)
    if (filled == 0).any():
        return True
    where = next((at for at, name in enumerate(head.names) if name), 0)
    if head.names[where] and pc.any(pc.match_substring(table.column(where), head.names[where])).as_py():
        again = pc.utf8_trim_whitespace(pc.replace_substring(table.column(where), "\ufeff", ""))
        if pc.any(pc.equal(again, head.names[where])).as_py():
            return True
    start = _rows_of(table.slice(0, 51))
    if start and (furniture.is_rule(start[0]) or furniture.explains_columns(start[0], start[1:])):
        return True
    rows = _rows_of(table.slice(max(table.num_rows - furniture.LAST, 0)))
    return any(furniture.find_tail(rows, head.names, rows[:-3])) or any(map(furniture.is_rule, rows[-5:]))


def _rows_of(table: pa.Table) -> list[list[str | None]]:
    return [trimmed([value or "" for value in row.values()]) for row in table.to_pylist()]


def _delivered(table: pa.Table, reading: Reading, head: furniture.Head, name: str) -> Delivery:
    """Name the columns; what stands above the header is furniture."""
    has_values = [column.null_count < len(column) for column in table.columns]
    kept, names, remarks = named(head.names, has_values, name)
    refuse_values_as_headings(names, {own: table.column(at) for at, own in zip(kept, names, strict=True)}, name)
    titles = tuple(range(1, reading.header_row))
    aside = (Aside("title", titles),) if titles else ()
    return Delivery(table.select(kept).rename_columns(names), reading, aside, tuple(remarks))


def _careful(text: str, reading: Reading, head: furniture.Head, name: str) -> Delivery:
    """Read row by row, and sort out what is no row of the table."""
    every = list(records(text, reading.separator or ",", len(head.names)))
    last = trimmed(every[-1].fields)
    short = furniture.filled(last) > 1 and len(last) < len(head.names)
    if not text.endswith(("\n", "\r")) and (short or every[-1].unclosed):
        raise SharedAnalysisError(
            "The file ends within a row; it may have been cut short.",
            f"{name}, row {every[-1].row}: {len(last)} fields, {len(head.names)} expected",
            "export or fetch the file again and compare its number of rows with the source",
        )
    delivery = assemble([record.row for record in every], [record.fields for record in every], reading, head, name)
    unclosed = [record.row for record in every if record.unclosed]
    if unclosed:
        said = f"{many(len(unclosed), 'quotation mark begins', 'quotation marks begin')} a value and never end"
        remark = f"{said}{'s' * (len(unclosed) == 1)}; read as part of the text ({in_rows(unclosed)})"
        delivery = replace(delivery, remarks=(*delivery.remarks, remark))
    return delivery


def assemble(
    places: Sequence[int], rows: Sequence[Sequence[str | None]], reading: Reading, head: furniture.Head, name: str
) -> Delivery:
    """Make a delivery of rows: those of the table, and the others by kind.

    Parameters
    ----------
    places
        Where in the file each row is, from 1.
    rows
        All rows of the file.
    reading, head
        How the file is read, and its header.
    name
        The file, for errors.
    """
    at_head = places.index(reading.header_row)
    below = at_head + head.rows
    width = len(head.names)
    heads = [trimmed([cell or "" for cell in row]) for row in rows[at_head:below]]
    cells = [trimmed([cell or "" for cell in row]) for row in rows[below:]]
    tail = furniture.find_tail(cells[-furniture.LAST :], head.names, cells[:200])
    kinds = [""] * (len(cells) - len(tail)) + tail
    aside: dict[str, list[int]] = defaultdict(list)
    aside["title"] = list(places[:at_head])
    table, first = [], True
    for at, row in enumerate(cells):
        kind = kinds[at] or _kind(row, width, heads)
        if not kind and first and furniture.explains_columns(row, cells[at + 1 : at + 51]):
            kind = "unit"
        first = first and kind in ("unit", "rule", "blank")
        if kind in ("note", "ragged") and furniture.says_that_it_failed(row):
            raise SharedAnalysisError(
                "The file holds the message of a program that failed, so it is not whole.",
                f"{name}, row {places[below + at]}",
                "export the table again",
            )
        if kind:
            aside[kind].append(places[below + at])
        else:
            whole = list(rows[below + at])[:width]
            table.append([cell or None for cell in whole] + [None] * (width - len(whole)))
    columns = list(zip(*table, strict=True)) if table else [()] * width
    kept, names, remarks = named(head.names, [any(column) for column in columns], name)
    texts = {own: pa.array(columns[at], type=pa.string()) for at, own in zip(kept, names, strict=True)}
    refuse_values_as_headings(names, texts, name)
    found = tuple(Aside(kind, tuple(aside[kind])) for kind in KINDS if aside[kind])
    return Delivery(pa.table(texts), reading, found, tuple(remarks))


def _kind(row: Sequence[str | None], width: int, heads: Sequence[Sequence[str | None]]) -> str:
    """Say what a row is if it is none of the table; an empty text for one of the table."""
    if not furniture.filled(row):
        return "blank"
    if furniture.is_head_again(row, heads):
        return "header"
    if furniture.is_rule(row):
        return "rule"
    # Programs leave out empty fields at the end of a row, and add some; anything else has lost its place.
    return "ragged" if any(row[width:]) or len(row) < width else ""
