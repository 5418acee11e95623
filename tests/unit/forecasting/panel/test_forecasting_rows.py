"""Rows by series and date: what makes a series, what a count is of, and what is left out."""

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec
from shared_analysis.forecasting.panel.rows import SeriesRows, count_key, name_unit, read_rows
from shared_analysis.wording import Notice

SPEC = ForecastSpec(table="attendances", count="sum")


def rows(table: pd.DataFrame) -> SeriesRows:
    columns = {"date": "day", "area_code": "borough"}
    return SeriesRows(table, ("area_code",), columns, "table contacts", ())


def test_a_row_is_left_out_once_for_the_first_thing_that_it_lacks() -> None:
    table = pd.DataFrame({"date": [1, None, 3, None], "area_code": ["A", None, None, "B"]})
    complete = rows(table).complete()
    assert complete.rows.index.tolist() == [0]
    assert complete.notices == (
        Notice("rows_left_out", {"number": 2, "column": "day"}),
        Notice("rows_left_out", {"number": 1, "column": "borough"}),
    )


def test_rows_about_nobody_go_too_and_a_table_of_nothing_is_refused_by_column() -> None:
    table = pd.DataFrame({"date": [1, 2], "area_code": ["A", "B"], "person": ["1", None]})
    assert rows(table).complete().rows["person"].tolist() == ["1"]
    with pytest.raises(SharedAnalysisError, match="No row can be counted") as refused:
        rows(table.assign(person=None, area_code=["A", None])).complete()
    assert refused.value.next_step == "fill in what is missing, by rows: borough in 1, person in 2"


def test_a_table_keeps_its_series_and_dates_by_role() -> None:
    read = read_rows(counts({"E09000001": np.arange(3.0), " e09000002": np.ones(3)}), MONTHLY, SPEC)
    assert read.keys == ("area_code",)
    assert read.columns == {"date": "month", "area_code": "area"}
    assert set(read.rows["area_code"]) == {"E09000001", "E09000002"}
    assert [notice.code for notice in read.notices] == ["spellings_merged"]


def test_what_a_count_is_of_is_the_contracts_key_but_for_a_number_of_the_row() -> None:
    assert count_key(MONTHLY) == ["area", "month"]
    numbered = (Column("id", "string", role="record_id", primary_key=True), *MONTHLY.columns)
    assert count_key(DataContract("attendances", numbered)) == ["area", "month"]
    by_age = (*MONTHLY.columns, Column("age", "string", primary_key=True))
    assert count_key(DataContract("attendances", by_age)) == ["age"]


@pytest.mark.parametrize(
    ("column", "count", "noun"),
    [
        ("attendances", "sum", "attendances"),
        ("count", "sum", "visits"),
        (None, "people", "people"),
        (None, "rows", "gp visits"),
        ("visits_by_month", "sum", "visits"),
        ("monthly_visits", "sum", "visits"),
        ("visits_per_financial_year", "sum", "visits"),
        ("visits_by_area", "sum", "visits by area"),
        ("monthly", "sum", "monthly"),
    ],
)
def test_what_is_counted_is_named(column: str | None, count: str, noun: str) -> None:
    columns = (Column("month", "date", role="period"),)
    columns += (Column(column, "integer", role="count"),) if column else ()
    contract = DataContract("gp_visits", columns, title="Visits")
    assert name_unit(contract, ForecastSpec(table="gp_visits", count=count)) == noun
