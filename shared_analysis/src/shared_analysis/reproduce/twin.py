"""A commit run on its synthetic twin, by anybody: without the real data, and without access to it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from shared_analysis.errors import CheckFailed, SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.git import git
from shared_analysis.project import write_text
from shared_analysis.reproduce import twin_lock
from shared_analysis.reproduce.certificate.certificate import Certificate
from shared_analysis.reproduce.commit.clean_copy import CleanCopy, clean_copy
from shared_analysis.reproduce.commit.lock import Claims, LockedStage, read_lock
from shared_analysis.reproduce.judge import inputs as recorded
from shared_analysis.reproduce.judge.outputs import certify, judge
from shared_analysis.reproduce.run.environment import Wanted
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.reproduce.run.runner import Running
from shared_analysis.reproduce.twin_lock import TwinLock, read_twin_lock
from shared_analysis.reproduce.verify import VERIFYING_TWIN, agreed_tolerance, commit_place

_MADE = "synthetic"
"""The folder beside the certificate for what came out: named so that nobody takes it for real."""
_MARK = "SYNTHETIC.txt"
_SAYS = "What `shared-analysis verify --twin` made from invented data. It replaces this folder when it runs again.\n"


@dataclass(frozen=True)
class TwinRun:
    """What came out of the twin.

    Parameters
    ----------
    outcome
        The run, whose clean place is still there.
    certificate
        What was found; None if the commit records nothing to compare with.
    lock
        The lock of the twin with this run recorded in it; None if something did not come out.
    """

    outcome: Outcome
    certificate: Certificate | None
    lock: TwinLock | None

    @property
    def failure(self) -> str:
        """Say what did not come out first, and why; empty if everything did."""
        for name, (stage, _) in self.outcome.outs.items():
            if self.outcome.hashes[name] is None:
                return f"{name}: {self.outcome.why_absent(stage)}"
        return ""

    def save(self, folder: Path) -> None:
        """Write into a folder the certificate, ``twin.lock``, and what came out, without the rows: not ``data/``.

        Raises
        ------
        SharedAnalysisError
            If the folder has one of that name with something else in it, which would be lost.
        """
        made = folder / f"{_MADE}.part"
        for place in (folder / _MADE, made):
            _refuse_another(place)
        remove_folder(made)
        made.mkdir(parents=True)
        write_text(made / _MARK, _SAYS)
        for name, (_, place) in self.outcome.outs.items():
            if self.outcome.hashes[name] is None or Path(name).parts[0] == "data":
                continue
            target = made / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if place.is_dir() else shutil.copyfile)(place, target)
        remove_folder(folder / _MADE)
        made.rename(folder / _MADE)
        if self.certificate:
            self.certificate.save(folder)
        if self.lock:
            write_text(folder / "twin.lock", self.lock.text())

    def record(self, root: Path) -> Path:
        """Write ``tests/twin.lock`` in a project; return its place.

        Raises
        ------
        CheckFailed
            If something did not come out.
        """
        if self.lock is None:
            raise CheckFailed(
                "Nothing is recorded: not everything came out.", self.failure, "correct it, commit, and record again"
            )
        path = root / twin_lock.PLACE
        write_text(path, self.lock.text())
        return path


@contextmanager
def run_twin(
    root: Path,
    revision: str = "HEAD",
    *,
    environment: str | None = None,
    wheels: Path | None = None,
    python: str | None = None,
    tolerance: float | None = None,
    day: dt.date | None = None,
    keep: bool = False,
    unrecorded: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[TwinRun]:
    """Run a commit on its synthetic twin in a clean place, and compare what comes out with what it records of the twin.

    That is ``tests/twin.lock``; where there is none and the commit reads the twin itself, ``dvc.lock``.

    Parameters
    ----------
    root, revision, environment, wheels, python, tolerance, day, keep, say
        As for ``verify``.
    unrecorded
        Run it even if the commit records nothing of the twin to compare with.

    Yields
    ------
    TwinRun
        What came out, and the verdict on it.

    Raises
    ------
    SharedAnalysisError
        If it could not be done: no such commit, no environment, no twin, a stage that reads real data all the same.
    """
    wanted = Wanted(environment, wheels, python)
    with commit_place(root, revision, wanted, keep, say, VERIFYING_TWIN) as (source, work):
        copy = clean_copy(source, work, twin=True)
        before = read_twin_lock(copy.root)
        stages = _claimed(copy, before)
        if stages is None and not unrecorded:
            raise SharedAnalysisError(
                "This commit records nothing of its twin to compare with.",
                twin_lock.PLACE,
                "only run it: --twin --accept-unrecorded; or record it: --twin --record, and commit that file",
            )
        allowed = agreed_tolerance(copy.root, tolerance)
        running = Running(copy, say)
        stopping = running.gather()
        name = twin_lock.PLACE if before else "dvc.lock"
        sources = recorded.sources(copy.pipeline, Claims(name, stages or {}), copy.kept, allowed)
        outcome = running.run(stopping, wanted)
        certificate = None
        if stages is not None:
            say("comparing")
            claims = before.claims(outcome) if before else _of_dvc_lock(outcome, stages)
            outputs = judge(outcome, claims, copy.kept, allowed)
            if not any(one.verdict.passed for one in outputs):
                claims = replace(claims, unrecorded=frozenset())  # another platform alone does not change all of it
            if before and all(one.verdict.passed for one in outputs):
                sources = []  # what came out is what is recorded, whatever it was made from then
            changed = recorded.overwritten(copy.pipeline, edited=copy.root / "params.yaml")
            inputs = [*stopping, *sources, *([] if stopping else changed)]
            certificate = certify(copy, outcome, claims, inputs, outputs, twin=True, tolerance=allowed, day=day)
        _say_what_is_not_compared(outcome, certificate, say)
        complete = all(digest is not None for digest in outcome.hashes.values())
        yield TwinRun(outcome, certificate, twin_lock.record(outcome, before) if complete else None)


def refuse_unclean(root: Path) -> None:
    """Raise if the project holds changes that are not committed: what is recorded must be of a commit."""
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", f":!{twin_lock.PLACE}", cwd=root)
    if changed:
        raise SharedAnalysisError(
            "There are changes that are not committed, and only a commit can be recorded.",
            changed.splitlines()[0][3:],
            "commit them, and record then",
        )


def _refuse_another(folder: Path) -> None:
    """Refuse to replace a folder that no earlier run has made."""
    if folder.exists() and not (folder / _MARK).is_file() and not (folder.is_dir() and not any(folder.iterdir())):
        raise SharedAnalysisError(
            "This is not what an earlier run made, and would be replaced.", str(folder), "name another: --out FOLDER"
        )


def _say_what_is_not_compared(outcome: Outcome, certificate: Certificate | None, say: Callable[[str], None]) -> None:
    """Say so loudly, on a server as a warning that stands beside the result: an entry taken out ends a comparison."""
    count = len(certificate.unrecorded if certificate else outcome.outs)
    if count and outcome.platform:
        server = "::warning::" if os.environ.get("GITHUB_ACTIONS") else ""
        server = "##vso[task.logissue type=warning]" if os.environ.get("TF_BUILD") else server
        outputs = "one output" if count == 1 else f"{count} outputs"
        say(f"{server}NOT compared: nothing is recorded for {outcome.platform} of {outputs}")


def _claimed(copy: CleanCopy, before: TwinLock | None) -> dict[str, LockedStage] | None:
    if before:
        return dict(before.stages)
    return read_lock(copy.root) if copy.synthetic and (copy.root / "dvc.lock").is_file() else None


def _of_dvc_lock(outcome: Outcome, stages: dict[str, LockedStage]) -> Claims:
    """Take ``dvc.lock``, which does not say on which platform it was made, as if that were another."""
    every = [(name, out) for name, stage in stages.items() for out in stage.outs]
    note = f"dvc.lock does not say on which platform it was made; if not on {outcome.platform}, last digits may differ"
    return Claims("dvc.lock", stages, notes=dict.fromkeys(every, note), unrecorded=frozenset(every))
