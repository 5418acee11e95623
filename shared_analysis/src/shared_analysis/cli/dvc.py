"""``shared-analysis dvc``: DVC with this environment's Python, even if the environment is not activated."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import typer


def dvc(context: typer.Context) -> None:
    """Run any DVC command, such as `dvc repro` or `dvc exp run`, so that its stages use this Python.

    A stage runs `python`, which is the first one on the PATH. If you have not activated the environment, that is
    another Python, or there is none. `.venv/bin/python -m shared_analysis dvc repro` (on Windows
    `.venv\\\\Scripts\\\\python`) uses the one you named. Everything after `dvc` is passed to DVC unchanged.
    """
    from shared_analysis.errors import SharedAnalysisError

    here = Path(sys.executable).parent  # not resolved: the link in the environment is what makes it the environment
    path = os.pathsep.join([str(here), os.environ.get("PATH", "")])
    if Path(shutil.which("python", path=path) or "").parent != here:
        raise SharedAnalysisError(
            "The stages run `python`, but the folder of this Python has no program of that name.",
            sys.executable,
            "make an environment in the project: python -m venv .venv; then see README.md",
        )
    variables = {**os.environ, "PATH": path}
    variables.pop("PYTHONHOME", None)
    if sys.prefix != sys.base_prefix:
        variables["VIRTUAL_ENV"] = sys.prefix
    try:
        code = subprocess.call([sys.executable, "-m", "dvc", *context.args], env=variables)
    except KeyboardInterrupt:  # DVC was stopped by the same key, and has said so
        code = 130
    raise typer.Exit(code)
