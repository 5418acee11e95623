"""What a column without a role is taken for, by example: its values, and the kind that linkage sees in them."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.linkage.cleaning.column_kinds import kind_of_values
from tools.rule import Example, Page, Rule, before_and_after

LETTERS = [f"{one}{other}" for one in "abcdefgh" for other in "klmnopqr"]  # 64 different ones

RULES = (
    Rule(
        "Dates go by nearly all of the different values",
        "One different value in thirty may be something else. Missing values are not looked at.",
        [
            Example(["1980-02-03", "1991-10-11", "1850-01-01"], "date", "ISO dates"),
            Example(["1980-02-03 00:00:00", "1991-10-11 12:30:00"], "date", "dates with a time"),
            Example(["3/2/1980", "11.10.1991", "1-1-2001"], "date", "dates as they are written by hand"),
            Example(["19800203", "19911011"], "date", "eight digits in a row, as long as all are so"),
            Example(["03/02/80", "11/10/91"], "date", "two digits of a year are enough"),
            Example(["3 Feb 1980", "11-OCT-91"], "date", "months in words"),
            Example([None, None, "1980-02-03", None], "date", "missing values are not looked at"),
            Example(["unknown", *(f"1980-02-{day:02}" for day in range(1, 30))], "date", "one in thirty may be none"),
            Example(["long ago", *(f"1980-02-1{day}" for day in range(9))], "category", "one in ten may not"),
        ],
    ),
    Rule(
        "Numbers go by nearly all of the different values, too",
        "Two numbers can be near each other; two identifiers cannot. A long number is told by how often it repeats.",
        [
            Example(["1", "22", "-3", "+4"], "number", "whole numbers"),
            Example(["3.5", "14.25", "0.1"], "number", "numbers with a point"),
            Example(["125000", "150000"] * 40, "number", "long ones that often repeat"),
            Example([f"{7700900000 + n}" for n in range(60)], "identifier", "long ones that seldom repeat"),
        ],
    ),
    Rule(
        "An identifier is one word with a digit in it that seldom repeats",
        "It is compared character by character: two that differ in one may be a typing error apart.",
        [
            Example([f"AB{n:04}X" for n in range(60)], "identifier", "codes that seldom repeat"),
            Example(["3kg", "4kg", "5kg"], "identifier", "numbers with a unit"),
            Example(["AB1", "CD2"] * 40, "category", "codes that often repeat"),
            Example([f"E{n} {n}AB" for n in range(1, 60)], "text", "codes of two words"),
        ],
    ),
    Rule(
        "A category has few different values",
        "In a long table a hundredth of the rows may be different values, and they are still few.",
        [
            Example(["red", "blue", "green"] * 30, "category", "few different words"),
            Example(["not known yet", "known to us"] * 30, "category", "few different phrases"),
            Example(LETTERS * 101, "category", "64 different words in 6,464 rows"),
            Example([], "category", "nothing at all tells nothing"),
        ],
    ),
    Rule(
        "A text has two words or more on average, and what is left is a name",
        "Texts are compared by how much they share, names letter by letter.",
        [
            Example([f"{letters} lee" for letters in LETTERS], "text", "two words each"),
            Example([f"محمد {letters}" for letters in LETTERS], "text", "two words each, one in another script"),
            Example(LETTERS, "name", "one word each"),
            Example([*LETTERS, "van dyke", "mc cann"], "name", "one word each but for a few"),
        ],
    ),
)

PAGE = Page(
    "column-kinds",
    "What a column without a role is taken for",
    """
How linkage tells dates, numbers, identifiers, categories, texts and names by their values.

The kind of a column decides how two of its values are compared. Linkage looks at columns without a
[role](../roles.md) only where the tables share fewer than two columns with a role that it compares.
""",
    RULES,
    before_and_after("values", "kind", "shows"),
)
CASES = [example for rule in RULES for example in rule.examples]


@pytest.mark.parametrize("example", CASES, ids=[example.why for example in CASES])
def test_the_kind_of_a_column_by_its_values(example: Example) -> None:
    assert kind_of_values(pd.Series(example.before, dtype=object)) == example.after
