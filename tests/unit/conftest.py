"""Projects of each kind, made once; every test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from tests.baked import bake
from tests.shared_run import made_once

METHODS = ("forecasting", "linkage", "linkage-and-forecasting")


class Sample:
    """A project's folder, and the means to look at it and change it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def text(self, name: str) -> str:
        return (self.root / name).read_bytes().decode("utf-8")

    def yaml(self, name: str) -> dict:
        return yaml.safe_load(self.text(name))

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_bytes(text.encode("utf-8"))

    def change(self, name: str, old: str, new: str) -> None:
        text = self.text(name)
        assert old in text, old
        self.write(name, text.replace(old, new))

    def files(self) -> dict[str, bytes]:
        paths = (path for path in self.root.rglob("*") if path.is_file() and ".git" not in path.parts)
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A project for each answer to what it should do."""

    def make(folder: Path) -> None:
        for methods in METHODS:
            bake(folder / methods, {"methods": methods, "project_slug": "project"})

    folder = made_once(tmp_path_factory, "project-of-each-method", make)
    return {methods: folder / methods / "project" for methods in METHODS}


@pytest.fixture
def sample(made: Mapping[str, Path], tmp_path: Path) -> Callable[[str], Sample]:
    """Copy a project."""

    def copy(methods: str = "linkage-and-forecasting") -> Sample:
        return Sample(Path(shutil.copytree(made[methods], tmp_path / methods, ignore=shutil.ignore_patterns(".git"))))

    return copy
