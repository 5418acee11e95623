"""DVC as a library: with ``dvc_data``, the only module that touches its Python interfaces, which releases may change.

DVC reads the pipeline here; it does not run it, and nothing of its memory of runs is asked.
"""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.room import is_out_of_room, no_room
from shared_analysis.yaml_file import excess_in
from shared_analysis.yaml_limits import refuse_values_outside

_ODD_VALUES = (TypeError, ValueError, AttributeError, LookupError)
"""What Python raises within DVC for values that DVC does not expect, such as a day of the calendar in params.yaml."""

_MOST_STAGES = 10_000
_MOST_SIGNS = 1 << 26
_NO_PLACES = {("core", "analytics"), ("core", "check_update"), ("core", "no_scm"), ("core", "autostage")}
"""Settings of DVC that lead nowhere."""


@dataclass(frozen=True)
class Stage:
    """One stage of a ``dvc.yaml``, named as DVC names it: ``train``, or in a folder ``models/dvc.yaml:train``.

    Paths are as ``dvc.yaml`` and ``dvc.lock`` write them, from the stage's own folder.
    """

    name: str
    commands: tuple[str, ...]
    folder: Path
    deps: tuple[str, ...]
    outs: tuple[str, ...]
    params: Mapping[str, Mapping[str, Any]]
    metrics: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    """The outputs that DVC leaves in place for the next run (``persist: true``)."""
    file: str = "dvc.yaml"
    """The file that has it, from the project's root."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Its dependencies, and the files that hold its parameters."""
        return (*self.deps, *self.params)

    @property
    def lock(self) -> str:
        """The lock that speaks of it, from the project's root: of a pipeline in a folder, the one in that folder."""
        return f"{self.file.removesuffix('dvc.yaml')}dvc.lock"

    def path(self, name: str) -> Path:
        """Return the path of a dependency, an output or a file of parameters."""
        return Path(os.path.normpath(self.folder / name))  # a stage in a folder of its own writes ``../`` in names


class DvcRepo:
    """A project as DVC reads it.

    Parameters
    ----------
    root
        The project.
    settings
        DVC's settings, beside those of the project.

    Raises
    ------
    SharedAnalysisError
        If DVC is not installed, or cannot open the project.
    """

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        try:
            from dvc.exceptions import DvcException
            from dvc.repo import Repo
        except ImportError:
            raise not_installed() from None
        silence()
        self._root = root
        self._params: dict[str, dict[str, Any]] = {}
        try:
            with _bounded(self._root):
                self._repo = Repo(str(root), config=dict(settings))
        except DvcException as error:
            refuse_full_disk(error, root)
            fault = from_root(error, root)
            raise SharedAnalysisError(f"DVC cannot open the project: {fault}", "dvc.yaml", "see `dvc status`") from None

    def stages(self) -> Iterator[Stage]:
        """Yield the stages in the order in which they run: by what reads what, then by name.

        Raises
        ------
        SharedAnalysisError
            If DVC cannot read the pipeline.
        """
        with _bounded(self._root):
            yield from self._stages()

    def _stages(self) -> Iterator[Stage]:
        import networkx as nx
        from dvc.dependency.param import ParamsDependency
        from dvc.exceptions import DvcException

        try:
            graph = self._repo.index.graph.reverse()
            for stage in nx.lexicographical_topological_sort(graph, key=lambda stage: stage.addressing):
                if not stage.cmd:
                    continue
                file = Path(stage.path).relative_to(self._root).as_posix()
                name = stage.name if file == "dvc.yaml" else f"{file}:{stage.name}"
                params = [dep for dep in stage.deps if isinstance(dep, ParamsDependency)]
                self._params[name] = {dep.def_path: dep for dep in params}
                for dep in params:
                    refuse_values_outside(dep.fs_path, self._root)
                yield Stage(
                    name=name,
                    commands=tuple(stage.cmd if isinstance(stage.cmd, list) else stage.cmd.splitlines()),
                    folder=Path(stage.wdir),
                    deps=tuple(dep.def_path for dep in stage.deps if dep not in params),
                    outs=tuple(out.def_path for out in stage.outs),
                    params={dep.def_path: dep.read_params() for dep in params},
                    metrics=tuple(out.def_path for out in stage.outs if out.metric),
                    lasting=tuple(out.def_path for out in stage.outs if out.persist),
                    file=file,
                )
        except (DvcException, *_ODD_VALUES) as error:
            refuse_full_disk(error, self._root)
            raise _unreadable(error, self._root) from None

    def params(self, stage: Stage, file: str) -> dict[str, Any]:
        """Read the values in a file of parameters that a stage depends on, by key, as the file says by now.

        Raises
        ------
        SharedAnalysisError
            If DVC cannot read them.
        """
        from dvc.exceptions import DvcException

        try:
            with _bounded(self._root):
                return dict(self._params[stage.name][file].read_params())
        except (DvcException, *_ODD_VALUES) as error:
            refuse_full_disk(error, self._root)
            raise _unreadable(error, self._root) from None

    def added(self) -> dict[Path, str]:
        """Return what ``dvc add`` handed to DVC: its recorded hash by path."""
        with _bounded(self._root):
            outs = [out for stage in self._repo.index.stages if not stage.cmd for out in stage.outs]
        return {Path(out.fs_path): str(out.hash_info.value) for out in outs}

    def pointers(self) -> dict[Path, Path]:
        """Return in which file the hash of what ``dvc add`` handed to DVC is recorded, by path."""
        stages = [stage for stage in self._repo.index.stages if not stage.cmd]
        return {Path(out.fs_path): Path(stage.path) for stage in stages for out in stage.outs}

    def shown(self) -> list[Path]:
        """List the metrics, plots and artifacts that ``dvc.yaml`` names beside its stages, for DVC to show."""
        with _bounded(self._root):
            index = self._repo.index
        paths = {Path(file).parent / name for file, names in index._metrics.items() for name in names}
        for file, entries in index._plots.items():
            for entry in entries:
                for name, plot in entry.items() if isinstance(entry, dict) else [(entry, None)]:
                    axes = [axis for axis in (plot or {}).values() if isinstance(axis, dict)]
                    sources = [source for axis in axes for source in axis] or [name]
                    paths |= {Path(file).parent / source for source in sources}
        for file, artifacts in index._artifacts.items():
            paths |= {Path(file).parent / artifact["path"] for artifact in artifacts.values()}
        return sorted(Path(os.path.normpath(path)) for path in paths)

    def files(self, folder: Path) -> list[Path]:
        """List the files below a folder that DVC counts: all but those that ``.dvcignore`` names."""
        return [Path(name) for name in self._repo.dvcignore.find(self._repo.fs, str(folder))]

    def fetch(self, paths: Iterable[Path]) -> bool:
        """Fetch from the remote what the commit records at some paths; False if DVC fails."""
        from dvc.exceptions import DvcException

        try:
            with _bounded(self._root):
                self._repo.fetch(targets=[str(path) for path in paths])
        except (DvcException, OSError, SharedAnalysisError) as error:
            refuse_full_disk(error, self._root)
            return False
        return True


def is_installed() -> bool:
    """Say whether DVC is there."""
    return importlib.util.find_spec("dvc") is not None


def read_settings(root: Path) -> tuple[dict[str, Any], Path]:
    """Read DVC's settings in a project: its remotes, and where its cache is.

    Returns
    -------
    tuple
        The settings, and the folder of the cache.

    Raises
    ------
    SharedAnalysisError
        If they cannot be read.
    """
    try:
        from dvc.config import Config, ConfigError
    except ImportError:
        return {}, root / ".dvc" / "cache"
    try:
        config = Config(str(root / ".dvc"))
    except ConfigError as error:
        fault = from_root(error, root)
        raise SharedAnalysisError(f"DVC's settings cannot be read: {fault}", ".dvc/config", "correct them") from None
    default = config["core"].get("remote")
    settings = {"remote": dict(config["remote"]), "core": {"remote": default} if default else {}}
    return settings, Path(config["cache"].get("dir") or root / ".dvc" / "cache")


def settings_without_places(folder: Path) -> dict[str, bytes]:
    """Write the settings in a ``.dvc`` folder without what says where content lies: remotes, caches, databases.

    Returns
    -------
    dict
        What to write into each of its files of settings, by the file's name.
    """
    try:
        from dvc.config import Config
    except ImportError:  # then no stage can use them either
        return {"config": b"", "config.local": b""}
    config = Config(str(folder), validate=False)
    written: dict[str, bytes] = {}
    for level, name in (("repo", Config.CONFIG), ("local", Config.CONFIG_LOCAL)):
        lines: list[str] = []
        for section, options in config.load_one(level).items():
            kept = {
                key: value for key, value in options.items() if (section, key) in _NO_PLACES or section == "parsing"
            }
            lines += [f"[{section}]", *(f"    {key} = {value}" for key, value in kept.items())] if kept else []
        written[name] = "".join(f"{line}\n" for line in lines).encode()
    return written


def cache_folder(root: Path) -> Path:
    """Return the folder of a project's cache."""
    return read_settings(root)[1]


def pipeline_fault(root: Path, site_cache: Path) -> str | None:
    """Say why DVC would not run the pipeline: two stages that write to one path, say. Without DVC, say nothing."""
    try:
        from dvc.exceptions import DvcException
        from dvc.repo import Repo
    except ImportError:
        return None
    silence()
    core = {"no_scm": True, "analytics": False, "check_update": False, "site_cache_dir": str(site_cache)}
    try:
        with _bounded(root), Repo(str(root), config={"core": core}) as repo:
            repo.index.check_graph()
    except (DvcException, *_ODD_VALUES) as error:
        return f"dvc.yaml: {' '.join(from_root(error, root).split())}"
    return None


@contextlib.contextmanager
def _bounded(root: Path) -> Iterator[None]:
    """Look at what DVC reads before it does, and refuse what would hang it; as for JSON, say so where DVC fails.

    Raises
    ------
    SharedAnalysisError
        If a file is too large, too deep, or stands for too many values; if values fill in more text than anybody
        writes, or stand for more stages than anybody runs; or if they come from a file outside the project.
    """
    from dvc import parsing
    from dvc.parsing import interpolate
    from dvc.parsing.context import Context
    from ruamel.yaml import YAML

    load, load_values, fill_in = YAML.load, Context.load_from, interpolate.to_str
    matrix, foreach = parsing.MatrixDefinition._resolve_matrix_data, parsing.ForeachDefinition._resolve_foreach_data
    counts: Counter[str] = Counter()

    def looking(self: YAML, stream: Any) -> Any:
        text = stream if isinstance(stream, str) else stream.read()
        excess = excess_in(text if isinstance(text, str) else text.decode("utf-8", errors="replace"))
        if excess:
            fault = f"A file of the pipeline is too much for YAML: {excess.problem}."
            raise SharedAnalysisError(fault, "a YAML file that DVC reads", "see who changed it last, and why")
        return load(self, text)

    def inside(fs: Any, path: str, *keys: Any) -> Any:
        refuse_values_outside(path, root)
        return load_values(fs, path, *keys)

    def measured(value: Any, *more: Any, **config: Any) -> str:
        text: str = fill_in(value, *more, **config)
        counts["signs"] += len(text)
        if counts["signs"] > _MOST_SIGNS:
            fault = "Values between ${ and } fill in more text than anybody would write."
            raise SharedAnalysisError(fault, "dvc.yaml", "see who changed it last, and why")
        return text

    def counted(resolve: Callable[[Any], Any], count: Callable[[Any], int]) -> Callable[[Any], Any]:
        def resolved(self: Any) -> Any:
            values = resolve(self)
            counts["stages"] += count(values)
            if counts["stages"] > _MOST_STAGES:
                fault = f"It stands for {counts['stages']} stages, more than anybody would run."
                raise SharedAnalysisError(fault, f"dvc.yaml: {self.name}", f"write fewer than {_MOST_STAGES}")
            return values

        return resolved

    def all_of(axes: Mapping[str, Any]) -> int:
        return math.prod(len(axis) for axis in axes.values() if isinstance(axis, Sized))

    try:
        YAML.load = looking  # type: ignore[method-assign]
        Context.load_from = inside
        interpolate.to_str = measured
        parsing.MatrixDefinition._resolve_matrix_data = counted(matrix, all_of)
        parsing.ForeachDefinition._resolve_foreach_data = counted(foreach, len)
        yield
    except (RecursionError, MemoryError, OverflowError) as error:
        fault = f"DVC cannot read the pipeline: a file in it is too deep or too large ({type(error).__name__})."
        where = "dvc.yaml and the files it names"
        raise SharedAnalysisError(fault, where, "see who changed them last, and why") from None
    finally:
        YAML.load = load  # type: ignore[method-assign]
        Context.load_from, interpolate.to_str = load_values, fill_in
        parsing.MatrixDefinition._resolve_matrix_data = matrix
        parsing.ForeachDefinition._resolve_foreach_data = foreach


def refuse_full_disk(error: Exception, root: Path) -> None:
    """Say so, if an error of DVC comes of a full disk."""
    if is_out_of_room(error):
        raise no_room(error, [root]) from None


def not_installed() -> SharedAnalysisError:
    """Say that DVC is not there."""
    return SharedAnalysisError(
        "DVC is not installed here.", "dvc", "install the project's requirements.txt, and try again"
    )


def silence() -> None:
    """DVC's library logs what its commands print; what matters of it is raised."""
    import logging

    logging.getLogger("dvc").setLevel(logging.CRITICAL)


def _unreadable(error: Exception, root: Path) -> SharedAnalysisError:
    """Say what DVC cannot read, without the place of the copy that it reads."""
    from dvc.utils.serialize import ParseError
    from ruamel.yaml.constructor import DuplicateKeyError

    causes: list[BaseException] = [error]
    while causes[-1].__cause__:
        causes.append(causes[-1].__cause__)
    damage = next((cause for cause in causes if isinstance(cause, ParseError)), None)
    if damage is None:
        fault = from_root(error, root)
        return SharedAnalysisError(f"DVC cannot read the pipeline: {fault}", "dvc.yaml", "see `dvc status`")
    twice = any(isinstance(cause, DuplicateKeyError) for cause in causes)
    name = Path(str(damage.path)).name
    fault = "it names a key twice" if twice else "its YAML is damaged"
    return SharedAnalysisError(f"DVC cannot read {name}: {fault}.", name, "correct it, and run `dvc repro`")


def from_root(error: Exception, root: Path) -> str:
    """Return DVC's words with paths from the project's root; DVC counts them from wherever the command runs."""
    text = str(error)
    folders = {str(root), str(root.resolve())}
    with contextlib.suppress(ValueError):  # on Windows there is no way from one drive to another
        folders.add(os.path.relpath(root))
    for folder in sorted(folders - {os.curdir}, key=len, reverse=True):
        for spelling in (folder, Path(folder).as_posix()):
            text = re.sub(rf"(?<![\w.\\/-]){re.escape(spelling)}[\\/]", "", text)
    return text
