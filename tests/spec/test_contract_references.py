"""What a reference from one table to another means, by example: both tables, and what becomes of each row."""

from __future__ import annotations

import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract, validate
from tests.spec.delivered import KEY, Delivered, drawn, lay_out, validated
from tools.rule import Page, Rule

RULES = (
    Rule(
        "A reference is right when the other table has the value, however the two are written",
        "As integers, 007 and 7 are one value. As strings they are two. A string may show an integer as it was "
        "delivered, or in its plain form.",
        [
            Delivered(
                (Column("team", "integer", primary_key=True), Column("code", "string")),
                """
                team | code | → team | reasons
                7    | A    | 7      | -
                08   | 01   | 8      | -
                9.0  |      | 9      | -
                """,
                "teams",
            ),
            Delivered(
                (
                    KEY,
                    Column("team", "integer", references="teams.team"),
                    Column("code", "string", references="teams.code"),
                    Column("written", "string", references="teams.team"),
                ),
                """
                id | team | code | written | → team | reasons
                1  | 007  | A    | 7       | 7      | -
                2  | 7.0  | A    | 7       | 7      | -
                3  | +7   | A    | 7       | 7      | -
                4  | 9    | 01   | 08      | 9      | -
                5  | 8    | 1    | 7       |        | code: reference
                6  | 6    | A    | 007     |        | team: reference; written: reference
                7  | x    | A    | 7       |        | team: reference; team: type
                8  |      |      |         |        | -
                """,
                "visits",
            ),
        ],
    ),
    Rule(
        "A reference is right when the other table delivered the row, even if that row was quarantined",
        "Otherwise one bad row would drag good rows of other tables along.",
        [
            Delivered(
                (Column("team", "string", primary_key=True), Column("area", "string", required=True)),
                """
                team | area   | reasons
                A    | Barnet | -
                B    |        | area: required
                """,
                "teams",
            ),
            Delivered(
                (KEY, Column("team", "string", references="teams.team")),
                """
                id | team | reasons
                1  | A    | -
                2  | B    | -
                3  | C    | team: reference
                """,
                "visits",
            ),
        ],
    ),
    Rule(
        "A linked record exists in the table that its source names",
        "This holds for a column with the role `linked_record_id` beside one with the role `source`. A source that is "
        "no table of the project is left alone.",
        [
            Delivered(
                (Column("record_id", "string", primary_key=True, role="record_id"),),
                """
                record_id | reasons
                H1        | -
                """,
                "housing",
            ),
            Delivered(
                (
                    Column("contact_id", "string", primary_key=True, role="record_id"),
                    Column("source", "string", role="source"),
                    Column("person", "string", role="linked_record_id"),
                ),
                """
                contact_id | source  | person | reasons
                1          | housing | H1     | -
                2          | housing | O1     | person: reference
                3          | other   | O1     | -
                4          | housing |        | -
                """,
                "contacts",
            ),
        ],
    ),
)

PAGE = Page(
    "references",
    "What a reference between tables means",
    """
When a row may name a row of another table.

A contract states a reference under `relationships`, as `table.column`. The role `linked_record_id` states one, too.
Bad rows go to quarantine as for any other [rule of a contract](contracts.md).
""",
    RULES,
    lay_out,
)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_rule(rule: Rule[Delivered]) -> None:
    assert validated(rule) == drawn(rule)


def test_a_reference_in_a_table_without_rows_is_right() -> None:
    teams = DataContract("teams", (Column("team", "integer", primary_key=True),))
    visits = DataContract("visits", (KEY, Column("team", "integer", references="teams.team")))
    empty = {"teams": pd.DataFrame({"team": []}), "visits": pd.DataFrame({"id": [], "team": []})}
    report = validate(empty, {"teams": teams, "visits": visits}, max_bad_share=0)
    assert report.faults.empty
