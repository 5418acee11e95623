"""What the pages and files about findings share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from shared_analysis import pages
from shared_analysis.reproduce.findings import Finding, Verdict


def counts_of(findings: Iterable[Finding]) -> str:
    """Count findings by their verdict, in words: ``4 identical, 1 different``."""
    counts = Counter(finding.verdict for finding in findings)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict]) or "none"


def entry_of(finding: Finding) -> dict[str, Any]:
    """Write a finding for programs."""
    entry: dict[str, Any] = {"file": finding.file, "stage": finding.stage, "verdict": str(finding.verdict)}
    if finding.reasons:
        entry["reasons"] = list(finding.reasons)
    return entry | {"recorded": finding.recorded, "found": finding.found}


def render(template: str, outputs: Iterable[Finding], meanings: Mapping[Verdict, str], **values: Any) -> str:
    """Make a page: one file, no script, no request; the same values give the same text."""
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader
    from markupsafe import Markup

    loader = ChoiceLoader([FileSystemLoader(Path(__file__).parent / "templates"), FileSystemLoader(pages.FOLDER)])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    counts = Counter(finding.verdict for finding in outputs)
    page = environment.get_template(template).render(
        style=Markup(pages.page_style()),  # noqa: S704  # our own file
        counts=[(str(verdict), counts[verdict], meanings[verdict]) for verdict in Verdict],
        package=version("shared-analysis"),
        **values,
    )
    return pages.tidy(page)
