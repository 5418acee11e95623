"""Tables as people have them, and projects that they come into."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from typer.testing import CliRunner, Result

from shared_analysis.cli.commands import app
from tests.baked import begin, git
from tests.unit.conftest import Sample

NAMES = ("Anna", "Ben", "Carla", "Dan", "Eve", "Femi", "Grace", "Hari", "Ines", "Jack", "Kemi", "Liam", "Mina", "Noor")
SURNAMES = ("Smith", "Jones", "Khan", "Patel", "Okafor", "Brown", "Silva", "Chen", "Murphy", "Evans", "Ali", "Novak")
AREAS = [f"E090000{number:02d}" for number in range(1, 6)]


class Tables:
    """Writes tables into a folder, as files of different kinds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        draw = np.random.default_rng(7)
        people = pd.DataFrame(
            {
                "forename": draw.choice(NAMES, 300),
                "surname": draw.choice(SURNAMES, 300),
                "dob": pd.Timestamp("1950-01-01") + pd.to_timedelta(draw.integers(0, 20_000, 300), unit="D"),
                "postcode": [f"E{district} {sector}AB" for district, sector in draw.integers(1, 9, (300, 2))],
            }
        )
        self.people = people
        self.applications = people[:200].assign(dob=lambda rows: rows["dob"].dt.strftime("%Y-%m-%d"))
        self.applications.insert(0, "case_no", [f"A-{number:04d}" for number in range(200)])
        self.applications["priority"] = draw.choice(["low", "high"], 200)
        clients = people[100:].assign(dob=lambda rows: rows["dob"].dt.strftime("%d/%m/%Y"))
        clients.columns = pd.Index(["First name", "Last name", "Birth date", "Post code"])
        clients.insert(0, "ref", [f"C{number}" for number in range(200)])
        self.clients = clients
        months = pd.period_range("2018-01", "2024-12", freq="M")
        counts = draw.poisson(200, (len(AREAS), len(months)))
        self.visits = pd.DataFrame(
            [
                (area, str(month), int(counts[row, place]))
                for row, area in enumerate(AREAS)
                for place, month in enumerate(months)
            ],
            columns=["area", "month", "visits"],
        )

    def csv(self, table: pd.DataFrame, name: str) -> str:
        path = self.folder / name
        table.to_csv(path, index=False, lineterminator="\n")
        return str(path)

    def workbook(self, name: str, rows: list[list[object]]) -> str:
        path = self.folder / name
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("Returns")
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        return str(path)

    def by_quarter(self) -> list[list[object]]:
        """Give the visits as a council writes them: a title, areas down, quarters of financial years across."""
        month = pd.PeriodIndex(self.visits["month"], freq="M")
        quarters = month.asfreq("Q-MAR")
        wide = self.visits.assign(
            quarter=[f"Q{own.quarter} {own.qyear - 1}/{own.qyear % 100:02d}" for own in quarters], order=quarters
        )[month >= pd.Period("2018-04", "M")]
        order = list(dict.fromkeys(wide.sort_values("order")["quarter"]))
        wide = wide.pivot_table(index="area", columns="quarter", values="visits", aggfunc="sum")[order]
        body = [[area, *map(int, wide.loc[area])] for area in AREAS]
        return [["Visits to libraries, by quarter"], [], ["Area code", *order], *body, [], ["Source: returns"]]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path / "delivered")


@pytest.fixture
def committed(sample: Callable[[str], Sample]) -> Callable[[str], Sample]:
    """Copy a project, and put it under git."""

    def copy(methods: str = "linkage") -> Sample:
        own = sample(methods)
        begin(own.root)
        return own

    return copy


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Give a command of ``shared-analysis table`` in a project."""

    def command(root: Path, *words: str) -> Result:
        monkeypatch.chdir(root)
        result = CliRunner().invoke(app, ["table", *words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return command


def status(root: Path) -> list[str]:
    """What git says of a project's files."""
    done = subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def commit(root: Path) -> None:
    """Commit everything."""
    git("add", "-A", cwd=root)
    git("commit", "-q", "-m", "Own tables", cwd=root)
