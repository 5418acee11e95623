"""Spreadsheets (.xlsx, .xlsm, .xlsb, .xls, .ods): the sheet with the table, its cells as text."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import furniture
from shared_analysis.sources.assemble import assemble, trimmed
from shared_analysis.sources.cells import filled
from shared_analysis.sources.delivery import Delivery
from shared_analysis.sources.groups import Region, fill_merged
from shared_analysis.sources.header import Head, find_head, head_at
from shared_analysis.sources.reading import Reading

_NAMED = 12
_CELLS = re.compile(r"(?i)xl/worksheets/[^/]+\.xml|content\.xml")
_ERROR = re.compile(rb'(<(?:\w+:)?c\s[^<>]*?\bt=)"e"')
_NOT_CALCULATED = re.compile(
    rb'<(?:\w+:)?c\s(?![^<>]*\bt=)[^<>]*?\br="([A-Z]+\d+)"[^<>]*>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_OPEN_ERROR = re.compile(rb'<table:table-cell\s[^<>]*calcext:value-type="error"[^<>/]*>')
_OPEN_VALUE = re.compile(rb' office:(string-)?value(-type)?="[^"]*"')
_ABOUT = re.compile(
    r"(?i)^(notes?|meta ?data|contents|cover( sheet)?|read ?me|about|definitions?|glossary|info(rmation)?|guidance"
    r"|legend|key|instructions|data dictionary|change ?log|version( history)?|sources?|look-?ups?|codes|lists?)$"
)


class _Sheet(NamedTuple):
    """A sheet: its rows as text from the first cell on, and the cells that are merged, where the format says so."""

    rows: list[list[str]]
    merged: list[Region]


def read_spreadsheet(content: bytes, name: str, reading: Reading | None = None, sheet: str | None = None) -> Delivery:
    """Read the table of a spreadsheet.

    Parameters
    ----------
    content
        The file.
    name
        Its name, for errors.
    reading
        How it is read; by default the one sheet with a table is found, and its header.
    sheet
        Which sheet holds the table, where its header is to be found out.

    Raises
    ------
    SharedAnalysisError
        If it is damaged or locked by a password, no sheet holds a table, several do, or the one named is not there.
    """
    sheets = _sheets(content, name)
    if reading is not None and reading.sheet is not None:
        chosen = _of_sheet(sheets, reading.sheet, name)
        rows = chosen.rows
        at = reading.header_row - 1
        if at + reading.header_rows > len(rows):
            raise SharedAnalysisError(
                "The sheet has no such row, which should hold the names of its columns.",
                f"{name}, row {reading.header_row}",
                "correct `header_row` of `reading` in the contract, or ask for the file as before",
            )
        head = head_at([trimmed(row) for row in rows[: at + reading.header_rows]], at, reading.header_rows)
        return _delivered(chosen, reading, head, name)
    if sheet is not None:
        sheets = {sheet: _of_sheet(sheets, sheet, name)}
    heads = {own: found for own, each in sheets.items() if (found := _head_of(each.rows))}
    if not heads:
        raise SharedAnalysisError(
            "No sheet has a row with the names of columns, and rows below it.",
            name,
            "put the table on a sheet of its own",
        )
    left_out = [own for own in heads if _ABOUT.search(own)] if len(heads) > 1 else []
    if len(left_out) == len(heads) - 1:
        heads = {own: head for own, head in heads.items() if own not in left_out}
    if len(heads) > 1:
        raise SharedAnalysisError(
            f"{len(heads)} sheets hold a table: {_listed(list(heads))}.",
            name,
            "say which: --sheet NAME, or `sheet` under `reading` in the contract",
        )
    ((own, head),) = heads.items()
    as_found = Reading("spreadsheet", sheet=own, header_row=head.first + 1, header_rows=head.rows)
    delivery = _delivered(sheets[own], as_found, head, name)
    if left_out:
        remark = f"the sheets {_listed(left_out)} are about the table, by their names, and were left out"
        delivery = replace(delivery, remarks=(*delivery.remarks, remark))
    return delivery


def _of_sheet(sheets: dict[str, _Sheet], sheet: str, name: str) -> _Sheet:
    if sheet not in sheets:
        raise SharedAnalysisError(f"There is no sheet '{sheet}'.", name, f"the sheets are: {_listed(list(sheets))}")
    return sheets[sheet]


def _sheets(content: bytes, name: str) -> dict[str, _Sheet]:
    """Read all visible sheets."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(_with_errors_as_text(content, name)))
        shown = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == calamine.SheetVisibleEnum.Visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        found = {}
        for name_of_sheet in shown:
            sheet = book.get_sheet_by_name(name_of_sheet)
            rows = [list(map(_text, row)) for row in sheet.to_python(skip_empty_area=False)]
            found[name_of_sheet] = _Sheet(rows, sheet.merged_cell_ranges or [])
        return found
    except calamine.PasswordError:
        raise SharedAnalysisError("The workbook is locked by a password.", name, "save it without one") from None
    except (calamine.CalamineError, ValueError, OSError, zipfile.BadZipFile, zlib.error):
        raise SharedAnalysisError(
            "This is not a whole workbook.", name, "fetch it again, or save it again as .xlsx or CSV UTF-8"
        ) from None


def _with_errors_as_text(content: bytes, name: str) -> bytes:
    """Have the errors of a workbook (``#REF!``) read as the text that they show; python-calamine leaves them out.

    In .xlsb and .xls, which are no XML, they stay empty.

    Raises
    ------
    SharedAnalysisError
        If it holds formulas without their values, as a program writes them that does not calculate.
    """
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {entry: book.read(entry) for entry in book.namelist() if _CELLS.fullmatch(entry)}
        with_formulas = (part for part in parts.values() if b"<f" in part or b":f" in part)
        if formula := next(filter(None, map(_NOT_CALCULATED.search, with_formulas)), None):
            raise SharedAnalysisError(
                "The workbook holds formulas that were never calculated, so it lacks their values.",
                f"{name}, cell {formula[1].decode()}",
                "open it in Excel and save it",
            )
        texts = {
            entry: _OPEN_ERROR.sub(_as_text, _ERROR.sub(rb'\1"str"', part))
            for entry, part in parts.items()
            if b'"e"' in part or b'"error"' in part
        }
        if not texts:
            return content
        changed = io.BytesIO()
        with zipfile.ZipFile(changed, "w") as copy:
            for entry in book.namelist():
                copy.writestr(entry, texts[entry] if entry in texts else book.read(entry))
    return changed.getvalue()


def _as_text(cell: re.Match[bytes]) -> bytes:
    return _OPEN_VALUE.sub(b"", cell[0]).removesuffix(b">") + b' office:value-type="string">'


def _text(value: Any) -> str:
    """Write a cell as a CSV would hold it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def _head_of(rows: Sequence[Sequence[str]]) -> Head | None:
    """Find the header of a sheet that holds a table: names of two columns at least, and a row below."""
    head = find_head([trimmed(row) for row in rows[: furniture.FIRST]])
    if head is None or len(head.names) < 2:
        return None
    below = rows[head.first + head.rows : head.first + head.rows + furniture.FIRST]
    return head if sum(filled(trimmed(row)) > 1 for row in below) else None


def _delivered(sheet: _Sheet, reading: Reading, head: Head, name: str) -> Delivery:
    rows, remarks = fill_merged(sheet.rows, sheet.merged, head.first + head.rows, head.names)
    delivery = assemble(range(1, len(rows) + 1), rows, reading, head, name)
    return replace(delivery, remarks=(*delivery.remarks, *remarks))


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(f"'{name}'" for name in names[:_NAMED]) + more
