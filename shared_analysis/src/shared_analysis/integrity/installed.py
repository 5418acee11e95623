"""Is the code that runs the code that the project names?"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import importlib.util
import os
import sys
import zipfile
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError

PACKAGE = Path(__file__).parents[1]


def refuse_other_code(root: Path) -> None:
    """Refuse to run a pipeline stage with other code than the project names.

    DVC records the hashes of the wheel in ``vendor/`` and of ``requirements.txt`` as what made the results; this holds
    them to what is installed: the analysis code byte for byte, every other package by its version. A package that is
    not installed at all is passed over: what a stage needs, it would miss. By hand (no ``DVC_STAGE``) nothing is
    compared.

    Raises
    ------
    SharedAnalysisError
        If a file of the installed package differs from the wheel's, or is missing; or a package has another version.
    """
    if not os.environ.get("DVC_STAGE"):
        return
    _refuse_other_wheel(root)
    _refuse_other_versions(root)


def _refuse_other_wheel(root: Path) -> None:
    wheels = sorted((root / "vendor").glob("shared_analysis-*.whl"))
    if wheels and (len(wheels) > 1 or not all(_same(*line) for line in _recorded(wheels[0]))):
        raise SharedAnalysisError(
            "The installed shared_analysis is not the one that this project holds, so what it makes could not be "
            "repeated.",
            f"vendor/: {', '.join(wheel.name for wheel in wheels)}",
            how_to_mend(root, wheels[0])
            if len(wheels) == 1
            else "delete each wheel there that requirements.txt does not name",
        )


def _refuse_other_versions(root: Path) -> None:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    lock = root / "requirements.txt"
    if not lock.is_file():
        return
    # Asked for once: each time that it is asked for, a package's metadata is read from its file.
    every = [package.metadata for package in importlib.metadata.distributions()]
    installed = {canonicalize_name(metadata["Name"]): metadata["Version"] for metadata in every}
    other = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        try:
            named = Requirement(line.rstrip("\\ "))
        except InvalidRequirement:  # a hash, a comment, an option, the wheel
            continue
        version = installed.get(canonicalize_name(named.name))
        applies = named.marker is None or named.marker.evaluate()
        if version and applies and not named.specifier.contains(version, prereleases=True):
            other.append(f"{named.name} {version}")
    if other:
        raise SharedAnalysisError(
            "Other versions are installed than those that this project names, so what they make could not be repeated: "
            f"{', '.join(other[:5])}{f' and {len(other) - 5} more' if len(other) > 5 else ''}.",
            lock.name,
            how_to_mend(root),
        )


def how_to_mend(root: Path, wheel: Path | None = None) -> str:
    """Name the command that runs a stage with what the project names.

    A stage runs whatever Python is first on the PATH. If that is another one than the project's own, in ``.venv``, then
    nothing is to be installed into it.
    """
    own = root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if own.is_file() and Path(sys.prefix).resolve() != (root / ".venv").resolve():
        python = os.fspath(own.relative_to(root))
        return f"this is not the Python of .venv: switch .venv on, or run {python} -m shared_analysis dvc repro"
    return how_to_install(wheel)


def how_to_install(wheel: Path | None = None) -> str:
    """Name the command that installs what the project names: its wheel, too, where other code has the same version."""
    from packaging.utils import parse_wheel_filename

    pip, again = "python -m pip install", "--force-reinstall"
    if importlib.util.find_spec("pip") is None:  # uv made the environment
        pip, again = "uv pip install", "--reinstall"
    installed = [package.version for package in importlib.metadata.distributions(name="shared-analysis")]
    if wheel and str(parse_wheel_filename(wheel.name)[1]) in installed:  # pip would keep what is there
        return f"install the project's own: {pip} {again} --no-deps ./vendor/{wheel.name}"
    return f"install what the project names: {pip} -r requirements.txt"


def _recorded(wheel: Path) -> list[tuple[str, str]]:
    """Read path and hash of each file of the package from the wheel's RECORD (PEP 427)."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        rows = [line.rsplit(",", 2) for line in archive.read(name).decode().splitlines()]
    return [(path, digest) for path, digest, _ in rows if path.startswith(f"{PACKAGE.name}/")]


def _same(path: str, digest: str) -> bool:
    installed = PACKAGE.parent / path
    if not installed.is_file():
        return False
    found = base64.urlsafe_b64encode(hashlib.sha256(installed.read_bytes()).digest()).decode().rstrip("=")
    return digest == f"sha256={found}"
