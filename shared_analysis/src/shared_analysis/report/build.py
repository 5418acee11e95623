"""Gather what the stages saved, and make the page of it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from shared_analysis import pages
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.project import TITLES, Headline, Project, StageKind, write_text
from shared_analysis.record import is_todo, load_record
from shared_analysis.report.markdown import escaped, finding_and_rest, to_html
from shared_analysis.report.provenance import Provenance, pipeline_notebooks, provenance

NOT_STATED = "not stated yet"


@dataclass(frozen=True)
class Section:
    """What one stage found, as it saved it."""

    stage: str
    title: str
    notebook: str
    finding: str
    rest: str
    wide: tuple[Markup, ...]
    columns: tuple[tuple[Markup, ...], ...]
    metrics: tuple[tuple[str, str], ...]
    headlines: tuple[Headline, ...]

    def html(self, text: str) -> Markup:
        """Render Markdown of the stage."""
        return to_html(text, self.title)


@dataclass(frozen=True)
class Report:
    """The whole report; :meth:`html` is the page, :meth:`summary` says the gist."""

    project: str
    outcome: str
    organisations: tuple[str, ...]
    contact: str
    synthetic: bool
    sections: tuple[Section, ...]
    provenance: Provenance

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """The few figures of every stage that a reader should leave with, in the order of the pipeline."""
        return tuple(headline for section in self.sections for headline in section.headlines)

    def html(self, notebooks: str = "notebooks") -> str:
        """Make the page.

        Parameters
        ----------
        notebooks
            Address of the folder with the notebooks' pages, relative to this one.

        Returns
        -------
        str
            One self-contained HTML page: no script, no request; the same project gives the same text.
        """
        from jinja2 import ChoiceLoader, Environment, FileSystemLoader

        loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent / "templates"), FileSystemLoader(pages.FOLDER)])
        environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        page = environment.get_template("report.html.j2").render(
            report=self,
            title=f"{self.project}: report",
            synthetic=self.synthetic,
            style=Markup(pages.page_style()),  # noqa: S704  # our own file
            notebooks=notebooks,
        )
        return pages.tidy(page)

    def summary(self) -> str:
        """Say what the report holds, as Markdown."""
        lines = [
            f"- {escaped(headline.label)}: **{escaped(headline.value)}** {escaped(headline.note)}".rstrip()
            for headline in self.headlines
        ]
        parts = [f"**{escaped(self.project)}**: {escaped(self.outcome)}", "\n".join(lines)]
        parts += [f"**{section.title}.** {section.finding}" for section in self.sections]
        return "\n\n".join(part for part in parts if part) + "\n"

    def save(self, project: Project) -> None:
        """Write ``reports/index.html``; run by hand, under ``scratch/``, with links to the pipeline's own pages."""
        folder = project.folder("reports")
        pages_of_notebooks = project.root / "reports" / "notebooks"
        write_text(folder / "index.html", self.html(Path(os.path.relpath(pages_of_notebooks, folder)).as_posix()))

    def _repr_markdown_(self) -> str:
        return self.summary()


def build_report(project: Project) -> Report:
    """Build the report from what the pipeline's stages saved.

    Only aggregates are read: summaries, headlines, metrics and charts under ``reports/``, the project record,
    parameters, and hashes of the inputs; no table of records.

    Raises
    ------
    SharedAnalysisError
        If a stage that the pipeline has was not run, or one of its files is damaged.
    """
    record = load_record(project.root)
    notebooks = {stage: path.stem for stage, path in pipeline_notebooks(project).items()}
    of_stages = project.kinds
    kinds = {stage: of_stages[stage] for stage in notebooks if of_stages[stage] != StageKind.REPORT}
    metrics = {stage: _read_json(project, f"reports/metrics/{stage}.json") for stage in kinds}
    checked = next((metrics[stage] for stage, kind in kinds.items() if kind == StageKind.VALIDATION), {})
    return Report(
        project=_known(record.project.name),
        outcome=_known(record.outcome.statement, "The outcome is not stated yet."),
        organisations=tuple(_known(organisation.name) for organisation in record.organisations),
        contact=_known(record.project.contact),
        synthetic=project.synthetic,
        sections=tuple(_section(project, stage, notebooks[stage], kinds, metrics[stage]) for stage in kinds),
        provenance=provenance(project, record, checked),
    )


def _section(
    project: Project, stage: str, notebook: str, kinds: Mapping[str, str], metrics: Mapping[str, Any]
) -> Section:
    listing = _read_json(project, f"reports/{stage}/charts.json").get("charts", [])
    files = [Path(chart["file"]).name for chart in listing]
    drawings = [_read(project, f"reports/{stage}/charts/{file}") for file in files]
    # Drawn by a stage, and made harmless by the pages room.
    charts = [Markup(pages.figure_html(svg, f"{stage}-{n}")) for n, svg in enumerate(drawings, 1)]  # noqa: S704
    usual = [n for n, svg in enumerate(drawings) if not pages.is_wide(svg)]
    columns = pages.in_columns([drawings[n] for n in usual])
    finding, rest = finding_and_rest(_read(project, f"reports/{stage}/summary.md"))
    own_name = stage.replace("_", " ")
    # With two stages of one kind a reader must be able to tell whose figure it is.
    whose = f" ({own_name})" if list(kinds.values()).count(kinds[stage]) > 1 else ""
    title = TITLES.get(kinds[stage])
    return Section(
        stage=stage,
        title=f"{title}{whose}" if title else own_name.capitalize(),
        notebook=notebook,
        finding=finding,
        rest=rest,
        wide=tuple(chart for n, chart in enumerate(charts) if n not in usual),
        columns=tuple(tuple(charts[usual[position]] for position in column) for column in columns),
        metrics=tuple((name, _value(value)) for name, value in metrics.items() if name != "data"),
        headlines=tuple(replace(headline, label=f"{headline.label}{whose}") for headline in _headlines(project, stage)),
    )


def _headlines(project: Project, stage: str) -> list[Headline]:
    """Read the headlines of a stage; it need not have any, and had none before results handed them over."""
    name = f"reports/{stage}/headlines.json"
    if not (project.root / name).exists():
        return []
    entries = _read_json(project, name).get("headlines", [])
    try:
        return [Headline(str(entry["label"]), str(entry["value"]), str(entry["note"])) for entry in entries]
    except (LookupError, TypeError):
        raise _damaged(name) from None


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _known(text: str, otherwise: str = NOT_STATED) -> str:
    return otherwise if is_todo(text) else text


def _read(project: Project, name: str) -> str:
    try:
        return (project.root / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SharedAnalysisError("A stage has not run yet.", name, "run `dvc repro`") from None
    except UnicodeDecodeError:
        raise _damaged(name) from None


def _read_json(project: Project, name: str) -> dict[str, Any]:
    try:
        content = json.loads(_read(project, name))
    except ValueError:
        raise _damaged(name) from None
    if not isinstance(content, dict):
        raise _damaged(name)
    return content


def _damaged(name: str) -> SharedAnalysisError:
    return SharedAnalysisError("The file is damaged.", name, "delete it and run `dvc repro`")
