"""Run a commit again from its inputs alone, and compare what comes out with what the commit claims."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from shared_analysis.reproduce.certificate.certificate import Certificate
from shared_analysis.reproduce.certificate.certify import Trust, certify
from shared_analysis.reproduce.commit.checkout import tracked
from shared_analysis.reproduce.commit.lock import Claims, read_lock
from shared_analysis.reproduce.judge.grounds import find_grounds
from shared_analysis.reproduce.judge.inputs import contradictions, judge_inputs
from shared_analysis.reproduce.judge.outputs import judge_outputs
from shared_analysis.reproduce.judge.package import NO_MORE, PackageCheck, judge_package
from shared_analysis.reproduce.judge.public_names import PublicNames
from shared_analysis.reproduce.judge.released import Released
from shared_analysis.reproduce.judge.tolerance import agreed_tolerance
from shared_analysis.reproduce.run.options import DEFAULTS, RunOptions
from shared_analysis.reproduce.run.runner import Runner, clean_copy_of


def verify(
    root: Path,
    revision: str = "HEAD",
    options: RunOptions = DEFAULTS,
    *,
    tolerance: float | None = None,
    day: dt.date | None = None,
    package: PackageCheck = NO_MORE,
) -> Certificate:
    """Clone a commit into a workspace, run every stage there, and compare each output with the committed lock.

    Only inputs are fetched: nothing that an earlier run made, and none of DVC's memory of runs. The reviewer's own copy
    is read and never written. The workspace is found again by the commit: a run that was killed goes on where it was,
    and stages whose outputs are still what they were are not run again.

    Parameters
    ----------
    root
        A project, in a clone of its git repository.
    revision
        The commit, branch or tag to verify.
    options
        How to run it.
    tolerance
        Fractions that differ by at most this share of the larger of the two are equal; if None, what the commit's
        ``pyproject.toml`` states under ``[tool.shared-analysis]``, at most 1e-6, else 1e-9.
    day
        The day to write on the certificate; the clock is not read.
    package
        What the project's analysis package is held to, beside the verifier's own files and list of releases.

    Returns
    -------
    Certificate
        The verdict on every output, with the fields of a CODECHECK configuration.

    Raises
    ------
    SharedAnalysisError
        If it could not be done: no such commit, no lock in it, no environment, another run at work on it, no room.
    """
    with clean_copy_of(root, revision, options) as copy:
        claims = Claims("dvc.lock", read_lock(copy.root, copy.pipeline.pipelines()))
        claims.refuse_nothing(copy.pipeline.stages)
        agreed = agreed_tolerance(copy.root, tolerance)
        provenance, doubtful = judge_package(copy, package)
        runner = Runner(copy, options)
        stopping = runner.gather()
        grounds = find_grounds(copy, claims)
        inputs = [*stopping, *doubtful, *judge_inputs(copy.pipeline, claims, copy.store, agreed)]
        released, names, held = (
            Released(copy),
            PublicNames(copy.root, copy.pipeline.top).read(),
            tracked(copy.root, copy.pipeline.top),
        )
        outcome = runner.run(stopping)
        options.say("comparing")
        outputs = judge_outputs(outcome, claims, copy.store, agreed, names)
        if not stopping:
            inputs += [*names.said_of_strays(outcome.overwritten, {*held, *outcome.outs}), *released.judge(outcome)]
            inputs += contradictions(copy.pipeline, claims.stages, outputs)
        trust = Trust(provenance, grounds)
        return certify(copy, outcome, claims, inputs, outputs, tolerance=agreed, day=day, trust=trust)
