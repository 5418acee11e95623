"""Write the version, which stands in shared_analysis/pyproject.toml, to where else it must be."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.version import Version

from tools import PACKAGE, ROOT

COPIES = {
    "cookiecutter.json": r'(?<="_version": ")[^"]+',
    "copier.yml": r'(?<="_version": ")[^"]+|(?<=default\("v)[^"]+',
    "shared_analysis/src/shared_analysis/__init__.py": r'(?<=__version__ = ")[^"]+',
}


def read_version(package: Path = PACKAGE) -> str:
    """Read it."""
    settings = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))
    version: str = settings["project"]["version"]
    return version


def is_release(package: Path = PACKAGE) -> bool:
    """Say whether it is a release; between two of them, ``.dev0`` is behind the next one's version."""
    return not Version(read_version(package)).is_devrelease


def refresh(root: Path = ROOT) -> str:
    """Write it to every copy; return it."""
    version = read_version(root / PACKAGE.name)
    for name, copies in COPIES.items():
        text = (root / name).read_text(encoding="utf-8")
        (root / name).write_text(re.sub(copies, version, text), encoding="utf-8", newline="\n")
    return version
