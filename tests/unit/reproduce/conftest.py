"""One small project, run once; every test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared_analysis.reproduce import Certificate, RunOptions, verify
from tests.shared_run import made_once
from tests.unit.reproduce.small_project import make, make_real, write


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "small-project", make)


@pytest.fixture(scope="session")
def real_once(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project reading real people, with a twin beside them; not to be changed."""

    def turn(root: Path) -> None:
        shutil.copytree(made, root, symlinks=True, dirs_exist_ok=True)
        write(root, "project.yaml", "project: {}\n")
        make_real(root)

    return made_once(tmp_path_factory, "small-real-project", turn)


@pytest.fixture
def small(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "temp"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return Path(shutil.copytree(made, tmp_path / "project", symlinks=True))


@pytest.fixture
def check(small: Path) -> Callable[..., Certificate]:
    def check(revision: str = "HEAD", environment: str = "current", **options: Any) -> Certificate:
        judging = {name: options.pop(name) for name in ("tolerance", "day", "package") if name in options}
        return verify(small, revision, RunOptions(environment, **options), **judging)

    return check
