"""What differs between two commits, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from shared_analysis.reproduce.certificate.page import counts_of, entry_of, render
from shared_analysis.reproduce.commit.content import NOT_HAD
from shared_analysis.reproduce.findings import Finding, Verdict, worst
from shared_analysis.writing import write_files
from shared_analysis.yaml_file import dump_yaml

_MEANINGS = {
    Verdict.identical: "The same bytes.",
    Verdict.equivalent: "The same content in other bytes.",
    Verdict.different: "Something else, or new.",
    Verdict.missing: "No longer made.",
}


@dataclass(frozen=True)
class Change:
    """A setting, or something that was read: before and after; None where there is none."""

    name: str
    before: str | None
    after: str | None

    @property
    def kind(self) -> str:
        """What became of it, in a word."""
        return "new" if self.before is None else "gone" if self.after is None else "changed"


@dataclass(frozen=True)
class Metric:
    """A number of a file of metrics: before and after; None where there is none."""

    file: str
    key: str
    before: float | None
    after: float | None

    @property
    def change(self) -> float | None:
        """By how much it grew; None where one of the two is not there."""
        return None if self.before is None or self.after is None else self.after - self.before

    def row(self) -> tuple[str, str, str, str]:
        """Write it as a row of a table: its name, before, after, the change."""
        share = f" ({self.change / abs(self.before):+.1%})" if self.change is not None and self.before else ""
        grown = "" if self.change is None else f"{_written(self.change, '+')}{share}"
        return self.key, _written(self.before), _written(self.after), grown


@dataclass(frozen=True)
class Comparison:
    """Two commits side by side.

    Parameters
    ----------
    title, repository
        The project's name, and its public address if it has one.
    revisions, commits
        The two as they were named, and their whole hashes: before and after.
    synthetic
        Whether every result in it is of the twin.
    basis
        Where the results come from, in words.
    environment
        What ran them; empty if nothing was run.
    tolerance
        Fractions that differ by at most this share of the larger of the two are equal.
    settings
        Parameters that are not the same in both.
    read
        Inputs, code and commands that are not the same in both.
    metrics
        Numbers of the files of metrics that are not the same in both.
    outputs
        Every output of either commit.
    """

    title: str
    repository: str
    revisions: tuple[str, str]
    commits: tuple[str, str]
    synthetic: bool
    basis: str
    environment: Mapping[str, str]
    tolerance: float
    settings: tuple[Change, ...]
    read: tuple[Change, ...]
    metrics: tuple[Metric, ...]
    outputs: tuple[Finding, ...]

    @property
    def named(self) -> tuple[tuple[str, str, str], ...]:
        """The two commits: which it is, as it was named, and its hash."""
        return tuple(zip(("Before", "After"), self.revisions, self.commits, strict=True))

    @property
    def verdict(self) -> Verdict:
        """The worst verdict on an output."""
        return worst(finding.verdict for finding in self.outputs)

    @property
    def answer(self) -> str:
        """Whether the two give the same, in a sentence."""
        data = " of the synthetic twin" if self.synthetic else ""
        return f"The results{data} are the same." if self.verdict.passed else f"The results{data} differ."

    @property
    def advice(self) -> str:
        """How to see more, where the content of a result was not to be had."""
        if not any(NOT_HAD in reason for finding in self.outputs for reason in finding.reasons):
            return ""
        return (
            "Where content is not to be had, running both commits shows how they differ: with `--twin` on the "
            "synthetic twin, or with `--run` on the inputs, for those who have them."
        )

    def summary(self) -> str:
        """Say the answer and the counts in a few sentences."""
        causes = f"Parameters that differ: {len(self.settings)}; inputs, code or commands: {len(self.read)}."
        return f"{self.answer} Outputs: {counts_of(self.outputs)}. {causes}"

    def to_yaml(self) -> str:
        """Write it for programs."""
        content: dict[str, Any] = {
            "project": self.title,
            "repository": self.repository or None,
            "before": {"revision": self.revisions[0], "commit": self.commits[0]},
            "after": {"revision": self.revisions[1], "commit": self.commits[1]},
            "data": "SYNTHETIC" if self.synthetic else "real",
            "basis": self.basis,
            "verdict": str(self.verdict),
            "summary": self.summary(),
            "environment": dict(self.environment),
            "tolerance": self.tolerance,
            "parameters": [asdict(setting) for setting in self.settings],
            "read": [{"name": file.name, "change": file.kind} for file in self.read],
            "metrics": [asdict(metric) for metric in self.metrics],
            "outputs": [entry_of(finding) for finding in self.outputs],
        }
        return dump_yaml(content, width=110)

    def html(self) -> str:
        """Make the page: one file, no script, no request; the same comparison gives the same text."""
        return render(
            "comparison.html.j2",
            self.outputs,
            _MEANINGS,
            comparison=self,
            title=f"{self.title}: two commits compared",
            synthetic=self.synthetic,
        )

    def save(self, folder: Path) -> None:
        """Write ``comparison.yaml`` and ``comparison.html`` into a folder."""
        write_files(folder, {"comparison.yaml": self.to_yaml().encode(), "comparison.html": self.html().encode()})


def metric_values(content: Any, before: str = "") -> dict[str, float]:
    """Return every number in the content of a file of metrics, by its dotted key."""
    if isinstance(content, int | float) and not isinstance(content, bool):
        return {before: content}
    pairs = content.items() if isinstance(content, Mapping) else enumerate(content) if isinstance(content, list) else ()
    values: dict[str, float] = {}
    for key, value in pairs:
        values |= metric_values(value, f"{before}.{key}" if before else str(key))
    return values


def _written(number: float | None, sign: str = "") -> str:
    if number is None:
        return "none"
    return f"{number:{sign},}" if isinstance(number, int) else f"{number:{sign},.6g}"
