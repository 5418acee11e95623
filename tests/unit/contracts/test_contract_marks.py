"""Words that mean missing, and marks: found where the column makes it sure, stated in the contract, counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import (
    Column,
    DataContract,
    ValidationReport,
    infer,
    load_contract,
    validate,
    write_contract,
)
from shared_analysis.contracts.notation import find_notation
from shared_analysis.contracts.values import coerce
from shared_analysis.errors import SharedAnalysisError

NUMBERS = [str(10 + 7 * row) for row in range(20)]
NAMES = ["Smith", "Jones", "O'Hara", "Brown"] * 5
EMPTY = Column("x", "string")


def through(values: list[str], name: str = "count") -> tuple[Column, list[object], ValidationReport]:
    """What a column becomes: its contract, its values in their order, and the report."""
    rows = {"place": [f"Place {row:03}" for row in range(len(values))], name: values}
    table = pd.DataFrame(rows, dtype=object)
    contract = infer(table, "t")
    report = validate({"t": table}, {"t": contract}, 1.0)
    good = report.tables["interim/t"].set_index("place")[name].reindex(rows["place"])
    return contract.column(name), [None if pd.isna(value) else value for value in good], report


def counted(report: ValidationReport, column: str) -> dict[str, int]:
    rows = report.completeness.set_index("column").loc[column]
    return {name: int(rows[name]) for name in ("present", "missing", "suppressed", "provisional")}


NOTHING = ["NULL", "null", "n/a", "N/A", "NA", "N/K", "none", "unknown", "-", "--", "..", ".", "#N/A", "#REF!", "NaN"]
WITHHELD = ["[c]", "c", "*", "x", "[x]", ":", "<5", "1 to 4", "1-4", "suppressed", "Fewer than 5"]
MAY_CHANGE = ["p", "r", "e", "*", "[p]", " [r]", " p", "P"]


@settings(max_examples=25, deadline=None)
@given(
    nothing=st.lists(st.sampled_from(NOTHING), max_size=6),
    withheld=st.lists(st.sampled_from(WITHHELD), max_size=6),
    changing=st.lists(st.sampled_from(MAY_CHANGE), max_size=4),
    data=st.data(),
)
def test_every_value_of_a_count_is_read_or_counted(
    nothing: list[str], withheld: list[str], changing: list[str], data: st.DataObject
) -> None:
    marked = [f"{1000 + row}{mark}" for row, mark in enumerate(changing)]
    values = data.draw(st.permutations([*NUMBERS, *nothing, *withheld, *marked]))
    column, read, report = through(list(values))
    assert column.type == "integer"
    assert set(column.missing) == set(nothing)
    assert set(column.suppressed) == set(withheld)
    assert set(column.provisional) == {mark.strip() for mark in changing}
    expected = {
        "present": len(NUMBERS) + len(changing),
        "missing": len(nothing),
        "suppressed": len(withheld),
        "provisional": len(changing),
    }
    assert counted(report, "count") == expected
    assert report.sizes["t"] == (len(values), 0)
    for value, number in zip(values, read, strict=True):
        digits = value[:4] if value in marked else value
        assert number == (None if value in (*nothing, *withheld) else int(digits))


@settings(max_examples=15, deadline=None)
@given(
    words=st.lists(st.sampled_from(["nil", "Nil", "NIL", "zero", "Zero"]), min_size=1, max_size=6),
    nothing=st.lists(st.sampled_from(["n/a", "none", "[c]"]), max_size=3),
    money=st.booleans(),
    data=st.data(),
)
def test_nil_is_no_missing_number_but_0(words: list[str], nothing: list[str], money: bool, data: st.DataObject) -> None:
    others = [f"\u00a31,{100 + int(number)}.50" for number in NUMBERS] if money else NUMBERS
    values = list(data.draw(st.permutations([*others, *words, *nothing])))
    column, read, report = through(values, "rent" if money else "visits")
    assert set(column.zero) == set(words)
    assert report.sizes["t"] == (len(values), 0)
    for value, number in zip(values, read, strict=True):
        assert (number is None) == (value in nothing)
        assert (number == 0) == (value in words)


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("ratio", ["1.5", "2.25", "nil"], "Kept as text: some values are nil, which may be 0"),
        ("score", [*NUMBERS, "nil"], "Kept as text: some values are nil, which may be 0"),
        ("batch", [*NUMBERS, "nil"], "Kept as text: some values are nil, which may be 0"),
        ("visits", [*NUMBERS, "0", "nil"], "Kept as text: some values are nil beside others that are 0"),
        (
            "rent",
            ["\u00a312.50", "\u00a30.00", "\u00a37", "Nil"],
            "Kept as text: some values are nil beside others that are 0",
        ),
        ("age", [*NUMBERS, "nil"], ""),
        ("surname", [*NAMES, "Nil", "Zero"], ""),
        ("case_code", [*NUMBERS, "nil"], ""),
        ("status", ["nil", "zero", "some"], ""),
    ],
)
def test_nil_that_may_be_something_else_stays(name: str, values: list[str], says: str) -> None:
    column, read, _ = through(values, name)
    assert (column.type, column.zero, read) == ("string", (), values)
    assert column.description.startswith(says)
    assert (column.description == "") == (says == "")


def test_among_counts_nil_beside_0_is_a_fault_and_no_number() -> None:
    column, read, report = through([*NUMBERS, *NUMBERS, "0", "nil"], "count")
    assert (column.type, column.zero, report.sizes["t"][1]) == ("integer", (), 1)
    assert read[-2:] == [0, None]


@pytest.mark.parametrize(
    ("name", "others", "words", "missing"),
    [
        ("surname", NAMES, ["None", "Null", "Nan", "-", "unknown"], ()),
        ("surname", NAMES, ["NULL", "#N/A"], ("#N/A", "NULL")),
        ("surname", [name.upper() for name in NAMES], ["NULL"], ()),
        ("country", ["GB", "FR", "DE"] * 6, ["NA", "NULL"], ("NULL",)),
        ("notes", ["Called 3 times.", "No 7 is empty", "See file 12"] * 6, ["-", "none", "n/a"], ()),
        ("age_band", ["0-4", "5-9", "10-14"] * 6, ["Unknown", "not stated"], ()),
        ("quintile", ["1", "2", "3"] * 6, ["Unknown"], ()),
        ("status", ["open", "closed"] * 9, ["unknown", "none", "NULL", "N/A"], ("N/A", "NULL")),
        ("uprn", [f"{10023000000 + row}" for row in range(9)], ["NULL", "none", "-"], ("-", "NULL", "none")),
        ("dob", [f"1980-01-{day:02}" for day in range(1, 19)], ["Not known", "--"], ("--", "Not known")),
        ("month", [f"2024-{month:02}" for month in range(1, 7)] * 4, ["unknown"], ("unknown",)),
        ("email", [f"a{row}@example.org" for row in range(9)], ["none"], ("none",)),
        ("postcode", [f"E{row} {row}AB" for row in range(1, 9)], ["N/K", "NULL"], ("N/K", "NULL")),
        ("house_number", ["1", "2", "14"] * 6, ["c", "x", "12e", "7p"], ()),
        ("uprn", [], ["NULL", "NULL"], ("NULL",)),
        ("price", ["\u00a31.20", "\u00a33"] * 9, ["94p"], ()),
    ],
)
def test_a_word_is_nothing_only_where_the_other_values_make_it_sure(
    name: str, others: list[str], words: list[str], missing: tuple[str, ...]
) -> None:
    column, read, report = through([*others, *words], name)
    assert column.missing == missing
    assert column.suppressed == column.provisional == ()
    kept = [word for word in words if word not in missing]
    assert [value for value in read[len(others) :] if value is not None] == kept
    assert counted(report, name)["missing"] == len(words) - len(kept)


@pytest.mark.parametrize(
    ("name", "values"),
    [("x", ["7r", "8r", "9r"]), ("fee", ["50p", "60p", "70p"]), ("grade", ["1", "2", "1", "2", "x"])],
)
def test_letters_that_are_units_or_grades_are_no_marks(name: str, values: list[str]) -> None:
    column, read, _ = through(values, name)
    assert (column.type, column.provisional, column.suppressed, read) == ("string", (), (), values)


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.sampled_from([*NOTHING, *WITHHELD, *NUMBERS, "94p", "Smith", "E1 2AB", "1,234"]), min_size=1),
    name=st.sampled_from(["count", "surname", "x", "month", "uprn", "country"]),
    data=st.data(),
)
def test_whatever_is_among_the_values_each_is_read_or_counted(
    values: list[str], name: str, data: st.DataObject
) -> None:
    column, read, report = through(values, name)
    rows = counted(report, name)
    quarantined = report.tables["quarantine/t"]
    assert rows["present"] + rows["missing"] + rows["suppressed"] == len(values)
    lost = {**dict.fromkeys(column.missing), **dict.fromkeys(column.suppressed)}
    gone = sum(value is None for value in read)
    assert gone == sum(value in lost for value in values) + len(quarantined)
    assert set(quarantined[name]).isdisjoint(lost)
    shuffled = data.draw(st.permutations(values))
    first, second = (find_notation(name, pa.array(rows)) for rows in (values, shuffled))
    assert first.declare(EMPTY) == second.declare(EMPTY)
    assert first.marks == second.marks


def test_marks_stand_in_the_contract_and_come_back(tmp_path) -> None:  # type: ignore[no-untyped-def]
    count = Column(
        "n",
        "integer",
        missing=("-", "NULL"),
        zero=("nil",),
        suppressed=("[c]", "<5"),
        provisional=("p",),
        purpose="TODO",
    )
    text = Column("code", "string", missing=("null", "~"), purpose="TODO")
    path = tmp_path / "t.yaml"
    path.write_text(write_contract(DataContract("t", (count, text))), encoding="utf-8")
    assert load_contract(path).columns == (count, text)


@pytest.mark.parametrize("written", ["NULL", "[NULL]", "[5]", '[" x"]', '[""]'])
def test_words_that_are_no_texts_are_refused(tmp_path, written: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "t.yaml"
    text = write_contract(DataContract("t", (Column("n", "integer", missing=("zzz",)),)))
    path.write_text(text.replace("value:\n      - zzz", f"value: {written}"), encoding="utf-8")
    assert "zzz" not in path.read_text(encoding="utf-8")
    with pytest.raises(SharedAnalysisError):
        load_contract(path)


@pytest.mark.parametrize(
    "rules",
    [
        {"type": "string", "suppressed": ("c",)},
        {"type": "date", "provisional": ("p",)},
        {"type": "string", "zero": ("nil",)},
        {"type": "integer", "zero": ("nil",), "missing": ("nil",)},
        {"type": "integer", "zero": ("x",), "suppressed": ("x",)},
        {"type": "integer", "suppressed": ("c",), "missing": ("c",)},
    ],
)
def test_marks_that_make_no_sense_are_refused(rules: dict[str, object]) -> None:
    with pytest.raises(SharedAnalysisError):
        Column("x", **rules)  # type: ignore[arg-type]


def test_what_is_withheld_is_there_and_what_is_missing_is_not() -> None:
    column = Column("n", "integer", required=True, missing=("-",), suppressed=("[c]",))
    table = pd.DataFrame({"n": ["1", "[c]", "-", None]}, dtype=object)
    report = validate({"t": table}, {"t": DataContract("t", (column,))}, 1.0)
    assert report.faults[["rule", "rows"]].values.tolist() == [["required", 2]]
    assert sorted(report.tables["quarantine/t"]["n"].dropna()) == ["-"]


def test_the_summary_names_the_marks_by_column_and_count_and_by_no_value() -> None:
    _, _, report = through([*NUMBERS, "NULL", "[c]", "[c]", "94p"])
    said = "t.count: 1 value that means missing, 2 numbers withheld, 1 number marked as one that may change"
    assert said in report.summary()
    assert not any(word in report.summary() for word in ("NULL", "[c]", "94p"))


def test_a_mark_that_the_contract_does_not_list_is_a_fault() -> None:
    column = Column("n", "integer", missing=("NULL",), suppressed=("[c]",), provisional=("p",))
    coerced = coerce(pa.array(["null", "[x]", "5r", "p", "5p", "[c]"]), column)
    assert coerced.wrong_type.tolist() == [True, True, True, True, False, False]
    assert coerced.marked.provisional.tolist() == [False] * 4 + [True, False]
    assert coerced.values.dropna().tolist() == [5]


def test_a_reference_is_not_made_by_a_word_for_nothing() -> None:
    tables = {
        "a": pd.DataFrame({"id": ["1", "2"]}, dtype=object),
        "b": pd.DataFrame({"a_id": ["1", "NULL", "2.0", "3"]}, dtype=object),
    }
    contracts = {
        "a": DataContract("a", (Column("id", "string", role="record_id"),)),
        "b": DataContract("b", (Column("a_id", "string", missing=("NULL",), references="a.id", digits=True),)),
    }
    report = validate(tables, contracts, 1.0)
    assert report.faults[["rule", "rows"]].values.tolist() == [["reference", 1]]
    assert np.array_equal(report.tables["quarantine/b"]["a_id"], ["3"])
