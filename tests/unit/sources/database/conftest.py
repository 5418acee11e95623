"""What the tests of databases share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

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
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL or its driver is not installed")
        pytest.skip("PostgreSQL or its driver is not installed")
    with running(programs) as server:
        yield server
