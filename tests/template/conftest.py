"""Projects that many tests look at are made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from baking import by_cookiecutter, by_copier, copy_template, cycled


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as a plain folder."""
    return copy_template(tmp_path_factory.mktemp("template") / "shared-analysis")


@pytest.fixture(scope="session", params=cycled(), ids=lambda answers: "-".join(answers.values()))
def answers(request: pytest.FixtureRequest) -> dict[str, str]:
    """One round of the choices."""
    chosen: dict[str, str] = request.param
    return chosen


@pytest.fixture(scope="session")
def project(template: Path, answers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that cookiecutter makes for a round of choices."""
    return by_cookiecutter(template, tmp_path_factory.mktemp("cookiecutter") / "out", answers)


@pytest.fixture(scope="session")
def copier_project(template: Path, answers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that copier makes for the same choices."""
    return by_copier(template, tmp_path_factory.mktemp("copier") / "project", answers)
