"""What an update does to the results: the pipeline of the project before and after it, run on the twin and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.git import git
from shared_analysis.reproduce import Finding, Outcome, RunOptions, differences, rerun
from shared_analysis.updates.update import Update


@dataclass(frozen=True)
class Results:
    """What differs between two runs on the twin.

    Attributes
    ----------
    findings
        One an output, those that came out the same as well.
    failed_before, failed_after
        Why a stage did not come to its end or did not make an output, or nothing was run, by stage or file.
    """

    findings: tuple[Finding, ...]
    failed_before: Mapping[str, str]
    failed_after: Mapping[str, str]

    @property
    def breaks(self) -> bool:
        """Whether something fails after the update that did not before."""
        return bool(self.failed_after.keys() - self.failed_before.keys())


def compare(
    update: Update,
    *,
    environment: str | None = None,
    wheels: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Results:
    """Run the project as it is and as it would be, each on its twin, and compare what comes out.

    Each runs in the environment of its own ``requirements.txt``, as in a verification. Killed, the same call goes on
    where it was.

    Parameters
    ----------
    update
        An update without conflicts.
    environment
        One interpreter or environment for both, or ``current``: then newer packages of the template are not tried.
    wheels
        A folder of wheels to build both environments from, without an index.
    say
        Is told how far it is.

    Returns
    -------
    Results
        What differs, and what fails.

    Raises
    ------
    SharedAnalysisError
        If an environment cannot be built, or the project has no twin.
    """
    try:
        return _compared(update, RunOptions(environment, wheels, say=say))
    except SharedAnalysisError as error:
        raise SharedAnalysisError(
            f"The results cannot be compared: {error.what}",
            error.where,
            f"{error.next_step}; or leave the results out: --no-run",
        ) from None


def _compared(update: Update, options: RunOptions) -> Results:
    source, updated = update.source, update.committed()
    git("update-ref", "refs/heads/updated", updated, cwd=update.copy)
    with (
        rerun(source.root, source.commit, options, twin=True) as old,
        rerun(update.copy / source.prefix, updated, options, twin=True) as new,
    ):
        options.say("comparing")
        return Results(differences(old, new), _failed(old), _failed(new))


def _failed(run: Outcome) -> dict[str, str]:
    if run.stopping:
        return {**run.failed, **{one.file: "; ".join(one.reasons) for one in run.stopping}}
    absent = {name: stage for name, (stage, _) in run.outs.items() if run.hashes[name] is None}
    not_made = {name: run.why_absent(stage) for name, stage in absent.items() if stage.name not in run.failed}
    return {**run.failed, **not_made}
