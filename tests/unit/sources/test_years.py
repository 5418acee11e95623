"""Years in headings and in columns, as people write them, and from a spreadsheet of them to a forecast."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from shared_analysis.contracts import infer, load_contract, validate, write_contract
from shared_analysis.forecasting import ForecastSpec, forecast
from shared_analysis.geography import area_names
from shared_analysis.sources import find_periods, read

AREAS = ("E09000001", "E09000002", "E09000003", "E09000012", "E09000030")


def wide(folder: Path, headings: list[str]) -> Path:
    draw = np.random.default_rng(1)
    lines = ["Visits to libraries", "", ",".join(["area_code", *headings])]
    lines += [",".join([area, *map(str, draw.integers(50, 900, len(headings)))]) for area in AREAS]
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "t.csv"


FROM_APRIL = ["2020-04-01", "2021-04-01", "2022-04-01", "2023-04-01"]


@pytest.mark.parametrize(
    ("headings", "form", "starts"),
    [
        (["2020/21", "2021/22", "2022/23", "2023/24"], "yyyy/yy", FROM_APRIL),
        (["2020-21", "2021-22", "2022-23", "2023-24 p"], "yyyy-yy", FROM_APRIL),
        (["2020\u201321", "2021\u201322", "2022\u201323", "2023\u201324"], "yyyy-yy", FROM_APRIL),
        (["2020/2021", "2021/2022", "2022/2023", "2023/2024"], "yyyy/yyyy", FROM_APRIL),
        (["FY2020/21", "FY2021/22", "FY2022/23", "FY2023/24"], "yyyy/yy", FROM_APRIL),
        (["FY 20/21", "FY 21/22", "FY 22/23", "FY 23/24"], "yyyy/yy", FROM_APRIL),
        (["20/21", "21/22", "22/23", "23/24 p"], "yyyy/yy", FROM_APRIL),
        (["98/99", "99/00", "00/01", "01/02"], "yyyy/yy", ["1998-04-01", "1999-04-01", "2000-04-01", "2001-04-01"]),
        (["10/11", "09/10", "08/09"], "yyyy/yy", ["2008-04-01", "2009-04-01", "2010-04-01"]),
        (["2010/11", "2011/12", "2012/13", "2013/14"], "yyyy/yy",
         ["2010-04-01", "2011-04-01", "2012-04-01", "2013-04-01"]),
        (["2008/08", "2008/09", "2008/10", "2008/11"], "yyyy/MM",
         ["2008-08-01", "2008-09-01", "2008-10-01", "2008-11-01"]),
        (["2020 / 21", "2021 / 22", "2022 / 23", "2023 / 24"], "yyyy/yy", FROM_APRIL),
        (["2020/21", "2021-22", "FY 22/23", "2023\u201324 r"], "yyyy/yy", FROM_APRIL),
        (["Year ending March 2021", "Year ending March 2022", "YE Mar 2023", "YE Mar 2024"], "yyyy/yy", FROM_APRIL),
        (["Financial year 2020/21", "Financial year 2021/22", "Financial year 2022/23", "Financial year 2023/24"],
         "yyyy/yy", FROM_APRIL),
        (["2020", "2021", "2022", "2023*"], "yyyy", ["2020-01-01", "2021-01-01", "2022-01-01", "2023-01-01"]),
    ],
)  # fmt: skip
def test_years_in_headings_are_read_however_they_are_written(
    tmp_path: Path, headings: list[str], form: str, starts: list[str]
) -> None:
    delivery = find_periods(read(wide(tmp_path, headings)))
    assert delivery is not None
    contract = infer(delivery, "t")
    assert contract.column("period").format == form
    good = validate({"t": delivery}, {"t": contract}, 0).tables["interim/t"]
    assert [f"{day:%Y-%m-%d}" for day in sorted(set(good["period"]))] == starts
    assert len(good) == len(AREAS) * len(starts)


@pytest.mark.parametrize(
    "headings",
    [
        ["FY22", "FY23", "FY24"],  # named by its first year or by its last
        ["16/17", "18/19", "20/21"],  # bands of ages
        ["16/18", "18/20", "20/22"],
        ["09/11", "10/11", "11/11"],
        ["22/23", "21/22", "23/24"],  # not in turn
    ],
)
def test_what_may_be_something_else_is_no_year(tmp_path: Path, headings: list[str]) -> None:
    assert find_periods(read(wide(tmp_path, headings))) is None


def long(folder: Path, name: str, years: list[str], more: str = "") -> Path:
    draw = np.random.default_rng(1)
    lines = [f"area_code,{name},{'month,' if more else ''}visits"]
    lines += [f"{area},{year},{more}{draw.integers(50, 900)}" for area in AREAS for year in years]
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "t.csv"


@pytest.mark.parametrize(
    ("name", "years", "form", "first"),
    [
        ("year", ["2020", "2021", "2022", "2023"], "yyyy", "2020-01-01"),
        ("Calendar year", ["2020", "2021", "2022", "2023"], "yyyy", "2020-01-01"),
        ("year", ["2020/21", "2021/22", "2022/23"], "yyyy/yy", "2020-04-01"),
        ("financial_year", ["2020\u201321", "2021\u201322", "2022\u201323"], "yyyy\u2013yy", "2020-04-01"),
        ("financial_year", ["FY2020/21", "FY2021/22", "FY2022/23"], "'FY'yyyy/yy", "2020-04-01"),
        ("fy", ["FY 20/21", "FY 21/22", "FY 22/23"], "'FY' yy/yy", "2020-04-01"),
        ("year", ["20/21", "21/22", "22/23"], "yy/yy", "2020-04-01"),
    ],
)
def test_a_column_of_years_is_the_period_of_a_table_of_counts(
    tmp_path: Path, name: str, years: list[str], form: str, first: str
) -> None:
    delivery = read(long(tmp_path, name, years))
    contract = infer(delivery, "t")
    assert contract.roles["period"] == name
    assert contract.roles["count"] == "visits"
    assert contract.column(name).format == form
    (tmp_path / "t.yaml").write_text(write_contract(contract), encoding="utf-8")
    good = validate({"t": delivery}, {"t": load_contract(tmp_path / "t.yaml")}, 0).tables["interim/t"]
    assert f"{min(good[name]):%Y-%m-%d}" == first
    assert len(good) == len(AREAS) * len(years)


@pytest.mark.parametrize(
    ("name", "years", "more"),
    [
        ("financial_year", ["2021", "2022", "2023"], ""),  # 2021 may be 2020/21 or 2021/22
        ("year_built", ["2021", "2022", "2023"], ""),
        ("year", ["2021", "2022", "2023"], "5,"),  # the month is what --periods is for
    ],
)
def test_a_number_that_may_be_another_year_is_no_period(tmp_path: Path, name: str, years: list[str], more: str) -> None:
    assert infer(read(long(tmp_path, name, years, more)), "t").roles.get("period") != name


def test_marks_behind_years_in_a_column_are_named_as_the_reason_why_it_stays_text(tmp_path: Path) -> None:
    column = infer(read(long(tmp_path, "year", ["2020/21", "2021/22", "2022/23 p"])), "t").column("year")
    assert column.type == "string"
    assert "some of its years have a mark behind them, such as p for provisional" in str(column.description)


def test_a_spreadsheet_of_ten_financial_years_becomes_a_forecast(tmp_path: Path) -> None:
    """A title, areas, years as headings, the last provisional, a row and a column of totals, and a note."""
    years = [f"{year}/{(year + 1) % 100:02}" for year in range(2014, 2024)]
    boroughs = list(area_names().items())[:8]
    values = np.random.default_rng(1).poisson(300 * np.arange(1, 9)[:, None] * 1.02 ** np.arange(10))
    with xlsxwriter.Workbook(str(tmp_path / "visits.xlsx")) as book:
        sheet = book.add_worksheet("Visits")
        sheet.write_string(0, 0, "Visits to libraries by borough, financial years")
        for at, heading in enumerate(["Code", "Area", *years[:-1], f"{years[-1]} p", "Total"]):
            sheet.write_string(2, at, heading)
        for row, (code, name) in enumerate(boroughs, start=3):
            sheet.write_string(row, 0, code)
            sheet.write_string(row, 1, name)
            sheet.write_row(row, 2, [*values[row - 3].tolist(), int(values[row - 3].sum())])
        sheet.write_string(11, 0, "Total")
        sheet.write_row(11, 2, [*values.sum(axis=0).tolist(), int(values.sum())])
        sheet.write_string(13, 0, "p: provisional")
    delivery = find_periods(read(tmp_path / "visits.xlsx"))
    assert delivery is not None
    (tmp_path / "visits.yaml").write_text(write_contract(infer(delivery, "visits")), encoding="utf-8")
    contract = load_contract(tmp_path / "visits.yaml")
    table = validate({"visits": read(tmp_path / "visits.xlsx", contract.reading)}, {"visits": contract}, 0).tables
    spec = ForecastSpec(table="visits", count="sum", frequency="yearly", processes=1)
    made = forecast(table["interim/visits"], contract, spec)
    assert np.array_equal(made.panel.values, values)
    assert "visits a year in London" in made.summary()
    assert "than in 2023/24 (12,796)" in made.summary()
    assert len(made.panel.periods) == 10
