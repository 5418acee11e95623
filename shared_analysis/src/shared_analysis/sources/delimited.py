"""Delimited text as a table."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import furniture
from shared_analysis.sources.assemble import assemble, trimmed
from shared_analysis.sources.cells import RULE, Row, filled
from shared_analysis.sources.delivery import Aside, Delivery, in_rows
from shared_analysis.sources.encodings import decode, find_encoding, refuse_other_encoding, refuse_zero_bytes
from shared_analysis.sources.groups import remarks_on_groups
from shared_analysis.sources.header import Head, find_head, head_at, with_row_names
from shared_analysis.sources.headings import named, refuse_values_among_levels, refuse_values_as_headings
from shared_analysis.sources.reading import Reading
from shared_analysis.sources.text import (
    ESCAPED,
    UNCLOSED,
    UNDOUBLED,
    Record,
    find_separator,
    records,
    refuse_unclear_columns,
)
from shared_analysis.wording import many

_SAMPLE = 1 << 20
_PIECE = 1 << 17
_PART = 1 << 22
_IN_RULES = b"-=_+"
_NO_NAMES = ("The file has no row with the names of its columns.", "export the table with its header line")


def read_delimited(content: bytes | memoryview, name: str, reading: Reading | None = None) -> Delivery:
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
    content = memoryview(content)
    if reading is not None and reading.encoding is not None:
        refuse_other_encoding(content, reading.encoding, name)
        encoding = reading.encoding
    else:
        encoding = find_encoding(content, name)
    refuse_zero_bytes(content, encoding, name)
    sample = _beginning(content, encoding, name, stated=reading is not None)
    if ESCAPED.search(sample) and _odd_rows(ESCAPED.sub('""', sample), reading) < _odd_rows(sample, reading):
        whole = ESCAPED.sub('""', decode(content, encoding, name, stated=reading is not None))
        delivery = read_delimited(whole.encode(), name, reading and replace(reading, encoding="utf-8"))
        remark = "quotation marks within values are written with a backslash"
        found = replace(delivery.reading, encoding=encoding.removesuffix("-sig"))
        return replace(delivery, reading=found, remarks=(*delivery.remarks, remark))
    separator = (reading and reading.separator) or find_separator(sample)
    refuse_unclear_columns(sample, separator, name)
    first = list(islice(records(sample, separator), furniture.FIRST))
    head = with_row_names(_head_of(first, name, reading), [record.fields for record in first], name)
    found = Reading(
        format="csv",
        encoding=encoding.removesuffix("-sig"),
        separator=separator,
        header_row=first[head.first].row,
        header_rows=head.rows,
    )
    heads = [trimmed(record.fields) for record in first[head.first : head.first + head.rows]]
    below = first[head.first + head.rows : head.first + head.rows + 1]
    checked = reading is None and encoding == "utf-8"
    plain = _plain(content, found, head, heads, below[0].row - 1, name, checked=checked) if below else None
    return plain or _careful(decode(content, encoding, name, stated=reading is not None), found, head, name)


def _beginning(content: memoryview, encoding: str, name: str, *, stated: bool) -> str:
    """Decode the beginning of a file, up to the end of a line."""
    if content.nbytes <= _SAMPLE:
        return decode(content, encoding, name, stated=stated)
    sample = bytes(content[:_SAMPLE])
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample).removeprefix("\ufeff")
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def _odd_rows(text: str, reading: Reading | None) -> int:
    """Count the rows that have odd quotation marks, or more or fewer fields than the names of the columns.

    Fewer have if marks within values are written as they are taken to be: doubled, or with a backslash.
    """
    separator = (reading and reading.separator) or find_separator(text)
    head = find_head([trimmed(record.fields) for record in islice(records(text, separator), furniture.FIRST)])
    width = len(head.names) if head else None
    return sum(bool(row.marks) or len(row.fields) != width for row in records(text, separator, width))


def _head_of(first: Sequence[Record], name: str, reading: Reading | None) -> Head:
    """Find the header, or take the one that the reading says."""
    rows = [trimmed(record.fields) for record in first]
    if reading is not None:
        at = next((at for at, record in enumerate(first) if record.row == reading.header_row), None)
        if at is None or at + reading.header_rows > len(rows):
            raise SharedAnalysisError(_NO_NAMES[0], f"{name}, row {reading.header_row}", _NO_NAMES[1])
        return head_at(rows, at, reading.header_rows)
    head = find_head(rows)
    if head is None:
        raise SharedAnalysisError(_NO_NAMES[0], name, _NO_NAMES[1])
    return head


def _plain(
    content: memoryview, reading: Reading, head: Head, heads: Sequence[Row], above: int, name: str, *, checked: bool
) -> Delivery | None:
    """Read a file whose every line is one row of as many fields; None where it is not so.

    ``above`` is the number of lines before its rows; ``checked`` says that all of it is known to be UTF-8.
    """
    if not str(reading.separator).isascii():
        return None  # Arrow takes one byte
    encoding = "utf8" if reading.encoding == "utf-8" else str(reading.encoding)
    names = [str(at) for at in range(len(head.names))]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(content),
            read_options=pacsv.ReadOptions(skip_rows=above, column_names=names, encoding=encoding),
            parse_options=pacsv.ParseOptions(delimiter=reading.separator, newlines_in_values=False),
            convert_options=pacsv.ConvertOptions(
                check_utf8=not checked,
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    wide = str(reading.encoding).startswith(("utf-16", "utf-32"))
    ended = bytes(content[-2:]).endswith((b"\n", b"\n\x00"))
    marks = _count_marks(content, str(reading.separator))
    if (not ended and marks.quotes % 2) or marks.within or (wide and marks.quotes):
        return None
    # Otherwise a value runs over lines, one is blank, or lines end in another way.
    if marks.feeds + (not ended) != table.num_rows + above:
        return None
    # With as many rows as lines, a value runs over two only where a row ends without a line, as the last one may.
    endless = table if marks.returns else table.slice(max(table.num_rows - 1, 0))
    if marks.quotes and any(map(_has_lines, endless.columns)):
        return None
    if _has_furniture(table, heads, head.names) or _is_parted(table, head.names):
        return None
    refuse_values_among_levels(heads, name)
    return _delivered(table, reading, head, name)


class _Marks(NamedTuple):
    """What a text, or a part of one, has of line ends and quotation marks.

    Parameters
    ----------
    feeds
        The number of line feeds.
    returns
        The number of carriage returns without one.
    quotes
        The number of quotation marks.
    within
        The number of those that neither begin nor end a value and are not doubled either.
    """

    feeds: int
    returns: int
    quotes: int
    within: int


def _count_marks(content: memoryview, separator: str) -> _Marks:
    """Count line ends and quotation marks, in several parts of a long text at once."""
    data = np.frombuffer(content, dtype=np.uint8)[3 * bytes(content[:3]).startswith(codecs.BOM_UTF8) :]
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        parts = pool.map(lambda at: _marks_of(data, at, separator), range(0, len(data), _PART))
        return _Marks(*map(sum, zip(*parts, strict=True)))


def _marks_of(data: np.ndarray, first: int, separator: str) -> _Marks:
    """Count the marks of a part, a piece at a time that the processor's cache holds."""
    feeds = returns = quotes = within = 0
    ends = np.isin(np.arange(256), [ord(separator), ord("\n"), ord("\r")])
    for at in range(first, min(first + _PART, len(data)), _PIECE):
        piece = data[at : at + _PIECE]
        feeds += int(np.count_nonzero(piece == ord("\n")))
        if b"\r" in piece.tobytes():
            returns += int(np.count_nonzero(_at(data, at + np.flatnonzero(piece == ord("\r")) + 1) != ord("\n")))
        places = at + np.flatnonzero(piece == ord('"'))
        quotes += len(places)
        within += _count_within(data, places, ends)
    return _Marks(feeds, returns, quotes, within)


def _count_within(data: np.ndarray, places: np.ndarray, ends: np.ndarray) -> int:
    """Count the quotation marks that neither begin nor end a value and are not doubled; ``ends`` says what ends one."""
    before, after = _at(data, places - 1), _at(data, places + 1)
    begins, doubled = ends[before], after == ord('"')
    outer = begins | ends[after]
    if outer.all() and not doubled.any():
        return 0
    within = int(np.count_nonzero(~(outer | doubled | (before == ord('"')))))
    second = _at(data, places[begins & doubled] + 2)
    return within + int(np.count_nonzero(~ends[second] & (second != ord('"'))))


def _at(data: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the bytes at places that ascend; before the first and after the last there is the end of a line."""
    if len(places) and places[0] >= 0 and places[-1] < len(data):
        return np.asarray(data[places])
    found: np.ndarray = data.take(places, mode="clip")
    found[(places < 0) | (places >= len(data))] = ord("\n")
    return found


def _has_lines(column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.match_substring(column, "\n")).as_py())


def _has_furniture(table: pa.Table, heads: Sequence[Row], names: Sequence[str]) -> bool:
    """Say whether a row is none of the table: looked for in all rows where it is cheap, else in the first and last."""
    if all(column.null_count for column in table.columns):
        filled = np.zeros(table.num_rows, dtype=np.int32)
        for column in table.columns:
            filled += pc.is_valid(column).to_numpy(zero_copy_only=False)
        if (filled == 0).any():
            return True
    where = next((at for at, name in enumerate(names) if name), 0)
    if names[where] and _has_once_more(table.column(where), names[where]):
        return True
    ruled = _pieces_with(table.column(where), _has_marks_in_a_row)
    if pc.any(pc.match_substring_regex(ruled, f"^{RULE}$")).as_py():
        return True
    ends = table
    if table.num_rows > furniture.FIRST + furniture.LAST:
        last = table.slice(table.num_rows - furniture.LAST)
        ends = pa.concat_tables([table.slice(0, furniture.FIRST), last])
    return any(furniture.kinds(_rows_of(ends), names, heads))


def _is_parted(table: pa.Table, names: Sequence[str]) -> bool:
    """Say whether a column between others has neither a name nor a value."""
    nameless = [at for at, name in enumerate(names[1:-1], 1) if not name]
    return any(table.column(at).null_count == len(table) for at in nameless)


def _has_marks_in_a_row(data: np.ndarray) -> bool:
    marks = np.zeros(len(data), dtype=bool)
    for mark in _IN_RULES:
        marks |= data == mark
    return bool((marks[1:] & marks[:-1]).any())


def _has_once_more(column: pa.ChunkedArray, name: str) -> bool:
    """Say whether a value is the name of the column, in letters of any case."""
    own = name.lower().encode()
    named = _pieces_with(column, lambda data: own in data.tobytes().lower()) if name.isascii() else column
    again = pc.utf8_trim_whitespace(pc.replace_substring(named, "\ufeff", ""))
    return bool(pc.any(pc.equal(pc.utf8_lower(again), name.lower())).as_py())


def _pieces_with(column: pa.ChunkedArray, hint: Callable[[np.ndarray], bool]) -> pa.ChunkedArray:
    """Return the pieces of a column of whose bytes, all values together, a hint is true."""
    found = []
    for piece in column.chunks:
        ends = np.frombuffer(piece.buffers()[1] or bytes(4), dtype=np.int32)[piece.offset :][: len(piece) + 1]
        data = np.frombuffer(piece.buffers()[2] or b"", dtype=np.uint8)[ends[0] : ends[-1]]
        if hint(data):
            found.append(piece)
    return pa.chunked_array(found, column.type)


def _rows_of(table: pa.Table) -> list[list[str | None]]:
    return [trimmed([value or "" for value in row.values()]) for row in table.to_pylist()]


def _delivered(table: pa.Table, reading: Reading, head: Head, name: str) -> Delivery:
    """Name the columns; what stands above the header is furniture."""
    has_values = [column.null_count < len(column) for column in table.columns]
    kept, names, remarks = named(head.names, has_values, name)
    refuse_values_as_headings(names, {own: table.column(at) for at, own in zip(kept, names, strict=True)}, name)
    titles = tuple(range(1, reading.header_row))
    aside = (Aside("title", titles),) if titles else ()
    content = table.select(kept).rename_columns(names)
    return Delivery(content, reading, aside, (*remarks, *remarks_on_groups(content)))


def _careful(text: str, reading: Reading, head: Head, name: str) -> Delivery:
    """Read row by row, and sort out what is no row of the table."""
    every = list(records(text, reading.separator or ",", len(head.names)))
    last = trimmed(every[-1].fields)
    short = filled(last) > 1 and len(last) < len(head.names)
    if not text.endswith(("\n", "\r")) and (short or every[-1].marks == UNCLOSED):
        raise SharedAnalysisError(
            "The file ends within a row; it may have been cut short.",
            f"{name}, row {every[-1].row}: {len(last)} fields, {len(head.names)} expected",
            "export or fetch the file again and compare its number of rows with the source",
        )
    delivery = assemble([record.row for record in every], [record.fields for record in every], reading, head, name)
    remarks = list(delivery.remarks)
    if unclosed := [record.row for record in every if record.marks == UNCLOSED]:
        said = f"{many(len(unclosed), 'quotation mark begins', 'quotation marks begin')} a value and never end"
        remarks.append(f"{said}{'s' * (len(unclosed) == 1)}; read as part of the text ({in_rows(unclosed)})")
    if undoubled := [record.row for record in every if record.marks == UNDOUBLED]:
        remarks.append(f"quotation marks within values are not doubled; read as they stand ({in_rows(undoubled)})")
    return replace(delivery, remarks=tuple(remarks))
