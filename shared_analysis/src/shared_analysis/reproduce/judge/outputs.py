"""What came out held against what the commit claims, or against what came out of another commit."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import replace

from shared_analysis.dvc_repo import Stage
from shared_analysis.reproduce.commit.content import Absent, Content, DiskContent
from shared_analysis.reproduce.commit.content_store import ContentStore
from shared_analysis.reproduce.commit.lock import Claims
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.judge.contents import compare_contents
from shared_analysis.reproduce.judge.public_names import EVERY, PublicNames
from shared_analysis.reproduce.judge.sides import BEFORE_AND_AFTER, COMMITTED, Sides
from shared_analysis.reproduce.judge.tolerance import stated_tolerance
from shared_analysis.reproduce.run.outcome import Outcome, Result

_LASTING = (
    "DVC keeps it between runs (persist: true), so earlier runs may have shaped it; here it was made from scratch"
)
_TWO_OF_ONE_MD5 = "it has the MD5 of what is recorded and other bytes: two such files can only be made on purpose"


def judge_outputs(
    outcome: Outcome, claims: Claims, store: ContentStore, tolerance: float, names: PublicNames | None = None
) -> list[Finding]:
    """Judge every output of the pipeline, and every one of the lock that no stage makes.

    Parameters
    ----------
    outcome
        What came out.
    claims
        What the commit claims.
    store
        What the hashes of the claims stand for.
    tolerance
        Fractions that differ by at most this share of the larger of the two are equal.
    names
        Which names may be said, read before a stage has run; if None, they are read now.
    """
    sides = replace(COMMITTED, names=names or PublicNames(outcome.root, outcome.pipeline.top))
    findings = [
        _judge(outcome, stage, name, claims, store, tolerance, sides) for stage in outcome.stages for name in stage.outs
    ]
    judged = {(stage.name, name) for stage in outcome.stages for name in stage.outs}
    return findings + [
        _unmade(outcome, stage, name, digest)
        for stage, entry in claims.stages.items()
        for name, digest in entry.outs.items()
        if (stage, name) not in judged
    ]


def differences(old: Outcome, new: Outcome) -> tuple[Finding, ...]:
    """Compare what came out of two commits, output by output, within the tolerance that the new one states.

    Parameters
    ----------
    old, new
        The two runs, whose workspaces are still there.

    Returns
    -------
    tuple
        One finding an output, in the order of the new pipeline; what only the old one makes, last. ``recorded`` is the
        old hash and ``found`` the new one. No reason holds a value of a row.

    Raises
    ------
    SharedAnalysisError
        If the stated tolerance is no share.
    """
    return compare_results(
        old.results, new.results, stated_tolerance(new.root), PublicNames(new.root, new.pipeline.top)
    )


def compare_results(
    old: Mapping[str, Result], new: Mapping[str, Result], tolerance: float, names: PublicNames = EVERY
) -> tuple[Finding, ...]:
    """Compare the outputs of two commits, each by its path from the project's root, saying no names but some."""
    sides = replace(BEFORE_AND_AFTER, names=names)
    dropped = [
        Finding(name, Verdict.missing, result.stage, ("no stage makes it any more",), result.digest)
        for name, result in old.items()
        if name not in new
    ]
    return (*(_difference(name, old.get(name), result, tolerance, sides) for name, result in new.items()), *dropped)


def _judge(
    outcome: Outcome, stage: Stage, name: str, claims: Claims, store: ContentStore, tolerance: float, sides: Sides
) -> Finding:
    path = outcome.pipeline.path(stage, name)
    locked = claims.stages.get(stage.name)
    claimed = locked.outs.get(name) if locked else None
    digest = outcome.hash(path)
    if stage.name not in outcome.failed and (odd := outcome.pipeline.oddity(path)):
        verdict, reasons = Verdict.different, [odd]
    elif digest is None:
        verdict, reasons = Verdict.missing, [outcome.why_absent(stage)]
    elif digest != outcome.stage_hashes[stage.name][name]:
        verdict, reasons = Verdict.different, ["a later stage wrote over what this one had made"]
    elif claimed is None or locked is None:
        verdict, reasons = Verdict.different, [f"{claims.lock(stage)} does not record it"]
    elif (found := outcome.digests[outcome.pipeline.name(path)]) is not None and store.other_bytes(found):
        verdict, reasons = Verdict.different, [_TWO_OF_ONE_MD5]
    elif digest == claimed:
        verdict, reasons = Verdict.identical, []
    else:
        recorded = store.content(claimed, path, fetch=claims.fetch, listing=locked.files.get(name))
        verdict, reasons = _compare(recorded, DiskContent(outcome.pipeline, path), tolerance, sides)
        if not verdict.passed and name in stage.lasting:
            reasons.append(_LASTING)
        if not verdict.passed and (stage.name, name) in claims.notes:
            reasons.append(claims.notes[stage.name, name])
    return Finding(outcome.pipeline.said(stage, name), verdict, stage.name, tuple(reasons), claimed, digest)


def _unmade(outcome: Outcome, stage: str, name: str, digest: str) -> Finding:
    """Find an output of the lock that no stage makes; of a stage that is gone, the folder is that of its lock."""
    known = next((one for one in outcome.stages if one.name == stage), None)
    file = known.file if known else f"{stage.rpartition('/dvc.yaml:')[0]}/dvc.yaml".removeprefix("/")
    said = outcome.pipeline.said(known, name) if known else posixpath.normpath(f"{file.removesuffix('dvc.yaml')}{name}")
    return Finding(said, Verdict.missing, stage, (f"no stage of {file} makes it",), digest)


def _difference(name: str, old: Result | None, new: Result, tolerance: float, sides: Sides) -> Finding:
    if new.digest is None:
        verdict, reasons = Verdict.missing, [new.why_absent]
    elif old is None:
        verdict, reasons = Verdict.different, ["is new: no stage made it before"]
    elif old.digest is None:
        verdict, reasons = Verdict.different, [f"did not come out before: {old.why_absent}"]
    elif old.digests and new.digests and old.digests.collides(new.digests):
        verdict, reasons = Verdict.different, [_TWO_OF_ONE_MD5]
    elif old.digest == new.digest:
        verdict, reasons = Verdict.identical, []
    else:
        verdict, reasons = _compare(old.content, new.content, tolerance, sides)
    return Finding(name, verdict, new.stage, tuple(reasons), old.digest if old else None, new.digest)


def _compare(old: Content, new: Content, tolerance: float, sides: Sides) -> tuple[Verdict, list[str]]:
    try:
        return compare_contents(old, new, tolerance, sides)
    except Absent as why:
        return Verdict.different, [f"other bytes; {why}, so no more can be said"]
