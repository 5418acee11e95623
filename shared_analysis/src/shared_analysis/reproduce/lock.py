"""What the committed ``dvc.lock`` claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.yaml_file import load_yaml


@dataclass(frozen=True)
class LockedStage:
    """One stage of the lock: hashes by path, values by file and key."""

    cmd: str
    deps: dict[str, str] = field(default_factory=dict)
    outs: dict[str, str] = field(default_factory=dict)
    params: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_lock(root: Path) -> dict[str, LockedStage]:
    """Read ``dvc.lock``, by stage.

    Raises
    ------
    SharedAnalysisError
        If it is not there, or is not a lock.
    """
    path = root / "dvc.lock"
    if not path.is_file():
        raise SharedAnalysisError(
            "This commit has no results to verify.", "dvc.lock", "run `dvc repro`, commit dvc.lock, and verify that"
        )
    content = load_yaml(path, "lock")
    try:
        return {name: _stage(entry) for name, entry in content["stages"].items()}
    except (AttributeError, KeyError, TypeError):
        raise SharedAnalysisError(
            "The lock is not one that DVC writes.", "dvc.lock", "take it from an earlier commit, or run `dvc repro`"
        ) from None


def _stage(entry: dict[str, Any]) -> LockedStage:
    cmd = entry["cmd"]
    return LockedStage(
        cmd="\n".join(cmd) if isinstance(cmd, list) else cmd,
        deps=_hashes(entry.get("deps") or []),
        outs=_hashes(entry.get("outs") or []),
        params={str(file): dict(values or {}) for file, values in (entry.get("params") or {}).items()},
    )


def _hashes(entries: list[dict[str, Any]]) -> dict[str, str]:
    return {entry["path"]: str(entry.get("md5", "of another kind")) for entry in entries}
