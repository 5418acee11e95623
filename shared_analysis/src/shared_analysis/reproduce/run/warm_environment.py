"""An environment that an earlier run made for the same lock, taken again if every file in it is what it was then."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shared_analysis.folders import remove_folder
from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.reproduce.run.environment import Environment
from shared_analysis.writing import write_file


def warm_environment(place: Path, build: Callable[[Path], Environment]) -> Environment:
    """Take the environment that lies in a place, or build it there.

    The list of its files is written when it was built, before any stage ran. A stage that nothing isolates could change
    both: the caller takes such environments only for stages that are isolated, which cannot.

    Parameters
    ----------
    place
        A folder that this process holds.
    build
        Builds an environment in a folder, or takes the one that is there and finished; see ``environment.build``.
    """
    folder, noted = place / "environment", place / "files.json"
    if folder.is_dir() and _read(noted) == _listed(folder):
        environment = build(folder)
        write_file(noted, noted.read_bytes(), within=place)  # of today, so that it is not swept away as forgotten
        return replace(environment, origin=f"{environment.origin}; for an earlier run, and no file has changed since")
    remove_folder(folder)
    environment = build(folder)
    write_file(noted, json.dumps(_listed(folder)).encode(), within=place)
    return environment


def _read(noted: Path) -> dict[str, str] | None:
    try:
        content = json.loads(noted.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _listed(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder; of a link, where it leads."""
    listed: dict[str, str] = {}
    for place, folders, files in os.walk(folder):
        for name in (*files, *folders):
            path = Path(place, name)
            if path.is_symlink():
                listed[path.relative_to(folder).as_posix()] = f"to {path.readlink()}"
            elif path.is_file():
                listed[path.relative_to(folder).as_posix()] = file_sha256(path)
    return listed
