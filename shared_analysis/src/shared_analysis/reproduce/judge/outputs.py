"""What came out held against what the commit claims, and the certificate of that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.certificate.certificate import Certificate
from shared_analysis.reproduce.commit.clean_copy import CleanCopy
from shared_analysis.reproduce.commit.content_store import Kept
from shared_analysis.reproduce.commit.lock import Claims
from shared_analysis.reproduce.commit.pipeline import Stage
from shared_analysis.reproduce.judge.content import Absent, Made, compare_contents
from shared_analysis.reproduce.judge.findings import Finding, Verdict
from shared_analysis.reproduce.run.environment import Environment
from shared_analysis.reproduce.run.outcome import Outcome


def judge(outcome: Outcome, claims: Claims, kept: Kept, tolerance: float) -> list[Finding]:
    """Judge every output of the pipeline, and every one of the lock that no stage makes."""
    found = [_judge(outcome, stage, name, claims, kept, tolerance) for stage in outcome.stages for name in stage.outs]
    judged = {(one.stage, one.file) for one in found}
    reason = "no stage of dvc.yaml makes it"
    return found + [
        Finding(name, Verdict.missing, stage, (reason,), digest)
        for stage, entry in claims.stages.items()
        for name, digest in entry.outs.items()
        if (stage, name) not in judged
    ]


def _judge(outcome: Outcome, stage: Stage, name: str, claims: Claims, kept: Kept, tolerance: float) -> Finding:
    place = outcome.pipeline.path(stage, name)
    locked = claims.stages.get(stage.name)
    digest = locked.outs.get(name) if locked else None
    found = outcome.hash(place)
    if found is None:
        verdict, said = Verdict.missing, [outcome.why_absent(stage)]
    elif found != outcome.made[stage.name][name]:
        verdict, said = Verdict.different, ["a later stage wrote over what this one had made"]
    elif outcome.pipeline.leads_out(place):
        verdict, said = Verdict.different, ["it is a link that leads out of the project"]
    elif digest is None or locked is None:
        verdict, said = Verdict.different, [f"{claims.file} does not record it"]
    elif found == digest:
        verdict, said = Verdict.identical, []
    else:
        recorded = kept.content(digest, place, fetch=claims.fetch, listing=locked.files.get(name))
        try:
            verdict, said = compare_contents(recorded, Made(outcome.pipeline, place), tolerance)
        except Absent as why:
            verdict, said = Verdict.different, [f"other bytes; {why}, so no more can be said"]
        if not verdict.passed and (stage.name, name) in claims.notes:
            said.append(claims.notes[stage.name, name])
    return Finding(name, verdict, stage.name, tuple(said), digest, found)


def certify(
    copy: CleanCopy,
    outcome: Outcome,
    claims: Claims,
    inputs: Sequence[Finding],
    outputs: Sequence[Finding],
    *,
    twin: bool,
    tolerance: float,
    day: dt.date | None,
) -> Certificate:
    """Write down what was found."""
    title, authors = described(copy)
    unrecorded = {one for one in outputs if (one.stage, one.file) in claims.unrecorded and not one.verdict.passed}
    return Certificate(
        title=title,
        authors=authors,
        repository=copy.source.address,
        commit=copy.source.commit,
        synthetic=twin or copy.synthetic,
        environment=named(outcome.environment),
        tolerance=tolerance,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        day=day,
        lock=claims.file,
        swapped=twin and not copy.synthetic,
        unrecorded=frozenset(one.file for one in unrecorded),
    )


def named(python: Environment | None) -> dict[str, str]:
    """Say what ran it, for a page."""
    if python is None:
        return {"environment": "none: nothing was run"}
    return {"python": python.version, "platform": python.platform, "environment": python.made}


def described(copy: CleanCopy) -> tuple[str, tuple[str, ...]]:
    """Read the project's name, and who made it, from its record, if that can be read."""
    from shared_analysis.record import is_todo, load_record

    try:
        record = load_record(copy.root)
    except SharedAnalysisError:
        return copy.source.root.name, ()
    named = [one.name for one in record.organisations if not is_todo(one.name)]
    return (copy.source.root.name if is_todo(record.project.name) else record.project.name), tuple(named)
