"""An environment that an earlier run made for the same lock, taken again if every file in it is what it was then."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from shared_analysis.folders import remove_folder
from shared_analysis.reproduce.run.environment import Environment
from shared_analysis.reproduce.run.installed import Installed
from shared_analysis.writing import write_file


def warm_environment(place: Path, build: Callable[[Path], Environment]) -> Environment:
    """Take the environment that lies in a place, or build it there.

    The list of its files is written when it was built, before any stage ran. A stage that nothing isolates could change
    both: for such stages, the caller takes a place that serves runs of one commit alone.

    Parameters
    ----------
    place
        A folder that this process holds.
    build
        Builds an environment in a folder, or takes the one that is there and finished; see ``environment.build``.
    """
    folder, noted = place / "environment", place / "files.json"
    installed = Installed(folder, place)
    if folder.is_dir() and _read(noted) == installed.files:
        environment = build(folder)
        write_file(noted, noted.read_bytes(), within=place)  # of today, so that it is not swept away as forgotten
        origin = f"{environment.origin}; for an earlier run, and no file has changed since"
        return replace(environment, origin=origin, installed=installed)
    remove_folder(folder)
    environment = build(folder)
    installed = Installed(folder, place)
    write_file(noted, json.dumps(installed.files).encode(), within=place)
    return replace(environment, installed=installed)


def _read(noted: Path) -> dict[str, str] | None:
    try:
        content = json.loads(noted.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
