"""Validation: nothing lost, one order, no values in words, and a stop that says everything."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import Column, ContractBroken, DataContract, ValidationReport, validate
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


def test_a_missing_table_stops() -> None:
    with pytest.raises(ContractBroken, match="people: the table is not there"):
        validate({}, {"people": PEOPLE})


def test_a_table_without_contract_is_refused() -> None:
    with pytest.raises(SharedAnalysisError, match="did you mean 'people'"):
        validate({"poeple": people()}, {"people": PEOPLE})


def test_a_repeated_column_is_refused() -> None:
    table = people()
    table.columns = ["name", *table.columns[1:]]
    with pytest.raises(SharedAnalysisError, match="repeated: name"):
        check(table)


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
    assert charts["faults"].title == "The commonest fault is 'type' in people.born: 5 rows"


def test_the_summary_counts_what_it_says() -> None:
    report = check(people())
    bad = len(report.tables["quarantine/people"])
    assert f"{100 - bad} of 100 rows go on" in report.summary()
    assert "| people | name | missing (`required`) | 3 | 3.0% |" in report.summary()
