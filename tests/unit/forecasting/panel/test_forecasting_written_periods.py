"""Counts by period, however the periods and the numbers are written: the right sum in the right period."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import infer, validate
from shared_analysis.contracts.dates import DateFormat
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel

MONTHS = pd.date_range("2020-01-01", periods=24, freq="MS")
QUARTERS = pd.date_range("2016-01-01", periods=20, freq="QS")


def panel(table: pd.DataFrame, **settings: object) -> Panel:
    contract = infer(table.astype(str), "t")
    good = validate({"t": table.astype(str)}, {"t": contract}, 0.05).tables["interim/t"]
    return Panel.from_table(good, contract, ForecastSpec(table="t", count="sum", processes=1, **settings))


def counts(dates: list[str], numbers: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"area": "E09000007", "month": dates, "count": numbers})


@settings(max_examples=10, deadline=None)
@given(
    form=st.sampled_from(
        ["MMM-yy", "MMMM yyyy", "yyyyMM", "dd/MM/yyyy", "d/M/yyyy", "yyyy-MM-dd HH:mm:ss", "dd-MMM-yy"]
    ),
    # Zeros at the end are refused where there were none before.
    numbers=st.lists(st.integers(1, 10**6), min_size=24, max_size=24),
)
def test_each_month_has_its_own_count(form: str, numbers: list[int]) -> None:
    dates = list(DateFormat.parse(form).write(pd.Series(MONTHS)))
    read = panel(counts(dates, [f"{number:,}" for number in numbers]))
    assert read.values[0].tolist() == numbers


def test_local_midnights_do_not_move_to_another_month() -> None:
    dates = [month.tz_localize("Europe/London").isoformat() for month in MONTHS]
    assert panel(counts(dates, ["10"] * 24)).values[0].tolist() == [10.0] * 24


def test_provisional_counts_stay_counts() -> None:
    numbers = [f"{90 + month % 7}{'p' if month > 20 else ''}" for month in range(24)]
    read = panel(counts([str(month)[:7] for month in MONTHS], numbers))
    assert read.values[0].tolist() == [90 + month % 7 for month in range(24)]


def test_withheld_counts_are_missing_and_no_nought() -> None:
    table = counts([str(month)[:7] for month in MONTHS], ["[c]" if month == 5 else "10" for month in range(24)])
    with pytest.raises(SharedAnalysisError, match="missing"):
        panel(table)
    # Where nobody knows the count, the forecast is fitted to one like those before it.
    assert panel(table, missing="unknown").values[0][5] == 10


@pytest.mark.parametrize("form", ["yyyy 'Q'q", "'Q'q yyyy", "yyyy-'Q'q"])
def test_the_format_says_that_counts_are_quarterly(form: str) -> None:
    table = counts(list(DateFormat.parse(form).write(pd.Series(QUARTERS))), ["7"] * 20)
    assert panel(table, frequency="quarterly").values[0].tolist() == [7.0] * 20
    with pytest.raises(SharedAnalysisError, match="quarterly, which cannot be split"):
        panel(table.iloc[:1], frequency="monthly")


def test_financial_years_are_no_months() -> None:
    table = counts([f"{year}/{year % 100 + 1:02}" for year in range(2005, 2020)], ["7"] * 15)
    with pytest.raises(SharedAnalysisError, match="yearly, which cannot be split"):
        panel(table)
