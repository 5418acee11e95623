"""One statement that reads, whatever stands in its texts, names and comments."""

from __future__ import annotations

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database.statement import read_statement


@pytest.mark.parametrize(
    ("kind", "sql", "text"),
    [
        ("postgresql", "SELECT 1;", "SELECT 1"),
        ("postgresql", "\ufeff-- why\n/* a /* b */ ; */ select 1 ; -- ;\n;", "select 1"),
        ("postgresql", "SELECT ';' AS a, \";\" FROM t", "SELECT ';' AS a, \";\" FROM t"),
        ("postgresql", "SELECT E'it\\'s;' AS a", "SELECT E'it\\'s;' AS a"),
        ("postgresql", "SELECT 'a\\' AS a", "SELECT 'a\\' AS a"),
        ("postgresql", "SELECT $x$ ; ' $x$ AS a, $1 FROM t", "SELECT $x$ ; ' $x$ AS a, $1 FROM t"),
        ("postgresql", "SELECT a[1], 'b''c;' FROM t;", "SELECT a[1], 'b''c;' FROM t"),
        ("postgresql", "(SELECT 1) UNION (SELECT 2)", "(SELECT 1) UNION (SELECT 2)"),
        ("postgresql", "with x as (select 1) select * from x", "with x as (select 1) select * from x"),
        (
            "sqlserver",
            ";WITH x AS (SELECT 1 AS a) SELECT [;]]'] FROM x",
            "WITH x AS (SELECT 1 AS a) SELECT [;]]'] FROM x",
        ),
        ("sqlite", "SELECT [;], `;` FROM t /* /* */", "SELECT [;], `;` FROM t"),
        ("duckdb", "FROM t", "FROM t"),
    ],
)
def test_one_statement_is_taken_out_of_a_file(kind: str, sql: str, text: str) -> None:
    assert read_statement(sql, kind).text == text


@pytest.mark.parametrize(
    ("kind", "sql", "said"),
    [
        ("postgresql", "", "empty"),
        ("postgresql", "-- nothing", "empty"),
        ("postgresql", "SELECT 1;\nDELETE FROM t", r"more than one statement[\s\S]*line 2"),
        ("postgresql", "DELETE FROM t", "no SELECT"),
        ("postgresql", "\n\nEXPLAIN SELECT 1", r"no SELECT[\s\S]*line 3"),
        ("postgresql", "COMMIT", "no SELECT"),
        ("postgresql", "SELECT 'a", "quotation mark"),
        ("sqlserver", "SELECT [a", "quotation mark"),
        ("postgresql", "SELECT 1 /* a /* b */", "comment is not closed"),
        ("postgresql", "SELECT (1", "bracket is not closed"),
        ("postgresql", "SELECT 1) q; DELETE FROM t; SELECT (1", "not opened"),
        ("sqlserver", "SELECT 1) q DELETE FROM t SELECT (1", "not opened"),
        ("postgresql", "SELECT 1\x00", "plain text"),
    ],
)
def test_what_is_no_single_select_is_refused_early(kind: str, sql: str, said: str) -> None:
    with pytest.raises(SharedAnalysisError, match=said):
        read_statement(sql, kind)


def test_lines_are_those_of_the_file() -> None:
    statement = read_statement("-- one\n\nSELECT 1,\n  two\nFROM t", "postgresql")
    assert [statement.line_of(statement.text.index(word)) for word in ("SELECT", "two", "FROM")] == [3, 4, 5]
