"""What a commit claims: the hashes in its ``dvc.lock``, or in the lock of its twin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared_analysis.dvc_repo import Stage
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.yaml_file import load_yaml


@dataclass(frozen=True)
class LockedStage:
    """One stage of the lock: hashes by path, values by file and key."""

    commands: tuple[str, ...]
    deps: dict[str, str] = field(default_factory=dict)
    outs: dict[str, str] = field(default_factory=dict)
    params: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of outputs that are folders, the hash of each file, where the lock says it."""


@dataclass(frozen=True)
class Claims:
    """What a run is held to.

    Parameters
    ----------
    file
        The lock that makes the claims.
    stages
        What it says of each stage.
    fetch
        Whether the remote is asked for the content of a hash.
    notes
        What to say of an output that differs, by stage and name: why that may be no fault.
    unrecorded
        Outputs, by stage and name, for which nothing is recorded on the platform of the run.
    """

    file: str
    stages: Mapping[str, LockedStage]
    fetch: bool = True
    notes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    unrecorded: frozenset[tuple[str, str]] = frozenset()

    def lock(self, stage: Stage) -> str:
        """Name the file that makes the claims of a stage."""
        return stage.lock if self.file == "dvc.lock" else self.file

    def refuse_nothing(self, stages: Iterable[Stage]) -> None:
        """Raise if nothing is claimed, and no stage makes anything: there is neither a yes nor a no to say."""
        if not any(stage.outs for stage in stages) and not any(locked.outs for locked in self.stages.values()):
            raise SharedAnalysisError(
                "No stage of this commit makes anything that could be compared.",
                "dvc.yaml",
                "name what the stages make under `outs`, run `dvc repro`, and commit dvc.lock",
            )


def read_lock(root: Path, pipelines: Iterable[str] = ()) -> dict[str, LockedStage]:
    """Read ``dvc.lock``, by stage.

    Parameters
    ----------
    root
        The project.
    pipelines
        Files of stages in folders of the project, such as ``models/dvc.yaml``: their locks lie beside them.

    Raises
    ------
    SharedAnalysisError
        If none is there, or one is not a lock.
    """
    locks = {pipeline: f"{pipeline.removesuffix('dvc.yaml')}dvc.lock" for pipeline in sorted({"dvc.yaml", *pipelines})}
    there = {pipeline: name for pipeline, name in locks.items() if (root / name).is_file()}
    if not there:
        raise SharedAnalysisError(
            "This commit has no results to verify.", "dvc.lock", "run `dvc repro`, commit dvc.lock, and verify that"
        )
    return {
        stage if pipeline == "dvc.yaml" else f"{pipeline}:{stage}": entry
        for pipeline, name in there.items()
        for stage, entry in _read(root / name, name).items()
    }


def _read(path: Path, name: str) -> dict[str, LockedStage]:
    content = load_yaml(path, "lock")
    try:
        return {stage: locked_stage(entry) for stage, entry in content["stages"].items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SharedAnalysisError(
            "The lock is not one that DVC writes.", name, "take it from an earlier commit, or run `dvc repro`"
        ) from None


def locked_stage(entry: Mapping[str, Any]) -> LockedStage:
    """Read one stage of a lock, in the form in which DVC writes it; raises what Python raises for other forms."""
    cmd = entry["cmd"]
    outs = entry.get("outs") or []
    return LockedStage(
        commands=tuple(map(str, cmd)) if isinstance(cmd, list) else tuple(cmd.splitlines()),
        deps=_hashes(entry.get("deps") or []),
        outs=_hashes(outs),
        params={str(file): dict(values or {}) for file, values in (entry.get("params") or {}).items()},
        files={str(out["path"]): _listed(out["files"]) for out in outs if "files" in out},
    )


def _hashes(entries: list[dict[str, Any]]) -> dict[str, str]:
    return {str(entry["path"]): str(entry.get("md5", "of another kind")) for entry in entries}


def _listed(entries: list[dict[str, Any]]) -> dict[str, str]:
    return {str(entry["relpath"]): str(entry["md5"]) for entry in entries}
