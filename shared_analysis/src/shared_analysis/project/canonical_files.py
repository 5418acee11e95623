"""Canonical files: the same content is the same bytes, and a file is either whole or not there.

Every writer here writes by :mod:`shared_analysis.writing`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import read, refuse_repeated_columns, refuse_shapes_of_values, refuse_values_as_headings
from shared_analysis.spreadsheets import for_people
from shared_analysis.writing import write_file

if TYPE_CHECKING:
    import pandas as pd

SYNTHETIC = "SYNTHETIC"


def read_canonical(path: Path) -> pd.DataFrame:
    """Read a CSV or Parquet file of the project's own; what others made is for :mod:`shared_analysis.sources`.

    A CSV is read strictly and as text: every column holds strings, an empty field is missing (``None``), and every line
    is a row. Of a Parquet file, whole numbers and truth values keep their type where some are missing (``Int64``,
    ``boolean``).

    Raises
    ------
    SharedAnalysisError
        If the file is missing, empty, damaged, not UTF-8, has no header line, has a repeated column name, or has a row
        with more or fewer fields than the header (as a truncated file has).
    """
    if not path.is_file():
        raise SharedAnalysisError("The table is not there.", str(path), "check the name, or run `dvc pull`")
    if path.suffix == ".parquet":
        return read(path).table
    if path.suffix != ".csv":
        raise SharedAnalysisError(f"Tables are CSV or Parquet files, not '{path.suffix}'.", path.name, _AS_CSV)
    return _read_csv(path)


def _read_csv(path: Path) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.csv as pacsv

    with path.open("rb") as file:
        first = file.readline()
        if first.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise SharedAnalysisError(*_csv_fault(path, "UTF8"))
        if not first.strip(b"\xef\xbb\xbf\r\n\t "):
            raise SharedAnalysisError("The file has no header line.", path.name, "export the table again")
        _refuse_other_separators(first, path.name)
    try:
        parse = pacsv.ParseOptions(newlines_in_values=True)
        header = pacsv.open_csv(path, parse_options=parse).schema.names
        refuse_shapes_of_values(header, path.name)
        refuse_repeated_columns(header, path.name)
        options = pacsv.ConvertOptions(
            column_types={name: pa.string() for name in header},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )
        table = pacsv.read_csv(path, parse_options=parse, convert_options=options)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise SharedAnalysisError(*_csv_fault(path, str(error))) from None
    refuse_values_as_headings(header, {name: table.column(name) for name in header}, path.name)
    return pd.DataFrame({name: table.column(name).to_pandas() for name in header}, columns=header, dtype=object)


_AS_CSV = "save it as CSV UTF-8 (in Excel: File, Save As, CSV UTF-8 (Comma delimited))"


def _refuse_other_separators(header: bytes, where: str) -> None:
    """Refuse a header of one cell that other marks than commas divide; one such mark may belong to a name."""
    if b"," in header:
        return
    for mark, fewest, name in ((b";", 2, "semicolons"), (b"\t", 1, "tabs"), (b"|", 2, "bars")):
        if header.strip(b" \r\n").count(mark) >= fewest:
            raise SharedAnalysisError(f"The file separates columns with {name}.", where, _AS_CSV)


def _csv_fault(path: Path, arrow_says: str) -> tuple[str, str, str]:
    """Say what is wrong with a CSV; Arrow's own text quotes the row, which may be personal."""
    if "UTF8" in arrow_says or "utf-8" in arrow_says:
        return "The file is not UTF-8 text.", path.name, _AS_CSV
    if "Expected" in arrow_says and "columns" in arrow_says:
        return (
            "A row has more or fewer fields than the header; the file may have been cut short.",
            _ragged_row(path),
            "export or fetch the file again and compare its number of rows with the source",
        )
    return "The file cannot be read as CSV.", path.name, "export it again as 'CSV UTF-8', comma separated"


def _ragged_row(path: Path) -> str:
    """Find the first ragged row; the slow way, run only when the fast reader has refused."""
    import csv

    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        rows = csv.reader(file)
        with contextlib.suppress(csv.Error):  # a quotation mark that never ends
            width = len(next(rows, []))
            for number, row in enumerate(rows, start=2):
                if row and len(row) != width:
                    return f"{path.name}, row {number}: {len(row)} fields, {width} expected"
    return path.name


def is_synthetic(path: Path) -> bool:
    """Tell whether a Parquet file that :func:`write_table` wrote is marked as made from synthetic data."""
    import pyarrow.parquet as pq

    metadata = pq.read_schema(path).metadata or {}
    return bool(metadata.get(b"data") == SYNTHETIC.encode())


def write_table(path: Path, table: pd.DataFrame, *, synthetic: bool = False) -> None:
    """Write a table as canonical CSV or Parquet, by its suffix, in the row and column order it has.

    Parquet: one row group a million rows, zstd, no pandas metadata; ``data = SYNTHETIC`` in the schema's metadata
    when the table was made from the twin. CSV: UTF-8, ``\\n``, missing values empty, dates as ISO 8601: a column that
    is all midnights as days, any other with the time of day (and the offset, if it has a time zone).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from shared_analysis.sources.parquet import WRITER_SETTINGS

    if path.suffix == ".csv":
        moments = table.select_dtypes(["datetime", "datetimetz"])
        if moments.size:
            table = table.assign(**{str(name): _iso(moments[name]) for name in moments})
        text = table.to_csv(index=False, lineterminator="\n")
        write_text(path, text)
        return
    if path.suffix != ".parquet":
        raise ValueError(f"no canonical writer for {path.suffix}")
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    metadata = {"data": SYNTHETIC} if synthetic else None
    # However pandas holds text, it is one type of text in a file.
    plain = [field.with_type(pa.string()) if pa.types.is_large_string(field.type) else field for field in arrow.schema]
    arrow = arrow.cast(pa.schema(plain)).replace_schema_metadata(metadata)
    write_file(path, lambda file: pq.write_table(arrow, file, **WRITER_SETTINGS))


def write_sheet(path: Path, table: pd.DataFrame) -> None:
    """Write a table that people open: as :func:`write_table`, but a CSV holds nothing that a spreadsheet would run.

    What they save is read back by :meth:`Project.read_file`, as it was.
    """
    write_table(path, for_people(table) if path.suffix == ".csv" else table)


def _iso(moments: pd.Series) -> pd.Series:
    local = moments.dt.tz_localize(None).dropna()
    if local.eq(local.dt.normalize()).all():
        form = "%Y-%m-%d"
    else:
        form = f"%Y-%m-%dT%H:%M:%S{'' if local.eq(local.dt.floor('s')).all() else '.%f'}%z"
    text: pd.Series = moments.dt.strftime(form)
    return text


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON with two-space indents, in the order given, non-ASCII kept; NaN is refused."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with ``\\n`` line ends on every platform."""
    write_file(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file as it was made."""
    write_file(path, content)
