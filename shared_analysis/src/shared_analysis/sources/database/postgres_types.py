"""Types of PostgreSQL, and how each becomes one of Parquet.

============================== ===================== ==============================================================
in the database                in the file           note
============================== ===================== ==============================================================
smallint, integer, bigint      int64
real, double precision         float64               NaN and infinity stay
numeric(p, s), p up to 38      decimal128(p, s)      NaN is missing
other numeric, money           text                  every digit stays; ``sum`` of bigint and ``avg`` give this type
boolean                        boolean
date                           date32                infinity, years BC and after 9999 are refused
timestamp                      timestamp             likewise
timestamp with time zone       timestamp in UTC      likewise
bytea                          refused
json, arrays, uuid, enums, ... text                  as the database writes it; intervals as in ISO 8601: ``P1DT2H``
============================== ===================== ==============================================================
"""

from __future__ import annotations

import pyarrow as pa

from shared_analysis.sources.database.columns import SourceColumn, quoted, refuse_bytes

_INTEGERS = {20, 21, 23, 26}
_FLOATS = {700, 701}
_BOOLEAN, _BYTEA, _DATE, _TIMESTAMP, _TIMESTAMPTZ, _NUMERIC, _MONEY = 16, 17, 1082, 1114, 1184, 1700, 790
_MOST_DIGITS = 38


def column_of(name: str, oid: int, precision: int | None, scale: int | None) -> SourceColumn:
    """Decide how a column is selected, ordered and kept.

    Text is ordered by its bytes (the collation ``"C"``), whatever the collation of the database. Types that call two
    values equal that are written differently (0 and -0, 1.0 and 1.00, 24 hours and 1 day) are ordered as text besides.

    Parameters
    ----------
    name
        The column's name.
    oid
        The number of its type in PostgreSQL; those of built-in types never change.
    precision, scale
        Of a numeric column: its digits, and those after the decimal point.
    """
    value = quoted(name)
    text = f"{value}::text"
    bytewise = f'{text} COLLATE "C"'
    if oid == _BYTEA:
        refuse_bytes(name)
    if oid in _INTEGERS:
        return SourceColumn(name, pa.int64(), value, (value,))
    if oid in _FLOATS:
        return SourceColumn(name, pa.float64(), value, (value, bytewise))
    if oid == _BOOLEAN:
        return SourceColumn(name, pa.bool_(), value, (value,))
    if oid == _DATE:
        return SourceColumn(name, pa.date32(), value, (value,))
    if oid == _TIMESTAMP:
        return SourceColumn(name, pa.timestamp("us"), value, (value,))
    if oid == _TIMESTAMPTZ:
        return SourceColumn(name, pa.timestamp("us", "UTC"), value, (value,))
    if oid == _NUMERIC:
        number = f"NULLIF({value}, 'NaN')"
        if precision is not None and scale is not None and 0 <= scale <= precision <= _MOST_DIGITS:
            return SourceColumn(name, pa.decimal128(precision, scale), number, (number,))
        return SourceColumn(name, pa.string(), f"{number}::text", (number, f'{number}::text COLLATE "C"'))
    if oid == _MONEY:
        return SourceColumn(name, pa.string(), f"{value}::numeric::text", (value,))
    return SourceColumn(name, pa.string(), text, (bytewise,))
