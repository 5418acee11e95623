"""Where a panel ends and begins: what is late, partial or over is left out or named, never read as a fall."""

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import counts, events, every_month, words_of

from shared_analysis.contracts import DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel, forecast

BOROUGHS = [f"E0900000{area}" for area in range(1, 6)]


def panel(table: pd.DataFrame, contract: DataContract, **settings: object) -> Panel:
    return Panel.from_table(table, contract, ForecastSpec(**{"table": contract.name, "count": "sum", **settings}))


def boroughs(months: int = 60) -> pd.DataFrame:
    """Five boroughs with about a hundred a month, from January 2015."""
    rng = np.random.default_rng(3)
    return counts({area: rng.poisson(100, months).astype(float) for area in BOROUGHS})


def without(table: pd.DataFrame, area: str, since: str) -> pd.DataFrame:
    """The table as if an area had stopped reporting."""
    return table[(table["area"] != area) | (table["month"] < since)]


def by_day(first: str, last: str, number: float = 10.0) -> pd.DataFrame:
    """The same count every day."""
    days = pd.date_range(first, last, freq="D")
    return pd.DataFrame({"area": "E09000001", "month": days, "attendances": number})


def test_a_table_of_counts_ends_where_most_series_still_report(monthly: DataContract) -> None:
    table = counts({area: np.arange(1.0, 25.0) for area in BOROUGHS})
    goes_on = table["area"] == "E09000001"
    new = counts({"E09000009": np.ones(2)}, start="2016-11")
    made = panel(pd.concat([table[(table["month"] < "2016-10-01") | goes_on], new]), monthly)
    assert str(made.periods[-1]) == "2016-09"
    assert not made.values[-1].any()
    assert any(notice.startswith("What comes after September 2016 is left out") for notice in words_of(made))


def test_what_one_borough_has_not_reported_yet_is_left_out_for_all(monthly: DataContract) -> None:
    late = without(boroughs(), BOROUGHS[0], "2019-11")
    made = forecast(late, monthly, ForecastSpec(table="attendances", count="sum"))
    assert str(made.panel.periods[-1]) == "2019-10"
    message = "What comes after October 2019 (2 months) is left out: 1 of 5 series has not reported that far yet: "
    assert f"{message}City of London." in words_of(made)
    ahead = made.ahead[made.ahead["area_code"] == BOROUGHS[0]]
    assert ahead["mean"].mean() == pytest.approx(100, rel=0.1)


def test_the_panel_ends_where_all_that_report_were_there_together(monthly: DataContract) -> None:
    table = without(without(boroughs(), BOROUGHS[0], "2019-11"), BOROUGHS[1], "2019-12")
    gap = (table["area"] == BOROUGHS[2]) & (table["month"] == "2019-10-01")
    made = panel(table[~gap], monthly)
    assert str(made.periods[-1]) == "2019-09"
    assert any("2 of 5 series have not reported that far yet" in notice for notice in words_of(made))
    assert (made.values[:, -1] > 0).all()


def test_a_series_silent_for_more_than_a_season_has_ended_and_is_named(monthly: DataContract) -> None:
    made = panel(without(boroughs(), BOROUGHS[0], "2018-12"), monthly)
    assert str(made.periods[-1]) == "2019-12"
    assert "1 series has no row at the end, where it counts as zero: City of London." in words_of(made)
    shorter = panel(without(boroughs(), BOROUGHS[0], "2019-01"), monthly)
    assert str(shorter.periods[-1]) == "2018-12"


def test_a_series_that_often_has_no_row_takes_nothing_from_the_others(monthly: DataContract) -> None:
    rare = boroughs()
    rare = rare[(rare["area"] != BOROUGHS[0]) | (rare["month"].dt.month % 4 == 1)]
    made = panel(rare, monthly)
    assert str(made.periods[-1]) == "2019-12"
    assert not any("at the end" in notice or "left out" in notice for notice in words_of(made))


def test_rare_counts_without_rows_of_zero_end_where_their_last_row_is(monthly: DataContract) -> None:
    values = np.random.default_rng(13).poisson(0.5, (5, 60)).astype(float)
    values[:, -1] = [1, 0, 0, 0, 0]
    table = counts(dict(zip(BOROUGHS, values, strict=True)))
    assert str(panel(table[table["attendances"] > 0], monthly).periods[-1]) == "2019-12"


def test_weekends_when_nobody_reports_are_not_late(monthly: DataContract) -> None:
    days = pd.bdate_range("2023-01-02", "2023-03-31")
    table = pd.concat(pd.DataFrame({"area": area, "month": days, "attendances": 5.0}) for area in BOROUGHS)
    made = panel(without(table, BOROUGHS[0], "2023-03-30"), monthly, frequency="daily")
    assert str(made.periods[-1]) == "2023-03-29"


def test_where_gaps_are_refused_a_late_series_is_refused(monthly: DataContract) -> None:
    with pytest.raises(SharedAnalysisError, match=r"the first in November 2019 \(City of London\)"):
        panel(without(boroughs(), BOROUGHS[0], "2019-11"), monthly, missing="error")


def test_an_area_that_had_events_every_month_and_has_none_at_the_end_is_named(contacts: DataContract) -> None:
    rows = every_month(24)
    other = [(day, "E09000008", service, person) for day, _, service, person in rows if day < "2024-12"]
    made = panel(events([*rows, *other]), contacts, count="rows")
    assert str(made.periods[-1]) == "2024-12"
    assert "1 series has no row at the end, where it counts as zero: Croydon." in words_of(made)


def test_daily_counts_are_added_up_to_whole_months_and_that_is_said(monthly: DataContract) -> None:
    made = panel(by_day("2023-01-04", "2023-06-09"), monthly)
    assert made.values.tolist() == [[280.0, 310.0, 300.0, 310.0]]
    assert "The table's counts are daily, and are added up by month." in words_of(made)
    assert "June 2023 is left out: the data end before it does, on 9 June 2023." in words_of(made)
    assert "January 2023 is left out: the data begin within it, on 4 January 2023." in words_of(made)
    weekly = panel(by_day("2023-01-04", "2023-03-07"), monthly, frequency="weekly")
    assert set(weekly.values[0]) == {70.0}
    assert any(notice.startswith("The week of 6 March 2023 is left out") for notice in words_of(weekly))


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [("2023-01-04", "2023-01-12", "0 months are"), ("2023-01-04", "2023-02-28", "1 month is")],
)
def test_a_table_that_covers_a_period_in_part_has_fewer(
    first: str, last: str, whole: str, monthly: DataContract
) -> None:
    with pytest.raises(SharedAnalysisError, match=f"{whole} too few"):
        panel(by_day(first, last), monthly)


@pytest.mark.parametrize(("silent", "periods"), [(4, 4), (5, 3)])
def test_days_without_an_event_at_an_end_are_no_end_if_they_are_no_longer_than_others(
    silent: int, periods: int, contacts: DataContract
) -> None:
    days = pd.date_range("2023-01-02", "2023-01-29")
    quiet = days[8:11].union(days[-silent:])
    rows = [(str(day.date()), "E09000007", "housing", "1") for day in days.difference(quiet)]
    made = panel(events(rows), contacts, count="rows", frequency="weekly")
    assert len(made.periods) == periods


def test_a_quarter_is_whole_when_its_three_months_are_there(monthly: DataContract) -> None:
    made = panel(counts({"E09000001": np.ones(22)}, start="2021-02"), monthly, frequency="quarterly")
    assert made.values.tolist() == [[3.0] * 6]
    assert str(made.periods[0]) == "2021Q2"
    assert "January–March 2021 is left out: it has not all its months." in words_of(made)
    assert "October–December 2022 is left out: it has not all its months." in words_of(made)
    assert "The table's counts are monthly, and are added up by quarter." in words_of(made)


@pytest.mark.parametrize("left_out", [("2023-01-03", "2023-01-04"), ("2023-02-02", "2023-02-03", "2023-02-04")])
def test_a_day_at_the_first_instant_of_the_calendar_or_on_its_last_day_is_within_it(
    contacts: DataContract, left_out: tuple[str, ...]
) -> None:
    # Next to the silence, the Monday or the Sunday alone shows that its week is covered.
    days = [str(day.date()) for day in pd.date_range("2023-01-02", "2023-02-05")]
    rows = [(day, "E09000007", "housing", "1") for day in days if day not in left_out]
    made = panel(events(rows), contacts, count="rows", frequency="weekly")
    assert [str(end.start_time.date()) for end in made.periods[[0, -1]]] == ["2023-01-02", "2023-01-30"]
    assert not any("left out" in message for message in words_of(made))
    without = events(rows[1:] if left_out[0] < "2023-02" else rows[:-1])
    assert len(panel(without, contacts, count="rows", frequency="weekly").periods) == len(made.periods) - 1


@pytest.mark.parametrize(("months", "left"), [(3, 3), (4, 4)])
def test_three_periods_are_the_fewest(monthly: DataContract, months: int, left: int) -> None:
    assert len(panel(counts({"E09000001": np.ones(months) + np.arange(months)}), monthly).periods) == left
    with pytest.raises(SharedAnalysisError, match="2 months are too few to forecast from; 3 are the least"):
        panel(counts({"E09000001": np.ones(2)}), monthly)
