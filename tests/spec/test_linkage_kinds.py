"""What a column without a role is taken for, by example: its values, and the kind that linkage sees in them.

Dates and numbers go by nearly all of the different values; an identifier is one word with a digit that seldom repeats,
or a long number that does; a category has few different values; a text has two words or more on average; what is left
is a name.
"""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.linkage.cleaning.column_kinds import kind_of_values

LETTERS = [f"{one}{other}" for one in "abcdefgh" for other in "klmnopqr"]  # 64 different ones

KINDS = {
    "Nothing at all tells nothing: a category.": ([], "category"),
    "Missing values are not looked at.": ([None, None, "1980-02-03", None], "date"),
    "ISO dates": (["1980-02-03", "1991-10-11", "1850-01-01"], "date"),
    "Dates with a time": (["1980-02-03 00:00:00", "1991-10-11 12:30:00"], "date"),
    "Dates as they are written by hand": (["3/2/1980", "11.10.1991", "1-1-2001"], "date"),
    "Eight digits in a row are a date, as long as they are all so": (["19800203", "19911011"], "date"),
    "Two digits of a year are enough": (["03/02/80", "11/10/91"], "date"),
    "Months may be in words": (["3 Feb 1980", "11-OCT-91"], "date"),
    "One value in thirty may be something else": (
        [*(f"1980-02-{day:02}" for day in range(1, 30)), "unknown"],
        "date",
    ),
    "One in ten may not": ([*(f"1980-02-{day:02}" for day in range(10, 19)), "long ago"], "category"),
    "Whole numbers": (["1", "22", "-3", "+4"], "number"),
    "Long whole numbers that seldom repeat are identifiers": ([f"{7700900000 + n}" for n in range(60)], "identifier"),
    "Long whole numbers that often repeat are numbers": (["125000", "150000"] * 40, "number"),
    "Numbers with a point": (["3.5", "14.25", "0.1"], "number"),
    "Numbers and a unit are identifiers": (["3kg", "4kg", "5kg"], "identifier"),
    "Codes that seldom repeat": ([f"AB{n:04}X" for n in range(60)], "identifier"),
    "Codes that often repeat": (["AB1", "CD2"] * 40, "category"),
    "Codes of two words are not identifiers": ([f"E{n} {n}AB" for n in range(1, 60)], "text"),
    "Few different words": (["red", "blue", "green"] * 30, "category"),
    "Few different phrases": (["not known yet", "known to us"] * 30, "category"),
    "Many different words": (LETTERS, "name"),
    "Many different words, some of them double": ([*LETTERS, "van dyke", "mc cann"], "name"),
    "Two words each": ([f"{letters} lee" for letters in LETTERS], "text"),
    "Names in another script": ([f"محمد {letters}" for letters in LETTERS], "text"),
    "In a long table a hundredth of it may be different and still few": (LETTERS * 101, "category"),
}


@pytest.mark.parametrize(("values", "kind"), KINDS.values(), ids=KINDS.keys())
def test_the_kind_of_a_column_by_its_values(values, kind) -> None:
    assert kind_of_values(pd.Series(values, dtype=object)) == kind
