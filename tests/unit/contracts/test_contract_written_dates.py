"""Dates and periods as people and systems write them: read as written, or refused with the true reason."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import Column, DataContract, infer, load_contract, validate, write_contract
from shared_analysis.contracts.dates import SERIAL_DAYS, DateFormat
from shared_analysis.contracts.notation.find_dates import find_date_format
from shared_analysis.contracts.values import coerce
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.dates import date_cleaner

CLOCKS = ["", " HH:mm:ss", " HH:mm", "'T'HH:mm:ss", " HH:mm:ss.SSS", "'T'HH:mm:ssXXX", " HH:mmXXX"]
DAYS = [
    "dd/MM/yyyy", "d/M/yyyy", "dd/MM/yy", "d/M/yy", "dd-MM-yyyy", "dd.MM.yyyy", "d.M.yyyy", "dd-MMM-yy", "dd-MMM-yyyy",
    "d MMM yyyy", "dd MMM yyyy", "d MMMM yyyy", "MMMM d, yyyy", "EEEE d MMMM yyyy",
    "yyyy-MM-dd", "yyyy/MM/dd", "yyyy-M-d",
]  # fmt: skip
PERIODS = {
    "MMM-yy": "MS", "MMM yyyy": "MS", "MMMM yyyy": "MS", "yyyyMM": "MS", "yyyy-MM": "MS", "MM/yyyy": "MS",
    "yyyy 'Q'q": "QS", "yyyy/yy 'Q'q": "QS", "'Q'q yyyy-yy": "QS",
    "'Q'q yyyy": "QS", "yyyy-'Q'q": "QS", "yyyy/yy": "YS-APR", "yyyy-yy": "YS-APR", "yyyy": "YS",
}  # fmt: skip
WEEKS = [
    "YYYY-'W'ww", "YYYY'W'ww", "YYYY 'W'ww", "YYYY-'W'ww-e", "YYYY'W'wwe", "'W'ww YYYY", "'W'ww-YYYY", "'W'ww/YYYY",
    "'w/c' dd/MM/yyyy", "'w/c' d MMM yyyy", "'w/e' dd/MM/yyyy", "'w/e' yyyy-MM-dd",
]  # fmt: skip
FEWEST = 40


def through(values: list[str], name: str) -> tuple[Column, list[object], int]:
    """What a column becomes: its contract, its values in their order, and how many rows are bad."""
    rows = {"place": [f"Place {row:03}" for row in range(len(values))], name: values}
    table = pd.DataFrame(rows, dtype=object)
    contract = infer(table, "t")
    report = validate({"t": table}, {"t": contract}, 1.0)
    good = report.tables["interim/t"].set_index("place")[name].reindex(rows["place"])
    return contract.column(name), [None if pd.isna(value) else value for value in good], report.sizes["t"][1]


def written(days: list[dt.date], form: str) -> list[str]:
    return list(DateFormat.parse(form).write(pd.Series(pd.DatetimeIndex(days))))


def days(first: int, last: int) -> st.SearchStrategy[list[dt.date]]:
    one = st.dates(dt.date(first, 1, 1), dt.date(last, 12, 31))
    return st.lists(one, min_size=FEWEST, max_size=FEWEST + 20)


@settings(max_examples=30, deadline=None)
@given(born=days(1931, 2012), form=st.sampled_from(DAYS), clock=st.sampled_from(CLOCKS), data=st.data())
def test_a_date_of_birth_is_the_day_that_was_written(
    born: list[dt.date], form: str, clock: str, data: st.DataObject
) -> None:
    assume(sum(day.day > 12 for day in born) > 2 and len({day.year for day in born}) > 2)
    column, read, bad = through(written(born, form + clock), "dob")
    assert (column.type, column.role, bad) == ("date", "date_of_birth", 0)
    assert [pd.Timestamp(str(day)) for day in born] == read


@settings(max_examples=30, deadline=None)
@given(first=st.dates(dt.date(1990, 1, 1), dt.date(2020, 1, 1)), form=st.sampled_from(list(PERIODS)), data=st.data())
def test_a_period_is_its_first_day_and_the_format_says_how_long_it_is(
    first: dt.date, form: str, data: st.DataObject
) -> None:
    starts = pd.date_range(first, periods=24, freq=PERIODS[form]).tolist()
    starts = data.draw(st.permutations(starts))
    column, read, bad = through(written(starts, form), "period")
    assert (column.type, column.format, bad) == ("date", form, 0)
    assert DateFormat.parse(form).step == PERIODS[form]
    assert read == starts


@settings(max_examples=40, deadline=None)
@given(first=st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)), form=st.sampled_from(WEEKS), data=st.data())
def test_a_week_is_its_monday_and_a_day_beside_words_is_that_day(
    first: dt.date, form: str, data: st.DataObject
) -> None:
    stated = DateFormat.parse(form)
    starts = pd.date_range(first, periods=60, freq="W-SUN" if "w/e" in form else "W-MON").tolist()
    starts = data.draw(st.permutations(starts))
    values = written(starts, form)
    if form == "YYYY-'W'ww":
        assert values == [start.strftime("%G-W%V") for start in starts]
    column, read, bad = through(values, "week")
    assert (column.type, column.format, column.description, bad) == ("date", form, "", 0)
    assert read == starts
    assert stated.frequency == (None if "e" in stated.tokens else "weekly")


@given(year=st.integers(1678, 2261), week=st.integers(0, 60))
def test_a_year_has_the_weeks_of_iso_8601_and_no_other(year: int, week: int) -> None:
    try:
        monday = pd.Timestamp(dt.date.fromisocalendar(year, week, 1))
    except ValueError:
        monday = pd.NaT
    (read,) = DateFormat.parse("YYYY-'W'ww").read(pa.array([f"{year}-W{week:02}"]))
    assert read is monday or read == monday


@pytest.mark.parametrize("words", ["w/c", "W/C", "w.c.", "w/b", "Week commencing", "WEEK BEGINNING", "wk commencing:"])
def test_the_beginning_of_a_week_may_be_said_in_several_words(words: str) -> None:
    values = [f"{words} {day}" for day in written(pd.date_range("2024-01-01", periods=12, freq="W-MON"), "dd/MM/yyyy")]
    column, read, bad = through(values, "x")
    assert (column.type, column.format, bad) == ("date", "'w/c' dd/MM/yyyy", 0)
    assert read[5] == pd.Timestamp("2024-02-05")


@pytest.mark.parametrize(
    ("values", "name", "says"),
    [
        (["2023-W51", "2023-W53"], "week", "Kept as text: the calendar does not have some of its dates"),
        (["w/c 05/02/2024", "w/e 11/02/2024"], "week", "Kept as text: some of its dates begin a week and others end"),
        (["w/c 5 Feb", "w/c 12 Feb"], "week", "Kept as text: its dates are written in no way that a contract can"),
        (["w/c 13/02/2024", "w/c 02/13/2024"], "x", "Kept as text: some of its dates have the month first"),
        (["2024W05", "2024W06"], "x", ""),
        (["2024-W05", "2024-W06"], "batch_code", ""),
        (["W05 2024", "W06 2024"], "room", ""),
        (["W05", "W06"], "week", ""),
        (["W1 3AB", "W12 4CD"], "x", ""),
        (["We saw 2 people", "We called 3 times"], "x", ""),
    ],
)
def test_what_may_be_no_week_stays_text(values: list[str], name: str, says: str) -> None:
    column, read, _ = through(values * 6, name)
    assert (column.type, column.format, read) == ("string", None, values * 6)
    assert column.description.startswith(says)
    assert (column.description == "") == (says == "")


@pytest.mark.parametrize(
    "form", ["YYYY-MM-dd", "yyyy-'W'ww", "'W'ww", "YYYY", "YYYY-e", "dd/MM/yyyy 'w/c' ", "'w/c' yyyy-MM", "'w/c'dd"]
)
def test_a_format_of_weeks_that_names_no_week_is_refused(form: str) -> None:
    with pytest.raises(SharedAnalysisError, match="not a supported format"):
        DateFormat.parse(form)


@settings(max_examples=8, deadline=None)
@given(first=st.dates(dt.date(1990, 1, 1), dt.date(2020, 1, 1)), zone=st.sampled_from(["Europe/London", "Asia/Tokyo"]))
def test_local_midnights_are_the_days_as_written(first: dt.date, zone: str) -> None:
    starts = pd.date_range(first, periods=24, freq="MS")
    for mark in ("T", " "):
        values = [stamp.isoformat().replace("T", mark) for stamp in starts.tz_localize(zone)]
        column, read, bad = through(values, "month")
        assert (column.type, bad) == ("date", 0)
        assert read == starts.tolist()


@settings(max_examples=8, deadline=None)
@given(born=days(1931, 2012), half=st.sampled_from(["", ".0", ".5"]))
def test_days_of_a_spreadsheet_are_dates_under_a_name_of_dates(born: list[dt.date], half: str) -> None:
    values = [f"{(day - dt.date(1899, 12, 30)).days}{half}" for day in born]
    for name in ("dob", "event_date", "date_received"):
        column, read, bad = through(values, name)
        assert (column.type, column.format, bad) == ("date", SERIAL_DAYS, 0)
        assert read == [pd.Timestamp(str(day)) for day in born]
    for name in ("response_time", "days_open", "amount"):
        assert through(values, name)[0].type in ("integer", "number")


ODD_DATE = st.one_of(
    st.dates(dt.date(1950, 1, 1), dt.date(2020, 1, 1)).flatmap(
        lambda day: st.sampled_from([*DAYS, *PERIODS, "MM/dd/yyyy"]).map(lambda form: written([day], form)[0])
    ),
    st.sampled_from(["31/02/1980", "00/00/0000", "1980", "NULL", "unknown", "Spring 2019", "29203", "2019-20", "x"]),
)


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(ODD_DATE, min_size=1, max_size=12),
    name=st.sampled_from(["dob", "month", "event_date", "x"]),
    data=st.data(),
)
def test_whatever_the_dates_each_is_read_in_the_format_stated_or_stays_or_is_a_fault(
    values: list[str], name: str, data: st.DataObject
) -> None:
    column, read, bad = through(values, name)
    lost = sum(value in column.missing for value in values)
    assert sum(value is None for value in read) == bad + lost
    if column.type == "date":
        form = DateFormat.parse(column.format or "yyyy-MM-dd")
        again = form.iso(pa.array(values), whole=True).to_pylist()
        for value, iso, day in zip(values, again, read, strict=True):
            assert day is None or str(day)[:10][2:] == iso[:10][2:], value
    shuffled = data.draw(st.permutations(values))
    assert infer(pd.DataFrame({name: values}), "t") == infer(pd.DataFrame({name: shuffled}), "t")


@pytest.mark.parametrize(
    ("values", "form", "says"),
    [
        (["13/01/2020", "01/02/2020"], "dd/MM/yyyy", ""),
        (["01/13/2020", "01/02/2020"], "MM/dd/yyyy", ""),
        (["01/02/2020", "03/04/2020"], "dd/MM/yyyy", "Nothing tells whether the day or the month comes first"),
        (["13/01/2020", "01/13/2020"], None, "Kept as text: some of its dates have the month first"),
        (["13/01/2020", "2020-01-13"], None, "Kept as text: its dates are written in more than one way"),
        ([f"{month}/1/{year}" for year in (2019, 2020) for month in range(1, 13)], "M/d/yyyy", ""),
        ([f"01/{month:02}/2019" for month in range(1, 13)], "dd/MM/yyyy", ""),
        (["2009-10", "2010-11", "2011-12"], "yyyy-yy", ""),
        (
            ["Week 1 2019", "Week 2 2019"],
            None,
            "Kept as text: its dates are written in no way that a contract can state",
        ),
        (["2019-10", "2019-11"], "yyyy-MM", ""),
        (["2019-20"], "yyyy-yy", ""),
    ],
)
def test_what_a_column_leaves_open_is_said(values: list[str], form: str | None, says: str) -> None:
    column, _, _ = through(values * 6, "event_date")
    assert column.format == form
    assert column.description.startswith(says)
    assert (column.description == "") == (says == "")


@pytest.mark.parametrize("name", ["section", "version", "score", "house_number", "case_number", "phone"])
@pytest.mark.parametrize("values", [["1.2.10", "1.3.11"], ["12-10-11", "10-11-12"], ["201901", "201902"], ["43831"]])
def test_what_may_be_no_date_is_none_under_other_names(name: str, values: list[str]) -> None:
    assert through(values * 6, name)[0].type in ("string", "integer")


def test_a_date_of_birth_that_no_calendar_has_stays_in_iso_order_for_linkage() -> None:
    values = [f"{day}/{month}/1980" for day in range(1, 29) for month in (1, 2)] + ["31/2/1980", "30/Feb/80"]
    column, read, bad = through(values, "dob")
    assert (column.type, column.format, bad) == ("string", "d/M/yyyy", 0)
    assert read[-2:] == ["1980-02-31", "30/Feb/80"]


@pytest.mark.parametrize("form", ["dd/MM/yy", "d MMM yy", "MMM-yy", "dd-MMM-yy"])
def test_nobody_is_born_in_the_future_and_what_is_planned_may_be(form: str) -> None:
    values = pa.array(written([dt.date(2030, 1, 1)], form))
    born = coerce(values, Column("dob", "date", role="date_of_birth", format=form)).values[0]
    planned = coerce(values, Column("due", "date", role="event_date", format=form)).values[0]
    assert (born.year, planned.year) == (1930, 2030)


@settings(max_examples=15, deadline=None)
@given(born=days(1931, 2012), form=st.sampled_from(["dd/MM/yyyy", "d MMM yyyy", "dd-MMM-yy", "MM/dd/yyyy", "d/M/yy"]))
def test_linkage_and_contracts_read_the_same_days(born: list[dt.date], form: str) -> None:
    values = written(born, form)
    assume(sum(day.day > 12 for day in born) >= 10)
    cleaner, _ = date_cleaner(pd.Series(sorted(set(values)), dtype=object))
    assert [cleaner(value) for value in values] == [str(day)[:10] for day in through(values, "dob")[1]]


@pytest.mark.parametrize("form", [*PERIODS, *DAYS, *WEEKS, SERIAL_DAYS, "yyyy/yyyy", "yyyy-MM-dd'T'HH:mm:ssXXX"])
def test_formats_stand_in_the_contract_and_come_back(tmp_path, form: str) -> None:  # type: ignore[no-untyped-def]
    columns = tuple(Column(kind, kind, format=form, purpose="TODO") for kind in ("date", "string"))
    path = tmp_path / "t.yaml"
    path.write_text(write_contract(DataContract("t", columns)), encoding="utf-8")
    assert load_contract(path).columns == columns


@pytest.mark.parametrize("value", ["2019 Q5", "2019 Q0", "2019 Q", "Q1 2019", "2019/21", "2019/2020", "2019/19", "x"])
def test_what_is_no_period_is_none(value: str) -> None:
    for form in ("yyyy 'Q'q", "yyyy/yy"):
        assert DateFormat.parse(form).read(pa.array([value, None])).isna().all()


@pytest.mark.parametrize("clock", ["T{:02}:{:02}:30", " {:02}:{:02}:30.250", "T{:02}:{:02}"])
@pytest.mark.parametrize("winter", ["Z", "+00:00"])
def test_events_of_the_united_kingdom_are_of_the_day_that_their_clock_showed(clock: str, winter: str) -> None:
    offsets = {1: winter, 7: "+01:00"}
    values = [
        f"2024-{month:02}-{day:02}{clock.format(day % 3, 7 * day % 60)}{offset}"
        for month, offset in offsets.items()
        for day in range(1, 29)
    ]
    column, read, bad = through(values, "call_time")
    assert (column.type, bad) == ("timestamp", 0)
    assert "XXX" in str(column.format)
    assert [str(value)[:16].replace("T", " ") for value in read] == [value[:16].replace("T", " ") for value in values]


def test_moments_with_an_offset_that_are_no_midnights_stay_moments() -> None:
    values = [f"2024-07-{day:02}T10:00:00+01:00" for day in range(1, 20)]
    column, read, _ = through(values, "called")
    assert (column.type, column.format) == ("timestamp", None)
    assert read[0] == pd.Timestamp("2024-07-01T09:00:00")


@pytest.mark.parametrize("odd", ["2024-05-31T23:40:07Z", "2024-12-31T23:40:07+01:00", "2024-06-01T08:40:07+09:00"])
def test_times_of_other_clocks_than_that_of_the_united_kingdom_go_on_in_utc(odd: str) -> None:
    column, read, _ = through(["2024-06-01T00:30:07+01:00", odd, "2024-06-01T10:01:00+01:00"], "called")
    assert (column.type, column.format) == ("timestamp", None)
    assert read[0] == pd.Timestamp("2024-05-31T23:30:07")


@settings(max_examples=20, deadline=None)
@given(
    minutes=st.lists(st.integers(-180, 180), min_size=2, max_size=30, unique=True),
    mark=st.sampled_from(["T", " "]),
    zones=st.lists(st.sampled_from(["Europe/London", "Asia/Tokyo", "UTC"]), min_size=1, max_size=3),
)
def test_two_moments_stay_two_where_a_clock_shows_an_hour_twice(
    minutes: list[int], mark: str, zones: list[str]
) -> None:
    """Whether the column is drafted as moments or stays text."""
    end_of_summer = pd.Timestamp("2024-10-27T01:00:00Z")
    moments = [end_of_summer + pd.Timedelta(minutes=each) for each in minutes]
    values = [
        moment.tz_convert(zones[row % len(zones)]).isoformat().replace("T", mark) for row, moment in enumerate(moments)
    ]
    column, read, bad = through(values, "called")
    assert bad == 0
    assert column.type == "timestamp"
    assert len(set(read)) == len(moments)
    if column.format is None:
        assert [pd.Timestamp(str(value), tz="UTC") for value in read] == moments
    local = [f"{value[8:10]}/10/2024 {value[11:]}" for value in values]
    assert through(local, "called")[1] == local


@pytest.mark.parametrize("bare", ["2024-10-27T01:30:00", "2024-10-27T01:30"])
def test_times_of_which_only_some_name_their_offset_are_said_to_be_such(bare: str) -> None:
    values = ["2024-10-27T01:30:00+00:00", "2024-10-27T01:30:00+01:00"]
    assert through(values * 6, "called")[0].description == ""
    assert through([bare] * 12, "called")[0].description == ""
    column, _, _ = through([*values, bare] * 6, "called")
    assert column.type == "timestamp"
    assert column.description.startswith("Some of its times name their offset from UTC and others do not")


def test_usual_formats_need_no_finding() -> None:
    for form in ("yyyy-MM-dd", "dd/MM/yyyy", "dd.MM.yyyy"):
        values = written([dt.date(1980, 1, day) for day in range(1, 29)], form)
        assert find_date_format("dob", pa.array(values), np.ones(len(values))).format is None
