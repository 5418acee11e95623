"""A commit run on its synthetic twin, by anybody: without the real data, and without access to it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from shared_analysis.errors import CheckFailed, SharedAnalysisError
from shared_analysis.git import git
from shared_analysis.project import write_text
from shared_analysis.reproduce import twin_lock
from shared_analysis.reproduce.certificate.certificate import Certificate
from shared_analysis.reproduce.certificate.certify import Trust, certify
from shared_analysis.reproduce.commit.checkout import CleanCopy, tracked
from shared_analysis.reproduce.commit.lock import Claims, LockedStage, read_lock
from shared_analysis.reproduce.judge.grounds import find_grounds
from shared_analysis.reproduce.judge.inputs import judge_inputs
from shared_analysis.reproduce.judge.outputs import judge_outputs
from shared_analysis.reproduce.judge.package import NO_MORE, PackageCheck, judge_package
from shared_analysis.reproduce.judge.public_names import PublicNames
from shared_analysis.reproduce.judge.tolerance import agreed_tolerance
from shared_analysis.reproduce.run.options import DEFAULTS, RunOptions
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.reproduce.run.runner import Runner, clean_copy_of
from shared_analysis.reproduce.twin_lock import TwinLock, read_twin_lock
from shared_analysis.writing import copy_file, delete, move

_SYNTHETIC = "synthetic"
"""The folder beside the certificate for what came out: named so that nobody takes it for real."""
_MARK = "SYNTHETIC.txt"
_SAYS = "What `shared-analysis verify --twin` made from invented data. It replaces this folder when it runs again.\n"


@dataclass(frozen=True)
class TwinRun:
    """What came out of the twin.

    Parameters
    ----------
    outcome
        The run, whose workspace is still there.
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
        refuse_foreign(folder)
        whole, part = folder / _SYNTHETIC, folder / f"{_SYNTHETIC}.part"
        delete(part)
        write_text(part / _MARK, _SAYS)
        for name, (_, path) in self.outcome.outs.items():
            if self.outcome.hashes[name] is None or Path(name).parts[0] == "data":
                continue
            self._copy(path, part, name)
        delete(whole)
        move(part, whole)
        if self.certificate:
            self.certificate.save(folder)
        if self.lock:
            write_text(folder / "twin.lock", self.lock.text())

    def _copy(self, path: Path, part: Path, name: str) -> None:
        """Copy an output, file by file: a pipe, or what a link in it leads to, is nothing that came out."""
        files = self.outcome.pipeline.files(path) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and not self.outcome.pipeline.leads_out(file):
                copy_file(file, part / name / file.relative_to(path), within=part)

    def record(self, root: Path) -> Path:
        """Write ``tests/twin.lock`` in a project; return its path.

        Raises
        ------
        CheckFailed
            If something did not come out.
        """
        if self.lock is None:
            raise CheckFailed(
                "Nothing is recorded: not everything came out.", self.failure, "correct it, commit, and record again"
            )
        path = root / twin_lock.TWIN_LOCK
        write_text(path, self.lock.text())
        return path


@contextmanager
def run_twin(
    root: Path,
    revision: str = "HEAD",
    options: RunOptions = DEFAULTS,
    *,
    tolerance: float | None = None,
    day: dt.date | None = None,
    unrecorded: bool = False,
    package: PackageCheck = NO_MORE,
) -> Iterator[TwinRun]:
    """Run a commit on its synthetic twin in a workspace, and compare what comes out with what it records of the twin.

    That is ``tests/twin.lock``; where there is none and the commit reads the twin itself, ``dvc.lock``.

    Parameters
    ----------
    root, revision, options, tolerance, day
        As for ``verify``.
    unrecorded
        Run it even if the commit records nothing of the twin to compare with.
    package
        As for ``verify``.

    Yields
    ------
    TwinRun
        What came out, and the verdict on it.

    Raises
    ------
    SharedAnalysisError
        If it could not be done: no such commit, no environment, no twin, a stage that reads real data all the same.
    """
    with clean_copy_of(root, revision, options, twin=True) as copy:
        lock = read_twin_lock(copy.root)
        stages = _claimed(copy, lock)
        if stages is None and not unrecorded:
            raise SharedAnalysisError(
                "This commit records nothing of its twin to compare with.",
                twin_lock.TWIN_LOCK,
                "ask its author to record it (--twin --record) and commit that file; "
                "to run it without comparing: --twin --accept-unrecorded",
            )
        agreed = agreed_tolerance(copy.root, tolerance)
        provenance, doubtful = judge_package(copy, package)
        runner = Runner(copy, options)
        stopping = runner.gather()
        names, held = PublicNames(copy.root, copy.pipeline.top).read(), tracked(copy.root, copy.pipeline.top)
        read = Claims(twin_lock.TWIN_LOCK if lock else "dvc.lock", stages or {})
        grounds = find_grounds(copy, read)
        judged = judge_inputs(copy.pipeline, read, copy.store, agreed, results=copy.synthetic)
        inputs = [*doubtful, *judged]
        outcome = runner.run(stopping)
        certificate = None
        if stages is not None:
            options.say("comparing")
            claims = lock.claims(outcome) if lock else _of_dvc_lock(outcome, stages)
            outputs = judge_outputs(outcome, claims, copy.store, agreed, names)
            passed = [finding.verdict.passed for finding in outputs]
            if not any(passed):
                claims = replace(claims, unrecorded=frozenset())  # another platform alone does not change all of it
            if lock and all(passed):
                inputs = doubtful  # what came out is what is recorded, whatever it was made from then
            strays = names.said_of_strays(outcome.overwritten, {*held, *outcome.outs})
            inputs = [*stopping, *inputs, *strays]
            trust = Trust(provenance, grounds)
            certificate = certify(copy, outcome, claims, inputs, outputs, tolerance=agreed, day=day, trust=trust)
        warn_of_what_is_not_compared(outcome, certificate, options.say)
        complete = all(digest is not None for digest in outcome.hashes.values())
        yield TwinRun(outcome, certificate, twin_lock.record(outcome, lock) if complete else None)


def refuse_unclean(root: Path) -> None:
    """Raise if the project holds changes that are not committed: what is recorded must be of a commit."""
    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", f":!{twin_lock.TWIN_LOCK}", cwd=root)
    if changed:
        raise SharedAnalysisError(
            "There are changes that are not committed, and only a commit can be recorded.",
            changed.splitlines()[0][3:],
            "commit them, and record then",
        )


def refuse_foreign(folder: Path) -> None:
    """Raise if a folder for what comes out has something else in the place of that, which would be lost."""
    for name in (_SYNTHETIC, f"{_SYNTHETIC}.part"):
        _refuse_another(folder / name)


def _refuse_another(folder: Path) -> None:
    """Refuse to replace a folder that no earlier run has made."""
    if folder.exists() and not (folder / _MARK).is_file() and not (folder.is_dir() and not any(folder.iterdir())):
        raise SharedAnalysisError(
            "This is not what an earlier run made, and would be replaced.", str(folder), "name another: --out FOLDER"
        )


def warn_of_what_is_not_compared(outcome: Outcome, certificate: Certificate | None, say: Callable[[str], None]) -> None:
    """Say so loudly, on a server as a warning that stands beside the result: an entry taken out ends a comparison."""
    count = len(certificate.unrecorded if certificate else outcome.outs)
    if count and outcome.platform:
        server = "::warning::" if os.environ.get("GITHUB_ACTIONS") else ""
        server = "##vso[task.logissue type=warning]" if os.environ.get("TF_BUILD") else server
        outputs = "one output" if count == 1 else f"{count} outputs"
        say(f"{server}NOT compared: nothing is recorded for {outcome.platform} of {outputs}")


def _claimed(copy: CleanCopy, lock: TwinLock | None) -> dict[str, LockedStage] | None:
    if lock:
        return dict(lock.stages)
    if not (copy.synthetic and (copy.root / "dvc.lock").is_file()):
        return None
    return read_lock(copy.root, copy.pipeline.pipelines())


def _of_dvc_lock(outcome: Outcome, stages: dict[str, LockedStage]) -> Claims:
    """Take ``dvc.lock``, which does not say on which platform it was made, as if that were another."""
    every = [(name, out) for name, stage in stages.items() for out in stage.outs]
    note = f"dvc.lock does not say on which platform it was made; if not on {outcome.platform}, last digits may differ"
    return Claims("dvc.lock", stages, notes=dict.fromkeys(every, note), unrecorded=frozenset(every))
