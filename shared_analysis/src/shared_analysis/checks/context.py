"""A project as the rules see it: each file read once, and a broken one is a fault instead of an error."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from shared_analysis.checks.gaps import Missing, missing_on_pages
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import StageKind, kind_of, section_name, stage_meta
from shared_analysis.record import RECORD_FILE, Fault, Gate, ProjectRecord, Source, load_gates, read_record, read_yaml
from shared_analysis.yaml_file import parse_yaml

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_MARK = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: |\r?$)", re.MULTILINE)


@dataclass(frozen=True)
class Stage:
    """A stage of ``dvc.yaml``, the products its ``meta`` names and the kind it says it is."""

    name: str
    line: int | None
    products: tuple[str, ...]
    kind: str | None
    commands: tuple[str, ...] = ()
    deps: tuple[str, ...] = ()
    """What it reads, from the project's root; without what only DVC can work out."""
    outs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notebook:
    """A notebook of the project; ``cells`` is ``None`` where the file is not a notebook."""

    path: str
    section: str
    cells: tuple[dict[str, Any], ...] | None


@dataclass(frozen=True)
class NamedTable:
    """A table that a section of ``params.yaml`` names; ``linked`` where the section is a linkage's."""

    table: str
    section: str
    line: int | None
    linked: bool


class Context:
    """The files of one project, read when first asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def gates(self) -> tuple[Gate, ...]:
        """The gates in order."""
        return load_gates(self.root)

    @cached_property
    def _record(self) -> tuple[ProjectRecord | None, list[Fault]]:
        return read_record(self.root / RECORD_FILE)

    @property
    def record(self) -> ProjectRecord | None:
        """The project record, if it can be made sense of."""
        return self._record[0]

    @property
    def record_faults(self) -> list[Fault]:
        """What is wrong with the record by itself."""
        return self._record[1]

    @cached_property
    def params(self) -> Source:
        """``params.yaml``."""
        return read_yaml(self.root / "params.yaml")

    @property
    def mode(self) -> Any:
        """What section ``data`` of ``params.yaml`` says of the inputs to read, whatever that is."""
        params = self.params.data
        data = params.get("data") if isinstance(params, dict) else None
        return data.get("mode") if isinstance(data, dict) else None

    @cached_property
    def named_tables(self) -> tuple[NamedTable, ...]:
        """The tables that sections of ``params.yaml`` name, in the order of the file; see :func:`_named`."""
        sections = self.params.data if isinstance(self.params.data, dict) else {}
        tables = []
        for section, settings in sections.items():
            if not isinstance(settings, dict):
                continue
            linked = kind_of(section, self._stages.get(section), settings) == StageKind.LINKAGE
            tables += [
                NamedTable(name, section, self.params.line((section, *key)), linked)
                for key, name in _named(settings)
                if isinstance(name, str)
            ]
        return tuple(tables)

    @cached_property
    def missing_in_record(self) -> tuple[Missing, ...]:
        """What the record does not know yet, by gate; nothing where the record cannot be made sense of."""
        return tuple(
            Missing(gap.gate, f"{gap.key}: {gap.hint}" if gap.hint else gap.key, RECORD_FILE, gap.line)
            for gap in (self.record.gaps(self.gates) if self.record else ())
        )

    @cached_property
    def missing_on_pages(self) -> tuple[Missing, ...]:
        """What is open on the pages of each gate."""
        return tuple(missing_on_pages(self.root, self.gates))

    @cached_property
    def pipeline(self) -> Source:
        """``dvc.yaml``."""
        return read_yaml(self.root / "dvc.yaml")

    @property
    def _stages(self) -> dict[str, Any]:
        data = self.pipeline.data if isinstance(self.pipeline.data, dict) else {}
        stages = data.get("stages")
        return stages if isinstance(stages, dict) else {}

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The pipeline's stages, in the order of the file."""
        return tuple(self._stage(name, body) for name, body in self._stages.items())

    def _stage(self, name: str, body: Any) -> Stage:
        meta = stage_meta(body)
        body = body if isinstance(body, dict) else {}
        paths = {
            part: tuple(self._from_root(str(body.get("wdir", ".")), path) for path in _paths(body.get(part)))
            for part in ("deps", "outs", "metrics", "plots")
        }
        return Stage(
            name,
            self.pipeline.line(("stages", name)),
            _names(meta.get("product")),
            meta.get("kind"),
            _names(body.get("cmd")),
            tuple(path for path in paths["deps"] if "$" not in path and "://" not in path),
            (*paths["outs"], *paths["metrics"], *paths["plots"]),
        )

    def _from_root(self, folder: str, path: str) -> str:
        """Say where a path leads, from the project's root, with the inputs' mode filled in."""
        filled = re.sub(r"\$\{\s*data\.mode\s*\}", str(self.mode), path)
        return filled if "://" in filled else posixpath.normpath(posixpath.join(folder, filled))

    @cached_property
    def texts(self) -> dict[str, str]:
        """What stands in the files that are committed and say how the project works, by path from its root."""
        names = ("project.yaml", "params.yaml", "dvc.yaml", "dvc.lock", "twin.lock", "gates.yaml", ".dvc/config")
        more = ("requirements*.txt", "contracts/*.yaml", "*.dvc", "data/*.dvc", "data/*/*.dvc", "notebooks/*.ipynb")
        paths = [self.root / name for name in names]
        paths += [path for pattern in more for path in sorted(self.root.glob(pattern))]
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes().decode("utf-8", "replace")
            for path in paths
            if path.is_file()
        }

    @cached_property
    def conflicts(self) -> dict[str, int]:
        """The files in which git left the marks of a merge, and the line of the first."""
        marks = {name: _MARK.search(text) for name, text in self.texts.items()}
        return {name: self.texts[name].count("\n", 0, mark.start()) + 1 for name, mark in marks.items() if mark}

    @cached_property
    def contracts(self) -> dict[str, DataContract | SharedAnalysisError]:
        """Each file of ``contracts/`` and the contract in it, or what is wrong with it."""
        from shared_analysis.contracts import load_contract

        contracts: dict[str, DataContract | SharedAnalysisError] = {}
        for path in sorted((self.root / "contracts").glob("*.yaml")):
            try:
                contracts[f"contracts/{path.name}"] = load_contract(path)
            except SharedAnalysisError as error:
                contracts[f"contracts/{path.name}"] = error
        return contracts

    @cached_property
    def tables(self) -> dict[str, tuple[str, DataContract | SharedAnalysisError]]:
        """The tables that have a contract: its file and what is in it; a broken one is known by the file's name."""
        return {
            PurePath(where).stem if isinstance(contract, SharedAnalysisError) else contract.name: (where, contract)
            for where, contract in self.contracts.items()
        }

    @cached_property
    def notebooks(self) -> tuple[Notebook, ...]:
        """The notebooks in ``notebooks/``; ``20_link.ipynb`` has the section ``link`` of ``params.yaml``."""
        paths = sorted((self.root / "notebooks").glob("*.ipynb"))
        return tuple(Notebook(f"notebooks/{path.name}", section_name(path.stem), _cells(path)) for path in paths)


def _named(settings: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """List what stands under ``table``, in ``tables`` and under ``table`` of ``regressors``, with its key."""
    yield ("table",), settings.get("table")
    regressors = settings.get("regressors")
    if isinstance(regressors, dict):
        yield ("regressors", "table"), regressors.get("table")
    tables = settings.get("tables")
    for index, name in enumerate(tables if isinstance(tables, list) else ()):
        yield ("tables", index), name


def stages_of(root: Path, pipeline: bytes | None = None) -> tuple[Stage, ...]:
    """Return the stages of a project's pipeline: as its ``dvc.yaml`` has them, or would if it held something else."""
    project = Context(root)
    if pipeline is not None:
        content = parse_yaml(pipeline.decode("utf-8-sig"))
        project.pipeline = Source(content)
    return project.stages


def _paths(entries: Any) -> Iterator[str]:
    """Read the paths of a stage's deps or outs, each by itself or with what is said of it."""
    for entry in entries if isinstance(entries, list) else ():
        yield from map(str, entry if isinstance(entry, dict) else [entry])


def _names(named: Any) -> tuple[str, ...]:
    """Read one name, or a list of them."""
    if isinstance(named, list):
        return tuple(str(name) for name in named)
    return (str(named),) if named else ()


def _cells(path: Path) -> tuple[dict[str, Any], ...] | None:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        return None
    return tuple(cells)
