"""What a validation says of itself at the top of the report."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.contracts import ValidationReport
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
