"""Numbers and identifiers as people and spreadsheets write them: read right, or refused with the true reason."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import Column, DataContract, infer, load_contract, validate, write_contract
from shared_analysis.contracts.notation import find_notation
from shared_analysis.contracts.numbers import NumberFormat, find_number_format, undamaged
from shared_analysis.contracts.tables.scales import NOUGHTS
from shared_analysis.contracts.values import coerce
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.identifiers import code, phone, uprn


def array(values: list[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def found(values: list[str]) -> NumberFormat | None:
    return find_number_format(array(values), np.ones(len(values))).format


def drafted(values: list[str], name: str = "count") -> tuple[Column, list[object], int]:
    """What a column becomes: its contract, its values, and how many rows are bad."""
    rows = {"place": [f"Place {row}" for row in range(len(values))], name: values}
    table = pd.DataFrame(rows, dtype=object)
    contract = infer(table, "t")
    report = validate({"t": table}, {"t": contract}, 1.0)
    good = report.tables["interim/t"].set_index("place")[name].reindex(rows["place"])
    return contract.column(name), [None if value is pd.NA else value for value in good], report.sizes["t"][1]


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["5,120", "7"], [5120, 7]),
        (["1,234", "2,345"], [1234, 2345]),
        (["1 234", "5"], [1234, 5]),
        (["1\u00a0234", "1\u2009234\u202f567"], [1234, 1234567]),
        (["1'234", "1\u2019000\u2019000", "5"], [1234, 1000000, 5]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["1.234,5", "1.234", "2,25"], [1234.5, 1234.0, 2.25]),
        (["3,5", "12,25", "4"], [3.5, 12.25, 4.0]),
        (["0,125", "2,5"], [0.125, 2.5]),
        (["1 234,5", "3,25"], [1234.5, 3.25]),
        (["\u00a31,234.50", "12 GBP", "\u00a3 3"], [1234.5, 12.0, 3.0]),
        (["1.234,50 \u20ac", "EUR 3"], [1234.5, 3.0]),
        (["$5", "-$5", "$-5", "($5)", "$(5)"], [5, -5, -5, -5, -5]),
        (["5%", "7.5 %", "0"], [5.0, 7.5, 0.0]),
        (["(5)", "5-", "\u22125", "-5", "5"], [-5, -5, -5, -5, 5]),
        (["1.23E+09", "7"], [1_230_000_000, 7]),
    ],
)
def test_a_column_is_read_in_the_way_that_it_proves(values: list[str], numbers: list[float]) -> None:
    column, read, bad = drafted(values)
    assert (read, bad) == (numbers, 0)
    assert column.number_format is not None


@pytest.mark.parametrize(
    "values",
    [
        ["1,234", "1,23"],
        ["1.234.567", "1,234,567"],
        ["3,5", "3.5"],
        ["1 234.5", "1 234,5"],
        ["\u00a35", "\u20ac5"],
        ["5%", "7"],
        ["1 234", "1'234"],
        ["1,234", "3,5", "1.5"],
        ["5k", "2m"],
    ],
)
def test_a_column_that_does_not_tell_stays_text_and_the_draft_says_why(values: list[str]) -> None:
    column, read, bad = drafted(values)
    assert (column.type, column.number_format, read, bad) == ("string", None, values, 0)
    assert column.description.startswith("Kept as text: some values")
    assert not any(value in column.description for value in values)


@pytest.mark.parametrize(
    "values", [["1", "2.5"], ["12", "7"], ["1e5", "2.5"], ["-.5", "+3."], ["Camden", "12,000"], ["1,2,3", "3,4"]]
)
def test_plain_numbers_and_text_need_no_format(values: list[str]) -> None:
    assert found(values) is None
    assert "numberFormat" not in write_contract(infer(pd.DataFrame({"x": values}, dtype=object), "t"))


DIGITS = st.integers(0, 10**12)
FORMATS = st.builds(
    NumberFormat,
    thousands=st.sampled_from([",", " ", "'", ""]),
    currency=st.sampled_from(["", "\u00a3", "\u20ac", "$"]),
    percent=st.booleans(),
    brackets=st.booleans(),
) | st.builds(NumberFormat, thousands=st.sampled_from([".", " ", "'", ""]), decimal=st.just(","))


def written(number: Decimal, form: NumberFormat) -> str:
    text = f"{abs(number):,.2f}".replace(",", "\x00").replace(".", form.decimal).replace("\x00", form.thousands)
    text = f"{form.currency}{text}{'%' if form.percent else ''}"
    if number >= 0:
        return text
    return f"({text})" if form.brackets else f"-{text}"


@settings(max_examples=50, deadline=None)
@given(numbers=st.lists(DIGITS.map(lambda cents: Decimal(cents) / 100), min_size=1, max_size=8), form=FORMATS)
def test_what_a_format_writes_it_reads(numbers: list[Decimal], form: NumberFormat) -> None:
    values = [written(sign * number, form) for number in numbers for sign in (1, -1)]
    read = coerce(array(values), Column("x", "number", number_format=form)).values
    assert read.tolist() == [float(sign * number) for number in numbers for sign in (1, -1)]


@settings(max_examples=50, deadline=None)
@given(numbers=st.lists(DIGITS.map(lambda cents: Decimal(cents) / 100), min_size=1, max_size=8), form=FORMATS)
def test_no_column_of_one_writing_is_read_as_other_numbers(numbers: list[Decimal], form: NumberFormat) -> None:
    """Whatever is drafted: a number is read as what was written, or stays text, or is counted as a fault."""
    values = [written(number, form) for number in numbers]
    column, read, _ = drafted(values)
    for number, value, result in zip(numbers, values, read, strict=True):
        assert result is None or result == (value if column.type == "string" else float(number))


SCALED = st.tuples(
    st.integers(0, 10**7).map(lambda thousandths: Decimal(thousandths) / 1000),
    st.sampled_from([("", 1), *((letters, 10**places) for letters, places in NOUGHTS.items())]),
    st.sampled_from(["", " "]),
)


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(SCALED, min_size=1, max_size=8),
    form=st.builds(
        NumberFormat,
        thousands=st.sampled_from([",", " ", ""]),
        currency=st.sampled_from(["", "\u00a3", "$"]),
        brackets=st.booleans(),
        scale=st.just(True),
    ),
)
def test_thousands_and_millions_are_multiplied_out_to_the_last_digit(numbers: list[tuple], form: NumberFormat) -> None:
    values = [
        f"{form.currency}{number:,}".replace(",", form.thousands) + (blank + letters if letters else "")
        for number, (letters, _), blank in numbers
    ]
    plain = form.plain(array([*values, *(f"-{value}" for value in values)])).to_pylist()
    amounts = [number * times for number, (_, times), _ in numbers]
    assert [Decimal(text) for text in plain] == [*amounts, *(-amount for amount in amounts)]
    assert form.plain(array(["1.5e3k", "5m%", "5kg", "5 b", "k", "5mk", "5M N"])).null_count == 7
    assert NumberFormat(form.thousands, currency=form.currency).plain(array(["5m", "5k", "5bn"])).null_count == 3


@pytest.mark.parametrize(
    ("name", "values", "numbers"),
    [
        ("x", ["\u00a35.2m", "\u00a33k", "\u00a3450K", "0", "\u00a3300"], [5_200_000, 3_000, 450_000, 0, 300]),
        ("x", ["\u00a31.2bn", "7.25 mn", "(\u00a30.5m)", "[c]"], [1_200_000_000, 7_250_000, -500_000, None]),
        ("amount", ["5.2m", "3 k", "1.2bn", "n/a"], [5_200_000, 3_000, 1_200_000_000, None]),
        ("net_spend", ["\u20ac5,2m", "\u20ac1.200,5k"], [5_200_000, 1_200_500]),
    ],
)
def test_amounts_in_thousands_and_millions_are_numbers(name: str, values: list[str], numbers: list[float]) -> None:
    column, read, bad = drafted(values * 6, name)
    assert (column.type, read, bad) == ("number", numbers * 6, 0)
    assert column.number_format is not None
    assert column.number_format.document["scale"] is True


@pytest.mark.parametrize("name", ["depth", "size", "population", "visits", "count"])
@pytest.mark.parametrize("values", [["5m", "6m", "12.5m"], ["3K", "1M"], ["8 k", "900"]])
def test_letters_that_may_be_a_unit_leave_a_column_text_and_the_draft_says_so(name: str, values: list[str]) -> None:
    column, read, bad = drafted(values * 6, name)
    assert (column.type, column.number_format, read, bad) == ("string", None, values * 6, 0)
    assert column.description.startswith("Kept as text: some values end in k or m, which may be thousands and millions")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("room", ["2B", "5m", "3K"]),
        ("product_code", ["3K", "1M"]),
        ("cost_code", ["3K", "1M"]),
        ("pay_band", ["\u00a35k", "\u00a310k"]),
        ("case_id", ["3K", "1M"]),
        ("x", ["M1", "K2"]),
        ("x", ["5m x 3m", "2m x 4m"]),
        ("x", ["1M", "2B"]),
        ("surname", ["Kim", "5k"]),
        ("size", ["5kg", "3mm"]),
        ("notes", ["Paid \u00a35m", "Owes \u00a33k"]),
        ("budget", ["\u00a35 million", "\u00a33 thousand"]),
    ],
)
def test_codes_and_names_with_such_letters_stay_as_they_are(name: str, values: list[str]) -> None:
    column, read, bad = drafted(values * 6, name)
    assert (column.type, column.number_format, column.description, read, bad) == ("string", None, "", values * 6, 0)


ODD_NUMBER = st.text(alphabet="0123456789,.' %()km-\u00a3\u20ac\u2212\u00a0E+", min_size=1, max_size=9)


@settings(max_examples=80, deadline=None)
@given(values=st.lists(ODD_NUMBER, min_size=1, max_size=6), form=FORMATS)
def test_nothing_is_read_in_two_ways(values: list[str], form: NumberFormat) -> None:
    """The digits of a value, in their order, are those of the number read; nothing else is read."""
    column = Column("x", "number", number_format=form)
    text = array([value.strip() or None for value in values])
    coerced = coerce(text, column)
    for value, number, wrong in zip(text.to_pylist(), coerced.values, coerced.wrong_type, strict=True):
        assert (number is pd.NA) == (wrong or value is None)
        if number is not pd.NA and "E" not in value:
            cents = "".join(character for character in value if character.isdigit() or character == form.decimal)
            assert abs(number) == pytest.approx(float(cents.replace(form.decimal, ".")))


@settings(max_examples=100, deadline=None)
@given(values=st.lists(ODD_NUMBER, min_size=2, max_size=8), data=st.data())
def test_the_order_of_rows_changes_no_format(values: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(values))
    first, second = find_notation("count", array(values)), find_notation("count", array(shuffled))
    assert (first.number_format, first.digits, first.doubt) == (second.number_format, second.digits, second.doubt)


def test_the_next_delivery_is_read_the_same_way_or_refused() -> None:
    column = Column("rent", "number", number_format=NumberFormat(",", ".", "\u00a3"))
    values = ["\u00a31,000,000.50", "12", "1,23", "\u20ac5", "5%", "(5)", "--5", "1,2345"]
    coerced = coerce(array(values), column)
    assert coerced.values.dropna().tolist() == [1000000.5, 12.0]
    assert coerced.wrong_type.tolist() == [False, False] + [True] * 6


def test_a_format_stands_in_the_contract_and_comes_back(tmp_path) -> None:  # type: ignore[no-untyped-def]
    columns = (
        Column("rent", "number", number_format=NumberFormat(".", ",", "\u20ac", percent=False, brackets=True)),
        Column("grant", "number", number_format=NumberFormat(",", currency="\u00a3", scale=True)),
        Column("account", "string", digits=True),
        Column("plain", "integer", number_format=NumberFormat()),
    )
    path = tmp_path / "t.yaml"
    path.write_text(write_contract(DataContract("t", columns)), encoding="utf-8")
    assert load_contract(path).columns == tuple(Column(**{**column.__dict__, "purpose": "TODO"}) for column in columns)


@pytest.mark.parametrize(
    "content",
    [
        {"thousand": ","},
        {"thousands": ",", "decimal": ","},
        {"currency": "\u00a5"},
        {"percent": "yes"},
        {"scale": "k"},
        "1,234.5",
        {"thousands": ["x"]},
    ],
)
def test_a_format_that_cannot_be_is_refused(content: object) -> None:
    with pytest.raises(SharedAnalysisError):
        NumberFormat.parse(content)


def test_only_numbers_have_a_format_and_only_text_has_identifiers() -> None:
    for wrong in ({"type": "string", "number_format": NumberFormat()}, {"type": "integer", "digits": True}):
        with pytest.raises(SharedAnalysisError):
            Column("x", **wrong)  # type: ignore[arg-type]


def test_a_misspelt_key_of_notation_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "t.yaml"
    text = write_contract(DataContract("t", (Column("n", "integer", number_format=NumberFormat()),)))
    path.write_text(text.replace("numberFormat", "number_format"), encoding="utf-8")
    with pytest.raises(SharedAnalysisError, match="custom property"):
        load_contract(path)


@pytest.mark.parametrize("role", ["uprn", "phone", "nhs_number", "record_id", "linked_record_id", None])
def test_identifiers_of_digits_are_whole_and_lost_digits_are_a_fault(role: str | None) -> None:
    column = Column("id", "string", role=role, digits=role is None)
    values = ["10023000001.0", "10023000002", "4.85777E+09", "4.857773456E+09", "4.8E+02", None]
    coerced = coerce(array(values), column)
    assert coerced.values.dropna().tolist() == ["10023000001", "10023000002", "4857773456"]
    assert coerced.rounded.tolist() == [False, False, True, False, True, False]
    assert not coerced.wrong_type.any()


def test_points_that_mean_something_stay() -> None:
    column = Column("id", "string", role="record_id")
    assert coerce(array(["1.0", "1.1", "A.0"]), column).values.tolist() == ["1.0", "1.1", "A.0"]


@pytest.mark.parametrize("name", ["uprn", "member_no", "account"])
def test_a_table_with_rounded_identifiers_says_so(name: str) -> None:
    values = [f"{10023000000 + row}" for row in range(20)] + ["1.00230E+10"]
    _, read, bad = drafted(values, name)
    assert bad == 1
    assert [str(value) for value in read[:-1]] == values[:-1]
    assert read[-1] is None


@settings(max_examples=100, deadline=None)
@given(numbers=st.lists(st.integers(10**5, 10**11), min_size=1, max_size=6))
def test_draft_validation_and_linkage_agree_on_identifiers(numbers: list[int]) -> None:
    column = Column("id", "string", role="uprn")
    for written_as in ("{}", "{}.0", "{}.", "{}.00"):
        values = [written_as.format(number) for number in numbers]
        assert coerce(array(values), column).values.tolist() == [str(number) for number in numbers]
        assert [uprn(value) for value in values] == [str(number) for number in numbers if number]
    for number in numbers:
        rounded = f"{number:.2E}"
        assert undamaged(rounded) in (None, str(number))
        assert code(rounded) in (None, str(number))
        assert phone(rounded) in (None, str(number)[-10:])
        assert bool(coerce(array([rounded]), column).rounded[0]) == (undamaged(rounded) is None)
