"""Run a commit again from its inputs alone, and compare what comes out with what the commit claims."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import write_json
from shared_analysis.reproduce import recorded
from shared_analysis.reproduce.certificate import Certificate
from shared_analysis.reproduce.clone import Source, clone, find_source
from shared_analysis.reproduce.environment import Environment, build, existing, wrong_wheels
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.kept import Kept
from shared_analysis.reproduce.lock import LockedStage, read_lock
from shared_analysis.reproduce.pipeline import Pipeline, Stage, dvc_settings
from shared_analysis.reproduce.place import clean_place

TOLERANCE = 1e-9
_LINES = 15

_Made = dict[str, dict[str, str | None]]


def verify(
    root: Path,
    revision: str = "HEAD",
    *,
    environment: str | None = None,
    wheels: Path | None = None,
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
    tolerance
        Fractions that differ by at most this share of the larger of the two are equal; if None, what the commit's
        ``pyproject.toml`` states under ``[tool.shared-analysis]``, else 1e-9.
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
    source = find_source(root, revision)
    names = (source.root, source.commit, environment, sys.executable)
    with clean_place(*names, outside=source.repository, keep=keep) as work:
        say(f"verifying {source.commit[:10]} in {work}")
        return _Review(source, work, say).run(environment, wheels, tolerance, day)


@dataclass
class _Review:
    """One verification, in its work folder."""

    source: Source
    work: Path
    say: Callable[[str], None]

    def run(
        self, environment: str | None, wheels: Path | None, tolerance: float | None, day: dt.date | None
    ) -> Certificate:
        root = clone(self.source, self.work / "clone")
        lock = read_lock(root)
        settings, cache = dvc_settings(self.source.root)
        pipeline = Pipeline(root, self.work / "cache", settings)
        kept = Kept([cache, self.work / "cache"], pipeline)
        allowed = tolerance if tolerance is not None else _stated_tolerance(root)
        stopping = [*_wheels(root), *self._fetch(pipeline, kept)]
        inputs = [*stopping, *recorded.sources(pipeline, lock, kept, allowed)]
        if stopping:
            python = None
            outputs = _not_run(lock, stopping[0])
        else:
            python = self._environment(environment, root, wheels)
            failed, made = self._stages(pipeline, python)
            outputs = self._outputs(pipeline, lock, kept, failed, made, allowed)
            inputs += [*recorded.overwritten(pipeline), *recorded.derived(pipeline, lock, outputs)]
        title, authors = _described(root, self.source.root.name)
        return Certificate(
            title=title,
            authors=authors,
            repository=self.source.address,
            commit=self.source.commit,
            synthetic=recorded.reads_the_twin(root),
            environment=_named(python),
            tolerance=allowed,
            inputs=tuple(inputs),
            outputs=tuple(outputs),
            day=day,
        )

    def _fetch(self, pipeline: Pipeline, kept: Kept) -> list[Finding]:
        """Put the inputs that DVC keeps into their places; return what cannot be had as the commit records it."""
        wrong = []
        for place, digest in pipeline.inputs().items():
            name = place.relative_to(pipeline.root).as_posix()
            self.say(f"fetching {name}")
            why = "" if pipeline.hash(place) == digest else kept.restore(digest, place)
            found = pipeline.hash(place)
            if why or found != digest:
                reason = why or "its content is not what its hash says"
                wrong.append(Finding(name, Verdict.missing, "input", (reason,), digest, found))
        return wrong

    def _environment(self, environment: str | None, root: Path, wheels: Path | None) -> Environment:
        if environment is not None:
            return existing(environment)
        self.say("building the environment from requirements.txt")
        return build(root, self.work / "environment", self.work / "environment.log", wheels)

    def _stages(self, pipeline: Pipeline, python: Environment) -> tuple[dict[str, str], _Made]:
        """Run what has not been run; return why a stage did not come to its end, and what the others made, by stage."""
        done = self._done(pipeline)
        for stage in pipeline.stages:
            if stage.name not in done:
                pipeline.empty(stage)
        failed: dict[str, str] = {}
        for number, stage in enumerate(pipeline.stages, start=1):
            step = f"{number}/{len(pipeline.stages)} {stage.name}"
            absent = [name for name in stage.deps if not pipeline.path(stage, name).exists()]
            if stage.name in done:
                self.say(f"{step}: was run already")
            elif absent:
                failed[stage.name] = f"its stage could not run without {absent[0]}"
                self.say(f"{step}: {failed[stage.name]}")
            else:
                self.say(step)
                code = stage.run(python, pipeline.root, self._log(stage))
                if code:
                    words = self._last_words(stage)
                    failed[stage.name] = f"its stage ended with {code}"
                    self.say(f"{step}: ended with {code}; it said at last:\n{words}")
                    if os.strerror(errno.ENOSPC) in words:  # says nothing of the commit
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    continue
                done[stage.name] = self._made(pipeline, stage)
                write_json(self.work / "done.json", done)
        return failed, done

    def _done(self, pipeline: Pipeline) -> _Made:
        """Read which stages an earlier run finished, as far as their outputs are still what they were."""
        path = self.work / "done.json"
        before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        done: _Made = {}
        for stage in pipeline.stages:
            if stage.name not in before or before[stage.name] != self._made(pipeline, stage):
                break
            done[stage.name] = before[stage.name]
        return done

    def _made(self, pipeline: Pipeline, stage: Stage) -> dict[str, str | None]:
        return {name: pipeline.hash(pipeline.path(stage, name)) for name in stage.outs}

    def _log(self, stage: Stage) -> Path:
        return self.work / f"{stage.name}.log"

    def _last_words(self, stage: Stage) -> str:
        lines = self._log(stage).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return "\n".join(f"    {line}" for line in lines[-_LINES:])

    def _outputs(
        self,
        pipeline: Pipeline,
        lock: dict[str, LockedStage],
        kept: Kept,
        failed: dict[str, str],
        made: _Made,
        tolerance: float,
    ) -> list[Finding]:
        """Judge every output of the pipeline, and every one of the lock that no stage makes."""
        self.say("comparing")
        findings, judged = [], set()
        for stage in pipeline.stages:
            claimed = lock[stage.name].outs if stage.name in lock else {}
            for name in stage.outs:
                judged.add((stage.name, name))
                place = pipeline.path(stage, name)
                found = None if stage.name in failed else pipeline.hash(place)
                digest = claimed.get(name)
                if found is None:
                    verdict, said = Verdict.missing, [failed.get(stage.name, "its stage ran and did not make it")]
                elif found != made[stage.name][name]:
                    verdict, said = Verdict.different, ["a later stage wrote over what this one had made"]
                elif pipeline.leads_out(place):
                    verdict, said = Verdict.different, ["it is a link that leads out of the project"]
                elif digest is None:
                    verdict, said = Verdict.different, ["dvc.lock does not record it"]
                elif found == digest:
                    verdict, said = Verdict.identical, []
                else:
                    verdict, said = kept.compare(digest, place, tolerance)
                findings.append(Finding(name, verdict, stage.name, tuple(said), digest, found))
        for stage_name, entry in lock.items():
            for name, digest in entry.outs.items():
                if (stage_name, name) not in judged:
                    reason = "no stage of dvc.yaml makes it"
                    findings.append(Finding(name, Verdict.missing, stage_name, (reason,), digest))
        return findings


def _wheels(root: Path) -> list[Finding]:
    wrong = wrong_wheels(root)
    return [Finding(name.removeprefix("./"), Verdict.different, "input", (why,)) for name, why in wrong.items()]


def _not_run(lock: dict[str, LockedStage], stopping: Finding) -> list[Finding]:
    reason = f"nothing was run: {stopping.file}: {stopping.reasons[0]}"
    return [
        Finding(name, Verdict.missing, stage, (reason,), digest)
        for stage, entry in lock.items()
        for name, digest in entry.outs.items()
    ]


def _named(python: Environment | None) -> dict[str, str]:
    if python is None:
        return {"environment": "none: nothing was run"}
    return {"python": python.version, "platform": python.platform, "environment": python.made}


def _stated_tolerance(root: Path) -> float:
    path = root / "pyproject.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        stated = settings.get("tool", {}).get("shared-analysis", {}).get("tolerance", TOLERANCE)
    except (tomllib.TOMLDecodeError, AttributeError):
        return TOLERANCE
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not 0 <= stated < 1:
        raise SharedAnalysisError(
            "The stated tolerance is not a share from 0 to 1.", "pyproject.toml, tool.shared-analysis", "correct it"
        )
    return float(stated)


def _described(root: Path, name: str) -> tuple[str, tuple[str, ...]]:
    """Read the project's name, and who made it, from its record, if that can be read."""
    from shared_analysis.record import is_todo, load_record

    try:
        record = load_record(root)
    except SharedAnalysisError:
        return name, ()
    named = [one.name for one in record.organisations if not is_todo(one.name)]
    return (name if is_todo(record.project.name) else record.project.name), tuple(named)
