"""Put the shared package's wheel into the template, as ``shared_analysis.wheelhouse.build_wheel`` makes it."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from shared_analysis.wheelhouse import build_wheel
from tools import PACKAGE, ROOT, TEMPLATE
from tools.version import is_release


def build(folder: Path, package: Path = PACKAGE) -> Path:
    """Build the wheel into ``folder`` and return its path."""
    return build_wheel(package, ROOT / ".gitignore", folder)


def refresh(template: Path = TEMPLATE, package: Path = PACKAGE) -> Path:
    """Put a newly built wheel into the template's ``vendor/`` and its name into ``requirements.in``; return its path.

    A wheel that has the same content stays as it is: another zlib may compress it otherwise.

    Raises
    ------
    SystemExit
        If this version is a release, and its wheel has other content already.
    """
    vendor = template / "vendor"
    vendor.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        built = build(Path(scratch), package)
        wheel = vendor / built.name
        if not wheel.exists() or content(wheel) != content(built):
            if wheel.exists() and is_release(package):
                sys.exit(
                    f"{wheel.name} has other content than the source builds to, and a release is built once. Set the "
                    f"next version in {PACKAGE.name}/pyproject.toml; or, if nobody has this one yet, delete that wheel."
                )
            shutil.copyfile(built, wheel)
    for other in set(vendor.glob("*.whl")) - {wheel}:
        other.unlink()
    _name(wheel, template / "requirements.in")
    return wheel


def content(wheel: Path) -> dict[str, bytes]:
    """Read every file in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _name(wheel: Path, requirements: Path) -> None:
    """Write a wheel's name in place of the other; of both, where two branches were merged."""
    line, text = f"./vendor/{wheel.name}\n", requirements.read_text(encoding="utf-8")
    text = re.sub(r"(?m)(?:^\./vendor/shared_analysis-.*\n)+", line, text)
    requirements.write_text(text, encoding="utf-8", newline="\n")
