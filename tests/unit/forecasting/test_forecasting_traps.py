"""Every way a table is known to spoil a forecast: mended and said, or refused with the series and the date."""

import unicodedata

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, events, every_month, seasonal

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastResult, ForecastSpec, Panel, forecast

BOROUGHS = [f"E0900000{area}" for area in range(1, 6)]
BY_AGE = DataContract(
    "attendances",
    (
        Column("area", "string", role="area_code", primary_key=True),
        Column("month", "date", role="period", primary_key=True),
        Column("age", "string", primary_key=True),
        Column("attendances", "integer", role="count"),
    ),
)


def settings(**changes: object) -> ForecastSpec:
    return ForecastSpec(**{"table": "attendances", "count": "sum", "horizon": 3, "origins": 1, **changes})


def panel(table: pd.DataFrame, contract: DataContract = MONTHLY, **changes: object) -> Panel:
    return Panel.from_table(table, contract, settings(**changes))


def refusal(table: pd.DataFrame, contract: DataContract = MONTHLY, **changes: object) -> str:
    """What a forecast of the table is refused with, on one line."""
    with pytest.raises(SharedAnalysisError) as refused:
        forecast(table, contract, settings(**changes))
    assert refused.value.next_step
    return " ".join(str(refused.value).split())


def finite(table: pd.DataFrame, contract: DataContract = MONTHLY, **changes: object) -> ForecastResult:
    """A forecast whose every number is one, and none below zero."""
    made = forecast(table, contract, settings(**changes))
    ahead = made.tables["processed/forecast/forecast"].select_dtypes("number")
    assert len(ahead)
    assert np.isfinite(ahead).all().all()
    assert (ahead >= 0).all().all()
    assert made.summary()
    return made


def boroughs(months: int = 48, number: int = 5, level: float = 100) -> pd.DataFrame:
    """Boroughs with about the same level, from January 2015."""
    return counts({area: seasonal(level, months, seed=at) for at, area in enumerate(BOROUGHS[:number])})


def rows_of(table: pd.DataFrame, area: str, first: str, last: str | None = None) -> pd.Series:
    months = (table["month"] >= first) & (table["month"] <= (last or first))
    return (table["area"] == area) & months


# Gaps


def test_gaps_count_as_zero_and_the_first_is_named() -> None:
    table = boroughs()
    made = finite(table[~rows_of(table, BOROUGHS[1], "2016-03-01", "2016-05-01")])
    assert made.panel.values[1, 14:17].tolist() == [0, 0, 0]
    said = "3 periods in 1 of 5 series have no row and count as zero, the first in March 2016 (Barking and Dagenham)."
    assert said in made.notices


def test_gaps_are_refused_where_that_is_asked_for() -> None:
    table = boroughs()
    said = refusal(table[~rows_of(table, BOROUGHS[1], "2016-03-01")], missing="error")
    assert "the first in March 2016 (Barking and Dagenham)" in said


def test_gaps_do_not_shift_the_season() -> None:
    table = counts({"E09000001": np.tile(np.arange(1.0, 13), 4)})
    made = panel(table.drop(index=[14, 15]), missing="unknown")
    assert made.values[0, 16:24].tolist() == np.arange(5.0, 13).tolist()
    assert made.values[0, 14:16].tolist() == [3, 4]


def test_half_of_the_rows_missing_is_said() -> None:
    table = boroughs(number=2)
    there = np.random.default_rng(3).random(len(table)) < 0.5
    made = finite(table[there | table["month"].isin(table["month"].iloc[[0, 47]])])
    assert any("in 2 of 2 series have no row and count as zero" in notice for notice in made.notices)


# What nobody counted


def test_an_unknown_month_holds_what_the_year_before_and_the_growth_since_then_say() -> None:
    values = np.r_[np.arange(10.0, 22), 2 * np.arange(10.0, 22)]
    table = counts({"E09000001": values})
    made = panel(table.drop(index=20), missing="unknown")
    assert made.values[0, 20] == pytest.approx(2 * 18)
    assert not made.known[0, 20]
    assert made.known.sum() == 23
    assert (
        "1 month was not counted and has a stand-in, made from what came before, in 1 of 1 series: "
        "City of London (September 2016). No accuracy is measured there." in made.notices
    )


def test_a_stand_in_knows_nothing_later() -> None:
    table = boroughs(36, 1)
    gaps = table.drop(index=[4, 15, 16])
    later = gaps.copy()
    later.loc[later.index > 16, "attendances"] *= 7
    before, after = (panel(given, missing="unknown").values[0, :17] for given in (gaps, later))
    assert before.tolist() == after.tolist()
    assert before[4] == pytest.approx(table["attendances"][:4].mean())


def test_an_empty_count_is_unknown_where_that_is_asked_for_and_an_error_elsewhere() -> None:
    table = boroughs()
    table.loc[rows_of(table, BOROUGHS[2], "2016-07-01"), "attendances"] = np.nan
    said = (
        "1 count is missing. where: table attendances, column attendances, first in data row 115 (Barnet, 1 July 2016)"
    )
    assert said in refusal(table)
    assert said in refusal(table, missing="error")
    made = finite(table, missing="unknown")
    assert np.argwhere(~made.panel.known).tolist() == [[2, 18]]
    without = finite(table.dropna(), missing="unknown")
    assert made.tables["processed/forecast/forecast"].equals(without.tables["processed/forecast/forecast"])


def test_the_panel_table_shows_what_is_unknown_and_what_stands_in() -> None:
    table = boroughs(24, 2)
    shown = panel(table.drop(index=30), missing="unknown").table()
    unknown = shown[shown["count"].isna()]
    assert unknown["period"].tolist() == [pd.Timestamp("2015-07-01")]
    assert unknown["stand_in"].notna().all()
    assert shown["stand_in"].notna().sum() == 1
    assert "stand_in" not in panel(table, missing="unknown").table()


def test_a_late_borough_costs_the_others_nothing_where_gaps_are_unknown() -> None:
    table = boroughs()
    made = finite(table[~rows_of(table, BOROUGHS[0], "2018-11-01", "2018-12-01")], missing="unknown")
    assert str(made.panel.periods[-1]) == "2018-12"
    assert np.argwhere(~made.panel.known).tolist() == [[0, 46], [0, 47]]
    assert any("City of London (2 since November 2018)" in notice for notice in made.notices)


def test_a_series_that_begins_late_is_not_known_before() -> None:
    table = boroughs()
    made = finite(table[~rows_of(table, BOROUGHS[0], "2015-01-01", "2016-02-01")], missing="unknown")
    assert not made.panel.known[0, :14].any()
    assert not made.panel.values[0, :14].any()
    assert made.panel.known[:, 14:].all()


def test_one_series_of_which_most_is_unknown_is_refused_by_name() -> None:
    table = boroughs()
    most = rows_of(table, BOROUGHS[3], "2015-02-01", "2017-02-01")
    said = refusal(table[~most], missing="unknown")
    assert "1 series is unknown in more than half of the months: Bexley (25 of 48 since January 2015)." in said
    assert "take it out of the table" in said
    half = rows_of(table, BOROUGHS[3], "2015-02-01", "2017-01-01")
    finite(table[~half], missing="unknown")
    table.loc[table["area"] == BOROUGHS[3], "attendances"] = np.nan
    assert "Bexley (48 of 48 since January 2015)" in refusal(table, missing="unknown")


def test_a_sum_is_unknown_where_one_of_its_parts_is() -> None:
    table = pd.concat([boroughs(24, 2).assign(age=age) for age in ("under 65", "65 and over")], ignore_index=True)
    empty = rows_of(table, BOROUGHS[0], "2016-03-01") & (table["age"] == "under 65")
    gone = rows_of(table, BOROUGHS[1], "2016-05-01") & (table["age"] == "65 and over")
    table.loc[empty, "attendances"] = np.nan
    made = panel(table[~gone], BY_AGE, missing="unknown")
    assert np.argwhere(~made.known).tolist() == [[0, 14], [1, 16]]
    assert made.values[1, 15] == 2 * panel(boroughs(24, 2)).values[1, 15]


def test_a_month_is_unknown_where_one_of_its_days_is() -> None:
    days = pd.date_range("2023-01-01", "2023-12-31", freq="D")
    table = pd.concat([pd.DataFrame({"area": area, "month": days, "attendances": 5.0}) for area in BOROUGHS[:2]])
    made = panel(table[~rows_of(table, BOROUGHS[1], "2023-05-09")], missing="unknown")
    assert np.argwhere(~made.known).tolist() == [[1, 4]]


def test_unknown_is_refused_for_events(contacts: DataContract) -> None:
    spec = ForecastSpec(table="contacts", count="rows", missing="unknown")
    with pytest.raises(SharedAnalysisError, match="`missing: unknown` is for tables of counts"):
        Panel.from_table(events(every_month()), contacts, spec)


# Counted in every second month only


@pytest.mark.parametrize("missing", ["zero", "unknown"])
def test_a_table_with_a_row_in_every_second_month_is_refused(missing: str) -> None:
    table = boroughs(48)
    said = refusal(table[table["month"].dt.month % 2 == 1], missing=missing)
    assert "Most series (5 of 5) have a row in every second month only" in said
    assert "first City of London from January 2015" in said
    odd = (table["month"].dt.month + table["area"].str[-1].astype(int)) % 2 == 1
    assert "every second month only" in refusal(table[odd], missing=missing)


def test_a_few_series_with_a_row_in_every_second_month_are_named() -> None:
    table = boroughs(48)
    made = finite(table[(table["area"] != BOROUGHS[3]) | (table["month"].dt.month % 2 == 1)])
    assert any("such as in every second month, and were filled between: Bexley." in said for said in made.notices)


def test_rare_counts_without_rows_of_zero_are_no_second_months() -> None:
    rng = np.random.default_rng(5)
    table = counts({area: rng.poisson(0.3, 60).astype(float) for area in BOROUGHS})
    made = finite(table[table["attendances"] > 0])
    assert not any("every" in notice and "only" in notice for notice in made.notices)


# Counted twice


def test_a_second_count_for_a_month_is_refused_whatever_its_day() -> None:
    table = boroughs()
    again = table.iloc[[20]].assign(month=pd.Timestamp("2016-09-28"))
    said = refusal(pd.concat([table, again], ignore_index=True))
    assert "1 row gives a second count for a month that has one" in said
    assert "(City of London, 28 September 2016)" in said


def test_a_repeated_row_is_refused_with_its_series_and_date() -> None:
    table = boroughs()
    said = refusal(pd.concat([table, table.iloc[[60]]], ignore_index=True))
    assert "1 row repeats an earlier area and month" in said
    assert "first in data row 241 (Barking and Dagenham, 1 January 2016)" in said


def test_a_repeat_is_seen_through_its_spelling() -> None:
    table = boroughs(12, 1).assign(area="Camden")
    months = table["month"].dt.strftime("%Y-%m")
    again = table.iloc[[3]].assign(area=" CAMDEN", month="2015-04-01")
    said = refusal(pd.concat([table.assign(month=months), again], ignore_index=True))
    assert "first in data row 13 (Camden, 1 April 2015)" in said


@pytest.mark.parametrize("total", ["Total", "E12000007", "whole"])
def test_a_total_among_its_parts_is_refused(total: str) -> None:
    table = boroughs()
    whole = table.groupby("month", as_index=False)["attendances"].sum().assign(area=total)
    said = refusal(pd.concat([table, whole], ignore_index=True))
    assert "counted twice" in said
    assert total in said


def test_what_is_only_called_a_total_is_named() -> None:
    table = boroughs(number=4)
    table.loc[table["area"] == BOROUGHS[0], "area"] = "All boroughs"
    assert any("All boroughs is called like a total" in notice for notice in panel(table).notices)
    same = counts({"A": seasonal(50, 36), "B": seasonal(50, 36), "C": np.zeros(36)})
    assert not any("total" in notice for notice in panel(same).notices)
    assert panel(counts({"A": np.r_[2, 2, 3], "B": np.r_[1, 1, 2], "C": np.r_[1, 1, 1]})).values.sum() == 14


@pytest.mark.parametrize("code", ["E12000007", "E13000001", "E92000001"])
def test_a_region_among_the_boroughs_is_refused_though_it_is_not_their_sum(code: str) -> None:
    region = counts({code: seasonal(900, 48)})
    assert f"{code} (" in refusal(pd.concat([boroughs(), region], ignore_index=True))
    finite(region)


# Names of areas


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("E09000099", "E09000099 (the nearest known is E09000009, Ealing)"),
        ("E0900000", "E0900000 (the nearest known is E09000001, City of London)"),
        ("00AG", "00AG (the old code of Camden, E09000007)"),
        ("00BK", "00BK (the old code of Westminster, E09000033)"),
        ("tower hamlets", "tower hamlets (the code is E09000030)"),
        ("E08000035", "no London borough's: E08000035."),
        ("Atlantis", "no London borough's: Atlantis."),
    ],
)
def test_an_unknown_area_is_kept_and_named_and_the_total_is_not_london(code: str, meant: str) -> None:
    table = boroughs()
    assert finite(table, horizon=1).panel.place == "London"
    table.loc[table["area"] == BOROUGHS[4], "area"] = code
    made = finite(table, horizon=1)
    assert made.panel.place == ""
    assert code in made.panel.keys["area_code"].tolist()
    assert "E12000007" not in made.tables["processed/forecast/forecast"]["area_code"].tolist()
    assert [notice for notice in made.notices if meant in notice and "all together is not called London" in notice]


def test_a_part_of_london_is_said_to_be_one() -> None:
    names = [f"E090000{area:02d}" for area in range(1, 34)]
    assert (
        panel(boroughs()).notices[-1].startswith("London here is what the table has of it: 28 of 33 boroughs are not")
    )
    all_but_one = panel(counts({area: seasonal(50, 24, seed=at) for at, area in enumerate(names[1:])}))
    assert all_but_one.notices[-1].endswith("1 of 33 boroughs is not there: City of London.")
    assert not panel(counts({area: seasonal(50, 24, seed=at) for at, area in enumerate(names)})).notices


def test_areas_of_another_country_are_taken_as_they_are() -> None:
    table = boroughs().replace({"area": dict(zip(BOROUGHS, "VWXYZ", strict=True))})
    assert not any("borough" in notice for notice in panel(table).notices)


def test_one_area_spelt_in_several_ways_is_one_and_that_is_said() -> None:
    table = boroughs(48, 2).replace({"area": {BOROUGHS[0]: "Kingston & Richmond", BOROUGHS[1]: "Barnet"}})
    plain = panel(table)
    table.loc[5, "area"] = "kingston and  richmond "
    table.loc[60:62, "area"] = ["BARNET", " Barnet", "barnet"]
    made = panel(table)
    assert made.keys.equals(plain.keys)
    assert (made.values == plain.values).all()
    assert (
        "2 values of area are written in more than one way, or not as usual, and taken for one: "
        "Barnet (BARNET, barnet), Kingston & Richmond (kingston and richmond)." in made.notices
    )
    assert panel(table.sample(frac=1, random_state=1)).notices == made.notices


def test_a_code_in_small_letters_is_the_code() -> None:
    table = boroughs(number=2)
    made = panel(table.assign(area=table["area"].str.lower()))
    assert made.keys["area_code"].tolist() == BOROUGHS[:2]
    assert made.place == "London"


def test_areas_of_spaces_are_left_out_by_number() -> None:
    table = boroughs(48, 2)
    table.loc[[3, 4], "area"] = " "
    assert "2 rows have no area and are left out." in panel(table).notices


@pytest.mark.parametrize("name", ["Ağrı", "Ynys Môn", "東京", "Ζάκυνθος", "O\u2019Connell", "a, b\nc"])
def test_names_in_any_script_are_kept(name: str) -> None:
    table = boroughs(30, 2)
    table.loc[table["area"] == BOROUGHS[0], "area"] = name
    made = finite(table)
    assert " ".join(name.split()) in made.panel.keys["area_code"].tolist()
    decomposed = table.assign(area=table["area"].map(lambda area: unicodedata.normalize("NFD", area)))
    assert (finite(decomposed).panel.values == made.panel.values).all()


def test_area_names_make_the_series_where_there_is_no_code() -> None:
    contract = DataContract("attendances", (Column("area", "string", role="area_name"), *MONTHLY.columns[1:]))
    made = finite(boroughs(number=2), contract)
    assert made.panel.keys["area_name"].tolist() == BOROUGHS[:2]
    assert made.panel.nouns == "areas"


# Dates


@pytest.mark.parametrize("written", ["13/02/2016", "Feb 2016", "2016Q1", "42400"])
def test_dates_of_several_formats_are_refused_with_the_row(written: str) -> None:
    table = boroughs().astype({"month": "string"})
    table.loc[13, "month"] = written
    said = refusal(table)
    assert "1 value is not a date" in said
    assert "column month, first in data row 14" in said
    assert written not in said


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
    said = [notice for notice in made.notices if notice.startswith("What comes after December 2018 is left out")]
    assert len(said) == 1
    assert "Barnet" in said[0]
    one = pd.concat([table, lone], ignore_index=True)
    one = one[one["area"] == "E09000003"]
    assert "between December 2018 and" in refusal(one)
    assert "table attendances, Barnet" in refusal(one)


def test_a_lone_date_before_all_others_is_left_out() -> None:
    table = boroughs()
    lone = table.iloc[[100]].assign(month=pd.Timestamp("2013-09-01"))
    made = finite(pd.concat([table, lone], ignore_index=True))
    assert str(made.panel.periods[0]) == "2015-01"
    assert any("(Barnet, September 2013)" in notice for notice in made.notices)


def test_a_date_more_than_two_years_from_all_others_is_refused() -> None:
    table = boroughs()
    lone = table.iloc[[100]].assign(month=pd.Timestamp("2031-01-01"))
    said = refusal(pd.concat([table, lone], ignore_index=True))
    assert "Nothing happens between 2018-12 and 2031-01" in said
    assert "Barnet" in said


def test_a_lone_event_in_the_future_leaves_the_end_where_it_was(contacts: DataContract) -> None:
    rows = [(day, area, service, person) for day, area, service, person in every_month(24) for _ in range(5)]
    spec = ForecastSpec(table="contacts", count="rows", horizon=3)
    made = forecast(events([*rows, ("2025-03-20", "E09000007", "housing", "1")]), contacts, spec)
    assert str(made.panel.periods[-1]) == "2024-12"
    assert any("(Camden, March 2025)" in notice for notice in made.notices)


def test_an_end_before_a_lone_event_is_partial_as_it_was(contacts: DataContract) -> None:
    rows = [(day, area, service, person) for day, area, service, person in every_month(24) for _ in range(5)]
    rows = [row for row in rows if row[0] < "2024-12-05"]
    spec = ForecastSpec(table="contacts", count="rows", horizon=3)
    made = forecast(events([*rows, ("2025-03-20", "E09000007", "housing", "1")]), contacts, spec)
    assert str(made.panel.periods[-1]) == "2024-11"
    assert "December 2024 is left out: the data end before it does, on 1 December 2024." in made.notices


def test_a_short_gap_before_the_last_month_is_no_wrong_date() -> None:
    table = boroughs()
    made = finite(table[(table["month"] < "2018-10-01") | (table["month"] > "2018-11-01")])
    assert str(made.panel.periods[-1]) == "2018-12"
    assert any("the first in October 2018" in notice for notice in made.notices)


def test_after_a_long_gap_as_many_months_are_no_wrong_dates() -> None:
    table = boroughs()
    made = finite(table[(table["month"] < "2017-06-01") | (table["month"] > "2018-01-01")])
    assert str(made.panel.periods[-1]) == "2018-12"


def test_a_service_that_opens_again_is_no_wrong_date() -> None:
    table = boroughs()
    closed = table[(table["month"] < "2018-03-01") | (table["month"] > "2018-09-01")]
    said = refusal(closed)
    assert "Nothing is there between February 2018 and October 2018, and after that only 3 months" in said
    assert "name it under `breaks` as 2018-03/2018-09" in said
    made = finite(closed, breaks=["2018-03/2018-09"])
    assert str(made.panel.periods[-1]) == "2018-12"
    assert str(panel(table[(table["month"] < "2018-03-01") | (table["month"] > "2018-05-01")]).periods[-1]) == "2018-12"


def test_zeros_written_ahead_of_the_figures_are_refused() -> None:
    table = boroughs()
    table.loc[table["month"] >= "2018-10-01", "attendances"] = 0
    said = refusal(table)
    assert (
        "5 series end in zeros and had none in any month of the year before: City of London (since October 2018)"
        in said
    )
    finite(table, breaks=["2018-10/2018-12"])
    table.loc[table["month"] >= "2017-10-01", "attendances"] = 0
    finite(table)


def test_zeros_of_one_series_alone_are_named() -> None:
    table = boroughs()
    table.loc[rows_of(table, BOROUGHS[2], "2018-11-01", "2018-12-01"), "attendances"] = 0
    made = finite(table)
    assert any("ends in zeros" in notice and "Barnet (since November 2018)" in notice for notice in made.notices)
    assert str(made.panel.periods[-1]) == "2018-12"


def test_empty_counts_after_the_last_figures_end_the_panel_before() -> None:
    table = boroughs()
    table.loc[table["month"] >= "2018-10-01", "attendances"] = np.nan
    assert "15 counts are missing" in refusal(table)
    assert "(City of London, 1 October 2018)" in refusal(table)
    made = finite(table, missing="unknown")
    assert str(made.panel.periods[-1]) == "2018-09"
    assert any(notice.startswith("What comes after September 2018 is left out") for notice in made.notices)


def test_a_last_month_that_looks_unfinished_is_named() -> None:
    table = boroughs()
    table.loc[table["month"] == "2018-12-01", "attendances"] //= 4
    said = "December 2018, the last month, counts less than half of any month of the years before it."
    assert any(notice.startswith(said) for notice in finite(table).notices)
    assert not any(notice.startswith(said) for notice in finite(table, breaks=["2018-12/2018-12"]).notices)


@pytest.mark.parametrize("weekday", ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"])
def test_weeks_may_begin_on_any_day(weekday: str) -> None:
    days = pd.date_range("2022-01-03", periods=60, freq=f"W-{weekday}")
    table = pd.DataFrame({"area": "E09000001", "month": days, "attendances": np.arange(60.0) + 1})
    made = panel(table, frequency="weekly")
    assert made.values[0].tolist() == table["attendances"].tolist()
    assert set(made.table()["period"].dt.dayofweek) == {0}
    said = [notice for notice in made.notices if notice.startswith("The table's weeks are dated on")]
    assert len(said) == (weekday != "MON")


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
    assert any("City of London" in notice for notice in made.notices)


# Short, flat, odd


@pytest.mark.parametrize("months", [3, 4, 5, 11, 12, 13, 23, 24, 25])
@pytest.mark.parametrize("number", [1, 3])
def test_short_histories_are_forecast_or_refused_never_half_done(months: int, number: int) -> None:
    made = finite(boroughs(months, number), horizon=12)
    assert made.notices or months >= 24


@pytest.mark.parametrize("months", [1, 2])
def test_one_and_two_observations_are_refused(months: int) -> None:
    assert f"{months} month{'s are' if months > 1 else ' is'} too few to forecast from" in refusal(boroughs(months, 1))


@pytest.mark.parametrize("missing", ["zero", "error", "unknown"])
def test_an_empty_table_is_refused(missing: str) -> None:
    assert "There is no row to count" in refusal(boroughs().iloc[:0], missing=missing)


@pytest.mark.parametrize(
    ("values", "said"),
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
def test_odd_series_are_forecast_alone_and_among_good_ones(values: np.ndarray, said: str, alone: bool) -> None:
    odd = counts({"E09000006": values})
    made = finite(odd if alone else pd.concat([boroughs(40, 3), odd], ignore_index=True))
    assert any(said in notice and "Bromley" in notice for notice in made.notices) or not said
    ahead = made.tables["processed/forecast/forecast"]
    assert ahead.loc[ahead["area_code"] == "E09000006", "mean"].max() <= 2 * values.max() + 1


@pytest.mark.parametrize(("fault", "says"), [(-1.0, "negative"), (np.inf, "infinite"), (-np.inf, "infinite")])
def test_one_bad_count_among_good_series_is_refused_with_its_series_and_date(fault: float, says: str) -> None:
    table = boroughs()
    table.loc[rows_of(table, BOROUGHS[2], "2016-07-01"), "attendances"] = fault
    for missing in ("zero", "error", "unknown"):
        said = refusal(table, missing=missing)
        assert f"1 count is {says}" in said
        assert "(Barnet, 1 July 2016)" in said


@pytest.mark.parametrize("text", ["<5", "n/a", "1,234"])
def test_counts_that_are_no_numbers_are_refused_and_never_quoted(text: str) -> None:
    table = boroughs().astype({"attendances": object})
    table.loc[rows_of(table, BOROUGHS[2], "2016-07-01"), "attendances"] = text
    said = refusal(table, missing="unknown")
    assert "1 count is not a number" in said
    assert text not in said


@pytest.mark.slow
def test_a_million_events_are_counted_in_seconds(contacts: DataContract) -> None:
    rows = 1_000_000
    rng = np.random.default_rng(1)
    areas = np.array([f"E09{area:06d}" for area in range(1, 34)])
    table = pd.DataFrame(
        {
            "contact_id": np.arange(rows),
            "service": "housing",
            "person": np.array([str(person) for person in range(50_000)], dtype=object)[rng.integers(0, 50_000, rows)],
            "day": pd.Timestamp("2019-01-01") + pd.to_timedelta(rng.integers(0, 1461, rows), unit="D"),
            "borough": areas[rng.integers(0, 33, rows)],
            "reason": "advice",
        }
    )
    made = Panel.from_table(table, contacts, ForecastSpec(table="contacts", count="people"))
    assert made.values.shape == (33, 48)
    assert 0 < made.values.sum() <= rows
