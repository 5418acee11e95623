"""What goes wrong is said in one sentence of our own, without the password and without a row."""

from __future__ import annotations

import builtins
import getpass
import logging
import socket
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import Server, ask_for_password, extract, password_variable
from tests.unit.sources.database.cluster import READER_PASSWORD, Cluster

WRONG = "Hunter2-is-wrong"


def refusal(server: Server, folder: Path, query: str = "SELECT 1 AS a", **settings: Any) -> SharedAnalysisError:
    with pytest.raises(SharedAnalysisError) as refused:
        extract(server, query, folder / "x.parquet", **{"password": READER_PASSWORD, **settings})
    assert list(folder.iterdir()) == []
    return refused.value


@pytest.mark.parametrize(
    ("query", "said", "where"),
    [
        ("SELECT *\nFROM visit", "no table 'visit'", "line 2"),
        ("SELECT nam FROM visits", "no column 'nam'", "line 1"),
        ("-- why\nSELECT *\nFROM visits WHERE seen = shut(1)", "no function or operator 'shut'", "line 3"),
        ("SELECT id FROM secrets", "may not read 'secrets'", "query"),
        ("SELECT id, FROM visits", "does not understand", "line 1"),
        ("SELECT * FROM nowhere.visits", "no table 'nowhere.visits'", "line 1"),
        ("SELECT id FROM visits AS a, visits AS b", "in several tables", "line 1"),
        ("SELECT $1::integer AS a", "has a parameter", "query"),
        ("SELECT 1 / (id - 1) AS a FROM visits", "cannot calculate", "query"),
        ("SELECT name::date AS a FROM visits", "cannot calculate", "query"),
        ("SELECT name::integer AS a FROM visits", "cannot calculate", "query"),
    ],
)
def test_a_query_that_fails_is_told_by_its_line_and_names(
    query: str, said: str, where: str, cluster: Cluster, tmp_path: Path
) -> None:
    error = refusal(cluster.server(), tmp_path, query)
    assert said in error.what
    assert where in str(error.where)
    assert error.next_step
    assert "visit 1" not in str(error)


def test_a_wrong_password_is_told_and_stays_out_of_everything(
    cluster: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for password in (WRONG, lambda server: WRONG):
        error = refusal(cluster.server(), tmp_path, password=password)
        assert "does not accept 'reader' with this password" in error.what
        assert password_variable(cluster.server()) in str(error.next_step)
        assert WRONG not in str(error) + repr(error) + repr(vars(error))
        # What came before it, with the password in its frames, is not kept: some programs show those.
        assert (error.__context__, error.__cause__) == (None, None)
        frames = {Path(frame.filename).name for frame in traceback.extract_tb(error.__traceback__)}
        assert frames <= {"test_postgres_faults.py", "extract.py"}
    out = capfd.readouterr()
    assert WRONG not in caplog.text + out.out + out.err


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"host": "no-such-host.invalid"}, "No host has the name"),
        ({"port": 1}, "answers at this host and port"),
        ({"database": "password authentication failed"}, "no database"),
        ({"user": "nobody"}, "does not accept 'nobody'"),
        ({"options": (("sslmode", "require"),)}, "encrypted connection"),
    ],
)
def test_a_connection_that_fails_says_why(parts: dict[str, Any], said: str, cluster: Cluster, tmp_path: Path) -> None:
    assert said in refusal(cluster.server(**parts), tmp_path).what


def test_a_server_that_says_nothing_is_not_waited_for(cluster: Cluster, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        server = cluster.server(port=silent.getsockname()[1], options=(("connect_timeout", "2"),))
        assert "did not answer within 2 seconds" in refusal(server, tmp_path).what


def test_a_connection_waits_ten_seconds_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg")
    seen: dict[str, Any] = {}

    def connect(**settings: Any) -> None:
        seen.update(settings)
        raise psycopg.OperationalError("timeout expired")

    monkeypatch.setattr(psycopg, "connect", connect)
    refusal(Server("x", "postgresql", "db", database="d"), tmp_path)
    assert seen["connect_timeout"] == 10


def test_a_driver_that_is_not_there_is_told_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = builtins.__import__

    def without_drivers(name: str, *rest: Any) -> Any:
        if name in ("psycopg", "mssql_python"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_drivers)
    for kind, lock in (("postgresql", "requirements-postgres.txt"), ("sqlserver", "requirements-sqlserver.txt")):
        error = refusal(Server("x", kind, "db", database="d"), tmp_path)
        assert f"python -m pip install -r {lock}" in str(error.next_step)


def test_a_password_is_taken_from_the_environment(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(server: Server) -> str:
        raise AssertionError("nobody is to be asked")

    for variable in ("SHARED_ANALYSIS_PASSWORD_TESTS", "PGPASSWORD"):
        monkeypatch.setenv(variable, READER_PASSWORD)
        assert extract(cluster.server(), "SELECT 1 AS a", tmp_path / "x.parquet", password=never).rows == 1
        monkeypatch.delenv(variable)


def test_a_person_is_asked_only_if_the_server_wants_a_password(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    asked: list[str] = []

    def type_it(prompt: str) -> str:
        asked.append(prompt)
        return READER_PASSWORD

    monkeypatch.setattr(getpass, "getpass", type_it)
    assert extract(cluster.server(), "SELECT 1 AS a", tmp_path / "x.parquet", password=ask_for_password).rows == 1
    assert len(asked) == 1
    assert "reader" in asked[0]


def test_where_nobody_can_be_asked_it_is_said_where_the_password_goes(cluster: Cluster, tmp_path: Path) -> None:
    for password in (None, ask_for_password):
        error = refusal(cluster.server(), tmp_path, password=password)
        assert "wants a password" in error.what
        assert "SHARED_ANALYSIS_PASSWORD_TESTS" in str(error.next_step)
