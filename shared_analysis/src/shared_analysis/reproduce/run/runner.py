"""The run of a clean copy: its inputs put in place, its environment made, its stages run; a stopped one goes on."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.folders import remove_folder
from shared_analysis.integrity.hashes import file_md5
from shared_analysis.project import write_json
from shared_analysis.reproduce.commit.checkout import changed, untracked
from shared_analysis.reproduce.commit.clean_copy import CleanCopy
from shared_analysis.reproduce.commit.pipeline import Pipeline, Stage
from shared_analysis.reproduce.judge.findings import Finding, Verdict
from shared_analysis.reproduce.judge.inputs import reads_the_twin
from shared_analysis.reproduce.run.environment import Environment, Wanted, build, existing
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.wheelhouse.requirements import wrong_wheels

_LINES = 15

_Made = dict[str, dict[str, str | None]]


@dataclass
class Running:
    """One run of a clean copy."""

    copy: CleanCopy
    say: Callable[[str], None]

    def gather(self) -> tuple[Finding, ...]:
        """Put the inputs in place; return what stops the run: wheels and inputs that are not what the commit says."""
        self._tidy()
        return (*_wheels(self.copy.root), *self._fetch())

    def run(self, stopping: tuple[Finding, ...], wanted: Environment | Wanted) -> Outcome:
        """Run every stage, if nothing stops it, in an environment that is there already or that is wanted.

        Raises
        ------
        SharedAnalysisError
            If there is no environment to run it in.
        """
        commit, pipeline = self.copy.source.commit, self.copy.pipeline
        if stopping:
            why = f"nothing was run: {stopping[0].file}: {stopping[0].reasons[0]}"
            return Outcome(commit, pipeline, None, stopping, {stage.name: why for stage in pipeline.stages})
        python = self._environment(wanted)
        failed, made = self._stages(python)
        return Outcome(commit, pipeline, python, (), failed, made)

    def _tidy(self) -> None:
        """Delete what an earlier run in this place left, but for the inputs and for what its finished stages made.

        Nothing is gone on with if one of its stages wrote over an input: later ones have read what is not the commit's.
        """
        pipeline, done = self.copy.pipeline, self.copy.work / "done.json"
        if done.is_file() and any(pipeline.hash(place) != digest for place, digest in pipeline.inputs().items()):
            done.unlink()
        finished = self._done(pipeline)
        kept = {pipeline.path(stage, name) for stage in pipeline.stages for name in finished.get(stage.name, ())}
        for place in self._without(kept, untracked(self.copy.work / "clone")):
            remove_folder(place) if place.is_dir() and not place.is_symlink() else place.unlink(missing_ok=True)

    def _left(self) -> dict[Path, str | None]:
        """Hash what stages leave beside their outputs: files that are not as the commit holds them."""
        top = self.copy.work / "clone"
        found = self._without(self.copy.pipeline.made(), [*changed(top), *untracked(top)])
        return {place: file_md5(place) if place.is_file() else None for place in found}

    def _without(self, outs: set[Path], places: list[Path]) -> list[Path]:
        """Leave out some outputs, the inputs, and DVC's own files."""
        known = {*outs, *self.copy.pipeline.inputs(), self.copy.root / ".dvc" / "tmp"}
        return [place for place in places if known.isdisjoint((place, *place.parents))]

    def _fetch(self) -> list[Finding]:
        """Put the inputs that DVC keeps into their places; return what cannot be had as the commit records it."""
        pipeline, wrong = self.copy.pipeline, []
        for place, digest in pipeline.inputs().items():
            name = place.relative_to(pipeline.root).as_posix()
            self.say(f"fetching {name}")
            why = "" if pipeline.hash(place) == digest else self.copy.kept.restore(digest, place)
            found = pipeline.hash(place)
            if why or found != digest:
                reason = why or "its content is not what its hash says"
                wrong.append(Finding(name, Verdict.missing, "input", (reason,), digest, found))
        return wrong

    def _environment(self, wanted: Environment | Wanted) -> Environment:
        if isinstance(wanted, Environment):
            return wanted
        if wanted.environment is not None:
            return existing(wanted.environment)
        self.say("building the environment from requirements.txt")
        log = self.copy.work / "environment.log"
        folder = self.copy.work / "environment"
        return build(self.copy.root, folder, log, wanted.wheels, wanted.python, self.say)

    def _stages(self, python: Environment) -> tuple[dict[str, str], _Made]:
        """Run what has not been run; return why a stage did not come to its end, and what the others made, by stage."""
        pipeline = self.copy.pipeline
        done = self._done(pipeline)
        for stage in pipeline.stages:
            if stage.name not in done:
                pipeline.empty(stage)
        before, pure = self._left(), True
        failed: dict[str, str] = {}
        invented = reads_the_twin(self.copy.root)
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
                log = self.copy.work / f"stage-{number}.log"  # a stage's name need not be a file's
                code = stage.run(python, pipeline.root, self.copy.work, log)
                if code:
                    words = _last_words(log)
                    failed[stage.name] = f"its stage ended with {code}"
                    shown = (
                        f"it said at last:\n{words}"
                        if invented
                        else f"what it said may hold data: with --keep, see {log}"
                    )
                    self.say(f"{step}: ended with {code}; {shown}")
                    if os.strerror(errno.ENOSPC) in words:  # says nothing of the commit
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    continue
                done[stage.name] = self._made(pipeline, stage)
                pure = pure and self._left() == before
                if pure:  # else a stopped run begins again here: its outputs are not all that this stage has done
                    write_json(self.copy.work / "done.json", done)
        return failed, done

    def _done(self, pipeline: Pipeline) -> _Made:
        """Read which stages an earlier run finished, as far as their outputs are still what they were."""
        path = self.copy.work / "done.json"
        before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        done: _Made = {}
        for stage in pipeline.stages:
            if stage.name not in before or before[stage.name] != self._made(pipeline, stage):
                break
            done[stage.name] = before[stage.name]
        return done

    def _made(self, pipeline: Pipeline, stage: Stage) -> dict[str, str | None]:
        return {name: pipeline.hash(pipeline.path(stage, name)) for name in stage.outs}


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "\n".join(f"    {line}" for line in lines[-_LINES:])


def _wheels(root: Path) -> list[Finding]:
    wrong = wrong_wheels(root)
    return [Finding(name.removeprefix("./"), Verdict.different, "input", (why,)) for name, why in wrong.items()]
