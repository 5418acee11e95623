"""What each rule of a data contract means, by example: a table as delivered, and what becomes of each row."""

from __future__ import annotations

import pytest

from shared_analysis.contracts import Column
from tests.spec.delivered import KEY, Delivered, drawn, lay_out, validated
from tools.rule import Page, Rule

RULES = (
    Rule(
        "A required column has a value in every row",
        "Blanks are no value. Words such as NULL and n/a are values like any other, unless the contract lists them.",
        [
            Delivered(
                (KEY, Column("name", "string", required=True)),
                """
                id | name   | reasons
                1  | Zoë    | -
                2  |        | name: required
                3  | '   '  | name: required
                4  | NULL   | -
                5  | n/a    | -
                """,
            )
        ],
    ),
    Rule(
        "A key has a value in every row and occurs once; the fullest row is kept",
        "The fullest row is the one with the fewest missing values. Of rows that are equally full, the first in sorted "
        "order is kept, so that the order of the file makes no difference.",
        [
            Delivered(
                (KEY, Column("name", "string"), Column("town", "string")),
                """
                id | name | town   | reasons
                   | Ada  | Barnet | id: required
                7  | Ada  |        | id: unique
                7  | Ben  | Barnet | -
                7  | Cleo | Barnet | id: unique
                """,
            )
        ],
    ),
    Rule(
        "Of rows that share a key, one without another fault is kept, even where a faulty one is fuller",
        "The faulty row goes to quarantine in any case. If it were kept as the fullest, the row without a fault would "
        "follow it for repeating its key, and nothing would be left of the two.",
        [
            Delivered(
                (KEY, Column("age", "integer", maximum=120), Column("town", "string")),
                """
                id | age | town   | reasons
                7  | 200 | Barnet | id: unique; age: range
                7  | 41  |        | -
                7  |     |        | id: unique
                """,
            )
        ],
    ),
    Rule(
        "A key of two columns occurs once as a pair",
        "Each of the two may repeat its values.",
        [
            Delivered(
                (
                    Column("area", "string", primary_key=True),
                    Column("month", "date", primary_key=True, format="yyyy-MM"),
                ),
                """
                area   | month   | → month    | reasons
                Barnet | 2024-01 | 2024-01-01 | -
                Barnet | 2024-02 | 2024-02-01 | -
                Camden | 2024-01 | 2024-01-01 | -
                Camden | 2024-01 |            | area, month: unique
                """,
            )
        ],
    ),
    Rule(
        "A unique column repeats no value",
        "Missing values repeat nothing.",
        [
            Delivered(
                (KEY, Column("phone", "string", unique=True)),
                """
                id | phone | reasons
                1  | 020   | -
                2  | 020   | phone: unique
                3  |       | -
                4  |       | -
                """,
            )
        ],
    ),
    Rule(
        "An integer is a whole number",
        "A fraction of nothing is none: spreadsheets write 3.0 for 3. `minimum` and `maximum` are allowed themselves.",
        [
            Delivered(
                (KEY, Column("people", "integer", minimum=0, maximum=10)),
                """
                id | people              | → people | reasons
                1  | 3                   | 3        | -
                2  | 3.0                 | 3        | -
                3  | 3.5                 |          | people: type
                4  | three               |          | people: type
                5  | -1                  |          | people: range
                6  | 11                  |          | people: range
                7  | 10                  | 10       | -
                8  | 9999999999999999999 |          | people: type
                9  |                     |          | -
                10 | +5                  | 5        | -
                11 | +-5                 |          | people: type
                """,
            )
        ],
    ),
    Rule(
        "A boolean is true or false, yes or no, 1 or 0, in any case",
        "The first letter of a word will do.",
        [
            Delivered(
                (KEY, Column("housed", "boolean")),
                """
                id | housed | → housed | reasons
                1  | Yes    | true     | -
                2  | FALSE  | false    | -
                3  | 0      | false    | -
                4  | T      | true     | -
                5  | maybe  |          | housed: type
                """,
            )
        ],
    ),
    Rule(
        "A pattern must be found in the value",
        "Anchors (`^` and `$`) make it the whole value. `\\d` stands for the digits 0 to 9, not for those of other "
        "scripts.",
        [
            Delivered(
                (KEY, Column("area", "string", pattern=r"^E09\d{6}$")),
                """
                id | area        | reasons
                1  | E09000001   | -
                2  | e09000001   | area: pattern
                3  | E09000001X  | area: pattern
                4  | E0900000٣   | area: pattern
                5  |             | -
                """,
            )
        ],
    ),
    Rule(
        "Lengths count characters, not bytes",
        "A letter with an accent is one character, whichever of the two ways a system writes it.",
        [
            Delivered(
                (KEY, Column("initials", "string", min_length=2, max_length=3)),
                """
                id | initials | → initials | reasons
                1  | ÅØ       | ÅØ         | -
                2  | Å        |            | initials: length
                3  | ABCD     |            | initials: length
                4  | A\u030aØ  | ÅØ         | -
                """,
            )
        ],
    ),
    Rule(
        "Only the values that are listed are allowed, as they are written there",
        "A missing value is not refused by the list: say `required` as well.",
        [
            Delivered(
                (KEY, Column("sex", "string", allowed=("female", "male"))),
                """
                id | sex    | reasons
                1  | female | -
                2  | Female | sex: allowed
                3  |        | -
                """,
            )
        ],
    ),
    Rule(
        "Text with control characters, or with the mark of a broken encoding, is unreadable",
        "The mark is U+FFFD, which programs write for what they could not decode. Every column is looked at, whatever "
        "its type.",
        [
            Delivered(
                (KEY, Column("name", "string"), Column("visits", "integer")),
                """
                id | name     | visits | reasons
                1  | O'Neill  | 1      | -
                2  | N\x00ll  | 2      | name: text
                3  | Ren\ufffd | 3      | name: text
                4  | 李小龙    | 4      | -
                5  | Ada      | 5\x00  | visits: text
                """,
            )
        ],
    ),
)

PAGE = Page(
    "contracts",
    "What a data contract checks",
    """
What makes a row of a table good or bad, whatever the table holds.

Stage `validate` checks every input table against its contract in `contracts/`, a file of the
[Open Data Contract Standard](https://bitol-io.github.io/open-data-contract-standard/). A good row goes on to
`data/interim/`, with each value in its type. A row that breaks a rule goes to `data/quarantine/` whole, as it was
delivered, with the column and the rule in `reasons`. Blanks around a value are removed first. Below, `␣` stands for a
blank, and an empty cell for a missing value. How numbers, dates and missing values may be written is on
[a page of its own](written-values.md).
""",
    RULES,
    lay_out,
)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_rule(rule: Rule[Delivered]) -> None:
    assert validated(rule) == drawn(rule)
