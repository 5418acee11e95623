"""Projects that many tests look at are made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from baking import by_cookiecutter, by_copier, copy_template, cycled

from tests.shared_run import made_once


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The template as a plain folder."""
    folder = made_once(tmp_path_factory, "template", lambda folder: copy_template(folder / "shared-analysis"))
    return folder / "shared-analysis"


@pytest.fixture(scope="session", params=cycled(), ids=lambda answers: "-".join(answers.values()))
def answers(request: pytest.FixtureRequest) -> dict[str, str]:
    """One round of the choices."""
    chosen: dict[str, str] = request.param
    return chosen


# Made once a worker and not once a run: DVC leaves files of its own in a project that it has looked at.


@pytest.fixture(scope="session")
def project(template: Path, answers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that cookiecutter makes for a round of choices."""
    return by_cookiecutter(template, tmp_path_factory.mktemp("cookiecutter") / "out", answers)


@pytest.fixture(scope="session")
def copier_project(template: Path, answers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project that copier makes for the same choices."""
    return by_copier(template, tmp_path_factory.mktemp("copier") / "project", answers)
