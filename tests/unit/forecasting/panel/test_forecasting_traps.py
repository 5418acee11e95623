"""Dates, lengths and values that are known to spoil a forecast: mended and said, or refused by series and date."""

import sys
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import counts, events, every_month, seasonal, words_of
from forecasting_traps import BOROUGHS, boroughs, finite, panel, refusal, rows_of

from shared_analysis.contracts import DataContract
from shared_analysis.forecasting import ForecastSpec, Panel, forecast

# Dates


@pytest.mark.parametrize("written", ["13/02/2016", "Feb 2016", "2016Q1", "42400"])
def test_dates_of_several_formats_are_refused_with_the_row(written: str) -> None:
    table = boroughs().astype({"month": "string"})
    table.loc[13, "month"] = written
    message = refusal(table)
    assert "1 value is not a date" in message
    assert "column month, first in data row 14" in message
    assert written not in message


def test_months_and_days_may_be_mixed_where_both_are_iso() -> None:
    table = boroughs()
    written = table["month"].dt.strftime("%Y-%m-%d")
    mixed = table.assign(month=written.mask(table.index % 2 == 0, written.str[:7]))
    assert (panel(mixed).values == panel(table).values).all()


@pytest.mark.parametrize("later", ["2019-06-01", "2020-11-01"])
def test_a_lone_date_far_after_all_others_is_left_out_or_refused(later: str) -> None:
    table = boroughs()
    lone = table.iloc[[100]].assign(month=pd.Timestamp(later))
    made = finite(pd.concat([table, lone], ignore_index=True))
    assert str(made.panel.periods[-1]) == "2018-12"
    message = [notice for notice in words_of(made) if notice.startswith("What comes after December 2018 is left out")]
    assert len(message) == 1
    assert "Barnet" in message[0]
    one = pd.concat([table, lone], ignore_index=True)
    one = one[one["area"] == "E09000003"]
    assert "between December 2018 and" in refusal(one)
    assert "table attendances, Barnet" in refusal(one)


def test_a_lone_date_before_all_others_is_left_out() -> None:
    table = boroughs()
    lone = table.iloc[[100]].assign(month=pd.Timestamp("2013-09-01"))
    made = finite(pd.concat([table, lone], ignore_index=True))
    assert str(made.panel.periods[0]) == "2015-01"
    assert any("(Barnet, September 2013)" in notice for notice in words_of(made))


def test_a_date_more_than_two_years_from_all_others_is_refused() -> None:
    table = boroughs()
    lone = table.iloc[[100]].assign(month=pd.Timestamp("2031-01-01"))
    message = refusal(pd.concat([table, lone], ignore_index=True))
    assert "Nothing happens between 2018-12 and 2031-01" in message
    assert "Barnet" in message


def test_a_lone_event_in_the_future_leaves_the_end_where_it_was(contacts: DataContract) -> None:
    rows = [(day, area, service, person) for day, area, service, person in every_month(24) for _ in range(5)]
    spec = ForecastSpec(table="contacts", count="rows", horizon=3)
    made = forecast(events([*rows, ("2025-03-20", "E09000007", "housing", "1")]), contacts, spec)
    assert str(made.panel.periods[-1]) == "2024-12"
    assert any("(Camden, March 2025)" in notice for notice in words_of(made))


def test_an_end_before_a_lone_event_is_partial_as_it_was(contacts: DataContract) -> None:
    rows = [(day, area, service, person) for day, area, service, person in every_month(24) for _ in range(5)]
    rows = [row for row in rows if row[0] < "2024-12-05"]
    spec = ForecastSpec(table="contacts", count="rows", horizon=3)
    made = forecast(events([*rows, ("2025-03-20", "E09000007", "housing", "1")]), contacts, spec)
    assert str(made.panel.periods[-1]) == "2024-11"
    assert "December 2024 is left out: the data end before it does, on 1 December 2024." in words_of(made)


def test_a_short_gap_before_the_last_month_is_no_wrong_date() -> None:
    table = boroughs()
    made = finite(table[(table["month"] < "2018-10-01") | (table["month"] > "2018-11-01")])
    assert str(made.panel.periods[-1]) == "2018-12"
    assert any("the first in October 2018" in notice for notice in words_of(made))


def test_after_a_long_gap_as_many_months_are_no_wrong_dates() -> None:
    table = boroughs()
    made = finite(table[(table["month"] < "2017-06-01") | (table["month"] > "2018-01-01")])
    assert str(made.panel.periods[-1]) == "2018-12"


def test_a_service_that_opens_again_is_no_wrong_date() -> None:
    table = boroughs()
    closed = table[(table["month"] < "2018-03-01") | (table["month"] > "2018-09-01")]
    message = refusal(closed)
    assert "Nothing is there between February 2018 and October 2018, and after that only 3 months" in message
    assert "name it under `breaks` as 2018-03/2018-09" in message
    made = finite(closed, breaks=["2018-03/2018-09"])
    assert str(made.panel.periods[-1]) == "2018-12"
    assert str(panel(table[(table["month"] < "2018-03-01") | (table["month"] > "2018-05-01")]).periods[-1]) == "2018-12"


def test_zeros_written_ahead_of_the_figures_are_refused() -> None:
    table = boroughs()
    table.loc[table["month"] >= "2018-10-01", "attendances"] = 0
    message = refusal(table)
    assert (
        "5 series end in zeros and had none in any month of the year before: City of London (since October 2018)"
        in message
    )
    finite(table, breaks=["2018-10/2018-12"])
    table.loc[table["month"] >= "2017-10-01", "attendances"] = 0
    finite(table)


@pytest.mark.parametrize(("number", "refused"), [(4, True), (5, False)])
def test_zeros_written_for_half_of_the_series_are_refused_and_for_fewer_named(number: int, refused: bool) -> None:
    table = boroughs(number=number)
    for area in BOROUGHS[:2]:
        table.loc[rows_of(table, area, "2018-11-01", "2018-12-01"), "attendances"] = 0
    if refused:
        assert "2 series end in zeros" in refusal(table)
    else:
        assert any("ends in zeros" in notice or "end in zeros" in notice for notice in words_of(panel(table)))


def test_zeros_of_one_series_alone_are_named() -> None:
    table = boroughs()
    table.loc[rows_of(table, BOROUGHS[2], "2018-11-01", "2018-12-01"), "attendances"] = 0
    made = finite(table)
    assert any("ends in zeros" in notice and "Barnet (since November 2018)" in notice for notice in words_of(made))
    assert str(made.panel.periods[-1]) == "2018-12"


def test_empty_counts_after_the_last_figures_end_the_panel_before() -> None:
    table = boroughs()
    table.loc[table["month"] >= "2018-10-01", "attendances"] = np.nan
    assert "15 counts are missing" in refusal(table)
    assert "(City of London, 1 October 2018)" in refusal(table)
    made = finite(table, missing="unknown")
    assert str(made.panel.periods[-1]) == "2018-09"
    assert any(notice.startswith("What comes after September 2018 is left out") for notice in words_of(made))


def test_a_last_month_that_looks_unfinished_is_named() -> None:
    table = boroughs()
    table.loc[table["month"] == "2018-12-01", "attendances"] //= 4
    message = "December 2018, the last month, counts less than half of any month of the years before it."
    assert any(notice.startswith(message) for notice in words_of(finite(table)))
    assert not any(notice.startswith(message) for notice in words_of(finite(table, breaks=["2018-12/2018-12"])))


@pytest.mark.parametrize("weekday", ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"])
def test_weeks_may_begin_on_any_day(weekday: str) -> None:
    days = pd.date_range("2022-01-03", periods=60, freq=f"W-{weekday}")
    table = pd.DataFrame({"area": "E09000001", "month": days, "attendances": np.arange(60.0) + 1})
    made = panel(table, frequency="weekly")
    assert made.values[0].tolist() == table["attendances"].tolist()
    assert set(made.table()["period"].dt.dayofweek) == {0}
    message = [notice for notice in words_of(made) if notice.startswith("The table's weeks are dated on")]
    assert len(message) == (weekday != "MON")


def test_a_week_that_is_dated_twice_is_refused() -> None:
    days = pd.date_range("2022-01-07", periods=60, freq="W-FRI")
    table = pd.DataFrame({"area": "E09000001", "month": days, "attendances": 5.0})
    table.loc[30, "month"] = table.loc[29, "month"] - pd.Timedelta(days=1)
    assert "(City of London, 28 July 2022)" in refusal(table, frequency="weekly")


@pytest.mark.parametrize(
    ("frequency", "freq", "periods"),
    [("daily", "D", 40), ("weekly", "W-SUN", 110), ("monthly", "M", 30), ("quarterly", "Q", 12)],
)
@pytest.mark.parametrize("missing", ["zero", "unknown"])
def test_a_gap_is_handled_on_every_calendar(frequency: str, freq: str, periods: int, missing: str) -> None:
    table = counts({area: np.full(periods, 20.0) + at for at, area in enumerate(BOROUGHS)}, freq=freq)
    made = finite(table.drop(index=8), frequency=frequency, missing=missing)
    assert made.panel.values[0, 8] == (20 if missing == "unknown" else 0)
    assert made.panel.known[0, 8] == (missing == "zero")
    assert any("City of London" in notice for notice in words_of(made))


# Short, flat, odd


@pytest.mark.parametrize("months", [3, 4, 5, 11, 12, 13, 23, 24, 25])
@pytest.mark.parametrize("number", [1, 3])
def test_short_histories_are_forecast_or_refused_never_half_done(months: int, number: int) -> None:
    made = finite(boroughs(months, number), horizon=12)
    assert words_of(made) or months >= 24


@pytest.mark.parametrize("months", [1, 2])
def test_one_and_two_observations_are_refused(months: int) -> None:
    assert f"{months} month{'s are' if months > 1 else ' is'} too few to forecast from" in refusal(boroughs(months, 1))


@pytest.mark.parametrize("missing", ["zero", "error", "unknown"])
def test_an_empty_table_is_refused(missing: str) -> None:
    assert "There is no row to count" in refusal(boroughs().iloc[:0], missing=missing)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros(40), "zero throughout"),
        (np.full(40, 7.0), "the same in every period"),
        (np.r_[np.zeros(30), seasonal(30, 10)], "from the first non-zero period only"),
        (np.maximum(40 - 1.1 * np.arange(40), 0), ""),
        (np.r_[np.zeros(39), 1.0], "from the first non-zero period only"),
        (np.r_[1.0, np.zeros(39)], ""),
        (seasonal(1e9, 40), ""),
        (np.full(40, 1e15), "the same in every period"),
    ],
    ids=["zero", "constant", "leading zeros", "declining to zero", "one at the end", "one at the start", "1e9", "1e15"],
)
@pytest.mark.parametrize("alone", [True, False])
def test_odd_series_are_forecast_alone_and_among_good_ones(values: np.ndarray, message: str, alone: bool) -> None:
    odd = counts({"E09000006": values})
    made = finite(odd if alone else pd.concat([boroughs(40, 3), odd], ignore_index=True))
    assert any(message in notice and "Bromley" in notice for notice in words_of(made)) or not message
    ahead = made.tables["forecast"]
    assert ahead.loc[ahead["area_code"] == "E09000006", "mean"].max() <= 2 * values.max() + 1


@pytest.mark.parametrize(("fault", "says"), [(-1.0, "negative"), (np.inf, "infinite"), (-np.inf, "infinite")])
def test_one_bad_count_among_good_series_is_refused_with_its_series_and_date(fault: float, says: str) -> None:
    table = boroughs()
    table.loc[rows_of(table, BOROUGHS[2], "2016-07-01"), "attendances"] = fault
    for missing in ("zero", "error", "unknown"):
        message = refusal(table, missing=missing)
        assert f"1 count is {says}" in message
        assert "(Barnet, 1 July 2016)" in message


@pytest.mark.parametrize("text", ["<5", "n/a", "1,234"])
def test_counts_that_are_no_numbers_are_refused_and_never_quoted(text: str) -> None:
    table = boroughs().astype({"attendances": object})
    table.loc[rows_of(table, BOROUGHS[2], "2016-07-01"), "attendances"] = text
    message = refusal(table, missing="unknown")
    assert "1 count is not a number" in message
    assert text not in message


def test_many_events_are_counted_as_pandas_counts_them(contacts: DataContract) -> None:
    rows = 50_000
    rng = np.random.default_rng(1)
    areas = np.array([f"E09{area:06d}" for area in range(1, 34)])
    table = pd.DataFrame(
        {
            "contact_id": np.arange(rows),
            "service": "housing",
            "person": rng.integers(0, 5_000, rows).astype(str),
            "day": pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 1461, rows), unit="D"),
            "borough": areas[rng.integers(0, 33, rows)],
            "reason": "advice",
        }
    )
    made = Panel.from_table(table, contacts, ForecastSpec(table="contacts", count="people"))
    month = table["day"].dt.to_period("M")
    expected = table.groupby(["borough", month])["person"].nunique().unstack()  # noqa: PD010
    np.testing.assert_array_equal(made.values, expected)


def test_events_are_counted_without_a_call_a_row(contacts: DataContract) -> None:
    assert calls_to_count(20_000, contacts) < 1.1 * calls_to_count(5_000, contacts)


def calls_to_count(rows: int, contract: DataContract) -> int:
    """Count the calls of functions, Python's and C's, that it takes to make a panel of some events."""
    rng = np.random.default_rng(1)
    areas = np.array([f"E09{area:06d}" for area in range(1, 34)])
    persons = np.array([str(person) for person in range(500)], dtype=object)
    table = pd.DataFrame(
        {
            "contact_id": np.arange(rows),
            "service": "housing",
            "person": persons[rng.integers(0, len(persons), rows)],
            "day": pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 1461, rows), unit="D"),
            "borough": areas[rng.integers(0, 33, rows)],
            "reason": "advice",
        }
    )
    calls = Counter[str]()
    sys.setprofile(lambda _frame, event, _argument: calls.update([event]))
    try:
        panel = Panel.from_table(table, contract, ForecastSpec(table="contacts", count="people"))
    finally:
        sys.setprofile(None)
    assert panel.values.shape == (33, 48)
    assert 0 < panel.values.sum() <= rows
    return calls["call"] + calls["c_call"]
