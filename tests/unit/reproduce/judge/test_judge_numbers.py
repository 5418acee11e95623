"""Which numbers count as the same: boundaries of the tolerance, and of what a float holds exactly."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.reproduce.judge.numbers import Difference, json_differences, share_between, text_difference
from shared_analysis.reproduce.judge.tables import _unequal

EXACT = 2.0**53


def same(old: float, new: float, tolerance: float) -> bool:
    return all(difference.within(tolerance) for difference in json_differences(old, new))


def same_in_a_column(old: float, new: float, tolerance: float) -> bool:
    columns = [pd.Series([0.5, number]) for number in (old, new)]
    return not _unequal(*columns, tolerance).any()


def same_in_a_text(old: float, new: float, tolerance: float) -> bool:
    difference = text_difference(f"about {old!r} of", f"about {new!r} of", "the text")
    return difference is None or difference.within(tolerance)


@pytest.mark.parametrize("equal", [same, same_in_a_column, same_in_a_text])
@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (EXACT - 2, EXACT - 1, False),  # the last whole numbers that floats keep apart from all their neighbours
        (EXACT - 1, EXACT, False),
        (EXACT, EXACT + 2, True),  # either may stand for another whole number that no float holds
        (-EXACT, -EXACT - 2, True),
        (1 - EXACT, 2 - EXACT, False),
        (EXACT / 2, EXACT / 2 + 1, False),
        (EXACT / 4 + 0.5, EXACT / 4 + 1, True),  # one of them is a fraction
    ],
)
def test_whole_numbers_are_exact_as_far_as_a_float_is(equal: object, old: float, new: float, expected: bool) -> None:
    assert equal(old, new, 1e-9) is expected  # type: ignore[operator]
    assert equal(new, old, 1e-9) is expected  # type: ignore[operator]


@pytest.mark.parametrize("equal", [same, same_in_a_column, same_in_a_text])
@pytest.mark.parametrize(("new", "expected"), [(2.5, True), (2.5 + 2**-50, False), (2.5 - 2**-50, True)])
def test_a_difference_of_just_the_tolerance_is_within_it(equal: object, new: float, expected: bool) -> None:
    assert equal(1.25, new, 0.5) is expected  # type: ignore[operator]


def test_no_tolerance_at_all_takes_only_the_same() -> None:
    assert same(0.25, 0.25, 0.0)
    assert not same(0.25, 0.25 + 2**-54, 0.0)


def test_whole_numbers_of_any_size_are_told_apart_and_by_how_much() -> None:
    (difference,) = json_differences({"n": 10**30}, {"n": 10**30 + 1})
    assert (difference.where, difference.whole) == ("n", True)
    assert share_between(3, 4) == 0.25
    assert share_between(float("inf"), 4.0) is None


def test_a_difference_is_said_in_words() -> None:
    assert Difference("a", 0.25).amount == "differs by 0.25 of its value"
    assert Difference("a", None).amount == "differs"
