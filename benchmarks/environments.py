"""Environments of their own for other tools, and how their scripts are run."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(__file__).parent / "peers"


def cache() -> Path:
    """Where environments and forecasts of peers are kept between runs: BENCHMARK_CACHE, else in the user's cache."""
    named = os.environ.get("BENCHMARK_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "shared-analysis-benchmarks"


class Environments:
    """Virtual environments by the packages they hold, each made at its first use and found again after it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, ...], Path | str] = {}

    def python(self, packages: tuple[str, ...]) -> Path | str:
        """Return the interpreter, or the reason why there is none."""
        if packages not in self._made:
            self._made[packages] = self._make(packages)
        return self._made[packages]

    def _make(self, packages: tuple[str, ...]) -> Path | str:
        name = hashlib.sha256("\n".join([sys.version, *packages]).encode()).hexdigest()[:12]
        place = self._folder / f"environment-{name}"
        python = place / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        complete = place / "complete"
        if complete.exists():
            return python
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        install = [python, "-m", "pip", "install", "-q", *packages]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            return f"does not install ({(lines or ['pip failed'])[-1][:100]})"
        complete.touch()
        return python


def call(command: list[Any], timeout: float) -> dict[str, Any] | str:
    """Run a script, from the root of the repository, that prints JSON; return it, or the reason why there is none."""
    try:
        done = subprocess.run(
            list(map(str, command)), cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not done after {timeout / 60:.0f} minutes"
    if done.returncode:
        lines = [line for line in done.stderr.strip().splitlines() if line.strip()]
        return f"does not run ({lines[-1][:120]})" if lines else f"stopped with code {done.returncode}"
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))
