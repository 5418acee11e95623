"""Hashes as DVC writes them, without DVC."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from shared_analysis.integrity.hashes import CHUNK, bytes_md5, file_md5, file_sha256, folder_listing


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_a_file_is_hashed_whole(size: int, tmp_path: Path) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    (tmp_path / "file").write_bytes(content[:size])
    assert file_md5(tmp_path / "file") == bytes_md5(content[:size])
    assert file_sha256(tmp_path / "file") == hashlib.sha256(content[:size]).hexdigest()


def test_a_folder_is_listed_by_path_whatever_the_order(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("b.csv", "a.csv", "inner/a.csv")]
    for path in files:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    digest = bytes_md5(b"x")
    entries = ", ".join(f'{{"md5": "{digest}", "relpath": "{name}"}}' for name in ("a.csv", "b.csv", "inner/a.csv"))
    assert folder_listing(tmp_path, files).decode() == f"[{entries}]"
    assert folder_listing(tmp_path, reversed(files)) == folder_listing(tmp_path, files)
