"""What is sent to SQL Server, recorded by a stand-in for its driver. None of this has run against a server."""

from __future__ import annotations

import datetime as dt
import decimal
import sys
import types
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import Extract, Server, extract
from shared_analysis.sources.database.sqlserver import split
from shared_analysis.sources.database.sqlserver_types import column_of
from shared_analysis.sources.database.statement import read_statement

PASSWORD = "Correct-horse;{}=9"  # noqa: S105
SERVER = Server("tests", "sqlserver", "SQL01", database="housing", user="reader")
UNABLE = "Client unable to establish connection"
LOGIN, CAST = "Invalid authorization specification", "Invalid character value for cast specification"
COLUMNS = [("id", "int"), ("name", "nvarchar(50)"), ("price", "money"), ("at", "datetimeoffset(7)")]
ROWS = [
    (1, "Ash", decimal.Decimal("1.5000"), dt.datetime(2024, 7, 1, 9, tzinfo=dt.UTC).replace(tzinfo=None)),
    (2, None, None, None),
]


class DriverError(Exception):
    """As the driver's: one phrase of its own for each code, and the server's words."""

    def __init__(self, driver_error: str, ddbc_error: str) -> None:
        super().__init__(f"Driver Error: {driver_error}; DDBC Error: {ddbc_error}")
        self.driver_error = driver_error
        self.ddbc_error = ddbc_error


@dataclass
class Recorded:
    """A driver, a connection and a cursor in one."""

    rows: Sequence[tuple[Any, ...]] = tuple(ROWS)
    described: Sequence[tuple[Any, ...]] = tuple((name, kind, None) for name, kind in COLUMNS)
    snapshots: int = 1
    fails: dict[str, DriverError] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    waiting: list[tuple[Any, ...]] = field(default_factory=list)

    def connect(self, **settings: Any) -> Recorded:
        self.settings = settings
        self._note("connect")
        return self

    def cursor(self) -> Recorded:
        return self

    def execute(self, sql: str, parameters: tuple[str, ...] = ()) -> Recorded:
        self._note(sql)
        if "snapshot_isolation_state" in sql:
            self.waiting = [(self.snapshots,)]
        else:
            self.waiting = list(self.described if "describe_first_result_set" in sql else self.rows)
        return self

    def _note(self, what: str) -> None:
        self.sent.append(what)
        for part, error in self.fails.items():
            if part in what:
                raise error

    def fetchone(self) -> tuple[Any, ...] | None:
        return self.waiting.pop(0) if self.waiting else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [self.waiting.pop(0) for _ in list(self.waiting)]

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        return [self.waiting.pop(0) for _ in list(self.waiting)[:size]]

    def pooling(self, *, enabled: bool) -> None:
        self.sent.append(f"pooling {enabled}")

    def setautocommit(self, value: bool) -> None:
        self.sent.append(f"autocommit {value}")

    def rollback(self) -> None:
        self.sent.append("rollback")

    def commit(self) -> None:
        raise AssertionError("nothing is ever committed")

    def close(self) -> None:
        self.sent.append("close")


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    recorded = Recorded()
    module = types.ModuleType("mssql_python")
    module.connect = recorded.connect  # type: ignore[attr-defined]
    module.pooling = recorded.pooling  # type: ignore[attr-defined]
    module.Error = DriverError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "mssql_python", module)
    return recorded


def read(folder: Path, query: str = "SELECT * FROM flats", server: Server = SERVER, **settings: Any) -> Extract:
    return extract(server, query, folder / "x.parquet", **{"password": PASSWORD, "key": ["id"], **settings})


def test_the_query_stands_in_brackets_in_one_order_and_is_rolled_back(driver: Recorded, tmp_path: Path) -> None:
    assert read(tmp_path, "-- flats\nSELECT * FROM flats -- all\n;").rows == 2
    assert driver.sent[0] == "pooling False"
    assert driver.sent[1:4] == [
        "connect",
        "SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()",
        "SET TRANSACTION ISOLATION LEVEL SNAPSHOT",
    ]
    assert driver.sent[4] == "close"
    assert driver.sent[5] == "autocommit False"
    wrapped = next(sql for sql in driver.sent if "ORDER BY" in sql and "describe" not in sql)
    assert wrapped == (
        'SELECT "id" AS "id", "name" AS "name", "price" AS "price", '
        'CAST(SWITCHOFFSET("at", \'+00:00\') AS datetime2) AS "at" '
        "FROM (\nSELECT * FROM flats\n) AS shared_analysis_query "
        'ORDER BY "id", "name" COLLATE Latin1_General_100_BIN2, DATALENGTH("name"), "price", "at"'
    )
    assert driver.sent[-2:] == ["rollback", "close"]


def test_values_have_their_types(driver: Recorded, tmp_path: Path) -> None:
    read(tmp_path, chunk_rows=1)
    table = pq.read_table(tmp_path / "x.parquet")
    assert table.schema.types == [pa.int64(), pa.string(), pa.decimal128(19, 4), pa.timestamp("us", "UTC")]
    assert table.to_pylist()[0]["at"] == dt.datetime(2024, 7, 1, 9, tzinfo=dt.UTC)


def test_a_with_stays_outside_and_its_select_stands_in_brackets(driver: Recorded, tmp_path: Path) -> None:
    read(tmp_path, ";WITH [a b] (x) AS (SELECT 1), c AS (SELECT 2) -- why\nSELECT * FROM c")
    before = "WITH [a b] (x) AS (SELECT 1), c AS (SELECT 2) -- why\n"
    after = "\n, shared_analysis_query AS (\nSELECT * FROM c\n) SELECT"
    assert any(sql.startswith(before + after) for sql in driver.sent)


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM flats",
        "SELECT 1 AS a; DELETE FROM flats",
        "SELECT 1 AS a) q DELETE FROM flats SELECT * FROM (SELECT 1 AS a",
        "WITH a AS (SELECT 1 AS x) DELETE FROM a",
        "WITH a AS (SELECT 1 AS x) UPDATE a SET x = 2 SELECT 1 AS a",
        "WITH a AS (SELECT 1 AS x) INSERT INTO flats SELECT 1",
        "WITH a AS (SELECT 1 AS x), SELECT 1",
        "SELECT * INTO other FROM flats",
        "SELECT * FROM OPENQUERY(far, 'DELETE FROM flats')",
        "SELECT * FROM OPENROWSET('MSOLEDBSQL', '', 'DELETE FROM flats') AS a",
        "EXEC wipe",
        "SELECT 1 AS a EXEC wipe",
    ],
)
def test_what_could_do_more_than_read_is_never_sent(query: str, driver: Recorded, tmp_path: Path) -> None:
    with pytest.raises(SharedAnalysisError):
        read(tmp_path, query)
    assert driver.sent == []


def test_a_second_statement_in_one_text_stands_in_the_brackets_too(driver: Recorded, tmp_path: Path) -> None:
    """Statements need no mark between them here; in brackets two of them are no query, and nothing of them is run."""
    read(tmp_path, "SELECT 1 AS id DELETE FROM flats")
    assert any("(\nSELECT 1 AS id DELETE FROM flats\n)" in sql for sql in driver.sent)


def test_quotes_and_names_in_brackets_are_read_as_this_server_does() -> None:
    for query in (
        "SELECT [a)] FROM t",
        "SELECT 'INTO' AS a",
        'SELECT ")" AS a',
        "SELECT [x]]INTO] AS a",
        "SELECT 'it''s)' AS a",
    ):
        assert split(read_statement(query, "sqlserver")) == ("", query)


def test_without_snapshots_it_is_said_that_rows_may_be_of_two_moments(driver: Recorded, tmp_path: Path) -> None:
    driver.snapshots = 0
    assert "two moments" in read(tmp_path).remarks[0]
    assert not any("ISOLATION" in sql for sql in driver.sent)


def test_how_it_connects(driver: Recorded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(tmp_path)
    assert driver.settings == {
        "Server": "SQL01,1433", "Database": "housing", "ApplicationIntent": "ReadOnly", "UID": "reader",
        "PWD": PASSWORD, "autocommit": True, "timeout": 10,
    }  # fmt: skip
    instance = Server("tests", "sqlserver", "SQL01\\PROD", database="housing", options=(("encrypt", "strict"),))
    read(tmp_path, server=instance, password=None)
    assert driver.settings["Server"] == "SQL01\\PROD"
    assert driver.settings["Trusted_Connection"] == "yes"
    assert driver.settings["Encrypt"] == "strict"
    assert "PWD" not in driver.settings
    entra = Server(
        "tests", "sqlserver", "db", database="d", options=(("authentication", "ActiveDirectoryInteractive"),)
    )
    read(tmp_path, server=entra, password=None)
    assert "Trusted_Connection" not in driver.settings
    monkeypatch.setenv("SHARED_ANALYSIS_PASSWORD_TESTS", "of-the-environment")
    read(tmp_path, password=None)
    assert "of-the-environment" in driver.settings.values()


def test_without_a_password_it_is_asked_for_or_said(driver: Recorded, tmp_path: Path) -> None:
    read(tmp_path, password=lambda server: "typed")
    assert "typed" in driver.settings.values()
    with pytest.raises(SharedAnalysisError, match="wants a password"):
        read(tmp_path, password=None)


@pytest.mark.parametrize(
    ("where", "phrase", "words", "said"),
    [
        ("connect", LOGIN, "Login failed for user 'reader'.", "does not accept 'reader'"),
        ("connect", LOGIN, "Cannot open database \"x\" (4060) Login failed", "no database"),
        ("connect", UNABLE, "[Microsoft]TCP Provider: Error code 0x2AF9", "No host has the name"),
        ("connect", UNABLE, "[Microsoft]TCP Provider: Timeout error [258]. ", "did not answer within 10 seconds"),
        ("connect", UNABLE, "[Microsoft]TCP Provider: Error code 0x2749", "answers at this host"),
        ("connect", "Connection operation failed", "Failed to load the driver. Please read", "system lacks a library"),
        ("connect", "Timeout expired", "Login timeout expired", "did not answer within 10 seconds"),
        ("connect", UNABLE, "SSL Provider: certificate", "encrypted connection"),
        ("connect", UNABLE, "TCP Provider: 10061", "answers at this host"),
        ("ORDER BY \"id\"", "Communication link failure", "", "connection was lost"),
        ("ORDER BY \"id\"", "Base table or view not found", "Invalid object name 'flats'.", "no table 'flats'"),
        ("ORDER BY \"id\"", CAST, "Conversion failed: 'Smith'", "calculate"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told_in_own_words(
    where: str, phrase: str, words: str, said: str, driver: Recorded, tmp_path: Path
) -> None:
    driver.fails = {where: DriverError(phrase, f"{words} PWD={PASSWORD}")}
    with pytest.raises(SharedAnalysisError, match=said) as refused:
        read(tmp_path)
    assert refused.value.__context__ is None
    assert PASSWORD not in str(refused.value)
    assert "Smith" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "said"), [(208, "no table"), (229, "may not read"), (1033, "ORDER BY"), (999, "error 999")]
)
def test_a_query_that_cannot_be_described_is_told_by_its_number(
    number: int, said: str, driver: Recorded, tmp_path: Path
) -> None:
    driver.described = [(None, None, number)]
    with pytest.raises(SharedAnalysisError, match=said):
        read(tmp_path)


@pytest.mark.parametrize(
    ("described", "kind", "select"),
    [
        ("bigint", pa.int64(), '"c"'),
        ("bit", pa.bool_(), '"c"'),
        ("decimal(38,10)", pa.decimal128(38, 10), '"c"'),
        ("numeric(5, 2)", pa.decimal128(5, 2), '"c"'),
        ("real", pa.float64(), '"c"'),
        ("date", pa.date32(), '"c"'),
        ("datetime2(7)", pa.timestamp("us"), '"c"'),
        ("varchar(max)", pa.string(), 'CONVERT(nvarchar(max), "c")'),
        ("time(7)", pa.string(), 'CONVERT(nvarchar(max), "c")'),
        ("uniqueidentifier", pa.string(), 'LOWER(CONVERT(char(36), "c"))'),
        ("geography", pa.string(), '"c".ToString()'),
    ],
)
def test_each_type_has_its_place(described: str, kind: pa.DataType, select: str) -> None:
    column = column_of("c", described)
    assert (column.type, column.select) == (kind, select)


def test_bytes_are_refused() -> None:
    for kind in ("varbinary(max)", "image", "timestamp"):
        with pytest.raises(SharedAnalysisError, match="bytes"):
            column_of("c", kind)


def test_the_stand_in_has_what_the_driver_has() -> None:
    """Where the driver is installed, what is used of it is there."""
    driver = pytest.importorskip("mssql_python")
    assert callable(driver.connect)
    assert callable(driver.pooling)
    assert issubclass(driver.OperationalError, driver.Error)
    error = driver.OperationalError(driver_error="Timeout expired", ddbc_error="x")
    assert (error.driver_error, error.ddbc_error) == ("Timeout expired", "x")
    assert callable(driver.Connection.setautocommit)
