"""What a result rests on: each file that is read and that came out, by SHA-256, and since when it is committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import overlap
from shared_analysis.git import git
from shared_analysis.integrity.hashes import Digests
from shared_analysis.reproduce.commit.checkout import CleanCopy, tracked
from shared_analysis.reproduce.commit.lock import Claims
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.run.outcome import Outcome

_LOCK = "dvc.lock"


@dataclass(frozen=True)
class Since:
    """The last commit that changed what is recorded of a file, and the day that this commit states."""

    commit: str
    day: str
    or_earlier: bool = False
    """Whether the history is cut short there (a shallow clone), so that it may be older."""

    def __str__(self) -> str:
        return f"{self.commit[:10]}, {self.day}{' or earlier' if self.or_earlier else ''}"


@dataclass(frozen=True)
class Ground:
    """One file or folder that is read, or that came out.

    Parameters
    ----------
    file
        Its path from the project's root.
    kind
        What it is, in a few words.
    digests
        Its hashes and its size; None if it is not to be had.
    since
        Since when it is the committed one; None if nothing says so.
    """

    file: str
    kind: str
    digests: Digests | None
    since: Since | None = None


@dataclass(frozen=True)
class Grounds:
    """What a commit's results rest on.

    Parameters
    ----------
    read
        What the stages read: data that DVC keeps, then files of the commit. What stages hand on to each other is left
        out.
    recorded
        Since when ``dvc.lock`` records what it does of each output.
    """

    read: tuple[Ground, ...]
    recorded: Mapping[str, Since | None]

    def made(self, outcome: Outcome) -> tuple[Ground, ...]:
        """List what came out, in the order of the pipeline."""
        outputs = outcome.digests.items()
        return tuple(Ground(name, "came out", digests, self.recorded.get(name)) for name, digests in outputs)


def find_grounds(copy: CleanCopy, claims: Claims) -> Grounds:
    """List what the stages read, before any of them runs: it could write over inputs, and into the history.

    Outputs that git keeps are hashed for the store meanwhile: then their bytes are at hand, whatever MD5 says.

    Parameters
    ----------
    copy
        The commit, with its inputs in place.
    claims
        The lock that says what came out.
    """
    pipeline, history = copy.pipeline, _History(copy)
    outputs = pipeline.outputs()
    for path in map(copy.root.joinpath, tracked(copy.root, copy.pipeline.top)):
        if any(overlap(output, path) for output in outputs) and (held := pipeline.digests(path)):
            copy.store.remember(held)
    found: dict[str, Ground] = {}
    for path, digest in pipeline.inputs().items():
        since = history.since(pipeline.pointer(path), digest)
        found[pipeline.name(path)] = Ground(
            pipeline.name(path), "data that DVC keeps", copy.fetched.get(path) or _digests(pipeline, path), since
        )
    for stage in pipeline.stages:
        for name, kind in {
            **dict.fromkeys(stage.deps, "kept by git"),
            **dict.fromkeys(stage.params, "parameters"),
        }.items():
            if "://" in name:
                found.setdefault(name, Ground(name, "read from elsewhere", None))
                continue
            path = pipeline.path(stage, name)
            file = pipeline.name(path) if path.is_relative_to(copy.root) else name
            if file not in found and not any(overlap(output, path) for output in outputs):
                kind = "folder" if path.is_dir() else kind
                found[file] = Ground(file, kind, _digests(pipeline, path), history.since(path))
    recorded = {
        pipeline.name(pipeline.path(stage, name)): history.since(copy.root / stage.lock, digest)
        for stage in pipeline.stages
        if claims.file == _LOCK and stage.name in claims.stages
        for name, digest in claims.stages[stage.name].outs.items()
    }
    return Grounds(tuple(found.values()), recorded)


def _digests(pipeline: Pipeline, path: Path) -> Digests | None:
    return None if pipeline.leads_out(path) else pipeline.digests(path)


@dataclass(frozen=True)
class _History:
    """The history of a clean copy."""

    copy: CleanCopy
    _changes: dict[str, list[Since]] = field(default_factory=dict)
    _texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def since(self, path: Path | None, text: str = "") -> Since | None:
        """Find the last commit that changed a file, or brought a text into it; None if the commit does not have it."""
        top = self.copy.workspace / "clone"
        if path is None or not path.is_relative_to(top):
            return None
        name = path.relative_to(top).as_posix()
        if name not in self._changes:
            listed = ("log", "--no-patch", "--format=%H %cs", "HEAD", "--", f":(top,literal){name}")
            lines = git(*listed, cwd=self.copy.root, own_settings=False).splitlines()
            commits = (line.split(" ", 1) for line in lines)
            self._changes[name] = [Since(commit, day, commit in self._cut) for commit, day in commits]
        first = None
        for change in self._changes[name]:
            if first is not None and text not in self._text(change.commit, name):
                break
            first = change
            if not text:
                break
        return first

    def _text(self, commit: str, name: str) -> str:
        if (commit, name) not in self._texts:
            try:
                said = git("show", f"{commit}:{name}", cwd=self.copy.root, own_settings=False)
            except SharedAnalysisError:  # the file was deleted there
                said = ""
            self._texts[commit, name] = said
        return self._texts[commit, name]

    @cached_property
    def _cut(self) -> set[str]:
        shallow = self.copy.workspace / "clone" / ".git" / "shallow"
        return set(shallow.read_text(encoding="utf-8").split()) if shallow.is_file() else set()
