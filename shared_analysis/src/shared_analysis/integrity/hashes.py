"""Hashes as DVC 3 writes them, computed without DVC: its own record of what it hashed could be forged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

CHUNK = 1 << 20


def file_md5(path: Path) -> str:
    """Return the MD5 of a file's bytes."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_listing(folder: Path, files: Iterable[Path]) -> bytes:
    """Write the listing of a folder whose MD5, with ``.dir`` behind it, is the folder's hash in ``dvc.lock``."""
    entries = [{"md5": file_md5(path), "relpath": path.relative_to(folder).as_posix()} for path in files]
    return json.dumps(sorted(entries, key=lambda entry: entry["relpath"]), sort_keys=True).encode()


def bytes_md5(content: bytes) -> str:
    """Return the MD5 of some bytes."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
