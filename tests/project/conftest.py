"""What several tests of a whole project need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def wheelhouse(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every wheel of the lock, gathered as one does on a connected machine."""
    folder = tmp_path_factory.mktemp("wheelhouse")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "-r", "requirements.txt"]
    subprocess.run([*command, "-d", str(folder)], cwd=finished, check=True, stdout=subprocess.DEVNULL)
    return folder
