"""What a reviewer hands on: one page for people, and the CODECHECK configuration for registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_analysis.reproduce.certificate.page import counts_of, entry_of, render
from shared_analysis.reproduce.certificate.trust import (
    entries_of,
    ground_entry,
    said_of_packages,
    said_of_verifier,
)
from shared_analysis.reproduce.findings import Finding, Verdict, worst
from shared_analysis.reproduce.judge.grounds import Ground
from shared_analysis.reproduce.judge.package import Provenance
from shared_analysis.reproduce.judge.tolerance import USUAL_TOLERANCE
from shared_analysis.wording import many
from shared_analysis.writing import write_files
from shared_analysis.yaml_file import dump_yaml

_SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"
_MEANINGS = {
    Verdict.identical: "The same bytes came out.",
    Verdict.equivalent: "The same content came out in other bytes.",
    Verdict.different: "Something else came out.",
    Verdict.missing: "It did not come out.",
}
_ANSWERS = {
    Verdict.identical: "Yes: every output came out with the same bytes.",
    Verdict.equivalent: "Yes: every output came out the same, some in other bytes.",
    Verdict.different: "No: something differs from what the commit says.",
    Verdict.missing: "No: something that the commit claims did not come out.",
}


@dataclass(frozen=True)
class Certificate:
    """The answer to one question: do these results come from this code and this data?

    Parameters
    ----------
    title
        The project's name.
    authors
        The organisations that made it.
    repository
        Its public address, if it has one.
    commit
        The whole hash of the commit that was run.
    synthetic
        Whether the commit reads the twin.
    environment
        What ran it: Python, platform, how it was built.
    tolerance
        Fractions that differ by at most this share of the larger of the two are equal.
    inputs
        What differs in what the lock says was read: files, parameters, commands. Empty if all is as recorded.
    outputs
        Every output, in the order of the pipeline.
    day
        The day that the reviewer gives it, if any; the clock is not read.
    lock
        The file of the commit whose hashes the outputs were held to.
    swapped
        Whether the commit reads real data, and the twin was run in its place.
    unrecorded
        Outputs that came out otherwise than on other platforms, while nothing is recorded for this one.
    provenance
        Whose code judged, and whose analysis package ran.
    read, made
        What was read and what came out, by SHA-256.
    """

    title: str
    authors: tuple[str, ...]
    repository: str
    commit: str
    synthetic: bool
    environment: Mapping[str, str]
    tolerance: float
    inputs: tuple[Finding, ...]
    outputs: tuple[Finding, ...]
    day: dt.date | None = None
    lock: str = "dvc.lock"
    swapped: bool = False
    unrecorded: frozenset[str] = frozenset()
    provenance: Provenance | None = None
    read: tuple[Ground, ...] = ()
    made: tuple[Ground, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all; with no output at all, ``missing``."""
        findings = (*self.inputs, *self.outputs)
        return worst(finding.verdict for finding in findings) if self.outputs else Verdict.missing

    @property
    def answer(self) -> str:
        """The verdict in a sentence."""
        answer = _ANSWERS[self.verdict]
        if self.synthetic:
            answer = answer.replace(":", ", on the synthetic twin:", 1)
        if self.tolerance != USUAL_TOLERANCE:
            answer += (
                f" Fractions were taken as equal up to a difference of {self.tolerance:g} of the larger one"
                f" (usual: {USUAL_TOLERANCE:g})."
            )
        return answer

    @property
    def only_unrecorded(self) -> bool:
        """Whether all that is amiss is that nothing is recorded for the platform of the run."""
        amiss = {finding.file for finding in self.outputs if not finding.verdict.passed}
        return bool(amiss) and amiss <= self.unrecorded and not self.inputs

    @property
    def advice(self) -> str:
        """What to do about what differs on the twin, where something can be done."""
        if self.verdict is Verdict.different and self.only_unrecorded:
            return (
                f"Nothing is recorded for {self.environment.get('platform')}. If this run is right, put twin.lock from "
                "beside this certificate into tests/ and commit it."
            )
        if self.verdict is Verdict.different and self.lock != "dvc.lock":
            return (
                "If what came out now is right, commit it: put twin.lock from beside this certificate into tests/, or "
                "run `shared-analysis verify --twin --record`."
            )
        return ""

    @property
    def trust(self) -> tuple[str, ...]:
        """Whose code it is, in sentences: first the verifier's, then the analysis package's."""
        return (said_of_verifier(self.provenance), said_of_packages(self.provenance)) if self.provenance else ()

    def summary(self) -> str:
        """Say the verdict and the counts in a few sentences."""
        text = f"{self.answer} Outputs: {counts_of(self.outputs)}."
        if self.inputs:
            text += f" The commit does not match its own record in {many(len(self.inputs), 'place', 'places')}."
        if self.swapped:
            text += " The commit reads real data: this says nothing about its results."
        return text

    def to_yaml(self) -> str:
        """Write it as a CODECHECK configuration, with what was found under ``verification``.

        The fields are those of CODECHECK's specification 1.0, https://codecheck.org.uk/spec/config/1.0/. (Version 2.0
        wants an ORCID of every author; the authors here are organisations.) What only the person who signs it can know
        is left as TODO, which CODECHECK's own check refuses: the article, the codechecker, ``report``, which identifies
        the published certificate, and ``certificate``, its number in the register: ``YYYY-NNN``.
        """
        authors = [{"name": name} for name in self.authors] or [{"name": "TODO"}]
        title = f"{self.title} (on the synthetic twin)" if self.synthetic else self.title
        content: dict[str, Any] = {
            "commit": self.commit,
            "version": _SPECIFICATION,
            "paper": {
                "title": title,
                "authors": authors,
                "reference": "TODO",
            },
            "manifest": [{"file": finding.file, "comment": _comment(finding)} for finding in self.outputs],
            "codechecker": [{"name": "TODO"}],
            "summary": self.summary(),
            "repository": self.repository or "TODO",
            "check_time": self.day.isoformat() if self.day else "TODO",
            "certificate": "TODO",
            "report": "TODO",
            "verification": {
                "commit": self.commit,
                "verdict": str(self.verdict),
                "data": "SYNTHETIC" if self.synthetic else "real",
                "lock": self.lock,
                "environment": dict(self.environment),
                "tolerance": self.tolerance,
                **(entries_of(self.provenance) if self.provenance else {}),
                "rests_on": [ground_entry(ground) for ground in self.read],
                "inputs": [entry_of(finding) for finding in self.inputs],
                "outputs": [entry_of(finding) for finding in self.outputs],
                "came_out": [ground_entry(ground) for ground in self.made],
            },
        }
        return dump_yaml(content, width=110, version=(1, 1), explicit_start=True)

    def html(self) -> str:
        """Make the page: one file, no script, no request; the same findings give the same text."""
        return render(
            "certificate.html.j2",
            self.outputs,
            _MEANINGS,
            certificate=self,
            title=f"{self.title}: certificate",
            synthetic=self.synthetic,
        )

    def save(self, folder: Path) -> None:
        """Write ``certificate.yaml`` and ``certificate.html`` into a folder."""
        write_files(folder, {"certificate.yaml": self.to_yaml().encode(), "certificate.html": self.html().encode()})


def _comment(finding: Finding) -> str:
    return f"{finding.verdict}; made by the stage {finding.stage}"
