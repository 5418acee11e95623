"""Validation: nothing lost, one order, no values in words, and a stop that says everything."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
from people_table import PEOPLE, check, people

from shared_analysis.contracts import Column, ContractBroken, DataContract, validate
from shared_analysis.errors import CheckFailed, SharedAnalysisError


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


def test_a_rule_that_cannot_be_checked_is_named() -> None:
    limit = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    contract = DataContract("t", (Column("at", "timestamp", maximum=limit),))
    with pytest.raises(SharedAnalysisError, match=r"range\.\n  where: t, column at"):
        check(pd.DataFrame({"at": ["2024-01-01T10:00:00"]}), contract)


def test_the_charts_state_their_finding() -> None:
    charts = check(people()).charts()
    assert list(charts) == ["completeness", "faults"]
    assert charts["completeness"].title == "people.name is the least complete column: 97% of rows have a value"
    assert charts["faults"].title == "The commonest fault is in people.born: not a date, written yyyy-MM-dd, 5 rows"
    assert "people.born: not a date, written yyyy-MM-dd: 5" in charts["faults"].alt


def test_the_summary_counts_what_it_says() -> None:
    report = check(people())
    bad = len(report.tables["quarantine/people"])
    assert f"{100 - bad} of 100 rows go on" in report.summary()
    assert "| people | name | missing (`required`) | 3 | 3.0% |" in report.summary()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (Column("x", "date", format="dd/MM/yyyy"), "a date written dd/MM/yyyy, as the contract says"),
        (Column("x", "timestamp"), "a time, written yyyy-MM-dd HH:mm:ss"),
        (Column("x", "integer"), "a whole number, as the contract says"),
        (Column("x", "number"), "a number, as the contract says"),
        (Column("x", "boolean"), "true or false, as the contract says"),
    ],
)
def test_a_fault_of_type_says_what_the_contract_wants(column: Column, words: str) -> None:
    contracts = {"t": DataContract("t", (column,))}
    with pytest.raises(ContractBroken, match=f"t.x: not {words}, 2 rows"):
        validate({"t": pd.DataFrame({"x": ["soon", "late"]})}, contracts)
    report = validate({"t": pd.DataFrame({"x": ["soon", "late"]})}, contracts, max_bad_share=1)
    assert f"not {words} (`type`)" in report.summary()


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
    assert report.completeness.to_numpy().tolist() == [["t", "x", 0, 1.0, 0, 0, 0]]


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
    filled = [["x", 3, 1.0, 0, 0, 0], ["y", 2, 0.666667, 1, 0, 0]]
    assert report.completeness.to_numpy().tolist() == [[name, *column] for name in "abc" for column in filled]
    assert list(report.faults.columns) == ["table", "column", "rule", "rows", "share"]
    marks = ["missing", "suppressed", "provisional"]
    assert list(report.completeness.columns) == ["table", "column", "present", "share", *marks]
