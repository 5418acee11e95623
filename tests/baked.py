"""Make a project from the template and run commands in it, as a person would."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cookiecutter.main import cookiecutter

from tools import ROOT

BIN = Path(sys.executable).parent

SMALLER = {"people: 4000": "people: 400", "first_month: 2016-01": "first_month: 2020-01"}

Run = Callable[..., subprocess.CompletedProcess[str]]


def surroundings(**changes: str) -> dict[str, str]:
    """Environment variables with this interpreter's commands first, as an activated environment has them."""
    variables = {name: value for name, value in os.environ.items() if name not in {"DVC_STAGE", "PYTHONPATH"}}
    variables["PATH"] = os.pathsep.join([str(BIN), variables["PATH"]])
    return {**variables, **changes}


def run(*command: object, cwd: Path, check: bool = True, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a project; when it must succeed and does not, show what it said."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=cwd, env=surroundings(**changes), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if check and done.returncode:
        pytest.fail(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}", pytrace=False)
    return done


def dvc(*arguments: object, cwd: Path, check: bool = True, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run DVC as a person would, with this interpreter."""
    return run(sys.executable, "-m", "dvc", *arguments, cwd=cwd, check=check, **changes)


def git(*arguments: object, cwd: Path) -> str:
    """Run git with a name of its own; return what it said."""
    person = ("-c", "user.name=Analyst", "-c", "user.email=analyst@example.org", "-c", "core.autocrlf=false")
    return run("git", *person, *arguments, cwd=cwd).stdout


def bake(folder: Path, answers: Mapping[str, str] | None = None, *, small: bool = False) -> Path:
    """Make a project with the default answers but for ``answers``, and commit it.

    ``small`` gives its twin some hundred people and five years: enough to link and to forecast.
    """
    config = folder / "cookiecutter-config.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "cookiecutter-home"
    config.write_text(f"replay_dir: {home.as_posix()}\ncookiecutters_dir: {home.as_posix()}\n", encoding="utf-8")
    project = Path(
        cookiecutter(
            str(ROOT), no_input=True, extra_context=dict(answers or {}), output_dir=str(folder), config_file=str(config)
        )
    )
    if small:
        for old, new in SMALLER.items():
            replace(project / "params.yaml", old, new)
    return begin(project)


def begin(project: Path) -> Path:
    """Commit a new project."""
    if not (project / ".git").exists():
        git("init", "-q", "-b", "main", cwd=project)
    git("add", "-A", cwd=project)
    git("commit", "-q", "-m", "A new project", cwd=project)
    return project


def run_and_commit(project: Path) -> None:
    """Run the pipeline, and commit its lock."""
    dvc("repro", cwd=project)
    git("add", "-A", cwd=project)
    git("commit", "-q", "-m", "Run the pipeline", cwd=project)


def copied(project: Path, target: Path) -> Path:
    """Copy a project, its repository and DVC's cache included, so that a test may change it."""
    return Path(shutil.copytree(project, target, symlinks=True))


def replace(path: Path, old: str, new: str) -> None:
    """Replace words of a text file, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
