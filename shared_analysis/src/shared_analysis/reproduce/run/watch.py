"""What the stages read is what the commit holds, or what the stage before made: looked at around each stage.

Every file is held to our own hash of it, taken before the first stage ran and kept in this process. The git of the
clean copy is not asked: a stage may write into its index, its settings, or the whole of it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from shared_analysis.dvc_repo import Stage
from shared_analysis.folders import remove_folder
from shared_analysis.reproduce.commit.checkout import CleanCopy, tracked
from shared_analysis.reproduce.commit.tree import look, printable, walk
from shared_analysis.reproduce.findings import Finding, Verdict
from shared_analysis.writing import delete

_OVER = "a stage wrote over it while the pipeline ran"
_MADE = "another stage wrote over what its own had made, while the pipeline ran"
_LEFT = "a stage left it there, where a later one reads, and dvc.yaml does not say that one makes it"
_HIDDEN = "a stage left it there, which the commit does not hold, and a later one runs it in the place of other code"
_SOURCE, _COMPILED = ".py", {".pyc", ".pyd", ".so", ".pth"}
_START_UP = {"sitecustomize", "usercustomize"}
_CACHE = "__pycache__"
_DEEP = "a stage made folders in folders, deeper than anybody can look"
_MOST = 20


class Watch:
    """Looks at all files of a clean copy before the stages run, and around each of them.

    Parameters
    ----------
    copy
        The clean copy, with its inputs in place.
    finished
        The names of the stages that an earlier run finished, whose outputs are in place.
    """

    def __init__(self, copy: CleanCopy, finished: Iterable[str]) -> None:
        self._pipeline = copy.pipeline
        self._top = copy.workspace / "clone"
        self._apart = {self._top / ".git", copy.root / ".dvc" / "tmp"}
        stages = copy.pipeline.stages
        self._makers = {copy.pipeline.path(stage, name): stage.name for stage in stages for name in stage.outs}
        self._inputs = set(copy.pipeline.inputs())
        self._commits = {self._top / name for name in tracked(self._top)}
        self._modules = {path.stem for path in self._commits if path.suffix == _SOURCE}
        self._folders = {folder for path in self._commits for folder in path.parents}
        self._finished = set(finished)
        self._findings: dict[str, Finding] = {}
        self._files = self._look()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was written over, each file once, with the stage that did it first."""
        return tuple(self._findings.values())

    def look_before(self, stage: Stage, later: Iterable[Stage]) -> bool:
        """Look once more, for what a process that outlived its stage has changed; not where that means to read all."""
        return not self._pipeline.hashes.remembers or self.look_again(stage, later)

    def look_again(self, stage: Stage, later: Iterable[Stage]) -> bool:
        """Say whether a stage has changed nothing but its own outputs; note what it has changed beside them.

        Parameters
        ----------
        stage
            The stage that ran last, or that is about to run, and whose outputs were just deleted.
        later
            Those that run after this moment.
        """
        before, self._files = self._files, self._look()
        changed = {path for path in before.keys() | self._files.keys() if before.get(path) != self._files.get(path)}
        foreign = sorted(path for path in changed if self._maker(path) != stage.name)
        if self._deep:
            name = f"dvc.yaml: {stage.name}"
            self._findings.setdefault(name, Finding(name, Verdict.different, stage.name, (_DEEP,)))
        reads = {self._pipeline.path(other, name) for other in later for name in other.reads}
        for path, why in self._faults(foreign, reads):
            name = self._name(path)
            self._findings.setdefault(name, Finding(name, Verdict.different, stage.name, (why,)))
            if len(self._findings) >= _MOST:
                break
        return not (foreign or self._deep)

    def stage_ended(self, stage: Stage) -> None:
        """Note that a stage has ended well: from now on its outputs are what later ones are to read."""
        self._finished.add(stage.name)

    def delete_strays(self) -> None:
        """Delete what stages have left that is neither the commit's, nor an input, nor an output."""
        for entry in walk(str(self._top), {str(folder) for folder in self._apart}):
            if self._is_stray(Path(entry.path)):
                delete(Path(entry.path), within=self._top)

    def _look(self) -> dict[Path, str]:
        """Look at every file, but for Python's own caches: they are deleted, since they may stand for other code."""
        self._pipeline.hashes.settle()
        self._deep: list[Path] = []
        files = look(self._top, self._pipeline.hashes, self._apart, self._deep)
        for folder in self._deep:
            remove_folder(folder)
        for path in [path for path in files if _CACHE in str(path) and self._is_stray(path)]:
            path.unlink()
            del files[path]
        return files

    def _faults(self, foreign: list[Path], reads: set[Path]) -> Iterator[tuple[Path, str]]:
        for path in foreign:
            maker = self._maker(path)
            if maker:
                if maker in self._finished:
                    yield next(output for output in (path, *path.parents) if output in self._makers), _MADE
            elif not self._is_stray(path):
                yield path, _OVER
            elif path in self._files and self._is_read(path, reads):
                yield path, _LEFT
            elif path in self._files and reads and self._shadows(path):
                yield path, _HIDDEN

    def _is_stray(self, path: Path) -> bool:
        """Say whether a file is neither the commit's, nor an input, nor an output."""
        return path not in self._commits and self._inputs.isdisjoint((path, *path.parents)) and not self._maker(path)

    def _maker(self, path: Path) -> str:
        """Name the stage whose output a file is, or lies in; empty if there is none."""
        return next((self._makers[place] for place in (path, *path.parents) if place in self._makers), "")

    def _is_read(self, path: Path, reads: set[Path]) -> bool:
        """Say whether a file is what a stage depends on, or in it, and DVC counts it."""
        if path in reads:
            return True
        return any(path in self._pipeline.files(folder) for folder in path.parents if folder in reads)

    def _shadows(self, path: Path) -> bool:
        """Say whether Python takes a file without being told to, or for a module that comes from elsewhere."""
        if path.suffix in _COMPILED or path.name == ".dvcignore":
            return True
        if path.suffix != _SOURCE:
            return False
        own = [folder.name for folder in path.parents if folder not in self._folders and self._top in folder.parents]
        return any(self._is_known(name) for name in (path.stem, *own))

    def _is_known(self, module: str) -> bool:
        if module in sys.stdlib_module_names | _START_UP | self._modules:
            return True
        try:
            return module.isidentifier() and importlib.util.find_spec(module) is not None
        except (ImportError, ValueError):
            return False

    def _name(self, path: Path) -> str:
        """Write a path from the project's root, also where the project is a folder of its repository."""
        return printable(Path(os.path.relpath(path, self._pipeline.root)).as_posix())
