"""Disks of a few MiB, for what happens when there is no room: where nobody may mount one, the test says so."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str = "6m") -> Iterator[Path]:
    """Mount a disk of this size at a folder, as long as the block lasts."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk, and only on Linux here")
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let even root mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, leave: int = 0) -> Path:
    """Fill a small disk but for some bytes; return the file that does."""
    filling = folder / "filling"
    with filling.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
        os.truncate(file.fileno(), max(0, file.tell() - leave))
    return filling


def full_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file that the room ``writing`` writes take so many bytes, as on a disk that is full then."""
    import errno

    real = os.fdopen

    def limited(descriptor: int, mode: str, *more: object, **options: object) -> object:
        file = real(descriptor, mode, *more, **options)  # type: ignore[call-overload]
        return _Limited(file, count, errno.ENOSPC) if "w" in mode else file

    monkeypatch.setattr(os, "fdopen", limited)


class _Limited:
    """A file that takes so many bytes and no more."""

    def __init__(self, file: object, left: int, number: int) -> None:
        self._file, self._left, self._number = file, left, number

    def write(self, content: bytes) -> int:
        self._left -= len(content)
        if self._left < 0:
            raise OSError(self._number, os.strerror(self._number))
        write: Callable[[bytes], int] = self._file.write  # type: ignore[attr-defined]
        return write(content)

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)
