"""Build the shared package's wheel into the template: the same source gives the same bytes, another one another name.

Between releases the version ends in ``.dev0``, and in the wheel a hash of its content follows. For pip keeps what is
installed in the version that is asked for, whatever hash the lock has (``docs/adr/0010``).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tools import PACKAGE, ROOT, TEMPLATE
from tools.version import is_release, read_version

EPOCH = "1735689600"  # 2025-01-01: what every file in the wheel is dated, so that its bytes say nothing of the day


def build(folder: Path, package: Path = PACKAGE) -> Path:
    """Build the wheel into ``folder`` and return its path."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = _copied(package, Path(scratch))
        wheel = _built(copy)
        if not is_release(copy):
            version = read_version(copy)
            # With a letter in front: digits alone would be read as a number, and lose a zero that they begin with.
            digest = "h" + hashlib.sha256(record(wheel).encode()).hexdigest()[:12]
            settings = copy / "pyproject.toml"
            text = settings.read_text(encoding="utf-8").replace(f'"{version}"', f'"{version}+{digest}"', 1)
            settings.write_text(text, encoding="utf-8", newline="\n")
            wheel = _built(copy)
        return Path(shutil.copy(wheel, folder))


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


def record(wheel: Path) -> str:
    """Read the list of a wheel's files with their hashes (PEP 427)."""
    (listed,) = (text for name, text in content(wheel).items() if name.endswith(".dist-info/RECORD"))
    return listed.decode()


def _copied(package: Path, folder: Path) -> Path:
    """Copy a package as git would commit it: without what it ignores, with LF, and nothing of the machine's rights."""
    shutil.copy(ROOT / ".gitignore", folder)
    copy = folder / PACKAGE.name
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"), copy_function=shutil.copyfile)
    for path in copy.rglob("*"):
        if path.is_file() and b"\0" not in (text := path.read_bytes()):
            path.write_bytes(text.replace(b"\r\n", b"\n"))
    return copy


def _built(package: Path) -> Path:
    folder = package.parent / "dist"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--clean", "-t", "wheel", "-d", str(folder)],
        cwd=package,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH},
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def _name(wheel: Path, requirements: Path) -> None:
    """Write a wheel's name in place of the other; of both, where two branches were merged."""
    line, text = f"./vendor/{wheel.name}\n", requirements.read_text(encoding="utf-8")
    text = re.sub(r"(?m)(?:^\./vendor/shared_analysis-.*\n)+", line, text)
    requirements.write_text(text, encoding="utf-8", newline="\n")
