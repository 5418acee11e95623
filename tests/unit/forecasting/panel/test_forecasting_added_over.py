"""Which columns counts are added up over, which of them cannot be, and rows that share a date."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel
from shared_analysis.forecasting.reporting.notices import worded

MONTHS = pd.date_range("2020-01-01", periods=24, freq="MS")


def contract(column: str = "kind", date: str = "date") -> DataContract:
    columns = [
        Column("area", "string", role="area_name"),
        Column(column, "string"),
        Column("when", date, role="period"),
        Column("number", "number", role="count"),
    ]
    return DataContract("visits", tuple(columns))


def rows(kinds: list[str], seed: int = 0, level: float = 40.0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([["A", "B", "C"], kinds, MONTHS], names=["area", "kind", "when"])
    return pd.DataFrame({"number": draw.poisson(level, len(index)).astype(float)}, index=index).reset_index()


def panel(table: pd.DataFrame, of: DataContract, **changes: object) -> Panel:
    settings = {"table": "visits", "count": "sum", "by": ["area_name"], **changes}
    return Panel.from_table(table, of, ForecastSpec(**settings))


def refusal(table: pd.DataFrame, of: DataContract, **changes: object) -> str:
    with pytest.raises(SharedAnalysisError) as refused:
        panel(table, of, **changes)
    return " ".join(str(refused.value).split())


def test_what_is_added_up_over_is_named_with_its_kinds() -> None:
    made = panel(rows(["new", "repeat"]), contract())
    assert "Counts are added up over kind (new, repeat)." in worded(made.notices)


@pytest.mark.parametrize("heading", ["measure", "Indicator", "value_type", "ValueType", "Metric", "Statistic"])
def test_a_column_that_says_what_is_measured_is_refused(heading: str) -> None:
    table = rows(["V1", "V2"]).rename(columns={"kind": heading})
    assert f"Column {heading} holds several measures (V1, V2)" in refusal(table, contract(heading))


@pytest.mark.parametrize(
    "odd",
    [
        "Rate per 1,000", "Percentage", "% of cases", "Opening balance", "Year to date", "Average wait", "Median wait",
        "Upper limit", "Seasonally adjusted", "Cumulative total", "Cases within 4 hours", "Rate",
    ],
)  # fmt: skip
def test_kinds_that_are_no_parts_of_a_whole_are_refused(odd: str) -> None:
    assert "holds several measures" in refusal(rows(["Cases", odd]), contract())


@pytest.mark.parametrize(
    "kind",
    [
        "Business rates", "Cumulative impact zone", "Index offences", "Rated good", "Mean Street", "Planning",
        "Planned", "Average", "Most deprived 10%", "Account balance", "Business rate", "Target", "Monthly", "W",
    ],
)  # fmt: skip
def test_kinds_with_such_words_in_their_names_are_kinds(kind: str) -> None:
    for other in ("Cases", "Emergency", "Weekly", "M"):
        table = rows([other, kind])
        assert panel(table, contract()).values.sum() == table["number"].sum()


def test_fractions_among_whole_numbers_are_another_measure() -> None:
    table = rows(["V1", "V2"])
    table.loc[table["kind"] == "V2", "number"] /= 7
    assert "those of 'V2' are no whole numbers" in refusal(table, contract())


@pytest.mark.parametrize("kinds", [["month", "quarter"], ["Monthly", "Annual"], ["M", "Q", "Y"], ["Weeks", "Months"]])
def test_rows_by_several_steps_are_refused(kinds: list[str]) -> None:
    table = rows(kinds)
    longer = (table["kind"] != kinds[0]) & (table["when"].dt.month % 3 != 1)
    assert "rows by different steps" in refusal(table[~longer], contract())
    named = table.rename(columns={"kind": "frequency"})
    assert "rows by different steps" in refusal(named, contract("frequency"))


def test_nobody_is_named() -> None:
    of_people = contract()
    columns = [replace(each, classification="direct") if each.name == "kind" else each for each in of_people.columns]
    of_people = replace(of_people, columns=tuple(columns))
    names = ["Ann Smith", "Bob Oak", "Cat Elm"]
    said = worded(panel(rows(names), of_people).notices)
    assert "Counts are added up over kind (3 kinds)." in said
    table = rows(names)
    total = table.groupby(["area", "when"], as_index=False)["number"].sum().assign(kind="Dan Fir")
    message = refusal(pd.concat([table, total], ignore_index=True), of_people)
    assert "sum of all the others" in message
    assert not [name for name in [*names, "Dan Fir"] if name in " ".join([message, *said])]


def test_hours_are_added_up_by_day_and_by_month() -> None:
    hours = pd.date_range("2022-01-01", periods=24 * 60, freq="h")
    table = pd.DataFrame({"area": "A", "kind": "x", "when": hours, "number": 3.0})
    made = panel(table, contract(date="timestamp"), frequency="daily")
    assert made.values.tolist() == [[72.0] * 60]
    assert "The table's counts are hourly, and are added up by day." in worded(made.notices)
    longer = pd.concat([table, table.assign(when=hours + pd.Timedelta(days=60))], ignore_index=True)
    assert panel(longer, contract(date="timestamp")).values.tolist() == [[24 * days * 3.0 for days in (31, 28, 31, 30)]]


def test_an_hour_that_is_given_twice_is_refused_and_nothing_is_to_be_thrown_away() -> None:
    hours = pd.date_range("2022-01-01", periods=24 * 60, freq="h")
    table = pd.DataFrame({"area": "A", "kind": "x", "when": hours, "number": 3.0})
    again = pd.concat([table, table.iloc[[30]]], ignore_index=True)
    message = refusal(again, contract(date="timestamp"), frequency="daily")
    assert "1 row repeats an earlier" in message
    assert "unique" not in message


def test_rows_of_one_date_that_nothing_tells_apart_are_added_up_and_named() -> None:
    table = pd.concat([rows(["x"], seed) for seed in range(4)], ignore_index=True)
    made = panel(table, contract())
    assert made.values.sum() == table["number"].sum()
    assert any("no column tells them apart" in words for words in worded(made.notices))


def test_a_table_that_was_appended_twice_is_refused() -> None:
    table = rows(["x"])
    assert "would be counted twice" in refusal(pd.concat([table, table], ignore_index=True), contract())
    nearly = table.assign(number=table["number"] + (np.arange(len(table)) % 9 == 0))
    assert "would be counted twice" in refusal(pd.concat([table, nearly], ignore_index=True), contract())


def test_corrections_below_zero_are_added_up_and_named() -> None:
    table = rows(["first", "correction"])
    corrected = table["kind"] == "correction"
    table.loc[corrected, "number"] = -np.arange(corrected.sum()) % 3 * -1.0
    made = panel(table, contract())
    assert made.values.sum() == table["number"].sum()
    assert any("taken for corrections" in words for words in worded(made.notices))
    assert "are negative" in refusal(table[corrected], contract())


def test_dates_by_month_and_then_by_week_are_refused() -> None:
    dates = [*pd.date_range("2020-01-01", "2020-12-01", freq="MS"), *pd.date_range("2021-01-04", periods=52, freq="7D")]
    table = pd.DataFrame({"area": "A", "kind": "x", "when": dates, "number": np.arange(64) % 7 + 20.0})
    assert "weekly and monthly in one table" in refusal(table, contract())
