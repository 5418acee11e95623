"""One project: found from any folder inside it, read by name, written by stage."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project.canonical_files import (
    SYNTHETIC,
    read_canonical,
    write_bytes,
    write_json,
    write_table,
    write_text,
)
from shared_analysis.project.result import Result, WithDocuments, WithFiles, WithHeadlines
from shared_analysis.project.stage_kinds import kind_of
from shared_analysis.sources import Delivery, Reading, read, table_name
from shared_analysis.spreadsheets import as_saved
from shared_analysis.writing import MARKER
from shared_analysis.yaml_file import load_yaml

if TYPE_CHECKING:
    import pandas as pd

TRUTH = "truth"


@dataclass(frozen=True)
class Project:
    """A project's root and parameters; make one with :func:`open_project`."""

    root: Path
    params: Mapping[str, Any]

    @property
    def mode(self) -> Literal["twin", "raw"]:
        """Which inputs are read: the synthetic twin or the real data."""
        match self.section("data").get("mode"):
            case "twin":
                return "twin"
            case "raw":
                return "raw"
            case _:
                raise SharedAnalysisError(
                    "`mode` must be 'twin' (synthetic data) or 'raw' (real data).",
                    "params.yaml, section data",
                    "correct it",
                )

    @property
    def synthetic(self) -> bool:
        """Whether what the project makes now is made from synthetic data."""
        return self.mode == "twin"

    def section(self, name: str) -> dict[str, Any]:
        """Return one section of ``params.yaml``.

        Raises
        ------
        SharedAnalysisError
            If there is no such section.
        """
        if name not in self.params:
            known = ", ".join(map(str, self.params))
            raise SharedAnalysisError(f"There is no section '{name}'.", "params.yaml", f"the sections are: {known}")
        section = self.params[name] or {}
        if not isinstance(section, dict):
            raise SharedAnalysisError(f"Section '{name}' must hold names and values.", "params.yaml", "correct it")
        return dict(section)

    @property
    def stages(self) -> tuple[str, ...]:
        """Names of the pipeline's stages, in the order of ``dvc.yaml``."""
        return tuple(self.kinds)

    @property
    def kinds(self) -> dict[str, str]:
        """Which kind of analysis each stage of the pipeline is, in the order of ``dvc.yaml``; see :func:`kind_of`."""
        stages = _read_yaml(self.root / "dvc.yaml").get("stages") or {}
        return {stage: kind_of(stage, body, self.params.get(stage)) for stage, body in stages.items()}

    def inputs(self) -> dict[str, Path]:
        """Find the input tables of the present mode: file by table name, sorted; ground truth is not an input.

        Raises
        ------
        SharedAnalysisError
            If the folder holds no table, or one table twice (as CSV and as a spreadsheet, for example).
        """
        inputs: dict[str, Path] = {}
        for path in sorted((self.root / "data" / self.mode).glob("*")):
            name = table_name(path)
            if name is None or name == TRUTH:
                continue
            if name in inputs:
                raise SharedAnalysisError(
                    f"Table '{name}' is there twice: {inputs[name].name} and {path.name}.",
                    f"data/{self.mode}",
                    "keep one",
                )
            inputs[name] = path
        if not inputs:
            todo = "run `dvc repro`" if self.synthetic else "copy your tables into data/raw and `dvc add` them"
            raise SharedAnalysisError("There is no input table.", f"data/{self.mode}", todo)
        return inputs

    def read_input(self, table: str) -> pd.DataFrame:
        """Read an input table of the present mode, as it is (of text and spreadsheets all columns are text).

        Raises
        ------
        SharedAnalysisError
            If the table is missing or its file is damaged; see :func:`shared_analysis.sources.read`.
        """
        inputs = self.inputs()
        if table not in inputs:
            raise SharedAnalysisError(
                f"Input table '{table}' is missing.",
                f"data/{self.mode}",
                f"{_how_to_get(self.mode, table)}, or remove contracts/{table}.yaml",
            )
        return read(inputs[table]).table

    def read_inputs(self) -> dict[str, pd.DataFrame]:
        """Read every input table of the present mode, by name; see :meth:`read_input`."""
        return {table: self.read_input(table) for table in self.inputs()}

    def deliveries(self, readings: Mapping[str, Reading | None] | None = None) -> dict[str, Delivery]:
        """Read every input table of the present mode, with how it was read and what of its file is no row of it.

        Parameters
        ----------
        readings
            How each is read, by name, as its contract says; by default that is found out. The twin is always read as
            it was written.

        Raises
        ------
        SharedAnalysisError
            If a file is damaged, or is no longer what its reading says; see :func:`shared_analysis.sources.read`.
        """
        known = {} if self.synthetic or readings is None else readings
        return {table: read(path, known.get(table)) for table, path in self.inputs().items()}

    def truth(self) -> pd.DataFrame | None:
        """Read which records are the same person (``table, record_id, person_id``), where that is known."""
        path = self.root / "data" / self.mode / f"{TRUTH}.csv"
        return read_canonical(path) if path.exists() else None

    def read(self, name: str) -> pd.DataFrame:
        """Read a table that an earlier stage made, by its place under ``data/`` (``interim/housing``).

        Raises
        ------
        SharedAnalysisError
            If the stage that makes it has not run, or no contract describes the table.
        """
        path = self.root / "data" / f"{name}.parquet"
        if not path.exists():
            self._refuse_unknown_table(name)
            raise SharedAnalysisError("A table of an earlier stage is not there.", f"data/{name}.parquet", "dvc repro")
        return read_canonical(path)

    def _refuse_unknown_table(self, name: str) -> None:
        """Refuse the name of a checked table that no contract describes: no stage will ever make it."""
        stage, _, table = name.partition("/")
        known = _contracted(self.root / "contracts")
        if stage not in ("interim", "quarantine") or not known or table in known:
            return
        close = get_close_matches(table, known, n=1, cutoff=0.5)
        hint = f"did you mean '{stage}/{close[0]}'?" if close else f"the tables are: {', '.join(known)}"
        raise SharedAnalysisError(
            f"No contract describes a table '{table}', so no stage makes it.",
            f"data/{name}.parquet",
            f"{hint} (if the table is new, write contracts/{table}.yaml first)",
        )

    def read_json(self, name: str | None) -> dict[str, Any] | None:
        """Read a JSON document by its path from the project's root; nothing for no name.

        Raises
        ------
        SharedAnalysisError
            If there is no such file, or it holds no JSON object.
        """
        if not name:
            return None
        path = self.root / name
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise SharedAnalysisError("There is no such file.", name, "name it from the project's folder") from None
        except (ValueError, UnicodeDecodeError):
            content = None
        if not isinstance(content, dict):
            raise SharedAnalysisError("This is not a JSON document with names and values.", name, "restore it")
        return content

    def read_file(self, name: str | None) -> pd.DataFrame | None:
        """Read a table that people have opened and saved, by the path of its file from the root; nothing for no name.

        What :func:`write_sheet` has put before a text, so that no spreadsheet runs it, is taken away.

        Raises
        ------
        SharedAnalysisError
            If there is no such file, or it is damaged; see :func:`shared_analysis.sources.read`.
        """
        if not name:
            return None
        path = self.root / name
        if not path.is_file():
            raise SharedAnalysisError("There is no such file.", name, "name it from the project's folder")
        table = read(path).table
        return table if path.suffix == ".parquet" else as_saved(table)

    def folder(self, name: str) -> Path:
        """Say where to write: the place itself when DVC runs the stage, its twin under ``scratch/`` by hand.

        So a notebook run by hand never overwrites what the pipeline made.
        """
        base = self.root if os.environ.get("DVC_STAGE") else self.root / "scratch"
        return base / name

    def save(self, stage: str, result: Result) -> None:
        """Write a step's tables, metrics, headlines, charts, summary and files for readers to their places.

        Parameters
        ----------
        stage
            The stage's name, as in ``dvc.yaml``.
        result
            What the step handed back.
        """
        for key, table in result.tables.items():
            write_table(self._place(stage, key, ".parquet"), table, synthetic=self.synthetic)
        if isinstance(result, WithDocuments):
            for key, content in result.documents.items():
                write_json(self._place(stage, key, ".json"), content)
        charts = result.charts()
        folder = self.folder("reports") / stage
        if isinstance(result, WithFiles):
            for name, whole in result.files(synthetic=self.synthetic).items():
                write_bytes(folder / name, whole)
        for key, chart in charts.items():
            write_text(folder / "charts" / f"{key}.svg", chart.svg(synthetic=self.synthetic))
        listing = [
            {"file": f"charts/{key}.svg", "title": chart.title, "alt": chart.alt} for key, chart in charts.items()
        ]
        write_json(folder / "charts.json", {**self._mark(), "charts": listing})
        if isinstance(result, WithHeadlines) and result.headlines:
            headlines = [asdict(headline) for headline in result.headlines]
            write_json(folder / "headlines.json", {**self._mark(), "headlines": headlines})
        banner = f"**{SYNTHETIC} data: no real person or event is in these figures.**\n\n" if self.synthetic else ""
        write_text(folder / "summary.md", banner + result.summary().strip() + "\n")
        write_json(self.folder("reports") / "metrics" / f"{stage}.json", {**self._mark(), **result.metrics})

    def _place(self, stage: str, name: str, ending: str) -> Path:
        """Say where a table or document of a stage is kept; see :attr:`Result.tables`."""
        within = name if "/" in name else f"processed/{stage}/{name}"
        return self.folder("data") / f"{within}{ending}"

    def _mark(self) -> dict[str, str]:
        return {"data": SYNTHETIC} if self.synthetic else {}


def _how_to_get(mode: str, table: str) -> str:
    return "run `dvc repro`" if mode == "twin" else f"put it at data/raw/{table}.csv, run `dvc pull`"


def _contracted(folder: Path) -> list[str]:
    """Name the tables that have a contract: what the contract says, or its file's name if it cannot be read."""
    names = set()
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        try:
            names.add(str(load_yaml(path, "contract")["schema"][0]["name"]))
        except (SharedAnalysisError, LookupError, TypeError):
            names.add(path.stem)
    return sorted(names)


def untracked_tables(root: Path) -> list[Path]:
    """List the tables of ``data/raw/`` that were not handed to DVC, one by one or with the whole folder."""
    raw = root / "data" / "raw"
    if raw.with_name("raw.dvc").is_file():
        return []
    tables = (path for path in sorted(raw.glob("*")) if table_name(path) is not None)
    return [path for path in tables if not path.with_name(f"{path.name}.dvc").is_file()]


def find_root(start: Path | None = None) -> Path:
    """Find the root of the project that the working directory (or ``start``) is in; its files need not be readable.

    Raises
    ------
    SharedAnalysisError
        If no folder from there upwards holds ``project.yaml``.
    """
    here = (start or Path.cwd()).resolve()
    for root in (here, *here.parents):
        if (root / MARKER).is_file():
            return root
    raise SharedAnalysisError(
        f"This is not a project folder: neither it nor any folder above holds {MARKER}.",
        next_step="change into your project's folder first",
    )


def open_project(start: Path | None = None) -> Project:
    """Open the project that the working directory (or ``start``) is in.

    Raises
    ------
    SharedAnalysisError
        If there is no project (see :func:`find_root`), or ``params.yaml`` cannot be read.
    """
    root = find_root(start)
    return Project(root, _read_yaml(root / "params.yaml"))


def _read_yaml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise SharedAnalysisError(f"The project has no {path.name}.", next_step=f"restore it: git checkout {path.name}")
    content = load_yaml(path)
    sections = content.values() if isinstance(content, dict) else [content]
    if not all(isinstance(section, dict | list | None) for section in sections) or not isinstance(content, dict):
        raise SharedAnalysisError("Every top-level key must be a section.", path.name, "correct it")
    return content
