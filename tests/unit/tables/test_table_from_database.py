"""Tables that come from a database: declared once, read by a query, refreshed by name."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pandas as pd
import pytest

from shared_analysis.contracts import load_contract, load_contracts
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import open_project
from tests.unit.sources.database.cluster import READER_PASSWORD, Cluster
from tests.unit.sources.database.conftest import cluster
from tests.unit.tables.conftest import commit, status

__all__ = ["cluster"]  # the real PostgreSQL that the room below tests with, too


@pytest.fixture
def database(tables) -> Path:
    """A database with the same tables."""
    path = tables.folder / "library.db"
    write(path, "clients", tables.clients)
    write(path, "visits", tables.visits)
    return path


def write(path: Path, name: str, table: pd.DataFrame) -> None:
    with sqlite3.connect(path) as connection:
        table.to_sql(name, connection, index=False, if_exists="replace")
    connection.close()


@pytest.fixture
def library(committed, database, run):
    """A project that links the clients of a database."""
    project = committed("linkage")
    words = "clients", "--from", f"library=sqlite:///{database}", "--for", "link", "--replace-example"
    run(project.root, "add", *words)
    commit(project.root)
    return project


def test_the_contract_says_where_the_table_comes_from(library, database):
    contract = load_contract(library.root / "contracts/clients.yaml")
    assert (contract.server.name, contract.server.path, contract.query) == ("library", str(database), "sql/clients.sql")
    assert library.text("sql/clients.sql") == "SELECT * FROM clients\n"
    assert len(open_project(library.root).read_input("clients")) == 200
    assert (library.root / "data/raw/clients.parquet.dvc").exists()


def test_a_database_is_declared_once(library, run):
    run(library.root, "add", "visits", "--from", "library", "--for", "forecast")
    assert load_contracts(library.root / "contracts")["visits"].server.name == "library"
    assert open_project(library.root).section("forecast")["table"] == "visits"


def test_a_query_of_a_file_is_kept_with_the_project(library, tables, run):
    query = tables.folder / "by month.sql"
    query.write_text("SELECT month, sum(visits) AS visits FROM visits GROUP BY month", encoding="utf-8")
    run(library.root, "add", "monthly", "--from", "library", "--query", str(query), "--for", "forecast")
    assert library.text("sql/monthly.sql") == query.read_text()
    assert open_project(library.root).section("forecast")["by"] == []
    commit(library.root)
    inside = library.root / "sql/monthly.sql"
    inside.write_text("SELECT month, max(visits) AS visits FROM visits GROUP BY month", encoding="utf-8")
    assert "monthly: other numbers" not in run(library.root, "refresh", "monthly", "--accept").output
    assert len(open_project(library.root).read_input("monthly")) == 84


def test_all_tables_of_databases_are_refreshed_together(library, database, tables, run):
    run(library.root, "add", "visits", "--from", "library", "--for", "forecast")
    commit(library.root)
    assert "already has these deliveries" in run(library.root, "refresh").output
    assert status(library.root) == []
    write(database, "clients", tables.clients[:190])
    write(database, "visits", tables.visits[:-5])
    result = run(library.root, "refresh")
    assert "by ref: 0 new, 10 gone, 0 of 190 changed" in result.output
    assert status(library.root) == [" M data/raw/clients.parquet.dvc", " M data/raw/visits.parquet.dvc"]
    assert not list((library.root / ".dvc/tmp").glob("arriving-*"))


def test_rows_in_another_order_are_the_same_delivery(library, database, tables, run):
    write(database, "clients", tables.clients.sample(frac=1, random_state=1))
    assert "already has these deliveries" in run(library.root, "refresh").output


def test_a_table_that_has_broken_its_contract_there_changes_nothing(library, database, tables, run):
    write(database, "clients", tables.clients.drop(columns="Birth date"))
    before = library.files()
    with pytest.raises(SharedAnalysisError, match="the column is missing"):
        run(library.root, "refresh")
    assert library.files() == before


def test_what_is_wrong_with_a_source_is_said(committed, library, database, tables, run):
    def refused(*words: str) -> str:
        with pytest.raises(SharedAnalysisError) as error:
            run(library.root, *words)
        assert status(library.root) == []
        return str(error.value)

    assert "--from housing=postgresql" in refused("add", "visits", "--from", "nowhere")
    assert "those that contracts name: library" in refused("add", "visits", "--from", "nowhere")
    assert "name another 'library'" in refused("add", "visits", "--from", "library=sqlite:///other.db")
    secret = refused("add", "visits", "--from", "postgresql://reader:hunter2@host/db")
    assert "password" in secret
    assert "hunter2" not in secret
    assert "no table 'absent'" in refused("add", "absent", "--from", "library")
    assert "no plain name" in refused("add", "visits=visits; DROP TABLE visits", "--from", "library")
    assert "cannot be called 'My visits'" in refused("add", "My visits=visits", "--from", "library")
    assert "add --from" in refused("add", "visits", "--query", "x.sql")
    assert "cannot be read" in refused("add", "visits", "--from", "library", "--query", "x.sql")
    assert "one table" in refused("add", "visits", "clients", "--from", "library", "--query", "x.sql")
    other = committed("forecasting")
    with pytest.raises(SharedAnalysisError, match="comes as a file"):
        run(other.root, "refresh")


def test_a_postgresql_that_cannot_be_read_leaves_the_earlier_delivery(
    committed, cluster: Cluster, tables, run, monkeypatch
):
    rows = ", ".join(
        f"('{own.ref}', '{own[2]}', '{own[3]}', '{own[4]}', '{own[5]}')" for own in tables.clients.itertuples()
    )
    cluster.run(
        "DROP TABLE IF EXISTS people",
        'CREATE TABLE people (ref text, "First name" text, "Last name" text, "Birth date" text, "Post code" text)',
        f"INSERT INTO people VALUES {rows}",  # noqa: S608
        "GRANT SELECT ON people TO reader",
    )
    monkeypatch.setenv("SHARED_ANALYSIS_PASSWORD_TOWN", READER_PASSWORD)
    project = committed("linkage")
    address = f"town={cluster.server().address}"
    run(project.root, "add", "people", "--from", address, "--for", "link", "--replace-example")
    commit(project.root)
    assert READER_PASSWORD not in "".join(path.read_text() for path in (project.root / "contracts").iterdir())
    before = project.files()
    monkeypatch.setenv("SHARED_ANALYSIS_PASSWORD_TOWN", "a-wrong-one")
    with pytest.raises(SharedAnalysisError) as wrong:
        run(project.root, "refresh")
    assert "a-wrong-one" not in str(wrong.value)
    assert project.files() == before
    monkeypatch.setenv("SHARED_ANALYSIS_PASSWORD_TOWN", READER_PASSWORD)
    cluster.run("DELETE FROM people WHERE ref < 'C15'")
    assert "gone" in run(project.root, "refresh").output
