"""Types of SQL Server, and how each becomes one of Parquet.

=============================== ================= ============================================================
in the database                 in the file       note
=============================== ================= ============================================================
tinyint to bigint               int64
float, real                     float64
decimal(p, s), numeric(p, s)    decimal128(p, s)
money, smallmoney               decimal128        four decimals
bit                             boolean
date                            date32
datetime, datetime2, ...        timestamp         microseconds; the seventh decimal is left out
datetimeoffset                  timestamp in UTC
binary, image, rowversion       refused
uniqueidentifier, xml, time ... text              as the database writes it
=============================== ================= ============================================================
"""

from __future__ import annotations

import re

import pyarrow as pa

from shared_analysis.sources.database.columns import SourceColumn, quoted, refuse_bytes

_BYTEWISE = "COLLATE Latin1_General_100_BIN2"
_INTEGERS = ("tinyint", "smallint", "int", "bigint")
_FLOATS = ("float", "real")
_BYTES = ("binary", "varbinary", "image", "timestamp", "rowversion")
_MOMENTS = ("datetime", "smalldatetime", "datetime2")
_SHORT_TEXT = ("char", "varchar", "nchar", "nvarchar")
_WITH_METHODS = ("geography", "geometry", "hierarchyid")
_MONEY = {"money": pa.decimal128(19, 4), "smallmoney": pa.decimal128(10, 4)}


def column_of(name: str, described: str) -> SourceColumn:
    """Decide how a column is selected, ordered and kept.

    Text is ordered by its code points, whatever the collation of the database; blanks at its end, which comparisons
    ignore, count by its length.

    Parameters
    ----------
    name
        The column's name.
    described
        Its type as the server describes it: ``decimal(10,2)``.
    """
    value = quoted(name)
    kind = described.partition("(")[0].strip().casefold()
    if kind in _BYTES:
        refuse_bytes(name)
    if kind in _INTEGERS:
        return SourceColumn(name, pa.int64(), value, (value,))
    if kind in _FLOATS:
        return SourceColumn(name, pa.float64(), value, (value,))
    if kind == "bit":
        return SourceColumn(name, pa.bool_(), value, (value,))
    if decimal := re.fullmatch(r"(?:decimal|numeric)\((\d+),\s*(\d+)\)", described):
        return SourceColumn(name, pa.decimal128(int(decimal[1]), int(decimal[2])), value, (value,))
    if kind in _MONEY:
        return SourceColumn(name, _MONEY[kind], value, (value,))
    if kind == "date":
        return SourceColumn(name, pa.date32(), value, (value,))
    if kind in _MOMENTS:
        return SourceColumn(name, pa.timestamp("us"), value, (value,))
    if kind == "datetimeoffset":
        in_utc = f"CAST(SWITCHOFFSET({value}, '+00:00') AS datetime2)"
        return SourceColumn(name, pa.timestamp("us", "UTC"), in_utc, (value,))
    text = _text(value, kind)
    if kind in _SHORT_TEXT and "max" not in described:
        return SourceColumn(name, pa.string(), value, (f"{value} {_BYTEWISE}", f"DATALENGTH({value})"))
    return SourceColumn(name, pa.string(), text, (f"{text} {_BYTEWISE}", f"DATALENGTH({text})"))


def _text(value: str, kind: str) -> str:
    if kind in _WITH_METHODS:
        return f"{value}.ToString()"
    if kind == "uniqueidentifier":
        return f"LOWER(CONVERT(char(36), {value}))"
    return f"CONVERT(nvarchar(max), {value})"
