"""A small whole record, to be broken in one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

RECORD = """\
project:
  name: Warm beds
  slug: warm-beds
  contact: team@example.org
  licence: mit
  data_class: personal
stage: outcome
outcome:
  id: fewer-nights
  statement: Fewer nights on the street.
  people: Adults without a home
  measure: Nights
  baseline: 120
  target: 80
  target_date: 2028-03-31
  owner: lead
actions:
  - id: share-beds
    outcome: fewer-nights
    description: Share the beds by need.
    who_acts: lead
    decision: Monthly meeting
products:
  - id: forecast
    title: Forecast
    description: Expected people.
    action: share-beds
    audience: Managers
    stages: [validate, forecast]
datasets:
  - name: contacts
    title: Contacts
    product: forecast
    owner: charity
    sensitivity: personal
    lawful_basis: Public task
    agreement: dsa
    delete_by: 2029-01-31
organisations:
  - id: lead
    name: Borough
    part: lead
  - id: charity
    name: Charity
    part: partner
roles:
  data_owner: Head of data
  lead_analyst: Senior analyst
  information_governance: IG officer
  reviewer: Analyst of another borough
  output_checker: Statistician
agreements:
  - id: dsa
    title: Data sharing agreement
    parties: [lead, charity]
    document: governance/agreements/data-sharing-agreement.md
    status: signed
    expires: 2029-01-31
"""


@pytest.fixture
def write_record(tmp_path: Path) -> Callable[..., Path]:
    """Write the record, with pieces of its text replaced."""

    def write(*changes: tuple[str, str]) -> Path:
        text = RECORD
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / "project.yaml"
        path.write_text(text, encoding="utf-8", newline="\n")
        return path

    return write


@pytest.fixture(scope="session")
def line_of() -> Callable[[str], int]:
    """The line of the whole record that begins with a text."""
    lines = RECORD.splitlines()

    def find(text: str) -> int:
        return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(text))

    return find
