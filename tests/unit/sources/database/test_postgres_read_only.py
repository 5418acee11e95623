"""Nothing that a query can say changes a PostgreSQL, though its account owns it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import extract
from shared_analysis.sources.database.postgres import open_rows
from shared_analysis.sources.database.statement import Statement, read_statement
from tests.unit.sources.database.cluster import OWNER, OWNER_PASSWORD, Cluster

FUNCTIONS = (
    "CREATE OR REPLACE FUNCTION wipe() RETURNS integer LANGUAGE sql AS 'DELETE FROM kept; SELECT 1'",
    "CREATE OR REPLACE FUNCTION wipe_as_owner() RETURNS integer LANGUAGE sql SECURITY DEFINER AS "
    "'DELETE FROM kept; SELECT 1'",
    "CREATE OR REPLACE FUNCTION reopen() RETURNS integer LANGUAGE plpgsql AS "
    "$$BEGIN SET TRANSACTION READ WRITE; DELETE FROM kept; RETURN 1; END$$",
    "CREATE OR REPLACE FUNCTION finish() RETURNS integer LANGUAGE plpgsql AS "
    "$$BEGIN COMMIT; DELETE FROM kept; RETURN 1; END$$",
    "CREATE OR REPLACE FUNCTION run(command text) RETURNS integer LANGUAGE plpgsql AS "
    "$$BEGIN EXECUTE command; RETURN 1; END$$",
    "CREATE OR REPLACE FUNCTION fake_immutable() RETURNS integer IMMUTABLE LANGUAGE plpgsql AS "
    "$$BEGIN DELETE FROM kept; RETURN 1; END$$",
)
ATTEMPTS = [
    "DELETE FROM kept",
    "SELECT 1 AS a; DELETE FROM kept",
    "SELECT 1 AS a; COMMIT; DELETE FROM kept; SELECT 1",
    "SELECT 1 AS a) AS q; COMMIT; DELETE FROM kept; SELECT * FROM (SELECT 1 AS a",
    "SELECT 1 AS a) TO STDOUT; COMMIT; DELETE FROM kept; COPY (SELECT 1",
    "WITH gone AS (DELETE FROM kept RETURNING *) SELECT * FROM gone",
    "WITH new AS (INSERT INTO kept VALUES (9) RETURNING *) SELECT * FROM new",
    "SELECT * FROM (WITH gone AS (DELETE FROM kept RETURNING *) SELECT * FROM gone) AS x",
    "SELECT * INTO other FROM kept",
    "SELECT * FROM kept FOR UPDATE",
    "SELECT nextval('numbers') AS n",
    "SELECT setval('numbers', 900) AS n",
    "SELECT wipe() AS n",
    "SELECT wipe_as_owner() AS n",
    "SELECT reopen() AS n",
    "SELECT finish() AS n",
    "SELECT fake_immutable() AS n",
    "SELECT run('COMMIT') AS n",
    "SELECT run('SET TRANSACTION READ WRITE') AS n",
    "SELECT run('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; DELETE FROM kept') AS n",
    "SELECT run('DROP TABLE kept') AS n",
    "SELECT set_config('transaction_read_only', 'off', false) AS c, wipe() AS n",
    "SELECT set_config('default_transaction_read_only', 'off', false) AS c, wipe() AS n",
    "SELECT lo_from_bytea(0, 'x') AS n",
    "SELECT pg_notify('channel', 'x')::text AS n",
    "TRUNCATE kept",
    "COPY kept TO PROGRAM 'cat'",
    "COPY (SELECT 1) TO STDOUT",
    "CALL run('x')",
    "DO $$BEGIN DELETE FROM kept; END$$",
    "SET default_transaction_read_only = off",
    "ROLLBACK",
    "DECLARE c CURSOR FOR SELECT 1",
    "FETCH ALL FROM shared_analysis_query",
    "EXPLAIN ANALYZE DELETE FROM kept",
    "PREPARE p AS DELETE FROM kept",
    "LISTEN channel",
    "LOCK TABLE kept",
]


def state(cluster: Cluster) -> list[tuple[object, ...]]:
    """Everything that the attempts would change."""
    return cluster.ask(
        "SELECT count(*)::text FROM kept UNION ALL SELECT last_value || ' ' || is_called FROM numbers"
        " UNION ALL SELECT count(*)::text FROM pg_largeobject_metadata"
        " UNION ALL (SELECT relname FROM pg_class WHERE relkind IN ('r', 'S') ORDER BY 1)"
    )


@pytest.fixture(scope="module")
def kept(cluster: Cluster) -> Cluster:
    cluster.run("CREATE TABLE IF NOT EXISTS kept AS SELECT generate_series(1, 10) AS id", *FUNCTIONS)
    return cluster


@pytest.mark.parametrize("query", ATTEMPTS)
def test_an_attempt_changes_nothing(query: str, kept: Cluster, tmp_path: Path) -> None:
    before = state(kept)
    with contextlib.suppress(SharedAnalysisError):
        extract(kept.server(OWNER), query, tmp_path / "x.parquet", password=OWNER_PASSWORD)
    assert state(kept) == before


@pytest.mark.parametrize("query", ATTEMPTS)
def test_the_server_itself_refuses_what_is_no_select(query: str, kept: Cluster) -> None:
    """Were the check of the text fooled, nothing would change either: here there is none."""
    before = state(kept)
    unchecked, owner = Statement(query, (), 1), kept.server(OWNER)
    with contextlib.suppress(SharedAnalysisError), open_rows(owner, unchecked, (), OWNER_PASSWORD, 100) as rows:
        list(rows.batches)
    assert state(kept) == before


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("WITH gone AS (DELETE FROM kept RETURNING *) SELECT * FROM gone", "more than a SELECT"),
        ("SELECT nextval('numbers') AS n", "would change the database"),
        ("SELECT wipe() AS n", "would change the database"),
        ("SELECT finish() AS n", "would end the transaction"),
        ("SELECT * FROM kept FOR UPDATE", "would change the database"),
        ("SELECT set_config('transaction_read_only', 'off', true) AS n", "would change how"),
    ],
)
def test_a_refusal_says_why(query: str, said: str, kept: Cluster, tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match=said):
        extract(kept.server(OWNER), query, tmp_path / "x.parquet", password=OWNER_PASSWORD)
    assert list(tmp_path.iterdir()) == []


def test_the_attempts_would_work_without_protection(kept: Cluster) -> None:
    """The owner may do all that, so that it is the reading that refuses it and not a missing right."""
    with kept.connect() as connection:
        connection.autocommit = False
        assert connection.execute("SELECT wipe() AS n").fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM kept").fetchall() == [(0,)]
        connection.rollback()


def test_comments_and_quotes_do_not_hide_a_second_statement() -> None:
    for query in (
        "SELECT '/*'; DELETE FROM kept --*/",
        "SELECT $$'$$; DELETE FROM kept",
        "SELECT E'\\''; DELETE FROM kept",
    ):
        with pytest.raises(SharedAnalysisError, match="more than one statement"):
            read_statement(query, "postgresql")
