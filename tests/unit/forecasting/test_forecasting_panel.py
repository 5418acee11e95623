"""Counting and calendar: what becomes a number, and what is refused or left out, by name."""

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import counts, events, every_month, words_of

from shared_analysis.contracts import Column, DataContract, infer
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel

REGISTER = pd.DataFrame(
    [("housing", "1", "A"), ("outreach", "1", "A"), ("outreach", "2", "B")],
    columns=["table", "record_id", "entity_id"],
)

AGES = tuple(enumerate(("under 18", "18 to 64", "65 and over")))


def panel(
    table: pd.DataFrame, contract: DataContract, register: pd.DataFrame | None = None, **settings: object
) -> Panel:
    return Panel.from_table(
        table, contract, ForecastSpec(**{"table": contract.name, "count": "rows", **settings}), register
    )


def test_people_are_counted_once_a_month_and_area_whatever_service_saw_them(contacts: DataContract) -> None:
    table = events(
        [
            *every_month(),
            ("2023-02-03", "E09000007", "outreach", "1"),  # the same person as housing 1
            ("2023-02-04", "E09000007", "outreach", "2"),
            ("2023-02-05", "E09000008", "outreach", "1"),
        ]
    )
    people = panel(table, contacts, REGISTER, count="people")
    rows = panel(table, contacts)
    assert people.keys["area_code"].tolist() == ["E09000007", "E09000008"]
    assert people.values.tolist() == [[1, 2, 1, 1, 1, 1], [0, 1, 0, 0, 0, 0]]
    assert rows.values[0].tolist() == [4, 5, 4, 3, 4, 3]


def test_records_outside_the_register_and_rows_without_a_person_are_named(contacts: DataContract) -> None:
    extra = [("2023-03-02", "E09000007", "housing", "99"), ("2023-03-03", "E09000007", "housing", "99")]
    table = events([*every_month(), *extra, ("2023-03-04", "E09000007", "housing", "x")])
    table.loc[table["person"] == "x", "person"] = None
    made = panel(table, contacts, REGISTER, count="people")
    assert made.values[0].tolist() == [1, 1, 2, 1, 1, 1]
    assert any(notice.startswith("2 rows name a record that is not in the register") for notice in words_of(made))
    assert any(notice.startswith("1 row names no person") for notice in words_of(made))


def test_without_a_register_a_person_counts_once_for_each_service(contacts: DataContract) -> None:
    extra = [("2023-03-02", "E09000007", "housing", "99"), ("2023-03-03", "E09000007", "outreach", "99")]
    made = panel(events([*every_month(), *extra]), contacts, count="people")
    assert made.values[0][2] == panel(events(every_month()), contacts, count="people").values[0][2] + 2
    assert any("counts once for each" in notice for notice in words_of(made))


def test_a_register_must_fit(contacts: DataContract) -> None:
    table = events(every_month())
    with pytest.raises(SharedAnalysisError, match="Not one row leads to a record"):
        panel(table, contacts, REGISTER.assign(record_id=["7", "8", "9"]), count="people")
    with pytest.raises(SharedAnalysisError, match="names a record twice"):
        panel(table, contacts, pd.concat([REGISTER, REGISTER]), count="people")


def test_months_without_events_are_zero_and_keep_their_place(contacts: DataContract) -> None:
    table = events([row for row in every_month(8) if not row[0].startswith("2023-04")])
    made = panel(table, contacts)
    assert made.values[0].tolist() == [4, 3, 4, 0, 4, 3, 4, 4]
    assert str(made.periods[3]) == "2023-04"
    assert "1 period in 1 of 1 series has no row and counts as zero, the first in April 2023 (Camden)." in words_of(
        made
    )
    with pytest.raises(SharedAnalysisError, match=r"the first in April 2023 \(Camden\)"):
        panel(table, contacts, missing="error")


def test_a_last_month_that_is_not_over_is_left_out_and_so_is_a_first(contacts: DataContract) -> None:
    table = events([*every_month(6, "2023-02"), ("2023-08-02", "E09000007", "housing", "1")])
    made = panel(table, contacts)
    assert str(made.periods[-1]) == "2023-07"
    assert "August 2023 is left out: the data end before it does, on 2 August 2023." in words_of(made)
    late = panel(events([("2023-01-25", "E09000007", "housing", "1"), *every_month(6, "2023-02")]), contacts)
    assert str(late.periods[0]) == "2023-02"
    assert "January 2023 is left out: the data begin within it, on 25 January 2023." in words_of(late)


def test_sparse_events_are_not_taken_for_a_partial_month(contacts: DataContract) -> None:
    table = events([(f"2023-{month:02d}-05", "E09000007", "housing", "1") for month in range(1, 13)])
    assert len(panel(table, contacts).periods) == 12


def test_counts_are_added_up_over_what_does_not_make_a_series(contacts: DataContract) -> None:
    contract = DataContract(
        "offences",
        (
            Column("borough", "string", role="area_code"),
            Column("kind", "string", role="category"),
            Column("month", "date", role="period"),
            Column("offences", "integer", role="count"),
        ),
    )
    months = pd.date_range("2023-01-01", periods=4, freq="MS")
    table = pd.DataFrame(
        [("E09000007", kind, month, number) for kind, number in (("theft", 2), ("fraud", 3)) for month in months],
        columns=["borough", "kind", "month", "offences"],
    )
    assert panel(table, contract).values.tolist() == [[5.0] * 4]
    by_both = panel(table, contract, by=["area_code", "category"])
    assert by_both.labels() == ["Camden, fraud", "Camden, theft"]
    assert panel(table, contract, by=[]).keys.to_dict("list") == {"series": ["all"]}


def test_without_an_area_the_categories_make_the_series() -> None:
    contract = DataContract(
        "scripts",
        (
            Column("drug", "string", role="category"),
            Column("month", "date", role="period"),
            Column("count", "integer", role="count"),
        ),
    )
    table = pd.DataFrame({"drug": "A", "month": ["2023-01", "2023-02", "2023-03"], "count": ["1", "2", "3"]})
    made = panel(table, contract)
    assert made.keys.columns.tolist() == ["category"]
    assert "No column has role area_code: the series are made by category." in words_of(made)
    with pytest.raises(SharedAnalysisError, match="no column has: area_code"):
        panel(table, contract, by=["area_code", "category"])


@pytest.mark.parametrize(("fault", "says"), [(np.nan, "missing"), (-1.0, "negative"), (np.inf, "infinite")])
def test_counts_that_cannot_be_are_refused_with_their_row(monthly: DataContract, fault: float, says: str) -> None:
    table = counts({"E09000001": np.arange(1.0, 25.0)})
    table.loc[6, "attendances"] = fault
    with pytest.raises(SharedAnalysisError, match=f"1 count is {says}") as refusal:
        panel(table, monthly)
    assert "first in data row 7 (City of London, 1 July 2015)" in str(refusal.value)


def test_what_would_be_counted_twice_is_refused(monthly: DataContract, contacts: DataContract) -> None:
    table = counts({"E09000001": np.arange(1.0, 25.0)})
    with pytest.raises(SharedAnalysisError, match="1 row repeats an earlier area and month"):
        panel(pd.concat([table, table.iloc[[3]]]), monthly)
    twice = events(every_month())
    twice.loc[5, "contact_id"] = "c0"
    with pytest.raises(SharedAnalysisError, match="1 row repeats an earlier contact_id"):
        panel(twice, contacts)


def test_dates_are_checked_and_never_quoted(contacts: DataContract) -> None:
    table = events(every_month()).astype({"day": "string"})
    table.loc[2, "day"] = "31.02.2023"
    with pytest.raises(SharedAnalysisError, match="1 value is not a date") as refusal:
        panel(table, contacts)
    assert "31.02" not in str(refusal.value)
    table.loc[2, "day"] = None
    assert "1 row has no day and is left out." in words_of(panel(table, contacts))
    table.loc[2, "day"] = "1900-01-01"
    with pytest.raises(SharedAnalysisError, match="Nothing happens between 1900-01 and 2023-01"):
        panel(table, contacts)


def test_a_service_that_closes_for_weeks_is_no_error(contacts: DataContract) -> None:
    days = pd.date_range("2023-01-01", "2023-12-31", freq="D")
    table = events([(str(day.date()), "E09000007", "housing", "1") for day in days if day.month not in (7, 8)])
    made = panel(table, contacts, frequency="daily")
    assert made.values.shape == (1, 365)
    assert made.values.sum() == 365 - 62
    table.loc[0, "day"] = pd.Timestamp("2020-12-01")
    with pytest.raises(SharedAnalysisError, match="more than 2 years"):
        panel(table, contacts, frequency="daily")


def test_rows_without_an_area_are_left_out_by_number(contacts: DataContract) -> None:
    table = events(every_month())
    table.loc[[1, 2], "borough"] = None
    assert "2 rows have no borough and are left out." in words_of(panel(table, contacts))
    with pytest.raises(SharedAnalysisError, match="No row can be counted"):
        panel(table.assign(borough=None), contacts)


def test_time_zones_do_not_move_a_day(contacts: DataContract) -> None:
    table = events(every_month())
    zoned = table.assign(day=(table["day"] + pd.Timedelta(hours=23)).dt.tz_localize("Europe/London"))
    assert (panel(zoned, contacts).values == panel(table, contacts).values).all()


def test_nothing_and_next_to_nothing_are_refused(contacts: DataContract) -> None:
    table = events(every_month())
    with pytest.raises(SharedAnalysisError, match="no row to count"):
        panel(table.iloc[:0], contacts)
    with pytest.raises(SharedAnalysisError, match="0 months are too few"):
        panel(table.iloc[[0]], contacts)
    with pytest.raises(SharedAnalysisError, match="Columns are missing: borough"):
        panel(table.drop(columns="borough"), contacts)
    with pytest.raises(SharedAnalysisError, match="nothing to add up"):
        panel(table, contacts, count="sum")


def without_count(*columns: Column) -> DataContract:
    return DataContract(
        "visits", (Column("ward", "string", role="area_code"), Column("month", "date", role="period"), *columns)
    )


@pytest.mark.parametrize("count", ["people", "sum"])
def test_a_table_of_periods_without_a_count_is_told_of_the_role(count: str) -> None:
    table = counts({"Bow": np.full(24, 4000), "Ely": np.full(24, 403)}).set_axis(["ward", "month", "visits"], axis=1)
    with pytest.raises(SharedAnalysisError) as error:
        panel(table, without_count(Column("visits", "integer")), count=count)
    assert str(error.value.next_step).startswith("if one column already holds counts, give it the role count")


def test_the_lines_of_a_table_of_counts_are_not_counted() -> None:
    table = counts({"Bow": np.full(24, 4000), "Ely": np.full(24, 403)}).set_axis(["ward", "month", "visits"], axis=1)
    with pytest.raises(SharedAnalysisError, match=r"would count lines") as error:
        panel(table, without_count(Column("visits", "integer")))
    assert "visits" in str(error.value.next_step)
    made = panel(table.drop(columns="visits"), without_count())
    assert any("as in a table of counts" in notice for notice in words_of(made))
    twice = panel(pd.concat([table, table], ignore_index=True), without_count(Column("visits", "integer")))
    assert not any("as in a table of counts" in notice for notice in words_of(twice))


def test_odd_series_are_named_in_the_notices(monthly: DataContract) -> None:
    table = counts(
        {
            "E09000001": np.zeros(36),
            "E09000002": np.full(36, 7.0),
            "E09000003": np.r_[np.zeros(20), np.arange(16) + 5],
            "E09000004": np.arange(36.0) + 1,
        }
    )
    notices = words_of(panel(table, monthly))
    assert "1 series is zero throughout and forecast as zero: City of London." in notices
    assert "1 series is the same in every period and forecast as that: Barking and Dagenham." in notices
    assert any(notice.endswith("a season or more after the first: Barnet.") for notice in notices)


@pytest.mark.parametrize(
    ("frequency", "first"), [("daily", "2023-01-02"), ("weekly", "2023-01-02"), ("quarterly", "2023-01-01")]
)
def test_other_calendars(contacts: DataContract, frequency: str, first: str) -> None:
    days = pd.date_range("2023-01-02", "2023-12-31", freq="D")
    table = events([(str(day.date()), "E09000007", "housing", "1") for day in days])
    made = panel(table, contacts, frequency=frequency)
    assert made.table()["period"].iloc[0] == pd.Timestamp(first)
    assert made.values.sum() == len(days)
    assert set(made.values[0][1:]) <= {1.0, 7.0, 91.0, 92.0}


def test_an_unknown_frequency_and_a_misspelt_setting_are_explained() -> None:
    with pytest.raises(SharedAnalysisError, match="frequency"):
        ForecastSpec(table="contacts", frequency="fortnightly")
    with pytest.raises(SharedAnalysisError, match="did you mean 'horizon'"):
        ForecastSpec.from_section({"table": "contacts", "horizn": 6})
    with pytest.raises(SharedAnalysisError, match="first/last"):
        ForecastSpec(table="contacts", breaks=["2020-07/2020-03"])
    assert ForecastSpec(table="contacts", levels=[95, 80]).levels == (80, 95)


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("count", "'count' says how many or when"),
        ("period", "'period' says how many or when"),
        ("event_date", "says how many or when"),
        ("record_id", "is about single people"),
        ("linked_record_id", "is about single people"),
        ("family_name", "is about single people"),
        ("date_of_birth", "is about single people"),
        ("free_text", "is about single people"),
        ("categry", "did you mean 'category'?"),
        ("zzzz", "the roles that make series are: source, "),
    ],
)
def test_roles_that_make_no_series_are_refused(role: str, says: str) -> None:
    with pytest.raises(SharedAnalysisError) as refusal:
        ForecastSpec(table="contacts", by=[role])
    assert says in str(refusal.value)


@pytest.mark.parametrize("dtype", ["object", "string"])
def test_a_day_is_as_written_whatever_its_offset(contacts: DataContract, dtype: str) -> None:
    table = events(every_month(12))
    days = [
        f"{day.date()}{time}"
        for day, time in zip(
            table["day"],
            ["T23:30:00+00:00", "T00:15:00+01:00", " 23:59:59.5-0500", "T12:00Z", "T01+02", ""] * 99,
            strict=False,
        )
    ]
    written = table.assign(day=pd.Series(days, dtype=dtype))
    assert (panel(written, contacts).values == panel(table, contacts).values).all()
    stamps = pd.Series([pd.Timestamp(day) for day in days], dtype=object)
    assert (panel(table.assign(day=stamps), contacts).values == panel(table, contacts).values).all()


@pytest.mark.parametrize("dtype", ["float64", "Float64"])
def test_numeric_keys_are_never_merged(monthly: DataContract, dtype: str) -> None:
    table = counts({"1.2": np.ones(6), "1.7": np.full(6, 2.0), "2": np.full(6, 4.0)})
    table["area"] = table["area"].astype(dtype)
    assert panel(table, monthly).values[:, 0].tolist() == [1.0, 2.0, 4.0]
    table["area"] = table["area"].round().mask(table.index == 0)
    made = panel(table[table["attendances"] != 2], monthly)
    assert made.keys["area_code"].tolist() == ["1", "2"]


def test_a_count_is_of_what_the_key_of_its_contract_says() -> None:
    months = pd.date_range("2023-01-01", periods=6, freq="MS")
    table = pd.DataFrame(
        [(area, month, age, 10 + at) for area in ("E09000001", "E09000002") for month in months for at, age in AGES],
        columns=["area_code", "month", "age", "count"],
    )
    contract = infer(table, "attendances")
    assert set(contract.primary_key) == {"area_code", "month", "age"}
    assert panel(table, contract).values.tolist() == [[33.0] * 6] * 2
    with pytest.raises(SharedAnalysisError, match="1 row repeats an earlier area_code and month and age"):
        panel(pd.concat([table, table.iloc[[3]]]), contract)
    with pytest.raises(SharedAnalysisError, match="Columns are missing: age"):
        panel(table.drop(columns="age"), contract)


def test_the_row_that_repeats_is_found_after_rows_without_a_key(contacts: DataContract) -> None:
    table = events(every_month())
    table.loc[[0, 1], "contact_id"] = None
    table.loc[5, "contact_id"] = "c2"
    with pytest.raises(SharedAnalysisError, match="first in data row 6"):
        panel(table, contacts)
