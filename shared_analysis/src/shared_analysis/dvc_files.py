"""The pipeline read from DVC's files, without DVC: for the day when DVC can no longer be installed.

It reads what projects of this template write: stages with commands, dependencies, outputs and parameters, and values of
``params.yaml`` between ``${`` and ``}``. What needs more of DVC (``foreach``, ``matrix``, ``vars``) is refused by name,
never guessed. Contents come from a cache; nothing is fetched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from shared_analysis.dvc_repo import Stage
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.folders import overlap
from shared_analysis.yaml_file import load_yaml
from shared_analysis.yaml_limits import refuse_values_outside

_VALUE = re.compile(r"(?<!\\)\$\{(.*?)\}")
_KINDS = ("outs", "metrics", "plots")
_KNOWN = {"cmd", "deps", "params", "wdir", "desc", "meta", "frozen", "always_changed", *_KINDS}
_DVC = "install DVC to read this one: python -m pip install dvc"


class DvcFiles:
    """A project as its files say, read as ``DvcRepo`` reads it.

    Parameters
    ----------
    root
        The project.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._content = load_yaml(root / "dvc.yaml", "pipeline") or {}
        file = root / "params.yaml"
        self._values: dict[str, Any] = (load_yaml(file, "settings") or {}) if file.is_file() else {}
        if "vars" in self._content:
            raise _refused("It sets `vars`.", "dvc.yaml: vars")
        others = [path for path in self.files(root) if path.name == "dvc.yaml" and path.parent != root]
        if others:
            raise _refused("It has more files than one.", min(others).relative_to(root).as_posix())

    def stages(self) -> Iterator[Stage]:
        """Yield the stages in the order in which they run: by what reads what, then by name.

        Raises
        ------
        SharedAnalysisError
            If the pipeline needs DVC to be read, or its stages wait for each other.
        """
        import networkx as nx

        entries = self._content.get("stages") or {}
        stages = {str(name): self._stage(str(name), entry) for name, entry in entries.items()}
        nodes: dict[str, tuple[list[Path], list[Path]]] = {
            name: (
                [stage.path(one) for one in stage.reads],
                [stage.path(one) for one in stage.outs],
            )
            for name, stage in stages.items()
        }
        for file, added in self._added_by().items():
            nodes[file.relative_to(self._root).as_posix()] = ([], list(added))
        graph = nx.DiGraph()
        graph.add_nodes_from(nodes)
        graph.add_edges_from(
            (maker, reader)
            for reader, (deps, _) in nodes.items()
            for maker, (_, outs) in nodes.items()
            if maker != reader and any(overlap(dep, out) for dep in deps for out in outs)
        )
        try:
            order = list(nx.lexicographical_topological_sort(graph))
        except nx.NetworkXUnfeasible:
            raise SharedAnalysisError("Stages wait for each other.", "dvc.yaml", "see `git log dvc.yaml`") from None
        yield from (stages[name] for name in order if name in stages)

    def params(self, stage: Stage, file: str) -> dict[str, Any]:
        """Read the values in a file of parameters that a stage depends on, by key, as the file says by now."""
        where = f"dvc.yaml: {stage.name}"
        entries = self._filled(self._content["stages"][stage.name].get("params") or [], where)
        return self._params(entries, stage.folder, where)[file]

    def added(self) -> dict[Path, str]:
        """Return what ``dvc add`` handed to DVC: its recorded hash by path."""
        return {path: digest for added in self._added_by().values() for path, digest in added.items()}

    def pointers(self) -> dict[Path, Path]:
        """Return in which file the hash of what ``dvc add`` handed to DVC is recorded, by path."""
        return {path: file for file, added in self._added_by().items() for path in added}

    def shown(self) -> list[Path]:
        """List the metrics, plots and artifacts that ``dvc.yaml`` names beside its stages."""
        paths = {self._root / name for name in self._content.get("metrics") or []}
        for entry in self._content.get("plots") or []:
            for name, plot in entry.items() if isinstance(entry, dict) else [(entry, None)]:
                axes = [axis for axis in (plot or {}).values() if isinstance(axis, dict)]
                paths |= {self._root / source for source in ([one for axis in axes for one in axis] or [name])}
        paths |= {self._root / artifact["path"] for artifact in (self._content.get("artifacts") or {}).values()}
        return sorted(Path(os.path.normpath(path)) for path in paths)

    def files(self, folder: Path) -> list[Path]:
        """List the files below a folder that DVC counts: all but those that ``.dvcignore`` names."""
        from pathspec import GitIgnoreSpec

        ignored = self._root / ".dvcignore"
        lines = ignored.read_text(encoding="utf-8").splitlines() if ignored.is_file() else []
        spec = GitIgnoreSpec.from_lines([*lines, ".dvc", ".git", ".hg"])
        found = (Path(place) / name for place, _, names in os.walk(folder) for name in names)
        return [path for path in found if not spec.match_file(path.relative_to(self._root).as_posix())]

    def fetch(self, paths: Iterable[Path]) -> bool:
        """Fetch nothing: only DVC knows how to reach a remote."""
        del paths
        return False

    def _added_by(self) -> dict[Path, dict[Path, str]]:
        """Read the ``.dvc`` files: by each, the hash by path."""
        found: dict[Path, dict[Path, str]] = {}
        for file in sorted(self._root.rglob("*.dvc")):
            if file.is_file() and ".dvc" not in file.relative_to(self._root).parts[:-1]:
                outs = (load_yaml(file, "pointer") or {}).get("outs") or []
                found[file] = {file.parent / out["path"]: str(out["md5"]) for out in outs}
        return found

    def _stage(self, name: str, entry: Mapping[str, Any]) -> Stage:
        where = f"dvc.yaml: {name}"
        unknown = sorted(set(entry) - _KNOWN)
        if unknown:
            raise _refused(f"Its stage has `{unknown[0]}`.", where)
        entry = {key: self._filled(value, where) for key, value in entry.items()}
        folder = self._root / entry["wdir"] if entry.get("wdir") else self._root
        command = entry["cmd"]
        outs = {
            kind: {name: about for out in entry.get(kind) or [] for name, about in _with_flags(out)} for kind in _KINDS
        }
        return Stage(
            name=name,
            commands=tuple(map(str, command)) if isinstance(command, list) else tuple(str(command).splitlines()),
            folder=Path(os.path.normpath(folder)),
            deps=tuple(entry.get("deps") or ()),
            outs=tuple(out for kind in _KINDS for out in outs[kind]),
            params=self._params(entry.get("params") or [], folder, where),
            metrics=tuple(outs["metrics"]),
            lasting=tuple(out for kind in _KINDS for out, about in outs[kind].items() if about.get("persist")),
        )

    def _params(self, entries: list[Any], folder: Path, where: str) -> dict[str, dict[str, Any]]:
        """Read the values that a stage depends on, by file and key."""
        wanted: dict[str, list[str] | None] = {}
        for entry in entries:
            for file, keys in entry.items() if isinstance(entry, dict) else [("params.yaml", [entry])]:
                wanted[file] = None if keys is None else [*(wanted.get(file) or []), *keys]
        values: dict[str, dict[str, Any]] = {}
        for file, keys in wanted.items():
            if Path(file).suffix not in (".yaml", ".yml", ".json"):
                raise _refused(f"Its parameters are in {file}.", where)
            refuse_values_outside(folder / file, self._root)
            held = (load_yaml(folder / file, "settings") or {}) if (folder / file).is_file() else {}
            values[file] = (
                dict(held) if keys is None else {key: _selected(held, key) for key in keys if _has(held, key)}
            )
        return values

    def _filled(self, value: Any, where: str) -> Any:
        """Put values of ``params.yaml`` where a text names them."""
        if isinstance(value, dict):
            return {self._filled(key, where): self._filled(inner, where) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner, where) for inner in value]
        if not isinstance(value, str):
            return value
        whole = _VALUE.fullmatch(value)
        if whole:
            return self._value(whole[1], where)
        text = _VALUE.sub(lambda match: _written(self._value(match[1], where)), value)
        return text.replace(r"\${", "${")

    def _value(self, key: str, where: str) -> Any:
        if not _has(self._values, key):
            raise SharedAnalysisError(f"params.yaml does not have what `${{{key}}}` names.", where, "add it there")
        value = _selected(self._values, key)
        if isinstance(value, dict | list):
            raise _refused(f"`${{{key}}}` stands for several values.", where)
        return value


def _has(values: Any, key: str) -> bool:
    try:
        _selected(values, key)
    except (LookupError, TypeError, ValueError):
        return False
    return True


def _selected(values: Any, key: str) -> Any:
    for part in key.strip().split("."):
        values = values[int(part) if isinstance(values, list) else part]
    return values


def _with_flags(out: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield an output, and what is said of it."""
    for name, about in out.items() if isinstance(out, dict) else [(out, None)]:
        yield name, about or {}


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refused(what: str, where: str) -> SharedAnalysisError:
    return SharedAnalysisError(f"Without DVC this pipeline cannot be read. {what}", where, _DVC)
