"""The list of files that the template manages is fresh, and every new project is as it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared_analysis.integrity import MANAGED_LIST, managed_files
from tools import TEMPLATE, managed


def test_the_list_is_what_the_template_makes() -> None:
    written = (TEMPLATE / MANAGED_LIST).read_text(encoding="utf-8")
    assert written == managed.text(), "stale: run `python -m tools.rebuild`"


def test_a_new_project_is_as_the_list_says(project: Path, copier_project: Path) -> None:
    for made in (project, copier_project):
        assert managed_files(made).drift(made) == []


def test_a_file_that_depends_on_the_answers_cannot_be_managed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(managed, "FILES", ("README.md",))
    with pytest.raises(ValueError, match="depends on the answers"):
        managed.text()


def test_every_guard_is_managed() -> None:
    """What keeps data and secrets out of git must be among what the template looks after."""
    listed = managed_files(TEMPLATE)
    guards = {".gitignore", ".pre-commit-config.yaml", "tests/test_guards.py", "data/raw/.gitignore", ".gitattributes"}
    assert {name for name in guards if name not in listed} == set()
    assert {".github/workflows/ci.yml", "azure-pipelines.yml", "requirements.txt"} <= {*listed.files, *listed.locks}
