"""What came out of a commit that was run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from shared_analysis.dvc_repo import Stage
from shared_analysis.integrity.hashes import Digests
from shared_analysis.reproduce.commit.content import Content, DiskContent
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.findings import Finding
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
    stage_hashes
        By stage, the hash of each output as it was when the stage had ended: a later one may have written over it.
    overwritten
        What stages wrote over while the pipeline ran: files of the commit, inputs, outputs of others.
    resumed
        The stages whose outputs come from an earlier run that was stopped.
    """

    commit: str
    pipeline: Pipeline
    environment: Environment | None
    stopping: tuple[Finding, ...]
    failed: Mapping[str, str]
    stage_hashes: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    overwritten: tuple[Finding, ...] = ()
    resumed: tuple[str, ...] = ()

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
        paths = [(stage, self.pipeline.path(stage, name)) for stage in self.stages for name in stage.outs]
        return {self.pipeline.name(path): (stage, path) for stage, path in paths}

    @cached_property
    def digests(self) -> dict[str, Digests | None]:
        """Both hashes of every output; None of one that did not come out."""
        return {
            name: None if stage.name in self.failed else self.pipeline.digests(path)
            for name, (stage, path) in self.outs.items()
        }

    @cached_property
    def hashes(self) -> dict[str, str | None]:
        """The hash of every output, as DVC writes it; None of one that did not come out."""
        return {name: digests.md5 if digests else None for name, digests in self.digests.items()}

    @cached_property
    def results(self) -> dict[str, Result]:
        """Every output, to be compared, by its path from the project's root."""
        return {
            name: Result(
                stage.name,
                self.hashes[name],
                DiskContent(self.pipeline, path),
                self.why_absent(stage),
                self.digests[name],
            )
            for name, (stage, path) in self.outs.items()
        }

    def hash(self, path: Path) -> str | None:
        """Return the hash of one output; None if it did not come out."""
        return self.hashes[self.pipeline.name(path)]

    def why_absent(self, stage: Stage) -> str:
        """Say why an output of a stage did not come out."""
        return self.failed.get(stage.name, "its stage ran and did not make it")


@dataclass(frozen=True)
class Result:
    """One output of one commit: its stage, its hash, and what it holds; without a hash, why it is not there.

    ``digests`` are there where the output itself is: of what is only recorded, there is DVC's hash alone.
    """

    stage: str
    digest: str | None
    content: Content
    why_absent: str = ""
    digests: Digests | None = None
