"""The releases of the template that this package knows, by the hashes of their wheels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.yaml_file import load_yaml

RELEASES = Path(__file__).with_name("releases.yaml")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Release:
    """One release: the SHA-256 of its wheel, and over the list of the files in it (``Contents.digest``)."""

    version: str
    wheel: str
    content: str


def known_releases(newer: Path | None = None) -> tuple[Release, ...]:
    """Read the releases that were known when this package was built, and those of a newer list.

    Parameters
    ----------
    newer
        A list from a later version of the template: its ``integrity/releases.yaml``.

    Raises
    ------
    SharedAnalysisError
        If a list cannot be read, or says of a version what another says otherwise.
    """
    known: dict[Version, Release] = {}
    for path in (RELEASES, *([newer] if newer else [])):
        for version, release in _read(path):
            if known.setdefault(version, release) != release:
                raise SharedAnalysisError(
                    f"Release {release.version} is said to be two different wheels.",
                    str(path),
                    "take the list from the template's own repository, and tell its maintainers",
                )
    return tuple(known[version] for version in sorted(known))


def _read(path: Path) -> list[tuple[Version, Release]]:
    content: Any = load_yaml(path, "list of releases")
    try:
        releases = [Release(entry["version"], entry["wheel"], entry["content"]) for entry in content["releases"]]
        if not all(_SHA256.fullmatch(digest) for release in releases for digest in (release.wheel, release.content)):
            raise ValueError
        return [(Version(release.version), release) for release in releases]
    except (KeyError, TypeError, ValueError, InvalidVersion):
        raise SharedAnalysisError(
            "This is not a list of releases.", str(path), "take integrity/releases.yaml from the template's repository"
        ) from None
