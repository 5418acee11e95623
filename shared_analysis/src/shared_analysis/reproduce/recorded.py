"""Is what the lock says was read what the commit holds? What differs here is most often why an output differs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.lock import LockedStage
from shared_analysis.reproduce.pipeline import Pipeline, Stage
from shared_analysis.yaml_file import load_yaml


def sources(pipeline: Pipeline, lock: Mapping[str, LockedStage], name: str = "dvc.lock") -> list[Finding]:
    """Compare the files, parameters and commands of each stage, before it runs, with the lock.

    A file that several stages read is named once, with the first of them. ``name`` is the lock's.
    """
    made = pipeline.made()
    found: dict[str, Finding] = {}
    for stage in pipeline.stages:
        if stage.name not in lock:
            place = f"dvc.yaml: {stage.name}"
            found[place] = _differs(place, stage, f"{name} does not know this stage: it was never run")
            continue
        for finding in (*_files(pipeline, stage, lock[stage.name], made, name), *_settings(stage, lock[stage.name])):
            found.setdefault(finding.file, finding)
    return list(found.values())


def derived(pipeline: Pipeline, lock: Mapping[str, LockedStage], outputs: Sequence[Finding]) -> list[Finding]:
    """Find where the lock contradicts itself: a stage that read something else than an earlier stage made."""
    made = {pipeline.path(stage, name): (stage, name) for stage in pipeline.stages for name in stage.outs}
    same = {(one.stage, one.file) for one in outputs if one.verdict is Verdict.identical}
    found = []
    for stage in pipeline.stages:
        for name, digest in (lock[stage.name].deps if stage.name in lock else {}).items():
            place = pipeline.path(stage, name)
            if place in made:
                maker, out = made[place]
                claimed = lock[maker.name].outs.get(out) if maker.name in lock else None
            else:
                inside = [one for one in made if overlap(one, place)]
                if not inside or any((made[one][0].name, made[one][1]) not in same for one in inside):
                    continue
                claimed = pipeline.hash(place)
            if claimed is not None and claimed != digest:
                why = "the lock contradicts itself: this stage read other content than was made"
                found.append(Finding(name, Verdict.different, stage.name, (why,), digest, claimed))
    return found


def reads_the_twin(root: Path) -> bool:
    """Say whether the commit reads invented data."""
    try:
        return bool(load_yaml(root / "params.yaml")["data"]["mode"] == "twin")
    except (SharedAnalysisError, KeyError, TypeError):
        return False


def _files(pipeline: Pipeline, stage: Stage, locked: LockedStage, made: set[Path], lock: str) -> Iterator[Finding]:
    for name in stage.deps:
        place = pipeline.path(stage, name)
        if any(overlap(one, place) for one in made):
            continue
        digest, found = locked.deps.get(name), pipeline.hash(place)
        if digest == found:
            continue
        verdict = Verdict.missing if found is None else Verdict.different
        reason = "the commit does not have it" if found is None else "the results were made from other content"
        if digest is None:
            reason = f"{lock} does not record that the stage read it"
        yield Finding(name, verdict, stage.name, (reason,), digest, found)
    for name in sorted(set(locked.deps) - set(stage.deps)):
        yield _differs(name, stage, f"{lock} says that the stage read it, dvc.yaml does not")


def _settings(stage: Stage, locked: LockedStage) -> Iterator[Finding]:
    if locked.cmd.splitlines() != list(stage.commands):
        yield _differs(f"dvc.yaml: {stage.name}", stage, "the results were made by another command")
    for file in sorted({*stage.params, *locked.params}):
        before, now = flat(locked.params.get(file, {})), flat(stage.params.get(file, {}))
        for key in sorted(set(before) | set(now)):
            if before.get(key) != now.get(key):
                why = (
                    f"{now.get(key, 'not set')} in the commit, {before.get(key, 'not set')} when the results were made"
                )
                yield _differs(f"{file}: {key}", stage, why)


def flat(values: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Write nested settings as one level of dotted keys, each value as JSON."""
    found: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            found |= flat(value, f"{before}{key}.")
        else:
            found[f"{before}{key}"] = json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
    return found


def overlap(one: Path, other: Path) -> bool:
    """Say whether one of two places lies in the other."""
    return one == other or one in other.parents or other in one.parents


def _differs(place: str, stage: Stage, why: str) -> Finding:
    return Finding(place, Verdict.different, stage.name, (why,))
