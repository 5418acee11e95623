"""Wheels of the shared package's shape, honest and doctored."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

CODE = "shared_analysis/__init__.py"


def files_of(version: str = "0.2.0", says: str = "honest") -> dict[str, bytes]:
    """What a small wheel of a version holds, without RECORD."""
    info = f"shared_analysis-{version}.dist-info"
    return {
        CODE: f'"""A package."""\n\n__version__ = "{version}"\nSAYS = "{says}"\n'.encode(),
        "shared_analysis/integrity/installed.py": b"def refuse_other_code(root):\n    return root\n",
        f"shared_analysis-{version}.data/data/etc/jupyter/jupyter_server_config.d/shared_analysis.json": b"{}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.4\nName: shared-analysis\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: hatchling 1.33.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": b"[console_scripts]\nshared-analysis = shared_analysis:SAYS.upper\n",
    }


def record_of(files: Mapping[str, bytes], version: str = "0.2.0") -> dict[str, bytes]:
    """The list of the files, as a wheel has it."""
    name = f"shared_analysis-{version}.dist-info/RECORD"
    lines = []
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        lines.append(f"{path},sha256={digest},{len(content)}")
    return {name: "".join(f"{line}\n" for line in [*lines, f"{name},,"]).encode()}


def pack(path: Path, files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write files into a wheel."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), text, compression)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.getvalue())
    return path


def wheel_name(version: str = "0.2.0") -> str:
    return f"shared_analysis-{version}-py3-none-any.whl"


def honest_wheel(folder: Path, version: str = "0.2.0", says: str = "honest") -> Path:
    files = files_of(version, says)
    return pack(folder / wheel_name(version), {**files, **record_of(files, version)})
