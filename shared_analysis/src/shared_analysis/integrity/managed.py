"""The files of a project that the template keeps up to date, and whether they are as it made them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.yaml_file import load_yaml

MANAGED_LIST = ".managed-files.yaml"
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*==", re.MULTILINE)


@dataclass(frozen=True)
class Drift:
    """A managed file that is not as the template made it: ``edited`` or ``deleted``, or a lock that ``lacks`` names."""

    path: str
    state: str
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ManagedFiles:
    """What the template says in ``.managed-files.yaml``.

    Attributes
    ----------
    files
        SHA-256 by path; of texts, with LF at the end of lines.
    locks
        The packages by name that a lock must hold, by path. A lock may hold more, in whatever versions: it is
        resolved again when a project needs another package.
    alternatives
        Files of which a project needs one: it has one server, not every kind.
    """

    files: dict[str, str]
    locks: dict[str, tuple[str, ...]]
    alternatives: tuple[tuple[str, ...], ...]

    def __contains__(self, path: str) -> bool:
        return path in self.files or path in self.locks or path == MANAGED_LIST

    def drift(self, root: Path) -> list[Drift]:
        """List what is not as the template made it, in the order of the list."""
        return [*self._edited(root), *self._locks(root)]

    def _edited(self, root: Path) -> Iterator[Drift]:
        for path, digest in self.files.items():
            if (root / path).is_file():
                if content_sha256((root / path).read_bytes()) != digest:
                    yield Drift(path, "edited")
            elif not any(path in group and any((root / one).is_file() for one in group) for group in self.alternatives):
                yield Drift(path, "deleted")

    def _locks(self, root: Path) -> Iterator[Drift]:
        for path, names in self.locks.items():
            if not (root / path).is_file():
                if path == "requirements.txt":  # the others are there for some answers only
                    yield Drift(path, "deleted")
                continue
            text = (root / path).read_text(encoding="utf-8", errors="replace")
            held: set[str] = {canonicalize_name(name) for name in _PIN.findall(text)}
            held |= {wheel for wheel in self.files if wheel.endswith(".whl") and f"./{wheel}" in text}
            if lacking := tuple(name for name in names if name not in held):
                yield Drift(path, "lacks", lacking)


def managed_files(root: Path) -> ManagedFiles:
    """Read which files the template manages.

    Raises
    ------
    SharedAnalysisError
        If the list is not there, or is not one.
    """
    path = root / MANAGED_LIST
    if not path.is_file():
        raise SharedAnalysisError(
            "The list of the files that the template manages is not there.",
            MANAGED_LIST,
            f"restore it from an earlier commit: git log --all -- {MANAGED_LIST}",
        )
    content: Any = load_yaml(path, "list")
    try:
        return ManagedFiles(
            {str(name): str(digest) for name, digest in content["files"].items()},
            {str(name): tuple(map(str, names)) for name, names in content["locks"].items()},
            tuple(tuple(map(str, group)) for group in content["alternatives"]),
        )
    except (AttributeError, KeyError, TypeError):
        raise SharedAnalysisError(
            "The list of the files that the template manages cannot be read.",
            MANAGED_LIST,
            "restore it from an earlier commit: nothing in it is to be edited",
        ) from None


def content_sha256(content: bytes) -> str:
    """Hash a file's content; of a text, as if its lines ended with LF."""
    return hashlib.sha256(content if b"\0" in content else content.replace(b"\r\n", b"\n")).hexdigest()
