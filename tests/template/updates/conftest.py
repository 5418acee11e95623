"""A template with three releases, and projects of the first."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import copier
import pytest
from baking import by_cookiecutter, commit, run
from histories import (
    ANSWERS,
    release,
)

from tests.shared_run import made_once

RENDER = copier.run_copy


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template with three releases."""
    return (
        made_once(tmp_path_factory, "released", lambda folder: release(folder / "shared-analysis")) / "shared-analysis"
    )


@pytest.fixture(scope="session")
def begun(template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A project of the first release by each tool, committed."""

    def make(folder: Path) -> None:
        run("git", "checkout", "--quiet", "v0.1.0", cwd=template)
        by_cookiecutter(template, folder / "cookiecutter", ANSWERS)
        run("git", "checkout", "--quiet", "-", cwd=template)
        by_copier = folder / "copier" / "warm-beds"
        RENDER(str(template), by_copier, data=ANSWERS, vcs_ref="v0.1.0", defaults=True, quiet=True)
        run("git", "init", "--quiet", cwd=by_copier)
        for project in folder.glob("*/warm-beds"):
            run("git", "config", "user.name", "Analyst", cwd=project)
            run("git", "config", "user.email", "analyst@example.org", cwd=project)
            commit(project, "Start the project")

    folder = made_once(tmp_path_factory, "begun", make)
    return {tool: folder / tool / "warm-beds" for tool in ("cookiecutter", "copier")}


@pytest.fixture
def remembered(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let copier make the files of a version and of some answers only once: they are always the same."""

    def render(source: str, folder: Path, *, data: dict[str, Any], vcs_ref: str, **options: Any) -> None:
        key = hashlib.sha256(repr((vcs_ref, sorted(data.items()))).encode()).hexdigest()[:12]
        rendered = made_once(
            tmp_path_factory,
            f"rendered-{key}",
            lambda path: RENDER(source, path / "project", data=data, vcs_ref=vcs_ref, **options),
        )
        shutil.copytree(rendered / "project", folder)

    monkeypatch.setattr(copier, "run_copy", render)
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temp"))


@pytest.fixture
def project(begun: dict[str, Path], tmp_path: Path, remembered: None) -> Path:
    """A copy of the project that plain cookiecutter made."""
    return Path(shutil.copytree(begun["cookiecutter"], tmp_path / "work" / "warm-beds"))
