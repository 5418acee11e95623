"""What comes out of a real PostgreSQL: types, order, and the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import decimal
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared_analysis import contracts, sources
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import Extract, Server, extract
from tests.unit.sources.database.cluster import OWNER, OWNER_PASSWORD, READER_PASSWORD, Cluster

TYPED = """
SELECT 1::smallint AS small, 9223372036854775807 AS large, 0.1::real AS single, '-0'::float8 AS negative,
    'NaN'::float8 AS nothing, 12.30::numeric(10, 2) AS amount, 'NaN'::numeric(10, 2) AS lost, 1.50::numeric AS loose,
    sum(5::bigint) AS total, '1234.5'::money AS price, true AS yes, date '0001-01-01' AS first,
    date '9999-12-31' AS last, timestamp '2024-07-01 10:00:00.123456' AS local,
    timestamptz '2024-07-01 10:00 Europe/London' AS moment,
    '[1, 2]'::json AS list, '{"b": 1, "a": 2}'::jsonb AS thing, ARRAY['a', NULL] AS many, interval '1 day 2 hours' AS
    "how long", inet '10.0.0.1' AS address, point(1, 2) AS spot, time '10:00' AS clock, 'x'::char(5) AS fixed,
    'd94d1b0a-5e3a-4a0c-8a5b-0d9f0f6f2f11'::uuid AS code, 'sad'::mood AS mood, E'a,"b"\n\\\\.\r' AS "Straße",
    '' AS empty, NULL::text AS missing, row(1, 'x') AS pair, '<a/>'::xml AS marked
"""


def read(cluster: Cluster, query: str, target: Path, **settings: Any) -> Extract:
    return extract(cluster.server(OWNER), query, target, password=OWNER_PASSWORD, **settings)


def values(cluster: Cluster, query: str, folder: Path, **settings: Any) -> pa.Table:
    read(cluster, query, folder / "x.parquet", **settings)
    return pq.read_table(folder / "x.parquet")


@pytest.fixture(scope="module")
def typed(cluster: Cluster) -> Cluster:
    cluster.run("CREATE TYPE mood AS ENUM ('sad', 'happy')")
    return cluster


def test_every_type_has_its_place(typed: Cluster, tmp_path: Path) -> None:
    table = values(typed, TYPED, tmp_path)
    (row,) = table.to_pylist()
    assert math.isnan(row.pop("nothing"))
    assert math.copysign(1, row["negative"]) == -1
    assert row == {
        "small": 1, "large": 2**63 - 1, "single": 0.1, "negative": 0.0, "amount": decimal.Decimal("12.30"),
        "lost": None, "loose": "1.50", "total": "5", "price": "1234.50", "yes": True, "first": dt.date(1, 1, 1),
        "last": dt.date(9999, 12, 31), "local": dt.datetime.fromisoformat("2024-07-01T10:00:00.123456"),
        "moment": dt.datetime(2024, 7, 1, 9, tzinfo=dt.UTC), "list": "[1, 2]", "thing": '{"a": 2, "b": 1}',
        "many": "{a,NULL}", "how long": "P1DT2H", "address": "10.0.0.1/32", "spot": "(1,2)", "clock": "10:00:00",
        "fixed": "x", "code": "d94d1b0a-5e3a-4a0c-8a5b-0d9f0f6f2f11", "mood": "sad", "Straße": 'a,"b"\n\\.\r',
        "empty": "", "missing": None, "pair": "(1,x)", "marked": "<a/>",
    }  # fmt: skip
    assert table.schema.field("amount").type == pa.decimal128(10, 2)
    assert table.schema.field("moment").type == pa.timestamp("us", "UTC")


def test_a_column_has_its_type_without_any_value_and_without_any_row(typed: Cluster, tmp_path: Path) -> None:
    full = values(typed, TYPED, tmp_path).schema
    assert values(typed, f"SELECT * FROM ({TYPED}) AS t WHERE small = 2", tmp_path).schema == full
    late = "SELECT CASE WHEN n > 90 THEN n END AS number FROM generate_series(1, 100) AS n"
    assert values(typed, late, tmp_path, chunk_rows=10).schema.field("number").type == pa.int64()


def test_a_single_column_keeps_its_missing_values(cluster: Cluster, tmp_path: Path) -> None:
    table = values(cluster, "VALUES (NULL::text), (''), (NULL), ('b')", tmp_path)
    assert table.column(0).to_pylist() == ["", "b", None, None]


@pytest.mark.parametrize("value", ["infinity", "-infinity", "0044-03-15 BC", "10000-01-01"])
@pytest.mark.parametrize("kind", ["date", "timestamp", "timestamptz"])
def test_a_day_that_no_file_can_hold_is_refused_by_its_column(
    value: str, kind: str, cluster: Cluster, tmp_path: Path
) -> None:
    with pytest.raises(SharedAnalysisError, match="column 'until'") as refused:
        read(cluster, f"SELECT 1 AS id, {kind} '{value}' AS until", tmp_path / "x.parquet")
    assert value not in str(refused.value).replace("'infinity'", "").replace("`infinity`", "")
    assert values(cluster, f"SELECT NULLIF({kind} '{value}', '{value}') AS until", tmp_path).num_rows == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT 1 AS a, 2 AS a", "column 'a'"),
        ("SELECT 1, 2 AS a", "no name[\\s\\S]*column 1"),
        ("SELECT ''::bytea AS photo", "bytes[\\s\\S]*column 'photo'"),
        ("SELECT FROM visits", "no columns"),
    ],
)
def test_columns_that_make_no_table_are_refused(query: str, said: str, cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match=said):
        read(cluster, query, tmp_path / "x.parquet")


def test_a_key_that_is_not_selected_is_refused_with_the_nearest(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match=r"'idd'[\s\S]*did you mean 'id'"):
        read(cluster, "SELECT id FROM visits", tmp_path / "x.parquet", key=["idd"])


def test_rows_are_ordered_by_key_and_text_by_its_bytes(cluster: Cluster, tmp_path: Path) -> None:
    # The collation of a column, as most databases have one: in it, a < B < é < Z.
    rows = "(2, 'b'), (1, 'é'), (1, 'a'), (1, 'B'), (1, NULL), (2, 'Z')"
    query = f'SELECT id, name COLLATE "en-x-icu" AS name FROM (VALUES {rows}) AS t (id, name)'
    table = values(cluster, query, tmp_path, key=["id"])
    assert table.column("name").to_pylist() == ["B", "a", "é", None, "Z", "b"]
    table = values(cluster, query, tmp_path, key=["name", "id"])
    assert table.column("name").to_pylist() == ["B", "Z", "a", "b", "é", None]


def test_values_that_are_equal_but_written_differently_have_an_order(cluster: Cluster, tmp_path: Path) -> None:
    written = [
        f"SELECT n::numeric AS n, i::interval AS i, f::float8 AS f FROM (VALUES {rows}) AS t (n, i, f)"
        for rows in (
            "('1.0', '1 day', '0'), ('1.00', '24 hours', '-0'), ('1', '1 day', '-0')",
            "('1', '1 day', '-0'), ('1.00', '24 hours', '-0'), ('1.0', '1 day', '0')",
        )
    ]
    files = []
    for number, query in enumerate(written):
        read(cluster, query, tmp_path / f"{number}.parquet")
        files.append((tmp_path / f"{number}.parquet").read_bytes())
    assert files[0] == files[1]


def test_columns_without_an_order_of_their_own_order_rows_too(cluster: Cluster, tmp_path: Path) -> None:
    rows = [
        "('{\"a\": 1}'::json, point(2, 1), '<a/>'::xml)",
        "('[]', point(1, 2), '<b/>')",
        "('[]', point(1, 1), '<b/>')",
    ]
    files = []
    for some in (rows, rows[:1] + rows[:0:-1]):
        read(cluster, f"SELECT * FROM (VALUES {', '.join(some)}) AS t (j, p, x)", tmp_path / "x.parquet")
        files.append((tmp_path / "x.parquet").read_bytes())
    assert files[0] == files[1]


def test_the_same_content_is_the_same_bytes_however_it_lies_on_disk_and_whatever_the_plan(
    cluster: Cluster, tmp_path: Path
) -> None:
    cluster.run(
        "DROP TABLE IF EXISTS moved",
        "CREATE TABLE moved AS SELECT n % 5000 AS id, 'Person ' || n % 700 AS name, n % 3 = 0 AS yes,"
        " n * 0.1::float8 AS x"
        " FROM generate_series(1, 60000) AS n",
        "ANALYZE moved",
    )
    query = "SELECT * FROM moved"
    first = tmp_path / "first.parquet"
    read(cluster, query, first, key=["id"])
    cluster.run(
        "UPDATE moved SET yes = NOT yes WHERE id % 2 = 0",
        "UPDATE moved SET yes = NOT yes WHERE id % 2 = 0",
        "CREATE INDEX ON moved (name)",
        "CLUSTER moved USING moved_name_idx",
    )
    always_parallel = ("parallel_setup_cost = 0", "parallel_tuple_cost = 0", "min_parallel_table_scan_size = 0")
    cluster.run(*(f"ALTER ROLE {OWNER} SET {setting}" for setting in always_parallel))
    try:
        plan = "\n".join(row[0] for row in cluster.ask('EXPLAIN SELECT * FROM moved ORDER BY id, name COLLATE "C"'))
        assert "Gather" in plan
        for number, size in enumerate((50_000, 777)):
            again = tmp_path / f"again{number}.parquet"
            assert read(cluster, query, again, key=["id"], chunk_rows=size).rows == 60_000
            assert again.read_bytes() == first.read_bytes()
    finally:
        cluster.run(f"ALTER ROLE {OWNER} RESET ALL")


def test_settings_of_an_account_do_not_reach_the_file(typed: Cluster, tmp_path: Path) -> None:
    first, second = tmp_path / "first.parquet", tmp_path / "second.parquet"
    read(typed, TYPED, first)
    settings = {"TimeZone": "'Asia/Tokyo'", "DateStyle": "'SQL, DMY'", "IntervalStyle": "sql_standard",
                "extra_float_digits": "-5", "client_encoding": "latin1", "lc_monetary": "'C'"}  # fmt: skip
    typed.run(*(f"ALTER ROLE {OWNER} SET {name} = {value}" for name, value in settings.items()))
    try:
        read(typed, TYPED, second)
    finally:
        typed.run(f"ALTER ROLE {OWNER} RESET ALL")
    assert second.read_bytes() == first.read_bytes()


def test_tables_are_looked_for_in_the_servers_schema(cluster: Cluster, tmp_path: Path) -> None:
    cluster.run('CREATE SCHEMA IF NOT EXISTS "Homes"', 'CREATE TABLE IF NOT EXISTS "Homes".flats (id integer)')
    server = cluster.server(OWNER, schema="Homes")
    assert extract(server, "SELECT * FROM flats", tmp_path / "x.parquet", password=OWNER_PASSWORD).rows == 0


def test_progress_is_told_and_rows_are_counted(cluster: Cluster, tmp_path: Path) -> None:
    told: list[int] = []
    done = read(cluster, "SELECT id, name FROM visits", tmp_path / "x.parquet", chunk_rows=40, progress=told.append)
    assert (done, told) == (Extract(100, ("id", "name")), [40, 80, 100])


def test_a_long_value_is_no_problem(cluster: Cluster, tmp_path: Path) -> None:
    table = values(cluster, "SELECT repeat('long ', 3000000) AS text", tmp_path)
    assert len(table.column(0)[0].as_py()) == 15_000_000


def test_a_connection_that_is_lost_half_way_leaves_the_earlier_file_alone(cluster: Cluster, tmp_path: Path) -> None:
    target = tmp_path / "x.parquet"
    target.write_bytes(b"earlier")

    def cut(rows: int) -> None:
        cluster.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shared-analysis'")

    query = "SELECT n AS id, repeat(md5(n::text), 10) AS code FROM generate_series(1, 400000) AS n"
    with pytest.raises(SharedAnalysisError, match="connection was lost") as refused:
        read(cluster, query, target, key=["id"], chunk_rows=1000, progress=cut)
    assert OWNER_PASSWORD not in str(refused.value)
    assert target.read_bytes() == b"earlier"
    assert list(tmp_path.iterdir()) == [target]


def test_a_person_who_stops_it_leaves_the_earlier_file_alone(cluster: Cluster, tmp_path: Path) -> None:
    target = tmp_path / "x.parquet"
    target.write_bytes(b"earlier")

    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        read(cluster, "SELECT n AS id FROM generate_series(1, 2000000) AS n", target, chunk_rows=10, progress=stop)
    assert time.monotonic() - began < 20
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_bytes() == b"earlier"
    ours = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shared-analysis'"
    while cluster.ask(ours) != [(0,)]:
        assert time.monotonic() - began < 60


def test_what_a_killed_process_left_goes_with_the_next_run(cluster: Cluster, tmp_path: Path) -> None:
    target = tmp_path / "x.parquet"
    code = f"""
import os, signal
from pathlib import Path
from shared_analysis.sources.database import Server, extract
server = Server("tests", "postgresql", "127.0.0.1", {cluster.port}, "housing", user="reader")
extract(server, "SELECT * FROM visits", Path({str(target)!r}), chunk_rows=10,
        progress=lambda rows: rows > 50 and os.kill(os.getpid(), signal.SIGKILL))
"""
    environment = {**os.environ, "SHARED_ANALYSIS_PASSWORD_TESTS": READER_PASSWORD}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode != 0
    assert [path.name for path in tmp_path.iterdir()] == [".x.parquet.part"]
    read(cluster, "SELECT * FROM visits", target)
    assert list(tmp_path.iterdir()) == [target]


def test_all_rows_are_of_one_moment(cluster: Cluster, tmp_path: Path) -> None:
    cluster.run(
        "DROP TABLE IF EXISTS pairs", "CREATE TABLE pairs AS SELECT n AS id, 0 AS v FROM generate_series(1, 50000) AS n"
    )

    def change(rows: int) -> None:
        if rows == 1000:
            cluster.run("UPDATE pairs SET v = 1", "DELETE FROM pairs WHERE id > 40000")

    read(cluster, "SELECT * FROM pairs", tmp_path / "x.parquet", key=["id"], chunk_rows=1000, progress=change)
    table = pq.read_table(tmp_path / "x.parquet")
    assert (table.num_rows, table.column("v").unique().to_pylist()) == (50_000, [0])


def test_a_draft_takes_the_columns_of_the_file_for_what_they_are(cluster: Cluster, tmp_path: Path) -> None:
    query = """SELECT n::bigint AS floors, (n * 1.25)::numeric(10, 2) AS amount, avg(n) OVER () AS mean,
        date '2024-01-01' + n AS seen, n % 2 = 0 AS urgent, md5(n::text) AS code,
        timestamptz '2024-01-01 10:30 Europe/London' + n * interval '1 hour' AS at
        FROM generate_series(1, 500) AS n"""
    read(cluster, query, tmp_path / "x.parquet", key=["floors"])
    draft = contracts.infer(sources.read(tmp_path / "x.parquet"), "visits")
    assert {column.name: column.type for column in draft.columns} == {
        "floors": "integer", "amount": "number", "mean": "number", "seen": "date", "urgent": "boolean",
        "code": "string", "at": "timestamp",
    }  # fmt: skip


def test_a_target_must_be_parquet(tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError, match=r"\.parquet"):
        extract(Server("x", "sqlite", path="x.db"), "SELECT 1 AS a", tmp_path / "x.csv")
