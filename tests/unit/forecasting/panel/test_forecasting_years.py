"""Years: where they begin, how they are called, and which of them count."""

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import counts, words_of
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel
from shared_analysis.forecasting.calendars import MONTHS, as_break, calendar_of, in_short, name_period, years_from

AREAS = ("E09000001", "E09000002", "E09000003")


def contract_of(form: str | None = None) -> DataContract:
    return DataContract(
        "attendances",
        (
            Column("area", "string", role="area_code"),
            Column("month", "date", role="period", format=form),
            Column("attendances", "integer", role="count"),
        ),
    )


def table_of(days: list[str] | pd.DatetimeIndex, *, areas: tuple[str, ...] = AREAS, level: int = 100) -> pd.DataFrame:
    draw = np.random.default_rng(1)
    rows = [(area, day, draw.poisson(level)) for area in areas for day in pd.DatetimeIndex(days)]
    return pd.DataFrame(rows, columns=["area", "month", "attendances"])


def panel_of(table: pd.DataFrame, form: str | None = None, **settings: object) -> Panel:
    spec = ForecastSpec(table="attendances", count="sum", frequency="yearly", **settings)
    return Panel.from_table(table, contract_of(form), spec)


@pytest.mark.parametrize(
    ("form", "dates", "first", "label"),
    [
        ("yyyy", "01-01", "2015-01-01", "2015"),
        ("yyyy/yy", "04-01", "2015-04-01", "2015/16"),
        ("yyyy-yyyy", "04-01", "2015-04-01", "2015/16"),
        (None, "01-01", "2015-01-01", "2015"),
        (None, "12-31", "2015-01-01", "2015"),
        (None, "04-01", "2015-04-01", "2015/16"),
        (None, "03-31", "2014-04-01", "2014/15"),
        (None, "09-01", "2015-09-01", "2015/16"),
        (None, "08-31", "2014-09-01", "2014/15"),
        (None, "10-05", "2015-01-01", "2015"),
    ],
)
def test_where_years_begin_is_told_by_how_the_table_dates_them(
    form: str | None, dates: str, first: str, label: str
) -> None:
    made = panel_of(table_of([f"{year}-{dates}" for year in range(2015, 2021)]), form)
    assert str(made.periods[0].start_time.date()) == first
    assert name_period(made.periods[0]) == label
    assert made.values.shape == (3, 6)
    told = [words for words in words_of(made) if words.startswith("Years run")]
    assert bool(told) == (label != "2015" and not first.endswith("04-01"))


@given(month=st.integers(1, 12), year=st.integers(1950, 2050))
def test_every_year_has_a_name_and_is_a_break_of_its_months(month: int, year: int) -> None:
    period = pd.Timestamp(year, month, 1).to_period(years_from(month).code)
    assert calendar_of(period) == years_from(month)
    assert period.start_time == pd.Timestamp(year, month, 1)
    assert name_period(period) == in_short(period) == (f"{year}" if month == 1 else f"{year}/{(year + 1) % 100:02}")
    first, last = as_break(period, period).split("/")
    assert pd.Period(first).start_time == period.start_time
    assert pd.Period(last).end_time == period.end_time


@pytest.mark.parametrize(
    ("freq", "periods", "left_out"),
    [
        ("M", 48, None),
        ("M", 47, r"2018/19 is left out: it has not all its months"),
        ("M", 49, r"2019/20 is left out: it has not all its months"),
        ("Q", 16, None),
        ("Q", 18, r"2019/20 is left out: it has not all its quarters"),
        ("D", 1461, None),
        ("D", 1430, r"2018/19 is left out: the data end before it does, on 28 February 2019"),
    ],
)
def test_finer_counts_make_whole_financial_years(freq: str, periods: int, left_out: str | None) -> None:
    rows = counts({area: np.ones(periods) for area in AREAS}, start="2015-04-01", freq=freq)
    made = panel_of(rows)
    full = {"M": 12, "Q": 4, "D": 365}[freq]
    assert made.values.min() >= full
    assert made.values.max() <= full + (freq == "D")
    said = " ".join(words_of(made))
    assert "Years run from April to March." in said
    if left_out is None:
        assert "left out" not in said
        assert made.values.shape[1] == 4
    else:
        assert pd.Series([said]).str.contains(left_out).all()


def test_a_first_year_without_its_first_months_is_left_out() -> None:
    made = panel_of(counts({area: np.ones(60) for area in AREAS}, start="2015-01"))
    assert name_period(made.periods[0]) == "2015/16"
    assert made.values.shape[1] == 4


def test_weeks_make_no_years() -> None:
    with pytest.raises(SharedAnalysisError, match="weeks do not fit into years"):
        panel_of(counts({area: np.ones(300) for area in AREAS}, freq="W-SUN"))


def test_years_make_no_months_and_the_advice_is_to_forecast_years() -> None:
    spec = ForecastSpec(table="attendances", count="sum", frequency="monthly")
    with pytest.raises(SharedAnalysisError, match="set `frequency` to yearly"):
        Panel.from_table(table_of([f"{year}-04-01" for year in range(2015, 2021)]), contract_of("yyyy/yy"), spec)


YEARS = [f"{year}-04-01" for year in range(2014, 2024)]


def test_a_year_that_an_area_has_not_reported_yet_is_left_out_for_all() -> None:
    table = table_of(YEARS)
    made = panel_of(table[~((table["area"] == AREAS[1]) & (table["month"] == YEARS[-1]))], "yyyy/yy")
    assert name_period(made.periods[-1]) == "2022/23"
    assert "What comes after 2022/23 (1 year) is left out: 1 of 3 series has not reported that far yet" in " ".join(
        words_of(made)
    )


def test_an_unknown_year_is_the_one_before_and_not_its_growth_again() -> None:
    table = table_of(YEARS).astype({"attendances": float})
    of_one = table["area"] == AREAS[0]
    table.loc[of_one, "attendances"] = [10.0, 10, 10, 10, 10, 10, 10, 10, 50, 0]
    made = panel_of(table[~(of_one & (table["month"] == YEARS[-1]))], "yyyy/yy", missing="unknown")
    assert made.values[0, -1] == 50
    assert not made.known[0, -1]


def test_zeros_written_ahead_of_the_figures_are_refused() -> None:
    table = table_of(YEARS)
    table.loc[table["month"] == YEARS[-1], "attendances"] = 0
    with pytest.raises(
        SharedAnalysisError, match=r"(?s)zeros and had none in any year of the 3 years before.*2023-04/"
    ):
        panel_of(table, "yyyy/yy")
    made = panel_of(table, "yyyy/yy", breaks=("2023-04/2024-03",))
    assert made.values[:, -1].tolist() == [0, 0, 0]


def test_a_single_year_that_nobody_counted_makes_nothing_doubtful() -> None:
    table = table_of(YEARS)
    made = panel_of(table[table["month"] != YEARS[-2]], "yyyy/yy", missing="unknown")
    assert made.values.shape[1] == 10


def test_years_far_from_all_others_are_refused_by_their_names() -> None:
    table = table_of([*YEARS, "2035-04-01"])
    with pytest.raises(SharedAnalysisError, match="Nothing happens between 2023/24 and 2035/36"):
        panel_of(table, "yyyy/yy")


def test_an_unfinished_last_year_is_named() -> None:
    table = table_of(YEARS)
    table.loc[table["month"] == YEARS[-1], "attendances"] = 30
    assert "2023/24, the last year, counts less than half of any of the four years before it." in " ".join(
        words_of(panel_of(table, "yyyy/yy"))
    )


def test_a_second_count_for_a_year_is_refused() -> None:
    table = pd.concat([table_of(YEARS), table_of(["2023-05-01"])])
    with pytest.raises(SharedAnalysisError, match="a second count for a year"):
        panel_of(table, "yyyy/yy")


def test_months_beside_the_totals_of_their_years_are_refused() -> None:
    rows = counts({area: np.random.default_rng(1).poisson(50, 48).astype(float) for area in AREAS}, start="2015-04")
    years = rows.assign(month=rows["month"].dt.to_period("Y-MAR").dt.start_time)
    years = years.groupby(["area", "month"], as_index=False)["attendances"].sum()
    with pytest.raises(SharedAnalysisError, match="a quarter or a year stand among those of its months"):
        panel_of(pd.concat([rows, years]))


def test_events_are_counted_by_financial_years_and_each_person_once() -> None:
    days = pd.date_range("2015-01-01", "2020-12-31", freq="D")
    contract = DataContract(
        "calls",
        (
            Column("caller", "string", role="linked_record_id"),
            Column("day", "date", role="event_date"),
            Column("area", "string", role="area_code"),
        ),
    )
    table = pd.DataFrame({"caller": [f"p{at % 7}" for at in range(len(days))], "day": days, "area": AREAS[0]})
    made = Panel.from_table(table, contract, ForecastSpec(table="calls", count="rows", frequency="yearly"))
    assert [name_period(period) for period in made.periods] == ["2015/16", "2016/17", "2017/18", "2018/19", "2019/20"]
    assert made.values[0].tolist() == [366, 365, 365, 365, 366]
    shuffled = Panel.from_table(
        table.sample(frac=1, random_state=1), contract, ForecastSpec(table="calls", count="rows", frequency="yearly")
    )
    assert shuffled.notices == made.notices


@settings(max_examples=30, deadline=None)
@given(
    month=st.integers(1, 12),
    years=st.sampled_from([3, 4, 5, 10, 40]),
    at_end=st.booleans(),
    areas=st.sampled_from([1, 3]),
)
def test_years_from_any_month_are_counted_once_and_in_order(
    month: int, years: int, *, at_end: bool, areas: int
) -> None:
    begin = pd.period_range(pd.Timestamp(1980, month, 1), periods=years, freq=years_from(month).code)
    days = begin.end_time.normalize() if at_end else begin.start_time
    made = panel_of(table_of(days, areas=AREAS[:areas]))
    assert made.periods.equals(begin)
    assert made.calendar.noun == "year"
    assert MONTHS[made.periods[0].start_time.month - 1] == MONTHS[month - 1]
