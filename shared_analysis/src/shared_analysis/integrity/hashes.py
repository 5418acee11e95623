"""Hashes as DVC 3 writes them, computed without DVC: its own record of what it hashed could be forged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20


@dataclass(frozen=True)
class Digests:
    """What a file or a folder is, by both hashes, and its size in bytes.

    Of a folder, MD5 is DVC's, with ``.dir`` behind it, and SHA-256 is that of its listing: ``SHA-256  path`` a line, by
    path, as ``sha256sum`` writes it. ``files`` has those of each file; None of a single file.
    """

    md5: str
    sha256: str
    size: int
    files: Mapping[str, Digests] | None = None

    def collides(self, other: Digests) -> bool:
        """Say whether the two, or files of one name in them, have one MD5 and other bytes."""
        mine, others = self.files or {}, other.files or {}
        if any(mine[name].collides(others[name]) for name in mine.keys() & others.keys()):
            return True
        return self.md5 == other.md5 and self.sha256 != other.sha256


def file_digests(path: Path) -> Digests:
    """Hash a file by MD5 and SHA-256, and read it once."""
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            md5.update(chunk)
            sha256.update(chunk)
            size += len(chunk)
    return Digests(md5.hexdigest(), sha256.hexdigest(), size)


def folder_digests(folder: Path, files: Mapping[Path, Digests]) -> Digests:
    """Put the hashes of some files of a folder together to those of the folder."""
    inner = {path.relative_to(folder).as_posix(): digests for path, digests in files.items()}
    entries = [{"md5": digests.md5, "relpath": name} for name, digests in sorted(inner.items())]
    lines = (f"{digests.sha256}  {name}\n" for name, digests in sorted(inner.items()))
    sha256 = hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()
    size = sum(digests.size for digests in inner.values())
    return Digests(f"{bytes_md5(json.dumps(entries).encode())}.dir", sha256, size, inner)


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
