"""Periods in headings, and a year beside a month: one column of periods, the same for the next delivery."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from shared_analysis.cli.contract import app
from shared_analysis.contracts import infer, load_contract, validate, write_contract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import Reading, find_periods, read

WAYS = {
    "%b-%y": "MMM-yy", "%B %Y": "MMMM yyyy", "%Y-%m": "yyyy-MM", "%Y-%m-01": None, "01/%m/%Y": "dd/MM/yyyy",
    "quarter": "yyyy 'Q'q", "financial": "yyyy/yy",
}  # fmt: skip
AREAS = ["E09000001", "E09000002", "E09000003", "E09000012", "E09000030"]


def headings(way: str, number: int) -> tuple[list[str], list[pd.Timestamp]]:
    if way == "quarter":
        starts = pd.date_range("2019-01-01", periods=number, freq="QS")
        return [f"{start.year} Q{start.quarter}" for start in starts], list(starts)
    if way == "financial":
        starts = pd.date_range("2012-04-01", periods=number, freq="YS-APR")
        return [f"{start.year}/{(start.year + 1) % 100:02}" for start in starts], list(starts)
    starts = pd.date_range("2019-04-01", periods=number, freq="MS")
    return [start.strftime(way) for start in starts], list(starts)


def wide(folder: Path, way: str, number: int, name: str = "t.csv") -> tuple[Path, dict[tuple[str, pd.Timestamp], int]]:
    draw = random.Random(f"{way}{number}")
    names, starts = headings(way, number)
    counts = {(area, start): draw.randint(0, 900) for area in AREAS for start in starts}
    lines = ["Calls to services", "", ",".join(["area_code", "service", *names])]
    lines += [",".join([area, "housing", *(str(counts[area, start]) for start in starts)]) for area in AREAS]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name, counts


@pytest.mark.parametrize("way", WAYS)
def test_each_period_of_a_wide_table_is_a_row_now_and_in_the_next_delivery(tmp_path: Path, way: str) -> None:
    path, counts = wide(tmp_path, way, 9)
    delivery = find_periods(read(path))
    assert delivery is not None
    assert delivery.remarks[-1] == "9 headings are periods; each row of the file becomes one row for each period"
    contract = infer(delivery, "calls")
    assert contract.column("period").format == WAYS[way]
    assert contract.column("count").role == "count"
    (tmp_path / "calls.yaml").write_text(write_contract(contract), encoding="utf-8")
    contract = load_contract(tmp_path / "calls.yaml")
    for number in (9, 12):
        path, counts = wide(tmp_path, way, number, "next.csv")
        report = validate({"calls": read(path, contract.reading)}, {"calls": contract}, 0)
        good = report.tables["interim/calls"]
        assert dict(zip(zip(good["area_code"], good["period"], strict=True), good["count"], strict=True)) == counts
        (file,) = report.rows_of_files.to_dict("records")
        assert file["rows_in_file"] == 8 == file["names"] + file["title"] + file["rows"]


PARTS = {
    "M/yyyy": lambda start: start.month,
    "MMMM yyyy": lambda start: start.strftime("%B"),
    "MMM yyyy": lambda start: start.strftime("%b"),
    "'Q'q yyyy": lambda start: start.quarter,
}


@pytest.mark.parametrize("form", PARTS)
def test_a_year_beside_a_month_or_quarter_is_a_period(tmp_path: Path, form: str) -> None:
    starts = pd.date_range("2019-01-01", periods=16, freq="QS" if "q" in form else "MS")
    lines = [f"area_code,Year,{'Quarter' if 'q' in form else 'Month'},calls"]
    lines += [f"{area},{start.year},{PARTS[form](start)},{start.month}" for area in AREAS for start in starts]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    delivery = find_periods(read(tmp_path / "t.csv"))
    assert delivery is not None
    contract = infer(delivery, "t")
    assert contract.column("period").format == form
    good = validate({"t": delivery}, {"t": contract}, 0).tables["interim/t"]
    assert sorted(set(good["period"])) == list(starts)
    assert (good["period"].dt.month == good["calls"]).all()


def test_a_table_without_periods_in_headings_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("area,2019,2020\nA,1,2\nB,3,4\n", encoding="utf-8")
    assert find_periods(read(tmp_path / "t.csv")) is None


def test_the_command_says_so_and_does_it(tmp_path: Path) -> None:
    path, _ = wide(tmp_path, "%b-%y", 6)
    out = str(tmp_path / "calls.yaml")
    said = CliRunner().invoke(app, ["infer", str(path), "--out", out])
    assert "with --periods" in " ".join(said.output.split())
    said = CliRunner().invoke(app, ["infer", str(path), "--out", out, "--force", "--periods"])
    assert said.exit_code == 0
    assert load_contract(Path(out)).reading == Reading(
        "csv", "utf-8", ",", header_row=3, period_column="period", value_column="count"
    )
    path.write_text("area,month,count\nA,2020-01,3\nB,2020-01,4\n", encoding="utf-8")
    said = CliRunner().invoke(app, ["infer", str(path), "--out", out, "--force", "--periods"])
    assert said.exit_code != 0
    assert "leave out --periods" in " ".join(str(said.exception or said.output).split()) or said.exception


@pytest.mark.parametrize(
    "settings",
    [{"period_column": "p"}, {"value_column": "v"}, {"period_column": "p", "period_from": ["Year"]},
     {"period_column": "p", "value_column": "v", "period_from": ["Year", "Month"]}],
)  # fmt: skip
def test_settings_that_say_half_of_it_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(SharedAnalysisError):
        Reading.from_mapping(settings)


def test_a_delivery_that_lost_its_periods_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("area,service\nA,x\nB,y\n", encoding="utf-8")
    reading = Reading("csv", "utf-8", ",", period_column="period", value_column="count")
    with pytest.raises(SharedAnalysisError, match="No heading of the table is a period"):
        read(tmp_path / "t.csv", reading)


@pytest.mark.parametrize(
    ("names", "periods"), [(["decile01", "decile02", "decile03"], 0), (["Jan-24", "Feb-24", "Mar-24", "2024"], 3)]
)
def test_what_is_no_further_period_stays_a_column(tmp_path: Path, names: list[str], periods: int) -> None:
    lines = [",".join(["area_code", *names]), *(f"{area},{','.join('123456'[: len(names)])}" for area in AREAS)]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    delivery = find_periods(read(tmp_path / "t.csv"))
    assert (len(delivery.table) if delivery else 0) == periods * len(AREAS)
    assert delivery is None or "2024" in delivery.table.columns


def table_of(folder: Path, names: list[str]) -> Path:
    lines = [",".join(["area_code", *names])]
    lines += [",".join([area, *(str(at + len(area)) for at in range(len(names)))]) for area in AREAS]
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "t.csv"


@pytest.mark.parametrize(
    ("names", "starts"),
    [
        (["Q3 2022/23", "Q4 2022/23", "Q1 2023/24"], ["2022-10-01", "2023-01-01", "2023-04-01"]),
        (["2022-23 Q3", "2022-23 Q4", "2023-24 Q1"], ["2022-10-01", "2023-01-01", "2023-04-01"]),
        (["2024-W01", "2024-W02", "2024-W03"], ["2024-01-01", "2024-01-08", "2024-01-15"]),
        (["w/c 15/01/2024", "w/c 22/01/2024", "w/c 29/01/2024"], ["2024-01-15", "2024-01-22", "2024-01-29"]),
        (["FY2021/22", "FY2022/23", "FY2023/24"], ["2021-04-01", "2022-04-01", "2023-04-01"]),
        (["2021/22", "2022/23", "2023/24 p"], ["2021-04-01", "2022-04-01", "2023-04-01"]),
        (["2021-22", "2022-23 r", "2023-24 (p)"], ["2021-04-01", "2022-04-01", "2023-04-01"]),
        (["2022", "2023*", "2024 r"], ["2022-01-01", "2023-01-01", "2024-01-01"]),
        (["Jan-24", "Feb-24", "Mar-24 provisional"], ["2024-01-01", "2024-02-01", "2024-03-01"]),
    ],
)
def test_quarters_of_financial_years_weeks_and_marked_periods_are_read(
    tmp_path: Path, names: list[str], starts: list[str]
) -> None:
    delivery = find_periods(read(table_of(tmp_path, [*names, "Total"])))
    assert delivery is not None
    contract = infer(delivery, "t")
    assert contract.roles["count"] == "count"
    good = validate({"t": delivery}, {"t": contract}, 0).tables["interim/t"]
    assert [f"{day:%Y-%m-%d}" for day in sorted(set(good["period"]))] == starts
    marked = any(name[-1] in "pr)*l" for name in names)
    assert any("left out" in words for words in delivery.remarks) == marked


def test_a_marked_period_beside_the_same_period_stays_a_column(tmp_path: Path) -> None:
    delivery = find_periods(read(table_of(tmp_path, ["2021/22", "2022/23", "2023/24", "2023/24 p"])))
    assert delivery is not None
    assert len(delivery.table) == 3 * len(AREAS)
    assert "2023/24 p" in delivery.table.columns


@pytest.mark.parametrize(
    ("heading", "refused"),
    [
        ("2024/25 budget", True),
        ("Q1 24/25", True),
        ("FY25", True),
        ("16-24", False),
        ("Total 2024/25", False),
        ("Notes", False),
    ],
)
def test_a_heading_that_is_nearly_a_period_is_refused_where_headings_are_periods(
    tmp_path: Path, heading: str, refused: bool
) -> None:
    names = ["2021/22", "2022/23", "2023/24"]
    delivery = find_periods(read(table_of(tmp_path, names)))
    assert delivery is not None
    contract = infer(delivery, "t")
    later = read(table_of(tmp_path, [*names, heading]), contract.reading)
    if refused:
        with pytest.raises(SharedAnalysisError, match=f"'{heading}' is nearly a period"):
            validate({"t": later}, {"t": contract}, 0)
    else:
        assert heading in " ".join(validate({"t": later}, {"t": contract}, 0).notices)


@pytest.mark.parametrize(("month", "read_as"), [("January", "2023-01-01"), ("Apr", "2022-04-01"), ("4", None)])
def test_the_months_of_a_financial_year_are_of_either_of_its_years(
    tmp_path: Path, month: str, read_as: str | None
) -> None:
    lines = ["area_code,Financial year,Month,calls", *(f"{area},2022/23,{month},7" for area in AREAS)]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    delivery = find_periods(read(tmp_path / "t.csv"))
    if read_as is None:
        assert delivery is None
        return
    assert delivery is not None
    good = validate({"t": delivery}, {"t": infer(delivery, "t")}, 0).tables["interim/t"]
    assert {f"{day:%Y-%m-%d}" for day in good["period"]} == {read_as}
