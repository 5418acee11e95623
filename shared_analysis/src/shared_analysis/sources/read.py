"""Read a table as it comes: whatever its format, encoding and furniture; what is no table is refused by its bytes."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.delivery import Delivery
from shared_analysis.sources.reading import Reading
from shared_analysis.sources.recognise import recognise, recognise_bytes

SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet")
PACKED = (".gz", ".zip")
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
    from shared_analysis.sources.delimited import read_delimited
    from shared_analysis.sources.parquet import read_parquet
    from shared_analysis.sources.spreadsheet import read_spreadsheet

    kind = recognise(path)
    if kind == "parquet" or path.suffix.lower() == ".parquet":
        return _as_said(read_parquet(path, path.name), reading, path.name)
    content = path.read_bytes()
    name = path.name
    if kind == "gzip":
        content = _unpacked(content, name)
        kind = recognise_bytes(content[:65_536], name)
    if kind == "zip":
        kind, content, name = _of_zip(content, name)
    if kind == "parquet":
        return _as_said(read_parquet(content, name), reading, name)
    _refuse_other_format(kind, reading, name)
    if kind == "spreadsheet":
        return read_spreadsheet(content, name, reading, sheet)
    return read_delimited(content, name, reading)


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


def _of_zip(content: bytes, name: str) -> tuple[str, bytes, str]:
    """Tell a workbook, which is a zip itself, from an archive with one file in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [entry for entry in archive.namelist() if not entry.endswith("/") and "__MACOSX" not in entry]
            if any(book in inside for book in _BOOKS):
                return "spreadsheet", content, name
            if "word/document.xml" in inside:
                raise SharedAnalysisError("This is a Word document.", name, "export the table as CSV UTF-8 or Excel")
            tables = [entry for entry in inside if table_name(Path(entry)) is not None]
            inside = tables if len(tables) == 1 else inside  # beside it perhaps a note on how to read it
            if len(inside) != 1:
                raise SharedAnalysisError(
                    f"The archive holds {len(inside):,} files; a delivery is one table.", name, "unpack it"
                )
            own = archive.read(inside[0])
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        raise SharedAnalysisError("The packed file is not whole, or locked.", name, "fetch it again") from None
    kind = recognise_bytes(own[:65_536], name)
    if kind in ("gzip", "zip"):
        kind, own, _ = ("csv", _unpacked(own, name), name) if kind == "gzip" else _of_zip(own, name)
    return kind, own, name
