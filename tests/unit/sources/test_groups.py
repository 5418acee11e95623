"""Values that are written once for several rows: merged cells, and a column that is empty below its values."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from benchmarks.messy.making import open_document
from shared_analysis.sources import read

BOROUGHS = ("Barnet", "Bexley", "Brent")
TENURES = ("Council", "Private")
ROWS = [[borough if not at else "", tenure, str(at + 3)] for borough in BOROUGHS for at, tenure in enumerate(TENURES)]
EACH = [borough for borough in BOROUGHS for _ in TENURES]


def merged(*, merge: bool = True) -> bytes:
    """Write a sheet with one cell for the two rows of each borough."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Borough", "Tenure", "Homes"])
        for at, row in enumerate(ROWS, 1):
            sheet.write_row(at, 1, row[1:])
            if row[0] and merge:
                sheet.merge_range(at, 0, at + 1, 0, row[0])
            elif row[0]:
                sheet.write(at, 0, row[0])
        sheet.merge_range(10, 0, 12, 2, "Source: the housing register")
        sheet.merge_range(20, 0, 22, 0, "")
    return buffer.getvalue()


def test_a_value_merged_over_rows_holds_for_each(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(merged())
    delivery = read(tmp_path / "t.xlsx")
    assert delivery.table["Borough"].tolist() == EACH
    remark = "column Borough is merged down over rows; its values were written into 3 rows below them"
    assert delivery.remarks == (remark,)
    assert read(tmp_path / "t.xlsx", delivery.reading).table.equals(delivery.table)


def test_a_number_merged_over_rows_is_never_there_twice(tmp_path: Path) -> None:
    """It may be the total of the rows; a year over rows is that of each."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Year", "Tenure", "Homes", "Homes of the year"])
        for at, row in enumerate(ROWS, 1):
            sheet.write_row(at, 1, [row[1], int(row[2])])
            if row[0]:
                sheet.merge_range(at, 0, at + 1, 0, 2020 + at)
                sheet.merge_range(at, 3, at + 1, 3, 7)
    (tmp_path / "t.xlsx").write_bytes(buffer.getvalue())
    delivery = read(tmp_path / "t.xlsx")
    assert delivery.table["Year"].tolist() == ["2021", "2021", "2023", "2023", "2025", "2025"]
    assert delivery.table["Homes of the year"].dropna().tolist() == ["7", "7", "7"]
    assert "its numbers stay in the first and are missing in 3 rows below them" in " ".join(delivery.remarks)


def test_a_record_two_rows_high_stays_one(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Ward", "Homes"])
        for at in (1, 3, 5):
            sheet.merge_range(at, 0, at + 1, 0, f"Ward {at}")
            sheet.merge_range(at, 1, at + 1, 1, 10 + at)
        sheet.write_row(7, 0, ["Ward 7", 17])
    (tmp_path / "t.xlsx").write_bytes(buffer.getvalue())
    assert read(tmp_path / "t.xlsx").table["Homes"].tolist() == ["11", "13", "15", "17"]


def test_names_merged_over_two_rows_of_the_header_are_written_once(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "Ward")
        sheet.merge_range(0, 1, 0, 2, "Homes")
        sheet.merge_range(0, 3, 0, 4, "Voids")
        sheet.write_row(1, 1, ["2023", "2024", "2023", "2024"])
        for at in range(2, 8):
            sheet.write_row(at, 0, [f"Ward {at}", 10 * at, 11 * at, at, at + 1])
    (tmp_path / "t.xlsx").write_bytes(buffer.getvalue())
    delivery = read(tmp_path / "t.xlsx")
    assert list(delivery.table) == ["Ward", "Homes 2023", "Homes 2024", "Voids 2023", "Voids 2024"]
    assert not delivery.remarks


def as_text(rows: list[list[str]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in [["Borough", "Tenure", "Homes"], *rows]).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", as_text(ROWS)),
        ("t.ods", open_document([["Borough", "Tenure", "Homes"], *ROWS])),
        ("t.xlsx", merged(merge=False)),
    ],
)
def test_a_column_that_is_empty_below_its_values_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    delivery = read(tmp_path / name)
    assert delivery.table["Borough"].tolist() == [row[0] or None for row in ROWS]
    remark = "column Borough is empty below its values in 3 rows: it may be meant for each row of a group"
    assert delivery.remarks == (remark,)


@pytest.mark.parametrize(
    "rows",
    [
        [["", "Council", "4"], *ROWS[2:]],  # nothing above the first gap
        [*ROWS[:1], ["", "Private", ""], *ROWS[2:4]],  # a row that lacks more
        [["Barnet", tenure, "4"] if at % 9 else ["", tenure, "4"] for at, tenure in enumerate("abcdefghijklmnopqrst")],
    ],
)
def test_a_value_that_is_missing_is_no_group(tmp_path: Path, rows: list[list[str]]) -> None:
    (tmp_path / "t.csv").write_bytes(as_text(rows))
    assert not read(tmp_path / "t.csv").remarks
