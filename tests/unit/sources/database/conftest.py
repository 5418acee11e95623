"""What the tests of databases share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.machine import MUST_HAVE
from tests.unit.sources.database.cluster import Cluster, programs_of_postgres, running


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A real PostgreSQL; without one the tests are left out, but not in CI."""
    programs = programs_of_postgres()
    try:
        import psycopg  # noqa: F401
    except ImportError:
        programs = None
    if programs is None:
        if MUST_HAVE:
            pytest.fail("PostgreSQL or its driver is not installed")
        pytest.skip("PostgreSQL or its driver is not installed")
    with running(programs) as server:
        yield server


@pytest.fixture(autouse=True)
def _no_passwords_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own passwords let a test in that should stay out."""
    for name in ("PGPASSWORD", "PGPASSFILE", "SHARED_ANALYSIS_PASSWORD_TESTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPASSFILE", "/nowhere/pgpass")
