"""The stages of a clean copy: what DVC makes of ``dvc.yaml``, run by their own commands and nothing of DVC's memory.

DVC reads the pipeline; it does not run it. ``dvc repro`` would pass over frozen stages, and write the lock.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import remove_folder
from shared_analysis.integrity.hashes import bytes_md5, file_md5, folder_listing
from shared_analysis.reproduce.run.environment import Environment


@dataclass(frozen=True)
class Stage:
    """One stage: paths as ``dvc.yaml`` and ``dvc.lock`` write them."""

    name: str
    commands: tuple[str, ...]
    folder: Path
    deps: tuple[str, ...]
    outs: tuple[str, ...]
    params: Mapping[str, Mapping[str, Any]]
    metrics: tuple[str, ...] = ()

    def run(self, environment: Environment, root: Path, work: Path, log: Path) -> int:
        """Run its commands; return the first exit code that is not 0, or 0."""
        # What is temporary must not outlive the run, even a killed one: it may hold people's data.
        temporary = work / "tmp"
        temporary.mkdir(exist_ok=True)
        variables = {**environment.variables(), "DVC_STAGE": self.name, "DVC_ROOT": str(root)}
        variables |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
        with log.open("wb") as words:
            for command in self.commands:
                # The project's own command, as the shell is meant to read it.
                done = subprocess.run(  # noqa: S602
                    command,
                    shell=True,
                    cwd=self.folder,
                    env=variables,
                    stdout=words,
                    stderr=words,
                    close_fds=False,  # to hand on the lock of the place: what stays open otherwise is never inherited
                    check=False,
                )
                if done.returncode:
                    return done.returncode
        return 0


class Pipeline:
    """The pipeline of a clean copy.

    Parameters
    ----------
    root
        The project in the clean copy.
    cache
        A folder for what is fetched, empty at first: never the reviewer's own cache.
    settings
        DVC's settings of the reviewer's copy: where the remote is, and how to sign in.

    Raises
    ------
    SharedAnalysisError
        If DVC is not installed, or cannot read the pipeline.
    """

    def __init__(self, root: Path, cache: Path, settings: Mapping[str, Any]) -> None:
        self.root = root
        core = {**settings.get("core", {}), "site_cache_dir": str(cache.with_name(f"{cache.name}-site"))}
        self._repo = _open(root, {**settings, "cache": {"dir": str(cache)}, "core": core})
        self.stages = tuple(self._stages())

    def path(self, stage: Stage, name: str) -> Path:
        """Return the place of a dependency or an output."""
        return Path(os.path.normpath(stage.folder / name))  # a stage in a folder of its own writes ``../`` in names

    def name(self, place: Path) -> str:
        """Return a place as it is written from the project's root; whole, if it lies elsewhere."""
        place = Path(os.path.normpath(place))
        return (place.relative_to(self.root) if place.is_relative_to(self.root) else place).as_posix()

    def made(self) -> set[Path]:
        """Return the place of every output of every stage."""
        return {self.path(stage, name) for stage in self.stages for name in stage.outs}

    def hash(self, path: Path) -> str | None:
        """Hash a file or a folder as DVC does; None if it is not there."""
        if path.is_dir():
            return f"{bytes_md5(folder_listing(path, self.files(path)))}.dir"
        return file_md5(path) if path.is_file() else None

    def leads_out(self, path: Path) -> bool:
        """Say whether a file or a folder, or a file in it, is a link to a place outside the project."""
        root = self.root.resolve()
        places = [path, *(self.files(path) if path.is_dir() else [])]
        return any(not place.resolve().is_relative_to(root) for place in places)

    def files(self, folder: Path) -> list[Path]:
        """List the files below a folder that DVC counts."""
        return [Path(name) for name in self._repo.dvcignore.find(self._repo.fs, str(folder))]

    def inputs(self) -> dict[Path, str]:
        """Return what was handed to DVC by hand and a stage reads: hash by place."""
        read = {self.path(stage, name) for stage in self.stages for name in stage.deps}
        found = {}
        for stage in self._repo.index.stages:
            if stage.cmd:
                continue
            for out in stage.outs:
                place = Path(out.fs_path)
                if any(place == one or one in place.parents or place in one.parents for one in read):
                    found[place] = str(out.hash_info.value)
        return dict(sorted(found.items()))

    def shown(self) -> list[Path]:
        """List the metrics and plots that ``dvc.yaml`` names beside its stages, for DVC to show."""
        index = self._repo.index
        found = {Path(file).parent / name for file, names in index._metrics.items() for name in names}
        for file, entries in index._plots.items():
            for entry in entries:
                for name, plot in entry.items() if isinstance(entry, dict) else [(entry, None)]:
                    axes = [axis for axis in (plot or {}).values() if isinstance(axis, dict)]
                    files = [one for axis in axes for one in axis] or [name]
                    found |= {Path(file).parent / one for one in files}
        return sorted(Path(os.path.normpath(place)) for place in found)

    def fetch(self, places: list[Path]) -> bool:
        """Fetch from the remote what the commit records at some places; say whether all of it came."""
        from dvc.exceptions import DvcException

        try:
            self._repo.fetch(targets=[str(place) for place in places])
        except (DvcException, OSError):
            return False
        return True

    def empty(self, stage: Stage) -> None:
        """Delete a stage's outputs, also those that the commit brought along, and make room for new ones.

        Raises
        ------
        SharedAnalysisError
            If one lies outside the clean copy, by its name or through a link.
        """
        for name in stage.outs:
            place = self.path(stage, name)
            if not place.parent.resolve().is_relative_to(self.root.resolve()) or place == self.root:
                raise SharedAnalysisError(
                    "An output lies outside the project, and would be deleted there.",
                    f"dvc.yaml, stage {stage.name}: {name}",
                    "do not run this project",
                )
            if place.is_dir() and not place.is_symlink():
                remove_folder(place)
            else:
                place.unlink(missing_ok=True)
            place.parent.mkdir(parents=True, exist_ok=True)

    def _stages(self) -> Iterator[Stage]:
        import networkx as nx
        from dvc.dependency.param import ParamsDependency
        from dvc.exceptions import DvcException

        try:
            graph = self._repo.index.graph.reverse()
            order = list(nx.lexicographical_topological_sort(graph, key=lambda stage: stage.addressing))
            for stage in order:
                if not stage.cmd:
                    continue
                if Path(stage.path) != self.root / "dvc.yaml":
                    raise SharedAnalysisError(
                        "Only a pipeline in one file can be verified.", stage.relpath, "move its stages to dvc.yaml"
                    )
                params = [dep for dep in stage.deps if isinstance(dep, ParamsDependency)]
                yield Stage(
                    name=stage.name,
                    commands=tuple(stage.cmd if isinstance(stage.cmd, list) else stage.cmd.splitlines()),
                    folder=Path(stage.wdir),
                    deps=tuple(dep.def_path for dep in stage.deps if dep not in params),
                    outs=tuple(out.def_path for out in stage.outs),
                    params={dep.def_path: dep.read_params(flatten=False) for dep in params},
                    metrics=tuple(out.def_path for out in stage.outs if out.metric),
                )
        except DvcException as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> SharedAnalysisError:
        """Say what DVC cannot read, without the clean copy's place."""
        from dvc.utils.serialize import ParseError
        from ruamel.yaml.constructor import DuplicateKeyError

        chain: list[BaseException] = [error]
        while chain[-1].__cause__:
            chain.append(chain[-1].__cause__)
        cause = next((one for one in chain if isinstance(one, ParseError)), None)
        if cause is None:
            return SharedAnalysisError(f"DVC cannot read the pipeline: {error}", "dvc.yaml", "see `dvc status`")
        twice = any(isinstance(one, DuplicateKeyError) for one in chain)
        name = Path(str(cause.path)).name
        fault = "it names a key twice" if twice else "its YAML is damaged"
        return SharedAnalysisError(f"DVC cannot read {name}: {fault}.", name, "correct it, and run `dvc repro`")


def _open(root: Path, config: Mapping[str, Any]) -> Any:
    import logging

    try:
        from dvc.exceptions import DvcException
        from dvc.repo import Repo
    except ImportError:
        raise SharedAnalysisError(
            "DVC is not installed here.", "dvc", "install the project's requirements.txt, and try again"
        ) from None
    logging.getLogger("dvc").setLevel(logging.CRITICAL)
    try:
        return Repo(str(root), config=dict(config))
    except DvcException as error:
        raise SharedAnalysisError(f"DVC cannot open the project: {error}", "dvc.yaml", "see `dvc status`") from None


def dvc_settings(root: Path) -> tuple[dict[str, Any], Path]:
    """Read DVC's settings in the reviewer's copy: its remotes, and where its cache is."""
    try:
        from dvc.config import Config, ConfigError
    except ImportError:
        return {}, root / ".dvc" / "cache"
    try:
        config = Config(str(root / ".dvc"))
    except ConfigError as error:
        raise SharedAnalysisError(f"DVC's settings cannot be read: {error}", ".dvc/config", "correct them") from None
    chosen = config["core"].get("remote")
    settings = {"remote": dict(config["remote"]), "core": {"remote": chosen} if chosen else {}}
    return settings, Path(config["cache"].get("dir") or root / ".dvc" / "cache")
