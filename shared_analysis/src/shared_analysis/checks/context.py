"""A project as the rules see it: each file read once, and a broken one is a fault instead of an error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from shared_analysis.checks.gaps import Missing, missing_on_pages
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import StageKind, kind_of, section_name, stage_meta
from shared_analysis.record import RECORD_FILE, Fault, Gate, ProjectRecord, Source, load_gates, read_record, read_yaml

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


@dataclass(frozen=True)
class Stage:
    """A stage of ``dvc.yaml``, the products its ``meta`` names and the kind it says it is."""

    name: str
    line: int | None
    products: tuple[str, ...]
    kind: str | None


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
        metas = {name: stage_meta(body) for name, body in self._stages.items()}
        return tuple(
            Stage(name, self.pipeline.line(("stages", name)), _names(meta.get("product")), meta.get("kind"))
            for name, meta in metas.items()
        )

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
