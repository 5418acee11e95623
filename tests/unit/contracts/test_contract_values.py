"""From a value as it was delivered to text, and from text to the type of the contract."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from shared_analysis.contracts.model import Column
from shared_analysis.contracts.values import as_text, coerce

BEYOND_FLOATS = 2**53 + 1
"""The first whole number that no float can hold: made a float on the way, it comes out as its neighbour."""
LARGEST = 2**63 - 1


def text_of(values: pd.Series, kind: str | None = None) -> list[str | None]:
    return as_text(values, kind).to_pylist()


def read(values: list[str | None], column: Column) -> list[object]:
    return [None if value is pd.NA or value is pd.NaT else value for value in coerce(array(values), column).values]


def array(values: list[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


@pytest.mark.parametrize("number", [BEYOND_FLOATS, -BEYOND_FLOATS, LARGEST, -LARGEST - 1, 10**17 + 1, 10**18 - 1])
def test_whole_numbers_keep_every_digit(number: int) -> None:
    column = Column("n", "integer")
    assert read([str(number), None], column) == [number, None]
    for values in (
        pd.Series([number], dtype="int64"),
        pd.Series([number, None], dtype="Int64"),
        pd.Series([number, None], dtype=object),
    ):
        assert text_of(values)[0] == str(number)
    assert int(coerce(as_text(pd.Series([number, None], dtype="Int64")), column).values[0]) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+7", 7),
        ("-7", -7),
        ("007", 7),
        ("7.000", 7),
        ("-0", 0),
        ("7.5", None),
        ("7.", None),
        (".0", None),
        ("+-7", None),
        ("1e3", None),
        ("7 000", None),
        ("\u0667", None),
        (str(LARGEST + 1), None),
        (str(-LARGEST - 2), None),
        ("0" * 30 + "7", 7),
        ("9" * 18, 10**18 - 1),
    ],
)
def test_what_is_a_whole_number(text: str, number: int | None) -> None:
    # Beside a number of nineteen digits, and beside none: the two are read in different ways.
    for beside in (str(LARGEST), "1"):
        assert read([text, beside], Column("n", "integer")) == [number, int(beside)]
    assert coerce(array([text]), Column("n", "integer")).wrong_type.tolist() == [number is None]


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.1", 0.1), ("-.5", -0.5), ("5.", 5), ("1E-3", 0.001), ("1e400", None), (".", None), ("1,5", None), ("", None)],
)
def test_what_is_a_number(text: str, number: float | None) -> None:
    assert read([text], Column("n", "number")) == [number]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (pd.Series([1.0, np.nan, 0.5, -0.0]), ["1", None, "0.5", "0"]),
        (pd.Series([1e16, 1e22, np.inf]), ["10000000000000000", "10000000000000000000000", "inf"]),
        (pd.Series([3, None], dtype="Float64"), ["3", None]),
        (pd.Series([True, False, None], dtype=object), ["True", "False", None]),
        (pd.Series([True, None], dtype="boolean"), ["true", None]),
        (pd.Series([True, False]), ["true", "false"]),
        (pd.Series([1, 2], dtype="int8"), ["1", "2"]),
        (pd.Series(["a", None], dtype="category"), ["a", None]),
        (pd.Series([2.0, None], dtype="category"), ["2", None]),
        (pd.Series([2.0, "x", b"\xc3\xab", None], dtype=object), ["2", "x", "\u00eb", None]),
        (
            pd.Series([" a ", "\u00a0", "", "e\u0301", "b \u0301"], dtype=object),
            ["a", None, None, "\u00e9", "b \u0301"],
        ),
        (pd.Series([["a"], ("b",)], dtype=object), ["['a']", "('b',)"]),
        (pd.Series(["a\ud800b", "c"], dtype=object), ["a\ufffdb", "c"]),
        (pd.Series([Decimal("nan"), None], dtype=object), [None, None]),
        (pd.Series([Decimal("1.50"), 2], dtype=object), ["1.50", "2"]),
    ],
)
def test_values_of_any_type_are_text(values: pd.Series, text: list[str | None]) -> None:
    assert text_of(values) == text


MIDNIGHT, TEN = pd.Timestamp("2024-07-01"), pd.Timestamp("2024-07-01 10:00:00.000001")
DAY, MIDNIGHT_TEXT, TEN_TEXT = "2024-07-01", "2024-07-01T00:00:00.000000", "2024-07-01T10:00:00.000001"


@pytest.mark.parametrize(
    ("moments", "kind", "text"),
    [
        ([MIDNIGHT, None], None, [DAY, None]),
        ([MIDNIGHT, TEN], None, [MIDNIGHT_TEXT, TEN_TEXT]),
        ([MIDNIGHT, TEN], "date", [DAY, TEN_TEXT]),
        ([MIDNIGHT, None], "timestamp", [MIDNIGHT_TEXT, None]),
    ],
)
def test_midnight_is_a_day_or_a_time_of_day(moments: list[object], kind: str | None, text: list[str | None]) -> None:
    assert text_of(pd.Series(moments, dtype="datetime64[ns]"), kind) == text


def test_moments_in_a_time_zone_are_in_utc_and_days_where_they_were_made() -> None:
    local = pd.Series([MIDNIGHT, TEN]).dt.tz_localize("Europe/London")
    assert text_of(local) == ["2024-06-30T23:00:00.000000", "2024-07-01T09:00:00.000001"]
    assert text_of(local[:1], "date") == [DAY]
    assert text_of(local[:1], "timestamp") == ["2024-06-30T23:00:00.000000"]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (dt.datetime.fromisoformat("2024-07-01"), "date", DAY),
        (dt.datetime.fromisoformat("2024-07-01"), None, MIDNIGHT_TEXT),
        (dt.datetime.fromisoformat("2024-07-01T10:00"), "date", "2024-07-01T10:00:00.000000"),
        (dt.date(2024, 7, 1), None, DAY),
    ],
)
def test_moments_of_python_among_other_things_are_written_alike(value: dt.date, kind: str | None, text: str) -> None:
    assert text_of(pd.Series([value, "x"], dtype=object), kind) == [text, "x"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-07-01T10:00", "2024-07-01T10:00:00"),
        ("2024-07-01 10:00:00.5", "2024-07-01T10:00:00.5"),
        ("2024-07-01T10:00:00+01:00", "2024-07-01T09:00:00"),
        ("2024-07-01T10:00:00-0230", "2024-07-01T12:30:00"),
        ("2024-07-01T10:00:00Z", "2024-07-01T10:00:00"),
        ("2024-07-01", None),
        ("2024-07-01T25:00", None),
        ("2024-02-30T10:00", None),
    ],
)
def test_a_moment_with_an_offset_is_one_in_utc(text: str, moment: str | None) -> None:
    expected = None if moment is None else pd.Timestamp(moment)
    assert read([text], Column("at", "timestamp")) == [expected]


@pytest.mark.parametrize(
    ("kind", "form", "text", "moment"),
    [
        ("date", None, "2024-02-29", "2024-02-29"),
        ("date", None, "2023-02-29", None),
        ("date", None, "x2024-02-29", None),
        ("date", None, "2024-02-29x", None),
        ("date", "yyyyMM", "202402", "2024-02-01"),
        ("date", "dd/MM/yyyy HH:mm", "29/02/2024 10:30", "2024-02-29"),
        ("timestamp", "dd/MM/yyyy HH:mm", "29/02/2024 10:30", "2024-02-29T10:30"),
        ("timestamp", "dd/MM/yyyy HH:mm", "2024-02-29T10:30", None),
        ("date", None, "1677-09-21", None),
        ("date", None, "1677-09-22", "1677-09-22"),
        ("date", None, "2262-04-11", "2262-04-11"),
        ("date", None, "2262-04-12", None),
    ],
)
def test_a_day_is_read_in_the_columns_format_alone(kind: str, form: str | None, text: str, moment: str | None) -> None:
    column = Column("at", kind, format=form)
    expected = None if moment is None else pd.Timestamp(moment)
    assert read([text, None], column) == [expected, None]
    assert coerce(array([text, None]), column).wrong_type.tolist() == [moment is None, False]


@pytest.mark.parametrize(
    ("form", "text", "iso"),
    [
        ("dd/MM/yyyy", "31/02/1980", "1980-02-31"),
        ("dd/MM/yyyy", "1980-02-03", "1980-02-03"),
        ("MM/yyyy", "02/1980", "1980-02"),
        ("yyyy", "1980", "1980"),
        ("dd/MM/yyyy", "x31/02/1980", "x31/02/1980"),
        ("dd/MM/yyyy", "31/02/1980x", "31/02/1980x"),
    ],
)
def test_text_in_a_format_of_dates_is_put_in_iso_order(form: str, text: str, iso: str) -> None:
    assert read([text, None], Column("born", "string", format=form)) == [iso, None]


@pytest.mark.parametrize("text", ["Yes", "T", "1", "true", "y"])
def test_truth_is_written_in_several_ways(text: str) -> None:
    assert read([text], Column("b", "boolean")) == [True]


@pytest.mark.parametrize("text", ["No", "F", "0", "false", "n"])
def test_so_is_the_contrary(text: str) -> None:
    assert read([text], Column("b", "boolean")) == [False]


@pytest.mark.parametrize("mark", ["\x00", "\x08", "\x0b", "\x0c", "\x0e", "\x1f", "\x7f", "\ufffd"])
def test_what_no_person_writes_is_broken_text_and_no_fault_of_type(mark: str) -> None:
    for kind in ("string", "integer"):
        coerced = coerce(array([f"1{mark}", "1", None]), Column("x", kind))
        assert coerced.broken_text.tolist() == [True, False, False]
        assert coerced.wrong_type.tolist() == [False, False, False]


@pytest.mark.parametrize("mark", ["\t", "\n", "\r", " ", "\u00a0"])
def test_tabs_and_line_ends_are_text(mark: str) -> None:
    assert not coerce(array([f"a{mark}b"]), Column("x", "string")).broken_text.any()
