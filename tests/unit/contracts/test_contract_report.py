"""What a validation says of itself at the top of the report."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.contracts import Column, ContractBroken, DataContract, ValidationReport, validate
from shared_analysis.contracts.numbers import NumberFormat
from shared_analysis.project import Headline


def report(sizes: dict[str, tuple[int, int]]) -> ValidationReport:
    nothing = pd.DataFrame()
    return ValidationReport({}, nothing, nothing, sizes, (), (), 1.0)


@pytest.mark.parametrize(
    ("sizes", "checked", "passed"),
    [
        ({"a": (5, 0)}, ("5", "in 1 table"), ("100%", "none had to be set aside")),
        ({"a": (99_000, 10), "b": (1_000, 0)}, ("100,000", "in 2 tables"), ("over 99.9%", "10 set aside")),
        ({"a": (1_000, 5)}, ("1,000", "in 1 table"), ("99.5%", "5 set aside")),
        ({"a": (1, 1)}, ("1", "in 1 table"), ("0.0%", "1 set aside")),
        ({}, ("0", "in 0 tables"), ("100%", "none had to be set aside")),
    ],
)
def test_headlines_tell_all_from_nearly_all(
    sizes: dict[str, tuple[int, int]], checked: tuple[str, str], passed: tuple[str, str]
) -> None:
    rows, share = report(sizes).headlines
    assert rows == Headline("Records checked", *checked)
    assert (share.label, share.value) == ("Pass every check", passed[0])
    assert share.note.startswith(passed[1])


SCALED = NumberFormat(thousands=",", currency="£", scale=True)


def checked(values: list[str], column: Column, max_bad_share: float = 1.0) -> ValidationReport:
    table = pd.DataFrame({column.name: values}, dtype=object)
    return validate({"t": table}, {"t": DataContract("t", (column,))}, max_bad_share)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["£5.2m", "£3.1m", "3.9", "£30k"], "t.x: 1 of 4 numbers may lack a k, m or bn"),
        (["3.9", "4.1", "0", "0.0"], "t.x: 2 of 4 numbers may lack a k, m or bn"),
        (["£5.2m"] * 30 + ["250"], "t.x: 1 of 31 numbers may lack a k, m or bn"),
        (["£5.2m", "£28,724", "£84,413.50", "250"], None),
        (["£5.2m", "£3.1m", "£0"], None),
    ],
)
def test_numbers_that_may_lack_the_letter_for_millions_are_noted(values: list[str], said: str | None) -> None:
    notices = " ".join(checked(values, Column("x", "number", number_format=SCALED)).notices)
    assert said in notices if said else notices == ""


def test_errors_of_a_spreadsheet_are_told_from_what_means_missing() -> None:
    column = Column("x", "number", missing=("#DIV/0!", "n/a"))
    assert checked(["1", "#DIV/0!", "#DIV/0!", "n/a"], column).notices == (
        "t.x: 1 value that means missing, 2 errors of a spreadsheet, as the contract lists them",
    )


def test_marks_that_the_contract_does_not_list_are_named_and_no_other_value_is() -> None:
    with pytest.raises(ContractBroken) as broken:
        checked(["7", "[c]", "[c]", "n/a", "Smith", "X"], Column("x", "integer"), 0)
    assert "if [c] and n/a in t.x is a number withheld or means missing, list it in the contract" in str(broken.value)
    (noted,) = broken.value.report.notices
    assert noted.startswith("t.x: [c], n/a may be a number withheld or mean missing")
    assert "Smith" not in str(broken.value)
    assert " X" not in str(broken.value)


def test_a_missing_column_is_no_matter_of_the_cap() -> None:
    table = pd.DataFrame({"x": ["1"]}, dtype=object)
    contract = DataContract("t", (Column("x", "integer"), Column("y", "integer")))
    with pytest.raises(ContractBroken, match="give a renamed column its name in the contract") as broken:
        validate({"t": table}, {"t": contract}, 1.0)
    assert "max_bad_share" not in str(broken.value)
