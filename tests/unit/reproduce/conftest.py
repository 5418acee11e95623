"""One small project, run once; every test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shared_analysis.reproduce import Certificate, verify
from tests.unit.reproduce.small_project import make


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("small") / "project"
    root.mkdir()
    return make(root)


@pytest.fixture
def small(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "temp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return Path(shutil.copytree(made, tmp_path / "project", symlinks=True))


@pytest.fixture
def check(small: Path) -> Callable[..., Certificate]:
    return lambda **options: verify(small, **({"environment": "current"} | options))
