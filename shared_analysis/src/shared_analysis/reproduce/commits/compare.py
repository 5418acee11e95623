"""Two commits side by side: what differs in their results, and in what those were made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import overlap
from shared_analysis.reproduce.certificate.certify import environment_entry, project_and_authors
from shared_analysis.reproduce.commit.checkout import CleanCopy, find_source
from shared_analysis.reproduce.commit.content import Absent
from shared_analysis.reproduce.commit.lock import read_lock
from shared_analysis.reproduce.commit.pipeline import Pipeline
from shared_analysis.reproduce.commits.comparison import Change, Comparison, Metric, metric_values
from shared_analysis.reproduce.judge.inputs import flat
from shared_analysis.reproduce.judge.outputs import compare_results
from shared_analysis.reproduce.judge.public_names import PublicNames
from shared_analysis.reproduce.judge.tolerance import agreed_tolerance
from shared_analysis.reproduce.run.environment import Environment
from shared_analysis.reproduce.run.options import DEFAULTS, RunOptions
from shared_analysis.reproduce.run.outcome import Outcome, Result
from shared_analysis.reproduce.run.runner import Runner, clean_copy_of
from shared_analysis.yaml_file import load_yaml


class Basis(StrEnum):
    """Where the two results come from."""

    recorded = "those that the two commits record"
    twin = "those of running both on the synthetic twin"
    inputs = "those of running both on their inputs"


@dataclass(frozen=True)
class _Side:
    """One of the two commits: its results by path, and what they were made from, by place."""

    results: Mapping[str, Result]
    metrics: tuple[str, ...]
    settings: Mapping[str, str]
    read: Mapping[str, str]


def compare(
    root: Path,
    old: str,
    new: str,
    options: RunOptions = DEFAULTS,
    *,
    basis: Basis = Basis.recorded,
    tolerance: float | None = None,
) -> Comparison:
    """Compare the results of two commits, and what they were made from.

    Parameters
    ----------
    root
        A project, in a clone of its git repository.
    old, new
        The commits, branches or tags.
    options
        How to run them, if they are run. One environment serves both commits if their ``requirements.txt`` is the same.
    basis
        Take each commit's results from its ``dvc.lock``, and their content from the caches and the remote, held to its
        hash; or run both again, on the synthetic twin or on their inputs.
    tolerance
        As for ``verify``.

    Returns
    -------
    Comparison
        What differs.

    Raises
    ------
    SharedAnalysisError
        If it could not be done: no such commit, no results in one of them, no environment, inputs not to be had.
    """
    commits = tuple(find_source(root, revision).commit for revision in (old, new))
    twin, doing = basis is Basis.twin, "comparing" if basis is Basis.recorded else "verifying"
    with ExitStack() as stack:
        copies = [
            stack.enter_context(clean_copy_of(root, commit, options, twin=twin, doing=doing))
            for commit in dict.fromkeys(commits)
        ]
        agreed = agreed_tolerance(copies[-1].root, tolerance)
        environment: Environment | None = None
        if basis is Basis.recorded:
            sides = [_recorded(copy) for copy in copies]
        else:
            outcomes = _run(copies, options)
            sides = [_ran(outcome) for outcome in outcomes]
            environment = outcomes[-1].environment
        options.say("comparing")
        before, after = sides[0], sides[-1]
        names = PublicNames(copies[-1].root, copies[-1].pipeline.top)
        title, _ = project_and_authors(copies[-1])
        return Comparison(
            title=title,
            repository=copies[-1].source.address,
            revisions=(old, new),
            commits=(commits[0], commits[1]),
            synthetic=twin or all(copy.synthetic for copy in copies),
            basis=str(basis),
            environment=environment_entry(environment) if environment else {},
            tolerance=agreed,
            settings=_changes(before.settings, after.settings),
            read=_changes(before.read, after.read),
            metrics=tuple(_metrics(before, after, names)),
            outputs=compare_results(before.results, after.results, agreed, names),
        )


def _run(copies: list[CleanCopy], options: RunOptions) -> list[Outcome]:
    outcomes: list[Outcome] = []
    locks: set[bytes] = set()
    for copy in copies:
        runner = Runner(copy, options)
        stopping = runner.gather()
        if stopping:
            raise SharedAnalysisError(
                f"{copy.source.commit[:10]} cannot be run: {stopping[0].reasons[0]}.",
                stopping[0].file,
                "see `shared-analysis verify` of that commit",
            )
        locks.add((copy.root / "requirements.txt").read_bytes())
        shared = outcomes[0].environment if outcomes and len(locks) == 1 else None
        options.say(f"running {copy.source.commit[:10]}")
        outcomes.append(runner.run((), shared))
    return outcomes


def _recorded(copy: CleanCopy) -> _Side:
    pipeline, commit = copy.pipeline, copy.source.commit[:10]
    if not (copy.root / "dvc.lock").is_file():
        raise SharedAnalysisError(
            f"{commit} records no results to compare.", "dvc.lock", "run both commits instead: add --twin, or --run"
        )
    lock = read_lock(copy.root, copy.pipeline.pipelines())
    order = [stage.name for stage in pipeline.stages]
    folders = {stage.name: stage.folder for stage in pipeline.stages}
    results: dict[str, Result] = {}
    settings: dict[str, str] = {}
    read: dict[str, str] = {}
    for stage in sorted(lock, key=lambda name: order.index(name) if name in order else len(order)):
        entry, folder = lock[stage], folders.get(stage, copy.root)
        for name, digest in entry.outs.items():
            path = folder / name
            content = copy.store.content(digest, path, listing=entry.files.get(name), commit=commit)
            results[pipeline.name(path)] = Result(stage, digest, content)
        read |= {pipeline.name(folder / name): digest for name, digest in entry.deps.items()}
        read |= _command(stage, entry.commands)
        settings |= _settings(entry.params)
    return _Side(results, _metric_names(pipeline), settings, _without_made(read, results))


def _ran(outcome: Outcome) -> _Side:
    settings: dict[str, str] = {}
    read: dict[str, str] = {}
    for stage in outcome.stages:
        settings |= _settings(stage.params)
        paths = [outcome.pipeline.path(stage, name) for name in stage.deps]
        read |= {outcome.pipeline.name(path): str(outcome.pipeline.hash(path)) for path in paths}
        read |= _command(stage.name, stage.commands)
    return _Side(outcome.results, _metric_names(outcome.pipeline), settings, _without_made(read, outcome.results))


def _command(stage: str, commands: tuple[str, ...]) -> dict[str, str]:
    return {f"dvc.yaml: the command of {stage}": "\n".join(commands)}


def _metric_names(pipeline: Pipeline) -> tuple[str, ...]:
    return tuple(pipeline.name(pipeline.path(stage, name)) for stage in pipeline.stages for name in stage.metrics)


def _settings(params: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {f"{file}: {key}": value for file, values in params.items() for key, value in flat(values).items()}


def _without_made(read: Mapping[str, str], results: Mapping[str, Result]) -> dict[str, str]:
    """Leave out what stages hand on to each other: that is compared as an output."""
    outputs = [Path(name) for name in results]
    return {name: digest for name, digest in read.items() if not any(overlap(Path(name), out) for out in outputs)}


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    names = sorted(set(before) | set(after))
    changed = [name for name in names if before.get(name) != after.get(name)]
    return tuple(Change(name, before.get(name), after.get(name)) for name in changed)


def _metrics(before: _Side, after: _Side, names: PublicNames) -> Iterator[Metric]:
    """Yield every number of the files of metrics that is not the same in both; files that cannot be read are left out.

    What cannot be read is among the outputs, with the reason.
    """
    for name in dict.fromkeys((*after.metrics, *before.metrics)):
        old, new = (side.results.get(name) for side in (before, after))
        if old and new and old.digest == new.digest:
            continue
        was, now = _values(old), _values(new)
        if was is None or now is None:
            continue
        every = list(dict.fromkeys((*now, *was)))
        for key in every:
            if was.get(key) != now.get(key):
                hidden = not all(part.isdigit() or names.shows(part) for part in key.split("."))
                said = f"number {every.index(key) + 1} of {len(every)}" if hidden else key
                yield Metric(name, said, was.get(key), now.get(key))


def _values(result: Result | None) -> dict[str, float] | None:
    """Read the numbers of a file of metrics; none if there is no such file, None if it is not to be had."""
    if result is None or result.digest is None:
        return {}
    try:
        with result.content.open("") as path:
            return metric_values(load_yaml(path, "file of metrics"))
    except (Absent, SharedAnalysisError):
        return None
