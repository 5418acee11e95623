"""SQLite and DuckDB: files that are read, never written, and never lead to other files."""

from __future__ import annotations

import datetime as dt
import decimal
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import Server, extract

ROWS = "(3, 'é', 1.5), (1, 'Z', 2.5), (2, NULL, NULL), (4, 'a', 0.5)"
TABLE = f"CREATE TABLE visits (id INTEGER, name VARCHAR, share DOUBLE); INSERT INTO visits VALUES {ROWS};"


def sqlite_file(path: Path, script: str) -> Server:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return Server("tests", "sqlite", path=str(path))


def duckdb_file(path: Path, script: str) -> Server:
    with duckdb.connect(str(path)) as connection:
        connection.execute(script)
    return Server("tests", "duckdb", path=str(path))


MAKERS = pytest.mark.parametrize("make", [sqlite_file, duckdb_file], ids=["sqlite", "duckdb"])
Make = Callable[[Path, str], Server]


def read(server: Server, query: str, **settings: Any) -> pa.Table:
    target = Path(str(server.path)).with_name("x.parquet")
    extract(server, query, target, **settings)
    return pq.read_table(target)


@MAKERS
def test_rows_come_in_the_order_of_their_key_and_of_their_bytes(make: Make, tmp_path: Path) -> None:
    server = make(tmp_path / "a.db", TABLE)
    assert read(server, "SELECT * FROM visits", key=["id"]).column("id").to_pylist() == [1, 2, 3, 4]
    names = read(server, "SELECT name FROM visits WHERE name IS NOT NULL").column("name").to_pylist()
    assert names == ["Z", "a", "é"]


@MAKERS
def test_the_same_content_is_the_same_bytes(make: Make, tmp_path: Path) -> None:
    other = "".join(f"INSERT INTO visits VALUES {row};" for row in ROWS.replace("), (", ")|(").split("|")[::-1])
    files = []
    for name, script in (("a.db", TABLE), ("b.db", TABLE.partition(";")[0] + ";" + other)):
        server = make(tmp_path / name, script)
        for size in (2, 50_000):
            read(server, "SELECT * FROM visits", chunk_rows=size)
            files.append((tmp_path / "x.parquet").read_bytes())
    assert len(set(files)) == 1


@MAKERS
@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM visits",
        "SELECT 1 AS a; DELETE FROM visits",
        "WITH gone AS (DELETE FROM visits RETURNING *) SELECT * FROM gone",
        "SELECT 1 AS a) q; DELETE FROM visits; SELECT * FROM (SELECT 1 AS a",
        "ATTACH 'other.db' AS other",
        "CREATE TABLE other AS SELECT 1",
        "COPY visits TO 'out.csv'",
        "PRAGMA query_only = OFF",
        "SET lock_configuration = false",
        "INSTALL httpfs",
        "VACUUM INTO 'out.db'",
        "EXPORT DATABASE 'out'",
    ],
)
def test_a_file_is_not_changed_and_no_other_is_made(
    query: str, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server = make(tmp_path / "a.db", TABLE)
    before = (tmp_path / "a.db").read_bytes()
    with pytest.raises(SharedAnalysisError):
        extract(server, query, tmp_path / "x.parquet")
    assert (tmp_path / "a.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]


@pytest.mark.parametrize("source", ["read_csv('secret.csv')", "'secret.csv'", "read_text('secret.csv')", "glob('*')"])
def test_duckdb_reads_no_other_file(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    server = duckdb_file(tmp_path / "a.db", TABLE)
    assert duckdb.sql(f"SELECT * FROM {source}").fetchall()
    with pytest.raises(SharedAnalysisError, match="reads another one"):
        read(server, f"SELECT * FROM {source}")


def test_sqlite_runs_no_function_that_reaches_out(tmp_path: Path) -> None:
    server = sqlite_file(tmp_path / "a.db", TABLE)
    with pytest.raises(SharedAnalysisError, match="may not be used"):
        read(server, "SELECT load_extension('x') AS a")
    with pytest.raises(SharedAnalysisError, match="may not be used"):
        read(server, "SELECT file FROM pragma_database_list")
    assert read(server, "SELECT value FROM json_each('[1, 2]')").column(0).to_pylist() == [1, 2]


def test_sqlite_types_are_those_of_all_values(tmp_path: Path) -> None:
    script = "CREATE TABLE t (i, r, m, x, n); INSERT INTO t VALUES (1, 1, 1, 'a', NULL), (2, 2.5, 'b', 'c', NULL)"
    table = read(sqlite_file(tmp_path / "a.db", script), "SELECT * FROM t", chunk_rows=1)
    assert table.schema.types == [pa.int64(), pa.float64(), *[pa.string()] * 3]
    assert table.to_pylist()[0] == {"i": 1, "r": 1.0, "m": "1", "x": "a", "n": None}


def test_duckdb_types_have_their_places(tmp_path: Path) -> None:
    query = """SELECT 1::TINYINT AS i, 2::HUGEINT AS h, 1.5::FLOAT AS f, 12.30::DECIMAL(10, 2) AS d, true AS yes,
        DATE '2024-07-01' AS day, TIMESTAMP '2024-07-01 10:00:00.5' AS local, [1, 2] AS many, {'a': 1} AS pair,
        TIMESTAMPTZ '2024-07-01 10:00:00+01' AS moment, TIMESTAMP_S '2024-07-01 10:00:00' AS seconds,
        INTERVAL 1 DAY AS long, NULL AS missing, TIME '10:00' AS clock"""
    table = read(duckdb_file(tmp_path / "a.db", TABLE), query)
    half_past = dt.datetime.fromisoformat("2024-07-01T10:00:00.500000")
    assert table.to_pylist() == [
        {"i": 1, "h": "2", "f": 1.5, "d": decimal.Decimal("12.30"), "yes": True, "day": dt.date(2024, 7, 1),
         "local": half_past, "many": "[1, 2]", "pair": "{'a': 1}",
         "moment": dt.datetime(2024, 7, 1, 9, tzinfo=dt.UTC), "seconds": half_past.replace(microsecond=0),
         "long": "1 day", "missing": table.column("missing")[0].as_py(), "clock": "10:00:00"}
    ]  # fmt: skip
    assert table.schema.field("i").type == pa.int64()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no TZ")
def test_the_time_zone_of_a_computer_does_not_reach_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = duckdb_file(tmp_path / "a.db", TABLE)
    query = "SELECT strftime(m, '%H') AS hour, m FROM (SELECT TIMESTAMPTZ '2024-07-01 10:00:00+01' AS m)"
    files = []
    for zone in ("Europe/London", "Asia/Tokyo"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        read(server, query)
        files.append((tmp_path / "x.parquet").read_bytes())
    monkeypatch.undo()
    time.tzset()
    assert files[0] == files[1]


@pytest.mark.parametrize(
    "value", ["DATE 'infinity'", "TIMESTAMP '-infinity'", "DATE '10000-01-01'", "DATE '0044-03-15 (BC)'"]
)
def test_a_day_that_no_file_can_hold_is_refused_by_its_column(value: str, tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match="column 'until'"):
        read(duckdb_file(tmp_path / "a.db", TABLE), f"SELECT {value} AS until")


@MAKERS
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * FROM visit", "no table.*'visit'"),
        ("SELECT nam FROM visits", "'nam'"),
        ("SELECT 1 AS a, 2 AS A", "same name"),
        ("SELECT x'00' AS photo" , "bytes|accept|understand"),
        ("SELECT id FROM visits WHERE", "accept|understand"),
    ],
)  # fmt: skip
def test_a_query_that_fails_is_told_in_own_words(query: str, said: str, make: Make, tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match=said):
        read(make(tmp_path / "a.db", TABLE), query)


def test_a_value_that_fails_is_not_repeated(tmp_path: Path) -> None:
    server = duckdb_file(tmp_path / "a.db", "CREATE TABLE t AS SELECT 'Smith' AS name")
    with pytest.raises(SharedAnalysisError, match="cannot calculate") as refused:
        read(server, "SELECT name::INTEGER AS n FROM t")
    assert "Smith" not in str(refused.value)


@MAKERS
def test_a_file_that_is_none_is_told(make: Make, tmp_path: Path) -> None:
    server = make(tmp_path / "a.db", TABLE)
    (tmp_path / "a.db").write_bytes(b"id,name\n1,Smith\n" * 1000)
    with pytest.raises(SharedAnalysisError, match=r"not a whole SQLite|cannot be read as a DuckDB"):
        read(server, "SELECT 1 AS a")
    (tmp_path / "a.db").unlink()
    with pytest.raises(SharedAnalysisError, match="not there"):
        read(server, "SELECT 1 AS a")


def test_names_of_files_may_have_any_characters(tmp_path: Path) -> None:
    for name in ("50% of all?.db", "a#b c.db", "Straße.db"):
        if sys.platform == "win32" and "?" in name:
            continue
        assert read(sqlite_file(tmp_path / name, TABLE), "SELECT * FROM visits").num_rows == 4


def test_a_file_that_another_program_has_open_is_told(tmp_path: Path) -> None:
    server = duckdb_file(tmp_path / "a.db", TABLE)
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(server.path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "open"
        with pytest.raises(SharedAnalysisError, match="Another program"):
            read(server, "SELECT 1 AS a")
        other.communicate()


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    server = sqlite_file(tmp_path / "a.db", TABLE)
    (tmp_path / "folder.parquet").mkdir()
    (tmp_path / "folder.parquet" / "full").touch()
    with pytest.raises(SharedAnalysisError, match="cannot be written"):
        extract(server, "SELECT 1 AS a", tmp_path / "folder.parquet")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.db", "folder.parquet"]
