"""Bake and run the example project: the template, answered; never edited by hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import EXAMPLE, ROOT

ANSWERS = ROOT / "tools" / "example.yaml"
RUN_ONLY = ("dvc.lock",)
"""What running adds to the baked project and git keeps."""


def bake(folder: Path, **answers: str) -> Path:
    """Make the project from its answers, and those given, in ``folder``; return where it is."""
    command = [
        sys.executable,
        "-m",
        "cookiecutter",
        ".",
        "--no-input",
        "--config-file",
        str(ANSWERS),
        "-o",
        str(folder),
        *(f"{question}={answer}" for question, answer in answers.items()),
    ]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "USERPROFILE": home, "GIT_CEILING_DIRECTORIES": str(folder)}
        subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    (project,) = (path for path in folder.iterdir() if path.is_dir())
    shutil.rmtree(project / ".git", ignore_errors=True)
    return project


def refresh() -> None:
    """Bake the example anew over the old one and run its pipeline."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = bake(Path(scratch))
        for path in sorted(EXAMPLE.rglob("*"), reverse=True) if EXAMPLE.exists() else ():
            relative = path.relative_to(EXAMPLE)
            if path.is_file() and not _is_kept(relative) and not (fresh / relative).exists():
                path.unlink()
        shutil.copytree(fresh, EXAMPLE, dirs_exist_ok=True)
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    subprocess.run([sys.executable, "-m", "dvc", "repro"], cwd=EXAMPLE, env=environment, check=True)


def _is_kept(relative: Path) -> bool:
    """Say whether a file of the example comes from running it: outputs, DVC's cache, the lock."""
    return relative.parts[0] in {"data", "reports", ".dvc", "scratch", *RUN_ONLY}
