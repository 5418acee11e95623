"""What each rule of a data contract means, by example: a small table, and the reasons each row is quarantined for.

The last column says what is wrong with the row; "-" means that the row goes on.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract, validate

KEY = Column("id", "string", primary_key=True)

RULES = {
    "A required column has a value in every row; blanks are no value, and the words NULL and n/a are.": (
        [KEY, Column("name", "string", required=True)],
        """
        id | name   | reasons
        1  | Zoë    | -
        2  |        | name: required
        3  | '   '  | name: required
        4  | NULL   | -
        5  | n/a    | -
        """,
    ),
    "A key has a value in every row and occurs once; the fullest row is kept.": (
        [KEY, Column("name", "string"), Column("town", "string")],
        """
        id | name | town   | reasons
           | Ada  | Barnet | id: required
        7  | Ada  |        | id: unique
        7  | Ben  | Barnet | -
        7  | Cleo | Barnet | id: unique
        """,
    ),
    "Of rows that share a key, one without other faults is kept before a fuller one with a fault.": (
        [KEY, Column("age", "integer"), Column("town", "string")],
        """
        id | age | town   | reasons
        7  | 1xx | Barnet | id: unique; age: type
        7  | 41  |        | -
        """,
    ),
    "A key of two columns occurs once as a pair.": (
        [Column("area", "string", primary_key=True), Column("month", "date", primary_key=True, format="yyyy-MM")],
        """
        area   | month   | reasons
        Barnet | 2024-01 | -
        Barnet | 2024-02 | -
        Camden | 2024-01 | -
        Camden | 2024-01 | area, month: unique
        """,
    ),
    "A unique column repeats no value; missing values repeat nothing.": (
        [KEY, Column("phone", "string", unique=True)],
        """
        id | phone | reasons
        1  | 020   | -
        2  | 020   | phone: unique
        3  |       | -
        4  |       | -
        """,
    ),
    "An integer is a whole number; a fraction of nothing is none.": (
        [KEY, Column("people", "integer", minimum=0, maximum=10)],
        """
        id | people              | reasons
        1  | 3                   | -
        2  | 3.0                 | -
        3  | 3.5                 | people: type
        4  | three               | people: type
        5  | -1                  | people: range
        6  | 11                  | people: range
        7  | 10                  | -
        8  | 9999999999999999999 | people: type
        9  |                     | -
        10 | +5                  | -
        11 | +-5                 | people: type
        """,
    ),
    "A number has a point and no thousands separator, and is finite.": (
        [KEY, Column("rate", "number")],
        """
        id | rate  | reasons
        1  | 0.25  | -
        2  | 1e3   | -
        3  | 1,000 | rate: type
        4  | inf   | rate: type
        5  | nan   | rate: type
        """,
    ),
    "A date is written in the contract's format and no other, ISO if it states none; the calendar must have it.": (
        [KEY, Column("seen", "date", minimum=dt.date(2020, 1, 1))],
        """
        id | seen       | reasons
        1  | 2024-02-29 | -
        2  | 2023-02-29 | seen: type
        3  | 01/02/2024 | seen: type
        4  | 2024-1-5   | seen: type
        5  | 2019-12-31 | seen: range
        6  | 9999-12-31 | seen: type
        """,
    ),
    "With a format, dates are read in that format only.": (
        [KEY, Column("seen", "date", format="dd/MM/yyyy")],
        """
        id | seen       | reasons
        1  | 01/02/2024 | -
        2  | 13/13/2024 | seen: type
        3  | 2024-02-01 | seen: type
        """,
    ),
    "A boolean is true or false, yes or no, 1 or 0, in any case.": (
        [KEY, Column("housed", "boolean")],
        """
        id | housed | reasons
        1  | Yes    | -
        2  | FALSE  | -
        3  | 0      | -
        4  | maybe  | housed: type
        """,
    ),
    "A pattern must be found in the value; anchors make it the whole value; digits are 0 to 9.": (
        [KEY, Column("area", "string", pattern=r"^E09\d{6}$")],
        """
        id | area        | reasons
        1  | E09000001   | -
        2  | e09000001   | area: pattern
        3  | E09000001X  | area: pattern
        4  | E0900000٣   | area: pattern
        5  |             | -
        """,
    ),
    "Lengths count characters, not bytes.": (
        [KEY, Column("initials", "string", min_length=2, max_length=3)],
        """
        id | initials | reasons
        1  | ÅØ       | -
        2  | Å        | initials: length
        3  | ABCD     | initials: length
        """,
    ),
    "Only allowed values are allowed, as they are written.": (
        [KEY, Column("sex", "string", allowed=("female", "male"))],
        """
        id | sex    | reasons
        1  | female | -
        2  | Female | sex: allowed
        3  |        | -
        """,
    ),
    "Text with control characters, or with the mark of a broken encoding, is unreadable.": (
        [KEY, Column("name", "string"), Column("visits", "integer")],
        """
        id | name     | visits | reasons
        1  | O'Neill  | 1      | -
        2  | N\x00ll  | 2      | name: text
        3  | Ren\ufffd | 3      | name: text
        4  | 李小龙    | 4      | -
        5  | Ada      | 5\x00  | visits: text
        """,
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: str) -> None:
    columns, drawing = RULES[rule]
    table = draw(drawing)
    report = validate({"t": table.drop(columns="reasons")}, {"t": DataContract("t", tuple(columns))}, max_bad_share=1)

    quarantine = report.tables["quarantine/t"]
    names = list(table.columns)
    expected = table[table["reasons"] != "-"].map(lambda text: text.strip() or None if text else None)
    assert rows(quarantine, names) == rows(expected, names)
    assert len(report.tables["interim/t"]) == (table["reasons"] == "-").sum()


def draw(drawing: str) -> pd.DataFrame:
    """Read a drawn table; quotes keep blanks."""
    lines = [[cell.strip().strip("'") or None for cell in line.split("|")] for line in drawing.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0], dtype=object)


def rows(table: pd.DataFrame, names: list[str]) -> list[tuple[str, ...]]:
    return sorted(tuple("" if pd.isna(value) else value for value in row) for row in table[names].to_numpy())


def test_a_linked_record_exists_in_the_table_that_its_source_names() -> None:
    housing = DataContract("housing", (Column("record_id", "string", primary_key=True, role="record_id"),))
    contacts = DataContract(
        "contacts",
        (
            Column("contact_id", "string", primary_key=True, role="record_id"),
            Column("source", "string", role="source"),
            Column("person", "string", role="linked_record_id"),
        ),
    )
    table = draw(
        """
        contact_id | source  | person | reasons
        1          | housing | H1     | -
        2          | housing | O1     | person: reference
        3          | other   | O1     | -
        4          | housing |        | -
        """
    )
    report = validate(
        {"housing": pd.DataFrame({"record_id": ["H1"]}), "contacts": table.drop(columns="reasons")},
        {"housing": housing, "contacts": contacts},
        max_bad_share=1,
    )
    assert rows(report.tables["quarantine/contacts"], list(table.columns)) == [
        ("2", "housing", "O1", "person: reference")
    ]


def test_a_reference_is_right_when_the_two_values_are_the_same_however_they_are_written() -> None:
    teams = DataContract("teams", (Column("team", "integer", primary_key=True), Column("code", "string")))
    visits = DataContract(
        "visits",
        (
            KEY,
            Column("team", "integer", references="teams.team"),
            Column("code", "string", references="teams.code"),
            Column("written", "string", references="teams.team"),
        ),
    )
    table = draw(
        """
        id | team | code | written | reasons
        1  | 007  | A    | 7       | -
        2  | 7.0  | A    | 7       | -
        3  | +7   | A    | 7       | -
        4  | 9    | 01   | 08      | -
        5  | 8    | 1    | 7       | code: reference
        6  | 6    | A    | 007     | team: reference; written: reference
        7  | x    | A    | 7       | team: reference; team: type
        8  |      |      |         | -
        """
    )
    report = validate(
        {
            "teams": pd.DataFrame({"team": ["7", "08", "9.0"], "code": ["A", "01", None]}),
            "visits": table.drop(columns="reasons"),
        },
        {"teams": teams, "visits": visits},
        max_bad_share=1,
    )
    bad = table[table["reasons"] != "-"]
    assert rows(report.tables["quarantine/visits"], list(table.columns)) == rows(bad, list(table.columns))


def test_a_reference_in_a_table_without_rows_is_right() -> None:
    teams = DataContract("teams", (Column("team", "integer", primary_key=True),))
    visits = DataContract("visits", (KEY, Column("team", "integer", references="teams.team")))
    empty = {"teams": pd.DataFrame({"team": []}), "visits": pd.DataFrame({"id": [], "team": []})}
    report = validate(empty, {"teams": teams, "visits": visits}, max_bad_share=0)
    assert report.faults.empty


def test_a_reference_is_right_when_the_other_table_delivered_the_row_even_if_it_was_quarantined() -> None:
    teams = DataContract("teams", (Column("team", "string", primary_key=True), Column("area", "string", required=True)))
    visits = DataContract("visits", (KEY, Column("team", "string", references="teams.team")))
    report = validate(
        {
            "teams": pd.DataFrame({"team": ["A", "B"], "area": ["Barnet", None]}),
            "visits": pd.DataFrame({"id": ["1", "2", "3"], "team": ["A", "B", "C"]}),
        },
        {"teams": teams, "visits": visits},
        max_bad_share=1,
    )
    assert report.tables["quarantine/visits"].to_dict("list") == {
        "id": ["3"],
        "team": ["C"],
        "reasons": ["team: reference"],
    }


def test_a_date_of_birth_that_no_calendar_has_need_not_cost_the_record() -> None:
    contract = DataContract("t", (KEY, Column("born", "string", role="date_of_birth", format="yyyyMMdd")))
    table = pd.DataFrame({"id": ["1", "2", "3"], "born": ["19800229", "19801332", "about 1980"]})
    report = validate({"t": table}, {"t": contract}, max_bad_share=0)
    assert list(report.tables["interim/t"]["born"]) == ["1980-02-29", "1980-13-32", "about 1980"]
