"""What an output or an input holds, wherever that is kept: on disk, or under its hash in a content-addressed store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shared_analysis.reproduce.commit.file_hashes import NO_FILE
from shared_analysis.reproduce.commit.pipeline import Pipeline

NOT_HAD = "its content is not available"


class Absent(Exception):
    """A content that is not to be had; says why."""


class Content(Protocol):
    """One output or input: a file, or a folder of files."""

    def files(self) -> Mapping[str, str] | None:
        """Return the hash of each file by its path in the folder; None of a single file. May raise ``Absent``."""
        ...

    def open(self, name: str) -> AbstractContextManager[Path]:
        """Give a file of the folder, or with no name the single file, under its own name. May raise ``Absent``."""
        ...


@dataclass(frozen=True)
class DiskContent:
    """What lies at a path of a clean copy."""

    pipeline: Pipeline
    path: Path

    def files(self) -> Mapping[str, str] | None:
        """Hash what is there."""
        if not self.path.is_dir():
            return None
        files = self.pipeline.files(self.path)
        return {file.relative_to(self.path).as_posix(): self.pipeline.hashes.md5(file) for file in files}

    @contextmanager
    def open(self, name: str) -> Iterator[Path]:
        """Give the file itself; a pipe in its place would never end."""
        file = self.path / name if name else self.path
        if not file.is_file():
            raise Absent(f"it is {NO_FILE}")
        yield file
