"""Of rows that share a key or a unique value one is kept: which, and in which order all of them come out."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract, validate

CONTRACT = DataContract(
    "t",
    (
        Column("id", "string", primary_key=True),
        Column("age", "integer"),
        Column("town", "string"),
        Column("phone", "string"),
    ),
)
FAULTY_AND_FULL = ("7", "1xx", "Barnet", "020")
GOOD_AND_SPARSE = ("7", "40", None, None)
GOOD_AND_FULLER = ("7", "41", "Camden", None)
GOOD_AND_AS_FULL = ("7", "41", "Brent", None)


def outcome(*rows: tuple[str | None, ...]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Check the rows in this order and in the opposite one, and give the good rows and the bad ones as text."""
    both = []
    for order in (rows, rows[::-1]):
        table = pd.DataFrame(list(order), columns=list(CONTRACT.names), dtype=object)
        report = validate({"t": table}, {"t": CONTRACT}, max_bad_share=1)
        both.append(tuple(as_rows(report.tables[f"{place}/t"]) for place in ("interim", "quarantine")))
    assert both[0] == both[1]
    return both[0]


def as_rows(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple("" if pd.isna(value) else str(value) for value in row) for row in table.itertuples(index=False)]


def test_a_row_without_other_faults_is_kept_before_a_fuller_one_with_a_fault() -> None:
    good, bad = outcome(FAULTY_AND_FULL, GOOD_AND_SPARSE)
    assert good == [("7", "40", "", "")]
    assert bad == [("7", "1xx", "Barnet", "020", "id: unique; age: type")]


def test_of_good_rows_the_fullest_is_kept() -> None:
    good, bad = outcome(GOOD_AND_SPARSE, GOOD_AND_FULLER)
    assert good == [("7", "41", "Camden", "")]
    assert bad == [("7", "40", "", "", "id: unique")]


def test_of_rows_as_full_as_each_other_the_first_in_sorted_order_is_kept() -> None:
    good, bad = outcome(GOOD_AND_FULLER, GOOD_AND_AS_FULL)
    assert good == [("7", "41", "Brent", "")]
    assert bad == [("7", "41", "Camden", "", "id: unique")]


def test_where_every_row_has_a_fault_of_its_own_none_is_kept_and_the_fullest_repeats_nothing() -> None:
    good, bad = outcome(("7", "1xx", None, None), FAULTY_AND_FULL)
    assert good == []
    assert bad == [("7", "1xx", "Barnet", "020", "age: type"), ("7", "1xx", "", "", "id: unique; age: type")]


@pytest.mark.parametrize("unique", [True, False])
def test_a_unique_column_is_looked_at_best_row_first_like_a_key(unique: bool) -> None:
    contract = DataContract("t", (Column("id", "string", primary_key=True), Column("phone", "string", unique=unique)))
    table = pd.DataFrame({"id": ["2", "1", None], "phone": ["020", "020", "020"]}, dtype=object)
    report = validate({"t": table}, {"t": contract}, max_bad_share=1)
    repeated = ["id: required; phone: unique", "phone: unique"] if unique else ["id: required"]
    assert sorted(report.tables["quarantine/t"]["reasons"]) == repeated
    assert report.tables["interim/t"]["id"].tolist() == (["1"] if unique else ["1", "2"])


def test_a_key_of_two_columns_is_looked_at_best_row_first() -> None:
    contract = DataContract(
        "t",
        (
            Column("area", "string", primary_key=True),
            Column("month", "date", primary_key=True, format="yyyy-MM"),
            Column("count", "integer", minimum=0),
            Column("note", "string"),
        ),
    )
    rows = [("Brent", "2024-02", "-1", "x"), ("Brent", "2024-02", "3", None), ("Brent", "2024-01", "4", None)]
    table = pd.DataFrame(rows, columns=list(contract.names), dtype=object)
    report = validate({"t": table}, {"t": contract}, max_bad_share=1)
    assert as_rows(report.tables["interim/t"])[1][2] == "3"
    assert report.tables["quarantine/t"]["reasons"].tolist() == ["count: range; area, month: unique"]
