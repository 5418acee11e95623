"""What several tests of a whole project need."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.baked import run


@pytest.fixture(scope="session")
def wheelhouse(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every package of the lock, gathered as one does on a connected machine."""
    folder = tmp_path_factory.mktemp("wheelhouse")
    run(sys.executable, "-m", "shared_analysis", "wheelhouse", folder, cwd=finished)
    return folder
