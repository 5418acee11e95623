"""What files of the corpus are made from: plain tables, and ways to write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd

BOROUGHS = "Barnet Brent Camden Ealing Hackney Haringey Islington Lambeth Newham Sutton".split()  # noqa: SIM905
Rows = list[list[str | None]]


@dataclass(frozen=True)
class MessyFile:
    """One file of the corpus.

    Parameters
    ----------
    name, content
        The file.
    table
        The table that it means; None if it is none.
    refusal
        Words of the error that it must lead to, if it is no table.
    furniture
        How many rows of the file are no rows of the table, by kind, the names of columns left out.
    sheet
        Which sheet to ask for, if several hold a table.
    """

    name: str
    content: bytes
    table: pd.DataFrame | None = None
    refusal: str = ""
    furniture: tuple[tuple[str, int], ...] = ()
    sheet: str | None = None


def counts(months: int = 4) -> tuple[list[str], Rows]:
    """A table of counts: its names and its rows."""
    rows: Rows = [
        [f"E090000{number + 10}", borough, f"2024-{month:02d}-01", str(37 + 13 * number + month)]
        for month in range(1, months + 1)
        for number, borough in enumerate(BOROUGHS)
    ]
    return ["area_code", "area_name", "month", "count"], rows


def people(size: int = 40) -> tuple[list[str], Rows]:
    """A table of people: ids with zeros in front, accents, commas, gaps."""
    families = ["O'Brien", "Núñez", "Smith-Jones", "Ólafsson", "Brontë", "Lee"]
    rows: Rows = [
        [
            f"{number:05d}",
            f"Anna {number % 7}",
            families[number % 6],
            None if number % 9 == 0 else f"{1950 + number}-03-{1 + number % 28:02d}",
            f"{number} High Street, Flat {number % 4}",
        ]
        for number in range(1, size + 1)
    ]
    return ["case_number", "forename", "surname", "dob", "address"], rows


def frame(names: Sequence[str], rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(names), dtype=object)


def quoted(value: str | None, separator: str, always: bool = False) -> str:
    if value is None:
        return ""
    if always or separator in value or '"' in value or "\n" in value:
        doubled = value.replace('"', '""')
        return f'"{doubled}"'
    return value


def text(
    names: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    separator: str = ",",
    end: str = "\n",
    always: bool = False,
) -> str:
    every = [list(names), *rows]
    return "".join(separator.join(quoted(cell, separator, always) for cell in row) + end for row in every)


def workbook(
    sheets: dict[str, Sequence[Sequence[Any]]], merged: Sequence[tuple[int, int, int, int, str]] = ()
) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(at, column, value)
            for area in merged:
                sheet.merge_range(*area)
    return buffer.getvalue()


def open_document(rows: Sequence[Sequence[str | None]], sheet: str = "Sheet1") -> bytes:
    """Write the smallest .ods that there is."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
            if cell
            else "<table:table-cell/>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{space}:office:1.0" '
        f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="{sheet}">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = (
        f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="{space}:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def packed(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()
