"""What every test needs: the same surroundings whoever runs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.baked import begin, copied, run_and_commit
from tests.shared_run import made_once
from tools import example

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
    """The example after `dvc repro`, with its lock committed. Not to be changed."""
    folder = made_once(tmp_path_factory, "finished", lambda folder: run_and_commit(begin(example.bake(folder))))
    (project,) = (path.parent for path in folder.glob("*/project.yaml"))
    return project


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy of the finished example that a test may change."""
    return copied(finished, tmp_path / "project")
