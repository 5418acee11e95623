"""A folder outside a project that nothing may change, and everything about it that a write would change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

NAMES = ("data", "raw", "reports", ".dvc", "tmp", "a.csv", "project.yaml")


def outside_of(folder: Path) -> Path:
    """Make the canary: what a person has elsewhere, under the very names that the trees use."""
    outside = folder / "outside"
    for name in NAMES:
        for place in (outside / name, outside / "raw" / f"{name}x", outside / "tmp" / f"arriving-{name}"):
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists() and not place.parent.is_file():
                place.mkdir() if name in ("raw", "tmp", "data") else place.write_text("a canary")
    (outside / "tmp" / "changes.json").write_text("{}")
    return outside


def state_of(outside: Path) -> dict[str, Any]:
    """Everything about the canary that a write would change: content, mode, owner of names, times."""
    paths = [outside, *sorted(outside.rglob("*"))]
    states = {str(path): path.lstat() for path in paths}
    return {
        name: (state.st_mode, state.st_nlink, state.st_size, state.st_mtime_ns, state.st_ctime_ns, _content(Path(name)))
        for name, state in states.items()
    }


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
