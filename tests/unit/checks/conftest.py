"""A small project in which nothing is wrong and nothing is missing, to be broken in one place at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared_analysis.checks import Finding, check_project

RECORD = """\
project: {name: Warm beds, slug: warm-beds, contact: team@example.org, licence: mit, data_class: personal}
stage: data
outcome:
  {id: fewer, statement: Fewer nights, people: Adults, measure: Nights, baseline: 120, target: 80,
   target_date: 2028-03-31, owner: lead}
actions:
  - {id: share, outcome: fewer, description: Share beds, who_acts: lead, decision: Monthly}
products:
  - {id: forecast, title: Forecast, description: People, action: share, audience: Managers, stages: [plan]}
datasets:
  - {name: contacts, title: Contacts, product: forecast, owner: lead, sensitivity: personal,
     lawful_basis: Public task, agreement: not needed, delete_by: 2029-01-31}
organisations:
  - {id: lead, name: Borough, part: lead}
roles: {data_owner: A, lead_analyst: B, information_governance: C, reviewer: D, output_checker: E}
agreements: []
"""

CONTRACT = """\
kind: DataContract
apiVersion: v3.1.0
id: contacts
name: Contacts
version: 1.0.0
status: draft
dataProduct: forecast
schema:
  - name: contacts
    physicalType: table
    properties:
      - {name: contact_id, logicalType: string, required: true}
"""

PIPELINE = """\
stages:
  plan:
    cmd: python -m shared_analysis notebook run 30_plan
    meta: {product: forecast}
"""

PARAMS = """\
data: {mode: twin}
plan: {horizon: 12, share: 0.5, by: [area_code], table: contacts, end: null}
"""

CELL = 'horizon = 12\nshare = 0.5\nby = ["area_code"]\ntable: str = "contacts"\nend = None\n'

PAGES = (
    "method/1-outcome.md",
    "method/2-action.md",
    "method/3-product.md",
    "method/4-data.md",
    "method/5-evaluation.md",
    "governance/dpia.md",
    "governance/ethics.md",
    "governance/retention.md",
    "governance/transparency-record.md",
    "governance/agreements/README.md",
    "governance/decisions/0001-first.md",
)


def notebook(*cells: dict[str, Any]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def code(source: str, *tags: str, outputs: list[Any] | None = None, count: int | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {"tags": list(tags)},
        "outputs": outputs or [],
        "execution_count": count,
    }


class Sample:
    """A project's folder, and the means to change a file and look again."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        self.write(name, text.replace(old, new))

    def write_cell(self, source: str) -> None:
        self.write("notebooks/30_plan.ipynb", notebook(code(source, "parameters"), code("plan()")))

    def findings(self) -> list[Finding]:
        return list(check_project(self.root).findings)


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """A project in which nothing is wrong and nothing is missing."""
    project = Sample(tmp_path / "warm-beds")
    project.write("project.yaml", RECORD)
    project.write("contracts/contacts.yaml", CONTRACT)
    project.write("dvc.yaml", PIPELINE)
    project.write("params.yaml", PARAMS)
    project.write_cell(CELL)
    for page in PAGES:
        project.write(page, "# A page\n\n- [x] Agreed.\n")
    return project


@pytest.fixture(scope="session")
def make_notebook() -> Callable[..., str]:
    """Make a notebook's text from cells."""
    return notebook


@pytest.fixture(scope="session")
def make_code() -> Callable[..., dict[str, Any]]:
    """Make a code cell."""
    return code
