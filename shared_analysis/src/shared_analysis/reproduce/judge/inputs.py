"""Is what the lock says was read what the commit holds? What differs here is most often why an output differs."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from shared_analysis.dvc_repo import Stage
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import overlap
from shared_analysis.integrity.hashes import bytes_md5
from shared_analysis.reproduce.commit.checkout import tracked
from shared_analysis.reproduce.commit.content import Absent, DiskContent
from shared_analysis.reproduce.commit.content_store import ContentStore
from shared_analysis.reproduce.commit.lock import Claims, LockedStage
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.findings import Finding, Verdict, worst
from shared_analysis.reproduce.judge.contents import compare_contents
from shared_analysis.reproduce.judge.public_names import PublicNames
from shared_analysis.reproduce.judge.same_text import SameText
from shared_analysis.reproduce.judge.sides import COMMITTED, Sides
from shared_analysis.reproduce.judge.unmade import unmade
from shared_analysis.wheelhouse import statements
from shared_analysis.wording import listed

_SUBMODULE = "160000"
_OTHER = "the results were made from other content"
_OUTSIDE = "it lies outside the project, and the commit does not have it: hand it to DVC (dvc import-url)"
_EMPTY = f"{bytes_md5(b'[]')}.dir"
_OTHER_VALUE = "a parameter is not what it was when the results were made"
_PLACEHOLDERS = (".gitignore", ".gitkeep")
_ALONE = re.compile(r"[A-Za-z0-9][\w.-]*")
_HELD = re.compile(r"\s--hash=sha(?:256|384|512):[0-9a-f]{64,}(?=\s|$)")
_HARMLESS = {"-i", "--index-url", "--trusted-host", "--no-index", "--require-hashes", "--only-binary", "--no-binary"}
"""Options of pip that let it install nothing that has no hash."""


def judge_inputs(
    pipeline: Pipeline, claims: Claims, store: ContentStore, tolerance: float, *, results: bool = True
) -> list[Finding]:
    """Compare the files, parameters and commands of each stage, before it runs, with the lock.

    A file that several stages read is named once, with the stage for which it is worst. Outputs that git keeps are
    compared too: they are what a reader of the repository sees. What looks like a result and no stage makes is named.

    Parameters
    ----------
    pipeline
        The pipeline of a clean copy.
    claims
        What the commit claims that its stages read.
    store
        What the hashes of the claims stand for.
    tolerance
        Fractions that differ by at most this share of the larger of the two are equal.
    results
        Look for what looks like a result, too; not where nothing is to be said about the results of the commit.
    """
    held = tracked(pipeline.root, pipeline.top)
    sides = replace(COMMITTED, names=PublicNames(pipeline.root, pipeline.top))
    files = _Files(pipeline, store, tolerance, held, pipeline.outputs(), claims, sides)
    findings: dict[str, Finding] = {}
    for stage in pipeline.stages:
        if stage.name not in claims.stages:
            name = _entry(stage)
            why = f"{claims.lock(stage)} does not know this stage: it was never run"
            findings[name] = _differs(name, stage, why)
            continue
        locked = claims.stages[stage.name]
        for finding in (*files.read(stage, locked), *files.committed(stage, locked), *files.settings(stage, locked)):
            earlier = findings.get(finding.file)
            if earlier is None or worst([earlier.verdict, finding.verdict]) is not earlier.verdict:
                findings[finding.file] = finding
    return [*_unheld(pipeline.root), *(unmade(pipeline, held) if results else ()), *findings.values()]


def contradictions(
    pipeline: Pipeline, locks: Mapping[str, LockedStage], outputs: Sequence[Finding]
) -> Iterator[Finding]:
    """Find where the lock contradicts itself: a stage that read something else than an earlier stage made.

    Parameters
    ----------
    pipeline
        The pipeline of a clean copy that was run.
    locks
        What the lock says of each stage.
    outputs
        What was judged of the outputs.
    """
    makers = {pipeline.path(stage, name): (stage.name, name) for stage in pipeline.stages for name in stage.outs}
    same = {(finding.stage, finding.file) for finding in outputs if finding.verdict is Verdict.identical}
    for stage in pipeline.stages:
        for name, digest in (locks[stage.name].deps if stage.name in locks else {}).items():
            path = pipeline.path(stage, name)
            if path in makers:
                maker, out = makers[path]
                claimed = locks[maker].outs.get(out) if maker in locks else None
            else:
                inside = [
                    (maker, pipeline.name(output)) for output, (maker, _) in makers.items() if overlap(output, path)
                ]
                claimed = pipeline.hash(path) if inside and same.issuperset(inside) else None
            if claimed is not None and claimed != digest:
                why = "the lock contradicts itself: this stage read other content than was made"
                yield Finding(pipeline.said(stage, name), Verdict.different, stage.name, (why,), digest, claimed)
        if stage.name in locks:
            for file in {*stage.params, *locks[stage.name].params}:
                if _is_in(stage.path(file), makers) and stage.path(file).is_file():
                    yield from _settings(pipeline, stage, locks[stage.name], file, public=False)


@dataclass(frozen=True)
class _Files:
    """What the commit holds, beside what the lock says of it."""

    pipeline: Pipeline
    store: ContentStore
    tolerance: float
    held: Mapping[str, str]
    outputs: set[Path]
    claims: Claims
    sides: Sides

    @cached_property
    def same(self) -> SameText:
        """What git may have done to the files."""
        return SameText(self.pipeline, self.held)

    def read(self, stage: Stage, locked: LockedStage) -> Iterator[Finding]:
        """Compare what a stage reads, but for what other stages make."""
        for name in stage.deps:
            path = self.pipeline.read_path(stage, name)
            if _is_in(path, self.outputs):
                continue
            claimed, file = locked.deps.get(name), self.pipeline.said(stage, name)
            if "://" in name or not path.is_relative_to(self.pipeline.top):
                yield Finding(file, Verdict.missing, stage.name, (_OUTSIDE,), claimed)
                continue
            digest = self.pipeline.hash(path)
            if odd := self.pipeline.oddity(path):
                why = f"{odd}: the commit does not have what it stands for"
                yield Finding(file, Verdict.missing, stage.name, (why,), claimed)
            elif digest is None:
                yield Finding(file, Verdict.missing, stage.name, (self._why_missing(path, claimed),), claimed)
            elif claimed is None:
                why = f"{self.claims.lock(stage)} does not record that the stage read it"
                yield _differs(file, stage, why, found=digest)
            elif claimed != digest and self.same.is_pointer(path):
                why = "git-lfs keeps it, and has not fetched it here: there is only a pointer to it"
                yield Finding(file, Verdict.missing, stage.name, (why,), claimed, digest)
            elif claimed != digest:
                verdict, reasons = self._difference(claimed, path)
                yield Finding(file, verdict, stage.name, reasons, claimed, digest)
        for name in sorted(set(locked.deps) - set(stage.deps)):
            why = f"{self.claims.lock(stage)} says that the stage read it, {stage.file} does not"
            yield _differs(self.pipeline.said(stage, name), stage, why)

    def committed(self, stage: Stage, locked: LockedStage) -> Iterator[Finding]:
        """Compare what git keeps of a stage's outputs."""
        for name in stage.outs:
            path = self.pipeline.path(stage, name)
            below = path.relative_to(self.pipeline.root).as_posix() if path.is_relative_to(self.pipeline.root) else ""
            held = [self.pipeline.root / file for file in self.held if file == below or file.startswith(f"{below}/")]
            if any(self.pipeline.oddity(file) for file in held):
                why = "the commit holds a link of it that leads out of the project"
                yield Finding(name, Verdict.different, stage.name, (why,), locked.outs.get(name))
                continue
            files = [file for file in held if file.is_file()]
            if all(file.name in _PLACEHOLDERS for file in files):
                continue
            digest = self.pipeline.hash(path) if files == [path] else self.pipeline.folder_hash(path, files)
            claimed = locked.outs.get(name)
            if claimed is not None and digest != claimed:
                why = f"the commit holds other content of it than {self.claims.lock(stage)} records"
                yield Finding(self.pipeline.said(stage, name), Verdict.different, stage.name, (why,), claimed, digest)

    def settings(self, stage: Stage, locked: LockedStage) -> Iterator[Finding]:
        """Compare the command of a stage and its parameters, but for those in files that other stages make."""
        if locked.commands != stage.commands:
            yield _differs(_entry(stage), stage, "the results were made by another command")
        kept = self.pipeline.inputs()
        for file in sorted({*stage.params, *locked.params}):
            if not _is_in(stage.path(file), self.outputs):
                yield from _settings(self.pipeline, stage, locked, file, public=not _is_in(stage.path(file), kept))

    def _why_missing(self, path: Path, claimed: str | None) -> str:
        if claimed == _EMPTY:
            return "it was an empty folder when the results were made, and git keeps no empty folders"
        submodules = [self.pipeline.root / name for name, mode in self.held.items() if mode == _SUBMODULE]
        if _is_in(path, submodules):
            return "it lies in a git submodule, which is not fetched"
        if path.parent.is_dir():
            for sibling in path.parent.iterdir():
                if _composed(sibling.name) == _composed(path.name):
                    return "the commit has more than one file of that name, in other forms of Unicode"
                if sibling.name.casefold() == path.name.casefold():
                    return f"the commit has it as {sibling.name}, in other letters"
        return "the commit does not have it"

    def _difference(self, claimed: str, path: Path) -> tuple[Verdict, tuple[str, ...]]:
        if why := self.same.why_same(claimed, path):
            return Verdict.equivalent, (why,)
        filtered = self.same.filter(path)
        known = f"its author's git may have taken it through the filter '{filtered}', which nobody else's git knows"
        filters = (known,) if filtered else ()
        if not self.store.holds(claimed):
            return Verdict.different, (_OTHER, *filters)
        try:
            recorded = self.store.content(claimed, path, fetch=False)
            verdict, reasons = compare_contents(recorded, DiskContent(self.pipeline, path), self.tolerance, self.sides)
        except Absent as why:
            verdict, reasons = Verdict.different, [str(why)]
        if verdict is Verdict.equivalent:
            return verdict, ("the results were made from the same content in other bytes", *reasons)
        return Verdict.different, (_OTHER, *reasons, *filters)


def _unheld(root: Path) -> Iterator[Finding]:
    """Find the packages that ``requirements.txt`` holds to no hash: what was installed is anybody's guess."""
    lock = root / "requirements.txt"
    lines = statements(lock) if lock.is_file() else []
    loose = [line for line in lines if not line.startswith("-") and not _HELD.search(line)]
    # Wheels that lie in the project are looked at where they are installed.
    names = [match.group() if (match := _ALONE.match(line)) else "a path" for line in loose if ".whl" not in line]
    reasons = [f"no hash holds {listed(names, most=3)} to one version"] if names else []
    options = {re.split(r"[=\s]", line)[0] for line in lines if line.startswith("-")} - _HARMLESS
    reasons += [f"it takes packages from elsewhere with {option}" for option in sorted(options)]
    if reasons:
        yield Finding("requirements.txt", Verdict.different, "input", tuple(reasons))


def _entry(stage: Stage) -> str:
    return f"{stage.file}: {stage.name.removeprefix(f'{stage.file}:')}"


def _settings(pipeline: Pipeline, stage: Stage, locked: LockedStage, file: str, *, public: bool) -> Iterator[Finding]:
    """Compare the parameters in a file; what git does not hold may hold data, and its values are not said."""
    said = pipeline.said(stage, file)
    try:
        before, now = flat(locked.params.get(file, {})), flat(pipeline.params(stage, file))
    except SharedAnalysisError:
        yield _differs(said, stage, "the parameters in it cannot be read")
        return
    for key in sorted(set(before) | set(now)):
        if before.get(key) == now.get(key):
            continue
        if public:
            why = f"{now.get(key, 'not set')} in the commit, {before.get(key, 'not set')} when the results were made"
            yield _differs(f"{said}: {key}", stage, why)
        else:
            yield _differs(f"{said}: {key}" if key in before else said, stage, _OTHER_VALUE)


def _is_in(path: Path, places: Iterable[Path]) -> bool:
    return any(overlap(place, path) for place in places)


def flat(values: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """Write nested settings as one level of dotted keys, each value as JSON."""
    settings: dict[str, str] = {}
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            settings |= flat(value, f"{before}{key}.")
        else:
            settings[f"{before}{key}"] = json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
    return settings


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _differs(name: str, stage: Stage, why: str, found: str | None = None) -> Finding:
    return Finding(name, Verdict.different, stage.name, (why,), None, found)
