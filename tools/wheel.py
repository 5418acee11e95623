"""Build the shared package's wheel into the template; the same source gives the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import ROOT, VENDOR

EPOCH = "1735689600"  # 2025-01-01: what every file in the wheel is dated, so that its bytes say nothing of the day


def build(folder: Path) -> Path:
    """Build the wheel into ``folder`` and return its path."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT / "shared_analysis",
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def refresh() -> Path:
    """Put a newly built wheel into the template's ``vendor/``, and nothing else beside it."""
    with tempfile.TemporaryDirectory() as scratch:
        content = (wheel := build(Path(scratch))).read_bytes()
        target = VENDOR / wheel.name
    VENDOR.mkdir(exist_ok=True)
    for old in VENDOR.glob("*.whl"):
        if old != target:
            old.unlink()
    if not target.exists() or target.read_bytes() != content:
        target.write_bytes(content)
    return target
