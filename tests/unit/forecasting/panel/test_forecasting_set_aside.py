"""Rows that validation set aside are named where the last periods lack them, and only there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract, validate
from shared_analysis.forecasting import ForecastSpec, Panel
from shared_analysis.forecasting.panel.set_aside import notice_set_aside
from shared_analysis.forecasting.reporting.notices import worded

COUNTS = DataContract(
    "calls",
    (
        Column("area", "string", role="area_name", primary_key=True),
        Column("month", "date", role="period", primary_key=True),
        Column("calls", "integer", role="count", required=True),
    ),
)
VISITS = DataContract("visits", (Column("area", "string", role="area_name"), Column("day", "date", role="event_date")))
BY_AREA = {"count": "sum", "by": ["area_name"]}
MONTHS = pd.date_range("2020-01-01", periods=30, freq="MS").strftime("%Y-%m-%d")


def said(broken: list[tuple[str, str]], unread: str = "many") -> list[str]:
    """What a forecast says where these counts cannot be read."""
    rows = [(area, month, str(20 + at)) for month in MONTHS for at, area in enumerate("ABCDE")]
    table = pd.DataFrame(rows, columns=COUNTS.names)
    for area, month in broken:
        table.loc[(table["area"] == area) & (table["month"] == month), "calls"] = unread
    report = validate({"calls": table}, {"calls": COUNTS}, 1)
    panel = Panel.from_table(
        report.tables["interim/calls"], COUNTS, ForecastSpec(table="calls", count="sum", by=["area_name"])
    )
    return worded(notice_set_aside(panel, report.tables["quarantine/calls"], COUNTS))


def test_counts_of_the_last_months_that_cannot_be_read_are_named() -> None:
    ends = [(area, month) for area in "ABCDE" for month in MONTHS[-3:]]
    assert said(ends) == [
        "15 rows of later dates were set aside by validation, so the forecast starts after March 2022."
    ]


def test_one_area_of_the_last_year_that_cannot_be_read_is_named() -> None:
    [words] = said([("A", MONTHS[-4])])
    assert words.startswith("1 row of March 2022 was set aside by validation and is not counted")


def test_what_is_long_ago_is_not_named() -> None:
    assert said([("A", MONTHS[3]), ("B", MONTHS[5])]) == []
    assert said([]) == []


def test_a_few_events_among_many_are_not_named() -> None:
    days = np.repeat(pd.date_range("2020-01-01", "2022-06-30", freq="D").to_numpy(), 5)
    table = pd.DataFrame({"area": "A", "day": days})
    panel = Panel.from_table(table, VISITS, ForecastSpec(table="visits", count="rows", by=["area_name"]))
    aside = pd.DataFrame({"area": None, "day": ["2022-05-01"] * 2, "reasons": "area: required"})
    assert notice_set_aside(panel, aside, VISITS) == ()
    many = pd.concat([aside] * 20, ignore_index=True)
    assert [notice.code for notice in notice_set_aside(panel, many, VISITS)] == ["set_aside_at_end"]


@pytest.mark.parametrize("column", ["day", "reasons"])
def test_rows_that_lack_a_column_say_nothing(column: str) -> None:
    days = pd.date_range("2020-01-01", "2022-06-30", freq="D")
    panel = Panel.from_table(
        pd.DataFrame({"area": "A", "day": days}), VISITS, ForecastSpec(table="visits", count="rows", by=["area_name"])
    )
    aside = pd.DataFrame({"area": ["A"], "day": ["2022-07-01"], "reasons": ["x: type"]}).drop(columns=column)
    assert notice_set_aside(panel, aside, VISITS) == ()
