"""From a new project to own tables that are linked, and three deliveries in a row: ids last, and nothing is lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

from shared_analysis.project import open_project
from tests.baked import bake, dvc, git, run
from tests.unit.tables.conftest import Tables, commit

pytestmark = pytest.mark.slow


def table(root: Path, *words: str, check: bool = True):
    return run(sys.executable, "-m", "shared_analysis", "table", *words, cwd=root, check=check)


def register(root: Path) -> dict[tuple[str, str], str]:
    rows = open_project(root).read("processed/link/register")
    return {(row.table, row.record_id): row.entity_id for row in rows.itertuples()}


def later(tables: Tables, number: int) -> pd.DataFrame:
    """Give the applications of a month: some gone, some new, some corrected."""
    rows = tables.applications[5 * number :].copy()
    new = tables.people[200 + 10 * number : 210 + 10 * number].assign(
        dob=lambda own: own["dob"].dt.strftime("%Y-%m-%d"), priority="low"
    )
    new.insert(0, "case_no", [f"A-{1000 + 10 * number + one}" for one in range(10)])
    rows.iloc[:5, rows.columns.get_loc("postcode")] = "E17 9ZZ"
    return pd.concat([rows, new], ignore_index=True)


def test_two_commands_to_linked_tables_and_three_deliveries_in_a_row(tmp_path: Path) -> None:
    root = bake(tmp_path, {"methods": "linkage", "project_slug": "own"})
    tables = Tables(tmp_path / "delivered")
    files = tables.csv(tables.applications, "applications.csv"), tables.csv(tables.clients, "clients.csv")
    table(root, "add", *files, "--for", "link", "--replace-example")
    dvc("repro", cwd=root)
    run(sys.executable, "-m", "pytest", "-q", cwd=root)
    commit(root)
    first = register(root)
    together = [
        one for one in range(100, 200) if first["applications", f"A-{one:04d}"] == first["clients", f"C{one - 100}"]
    ]
    assert len(together) >= 90  # of the hundred people who are in both

    said = table(root, "refresh", tables.csv(later(tables, 1), "applications_2026_12.csv")).stdout
    assert "by case_no: 10 new, 5 gone, 5 of 195 changed" in said
    dvc("repro", cwd=root)
    commit(root)
    second = register(root)
    stayed = [record for record in second if record in first]
    assert len(stayed) == 395
    assert sum(second[record] == first[record] for record in stayed) >= len(stayed) - 5

    broken = tables.csv(later(tables, 2).drop(columns="case_no"), "applications_2027_01.csv")
    refused = table(root, "refresh", broken, check=False)
    assert refused.returncode == 1
    assert "applications.case_no: the column is missing" in refused.stderr
    assert git("status", "--porcelain", cwd=root) == ""
    assert "up to date" in dvc("status", cwd=root).stdout
    assert register(root) == second

    table(root, "refresh", tables.csv(later(tables, 2), "applications_2027_01.csv"))
    dvc("repro", cwd=root)
    third = register(root)
    stayed = [record for record in third if record in second]
    assert sum(third[record] == second[record] for record in stayed) >= len(stayed) - 5
