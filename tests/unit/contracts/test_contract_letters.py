"""What is told from the bytes of a whole column is true of each of its values."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.contracts.tables.letters import (
    has_blank_ends,
    has_empty,
    has_leading_zeros,
    letters_beyond,
    made_of,
    same_letters,
    sorting_codes,
    with_nines,
    within,
    without_bytes,
)

TOLD = st.sampled_from(["+01", "-0.5", "007", "0", " a", "é ", "£1,2", "1"])
VALUES = st.lists(st.none() | TOLD | st.text("0019+-.,£% aZé\u00a0ç\n", max_size=6), max_size=30)


def column(values: list[str | None], beneath: str = "") -> pa.Array:
    """Make a column that is a slice of a longer one, some of whose missing values have text beneath them."""
    whole = pa.array(["01 ", *(beneath if value is None else value for value in values), "£9"], pa.string())
    there = pa.array([True, *(value is not None for value in values), True])
    parts = whole.buffers()
    masked = pa.Array.from_buffers(pa.string(), len(whole), [there.buffers()[1], *parts[1:]])
    return masked.slice(1, len(values))


def present(values: list[str | None]) -> list[str]:
    return [value for value in values if value is not None]


@given(VALUES)
def test_what_no_byte_shows_no_value_has(values: list[str | None]) -> None:
    text, there = column(values), present(values)
    assert has_empty(text) == ("" in there)
    assert has_leading_zeros(text) == any(re.match("[+-]?0[0-9]", value) for value in there)
    assert letters_beyond(text) == sorted({letter for value in there for letter in value if ord(letter) > 127})
    assert within(text, 43, 57) == all(43 <= byte <= 57 for value in there for byte in value.encode())
    assert made_of(text, b"0123456789-.") == all(letter in "0123456789-." for value in there for letter in value)
    if any(value != value.strip() for value in there):
        assert has_blank_ends(text)


@given(VALUES)
def test_what_lies_beneath_a_missing_value_is_none(values: list[str | None]) -> None:
    text, there = column(values, beneath=" £01"), present(values)
    assert has_empty(text) == ("" in there)
    assert has_leading_zeros(text) == any(re.match("[+-]?0[0-9]", value) for value in there)
    assert with_nines(text).equals(pa.array([value and re.sub("[1-9]", "9", value) for value in values], pa.string()))
    if any(value != value.strip() for value in there):
        assert has_blank_ends(text)
    letters = same_letters(text)
    assert letters is None or [bytes(row).decode() for row in letters] == there


@given(VALUES)
def test_marks_are_left_out_of_every_value(values: list[str | None]) -> None:
    text = column(values)
    bare = [value and re.sub("[+,%]", "", value) for value in values]
    assert without_bytes(text, b"+,%").equals(pa.array(bare, pa.string()))
    assert with_nines(text).equals(pa.array([value and re.sub("[1-9]", "9", value) for value in values], pa.string()))


@given(VALUES)
def test_no_later_value_has_a_lesser_code(values: list[str | None]) -> None:
    text = column(values)
    order = np.asarray(pc.sort_indices(text))
    codes = sorting_codes(text)[order]
    assert (codes[1:] >= codes[:-1]).all()
