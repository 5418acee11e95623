"""What came out of a commit that was run again, and how two such runs differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from shared_analysis.reproduce.commit.pipeline import Pipeline, Stage
from shared_analysis.reproduce.judge.content import Absent, Content, Made, compare_contents
from shared_analysis.reproduce.judge.findings import BEFORE_AND_AFTER, Finding, Verdict
from shared_analysis.reproduce.run.environment import Environment


@dataclass(frozen=True)
class Outcome:
    """What came out of one commit, in its clean copy.

    Parameters
    ----------
    commit
        The whole hash of the commit.
    pipeline
        Its pipeline, in the clean copy.
    environment
        What ran it; None if nothing was run.
    stopping
        Why nothing was run: wheels or inputs that are not what the commit says. Empty if it was run.
    failed
        Why a stage did not come to its end, by stage. Empty if all did.
    made
        By stage, the hash of each output as it was when the stage had ended: a later one may have written over it.
    """

    commit: str
    pipeline: Pipeline
    environment: Environment | None
    stopping: tuple[Finding, ...]
    failed: Mapping[str, str]
    made: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The project in the clean copy."""
        return self.pipeline.root

    @property
    def platform(self) -> str:
        """The platform that ran it; empty if nothing was run."""
        return self.environment.platform if self.environment else ""

    @property
    def python(self) -> str:
        """The version of the Python that ran it; empty if nothing was run."""
        return self.environment.version if self.environment else ""

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages, in the order in which they run."""
        return self.pipeline.stages

    @cached_property
    def outs(self) -> dict[str, tuple[Stage, Path]]:
        """The stage and the place of every output, by its path from the project's root; it need not be there."""
        places = [(stage, self.pipeline.path(stage, name)) for stage in self.stages for name in stage.outs]
        return {self.pipeline.name(place): (stage, place) for stage, place in places}

    @cached_property
    def hashes(self) -> dict[str, str | None]:
        """The hash of every output, as DVC writes it; None of one that did not come out."""
        return {
            name: None if stage.name in self.failed else self.pipeline.hash(place)
            for name, (stage, place) in self.outs.items()
        }

    @cached_property
    def results(self) -> dict[str, Result]:
        """Every output, to be compared, by its path from the project's root."""
        return {
            name: Result(stage.name, self.hashes[name], Made(self.pipeline, place), self.why_absent(stage))
            for name, (stage, place) in self.outs.items()
        }

    def hash(self, place: Path) -> str | None:
        """Return the hash of one output; None if it did not come out."""
        return self.hashes[self.pipeline.name(place)]

    def why_absent(self, stage: Stage) -> str:
        """Say why an output of a stage did not come out."""
        return self.failed.get(stage.name, "its stage ran and did not make it")


@dataclass(frozen=True)
class Result:
    """One output of one commit: its stage, its hash, and what it holds; without a hash, why it is not there."""

    stage: str
    digest: str | None
    content: Content
    why_absent: str = ""


def differences(old: Outcome, new: Outcome, tolerance: float) -> tuple[Finding, ...]:
    """Compare what came out of two commits, output by output.

    Parameters
    ----------
    old, new
        The two runs, whose clean places are still there.
    tolerance
        Fractions that differ by at most this share of the larger of the two are equal.

    Returns
    -------
    tuple
        One finding an output, in the order of the new pipeline; what only the old one makes, last. ``recorded`` is the
        old hash and ``found`` the new one. No reason holds a value of a row.
    """
    return compare_results(old.results, new.results, tolerance)


def compare_results(old: Mapping[str, Result], new: Mapping[str, Result], tolerance: float) -> tuple[Finding, ...]:
    """Compare the outputs of two commits, each by its path from the project's root."""
    gone = [
        Finding(name, Verdict.missing, one.stage, ("no stage makes it any more",), one.digest)
        for name, one in old.items()
        if name not in new
    ]
    return (*(_difference(name, old.get(name), one, tolerance) for name, one in new.items()), *gone)


def _difference(name: str, old: Result | None, new: Result, tolerance: float) -> Finding:
    if new.digest is None:
        verdict, said = Verdict.missing, [new.why_absent]
    elif old is None:
        verdict, said = Verdict.different, ["is new: no stage made it before"]
    elif old.digest is None:
        verdict, said = Verdict.different, [f"did not come out before: {old.why_absent}"]
    elif old.digest == new.digest:
        verdict, said = Verdict.identical, []
    else:
        try:
            verdict, said = compare_contents(old.content, new.content, tolerance, BEFORE_AND_AFTER)
        except Absent as why:
            verdict, said = Verdict.different, [f"other bytes; {why}, so no more can be said"]
    return Finding(name, verdict, new.stage, tuple(said), old.digest if old else None, new.digest)
