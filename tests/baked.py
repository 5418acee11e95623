"""Make a project from the template and run commands in it, as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from cookiecutter.main import cookiecutter

from tools import ROOT

BIN = Path(sys.executable).parent

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


def bake(folder: Path, answers: Mapping[str, str] | None = None) -> Path:
    """Make a project with the default answers but for ``answers``, and commit it."""
    config = folder / "cookiecutter-config.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "cookiecutter-home"
    config.write_text(f"replay_dir: {home.as_posix()}\ncookiecutters_dir: {home.as_posix()}\n", encoding="utf-8")
    project = Path(
        cookiecutter(
            str(ROOT), no_input=True, extra_context=dict(answers or {}), output_dir=str(folder), config_file=str(config)
        )
    )
    if not (project / ".git").exists():
        git("init", "-q", "-b", "main", cwd=project)
    git("add", "-A", cwd=project)
    git("commit", "-q", "-m", "A new project", cwd=project)
    return project
