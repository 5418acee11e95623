"""Validation: nothing lost, one order, no values in words, and a stop that says everything."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import Column, ContractBroken, DataContract, ValidationReport, infer, validate
from shared_analysis.errors import CheckFailed, SharedAnalysisError

PEOPLE = DataContract(
    "people",
    (
        Column("record_id", "string", primary_key=True, role="record_id"),
        Column("name", "string", required=True, role="full_name"),
        Column("born", "date", role="date_of_birth"),
        Column("visits", "integer", minimum=0),
        Column("score", "number"),
        Column("housed", "boolean"),
        Column("updated", "timestamp"),
    ),
)


def people(rows: int = 100) -> pd.DataFrame:
    """Rows as a CSV delivers them, a few of them bad in several ways."""
    number = [f"{row:05d}" for row in range(rows)]
    table = pd.DataFrame(
        {
            "record_id": number,
            "name": [f" Zoë Ŝmith {row}" for row in range(rows)],
            "born": ["1980-02-03"] * rows,
            "visits": ["3"] * rows,
            "score": ["0.5"] * rows,
            "housed": ["yes"] * rows,
            "updated": ["2024-01-01T10:00:00Z"] * rows,
        },
        dtype=object,
    )
    table.loc[table.index % 20 == 7, ["born", "visits"]] = "SECRET"
    table.loc[table.index % 25 == 8, "record_id"] = "00009"
    table.loc[table.index % 33 == 9, "name"] = None
    return table


def check(table: pd.DataFrame, contract: DataContract = PEOPLE, cap: float = 1.0) -> ValidationReport:
    return validate({contract.name: table}, {contract.name: contract}, cap)


def test_every_row_goes_on_or_to_quarantine() -> None:
    report = check(people())
    good, bad = report.tables["interim/people"], report.tables["quarantine/people"]
    assert len(good) + len(bad) == 100
    assert not set(good["record_id"]) & (set(bad["record_id"]) - {"00009"})
    assert bad["reasons"].ne("").all()
    assert report.metrics["bad_rows"] == len(bad)
    assert report.metrics["people_bad_share"] == round(len(bad) / 100, 6)


def test_good_rows_have_the_types_of_the_contract() -> None:
    good = check(people()).tables["interim/people"]
    assert [str(dtype) for dtype in good.dtypes] == [
        "string",
        "string",
        "datetime64[ns]",
        "Int64",
        "Float64",
        "boolean",
        "datetime64[ns]",
    ]
    first = good.iloc[0]
    assert first["record_id"] == "00000"
    assert first["name"] == "Zoë Ŝmith 0"
    assert first["updated"] == pd.Timestamp("2024-01-01 10:00")


def test_faults_are_counted_for_each_rule() -> None:
    faults = check(people()).faults.set_index(["column", "rule"])["rows"].to_dict()
    assert faults == {
        ("born", "type"): 5,
        ("visits", "type"): 5,
        ("record_id", "unique"): 4,
        ("name", "required"): 3,
    }


@pytest.mark.parametrize("key", [True, False])
def test_the_order_of_the_input_changes_nothing(key: bool) -> None:
    contract = replace(
        PEOPLE, columns=tuple(replace(column, primary_key=key and column.primary_key) for column in PEOPLE.columns)
    )
    first = check(people(), contract)
    shuffled = people().sample(frac=1, random_state=3)
    second = check(shuffled[list(reversed(shuffled.columns))], contract)
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(table, second.tables[name])
    pd.testing.assert_frame_equal(first.faults, second.faults)
    assert first.summary() == second.summary()


def test_whole_number_keys_are_sorted_as_numbers() -> None:
    contract = DataContract("t", (Column("id", "integer", primary_key=True),))
    report = validate({"t": pd.DataFrame({"id": ["10", "9", "2"]})}, {"t": contract})
    assert list(report.tables["interim/t"]["id"]) == [2, 9, 10]


def test_above_the_cap_it_stops_and_still_hands_over_everything() -> None:
    with pytest.raises(ContractBroken) as stop:
        check(people(), cap=0.01)
    assert isinstance(stop.value, CheckFailed)
    message = str(stop.value)
    for words in ("people.born", "people.visits", "people.record_id", "people.name", "the cap is 1.0%"):
        assert words in message
    assert len(stop.value.report.tables["quarantine/people"]) > 0


def test_the_cap_itself_is_allowed() -> None:
    table = pd.DataFrame({"record_id": ["1", "2"], "name": ["a", None]})
    contract = replace(PEOPLE, columns=PEOPLE.columns[:2])
    assert check(table, contract, 0.5).metrics["bad_rows"] == 1
    with pytest.raises(ContractBroken):
        check(table, contract, 0.49)


def test_shares_are_rounded() -> None:
    report = check(people(3).assign(name=[None, "b", "c"]))
    assert report.metrics["bad_share"] == 0.333333
    assert report.faults["share"].tolist() == [0.333333]
    assert report.completeness["share"].min() == 0.666667


@pytest.mark.parametrize(("bad", "share"), [(1, 0.007812), (3, 0.023438)])
def test_a_share_half_way_between_two_is_rounded_to_the_even_one(bad: int, share: float) -> None:
    # Of 128 rows the share has seven digits, and the last of them is a five.
    names = [None] * bad + ["a"] * (128 - bad)
    contract = DataContract("t", (Column("name", "string", required=True),))
    report = check(pd.DataFrame({"name": names}, dtype=object), contract)
    assert report.metrics["bad_share"] == report.metrics["t_bad_share"] == share
    assert report.faults["share"].tolist() == [share]
    assert report.completeness["share"].tolist() == [pytest.approx(1 - share, abs=2e-6)]


@pytest.mark.parametrize("cap", [-0.1, 1.5, float("nan")])
def test_a_cap_is_a_share(cap: float) -> None:
    with pytest.raises(SharedAnalysisError, match="share"):
        check(people(), cap=cap)


def test_no_value_of_a_row_reaches_words_numbers_or_charts() -> None:
    with pytest.raises(ContractBroken) as stop:
        check(people(), cap=0.0)
    report = stop.value.report
    charts = "".join(chart.svg() + chart.alt for chart in report.charts().values())
    reasons = " ".join(report.tables["quarantine/people"]["reasons"])
    told = [
        str(stop.value),
        repr(report),
        report.summary(),
        str(report.metrics),
        report.faults.to_csv(),
        charts,
        reasons,
    ]
    assert "SECRET" in report.tables["quarantine/people"].to_csv()
    for text in told:
        assert "SECRET" not in text
        assert "mith" not in text


def test_a_missing_column_stops_with_the_likely_name_and_the_faults_of_the_other_tables() -> None:
    other = DataContract("other", (Column("n", "integer"),))
    with pytest.raises(ContractBroken) as stop:
        validate(
            {"people": people().rename(columns={"born": "borne"}), "other": pd.DataFrame({"n": ["x"]})},
            {"people": PEOPLE, "other": other},
            max_bad_share=1,
        )
    assert "people.born: the column is missing (the table has 'borne')" in str(stop.value)
    assert "other.n" in str(stop.value)


def test_a_table_without_its_header_line_shows_no_value_of_its_first_row() -> None:
    contract = DataContract("p", tuple(Column(name, "string") for name in ("id", "name", "sex")))
    headless = pd.DataFrame([["S2", "Joe Bloggs", "sexm"]], columns=["S1", "Jane Okafor", "sexf"])
    with pytest.raises(ContractBroken) as stop:
        check(headless, contract)
    report = stop.value.report
    told = str(stop.value) + report.summary() + repr(report) + " ".join(report.notices) + report.faults.to_csv()
    for value in ("S1", "Jane", "Okafor", "sexf"):
        assert value not in told
    assert report.notices == ("p: 3 columns in no contract; see that the table has its header line",)


def test_an_incomplete_table_counts_among_the_tables_and_its_rows_do_not_go_on() -> None:
    other = DataContract("other", (Column("n", "integer"),))
    lacking = people(1).drop(columns="born")
    with pytest.raises(ContractBroken) as stop:
        check(lacking)
    report = stop.value.report
    assert report.sizes == {"people": (1, 1)}
    assert report.metrics["people_bad_share"] == 1
    assert report.summary().startswith("1 table lacks a column that the contract has: 1 row not checked.\n")
    assert "| people | 1 | not checked |" in report.summary()
    with pytest.raises(ContractBroken) as stop:
        validate({"people": lacking, "other": pd.DataFrame({"n": ["1", "2"]})}, {"people": PEOPLE, "other": other})
    said = stop.value.report.summary()
    assert said.startswith("1 table was checked against its contract. All 2 rows keep every rule. 1 table lacks")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a"], "The 1 row keeps every rule."),
        (["a", "b"], "All 2 rows keep every rule."),
        (["a", None], "1 of 2 rows goes on; 1 (50.0%) is in quarantine"),
        ([None], "0 of 1 row go on; 1 (100.0%) is in quarantine"),
    ],
)
def test_one_row_is_one_row(names: list[str | None], said: str) -> None:
    contract = DataContract("t", (Column("name", "string", required=True),))
    assert said in check(pd.DataFrame({"name": names}, dtype=object), contract).summary()


def test_one_bad_row_is_bad() -> None:
    contract = DataContract("t", (Column("name", "string", required=True),))
    with pytest.raises(ContractBroken, match=r"1 of 2 rows is bad \(50\.0%"):
        check(pd.DataFrame({"name": ["a", None]}), contract, cap=0.1)


def test_a_missing_table_stops() -> None:
    with pytest.raises(ContractBroken, match="people: the table is not there"):
        validate({}, {"people": PEOPLE})


def test_what_is_missing_altogether_is_a_fault_of_every_row_there_is_in_the_order_of_names() -> None:
    contracts = {name: DataContract(name, (Column("x", "string"), Column("y", "string"))) for name in "dbca"}
    tables = {"b": pd.DataFrame({"x": ["1", "2"]}), "c": pd.DataFrame({"x": ["1"], "y": ["1"]})}
    with pytest.raises(ContractBroken) as stop:
        validate(tables, contracts)
    report = stop.value.report
    assert report.failures == (
        "a: the table is not there",
        "b.y: the column is missing",
        "d: the table is not there",
    )
    assert report.faults.to_numpy().tolist() == [
        ["a", "", "table missing", 0, 1.0],
        ["b", "y", "column missing", 2, 1.0],
        ["d", "", "table missing", 0, 1.0],
    ]
    assert dict(report.sizes) == {"b": (2, 2), "c": (1, 0)}
    assert list(report.tables) == ["interim/c", "quarantine/c"]


@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_moments_that_arrive_as_such_are_read_whatever_format_is_stated_for_text(kind: str) -> None:
    column = Column("at", kind, format="dd/MM/yyyy")
    days = [dt.datetime.fromisoformat("2024-02-03"), None]
    for values in (pd.Series(days, dtype=object), pd.Series(days, dtype="datetime64[ns]")):
        report = check(pd.DataFrame({"at": values}), DataContract("t", (column,)), cap=0)
        assert report.tables["interim/t"]["at"].tolist() == [pd.Timestamp("2024-02-03"), pd.NaT]


def test_a_table_without_contract_is_refused() -> None:
    with pytest.raises(SharedAnalysisError, match="did you mean 'people'"):
        validate({"poeple": people()}, {"people": PEOPLE})


def test_a_repeated_column_is_refused() -> None:
    table = people()
    table.columns = ["name", *table.columns[1:]]
    with pytest.raises(SharedAnalysisError, match="repeated: columns 1 and 2") as error:
        check(table)
    assert "name" not in error.value.what.removeprefix("Column names")


def test_columns_in_no_contract_are_dropped_and_counted() -> None:
    report = check(people().assign(salary="30000"))
    assert "salary" not in report.tables["interim/people"]
    assert "salary" not in report.tables["quarantine/people"]
    assert report.notices == ("people: 1 column in no contract, dropped: salary",)
    assert "salary" in report.summary()


def test_rules_of_the_file_that_are_not_checked_are_said() -> None:
    assert "a rule that is not checked" in check(people(), replace(PEOPLE, unchecked=("name: sql",))).summary()


@pytest.mark.parametrize("rows", [0, 1])
def test_small_tables(rows: int) -> None:
    report = check(people(rows), cap=0.0)
    assert len(report.tables["interim/people"]) == rows
    assert [str(dtype) for dtype in report.tables["interim/people"].dtypes][3:5] == ["Int64", "Float64"]
    assert list(report.tables["quarantine/people"].columns) == [*PEOPLE.names, "reasons"]
    assert report.summary()
    assert set(report.charts()) == {"completeness"}


def test_a_column_without_any_value_keeps_its_type() -> None:
    table = people(3).assign(born=None, visits=None, score=None, housed=None, updated=None)
    good = check(table).tables["interim/people"]
    assert str(good["visits"].dtype) == "Int64"
    assert str(good["born"].dtype) == "datetime64[ns]"
    assert good["housed"].isna().all()


def test_typed_tables_are_read_as_well() -> None:
    table = pd.DataFrame(
        {
            "record_id": pd.Series([1, 2], dtype="int64"),
            "name": pd.Series(["a", "b"], dtype="category"),
            "born": [dt.date(1980, 1, 2), None],
            "visits": [1.0, np.nan],
            "score": pd.Series([0.1, None], dtype="Float64"),
            "housed": [True, False],
            "updated": pd.to_datetime(["2024-01-01 10:00", None]),
        }
    )
    stated = tuple(replace(column, format="dd/MM/yyyy" if column.name == "born" else None) for column in PEOPLE.columns)
    good = check(table, replace(PEOPLE, columns=stated), cap=0).tables["interim/people"]
    assert list(good["record_id"]) == ["1", "2"]
    assert good["visits"].tolist() == [1, pd.NA]
    assert good["born"].iloc[0] == pd.Timestamp("1980-01-02")
    assert good["housed"].tolist() == [True, False]
    assert good["score"].iloc[0] == 0.1


def test_a_rule_that_cannot_be_checked_is_named() -> None:
    limit = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    contract = DataContract("t", (Column("at", "timestamp", maximum=limit),))
    with pytest.raises(SharedAnalysisError, match=r"range\.\n  where: t, column at"):
        check(pd.DataFrame({"at": ["2024-01-01T10:00:00"]}), contract)


def test_one_time_of_day_among_days_is_one_fault() -> None:
    days = pd.Series(pd.date_range("2024-01-01", periods=10))
    days[3] += pd.Timedelta(hours=10)
    contract = DataContract("t", (Column("seen", "date"),))
    for values in (days, days.astype(object), days.dt.tz_localize("Europe/London")):
        report = check(pd.DataFrame({"seen": values}), contract)
        assert report.metrics["bad_rows"] == 1
        assert report.tables["interim/t"]["seen"].tolist() == days.drop(3).tolist()


def test_midnights_are_days_where_they_were_made() -> None:
    days = pd.Series(pd.date_range("2024-07-01", periods=3))
    local = pd.DataFrame({"seen": days.dt.tz_localize("Europe/London")})
    report = check(local, DataContract("t", (Column("seen", "date"),)), cap=0)
    assert report.tables["interim/t"]["seen"].tolist() == days.tolist()
    moments = check(local, DataContract("t", (Column("seen", "timestamp"),)), cap=0)
    assert moments.tables["interim/t"]["seen"].tolist() == (days - pd.Timedelta(hours=1)).tolist()
    assert infer(local, "t").column("seen").type == "date"


def test_typed_midnights_are_moments_where_the_contract_wants_moments() -> None:
    days = pd.Series(pd.date_range("2024-01-01", periods=3))
    report = check(pd.DataFrame({"at": days}), DataContract("t", (Column("at", "timestamp"),)), cap=0)
    assert report.tables["interim/t"]["at"].tolist() == days.tolist()


def test_moments_in_a_column_of_text_in_a_format_of_dates_are_days_each_by_itself() -> None:
    moments = pd.Series(pd.to_datetime(["1980-02-03T00:00", "1980-02-03T10:00"]))
    stated = Column("born", "string", role="date_of_birth", format="yyyyMMdd")
    written = {
        stated: ["1980-02-03", "1980-02-03T10:00:00.000000"],
        replace(stated, format=None): ["1980-02-03T00:00:00.000000", "1980-02-03T10:00:00.000000"],
    }
    for column, texts in written.items():
        report = check(pd.DataFrame({"born": moments}), DataContract("t", (column,)), cap=0)
        assert report.tables["interim/t"]["born"].tolist() == texts


def test_bytes_are_text_and_what_is_no_utf8_is_unreadable() -> None:
    contract = DataContract("t", (Column("name", "string"),))
    report = check(pd.DataFrame({"name": ["Zoë".encode(), None, b"Zo\xeb"]}), contract)
    assert report.tables["interim/t"]["name"].dropna().tolist() == ["Zoë"]
    assert report.faults[["rule", "rows"]].to_numpy().tolist() == [["text", 1]]


def test_periods_and_intervals_are_read_as_they_are_written() -> None:
    table = pd.DataFrame(
        {"month": pd.period_range("2024-01", periods=2, freq="M"), "age": pd.interval_range(0, 2)},
    )
    contract = DataContract("t", (Column("month", "date", format="yyyy-MM"), Column("age", "string")))
    good = check(table, contract, cap=0).tables["interim/t"]
    assert good["month"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01")]
    assert good["age"].tolist() == ["(0, 1]", "(1, 2]"]


def test_half_a_surrogate_pair_is_unreadable_text_and_no_crash() -> None:
    faults = check(people(2).assign(name=["a\ud800", "b"])).faults
    assert faults[["column", "rule", "rows"]].to_numpy().tolist() == [["name", "text", 1]]


def test_the_same_name_in_two_encodings_is_one_name() -> None:
    good = check(people(2).assign(name=["Zoe\u0308", "Zo\u00eb"])).tables["interim/people"]
    assert len(set(good["name"])) == 1


def test_the_charts_state_their_finding() -> None:
    charts = check(people()).charts()
    assert list(charts) == ["completeness", "faults"]
    assert charts["completeness"].title == "people.name is the least complete column: 97% of rows have a value"
    assert charts["faults"].title == "The commonest fault is in people.born: not a date written yyyy-MM-dd, 5 rows"
    assert "people.born: not a date written yyyy-MM-dd: 5" in charts["faults"].alt


def test_the_summary_counts_what_it_says() -> None:
    report = check(people())
    bad = len(report.tables["quarantine/people"])
    assert f"{100 - bad} of 100 rows go on" in report.summary()
    assert "| people | name | missing (`required`) | 3 | 3.0% |" in report.summary()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (Column("x", "date", format="dd/MM/yyyy"), "a date written dd/MM/yyyy"),
        (Column("x", "timestamp"), "a time written yyyy-MM-dd HH:mm:ss"),
        (Column("x", "integer"), "a whole number"),
        (Column("x", "number"), "a number"),
        (Column("x", "boolean"), "true or false"),
    ],
)
def test_a_fault_of_type_says_what_the_contract_wants(column: Column, words: str) -> None:
    contracts = {"t": DataContract("t", (column,))}
    with pytest.raises(ContractBroken, match=f"t.x: not {words}, as the contract says, 2 rows"):
        validate({"t": pd.DataFrame({"x": ["soon", "late"]})}, contracts)
    report = validate({"t": pd.DataFrame({"x": ["soon", "late"]})}, contracts, max_bad_share=1)
    assert f"not {words}, as the contract says (`type`)" in report.summary()


def test_a_table_that_is_not_there_needs_no_correction() -> None:
    one = DataContract("one", (Column("x", "integer"),))
    contracts = {"one": one, "two": replace(one, name="two"), "three": replace(one, name="three")}
    with pytest.raises(ContractBroken) as error:
        validate({"one": pd.DataFrame({"x": ["1"]}), "two": pd.DataFrame({"x": ["1"]})}, contracts)
    assert error.value.next_step == (
        "put it at data/raw/three.csv, or run `dvc pull` (with data.mode twin: `dvc repro`)"
    )
    with pytest.raises(ContractBroken) as error:
        validate({"one": pd.DataFrame({"x": ["bad"]})}, contracts)
    assert "data/raw/three.csv, data/raw/two.csv" in str(error.value.next_step)
    assert "ask for a corrected table" in str(error.value.next_step)


def test_a_table_of_a_header_alone_is_noted() -> None:
    contract = DataContract("t", (Column("x", "integer"),))
    report = validate({"t": pd.DataFrame({"x": []})}, {"t": contract})
    assert report.notices == ("t: the table has no rows, only its column names; see that the export was complete",)
    assert report.completeness.to_numpy().tolist() == [["t", "x", 0, 1.0]]


def test_everything_comes_in_the_order_of_names_whatever_the_order_of_the_tables() -> None:
    contract = DataContract("b", (Column("x", "integer"), Column("y", "integer", required=True)))
    contracts = {name: replace(contract, name=name) for name in ("b", "a", "c")}
    tables = {name: pd.DataFrame({"x": ["1", "n", "n"], "y": ["1", None, "2"], "z": ["", "", ""]}) for name in "cab"}
    report = validate(tables, contracts, max_bad_share=1)
    assert list(report.tables) == [f"{place}/{name}" for place in ("interim", "quarantine") for name in "abc"]
    assert list(report.sizes.items()) == [(name, (3, 2)) for name in "abc"]
    assert [notice[0] for notice in report.notices] == ["a", "b", "c"]
    faults = [["x", "type", 2, 0.666667], ["y", "required", 1, 0.333333]]
    assert report.faults.to_numpy().tolist() == [[name, *fault] for name in "abc" for fault in faults]
    filled = [["x", 3, 1.0], ["y", 2, 0.666667]]
    assert report.completeness.to_numpy().tolist() == [[name, *column] for name in "abc" for column in filled]
    assert list(report.faults.columns) == ["table", "column", "rule", "rows", "share"]
    assert list(report.completeness.columns) == ["table", "column", "present", "share"]
