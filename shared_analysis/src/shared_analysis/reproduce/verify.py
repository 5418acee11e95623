"""Run a commit again from its inputs alone, and compare what comes out with what the commit claims."""

from __future__ import annotations

import datetime as dt
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.reproduce.certificate.certificate import USUAL_TOLERANCE, Certificate
from shared_analysis.reproduce.commit.checkout import Source, find_source
from shared_analysis.reproduce.commit.clean_copy import clean_copy
from shared_analysis.reproduce.commit.lock import Claims, read_lock
from shared_analysis.reproduce.commit.workspace import clean_place
from shared_analysis.reproduce.judge import inputs as recorded
from shared_analysis.reproduce.judge.outputs import certify, judge
from shared_analysis.reproduce.run.environment import Wanted
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.reproduce.run.runner import Running

_MOST_STATED = 1e-6
VERIFYING = "verifying"
VERIFYING_TWIN = "verifying on the twin"


def verify(
    root: Path,
    revision: str = "HEAD",
    *,
    environment: str | None = None,
    wheels: Path | None = None,
    python: str | None = None,
    tolerance: float | None = None,
    day: dt.date | None = None,
    keep: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Certificate:
    """Clone a commit into a clean place, run every stage there, and compare each output with the committed lock.

    Only inputs are fetched: nothing that an earlier run made, and none of DVC's memory of runs. The reviewer's own copy
    is read and never written. The clean place is found again by the commit: a run that was killed goes on where it was,
    and stages whose outputs are still what they were are not run again.

    Parameters
    ----------
    root
        A project, in a clone of its git repository.
    revision
        The commit, branch or tag to verify.
    environment
        An interpreter or the folder of an environment to use, or ``current``; if None, one is built from the commit's
        ``requirements.txt``, each package held to its hash.
    wheels
        A folder of wheels to build from, without an index.
    python
        The Python to build with: a path, or a version such as ``3.12``; if None, the one that runs this.
    tolerance
        Fractions that differ by at most this share of the larger of the two are equal; if None, what the commit's
        ``pyproject.toml`` states under ``[tool.shared-analysis]``, at most 1e-6, else 1e-9.
    day
        The day to write on the certificate; the clock is not read.
    keep
        Leave the clean place as it is afterwards.
    say
        Is told how far it is.

    Returns
    -------
    Certificate
        The verdict on every output.

    Raises
    ------
    SharedAnalysisError
        If it could not be done: no such commit, no lock in it, no environment, another run at work on it, no room.
    """
    wanted = Wanted(environment, wheels, python)
    with commit_place(root, revision, wanted, keep, say) as (source, work):
        copy = clean_copy(source, work)
        claims = Claims("dvc.lock", read_lock(copy.root))
        allowed = agreed_tolerance(copy.root, tolerance)
        running = Running(copy, say)
        stopping = running.gather()
        inputs = [*stopping, *recorded.sources(copy.pipeline, claims, copy.kept, allowed)]
        outcome = running.run(stopping, wanted)
        say("comparing")
        outputs = judge(outcome, claims, copy.kept, allowed)
        if not stopping:
            inputs += recorded.overwritten(copy.pipeline)
            inputs += recorded.derived(copy.pipeline, claims.stages, outputs)
        return certify(copy, outcome, claims, inputs, outputs, twin=False, tolerance=allowed, day=day)


@contextmanager
def rerun(
    root: Path,
    revision: str = "HEAD",
    *,
    twin: bool = False,
    environment: str | None = None,
    wheels: Path | None = None,
    python: str | None = None,
    keep: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Run a commit again in a clean place, and keep what comes out as long as the ``with`` block lasts.

    Nothing is judged, and no lock is needed; ``differences`` compares two such runs.

    Parameters
    ----------
    root, revision, environment, wheels, python, keep, say
        As for ``verify``.
    twin
        Run it on the synthetic twin, whatever the commit reads; neither data nor access to it is needed.

    Yields
    ------
    Outcome
        What came out, and where; and which stages did not come to their end.

    Raises
    ------
    SharedAnalysisError
        If it could not be done: no such commit, no environment; with ``twin``, a project that cannot do without data.
    """
    wanted = Wanted(environment, wheels, python)
    with commit_place(root, revision, wanted, keep, say, VERIFYING_TWIN if twin else VERIFYING) as (source, work):
        running = Running(clean_copy(source, work, twin=twin), say)
        yield running.run(running.gather(), wanted)


@contextmanager
def commit_place(
    root: Path, revision: str, wanted: Wanted, keep: bool, say: Callable[[str], None], doing: str = VERIFYING
) -> Iterator[tuple[Source, Path]]:
    """Find a commit, and hold the clean place for what is done with it."""
    source = find_source(root, revision)
    names = (source.root, source.commit, wanted.environment or wanted.python, sys.executable, doing)
    with clean_place(*names, outside=source.repository, keep=keep, say=say) as work:
        say(f"{doing} {source.commit[:10]} in {work}")
        yield source, work


def agreed_tolerance(root: Path, given: float | None) -> float:
    """Take the tolerance that the reviewer gives, or else what the commit states, as far as it may choose what passes.

    Raises
    ------
    SharedAnalysisError
        If the reviewer gives none, and what is stated is no share, or one that a reviewer must agree to.
    """
    stated = stated_tolerance(root) if given is None else given
    if given is None and stated > _MOST_STATED:
        raise SharedAnalysisError(
            f"The commit asks for a tolerance of {stated:g}, and more than {_MOST_STATED:g} is the reviewer's to give.",
            "pyproject.toml, tool.shared-analysis",
            f"if you agree that such numbers are the same: --tolerance {stated:g}",
        )
    return stated


def stated_tolerance(root: Path) -> float:
    """Read by how much fractions may differ, as the project states it; 1e-9 if it does not.

    Raises
    ------
    SharedAnalysisError
        If it is no share from 0 to 1.
    """
    path = root / "pyproject.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        stated = settings.get("tool", {}).get("shared-analysis", {}).get("tolerance", USUAL_TOLERANCE)
    except (tomllib.TOMLDecodeError, AttributeError):
        return USUAL_TOLERANCE
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not 0 <= stated < 1:
        raise SharedAnalysisError(
            "The stated tolerance is not a share from 0 to 1.", "pyproject.toml, tool.shared-analysis", "correct it"
        )
    return float(stated)
