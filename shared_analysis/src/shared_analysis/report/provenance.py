"""Where the figures came from: inputs, notebooks, parameters and versions, by content and never by place or time."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared_analysis import __version__
from shared_analysis.integrity.hashes import file_sha256
from shared_analysis.project import Project, section_name
from shared_analysis.record import ProjectRecord

LIBRARIES = (*("duckdb", "matplotlib", "numpy", "pandas", "papermill", "pyarrow", "scipy", "splink", "statsforecast"),)


@dataclass(frozen=True)
class Input:
    """One table that was read."""

    file: str
    title: str
    owner: str
    rows: int | None
    sha256: str
    contract: str | None


@dataclass(frozen=True)
class Notebook:
    """One notebook that was run."""

    name: str
    title: str
    sha256: str


@dataclass(frozen=True)
class Provenance:
    """All of it."""

    inputs: tuple[Input, ...]
    notebooks: tuple[Notebook, ...]
    parameters: tuple[tuple[str, str, str], ...]
    versions: tuple[tuple[str, str], ...]


def provenance(project: Project, record: ProjectRecord, checked: Mapping[str, Any]) -> Provenance:
    """Gather it from the project's files.

    Parameters
    ----------
    project
        The project.
    record
        Its record, for the titles and owners of the tables.
    checked
        Metrics of the validation, for the number of rows.
    """
    titles = {dataset.name: dataset for dataset in record.datasets}
    owners = {organisation.id: organisation.name for organisation in record.organisations}
    inputs = []
    for name, path in project.inputs().items():
        dataset = titles.get(name)
        contract = project.root / "contracts" / f"{name}.yaml"
        inputs.append(
            Input(
                file=path.relative_to(project.root).as_posix(),
                title=dataset.title if dataset else name,
                owner=owners.get(dataset.owner, "") if dataset else "",
                rows=checked.get(f"{name}_rows"),
                sha256=file_sha256(path),
                contract=file_sha256(contract) if contract.is_file() else None,
            )
        )
    return Provenance(
        inputs=tuple(inputs),
        notebooks=tuple(_notebook(path) for path in pipeline_notebooks(project).values()),
        parameters=tuple(
            (section, name, json.dumps(value, ensure_ascii=False, default=str))
            for section, settings in project.params.items()
            for name, value in (settings or {}).items()
        ),
        versions=(
            ("shared-analysis", __version__),  # without a wheel's hash: the same code makes the same page
            *((name, importlib.metadata.version(name)) for name in LIBRARIES),
        ),
    )


def pipeline_notebooks(project: Project) -> dict[str, Path]:
    """Find the notebook of each stage, by stage, in the order of their numbers; others are nobody's evidence."""
    notebooks = {section_name(path.stem): path for path in sorted((project.root / "notebooks").glob("*.ipynb"))}
    return {stage: path for stage, path in notebooks.items() if stage in project.stages}


def _notebook(path: Path) -> Notebook:
    cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    lines = [line for cell in cells if cell["cell_type"] == "markdown" for line in "".join(cell["source"]).splitlines()]
    title = next((line[2:].strip() for line in lines if line.startswith("# ")), path.stem)
    return Notebook(path.stem, title, file_sha256(path))
