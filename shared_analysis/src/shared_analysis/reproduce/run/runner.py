"""A commit run again: its inputs put in place, its environment made, its stages run; a stopped run goes on.

``dvc repro`` would pass over frozen stages, and write the lock: the stages run by their own commands instead.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from shared_analysis.dvc_repo import Stage
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import is_link
from shared_analysis.integrity.hashes import file_md5
from shared_analysis.printable import one_line
from shared_analysis.project import write_json
from shared_analysis.reproduce.commit.checkout import CleanCopy, changed, clean_copy, find_source, untracked
from shared_analysis.reproduce.commit.workspace import exclusive_workspace
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.run.environment import Environment, build, existing
from shared_analysis.reproduce.run.options import DEFAULTS, RunOptions
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.room import Watch, says_so
from shared_analysis.wheelhouse import wrong_wheels
from shared_analysis.writing import delete, make_folder, open_new

_LINES = 15

_Hashes = dict[str, dict[str, str | None]]


@contextmanager
def rerun(
    root: Path, revision: str = "HEAD", options: RunOptions = DEFAULTS, *, twin: bool = False
) -> Iterator[Outcome]:
    """Run a commit again in a workspace, and keep what comes out as long as the ``with`` block lasts.

    Nothing is judged, and no lock is needed; ``differences`` compares two such runs.

    Parameters
    ----------
    root
        A project, in a clone of its git repository.
    revision
        The commit, branch or tag.
    options
        How to run it.
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
    with clean_copy_of(root, revision, options, twin=twin) as copy:
        runner = Runner(copy, options)
        yield runner.run(runner.gather())


@contextmanager
def clean_copy_of(
    root: Path, revision: str, options: RunOptions, *, twin: bool = False, doing: str = "verifying"
) -> Iterator[CleanCopy]:
    """Find a commit, and hold a workspace with a clean copy of it.

    The workspace is found again by the commit, what is done with it, and the Python that does it.
    """
    source = find_source(root, revision)
    doing = f"{doing} on the twin" if twin else doing
    names = (source.root, source.commit, options.environment or options.python, sys.executable, doing)
    with exclusive_workspace(*names, outside=source.repository, keep=options.keep, say=options.say) as workspace:
        options.say(f"{doing} {source.commit[:10]} in {workspace}")
        yield clean_copy(source, workspace, twin=twin)


@dataclass(frozen=True)
class Runner:
    """Runs a clean copy."""

    copy: CleanCopy
    options: RunOptions

    def gather(self) -> tuple[Finding, ...]:
        """Put the inputs in place; return what stops the run: wheels and inputs that are not what the commit says."""
        self._tidy()
        return (*_wheels(self.copy.root), *self._fetch())

    def run(self, stopping: tuple[Finding, ...], environment: Environment | None = None) -> Outcome:
        """Run every stage, if nothing stops it.

        Parameters
        ----------
        stopping
            What ``gather`` returned.
        environment
            One that is there already; if None, the one that the options ask for.

        Raises
        ------
        SharedAnalysisError
            If there is no environment to run it in.
        """
        commit, pipeline = self.copy.source.commit, self.copy.pipeline
        if stopping:
            why = f"nothing was run: {stopping[0].file}: {stopping[0].reasons[0]}"
            return Outcome(commit, pipeline, None, stopping, {stage.name: why for stage in pipeline.stages})
        environment = environment or self._environment()
        failed, stage_hashes = self._run_stages(environment)
        return Outcome(commit, pipeline, environment, (), failed, stage_hashes)

    def _tidy(self) -> None:
        """Delete what an earlier run in this workspace left, but for the inputs and for what its finished stages made.

        Nothing is gone on with if one of its stages wrote over an input: later ones have read what is not the commit's.
        """
        pipeline = self.copy.pipeline
        if self._progress.is_file() and any(pipeline.hash(path) != md5 for path, md5 in pipeline.inputs().items()):
            delete(self._progress, within=self.copy.workspace)
        finished = self._finished()
        outputs = {pipeline.path(stage, name) for stage in pipeline.stages for name in finished.get(stage.name, ())}
        for path in self._without(outputs, untracked(self.copy.workspace / "clone")):
            delete(path, within=self.copy.workspace / "clone")

    def _strays(self) -> dict[Path, str | None]:
        """Hash what stages leave beside their outputs: files that are not as the commit holds them."""
        top = self.copy.workspace / "clone"
        strays = self._without(self.copy.pipeline.outputs(), [*changed(top), *untracked(top)])
        return {path: file_md5(path) if path.is_file() else None for path in strays}

    def _without(self, outputs: set[Path], paths: Iterable[Path]) -> list[Path]:
        """Leave out some outputs, the inputs, and DVC's own files."""
        known = {*outputs, *self.copy.pipeline.inputs(), self.copy.root / ".dvc" / "tmp"}
        return [path for path in paths if known.isdisjoint((path, *path.parents))]

    def _fetch(self) -> list[Finding]:
        """Put the inputs that DVC keeps where they belong; return what cannot be had as the commit records it."""
        pipeline, missing = self.copy.pipeline, []
        for path, digest in pipeline.inputs().items():
            name = pipeline.name(path)
            self.options.say(f"fetching {one_line(name)}")
            had = pipeline.hash(path) == digest and not pipeline.leads_out(path)
            why = "" if had else self.copy.store.restore(digest, path)
            actual = pipeline.hash(path)
            if why or actual != digest or pipeline.leads_out(path):
                reason = why or "its content is not what its hash says"
                missing.append(Finding(name, Verdict.missing, "input", (reason,), digest, actual))
        return missing

    def _environment(self) -> Environment:
        options, workspace = self.options, self.copy.workspace
        if options.environment is not None:
            return existing(options.environment)
        options.say("building the environment from requirements.txt")
        folder, log = workspace / "environment", workspace / "environment.log"
        return build(self.copy.root, folder, log, options.wheels, options.python, options.say)

    def _run_stages(self, environment: Environment) -> tuple[dict[str, str], _Hashes]:
        """Run what has not been run; return why a stage did not come to its end, and what the others made, by stage."""
        pipeline = self.copy.pipeline
        finished = self._finished()
        for stage in pipeline.stages:
            if stage.name not in finished:
                pipeline.empty(stage)
        strays, pure = self._strays(), True
        failed: dict[str, str] = {}
        for number, stage in enumerate(pipeline.stages, start=1):
            step = one_line(f"{number}/{len(pipeline.stages)} {stage.name}")
            if stage.name in finished:
                self.options.say(f"{step}: was run already")
                continue
            log = self.copy.workspace / f"stage-{number}.log"  # a stage's name need not be a file's
            failure = self._run_stage(stage, step, environment, log)
            if failure:
                failed[stage.name] = failure
                continue
            finished[stage.name] = self._hashes(stage)
            pure = pure and self._strays() == strays
            if pure:  # else a stopped run begins again here: its outputs are not all that this stage has done
                write_json(self._progress, finished)
        return failed, finished

    def _run_stage(self, stage: Stage, step: str, environment: Environment, log: Path) -> str:
        """Run one stage, and say so; return why it did not come to its end, or nothing."""
        absent = [name for name in stage.deps if not self.copy.pipeline.path(stage, name).exists()]
        if absent:
            failure = f"its stage could not run without {one_line(absent[0])}"
            self.options.say(f"{step}: {failure}")
            return failure
        self.options.say(step)
        disk = Watch(self.copy.workspace)
        with disk.on():
            code = run_stage(stage, environment, self.copy.root, self.copy.workspace, log)
        if not code:
            return ""
        words = _last_words(log)
        shown = (
            f"it said at last:\n{words}"
            if self.copy.invented
            else f"what it said may hold data: with --keep, see {log}"
        )
        self.options.say(f"{step}: ended with {code}; {shown}")
        if disk.ran_full:  # says nothing of the commit
            with suppress(OSError, SharedAnalysisError):  # what it left would be in the way of the next run
                self._tidy()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if says_so(words):  # anybody can print that: it is no reason to give no verdict
            return f"its stage ended with {code}, and spoke of a full disk, while there was room"
        return f"its stage ended with {code}"

    @property
    def _progress(self) -> Path:
        """Where it is written which stages have ended, and what they had made."""
        return self.copy.workspace / "done.json"

    def _finished(self) -> _Hashes:
        """Read which stages an earlier run finished, as far as their outputs are still what they were."""
        earlier = json.loads(self._progress.read_text(encoding="utf-8")) if self._progress.is_file() else {}
        finished: _Hashes = {}
        for stage in self.copy.pipeline.stages:
            if stage.name not in earlier or earlier[stage.name] != self._hashes(stage):
                break
            finished[stage.name] = earlier[stage.name]
        return finished

    def _hashes(self, stage: Stage) -> dict[str, str | None]:
        return {name: self.copy.pipeline.hash(self.copy.pipeline.path(stage, name)) for name in stage.outs}


def run_stage(stage: Stage, environment: Environment, root: Path, workspace: Path, log: Path) -> int:
    """Run the commands of a stage; return the first exit code that is not 0, or 0."""
    # What is temporary must not outlive the run, even a killed one: it may hold people's data.
    temporary = workspace / "tmp"
    if is_link(temporary):  # of an earlier stage
        delete(temporary, within=workspace)
    make_folder(temporary, within=workspace)
    variables = {**environment.variables(), "DVC_STAGE": stage.name, "DVC_ROOT": str(root)}
    variables |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    with open_new(log, within=workspace) as words:
        for command in stage.commands:
            # The project's own command, as the shell is meant to read it.
            done = subprocess.run(  # noqa: S602
                command,
                shell=True,
                cwd=stage.folder,
                env=variables,
                stdout=words,
                stderr=words,
                close_fds=False,  # to hand on the lock of the workspace: what stays open otherwise is never inherited
                check=False,
            )
            if done.returncode:
                return done.returncode
    return 0


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return "\n".join(f"    {line}" for line in lines[-_LINES:])


def _wheels(root: Path) -> list[Finding]:
    wrong = wrong_wheels(root)
    return [Finding(name.removeprefix("./"), Verdict.different, "input", (why,)) for name, why in wrong.items()]
