"""The wheel of this package, built from its source: the same source gives the same bytes, another one another name.

Between releases the version ends in ``.dev0``, and in the wheel a hash of its content follows. For pip keeps what is
installed in the version that is asked for, whatever hash the lock has (``docs/adr/0010``).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

from shared_analysis.errors import SharedAnalysisError

_EPOCH = "1735689600"  # 2025-01-01: what every file in the wheel is dated, so that its bytes say nothing of the day
_BACKEND = "hatchling.build"


def build_wheel(package: Path, ignored: Path, folder: Path) -> Path:
    """Build the wheel into a folder, with the build backend that is installed; nothing is fetched.

    Parameters
    ----------
    package
        The folder of the package's source.
    ignored
        The ``.gitignore`` of its repository.
    folder
        Where to put the wheel.

    Returns
    -------
    Path
        The wheel.

    Raises
    ------
    SharedAnalysisError
        If the backend that the source asks for is not installed, or fails.
    """
    with tempfile.TemporaryDirectory() as scratch:
        copy = _copied(package, ignored, Path(scratch))
        version = _ready(copy)
        wheel = _built(copy)
        if Version(version).is_devrelease:
            # With a letter in front: digits alone would be read as a number, and lose a zero that they begin with.
            digest = "h" + hashlib.sha256(_record(wheel)).hexdigest()[:12]
            settings = copy / "pyproject.toml"
            text = settings.read_text(encoding="utf-8").replace(f'"{version}"', f'"{version}+{digest}"', 1)
            settings.write_text(text, encoding="utf-8", newline="\n")
            wheel = _built(copy)
        return Path(shutil.copy(wheel, folder))


def _copied(package: Path, ignored: Path, folder: Path) -> Path:
    """Copy a package as git would commit it: without what it ignores, with LF, and nothing of the machine's rights."""
    shutil.copy(ignored, folder / ".gitignore")
    copy = folder / "shared_analysis"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"), copy_function=shutil.copyfile)
    for path in copy.rglob("*"):
        if path.is_file() and b"\0" not in (text := path.read_bytes()):
            path.write_bytes(text.replace(b"\r\n", b"\n"))
    return copy


def _ready(package: Path) -> str:
    """See that what builds the package is installed; return the package's version."""
    try:
        settings: dict[str, Any] = tomllib.loads((package / "pyproject.toml").read_text(encoding="utf-8"))
        backend, needed = settings["build-system"]["build-backend"], settings["build-system"]["requires"]
        version = str(settings["project"]["version"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SharedAnalysisError("This is not the source of the package.", "pyproject.toml") from None
    if backend != _BACKEND:
        raise SharedAnalysisError(
            f"The source is built by {backend}, and this verifier can build by {_BACKEND} alone.", "pyproject.toml"
        )
    for requirement in map(Requirement, needed):
        try:
            here = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            here = ""
        if not here or not requirement.specifier.contains(here, prereleases=True):
            raise SharedAnalysisError(
                f"The wheel cannot be built without {requirement}: {f'here is {here}' if here else 'it is not here'}.",
                "pyproject.toml: build-system",
                f'install it beside this command: python -m pip install "{requirement}"',
            )
    return version


def _built(package: Path) -> Path:
    folder = package.parent / "dist"
    variables = {name: value for name, value in os.environ.items() if not name.startswith("HATCH")}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "hatchling", "build", "--clean", "-t", "wheel", "-d", str(folder)],
        cwd=package,
        env={**variables, "SOURCE_DATE_EPOCH": _EPOCH},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
        raise SharedAnalysisError(f"The wheel cannot be built: {words[-1]}", "hatchling build")
    (wheel,) = folder.glob("*.whl")
    return wheel


def _record(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        return archive.read(name)
