"""Rules on the pipeline's files: that its lock can be read, and that what its stages need is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from shared_analysis.checks.context import Context, Stage
from shared_analysis.checks.finding import Finding, Rule
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.record import closest
from shared_analysis.yaml_file import load_yaml

LOCK = "dvc.lock"
_RUN = re.compile(r"shared[-_]analysis\s+notebook\s+run\s+[\"']?([^\s\"'&|;]+)")


class LockReads(Rule):
    """dvc.lock says which code, inputs and settings gave which results. Without it nobody can fetch the results or
    verify them, and DVC stops.

    Take it from the last commit, and let `dvc repro` bring it up to date.
    """

    id = "DVC003"
    title = "dvc.lock can be read"

    _TODO = f"git checkout HEAD -- {LOCK}, then `dvc repro`"

    def _find(self, project: Context) -> Iterator[Finding]:
        path = project.root / LOCK
        if not path.exists() or LOCK in project.conflicts:
            return
        try:
            content = load_yaml(path)
        except SharedAnalysisError as error:
            line = re.search(r"line (\d+)$", error.where or "")
            yield self.found(error.what, LOCK, int(line[1]) if line else None, self._TODO)
            return
        stages = content.get("stages", {}) if isinstance(content, dict) else None
        if not isinstance(stages, dict) or "schema" not in content:
            yield self.found("The file is no lock of DVC.", LOCK, 1, self._TODO)
            return
        for name, stage in stages.items():
            if not isinstance(stage, dict) or "cmd" not in stage:
                yield self.found(f"What it says of stage '{name}' is damaged.", LOCK, None, self._TODO)


class StageNotebooksThere(Rule):
    """A stage runs its notebook by name: a notebook that was renamed or moved is no longer found.

    Correct the name in the stage's `cmd`, `deps` and `outs`, or give the notebook its name back.
    """

    id = "DVC004"
    title = "Every notebook that a stage runs is there"

    def _find(self, project: Context) -> Iterator[Finding]:
        known = [PurePosixPath(notebook.path).stem for notebook in project.notebooks]
        for stage in project.stages:
            for name in _notebooks(stage):
                if name not in known:
                    message = f"Stage '{stage.name}' runs the notebook '{name}', which is not there."
                    yield self.found(message, "dvc.yaml", stage.line, closest(name, known, "notebooks"))


class DependenciesThere(Rule):
    """A stage stops at once where something that it reads is neither there nor made by a stage before it.

    Correct its name in `deps`, or bring it back: what DVC keeps, `dvc pull` brings; the rest is in git.
    """

    id = "DVC005"
    title = "Everything that a stage reads is there, or made by a stage"

    def _find(self, project: Context) -> Iterator[Finding]:
        outs = [PurePosixPath(out) for stage in project.stages for out in stage.outs]
        for stage in project.stages:
            own = {f"notebooks/{name}.ipynb" for name in _notebooks(stage)}  # those are for DVC004
            for dep in stage.deps:
                if dep not in own and not _is_there(project, PurePosixPath(dep), outs):
                    message = f"Stage '{stage.name}' reads '{dep}', which is not there, and no stage makes it."
                    yield self.found(message, "dvc.yaml", stage.line, "correct the name, or bring the file back")


def _notebooks(stage: Stage) -> Iterator[str]:
    for command in stage.commands:
        for found in _RUN.finditer(command):
            if "$" not in found[1]:
                yield found[1].replace("\\", "/").removeprefix("./").removeprefix("notebooks/").removesuffix(".ipynb")


def _is_there(project: Context, dep: PurePosixPath, outs: list[PurePosixPath]) -> bool:
    if (project.root / dep).exists() or any(dep == out or out in dep.parents or dep in out.parents for out in outs):
        return True
    pointers = (project.root / f"{path}.dvc" for path in (dep, *dep.parents) if path.name)
    return any(pointer.is_file() for pointer in pointers)
