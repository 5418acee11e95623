"""How a count and a share are written."""

from __future__ import annotations

import pytest

from shared_analysis.wording import as_count, as_share


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (3, "3"), (9.94, "9.9"), (9.96, "10"), (9.999, "10"), (10, "10"), (12_345.6, "12,346")],
)
def test_a_count_is_whole_from_ten_upwards(number: float, text: str) -> None:
    assert as_count(number) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(1, "100%"), (0.99951, "over 99.9%"), (0.9994, "99.9%"), (0.5, "50.0%"), (0.0004, "under 0.1%"), (0, "0.0%")],
)
def test_all_is_told_from_nearly_all_and_none_from_hardly_any(share: float, text: str) -> None:
    assert as_share(share) == text
