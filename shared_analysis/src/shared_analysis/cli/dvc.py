"""``shared-analysis dvc``: DVC with this environment's Python, where the environment is not switched on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import typer


def dvc(context: typer.Context) -> None:
    """Run DVC so that its stages use this Python: `dvc repro`, `dvc exp run` and every other command of its.

    A stage runs `python`, which is whatever stands first on the PATH. In a terminal where the environment is not
    switched on that is another Python, or none. With `.venv/bin/python -m shared_analysis dvc repro` (on Windows
    `.venv\\\\Scripts\\\\python`) it is the one that you named. What follows `dvc` goes to DVC as it is.
    """
    from shared_analysis.errors import SharedAnalysisError

    here = Path(sys.executable).parent  # not resolved: the link in the environment is what makes it the environment
    path = os.pathsep.join([str(here), os.environ.get("PATH", "")])
    if Path(shutil.which("python", path=path) or "").parent != here:
        raise SharedAnalysisError(
            "The stages run `python`, and there is none of that name beside the Python that runs this.",
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
