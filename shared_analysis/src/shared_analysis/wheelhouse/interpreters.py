"""The interpreter of a virtual environment, on every system."""

from __future__ import annotations

from pathlib import Path


def interpreters_in(folder: Path) -> tuple[Path, Path]:
    """Name where an environment keeps its interpreter: on Linux and macOS, and on Windows."""
    return folder / "bin" / "python", folder / "Scripts" / "python.exe"


def python_of(folder: Path) -> Path:
    """Name the interpreter of an environment."""
    return next((python for python in interpreters_in(folder) if python.is_file()), folder / "bin" / "python")
