"""What every test needs: the same surroundings whoever runs it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.baked import bake, dvc, git

ROOT = Path(__file__).resolve().parents[1]

os.environ.setdefault("MPLBACKEND", "agg")


@pytest.fixture(autouse=True)
def _outside_dvc(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test run started by a DVC stage must not make the tests write as that stage would."""
    monkeypatch.delenv("DVC_STAGE", raising=False)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository."""
    return ROOT


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default project after `dvc repro`, with its lock committed. Not to be changed."""
    project = bake(tmp_path_factory.mktemp("finished"))
    dvc("repro", cwd=project)
    git("add", "-A", cwd=project)
    git("commit", "-q", "-m", "Run the pipeline", cwd=project)
    return project


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished project that a test may change."""
    return Path(shutil.copytree(finished, tmp_path / "project", symlinks=True))
