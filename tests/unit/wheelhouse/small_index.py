"""A package index in a folder: tiny packages, and the lock that names them, made in a moment and without a network."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

BACKEND = """\
import zipfile
def build_wheel(folder, settings=None, metadata=None):
    name = "{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(folder + "/" + name, "w") as archive:
        archive.writestr("{name}.py", "")
        for file, text in {files}.items():
            archive.writestr("{name}-1.0.dist-info/" + file, text)
    return name
"""


def _about(name: str, tag: str) -> dict[str, str]:
    return {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        "WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
        "RECORD": "",
    }


def add_wheel(index: Path, name: str, tag: str = "py3-none-any", start_up: str = "") -> Path:
    """Make a wheel of version 1.0; ``start_up`` is a line that runs in every Python that finds it installed."""
    path = index / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "")
        if start_up:
            archive.writestr(f"{name}.pth", start_up)
        for file, text in _about(name, tag).items():
            archive.writestr(f"{name}-1.0.dist-info/{file}", text)
    return path


def add_source(index: Path, name: str, tag: str = "py3-none-any") -> Path:
    """Make a source package of version 1.0, whose own backend builds a wheel of this tag."""
    path = index / f"{name}-1.0.tar.gz"
    build = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    files = {
        "pyproject.toml": f'[project]\nname = "{name}"\nversion = "1.0"\n{build}',
        "PKG-INFO": _about(name, tag)["METADATA"],
        "backend.py": BACKEND.format(name=name, tag=tag, files=_about(name, tag)),
    }
    with tarfile.open(path, "w:gz") as archive:
        for file, text in files.items():
            entry = tarfile.TarInfo(f"{name}-1.0/{file}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


def lock_line(*files: Path, marker: str = "") -> str:
    """Write the line of a lock that these files of one package satisfy."""
    name = files[0].name.partition("-")[0]
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    hashes = "".join(f" \\\n    --hash=sha256:{digest}" for digest in digests)
    return f"{name}==1.0{f' ; {marker}' if marker else ''}{hashes}\n"
