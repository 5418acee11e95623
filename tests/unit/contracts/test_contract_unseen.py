"""Characters that nobody sees: what looks the same is the same, and how many values were changed is said."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import Column, DataContract, infer, validate
from shared_analysis.contracts.values import as_text, read_text

UNSEEN = ["\u200b", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u202a", "\u202c", "\u2060", "\u2066", "\u200d", "\u200c"]
BLANKS = ["\u00a0", "\u2009", "\u202f", "\u2007", "\u3000"]


def read(*values: str) -> tuple[list[str | None], int]:
    text, changed = read_text(pd.Series(values, dtype=object))
    return text.to_pylist(), changed


@settings(max_examples=100, deadline=None)
@given(
    value=st.text(alphabet="Aa05é-' ", min_size=1, max_size=8),
    place=st.integers(0, 8),
    mark=st.sampled_from(UNSEEN),
)
def test_a_key_with_an_unseen_character_is_the_key_without(value: str, place: int, mark: str) -> None:
    texts, changed = read(value, value[:place] + mark + value[place:])
    assert texts[0] == texts[1] == as_text(pd.Series([value]))[0].as_py()
    assert changed == 1


@settings(max_examples=60, deadline=None)
@given(
    words=st.lists(st.sampled_from(["Van", "Dyke", "12", "E09"]), min_size=2, max_size=4), blank=st.sampled_from(BLANKS)
)
def test_blanks_of_any_width_are_blanks(words: list[str], blank: str) -> None:
    assert read(" ".join(words), blank.join(words)) == ([" ".join(words)] * 2, 1)


@pytest.mark.parametrize(
    ("value", "text", "changed"),
    [
        ("\u201cA005\u201d", "A005", 1),
        ("\u2018A005\u2019", "A005", 1),
        ("A\u20195", "A'5", 1),
        ("O\u2019Brien", "O\u2019Brien", 0),
        ("said \u201cNo 5\u201d", "said \u201cNo 5\u201d", 0),
        ("\u200b", None, 1),
        ("\u00a0x\u00a0", "x", 0),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e", 0),
        ("e\u0301", "\u00e9", 0),
        ("x\ufffd", "x\ufffd", 0),
    ],
)
def test_only_what_a_reader_cannot_see_is_changed(value: str, text: str | None, changed: int) -> None:
    assert read(value) == ([text], changed)


@settings(max_examples=100, deadline=None)
@given(values=st.lists(st.text(max_size=6), min_size=1, max_size=5))
def test_what_was_read_reads_the_same_again(values: list[str]) -> None:
    first, _ = read(*values)
    assert as_text(pd.Series(first, dtype=object)).to_pylist() == first


def test_one_identifier_written_twice_is_found_and_what_was_changed_is_said() -> None:
    values = [f"A{row:03}" for row in range(200)] + ["A005\u200b"]
    table = pd.DataFrame({"case_number": values, "surname": ["S"] * 201})
    contract = infer(table, "t")
    assert contract.column("case_number").role == "record_id"
    report = validate({"t": table}, {"t": contract}, 1.0)
    assert report.faults[["rule", "rows"]].values.tolist() == [["unique", 1]]
    said = "t.case_number: invisible characters, odd blanks or odd quotes were made plain in 1 value"
    assert said in report.summary()


def test_numbers_with_unseen_characters_are_numbers() -> None:
    table = pd.DataFrame({"n": ["5\u200b", "\ufeff6", "7"]})
    report = validate({"t": table}, {"t": DataContract("t", (Column("n", "integer"),))}, 0)
    assert sorted(report.tables["interim/t"]["n"]) == [5, 6, 7]
