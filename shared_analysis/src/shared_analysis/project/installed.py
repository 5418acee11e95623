"""Is the code that runs the code that the project holds?"""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError

PACKAGE = Path(__file__).parents[1]


def refuse_other_code(root: Path) -> None:
    """Refuse to run a pipeline stage with analysis code that is not, byte for byte, that of the wheel in ``vendor/``.

    DVC records the wheel's hash as what made the results; this holds it to the code that is installed. By hand (no
    ``DVC_STAGE``), or in a project without a wheel, nothing is compared.

    Raises
    ------
    SharedAnalysisError
        If a file of the installed package differs from the wheel's, or is missing.
    """
    wheels = sorted((root / "vendor").glob("shared_analysis-*.whl"))
    if not os.environ.get("DVC_STAGE") or not wheels:
        return
    if len(wheels) > 1 or not all(_same(*line) for line in _recorded(wheels[0])):
        raise SharedAnalysisError(
            "The installed shared_analysis is not the one that this project holds, so what it makes could not be "
            "repeated.",
            f"vendor/: {', '.join(wheel.name for wheel in wheels)}",
            "install what the project names: python -m pip install -r requirements.txt",
        )


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
