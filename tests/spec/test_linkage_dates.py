"""How dates of birth are read, by example; what one value leaves open is decided by its whole column."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.linkage.cleaning.dates import date_cleaner, iso_date
from shared_analysis.linkage.cleaning.standardise import clean_as
from shared_analysis.linkage.notices import say

DATES = {
    "1967-05-12": "1967-05-12",
    "1967-05-12 00:00:00": "1967-05-12",
    "1967-05-12T10:30:00Z": "1967-05-12",
    "1967/5/2": "1967-05-02",
    "19670512": "1967-05-12",
    "12051967": "1967-05-12",
    "12/05/1967": "1967-05-12",
    "12.5.1967": "1967-05-12",
    "12/05/1967 00:00": "1967-05-12",
    "12/05/67": "1967-05-12",
    "12-05-26": "2026-05-12",
    "12/05/27": "1927-05-12",
    "12 May 1967": "1967-05-12",
    "12-MAY-67": "1967-05-12",
    "12th of May, 1967": "1967-05-12",
    "May 12, 1967": "1967-05-12",
    "Fri 12 Sept 1967": "1967-09-12",
    "12May1967": "1967-05-12",
    "31/02/1967": "1967-02-31",
    "05/13/1967": "1967-13-05",
    "1967-00-00": "1967-00-00",
    "12 Foo 1967": None,
    "about 1967": None,
    "1967": None,
    "12/05": None,
    "unknown": None,
}


@pytest.mark.parametrize(("written", "read"), DATES.items())
def test_one_date(written, read) -> None:
    assert iso_date(written) == read


COLUMNS = {
    "Day first, unless the column proves otherwise": (["03/02/1980", "04/05/1991"], ["1980-02-03", "1991-05-04"]),
    "Month first, where days above 12 stand in its place often and never the other way round": (
        ["03/02/1980", *(f"01/{day}/1990" for day in range(13, 19))],
        ["1980-03-02", *(f"1990-01-{day}" for day in range(13, 19))],
    ),
    "One date that proves the opposite is enough against it": (
        ["13/02/1980", *(f"01/{day}/1990" for day in range(13, 19))],
        ["1980-02-13", *(f"1990-{day}-01" for day in range(13, 19))],
    ),
    "A few odd ones are typing errors": (["03/02/1980", "01/13/1990"], ["1980-02-03", "1990-13-01"]),
    "Numbers of days, where all are": (["29254", "24604.0", None], ["1980-02-03", "1967-05-12", None]),
    "One other value, and they are no dates": (["29254", "12/05/1967"], [None, "1967-05-12"]),
    "Years alone are no numbers of days": (["1967", "1980"], [None, None]),
}


@pytest.mark.parametrize(("written", "read"), COLUMNS.values(), ids=COLUMNS.keys())
def test_a_column_of_dates(written, read) -> None:
    cleaned, _ = clean_as("date_of_birth", pd.Series(written, dtype=object), "people")
    assert cleaned.tolist() == read


def test_a_column_read_in_another_way_is_remarked_upon() -> None:
    months_first = pd.Series([f"01/{day}/1990" for day in range(13, 19)])
    _, notices = clean_as("date_of_birth", months_first, "people")
    assert say(notices) == [
        "The dates of birth in people are written with the month first: 6 different ones can be read in no other way, "
        "and none must be read with the day first."
    ]
    _, notices = clean_as("date_of_birth", pd.Series([29254, 24604]), "people")
    assert "spreadsheets" in say(notices)[0]
    assert date_cleaner(pd.Series(["03/02/1980"]))[1] is None
