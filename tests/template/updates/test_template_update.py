"""A project made with plain cookiecutter takes a newer template with copier, and keeps what was changed in it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import yaml
from baking import QUESTIONS, TEMPLATE, by_cookiecutter, commit, copy_template, run, settings
from copier import run_update

pytestmark = pytest.mark.slow  # each makes projects with copier and cookiecutter


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """The template as a repository with a release."""
    template = copy_template(tmp_path / "shared-analysis")
    run("git", "init", "--quiet", cwd=template)
    commit(template, "First release")
    run("git", "tag", f"v{QUESTIONS['_version']}", cwd=template)
    return template


def test_a_cookiecutter_project_can_be_updated(released: Path, tmp_path: Path) -> None:
    project = by_cookiecutter(released, tmp_path / "out", {"project_name": 'Kept: "as" it is', "methods": "linkage"})
    with (project / "README.md").open("a", encoding="utf-8", newline="\n") as readme:
        readme.write("\nOur own line.\n")
    commit(project, "Start the project")

    for name, old, new in (
        ("cookiecutter.json", QUESTIONS["_version"], "9.0.0"),
        ("copier.yml", QUESTIONS["_version"], "9.0.0"),
        (f"{TEMPLATE}/.editorconfig", "root = true", "# From the newer template\nroot = true"),
    ):
        text = (released / name).read_text(encoding="utf-8")
        assert old in text
        (released / name).write_text(text.replace(old, new), encoding="utf-8", newline="\n")
    page = released / TEMPLATE / "method" / "6-new.md"
    page.write_text("# {{ cookiecutter.__md_project_name }}\n", encoding="utf-8", newline="\n")
    commit(released, "Second release")
    run("git", "tag", "v9.0.0", cwd=released)

    run_update(project, defaults=True, overwrite=True, quiet=True)

    kept = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert kept["_commit"] == "v9.0.0"
    assert kept["project_name"] == 'Kept: "as" it is'
    assert kept["methods"] == "linkage"
    assert (project / ".editorconfig").read_text(encoding="utf-8").startswith("# From the newer template\n")
    assert (project / "method" / "6-new.md").read_text(encoding="utf-8") == '# Kept: "as" it is\n'
    assert (project / "README.md").read_text(encoding="utf-8").endswith("\nOur own line.\n")
    changed = run("git", "status", "--porcelain", cwd=project).stdout.splitlines()
    assert sorted(line[3:] for line in changed) == [".copier-answers.yml", ".editorconfig", "method/6-new.md"]


@pytest.mark.parametrize("place", ["", "elsewhere"])
@pytest.mark.parametrize("shell", [True, False])
def test_a_template_given_by_a_relative_path_is_found_again(
    released: Path, tmp_path: Path, place: str, shell: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shells say in PWD where a command was started; those of Windows do not."""
    monkeypatch.setenv("PWD", str(tmp_path))
    if not shell:
        monkeypatch.delenv("PWD")
    home = str(tmp_path / "home")
    command = ("cookiecutter", f".{os.sep}{released.name}", "--no-input", "-o", place or ".")
    done = run(*command, cwd=tmp_path, HOME=home, USERPROFILE=home)
    assert done.returncode == 0, done.stderr
    assert "Before you use shared-analysis update" not in done.stdout
    (answers,) = (tmp_path / place).glob("*/.copier-answers.yml")
    assert yaml.safe_load(answers.read_text(encoding="utf-8"))["_src_path"] == str(released.resolve())
    commit(answers.parent, "Start the project")
    run_update(answers.parent, defaults=True, overwrite=True, quiet=True)
    assert run("git", "status", "--porcelain", cwd=answers.parent).stdout == ""


@pytest.mark.parametrize(("given", "folder"), [("../../shared-analysis", "a/b"), (".", "shared-analysis")])
def test_where_the_path_cannot_be_made_full_it_says_what_to_do(
    released: Path, tmp_path: Path, given: str, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PWD", raising=False)
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    home, path = str(tmp_path / "home"), given.replace("/", os.sep)
    command = ("cookiecutter", path, "--no-input", "-o", str(tmp_path / "away"))
    done = run(*command, cwd=tmp_path / folder, HOME=home, USERPROFILE=home)
    assert done.returncode == 0, done.stderr
    assert "Before you use shared-analysis update" in done.stdout
    assert f"it was given as {path}\n" in done.stdout
    (answers,) = (tmp_path / "away").glob("*/.copier-answers.yml")
    assert yaml.safe_load(answers.read_text(encoding="utf-8"))["_src_path"] == path


def test_a_template_among_those_that_cookiecutter_keeps_is_found_again(released: Path, tmp_path: Path) -> None:
    config = settings(tmp_path / "settings")
    shutil.move(released, tmp_path / "settings" / "templates" / "kept")
    command = ("cookiecutter", "kept", "--no-input", "--config-file", str(config), "-o", str(tmp_path / "out"))
    done = run(*command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (answers,) = (tmp_path / "out").glob("*/.copier-answers.yml")
    kept = yaml.safe_load(answers.read_text(encoding="utf-8"))
    assert kept["_src_path"] == str(tmp_path / "settings" / "templates" / "kept")


def test_the_version_kept_is_a_release_of_the_template(released: Path, tmp_path: Path) -> None:
    project = by_cookiecutter(released, tmp_path / "out")
    kept = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert kept["_commit"] == run("git", "describe", "--tags", cwd=released).stdout.strip()
    assert kept["_src_path"] == str(released)
    assert json.dumps(kept)
