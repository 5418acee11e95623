"""The files for a committee paper: the figures of the forecast, the same bytes each time, and nothing that runs."""

from __future__ import annotations

import csv
import io
import os
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from forecasting_tables import MONTHLY, counts, seasonal

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, forecast
from shared_analysis.forecasting.reporting.workbook import sheet_names
from shared_analysis.forecasting.result import ForecastResult
from shared_analysis.project.project import Project

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
SPEC = ForecastSpec(table="attendances", count="sum")
HOSTILE = ("=1+1", "+cmd", "-2", "@sum", "http://x.org", "12", "\tx")


@pytest.fixture(scope="module")
def result() -> ForecastResult:
    return forecast(counts({f"E0900000{at}": seasonal(20 * at, 48, seed=at) for at in range(1, 4)}), MONTHLY, SPEC)


@pytest.fixture(scope="module")
def crossed() -> ForecastResult:
    contract = DataContract("attendances", (*MONTHLY.columns, Column("kind", "string", role="category")))
    parts = [
        counts({code: seasonal(30 + 9 * at, 36, seed=at) for code in ("E09000007", "E09000019")}).assign(kind=kind)
        for at, kind in enumerate(("new", "repeat"))
    ]
    return forecast(pd.concat(parts), contract, SPEC.model_copy(update={"by": ("area_code", "category")}))


def parsed(part: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(part)  # noqa: S314  # made by the test itself


def sheets(book: bytes) -> dict[str, list[list[str | float | None]]]:
    """Read the cells of a workbook, with nothing but the standard library; a formula is an error."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        strings = [
            "".join(text.text or "" for text in item.iter(f"{{{SPACE['m']}}}t"))
            for item in parsed(parts.read("xl/sharedStrings.xml"))
        ]
        names = [sheet.get("name") for sheet in parsed(parts.read("xl/workbook.xml")).find("m:sheets", SPACE)]
        found = {}
        for number, name in enumerate(names, 1):
            tree = parsed(parts.read(f"xl/worksheets/sheet{number}.xml"))
            assert not tree.findall(".//m:f", SPACE)
            assert not tree.findall(".//m:hyperlink", SPACE)
            found[str(name)] = [[_value(cell, strings) for cell in row] for row in tree.find("m:sheetData", SPACE)]
    return found


def _value(cell: ElementTree.Element, strings: list[str]) -> str | float | None:
    value = cell.find("m:v", SPACE)
    if value is None or value.text is None:
        return None
    return strings[int(value.text)] if cell.get("t") == "s" else float(value.text)


def test_the_table_holds_the_figures_of_the_forecast(result: ForecastResult) -> None:
    table = result.committee_table()
    ahead = result.tables["forecast"]
    assert list(table["name"]) == ["London", "City of London", "Barking and Dagenham", "Barnet"]
    assert list(table["code"]) == ["E12000007", "E09000001", "E09000002", "E09000003"]
    for row in table.itertuples():
        rows = ahead[ahead["area_code"] == row.code]
        assert row.expected == pytest.approx(rows["mean"].mean(), rel=1e-5)
        assert (row.next_low, row.next_high) == tuple(rows.iloc[0][["lo_80", "hi_80"]])
        assert row.change == pytest.approx(row.expected / row.before - 1, abs=1e-5)
        assert row.before >= 10
        assert row.sentence == result.sentences()[row.name]
    assert table["expected"][1:].sum() == pytest.approx(table["expected"][0], rel=1e-5)
    assert table["before"][1:].sum() == pytest.approx(table["before"][0], rel=1e-5)


def test_every_level_can_be_laid_out(crossed: ForecastResult) -> None:
    assert list(crossed.committee_table("category")["name"]) == ["London", "new", "repeat"]
    assert list(crossed.committee_table()["name"]) == ["London", "Camden", "Islington"]
    assert len(crossed.committee_table("series")) == 5
    assert list(crossed.committee_table("total")["name"]) == ["London"]
    with pytest.raises(SharedAnalysisError, match=r"(?s)no level 'borough'.*the levels are: total, "):
        crossed.committee_table("borough")


def test_the_workbook_has_a_sheet_for_each_level_and_says_what_it_is(crossed: ForecastResult) -> None:
    book = sheets(crossed.files(synthetic=True)["committee.xlsx"])
    assert list(book) == ["Areas", "Categories", "Single series"]
    for name, level in (("Areas", None), ("Categories", "category"), ("Single series", "series")):
        title, invented, unchecked, reading, heads, *rows = book[name]
        assert title == ["Forecast of attendances a month in London"]
        assert str(invented[0]).startswith("SYNTHETIC data")
        assert str(unchecked[0]).startswith("Not checked for disclosure")
        assert "80%" in str(reading[0])
        table = crossed.committee_table(level)
        assert len(rows) == len(table)
        assert [row[0] for row in rows] == list(table["name"])
        assert heads[-6:] == [
            "Last 12 months",
            "Next 12 months",
            "Change",
            "January 2018, low",
            "January 2018, high",
            "In words",
        ]
        figures = np.array([row[-6:-1] for row in rows], dtype=float)
        assert np.array_equal(figures, table[["before", "expected", "change", "next_low", "next_high"]].to_numpy(float))
        assert [row[-1] for row in rows] == list(table["sentence"])
    assert "Code" in book["Areas"][4]
    assert "Code" not in book["Categories"][4]


def test_levels_of_coded_and_of_named_areas_are_told_apart() -> None:
    columns = (*MONTHLY.columns, Column("state", "string", role="area_name"), Column("kind", "string", role="category"))
    states = {"E09000007": "north", "E09000019": "north", "E09000001": "south"}
    parts = [
        counts({code: seasonal(30, 36, seed=at)}).assign(state=state, kind=kind)
        for at, (code, state) in enumerate(states.items())
        for kind in ("new", "repeat")
    ]
    spec = SPEC.model_copy(update={"by": ("area_name", "area_code", "category")})
    made = forecast(pd.concat(parts), DataContract("attendances", columns), spec)
    levels = list(made.hierarchy.levels)
    book = sheets(made.files(synthetic=False)["committee.xlsx"])
    assert len(book) == len(levels) - 1
    assert {"Areas", "Named areas"} <= set(book), levels


def test_sheets_have_names_that_a_spreadsheet_takes() -> None:
    long = "areas by a kind of visit that nobody can say in brief"
    given = ["areas", "AREAS", f"{long}: one", f"{long}: two", "in/out [all]?", "'", "history"]
    names = sheet_names(given)
    assert names[:2] == ["Areas", "AREAS 2"]
    assert names[5:] == ["Sheet", "History 2"]
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    for name in names:
        book.add_worksheet(name)
    book.close()
    assert all(name.strip() == name for name in names)


def test_real_data_are_not_called_synthetic(result: ForecastResult) -> None:
    files = result.files(synthetic=False)
    assert b"SYNTHETIC" not in files["committee.csv"]
    assert "SYNTHETIC" not in str(sheets(files["committee.xlsx"]))
    assert b"Not checked for disclosure" in files["committee.csv"]
    assert b"SYNTHETIC" in result.files(synthetic=True)["committee.csv"]


def test_the_header_stays_in_sight_and_columns_fit(result: ForecastResult) -> None:
    with zipfile.ZipFile(io.BytesIO(result.files(synthetic=True)["committee.xlsx"])) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
    assert re.search(r'<pane xSplit="1" ySplit="5"[^>]*state="frozen"', sheet)
    assert sheet.count("<col ") >= 5
    assert 'formatCode="+0%;-0%;0%"' in styles
    assert "#,##0" in styles


def test_the_same_forecast_is_the_same_bytes(result: ForecastResult, monkeypatch: pytest.MonkeyPatch) -> None:
    once = result.files(synthetic=True)
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    again = forecast(
        counts({f"E0900000{at}": seasonal(20 * at, 48, seed=at) for at in range(1, 4)}).sample(frac=1, random_state=3),
        MONTHLY,
        SPEC,
    ).files(synthetic=True)
    assert once == again
    with zipfile.ZipFile(io.BytesIO(once["committee.xlsx"])) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        assert b"2000-01-01T00:00:00Z" in parts.read("docProps/core.xml")


def test_a_name_that_looks_like_a_formula_is_text() -> None:
    table = counts({name: seasonal(30 + at, 36, seed=at) for at, name in enumerate(HOSTILE)})
    files = forecast(table, MONTHLY, SPEC).files(synthetic=False)
    cells = sheets(files["committee.xlsx"])["Areas"]
    assert {row[0] for row in cells[5:]} == {"All together", *(name.strip() for name in HOSTILE)}
    assert all(isinstance(row[0], str) for row in cells[5:])
    for row in csv.reader(io.StringIO(files["committee.csv"].decode())):
        for text in (row[0], row[1], row[-2], row[-1]):
            assert not text.startswith(("=", "+", "-", "@", "\t", "\r")), text
    assert b"'=1+1" in files["committee.csv"]


def test_no_change_is_made_of_next_to_nothing() -> None:
    new = np.r_[np.zeros(24), np.zeros(12)]
    new[0] = 5
    table = counts({"A": seasonal(30, 36), "B": new})
    made = forecast(table, MONTHLY, SPEC)
    rows = {row[0]: row for row in sheets(made.files(synthetic=False)["committee.xlsx"])["Areas"][5:]}
    assert rows["B"][-4] == "-"
    text = made.files(synthetic=False)["committee.csv"].decode()
    line = next(row for row in csv.DictReader(io.StringIO(text)) if row["name"] == "B")
    assert line["change"] == ""
    assert "nan" not in text


def test_a_project_keeps_the_files_of_a_result(result: ForecastResult, tmp_path: Path) -> None:
    project = Project(tmp_path, {"data": {"mode": "twin"}})
    os.environ.pop("DVC_STAGE", None)
    project.save("forecast", result)
    folder = tmp_path / "scratch" / "reports" / "forecast"
    for name, content in result.files(synthetic=True).items():
        assert (folder / name).read_bytes() == content
    assert not list(folder.rglob("*.part"))
    raw = Project(tmp_path, {"data": {"mode": "raw"}})
    raw.save("forecast", result)
    assert (folder / "committee.csv").read_bytes() == result.files(synthetic=False)["committee.csv"]
