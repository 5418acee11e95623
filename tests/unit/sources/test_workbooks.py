"""Workbooks: what their cells show is what is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from benchmarks.messy.making import open_document
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import read

ERRORS = ["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]


def with_errors(rows: int, formulas: dict[int, str]) -> bytes:
    """Write rows of a workbook, in some of which a formula ended in an error."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("Notes").write(0, 0, "A note")
        sheet = book.add_worksheet("Data & more")
        sheet.write_row(0, 0, ["ward", "homes", "share"])
        for row in range(rows):
            sheet.write_row(row + 1, 0, [f"Ward {row}", 10 + row])
            if row in formulas:
                sheet.write_formula(row + 1, 2, "=1/0", None, formulas[row])
            else:
                sheet.write_formula(row + 1, 2, "=1/4", None, 0.25)
    return buffer.getvalue()


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("places", [[0], [3, 4], [9], list(range(10))])
def test_an_error_is_read_as_it_shows(tmp_path: Path, error: str, places: list[int]) -> None:
    (tmp_path / "t.xlsx").write_bytes(with_errors(10, dict.fromkeys(places, error)))
    delivery = read(tmp_path / "t.xlsx")
    assert delivery.table["share"].tolist() == [error if row in places else "0.25" for row in range(10)]
    assert read(tmp_path / "t.xlsx", delivery.reading).table.equals(delivery.table)


def test_a_workbook_without_errors_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(with_errors(3, {}))
    assert read(tmp_path / "t.xlsx").table["share"].tolist() == ["0.25"] * 3


@pytest.mark.parametrize(
    "value", ['office:value-type="string" office:string-value=""', 'office:value-type="float" office:value="0"']
)
def test_an_error_of_an_open_document_is_read_as_it_shows(tmp_path: Path, value: str) -> None:
    plain = open_document([["ward", "share"], ["Abbey", "ERROR"], ["Dene", "4"], ["Manor", "5"]])
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as book, zipfile.ZipFile(changed, "w") as copy:
        for entry in book.namelist():
            cell = (
                f'<table:table-cell table:formula="of:=1/0" {value} calcext:value-type="error"><text:p>#DIV/0!</text:p>'
            )
            part = book.read(entry).decode()
            part = part.replace('<table:table-cell office:value-type="string"><text:p>ERROR</text:p>', cell)
            copy.writestr(
                entry, part.replace("xmlns:text=", 'xmlns:calcext="urn:org:documentfoundation:calc" xmlns:text=')
            )
    (tmp_path / "t.ods").write_bytes(changed.getvalue())
    assert read(tmp_path / "t.ods").table["share"].tolist() == ["#DIV/0!", "4", "5"]


@pytest.mark.parametrize("value", ["", "<v></v>", "<v/>", "<v />"])
@pytest.mark.parametrize("formula", ["<f>1/4</f>", '<f t="shared" si="0"/>'])
def test_formulas_that_were_never_calculated_are_no_empty_cells(tmp_path: Path, value: str, formula: str) -> None:
    plain, changed = with_errors(3, {}), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as book, zipfile.ZipFile(changed, "w") as copy:
        for entry in book.namelist():
            part = book.read(entry).decode()
            copy.writestr(entry, part.replace("<f>1/4</f><v>0.25</v>", formula + value))
    (tmp_path / "t.xlsx").write_bytes(changed.getvalue())
    with pytest.raises(SharedAnalysisError, match="never calculated") as error:
        read(tmp_path / "t.xlsx")
    assert "cell C2" in str(error.value)


def test_a_formula_whose_text_is_empty_is_an_empty_cell(tmp_path: Path) -> None:
    plain, changed = with_errors(3, {}), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as book, zipfile.ZipFile(changed, "w") as copy:
        for entry in book.namelist():
            part = book.read(entry).decode()
            copy.writestr(entry, part.replace('<c r="C3"><f>1/4</f><v>0.25</v>', '<c r="C3" t="str"><f>1/4</f><v></v>'))
    (tmp_path / "t.xlsx").write_bytes(changed.getvalue())
    assert read(tmp_path / "t.xlsx").table["share"].tolist() == ["0.25", None, "0.25"]
