"""What is expected beside what was counted: when a change is said, and how."""

import math

import pytest

from shared_analysis.forecasting.reporting.outlook import Outlook, part_noun


def outlook(before: float, expected: float) -> Outlook:
    return Outlook("Camden", "E09000007", before, expected, expected, 0.0, 1.0)


@pytest.mark.parametrize(
    ("before", "expected", "change", "percent"),
    [
        (10.0, 11.0, 0.1, "+10%"),
        (9.99, 11.0, 11 / 9.99 - 1, "-"),
        (200.0, 199.0, -0.005, "-1%"),
        (200.0, 199.1, -0.0045, "0%"),
        (1e9, 1e-9, -1.0, "over -99%"),
        (50.0, 0.0, -1.0, "-100%"),
    ],
)
def test_a_change_is_written_from_ten_upwards(before: float, expected: float, change: float, percent: str) -> None:
    made = outlook(before, expected)
    assert made.change == pytest.approx(change)
    assert made.percent == percent


def test_next_to_nothing_is_not_nothing() -> None:
    assert outlook(1e12, 1e-9).change > -1
    assert outlook(1e12, 0.0).change == -1


@pytest.mark.parametrize("before", [0.0, math.nan])
def test_there_is_no_change_from_nothing_or_from_what_is_not_known(before: float) -> None:
    assert math.isnan(outlook(before, 5.0).change)
    assert not outlook(math.nan, 5.0).changes


@pytest.mark.parametrize(
    ("before", "expected", "changes"),
    [
        (200.0, 201.0, True),  # half a per cent
        (300.0, 301.0, False),
        (200.0, 200.3, False),  # the same as written
        (5.0, 5.5, True),
        (5.0, 5.4, False),
        (0.0, 0.5, True),
    ],
)
def test_a_reader_is_told_of_half_a_per_cent_or_half_a_count(before: float, expected: float, changes: bool) -> None:
    assert outlook(before, expected).changes == changes


def test_a_part_of_a_level_has_its_noun() -> None:
    assert [part_noun(part) for part in ("area_code", "sub_region", "area_name")] == ["area", "sub-region", "area"]
