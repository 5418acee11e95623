"""A PostgreSQL of the tests' own: made in a temporary folder, on a free port, stopped afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shared_analysis.sources.database import Server

OWNER = "owner"
OWNER_PASSWORD = "Owner-of-all-7"  # noqa: S105
READER = "reader"
READER_PASSWORD = "Tr0ub4dor-and-3"  # noqa: S105
"""Of an account of the tests' own, on a server that only this machine reaches."""


@dataclass(frozen=True)
class Cluster:
    """A running server, with an account that may do everything and one that may read."""

    port: int
    programs: Path
    folder: Path

    def server(self, user: str = READER, **parts: Any) -> Server:
        """Describe it as a contract does."""
        plain = Server("tests", "postgresql", host="127.0.0.1", port=self.port, database="housing", user=user)
        return replace(plain, **parts)

    def connect(self, user: str = OWNER, password: str = OWNER_PASSWORD) -> Any:
        """Connect apart from what is tested, each statement by itself."""
        import psycopg

        return psycopg.connect(
            host="127.0.0.1", port=self.port, dbname="housing", user=user, password=password, autocommit=True
        )

    def run(self, *statements: str) -> None:
        """Run statements as the owner."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Ask as the owner."""
        with self.connect() as connection:
            return list(connection.execute(query).fetchall())


def programs_of_postgres() -> Path | None:
    """Find the folder of initdb and pg_ctl: on the path, or where Debian keeps them."""
    if sys.platform == "win32":
        return None
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


@contextmanager
def running(programs: Path) -> Iterator[Cluster]:
    """Make a cluster, start it, and stop it afterwards. It refuses to run as root, so root hands it to `postgres`."""
    import pwd

    account = pwd.getpwnam("postgres") if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgres-of-tests-"))
    user = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    secret = folder / "password"
    secret.write_text(OWNER_PASSWORD, encoding="utf-8")
    secret.chmod(0o644)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, env=_ENVIRONMENT, **user)

    data = str(folder / "data")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=20"
    try:
        run("initdb", "-D", data, "-U", OWNER, "-A", "scram-sha-256", "--pwfile", str(secret), "-E", "UTF8",
            "--locale", "C.UTF-8", "--no-sync")  # fmt: skip
        run("pg_ctl", "-D", data, "-o", options, "-w", "-l", str(folder / "log"), "start")
        try:
            yield _filled(Cluster(port, programs, folder))
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}


def _filled(cluster: Cluster) -> Cluster:
    import psycopg

    to_server = {"host": "127.0.0.1", "port": cluster.port, "user": OWNER, "password": OWNER_PASSWORD}
    with psycopg.connect(dbname="postgres", autocommit=True, **to_server) as connection:
        connection.execute("CREATE DATABASE housing")
        connection.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{READER_PASSWORD}'")
    cluster.run(
        "CREATE TABLE visits (id integer PRIMARY KEY, name text, seen date, amount numeric(10, 2))",
        "INSERT INTO visits SELECT n, 'visit ' || n, date '2024-01-01' + n, n * 1.5 FROM generate_series(1, 100) AS n",
        "CREATE TABLE secrets (id integer)",
        f"GRANT SELECT ON visits TO {READER}",
        "CREATE SEQUENCE numbers",
        f"GRANT ALL ON SEQUENCE numbers TO {READER}",
    )
    return cluster
