"""A commit run again: its inputs put in place, its environment made, its stages run; a stopped run goes on.

``dvc repro`` would pass over frozen stages, and write the lock: the stages run by their own commands instead.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from shared_analysis import room
from shared_analysis.dvc_repo import Stage
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.integrity.hashes import Digests, file_sha256
from shared_analysis.printable import one_line
from shared_analysis.project import write_json, write_text
from shared_analysis.reproduce.commit.checkout import CleanCopy, clean_copy, find_source
from shared_analysis.reproduce.commit.clone import put_history_back
from shared_analysis.reproduce.commit.tree import bring
from shared_analysis.reproduce.commit.workspace import exclusive_workspace, lasting_place
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.reproduce.run.environment import Environment, build, existing, interpreter
from shared_analysis.reproduce.run.isolation import find_isolation
from shared_analysis.reproduce.run.options import DEFAULTS, RunOptions
from shared_analysis.reproduce.run.outcome import Outcome
from shared_analysis.reproduce.run.processes import run_to_the_end
from shared_analysis.reproduce.run.shell import why_it_failed
from shared_analysis.reproduce.run.surroundings import Surroundings
from shared_analysis.reproduce.run.warm_environment import warm_environment
from shared_analysis.reproduce.run.watch import Watch
from shared_analysis.wheelhouse import wrong_wheels
from shared_analysis.writing import open_new

_LINES, _LAST_BYTES = 15, 1 << 16
_NOT_STARTED = {errno.E2BIG, errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EACCES}
"""Of a command that is too long, or whose folder an earlier stage has taken away: no fault of this computer."""

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
    if options.isolate:
        find_isolation()  # nothing is begun that could not be isolated
    source = find_source(root, revision)
    apart = ("isolated" if options.isolate else "", *options.variables)
    doing = f"{doing} on the twin" if twin else doing
    names = (source.root, source.commit, options.environment or options.python, sys.executable, doing, *apart)
    with exclusive_workspace(*names, outside=source.repository, keep=options.keep, say=options.say) as workspace:
        options.say(f"{doing} {source.commit[:10]} in {workspace}")
        yield clean_copy(source, workspace, twin=twin)
        if options.keep:
            put_history_back(source.repository, source.commit, workspace / "clone")


@dataclass(frozen=True)
class Runner:
    """Runs a clean copy."""

    copy: CleanCopy
    options: RunOptions

    def gather(self) -> tuple[Finding, ...]:
        """Put the inputs in place; return what stops the run: wheels and inputs that are not what the commit says."""
        self._carry_over()
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
        with nullcontext(environment) if environment else self._environment() as environment:
            return self._run_in(environment)

    def _run_in(self, environment: Environment) -> Outcome:
        source, pipeline = self.copy.source, self.copy.pipeline
        environment = self._surroundings.certified(environment, (source.repository / ".git", source.root / ".dvc"))
        environment = replace(environment, declared=self.options.variables)
        with self.copy.reach.narrowed():
            finished = self._finished()
            resumed = tuple(finished)
            failed, stage_hashes, overwritten = self._run_stages(environment, finished)
        return Outcome(source.commit, pipeline, environment, (), failed, stage_hashes, overwritten, resumed)

    def _carry_over(self) -> None:
        """Take from an earlier run of this workspace its inputs, and what its finished stages made: nothing else.

        The rest of its copy is deleted, with its git: a stage may have written anything there.
        """
        self._surroundings.empty()
        earlier, pipeline = self.copy.earlier, self.copy.pipeline
        if earlier is None:
            return
        done, inputs = self._earlier(), pipeline.inputs()
        outputs = [pipeline.path(stage, name) for stage in pipeline.stages for name in done.get(stage.name, ())]
        for path in [*inputs, *outputs]:
            inside = self.copy.workspace / "clone"
            if not path.is_relative_to(inside) or os.path.lexists(path):
                continue
            bring(earlier / path.relative_to(inside), path, earlier)
            if path in inputs and path.is_dir() and pipeline.hash(path) != inputs[path]:
                remove_folder(path)  # a file too many would stay in it
        remove_folder(earlier)

    def _fetch(self) -> list[Finding]:
        """Put the inputs that DVC keeps where they belong; return what cannot be had as the commit records it."""
        pipeline, inputs, missing = self.copy.pipeline, self.copy.pipeline.inputs(), []
        pipeline.hashes.settle()
        faults: dict[Path, str] = {}
        for path, digest in inputs.items():
            self.options.say(f"fetching {one_line(pipeline.name(path))}")
            found = self._digests(path)
            if found is None or found.md5 != digest:
                faults[path] = self.copy.store.restore(digest, path)
        if faults:
            pipeline.hashes.settle()
        for path, digest in inputs.items():
            found = self._digests(path)
            if found:
                self.copy.fetched[path] = found
            if faults.get(path) or found is None or found.md5 != digest:
                reason = faults.get(path) or "its content is not what its hash says"
                actual = found.md5 if found else None
                missing.append(Finding(pipeline.name(path), Verdict.missing, "input", (reason,), digest, actual))
        return missing

    def _digests(self, path: Path) -> Digests | None:
        """Hash what lies at a path of the copy; None if that is nothing, or leads out of the copy."""
        return None if self.copy.pipeline.leads_out(path) else self.copy.pipeline.digests(path)

    @contextmanager
    def _environment(self) -> Iterator[Environment]:
        """Make the environment, or find one that an earlier run made; hold it as long as the block lasts.

        Where nothing isolates the stages, one may change its environment: then it serves this commit alone.
        """
        options, source = self.options, self.copy.source
        if options.environment is not None:
            yield existing(options.environment)
            return
        base = interpreter(options.python)
        named = ("environment", file_sha256(self.copy.root / "requirements.txt"), base, existing(str(base)).version)
        place = lasting_place(*named, outside=source.repository, say=options.say) if options.isolate else nullcontext()
        with place as folder:
            yield warm_environment(folder or self.copy.workspace, self._build)

    def _build(self, folder: Path) -> Environment:
        options, log = self.options, self.copy.workspace / "environment.log"
        if not folder.exists():
            options.say("building the environment from requirements.txt")
        return build(self.copy.root, folder, log, options.wheels, options.python, options.say)

    def _run_stages(
        self, environment: Environment, finished: _Hashes
    ) -> tuple[dict[str, str], _Hashes, tuple[Finding, ...]]:
        """Run what has not been run, and note what it made beside what was ``finished``.

        Returns
        -------
        tuple
            By stage, why it did not come to its end, and what the others made; and what they wrote over.
        """
        pipeline = self.copy.pipeline
        write_text(self._values_then, self._values)
        for stage in pipeline.stages:
            if stage.name not in finished:
                pipeline.empty(stage)
        watch, pure = Watch(self.copy, finished), True
        installed = None if self.options.isolate else environment.installed  # isolated stages only read it
        changed: list[Finding] = []
        failed: dict[str, str] = {}
        for number, stage in enumerate(pipeline.stages, start=1):
            step = one_line(f"{number}/{len(pipeline.stages)} {stage.name}")
            if stage.name in finished:
                self.options.say(f"{step}: was run already")
                continue
            log = self.copy.workspace / f"stage-{number}.log"  # a stage's name need not be a file's
            failure = self._clear(stage)
            pure = watch.look_before(stage, pipeline.stages[number - 1 :]) and pure
            try:
                failure = failure or self._run_stage(stage, step, environment, log)
            except OSError:  # the disk is full: what the stage has left would be in the way of the next run
                with suppress(OSError, SharedAnalysisError):
                    pipeline.empty(stage)
                    watch.delete_strays()
                raise
            pure = watch.look_again(stage, pipeline.stages[number:]) and pure
            if installed and (changes := installed.look_again(stage.name)):
                changed, pure = changed or changes, False
            if failure:
                failed[stage.name] = failure
                continue
            watch.stage_ended(stage)
            finished[stage.name] = self._hashes(stage)
            if pure:  # else a stopped run begins again here: its outputs are not all that this stage has done
                write_json(self._progress, finished)
        return failed, finished, (*changed, *watch.findings)

    def _clear(self, stage: Stage) -> str:
        """Delete what earlier stages wrote where a stage will; say why that cannot be done, or nothing."""
        try:
            self.copy.pipeline.empty(stage)
        except SharedAnalysisError:
            return "an earlier stage put a link or a file in the place of its output, or on the way to it"
        return ""

    def _run_stage(self, stage: Stage, step: str, environment: Environment, log: Path) -> str:
        """Run one stage, and say so; return why it did not come to its end, or nothing."""
        absent = [name for name in stage.deps if not self.copy.pipeline.read_path(stage, name).exists()]
        if absent:
            failure = f"its stage could not run without {one_line(absent[0])}"
            self.options.say(f"{step}: {failure}")
            return failure
        self.options.say(step)
        disk = room.Watch(self.copy.workspace)
        try:
            with disk.on(), self.copy.reach.without_programs():
                code = run_stage(stage, environment, self.copy.root, self._surroundings, log)
        except OSError as error:
            if error.errno not in _NOT_STARTED:
                raise
            return f"its stage could not be started: {os.strerror(error.errno)}"
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
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if room.says_so(words):  # anybody can print that: it is no reason to give no verdict
            return f"its stage ended with {code}, and spoke of a full disk, while there was room"
        why = why_it_failed(stage.commands, stage.folder, environment.variables(), code)
        return f"its stage ended with {code}{why}"

    @property
    def _surroundings(self) -> Surroundings:
        return Surroundings(self.copy.workspace, find_isolation() if self.options.isolate else None)

    @property
    def _values_then(self) -> Path:
        """Where it is written, as a hash, which values the variables had that are passed on to the stages."""
        return self.copy.workspace / "variables"

    @property
    def _values(self) -> str:
        values = json.dumps([(name, os.environ.get(name)) for name in self.options.variables])
        return hashlib.sha256(values.encode()).hexdigest() if self.options.variables else ""

    @property
    def _progress(self) -> Path:
        """Where it is written which stages have ended, and what they had made."""
        return self.copy.workspace / "done.json"

    def _earlier(self) -> _Hashes:
        """Read what an earlier run wrote there; nothing, where a stage has put something else in its place."""
        if not self._progress.is_file() or self._progress.is_symlink():
            return {}
        try:
            noted = json.loads(self._progress.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            return {}
        return noted if isinstance(noted, dict) and all(isinstance(one, dict) for one in noted.values()) else {}

    def _finished(self) -> _Hashes:
        """Read which stages an earlier run finished, as far as their outputs are still what they were."""
        if self._values != (self._values_then.read_text(encoding="utf-8") if self._values_then.is_file() else ""):
            return {}
        earlier = self._earlier()
        finished: _Hashes = {}
        for stage in self.copy.pipeline.stages:
            if stage.name not in earlier or earlier[stage.name] != self._hashes(stage):
                break
            finished[stage.name] = earlier[stage.name]
        return finished

    def _hashes(self, stage: Stage) -> dict[str, str | None]:
        return {name: self.copy.pipeline.hash(self.copy.pipeline.path(stage, name)) for name in stage.outs}


def run_stage(stage: Stage, environment: Environment, root: Path, around: Surroundings, log: Path) -> int:
    """Run the commands of a stage; return the first exit code that is not 0, or 0."""
    around.empty()
    variables = environment.variables() | around.variables() | {"DVC_STAGE": stage.name, "DVC_ROOT": str(root)}
    with open_new(log, within=around.workspace) as words:
        for command in stage.commands:
            arguments = around.command(command, stage.folder, environment)
            with_locks = around.isolation is None
            if code := run_to_the_end(arguments, stage.folder, variables, words, with_locks=with_locks):
                return code
    return 0


def _last_words(log: Path) -> str:
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LAST_BYTES))
        lines = file.read().decode("utf-8", "replace").strip().splitlines()
    return "\n".join(f"    {line}" for line in lines[-_LINES:])


def _wheels(root: Path) -> list[Finding]:
    wrong = wrong_wheels(root)
    return [Finding(name.removeprefix("./"), Verdict.different, "input", (why,)) for name, why in wrong.items()]
