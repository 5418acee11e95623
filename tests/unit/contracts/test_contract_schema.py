"""Which rows of a typed table break which rule: a limit itself is allowed, the next value beyond it is not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts.checking.schema import find_faults, row_schema, table_schema
from shared_analysis.contracts.model import Column, DataContract
from shared_analysis.errors import SharedAnalysisError

DAY = dt.date(2024, 2, 29)
MOMENT = dt.datetime.fromisoformat("2024-02-29T10:00:00")


def faults(values: pd.Series, column: Column) -> dict[str, list[int]]:
    """Break the rules of one column, and give the rows of each rule."""
    found = find_faults(row_schema(DataContract("t", (column,))), pd.DataFrame({column.name: values}))
    assert all(name == column.name for name, _ in found)
    return {rule: rows.tolist() for (_, rule), rows in found.items()}


@pytest.mark.parametrize(
    ("kind", "values", "limit"),
    [
        ("integer", pd.Series([6, 7, 8, None], dtype="Int64"), 7),
        ("integer", pd.Series([2**53, 2**53 + 1, 2**53 + 2, None], dtype="Int64"), 2**53 + 1),
        ("number", pd.Series([0.4, 0.5, 0.6, None], dtype="Float64"), 0.5),
        ("date", pd.Series(pd.to_datetime(["2024-02-28", "2024-02-29", "2024-03-01", None])), DAY),
        (
            "timestamp",
            pd.Series(
                ["2024-02-29T09:59:59.999999", "2024-02-29T10:00", "2024-02-29T10:00:00.000001", None],
                dtype="datetime64[ns]",
            ),
            MOMENT,
        ),
    ],
    ids=["integer", "integer beyond floats", "number", "date", "timestamp"],
)
def test_a_limit_itself_is_inside_and_its_neighbour_is_not(kind: str, values: pd.Series, limit: object) -> None:
    bounds = {"low": {"minimum": limit}, "high": {"maximum": limit}, "both": {"minimum": limit, "maximum": limit}}
    outside = {
        name: faults(values, Column("x", kind, **bound))
        for name, bound in bounds.items()  # type: ignore[arg-type]
    }
    assert outside == {"low": {"range": [0]}, "high": {"range": [2]}, "both": {"range": [0, 2]}}


def test_a_month_is_its_first_day_where_limits_are_days() -> None:
    months = pd.Series(pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]))
    column = Column("month", "date", format="yyyy-MM", minimum=dt.date(2024, 1, 2), maximum=dt.date(2024, 2, 1))
    assert faults(months, column) == {"range": [0, 2]}


def test_a_length_itself_is_right() -> None:
    values = pd.Series(["a", "\u00e5\u00f8", "abc", "abcd", None], dtype="string")
    assert faults(values, Column("x", "string", min_length=2, max_length=3)) == {"length": [0, 3]}
    assert faults(values, Column("x", "string", min_length=2)) == {"length": [0]}
    assert faults(values, Column("x", "string", max_length=3)) == {"length": [3]}


@pytest.mark.parametrize("key", ["required", "primary_key"])
def test_a_value_must_be_there_where_it_is_required_or_part_of_the_key(key: str) -> None:
    values = pd.Series(["a", None], dtype="string")
    assert faults(values, Column("x", "string", **{key: True})) == {"required": [1]}  # type: ignore[arg-type]
    assert faults(values, Column("x", "string")) == {}


def test_a_pattern_and_a_list_say_nothing_of_what_is_missing() -> None:
    values = pd.Series(["ab", "b", "\u0663", None], dtype="string")
    assert faults(values, Column("x", "string", pattern="^a")) == {"pattern": [1, 2]}
    assert faults(values, Column("x", "string", pattern=r"\d|b$")) == {"pattern": [2]}
    assert faults(values, Column("x", "string", allowed=("b",))) == {"allowed": [0, 2]}


def repeated(table: pd.DataFrame, *columns: Column, key: str = "a, b") -> dict[tuple[str, str], list[int]]:
    schema = table_schema(DataContract("t", columns))
    assert schema is not None
    return {name: rows.tolist() for name, rows in find_faults(schema, table, key).items()}


def test_of_values_that_occur_twice_the_first_in_the_order_given_is_right() -> None:
    table = pd.DataFrame({"a": pd.Series(["x", "x", None, None, "y", "x"], dtype="string")})
    for unique in (Column("a", "string", unique=True), Column("a", "string", primary_key=True)):
        assert repeated(table, unique) == {("a", "unique"): [1, 5]}
        assert repeated(table.iloc[::-1], unique) == {("a", "unique"): [0, 1]}


def test_a_key_of_two_columns_is_repeated_as_a_pair_and_a_missing_part_repeats_nothing() -> None:
    table = pd.DataFrame(
        {
            "a": pd.Series(["x", "x", "x", None, None, "y"], dtype="string"),
            "b": pd.Series([1, 1, 2, 1, 1, None], dtype="Int64"),
        }
    )
    columns = (Column("a", "string", primary_key=True), Column("b", "integer", primary_key=True))
    assert repeated(table, *columns) == {("a, b", "unique"): [1]}


def test_without_a_key_or_a_unique_column_there_is_nothing_to_repeat() -> None:
    assert table_schema(DataContract("t", (Column("a", "string"),))) is None


@pytest.mark.parametrize("rows", [0, 3])
def test_nothing_is_found_where_nothing_is_wrong(rows: int) -> None:
    values = pd.Series(["a"] * rows, dtype="string")
    assert faults(values, Column("x", "string", required=True, pattern="a", max_length=1)) == {}


def test_rows_are_named_by_the_numbers_of_the_index_in_order_and_once() -> None:
    table = pd.DataFrame({"a": pd.Series(["x", "x", "x"], index=[7, 3, 5], dtype="string")})
    schema = table_schema(DataContract("t", (Column("a", "string", unique=True, primary_key=True),)))
    assert schema is not None
    (rows,) = find_faults(schema, table).values()
    assert rows.tolist() == [3, 5]
    assert rows.dtype == np.int64


def test_a_rule_that_does_not_fit_the_values_is_named_with_its_table_and_column() -> None:
    column = Column("at", "timestamp", maximum=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    with pytest.raises(SharedAnalysisError, match="cannot be checked: range") as refused:
        faults(pd.Series(pd.to_datetime(["2024-01-01"])), column)
    assert refused.value.where == "t, column at"
