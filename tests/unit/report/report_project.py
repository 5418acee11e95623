"""A fabricated project with everything that the stages would have saved."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from shared_analysis.charts import Chart, figure
from shared_analysis.project import Headline, Project, open_project, write_text

PERSON = "Zebedee Quux"
STAGES = ("validate", "link", "forecast")
NOTEBOOKS = {"validate": "10_validate", "link": "20_link", "forecast": "30_forecast"}


@dataclass(frozen=True)
class Saved:
    """What a stage saves: no table, some metrics and charts, a few words."""

    metrics: Mapping[str, Any]
    words: str
    drawings: Sequence[Drawing] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    headlines: Sequence[Headline] = ()

    def charts(self) -> dict[str, Drawing]:
        return {f"chart{number}": chart for number, chart in enumerate(self.drawings)}

    def summary(self) -> str:
        return self.words


@dataclass(frozen=True)
class Drawing:
    """A chart that is drawn once for all tests: that takes longer than everything else here."""

    title: str
    width: float

    @property
    def alt(self) -> str:
        return f"A line: {self.title}"

    def svg(self, *, synthetic: bool) -> str:
        return drawn(self, synthetic)


@cache
def drawn(drawing: Drawing, synthetic: bool) -> str:
    fig, ax = figure(drawing.title, "People a month", width=drawing.width)
    ax.plot(range(24), [20 + (number * 7) % 11 for number in range(24)])
    return Chart(fig, drawing.title, drawing.alt).svg(synthetic=synthetic)


def line(title: str, width: float = 5.6) -> Drawing:
    return Drawing(title, width)


def results() -> dict[str, Saved]:
    """The results of the three stages."""
    rows = "\n".join(f"| area {number} | {number} |" for number in range(15))
    return {
        "validate": Saved(
            {"rows": 12000, "bad_rows": 60, "bad_share": 0.005, "housing_rows": 12000, "housing_bad_rows": 60},
            "1 table was checked. 11,940 of 12,000 rows go on.\n\n| table | rows |\n|---|--:|\n| housing | 12,000 |",
            [line("Postcode is the least complete column", width=10.8), line("Sixty rows break a rule")],
            headlines=[Headline("Pass every check", "99.5%", "60 set aside, each with the reason")],
        ),
        "link": Saved(
            {"records": 11940, "entities": 9000, "precision": 0.98, "recall": 0.95},
            "11,940 records belong to **9,000 people**.\n\n## How\n\nBy comparing them.",
            [line("A third of people are known to both"), line("Few pairs are in doubt"), line("Names weigh most")],
            headlines=[Headline("People found", "9,000", "behind 11,940 records"), Headline("Right", "98.0%")],
        ),
        "forecast": Saved(
            {"horizon": 12, "expected": 555.4},
            f"**We expect 555 people a month.**\n\nBy area:\n\n| area | people |\n|---|--:|\n{rows}",
            [line("Demand stays as it is")],
            headlines=[Headline("Expected people a month", "555", "over the next 12 months")],
        ),
    }


def record(name: str = "Rough sleeping", **changes: str) -> dict[str, Any]:
    """A whole project record."""
    outcome = {
        "id": "o",
        "statement": "Fewer people sleep rough.",
        "people": "people",
        "measure": "a count",
        "baseline": "TODO",
        "target": "TODO",
        "target_date": "TODO",
        "owner": "lead",
    }
    dataset = {
        "name": "housing",
        "title": "Housing applications",
        "product": "p",
        "owner": "lead",
        "sensitivity": "personal",
        "lawful_basis": "public task",
        "agreement": "not needed",
        "delete_by": "TODO",
    }
    product = {"id": "p", "title": "P", "description": "d", "action": "a", "audience": "all", "stages": ["validate"]}
    people = ("data_owner", "lead_analyst", "information_governance", "reviewer", "output_checker")
    content: dict[str, Any] = {
        "project": {
            "name": name,
            "slug": "rough-sleeping",
            "contact": "team@example.org",
            "licence": "mit",
            "data_class": "personal",
        },
        "stage": "outcome",
        "outcome": outcome,
        "actions": [{"id": "a", "outcome": "o", "description": "d", "who_acts": "lead", "decision": "TODO"}],
        "products": [product],
        "datasets": [dataset],
        "organisations": [{"id": "lead", "name": "Example Council", "part": "lead"}],
        "roles": dict.fromkeys(people, "TODO"),
        "agreements": [],
    }
    content["outcome"] |= changes
    return content


def make_project(
    root: Path, content: dict[str, Any] | None = None, stages: Sequence[str] = STAGES, mode: str = "twin"
) -> Project:
    """Write the project as the pipeline would leave it."""
    write_text(root / "project.yaml", yaml.safe_dump(content or record(), allow_unicode=True))
    write_text(root / "params.yaml", f"data: {{mode: {mode}}}\nlink: {{match_threshold: 0.95}}\nreport: {{}}\n")
    write_text(
        root / "dvc.yaml", yaml.safe_dump({"stages": {name: {"cmd": "x"} for name in ["twin", *stages, "report"]}})
    )
    write_text(root / "contracts" / "housing.yaml", "name: housing\n")
    write_text(root / "data" / mode / "housing.csv", f"record_id,name\n1,{PERSON}\n")
    for stage in stages:
        cells = [{"cell_type": "markdown", "metadata": {}, "source": [f"# The question of {stage}?\n", "Words."]}]
        write_text(root / "notebooks" / f"{NOTEBOOKS[stage]}.ipynb", json.dumps({"cells": cells}))
        write_text(root / "reports" / "notebooks" / f"{NOTEBOOKS[stage]}.html", "<!DOCTYPE html><title>x</title>")
    write_text(root / "notebooks" / "90_report.ipynb", json.dumps({"cells": []}))
    project = open_project(root)
    before = os.environ.get("DVC_STAGE")
    os.environ["DVC_STAGE"] = "x"
    try:
        for stage, saved in results().items():
            if stage in stages:
                project.save(stage, saved)
    finally:
        if before is None:
            del os.environ["DVC_STAGE"]
        else:
            os.environ["DVC_STAGE"] = before
    return project
