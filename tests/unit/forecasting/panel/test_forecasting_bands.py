"""Bands of numbers that overlap, and those that only stand beside each other."""

from __future__ import annotations

import numpy as np
import pytest
from forecasting_kinds import MONTHS, as_rows, draws, refusal, said

from shared_analysis.forecasting.panel.double_counting.bands import find_bands


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("16-24", 16, 24), ("16 to 24", 16, 24), ("16\u201324", 16, 24), ("Aged 16-24", 16, 24),
        ("Age 16 to 24 years", 16, 24),
        ("16-24 years old", 16, 24), ("Under 18", 0, 17), ("under 1 year", 0, 0), ("<5", 0, 4), ("up to 15", 0, 15),
        ("15 and under", 0, 15), ("17 years or under", 0, 17), ("65+", 65, np.inf), ("65 and over", 65, np.inf),
        ("25 plus", 25, np.inf), ("75 years and over", 75, np.inf), ("Over 65s", 65, np.inf),
        ("Working age (16-64)", 16, 64), ("16-64 (working age)", 16, 64), ("Adults 18-64", 18, 64),
        ("Children under 18", 0, 17), ("age_0_4", 0, 4),
        ("18 to 21 year-olds", 18, 21), ("0 to under 5", 0, 5), ("65-plus", 65, np.inf), ("over 65", 65, np.inf),
        ("90 & over", 90, np.inf), ("\u00a310,000 to \u00a319,999", 10_000, 19_999), ("250+ employees", 250, np.inf),
        ("4 or more bedrooms", 4, np.inf), ("Year 7", None, None), ("Type 1", None, None), ("2019-20", None, None),
        ("Males 16-24", None, None), ("A1-4", None, None), ("Not known", None, None), ("3", 3, 3),
    ],
)  # fmt: skip
def test_a_band_is_read(kind: str, low: float | None, high: float | None) -> None:
    expected = [] if low is None else [(kind, low, high)]
    assert [(band.kind, band.low, band.high) for band in find_bands([kind])] == expected


OVERLAPS = [
    ("16-24", ["18-21", "22-24", "25 plus"]),
    ("Under 18", ["0-4", "5-9", "18-64"]),
    ("65+", ["65-74", "85+", "18-64"]),
    ("Aged 16 to 64", ["Aged 18 to 21", "Aged 65 and over"]),
    ("18-35", ["25-40", "41-64"]),
    ("Over 4 hours", ["Over 12 hours", "Under 4 hours"]),
    ("10-49 employees", ["20-29 employees", "50+ employees"]),
]
TILED = [
    ("16-24", ["16-17", "18-24", "25+"]),
    ("Under 18", ["0-4", "5-9", "10-14", "15-17", "18+"]),
    ("65 and over", ["65-74", "75-84", "85 and over", "0-64"]),
    ("10-49 employees", ["10-19 employees", "20-49 employees", "50+ employees"]),
]
PLAIN = [
    ["0-4", "5-9", "10-14", "15+"], ["Under 1", "1-4", "5-9"], ["0-10", "10-20", "20-30"], ["1", "2", "3", "4+"],
    ["Under 18", "18-24", "25 and over"], ["2019-20", "2020-21", "2021-22"], ["2018-2019", "2019-2020", "2020-2021"],
    ["01-2023", "02-2023", "03-2023"], ["10-2023", "11-2023", "12-2023"], ["0-6 months", "1-2 years", "3-5 years"],
    ["Under 30 minutes", "30 minutes to 1 hour", "Over 1 hour"], ["up to 20mph", "21-30mph", "31mph and over"],
    ["Males 16-24", "Males 18-21", "Females 16-24"], ["1-1", "1-3", "1-4"], ["2023-01", "2023-02", "2023-03"],
    ["Type 1", "Type 1-2", "Type 3"], ["Less than 1 hour", "1 to 2 hours", "2 to 4 hours", "More than 4 hours"],
]  # fmt: skip


@pytest.mark.parametrize(("wide", "others"), OVERLAPS)
def test_bands_that_overlap_are_named(wide: str, others: list[str]) -> None:
    first, *rest = draws(1, len(others) + 1)
    words = said(as_rows({wide: first, **dict(zip(others, rest, strict=True))}, "band"))
    assert f"'{wide}' and '{others[0]}' of column band" in words
    assert "overlap" in words


@pytest.mark.parametrize(("whole", "parts"), TILED)
@pytest.mark.parametrize("level", [0.3, 60])
def test_a_band_beside_those_that_make_it_up_is_refused(whole: str, parts: list[str], level: float) -> None:
    counts = dict(zip(parts, draws(2, len(parts), level), strict=True))
    table = as_rows({**counts, whole: sum(list(counts.values())[:-1])}, "band")
    assert f"'{whole}'" in refusal(table)
    more = ((sum(list(counts.values())[:-1]) + level / 50) * 1.02).round()
    assert f"'{whole}'" in refusal(as_rows({**counts, whole: more}, "band"))


@pytest.mark.parametrize("kinds", PLAIN)
def test_bands_beside_each_other_are_plain(kinds: list[str]) -> None:
    assert said(as_rows(dict(zip(kinds, draws(3, len(kinds)), strict=True)), "band")) == ""


def test_bands_that_take_turns_are_plain() -> None:
    one, two, three = draws(4, 3)
    table = as_rows({"16-24": one, "16-17": two, "18-24": three}, "band")
    early = table["month"] < table["month"].sort_values().iloc[len(table) // 2]
    table.loc[early != (table["band"] == "16-24"), "cases"] = 0
    assert said(table) == ""
    assert table["month"].nunique() == MONTHS
