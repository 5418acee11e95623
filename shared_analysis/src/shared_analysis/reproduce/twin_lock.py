"""``tests/twin.lock``: what the pipeline makes of the synthetic twin, for those who may not have the real data.

Bytes are the same on one platform only: the lock has an entry for each on which somebody recorded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shared_analysis.dvc_repo import Stage
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import overlap
from shared_analysis.reproduce.commit.content import DiskContent
from shared_analysis.reproduce.commit.lock import Claims, LockedStage, locked_stage
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.judge.inputs import flat
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.yaml_file import dump_yaml, load_yaml

TWIN_LOCK = "tests/twin.lock"
_SCHEMA = "1.0"
_HEAD = """\
# What the pipeline makes of the synthetic twin, by platform, and what it was made from; in the form of dvc.lock.
# Written by `shared-analysis verify --twin --record`. Do not edit it.
"""


@dataclass(frozen=True)
class Output:
    """The hash of one output; of a folder also that of each file, so that a fault is found without its content."""

    digest: str
    files: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Entry:
    """What came out on one platform: outputs by stage and name."""

    python: str
    outs: Mapping[tuple[str, str], Output]


@dataclass(frozen=True)
class TwinLock:
    """What is recorded of the twin.

    Parameters
    ----------
    stages
        What each stage was and read: its command, its parameters, and the files that no stage makes.
    platforms
        What came out, by platform.
    """

    stages: Mapping[str, LockedStage]
    platforms: Mapping[str, Entry]

    def claims(self, outcome: Outcome) -> Claims:
        """Say what a run is held to: what is recorded on its platform, and where nothing is, what is on another."""
        here, version = outcome.platform, outcome.python
        own = self.platforms.get(here, Entry(version, {}))
        chosen, notes, unrecorded = dict(own.outs), {}, set()
        if own.python != version:
            notes = dict.fromkeys(own.outs, f"recorded with Python {own.python}, run with {version}")
        hashes = {(stage.name, name): outcome.hash(path) for stage, name, path in _outputs(outcome)}
        for key in dict.fromkeys(key for entry in self.platforms.values() for key in entry.outs):
            others = {at: entry.outs[key] for at, entry in self.platforms.items() if key in entry.outs}
            if key in own.outs:
                continue
            same = next((output for output in others.values() if output.digest == hashes.get(key)), None)
            chosen[key] = same or next(iter(others.values()))
            if same is None:
                unrecorded.add(key)
                notes[key] = f"recorded on {' and '.join(others)}, run on {here}, where the last digits may differ"
        stages = {
            stage: LockedStage(
                locked.commands,
                locked.deps,
                {name: output.digest for (maker, name), output in chosen.items() if maker == stage},
                locked.params,
                {
                    name: dict(output.files)
                    for (maker, name), output in chosen.items()
                    if maker == stage and output.files
                },
            )
            for stage, locked in self.stages.items()
        }
        return Claims(TWIN_LOCK, stages, fetch=False, notes=notes, unrecorded=frozenset(unrecorded))

    def text(self) -> str:
        """Write it down."""
        platforms = {
            at: {"python": entry.python, "stages": _written_outs(entry.outs)}
            for at, entry in sorted(self.platforms.items())
        }
        stages = {name: _written_stage(stage) for name, stage in self.stages.items()}
        content = {"schema": _SCHEMA, "stages": stages, "platforms": platforms}
        return _HEAD + dump_yaml(content, width=1000)


def read_twin_lock(root: Path) -> TwinLock | None:
    """Read the lock of the twin; None if the project has none.

    Raises
    ------
    SharedAnalysisError
        If it is not one.
    """
    path = root / TWIN_LOCK
    if not path.is_file():
        return None
    content = load_yaml(path, "lock of the twin")
    try:
        stages = {name: locked_stage(entry) for name, entry in content["stages"].items()}
        platforms = {
            str(at): Entry(str(entry["python"]), dict(_read_outs(entry["stages"])))
            for at, entry in content["platforms"].items()
        }
        known = {stage for entry in platforms.values() for stage, _ in entry.outs} <= set(stages)
    except (AttributeError, KeyError, TypeError):
        known = False
    if not known:
        raise SharedAnalysisError(
            "This is not a lock of the twin.", TWIN_LOCK, "take it from an earlier commit, or record it again"
        )
    return TwinLock(stages, platforms)


def record(outcome: Outcome, before: TwinLock | None) -> TwinLock:
    """Record what came out, every stage of it, on the platform where it ran.

    What another platform recorded stays, as long as it is about the same results: where an output is what it was before
    on this platform, or the same on both, or where this platform is new and nothing that is read has changed.
    """
    here = outcome.platform
    stages = {stage.name: _locked(outcome.pipeline, stage) for stage in outcome.stages}
    outs = {
        (stage.name, name): Output(str(outcome.hash(path)), DiskContent(outcome.pipeline, path).files())
        for stage, name, path in _outputs(outcome)
    }
    platforms = {}
    for at, entry in (before.platforms if before else {}).items():
        own = before.platforms[here].outs if before and here in before.platforms else {}
        unchanged = before is not None and _level(before.stages) == _level(stages) and not own
        kept = {
            key: output
            for key, output in entry.outs.items()
            if key in outs and (unchanged or own.get(key) == outs[key] or output == outs[key])
        }
        if at != here and kept:
            platforms[at] = Entry(entry.python, kept)
    return TwinLock(stages, platforms | {here: Entry(outcome.python, outs)})


def _level(stages: Mapping[str, LockedStage]) -> dict[str, LockedStage]:
    """Write parameters on one level, whether they were recorded so, or nested as they stand in their file."""
    return {
        name: replace(stage, params={file: flat(values) for file, values in stage.params.items()})
        for name, stage in stages.items()
    }


def _outputs(outcome: Outcome) -> Iterator[tuple[Stage, str, Path]]:
    for stage in outcome.stages:
        for name in stage.outs:
            yield stage, name, outcome.pipeline.path(stage, name)


def _locked(pipeline: Pipeline, stage: Stage) -> LockedStage:
    outputs = pipeline.outputs()
    paths = {name: pipeline.path(stage, name) for name in stage.deps}
    read = {name: path for name, path in paths.items() if not any(overlap(output, path) for output in outputs)}
    return LockedStage(
        commands=stage.commands,
        deps={name: str(pipeline.hash(path)) for name, path in read.items()},
        params=json.loads(json.dumps(stage.params, default=str)),
    )


def _written_stage(stage: LockedStage) -> dict[str, Any]:
    deps = [{"path": name, "hash": "md5", "md5": digest} for name, digest in stage.deps.items()]
    lines = any("\n" in command for command in stage.commands)
    cmd = list(stage.commands) if lines else "\n".join(stage.commands)
    return {"cmd": cmd, "deps": deps} | ({"params": stage.params} if stage.params else {})


def _written_outs(outs: Mapping[tuple[str, str], Output]) -> dict[str, Any]:
    stages: dict[str, Any] = {}
    for (stage, name), output in outs.items():
        entry: dict[str, Any] = {"path": name, "hash": "md5", "md5": output.digest}
        if output.files is not None:
            entry["files"] = [{"relpath": path, "md5": digest} for path, digest in sorted(output.files.items())]
        stages.setdefault(stage, {"outs": []})["outs"].append(entry)
    return stages


def _read_outs(stages: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Output]]:
    for stage, entry in stages.items():
        locked = locked_stage({"cmd": "", **entry})
        for name, digest in locked.outs.items():
            yield (stage, name), Output(digest, locked.files.get(name))
