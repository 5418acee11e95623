"""Addresses as people write them, and passwords that stay out of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources.database import Server, parse_address


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "postgresql://reader@db.example.org:5433/housing",
            Server("housing", "postgresql", "db.example.org", 5433, "housing", user="reader"),
        ),
        ("postgres://db/housing", Server("housing", "postgresql", "db", 5432, "housing", "public")),
        ("POSTGRESQL+psycopg://db/housing", Server("housing", "postgresql", "db", 5432, "housing")),
        (
            "postgresql://r%40council@[::1]:5432/a%20b?sslmode=verify-full&schema=hs",
            Server("a_b", "postgresql", "::1", 5432, "a b", "hs", "r@council", options=(("sslmode", "verify-full"),)),
        ),
        ("postgresql://%2Fvar%2Frun/housing", Server("housing", "postgresql", "/var/run", 5432, "housing")),
        (
            "sqlserver://SQL01%5CPROD/housing?encrypt=strict",
            Server("housing", "sqlserver", "SQL01\\PROD", None, "housing", "dbo", options=(("encrypt", "strict"),)),
        ),
        ("mssql://sql01/housing", Server("housing", "sqlserver", "sql01", 1433, "housing")),
        ("sqlite:///data/housing.db", Server("housing", "sqlite", path="data/housing.db")),
        ("sqlite:////srv/housing.db", Server("housing", "sqlite", path="/srv/housing.db")),
        (r"sqlite:///C:\My data\100%41.db", Server("database", "sqlite", path=r"C:\My data\100%41.db")),
        (r"duckdb:///\\files\team\x.duckdb", Server("x", "duckdb", path=r"\\files\team\x.duckdb")),
        ("duckdb:///C:/data/x.duckdb", Server("x", "duckdb", path="C:/data/x.duckdb")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_address_is_read(address: str, expected: Server) -> None:
    server = parse_address(address)
    assert server == expected
    again = parse_address(server.address, server.name)
    assert (again.host, again.port, again.database, again.user, again.path) == (
        server.host, server.port, server.database, server.user, server.path,
    )  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://reader:hunter2@db/housing",
        "postgresql://reader:hunter2@db",
        "postgresql://reader:hunt/er2@db/housing",
        "postgresql://reader:1/hunter2@db/housing",
        "postgresql://reader:1?hunter2=@db/housing",
        "postgresql://reader:hunter2#@db/housing",
        "postgresql://reader:hunt@er2@db/housing",
        "postgresql://:hunter2@db/housing",
        "postgresql://db/housing?password=hunter2",
        "postgresql://db/housing?sslpassword=hunter2",
        "postgresql://db/housing?passfile=hunter2",
        "postgresql://db/housing?sslkey=hunter2",
        "sqlserver://db/housing?Pwd=hunter2",
        "postgresql://reader:hunter2",
        "postgresql://db:hunter2/housing",
        "mysql://reader:hunter2@db/housing",
        "reader:hunter2@db/housing",
        "postgresql://db/housing?options=-chunter2",
        "postgresql://db/housing?hunter2",
        "postgresql://db/housing?sslmode=hunter2",
        "sqlite:///data.db?hunter2",
        "sqlite://hunter2/data.db",
    ],
)
def test_no_part_of_a_refused_address_is_repeated(address: str) -> None:
    with pytest.raises(SharedAnalysisError) as refused:
        parse_address(address)
    assert "hunter2" not in str(refused.value)
    assert "er2" not in str(refused.value).replace("server", "")


def test_a_password_in_an_address_is_refused_with_what_to_do_instead() -> None:
    with pytest.raises(SharedAnalysisError, match=r"holds a password[\s\S]*SHARED_ANALYSIS_PASSWORD_"):
        parse_address("postgresql://reader:hunter2@db/housing")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"kind": "oracle"}, "no kind of database"),
        ({"name": "1 x"}, "server's name"),
        ({"host": None}, "which host"),
        ({"host": "a b"}, "name of a host"),
        ({"host": "db;PWD=x"}, "name of a host"),
        ({"port": 0}, "no port"),
        ({"port": True}, "no port"),
        ({"port": 70_000}, "no port"),
        ({"database": " "}, "no usable text"),
        ({"user": "a\nb"}, "no usable text"),
        ({"path": "x.db"}, "no such part"),
        ({"kind": "sqlite"}, "no such part"),
        ({"options": (("sslmode", "perhaps"),)}, "cannot have this value"),
        ({"options": (("service", "x"),)}, "not read here"),
    ],
)
def test_a_server_that_cannot_be_is_refused(parts: dict[str, object], said: str) -> None:
    whole = {"name": "x", "kind": "postgresql", "host": "db", "database": "d", **parts}
    with pytest.raises(SharedAnalysisError, match=said):
        Server(**whole)  # type: ignore[arg-type]


def test_a_relative_file_begins_in_the_project(tmp_path: Path) -> None:
    assert parse_address("sqlite:///data/x.db").within(tmp_path).path == str(tmp_path / "data" / "x.db")
    assert parse_address("sqlite:////srv/x.db").within(tmp_path).path == str(Path("/srv/x.db"))
    server = parse_address("postgresql://db/x")
    assert server.within(tmp_path) == server


def test_no_driver_is_imported_before_a_table_is_read() -> None:
    heavy = "{'pandas', 'pyarrow', 'duckdb', 'sqlite3', 'psycopg', 'mssql_python', 'sqlalchemy'}"
    code = f"import sys, shared_analysis.sources.database; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"
