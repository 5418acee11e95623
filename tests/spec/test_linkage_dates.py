"""How dates of birth are read, by example; what one value leaves open is decided by its whole column."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.linkage.cleaning.dates import date_cleaner, iso_date
from shared_analysis.linkage.cleaning.standardise import clean_as
from shared_analysis.linkage.notices import worded
from tools.rule import Example, Page, Rule, before_and_after

DATES = (
    Rule(
        "A date that begins with the year goes on with the month",
        "A time of day is left out.",
        [
            Example("1967-05-12", "1967-05-12"),
            Example("1967-05-12 00:00:00", "1967-05-12"),
            Example("1967-05-12T10:30:00Z", "1967-05-12"),
            Example("1967/5/2", "1967-05-02"),
            Example("19670512", "1967-05-12"),
        ],
    ),
    Rule(
        "A date that ends with the year begins with the day",
        "That is the British way. Below, a whole column can prove otherwise.",
        [
            Example("12/05/1967", "1967-05-12"),
            Example("12.5.1967", "1967-05-12"),
            Example("12/05/1967 00:00", "1967-05-12"),
            Example("12051967", "1967-05-12"),
        ],
    ),
    Rule(
        "Two digits of a year up to 26 are of the 2000s, all others of the 1900s",
        "The year is fixed, and not taken from the clock, so that next year's run reads the same dates.",
        [
            Example("12/05/67", "1967-05-12"),
            Example("12-05-26", "2026-05-12"),
            Example("12/05/27", "1927-05-12"),
        ],
    ),
    Rule(
        "A month may be a word, in full or cut short",
        "It settles which number is the day.",
        [
            Example("12 May 1967", "1967-05-12"),
            Example("12-MAY-67", "1967-05-12"),
            Example("12th of May, 1967", "1967-05-12"),
            Example("May 12, 1967", "1967-05-12"),
            Example("Fri 12 Sept 1967", "1967-09-12"),
            Example("12May1967", "1967-05-12"),
        ],
    ),
    Rule(
        "A date that no calendar has is kept",
        "It is most often one slip away from the true date, and dates are compared digit by digit.",
        [
            Example("31/02/1967", "1967-02-31"),
            Example("05/13/1967", "1967-13-05"),
            Example("1967-00-00", "1967-00-00"),
        ],
    ),
    Rule(
        "What is no whole date counts as missing",
        "Nothing is guessed.",
        [Example(written, None) for written in ("12 Foo 1967", "about 1967", "1967", "12/05", "unknown")],
    ),
)

MONTHS_FIRST = [f"01/{day}/1990" for day in range(13, 19)]
COLUMN = Rule(
    "What one date leaves open, its whole column decides",
    "Reading each value by itself would put day and month in one order here and in the other there, and make "
    "differences that nobody wrote.",
    [
        Example(
            ["03/02/1980", "04/05/1991"],
            ["1980-02-03", "1991-05-04"],
            "The day comes first, unless the column proves otherwise.",
        ),
        Example(
            ["03/02/1980", *MONTHS_FIRST],
            ["1980-03-02", *(f"1990-01-{day}" for day in range(13, 19))],
            "The month comes first where numbers above 12 stand in second place often, and in first place never.",
        ),
        Example(
            ["13/02/1980", *MONTHS_FIRST],
            ["1980-02-13", *(f"1990-{day}-01" for day in range(13, 19))],
            "One date that proves the opposite is enough against it.",
        ),
        Example(
            ["03/02/1980", "01/13/1990"],
            ["1980-02-03", "1990-13-01"],
            "A few odd ones are typing errors.",
        ),
        Example(
            ["29254", "24604.0", None],
            ["1980-02-03", "1967-05-12", None],
            "Numbers are the days that a spreadsheet counts, where nearly all values with a digit are such numbers.",
        ),
        Example(["29254", "not known"], ["1980-02-03", None], "Words say nothing of how dates are written."),
        Example(["29254", "12/05/1967"], [None, "1967-05-12"], "Among dates of another kind, numbers are no dates."),
        Example(["1967", "1980"], [None, None], "Years alone are no numbers of days."),
    ],
)

PAGE = Page(
    "dates-of-birth",
    "How a date of birth is read",
    """
Dates as people and systems write them, and the one way in which linkage compares them.

This holds for columns with the role `date_of_birth`, and for columns without a role that hold dates. Contracts are
stricter: see [what a data contract checks](contracts.md).
""",
    (*DATES, COLUMN),
    before_and_after("as written", "read as", "shows"),
)
CASES = [example for rule in DATES for example in rule.examples]


@pytest.mark.parametrize("example", CASES, ids=[example.before for example in CASES])
def test_one_date(example: Example) -> None:
    assert iso_date(example.before) == example.after


@pytest.mark.parametrize("example", COLUMN.examples, ids=[example.why for example in COLUMN.examples])
def test_a_column_of_dates(example: Example) -> None:
    cleaned, _ = clean_as("date_of_birth", pd.Series(example.before, dtype=object), "people")
    assert cleaned.tolist() == example.after


def test_a_column_read_in_another_way_is_remarked_upon() -> None:
    _, notices = clean_as("date_of_birth", pd.Series(MONTHS_FIRST), "people")
    assert worded(notices) == [
        "The dates of birth in people are written with the month first: 6 different ones can be read in no other way, "
        "and none must be read with the day first."
    ]
    _, notices = clean_as("date_of_birth", pd.Series([29254, 24604]), "people")
    assert "spreadsheets" in worded(notices)[0]
    assert date_cleaner(pd.Series(["03/02/1980"]))[1] is None
