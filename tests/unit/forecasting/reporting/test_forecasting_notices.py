"""Notices: each that can be given has one wording, and the wording agrees in number."""

import re
from pathlib import Path

import pandas as pd
import pytest

from shared_analysis import forecasting
from shared_analysis.forecasting.reporting.notices import WORDINGS, worded
from shared_analysis.wording import Notice

ROOM = Path(forecasting.__file__).parent
MAY = pd.Period("2024-05", "M")


def test_every_notice_that_is_given_has_a_wording_and_every_wording_a_notice() -> None:
    sources = [path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py") if path.name != "notices.py"]
    given = {code for source in sources for code in re.findall(r'Notice\("(\w+)"', source)}
    assert given <= set(WORDINGS)
    assert not [code for code in set(WORDINGS) - given if not any(f'"{code}"' in source for source in sources)]


@pytest.mark.parametrize(
    ("notice", "sentence"),
    [
        (Notice("rows_left_out", {"number": 1, "column": "day"}), "1 row has no day and is left out."),
        (Notice("rows_left_out", {"number": 2, "column": "day"}), "2 rows have no day and are left out."),
        (
            Notice("late_reports", {"last": MAY, "periods": 1, "among": 5, "series": ("Camden", "Barnet")}),
            "What comes after May 2024 (1 month) is left out: 2 of 5 series have not reported that far yet: Camden, "
            "Barnet.",
        ),
        (
            Notice(
                "periods_imputed", {"series": (("Camden", 1, MAY), ("Barnet", 3, MAY)), "among": 33, "noun": "month"}
            ),
            "4 months were not counted and have a stand-in, made from what came before, in 2 of 33 series: Camden (May "
            "2024), Barnet (3 since May 2024). No accuracy is measured there.",
        ),
        (
            Notice("gaps_are_zero", {"number": 1, "across": 1, "among": 2, "first": MAY, "series": "Camden"}),
            "1 period in 1 of 2 series has no row and counts as zero, the first in May 2024 (Camden).",
        ),
        (
            Notice("low_at_end", {"period": pd.Period("2024-05-13", "W-SUN")}),
            "The week of 13 May 2024, the last week, counts less than half of any week of the years before it. If it "
            "is not over, or not all reported, take its rows out.",
        ),
        (
            Notice("unknown_areas", {"areas": (("00AG", "old", "E09000007"), ("E08000035", "", ""))}),
            "2 areas have codes that are no London borough's: 00AG (the old code of Camden, E09000007), E08000035. "
            "They are forecast like the others, and all together is not called London.",
        ),
        (
            Notice("odd_flow", {"column": "cases", "what": "quarter"}),
            "The counts of column 'cases' rise through each quarter and begin again, as totals of a quarter so far do; "
            "so the forecast is one of those.",
        ),
        (
            Notice("intervals_not_measured", {"levels": (80, 95)}),
            "There are too few back-test errors for the 80% and 95% interval, so it is the method's own, which holds "
            "less often than it says more often than not.",
        ),
        (
            Notice("last_digits_differ", {"models": ("ARIMA", "AutoARIMA")}),
            "ARIMA and AutoARIMA may give other last digits on another kind of processor: results that rest on them "
            "cannot be reproduced byte for byte everywhere.",
        ),
        (
            Notice("baseline_used_at_level", {"level": "total", "season": "year"}),
            "For the total the method was worse than repeating the last year beyond chance, so that is where its "
            "forecasts start from before they are made to add up.",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, Notice) else "",
)
def test_a_notice_is_written_out(notice: Notice, sentence: str) -> None:
    assert worded([notice]) == [sentence]
