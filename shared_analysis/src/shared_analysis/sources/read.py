"""Read a table as it comes: whatever its format, encoding and furniture; what is no table is refused by its bytes."""

from __future__ import annotations

import contextlib
import gzip
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.delivery import Delivery
from shared_analysis.sources.reading import FORMATS, Reading
from shared_analysis.sources.recognise import recognise, recognise_bytes

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet")
PACKED = (".gz", ".zip")
_MOST_WRAPPINGS = 3
_ENOUGH = 65_536
_FEWEST_NAMED = 2
_NAMELESS = re.compile(r"column_\d+")
_BOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def read(path: Path, reading: Reading | None = None, sheet: str | None = None) -> Delivery:
    """Read a file that holds one table.

    Text, spreadsheets and Parquet are told by their first bytes; text and Parquet may be packed (.gz, or .zip with one
    file). Rows that are no rows of the table are set aside and counted.

    Parameters
    ----------
    path
        The file.
    reading
        How it is read, as the contract has it; by default that is found out.
    sheet
        Of a spreadsheet whose reading is to be found out: the sheet with the table, where several hold one.

    Returns
    -------
    Delivery

    Raises
    ------
    SharedAnalysisError
        If it is not there, empty, damaged, cut short or no table, or is no longer what ``reading`` says.
    """
    from shared_analysis.sources.periods import with_periods

    if reading is None:
        delivery = _read(path, None, sheet)
        if sheet is not None and delivery.reading.format != "spreadsheet":
            raise SharedAnalysisError(
                f"The file is {FORMATS[delivery.reading.format]}, which has no sheets.",
                f"{path.name}, sheet '{sheet}'",
                "leave out the sheet, or give the workbook",
            )
        return delivery
    try:
        delivery = _read(path, reading, sheet)
        own = {name: getattr(reading, name) for name in ("period_column", "value_column", "period_from")}
        made = with_periods(replace(delivery, reading=replace(delivery.reading, **own)))
    except SharedAnalysisError:
        _refuse_if_moved(path, reading, fewest=1)
        raise
    named, nameless = _count_names(delivery)
    if named < _FEWEST_NAMED or named <= nameless:
        _refuse_if_moved(path, reading, fewest=named + 1)
    return made


def _count_names(delivery: Delivery) -> tuple[int, int]:
    """Count the columns that have a name, and those that have none."""
    content = delivery.content
    names = list(content.columns) if hasattr(content, "iloc") else content.column_names
    nameless = sum(bool(_NAMELESS.fullmatch(str(name))) for name in names)
    return len(names) - nameless, nameless


def _refuse_if_moved(path: Path, reading: Reading, fewest: int) -> None:
    """Refuse a file that can be read, but in another way than its contract says, by what is other.

    ``fewest`` is how many columns must have names then.
    """
    try:
        delivery = _read(path, None, reading.sheet)
    except SharedAnalysisError:
        return
    found = delivery.reading
    if found.format != reading.format or found.format == "parquet" or _count_names(delivery)[0] < fewest:
        return
    if reading.separator not in (None, found.separator):
        said = f"The file sets columns apart by {found.marks}; the contract says {reading.marks}."
        setting = "separator"
    elif (found.header_row, found.header_rows) != (reading.header_row, reading.header_rows):
        said = f"The names of the columns are in {found.rows_of_names}; the contract says {reading.rows_of_names}."
        setting = "header_row"
    else:
        return
    raise SharedAnalysisError(
        said, path.name, f"ask for the file as before, or correct `{setting}` of `reading` in the contract"
    ) from None


def _read(path: Path, reading: Reading | None, sheet: str | None) -> Delivery:
    from shared_analysis.sources.delimited import read_delimited
    from shared_analysis.sources.parquet import read_parquet
    from shared_analysis.sources.spreadsheet import read_spreadsheet

    kind = recognise(path)
    if kind == "parquet" or path.suffix.lower() == ".parquet":
        return _as_said(read_parquet(path, path.name), reading, path.name)
    if kind == "csv":
        _refuse_other_format(kind, reading, path.name)
        return read_delimited(_content_of(path), path.name, reading)
    content, name = path.read_bytes(), path.name
    for _ in range(_MOST_WRAPPINGS):
        if kind == "gzip":
            content = _unpacked(content, name)
        elif kind == "zip" and not _is_workbook(content, name):
            content = _only_file(content, name)
        else:
            break
        kind = recognise_bytes(content[:_ENOUGH], name)
    else:
        raise SharedAnalysisError("The file is packed again and again.", name, "unpack it")
    kind = "spreadsheet" if kind == "zip" else kind
    if kind == "parquet":
        return _as_said(read_parquet(content, name), reading, name)
    _refuse_other_format(kind, reading, name)
    if kind == "spreadsheet":
        return read_spreadsheet(content, name, reading, sheet)
    return read_delimited(content, name, reading)


def _content_of(path: Path) -> memoryview:
    """Read a file into an array of numpy, which takes half of the time of bytes for large ones."""
    import numpy as np

    return np.fromfile(path, dtype=np.uint8).data


def read_table(path: Path, sheet: str | None = None) -> pd.DataFrame:
    """Read a table as it comes, to look at it by hand; a pipeline reads deliveries, whose report counts every row.

    Rows that were set aside, and what else there is to know, are said as a warning.

    Parameters
    ----------
    path, sheet
        As of :func:`read`.

    Raises
    ------
    SharedAnalysisError
        As of :func:`read`.
    """
    delivery = read(path, sheet=sheet)
    said = [each.words for each in delivery.aside] + list(delivery.remarks)
    if said:
        warnings.warn(f"{path.name}: {'; '.join(said)}", stacklevel=2)
    return delivery.table


def table_name(path: Path) -> str | None:
    """Give the name of the table that a file holds, by its own; None for a file that is no table by its name."""
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
        if not suffixes:
            return None if path.suffix.lower() == ".gz" else path.stem
    if not suffixes or suffixes[-1] not in SUFFIXES:
        return None
    stem = path.name.lower()
    for suffix in (*PACKED, *SUFFIXES):
        stem = stem.removesuffix(suffix)
    return path.name[: len(stem)]


def _as_said(delivery: Delivery, reading: Reading | None, name: str) -> Delivery:
    _refuse_other_format(delivery.reading.format, reading, name)
    return delivery


def _refuse_other_format(kind: str, reading: Reading | None, name: str) -> None:
    if reading is not None and reading.format != kind:
        raise SharedAnalysisError(
            f"The contract was made for {reading.format}, and this is {kind}.",
            name,
            "ask for the file as before, or correct `reading` in the contract",
        )


def _unpacked(content: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise SharedAnalysisError("The packed file is not whole.", name, "fetch it again") from None


def _is_workbook(content: bytes, name: str) -> bool:
    """Tell a workbook, which is a zip itself, from an archive."""
    inside = _entries(content, name)
    if "word/document.xml" in inside:
        raise SharedAnalysisError("This is a Word document.", name, "export the table as CSV UTF-8 or Excel")
    return any(book in inside for book in _BOOKS)


def _only_file(content: bytes, name: str) -> bytes:
    """Take the one file out of an archive; beside it there may be a note on how to read it."""
    inside = [entry for entry in _entries(content, name) if not entry.endswith("/") and "__MACOSX" not in entry]
    tables = [entry for entry in inside if table_name(Path(entry)) is not None]
    inside = tables if len(tables) == 1 else inside
    if len(inside) != 1:
        raise SharedAnalysisError(
            f"The archive holds {len(inside):,} files; a delivery is one table.", name, "unpack it"
        )
    with _whole(name), zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(inside[0])


def _entries(content: bytes, name: str) -> list[str]:
    with _whole(name), zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.namelist()


@contextlib.contextmanager
def _whole(name: str) -> Iterator[None]:
    """Refuse an archive that cannot be opened."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        raise SharedAnalysisError("The packed file is not whole, or locked.", name, "fetch it again") from None
