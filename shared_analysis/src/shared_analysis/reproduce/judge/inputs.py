"""Is what the lock says was read what the commit holds? What differs here is most often why an output differs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.git import git
from shared_analysis.integrity.hashes import bytes_md5, file_md5, folder_listing
from shared_analysis.reproduce.commit.checkout import tracked
from shared_analysis.reproduce.commit.content_store import Kept
from shared_analysis.reproduce.commit.lock import Claims, LockedStage
from shared_analysis.reproduce.commit.pipeline import Pipeline, Stage
from shared_analysis.reproduce.judge.content import Absent, Made, compare_contents
from shared_analysis.reproduce.judge.findings import Finding, Verdict, worst
from shared_analysis.wheelhouse.requirements import statements
from shared_analysis.yaml_file import load_yaml

_SUBMODULE = "160000"
_TEXT = 1 << 26
_PLACEHOLDERS = (".gitignore", ".gitkeep")
_ALONE = re.compile(r"[A-Za-z0-9][\w.-]*")
_HELD = re.compile(r"\s--hash=sha(?:256|384|512):[0-9a-f]{64,}(?=\s|$)")
_HARMLESS = {"-i", "--index-url", "--trusted-host", "--no-index", "--require-hashes", "--only-binary", "--no-binary"}
"""Options of pip that let it install nothing that has no hash."""


def sources(pipeline: Pipeline, claims: Claims, kept: Kept, tolerance: float) -> list[Finding]:
    """Compare the files, parameters and commands of each stage, before it runs, with the lock.

    A file that several stages read is named once, with the stage for which it is worst. Outputs that git keeps are
    compared too: they are what a reader of the repository sees. So are figures that DVC shows and no stage makes.
    """
    lock, made, held = claims.stages, pipeline.made(), tracked(pipeline.root)
    found: dict[str, Finding] = {}
    for stage in pipeline.stages:
        if stage.name not in lock:
            place = f"dvc.yaml: {stage.name}"
            found[place] = _differs(place, stage, f"{claims.file} does not know this stage: it was never run")
            continue
        locked = lock[stage.name]
        files = _Files(pipeline, kept, tolerance, held, made, claims.file)
        for finding in (*files.read(stage, locked), *files.committed(stage, locked), *_settings(stage, locked)):
            earlier = found.get(finding.file)
            if earlier is None or worst([earlier.verdict, finding.verdict]) is not earlier.verdict:
                found[finding.file] = finding
    return [*_unheld(pipeline.root), *_made_by_nobody(pipeline, held), *found.values()]


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


def overwritten(pipeline: Pipeline, edited: Path | None = None) -> list[Finding]:
    """Find, after the run, what a stage reads and some stage has written over: it is not what the commit holds.

    ``edited`` is what was changed in the copy before the run.
    """
    differing = git("diff", "--name-only", "--relative", "-z", cwd=pipeline.root).split("\0")
    changed = {pipeline.root / name for name in differing if name}
    changed |= {place for place, digest in pipeline.inputs().items() if pipeline.hash(place) != digest}
    changed -= {edited}
    made = pipeline.made()
    found: dict[str, Finding] = {}
    for stage in pipeline.stages:
        for name in stage.deps:
            place = pipeline.path(stage, name)
            if any(overlap(one, place) for one in changed) and not any(overlap(one, place) for one in made):
                found.setdefault(name, _differs(name, stage, "a stage wrote over it while the pipeline ran"))
    return list(found.values())


def reads_the_twin(root: Path) -> bool:
    """Say whether the commit reads invented data."""
    try:
        return bool(load_yaml(root / "params.yaml")["data"]["mode"] == "twin")
    except (SharedAnalysisError, KeyError, TypeError):
        return False


@dataclass(frozen=True)
class _Files:
    """What the commit holds, beside what the lock says of it."""

    pipeline: Pipeline
    kept: Kept
    tolerance: float
    held: Mapping[str, str]
    made: set[Path]
    lock: str

    def read(self, stage: Stage, locked: LockedStage) -> Iterator[Finding]:
        """Compare what a stage reads, but for what other stages make."""
        for name in stage.deps:
            place = self.pipeline.path(stage, name)
            if any(overlap(one, place) for one in self.made):
                continue
            digest, found = locked.deps.get(name), self.pipeline.hash(place)
            if found is None:
                yield Finding(name, Verdict.missing, stage.name, (self._why_missing(place),), digest)
            elif self.pipeline.leads_out(place):
                why = "it is a link that leads out of the project: the commit does not have what it stands for"
                yield Finding(name, Verdict.missing, stage.name, (why,), digest)
            elif digest is None:
                yield _differs(name, stage, f"{self.lock} does not record that the stage read it", found=found)
            elif digest != found:
                verdict, reasons = self._difference(digest, place)
                yield Finding(name, verdict, stage.name, reasons, digest, found)
        for name in sorted(set(locked.deps) - set(stage.deps)):
            yield _differs(name, stage, f"{self.lock} says that the stage read it, dvc.yaml does not")

    def committed(self, stage: Stage, locked: LockedStage) -> Iterator[Finding]:
        """Compare what git keeps of a stage's outputs."""
        for name in stage.outs:
            place = self.pipeline.path(stage, name)
            below = place.relative_to(self.pipeline.root).as_posix() if place.is_relative_to(self.pipeline.root) else ""
            held = [self.pipeline.root / one for one in self.held if one == below or one.startswith(f"{below}/")]
            files = [file for file in held if file.is_file()]
            if all(file.name in _PLACEHOLDERS for file in files):
                continue
            found = file_md5(place) if files == [place] else f"{bytes_md5(folder_listing(place, files))}.dir"
            digest = locked.outs.get(name)
            if digest is not None and found != digest:
                why = f"the commit holds other content of it than {self.lock} records"
                yield Finding(name, Verdict.different, stage.name, (why,), digest, found)

    def _why_missing(self, place: Path) -> str:
        around = [self.pipeline.root / one for one, mode in self.held.items() if mode == _SUBMODULE]
        if any(overlap(one, place) for one in around):
            return "it lies in a git submodule, which is not fetched"
        if place.parent.is_dir():
            for one in place.parent.iterdir():
                if one.name.casefold() == place.name.casefold():
                    return f"the commit has it as {one.name}, in other letters"
        return "the commit does not have it"

    def _difference(self, digest: str, place: Path) -> tuple[Verdict, tuple[str, ...]]:
        if place.is_file() and place.stat().st_size <= _TEXT:
            content = place.read_bytes()
            plain = content.replace(b"\r\n", b"\n")
            if digest in (bytes_md5(plain), bytes_md5(plain.replace(b"\n", b"\r\n"))):
                return Verdict.equivalent, ("the results were made from the same text with other line ends",)
        if self.kept.holds(digest):
            verdict, said = self._content(digest, place)
            if verdict is Verdict.equivalent:
                return verdict, ("the results were made from the same content in other bytes", *said)
            return Verdict.different, ("the results were made from other content", *said)
        return Verdict.different, ("the results were made from other content",)

    def _content(self, digest: str, place: Path) -> tuple[Verdict, list[str]]:
        recorded = self.kept.content(digest, place, fetch=False)
        try:
            return compare_contents(recorded, Made(self.pipeline, place), self.tolerance)
        except Absent as why:
            return Verdict.different, [str(why)]


def _unheld(root: Path) -> Iterator[Finding]:
    """Find the packages that ``requirements.txt`` holds to no hash: what was installed is anybody's guess."""
    lock = root / "requirements.txt"
    lines = statements(lock) if lock.is_file() else []
    loose = [line for line in lines if not line.startswith("-") and not _HELD.search(line)]
    # Wheels that lie in the project are looked at where they are installed.
    found = [match.group() if (match := _ALONE.match(line)) else "a path" for line in loose if ".whl" not in line]
    reasons = []
    if found:
        some = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
        reasons.append(f"no hash holds {some} to one version")
    options = {re.split(r"[=\s]", line)[0] for line in lines if line.startswith("-")} - _HARMLESS
    reasons += [f"it takes packages from elsewhere with {option}" for option in sorted(options)]
    if reasons:
        yield Finding("requirements.txt", Verdict.different, "input", tuple(reasons))


def _made_by_nobody(pipeline: Pipeline, held: Mapping[str, str]) -> Iterator[Finding]:
    """Find the figures that DVC shows beside those of the stages, and that no stage makes."""
    made = pipeline.made()
    for place in pipeline.shown():
        if any(one == place or one in place.parents for one in made):
            continue
        files = [file for file in map(pipeline.root.joinpath, held) if file.name not in _PLACEHOLDERS]
        others = [file for file in files if not any(overlap(one, file) for one in made)]
        if any(place in one.parents for one in made) and not any(place in file.parents for file in others):
            continue
        why = "no stage makes it: its figures come from nowhere"
        yield Finding(pipeline.name(place), Verdict.different, "input", (why,))


def _settings(stage: Stage, locked: LockedStage) -> Iterator[Finding]:
    if locked.commands != stage.commands:
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


def _differs(place: str, stage: Stage, why: str, found: str | None = None) -> Finding:
    return Finding(place, Verdict.different, stage.name, (why,), None, found)
