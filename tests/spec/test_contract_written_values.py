"""How numbers, dates and missing values are read, by example: a table as delivered, and what becomes of each row."""

from __future__ import annotations

import datetime as dt

import pytest

from shared_analysis.contracts import Column
from shared_analysis.contracts.numbers import NumberFormat
from tests.spec.delivered import KEY, Delivered, drawn, lay_out, validated
from tools.rule import Page, Rule

RULES = (
    Rule(
        "Words that mean missing and marks are those that the contract lists for the column",
        "A number that is withheld is missing, and the report counts it apart: it is there, so `required` lets it "
        "pass. A number with the mark of one that may change stays, and is counted. A draft lists what it finds in the "
        "column.",
        [
            Delivered(
                (
                    KEY,
                    Column(
                        "people",
                        "integer",
                        required=True,
                        missing=("NULL", "-"),
                        suppressed=("[c]", "<5"),
                        provisional=("p",),
                    ),
                ),
                """
                id | people | → people | reasons
                1  | 94     | 94       | -
                2  | 94p    | 94       | -
                3  | [c]    |          | -
                4  | <5     |          | -
                5  | NULL   |          | people: required
                6  | -      |          | people: required
                7  | [x]    |          | people: type
                """,
            )
        ],
    ),
    Rule(
        "A word for 0 is one that the contract lists for the column, and is not missing",
        "In official returns *nil* means that there were none. A draft lists `nil` under `zero` for counts and money "
        "where 0 is not written in digits. Where both occur, nil may be a number that nobody has. The column then "
        "stays text, or among counts each nil is a fault. *None* is no word for 0: a draft lists it under `missing`.",
        [
            Delivered(
                (KEY, Column("people", "integer", required=True, zero=("nil",))),
                """
                id | people | → people | reasons
                1  | 94     | 94       | -
                2  | nil    | 0        | -
                3  | none   |          | people: type
                4  |        |          | people: required
                """,
            )
        ],
    ),
    Rule(
        "A number has a point and no thousands separator, and is finite, unless the contract says otherwise",
        "1,000 is a thousand in London and one in Berlin, so without a format it is read as neither.",
        [
            Delivered(
                (KEY, Column("rate", "number")),
                """
                id | rate  | → rate | reasons
                1  | 0.25  | 0.25   | -
                2  | 1e3   | 1000   | -
                3  | 1,000 |        | rate: type
                4  | inf   |        | rate: type
                5  | nan   |        | rate: type
                """,
            )
        ],
    ),
    Rule(
        "With a format, a number is written in that format, or plainly",
        "Any one format leaves no doubt what a comma is. A draft finds the format from all values of the column; where "
        "they do not tell, the column stays text.",
        [
            Delivered(
                (KEY, Column("rent", "number", number_format=NumberFormat(",", currency="£", brackets=True))),
                """
                id | rent      | → rent  | reasons
                1  | £1,200.50 | 1200.5  | -
                2  | 1200      | 1200    | -
                3  | (£30)     | -30     | -
                4  | £1,20     |         | rent: type
                5  | €5        |         | rent: type
                """,
            )
        ],
    ),
    Rule(
        "With `scale: true`, a letter behind a number makes it thousands, millions or billions",
        "The letters are k, K, m, M, mn and bn, right behind the number or after one blank. A number without one is as "
        "it stands. A draft states `scale` for amounts of money only: most such values have a sign of money, or the "
        "column's name has a word such as cost, budget or value. Elsewhere 5m may be five metres, and the column stays "
        "text.",
        [
            Delivered(
                (KEY, Column("grant", "number", number_format=NumberFormat(",", currency="£", scale=True))),
                """
                id | grant      | → grant | reasons
                1  | £5.2k      | 5200    | -
                2  | £450K      | 450000  | -
                3  | 0.3 m      | 300000  | -
                4  | £300       | 300     | -
                5  | £5 million |         | grant: type
                6  | 5mm        |         | grant: type
                """,
            )
        ],
    ),
    Rule(
        "An identifier of digits keeps its digits",
        "Spreadsheets write 10023000001.0 for 10023000001, and 1.0023E+10 for any of a million numbers like it. This "
        "holds for record identifiers, UPRNs, NHS numbers and telephone numbers, and for text columns with "
        "`digitsOnly: true`.",
        [
            Delivered(
                (KEY, Column("uprn", "string", role="uprn")),
                """
                id | uprn           | → uprn      | reasons
                1  | 10023000001    | 10023000001 | -
                2  | 10023000001.0  | 10023000001 | -
                3  | 1.0023E+10     |             | uprn: rounded
                """,
            )
        ],
    ),
    Rule(
        "Without a format, a date is written as in ISO 8601, and the calendar must have it",
        "03/04/2021 could be a day in March or in April, so it is a fault where the contract has no format. A draft "
        "finds the format from all values; where they do not tell, it takes the day first and says so. No day after "
        "2262-04-11 can be held. Where 9999-12-31 stands for no end, leave the value empty.",
        [
            Delivered(
                (KEY, Column("seen", "date", minimum=dt.date(2020, 1, 1))),
                """
                id | seen       | reasons
                1  | 2024-02-29 | -
                2  | 2023-02-29 | seen: type
                3  | 01/02/2024 | seen: type
                4  | 2024-1-5   | seen: type
                5  | 2019-12-31 | seen: range
                6  | 9999-12-31 | seen: type
                """,
            )
        ],
    ),
    Rule(
        "With a format, a date is written in that format and no other",
        "The format says which of day and month comes first. Every date goes on in ISO order.",
        [
            Delivered(
                (KEY, Column("seen", "date", format="dd/MM/yyyy")),
                """
                id | seen       | → seen     | reasons
                1  | 01/02/2024 | 2024-02-01 | -
                2  | 13/13/2024 |            | seen: type
                3  | 2024-02-01 |            | seen: type
                """,
            )
        ],
    ),
    Rule(
        "A period is its first day, and its format says how long it is",
        "Months, quarters, calendar years and years that begin in April are written in many ways: `MMM-yy`, `yyyyMM`, "
        "`yyyy 'Q'q`, `yyyy/yy`. Names of months are English, in any case.",
        [
            Delivered(
                (KEY, Column("quarter", "date", format="yyyy 'Q'q")),
                """
                id | quarter | → quarter  | reasons
                1  | 2024 Q1 | 2024-01-01 | -
                2  | 2024 Q4 | 2024-10-01 | -
                3  | 2024-Q4 |            | quarter: type
                """,
            ),
            Delivered(
                (KEY, Column("year", "date", format="yyyy/yy")),
                """
                id | year    | → year     | reasons
                1  | 2024/25 | 2024-04-01 | -
                2  | 2024/24 |            | year: type
                """,
            ),
        ],
    ),
    Rule(
        "A week of ISO 8601 is its Monday, and a day behind `w/c` or `w/e` is that day",
        "Week 1 has the first Thursday of its year; a year without a week 53 is not given one. Weeks may be written "
        "`2024-W05`, `2024W05`, `W05 2024` or with the number of the day, `2024-W05-1`. For `w/c` a table may say "
        "`week commencing`, and for `w/e` `week ending`, in any case. The end of a week is not moved to its beginning. "
        "A forecast takes counts of all of them as weekly.",
        [
            Delivered(
                (KEY, Column("week", "date", format="YYYY-'W'ww")),
                """
                id | week     | → week     | reasons
                1  | 2024-W05 | 2024-01-29 | -
                2  | 2020-W53 | 2020-12-28 | -
                3  | 2023-W53 |            | week: type
                4  | 2024-W5  |            | week: type
                """,
            ),
            Delivered(
                (KEY, Column("begins", "date", format="'w/c' dd/MM/yyyy")),
                """
                id | begins                     | → begins   | reasons
                1  | w/c 05/02/2024             | 2024-02-05 | -
                2  | Week commencing 05/02/2024 | 2024-02-05 | -
                3  | 05/02/2024                 |            | begins: type
                4  | w/e 11/02/2024             |            | begins: type
                """,
                "visits",
            ),
            Delivered(
                (KEY, Column("ends", "date", format="'w/e' dd/MM/yyyy")),
                """
                id | ends                   | → ends     | reasons
                1  | Week ending 11/02/2024 | 2024-02-11 | -
                """,
                "loans",
            ),
        ],
    ),
    Rule(
        "A string with a format of dates is put into ISO order, whether or not the calendar has such a day",
        "A date of birth with a typing error is still of use to linkage, which compares it digit by digit. Declared as "
        "a date, it would cost the record.",
        [
            Delivered(
                (KEY, Column("born", "string", role="date_of_birth", format="yyyyMMdd")),
                """
                id | born       | → born     | reasons
                1  | 19800229   | 1980-02-29 | -
                2  | 19801332   | 1980-13-32 | -
                3  | about 1980 | about 1980 | -
                """,
            )
        ],
    ),
    Rule(
        "A timestamp that names its offset goes on in UTC; any other goes on as it stands",
        "Nothing says where a time without an offset was written down, so nothing is assumed. A draft says where some "
        "times of a column have one and others do not. At the end of summer time a clock shows an hour twice, and the "
        "offset tells the two apart.",
        [
            Delivered(
                (KEY, Column("called", "timestamp")),
                """
                id | called                    | → called         | reasons
                1  | 2024-06-01T10:30:00+01:00 | 2024-06-01 09:30 | -
                2  | 2024-06-01 10:30          | 2024-06-01 10:30 | -
                3  | 2024-06-01 25:30          |                  | called: type
                4  | 2024-10-27T01:30:00+01:00 | 2024-10-27 00:30 | -
                5  | 2024-10-27T01:30:00+00:00 | 2024-10-27 01:30 | -
                """,
            )
        ],
    ),
    Rule(
        "With a format that has an offset (`XXX`) a timestamp stays the time that the clock showed",
        "A call half an hour after midnight in June is one of that day, and in UTC of the day before. A draft states "
        "such a format where the offsets are those of winter and summer in the United Kingdom. The hour that a clock "
        "shows twice is then one.",
        [
            Delivered(
                (KEY, Column("called", "timestamp", format="yyyy-MM-dd'T'HH:mm:ssXXX")),
                """
                id | called                    | → called         | reasons
                1  | 2024-06-01T00:30:00+01:00 | 2024-06-01 00:30 | -
                2  | 2024-12-01T00:30:00+00:00 | 2024-12-01 00:30 | -
                3  | 2024-12-01T00:30:00Z      | 2024-12-01 00:30 | -
                4  | 2024-06-01 00:30:00       |                  | called: type
                """,
            )
        ],
    ),
)

PAGE = Page(
    "written-values",
    "How numbers and dates may be written",
    """
Which ways of writing numbers, dates and missing values a contract can state, and what each value becomes.

A draft (`shared-analysis contract infer`) finds how a column writes its values from all of them together, and states it
in the contract. The next delivery is read the same way: what is written otherwise is a fault, and goes to
`data/quarantine/`. A column that does not tell stays text, and its description says why. The other rules of a contract
are on [a page of their own](contracts.md).
""",
    RULES,
    lay_out,
)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_rule(rule: Rule[Delivered]) -> None:
    assert validated(rule) == drawn(rule)
