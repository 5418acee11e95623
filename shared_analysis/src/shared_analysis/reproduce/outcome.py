"""What came out of a commit that was run again, and how two such runs differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shared_analysis.reproduce.content import Made, compare_contents
from shared_analysis.reproduce.environment import Environment
from shared_analysis.reproduce.findings import BEFORE_AND_AFTER, Finding, Verdict
from shared_analysis.reproduce.pipeline import Pipeline, Stage


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
    """

    commit: str
    pipeline: Pipeline
    environment: Environment | None
    stopping: tuple[Finding, ...]
    failed: Mapping[str, str]

    @property
    def root(self) -> Path:
        """The project in the clean copy."""
        return self.pipeline.root

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages, in the order in which they run."""
        return self.pipeline.stages

    @cached_property
    def outs(self) -> dict[str, tuple[Stage, Path]]:
        """The stage and the place of every output, by its path from the project's root; it need not be there."""
        places = [(stage, self.pipeline.path(stage, name)) for stage in self.stages for name in stage.outs]
        return {place.relative_to(self.root).as_posix(): (stage, place) for stage, place in places}

    @cached_property
    def hashes(self) -> dict[str, str | None]:
        """The hash of every output, as DVC writes it; None of one that did not come out."""
        return {name: self.hash(stage, place) for name, (stage, place) in self.outs.items()}

    def hash(self, stage: Stage, place: Path) -> str | None:
        """Hash one output; None if it did not come out."""
        return None if stage.name in self.failed else self.pipeline.hash(place)

    def why_absent(self, stage: Stage) -> str:
        """Say why an output of a stage did not come out."""
        return self.failed.get(stage.name, "its stage ran and did not make it")


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
    names = [*new.outs, *(name for name in old.outs if name not in new.outs)]
    return tuple(_difference(old, new, name, tolerance) for name in names)


def _difference(old: Outcome, new: Outcome, name: str, tolerance: float) -> Finding:
    before, after = old.hashes.get(name), new.hashes.get(name)
    stage, place = new.outs.get(name) or old.outs[name]
    if name not in new.outs:
        verdict, said = Verdict.missing, ["no stage makes it any more"]
    elif after is None:
        verdict, said = Verdict.missing, [new.why_absent(stage)]
    elif name not in old.outs:
        verdict, said = Verdict.different, ["is new: no stage made it before"]
    elif before is None:
        verdict, said = Verdict.different, [f"did not come out before: {old.why_absent(old.outs[name][0])}"]
    elif before == after:
        verdict, said = Verdict.identical, []
    else:
        contents = Made(old.pipeline, old.outs[name][1]), Made(new.pipeline, place)
        verdict, said = compare_contents(*contents, tolerance, BEFORE_AND_AFTER)
    return Finding(name, verdict, stage.name, tuple(said), before, after)
