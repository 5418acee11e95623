"""From what was judged to a certificate: what it says of the project, and of what ran it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.certificate.certificate import Certificate
from shared_analysis.reproduce.commit.checkout import CleanCopy
from shared_analysis.reproduce.commit.lock import Claims
from shared_analysis.reproduce.findings import Finding
from shared_analysis.reproduce.judge.grounds import Grounds
from shared_analysis.reproduce.judge.package import Provenance
from shared_analysis.reproduce.run.environment import Environment
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.wording import listed

_LIMITS = "nothing can stop a stage that knows it is being verified from doing otherwise than it does for its author"


@dataclass(frozen=True)
class Trust:
    """What a verdict rests on: whose code judged and ran, and which files were read."""

    provenance: Provenance
    grounds: Grounds


def certify(
    copy: CleanCopy,
    outcome: Outcome,
    claims: Claims,
    inputs: Sequence[Finding],
    outputs: Sequence[Finding],
    *,
    tolerance: float,
    day: dt.date | None,
    trust: Trust,
) -> Certificate:
    """Write down what was judged.

    Parameters
    ----------
    copy, outcome
        What was run, and what came out.
    claims
        What the outputs were held to.
    inputs, outputs
        What was found of them.
    tolerance
        What the fractions in them were held to.
    day
        The day to write on the certificate.
    trust
        What the verdict rests on.
    """
    title, authors = project_and_authors(copy)
    failed = {finding.file for finding in outputs if not finding.verdict.passed}
    unrecorded = {
        outcome.pipeline.said(stage, name)
        for stage in outcome.stages
        for name in stage.outs
        if (stage.name, name) in claims.unrecorded
    }
    return Certificate(
        title=title,
        authors=authors,
        repository=copy.source.address,
        commit=copy.source.commit,
        synthetic=copy.invented,
        environment={**environment_entry(outcome.environment), **_reader(copy), **_resumed(outcome)},
        tolerance=tolerance,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        day=day,
        lock=claims.file,
        swapped=copy.twin and not copy.synthetic,
        unrecorded=frozenset(failed & unrecorded),
        provenance=trust.provenance,
        read=trust.grounds.read,
        made=trust.grounds.made(outcome),
    )


def environment_entry(environment: Environment | None) -> dict[str, str]:
    """Say what ran a commit, for a page."""
    if environment is None:
        return {"environment": "none: nothing was run"}
    entry = {"python": environment.version, "platform": environment.platform, "environment": environment.origin}
    if environment.declared:
        entry["variables"] = f"passed on to the stages: {', '.join(environment.declared)}"
    return entry | {"isolation": environment.isolation, "limits": _LIMITS}


def _reader(copy: CleanCopy) -> dict[str, str]:
    return {} if copy.pipeline.by_dvc else {"pipeline": "read without DVC, which is not installed"}


def _resumed(outcome: Outcome) -> dict[str, str]:
    """Say what an earlier run made: a stage could have written its notes, and stopped it."""
    if not outcome.resumed:
        return {}
    return {"resumed": f"an earlier run, which was stopped, had finished {listed(outcome.resumed)}"}


def project_and_authors(copy: CleanCopy) -> tuple[str, tuple[str, ...]]:
    """Read the project's name, and the organisations that made it, from its record, if that can be read."""
    from shared_analysis.record import is_todo, load_record

    folder = copy.source.root.name
    try:
        record = load_record(copy.root)
    except SharedAnalysisError:
        return folder, ()
    organisations = [organisation.name for organisation in record.organisations if not is_todo(organisation.name)]
    return (folder if is_todo(record.project.name) else record.project.name), tuple(organisations)
