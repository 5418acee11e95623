"""Guess the roles of the tables of the list, from headings, values or both, and count how many are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.roles.cells import ROWS, cells
from shared_analysis.contracts import infer

SHOWN_BY_VALUES = frozenset(
    {"address", "area_code", "email", "national_insurance_number", "nhs_number", "phone", "postcode"}
)
"""Roles that values alone can show. A surname and a ward are both a word, a date may be of anything."""
SHAPES = {
    "address": "address",
    "born": "date_of_birth",
    "each_gss": "area_code",
    "email": "email",
    "gss": "area_code",
    "mailbox": "email",
    "nhs": "nhs_number",
    "nino": "national_insurance_number",
    "phone": "phone",
    "postcode": "postcode",
}
"""What values of a recipe are, whosever they are: without headings an agent's telephone is as good as the row's own."""
SOURCES = ("name", "values", "both")
HALVES = {"to develop with": "develop", "kept out": "kept_out"}
"""The halves of the list, each a text beside this module."""


@dataclass(frozen=True)
class Entry:
    """A column of the list: its heading, the recipe of its values and the roles that are right (``-`` is none)."""

    heading: str
    recipe: str
    right: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """What a column was given, beside what is right."""

    table: str
    entry: Entry
    guessed: str
    source: str

    @property
    def fault(self) -> bool:
        """Whether it has a role that is wrong."""
        shown = SHAPES.get(self.entry.recipe.split()[0]) if self.source == "values" else None
        return self.guessed not in ("-", shown, *self.entry.right)

    @property
    def missed(self) -> bool:
        """Whether it has not got the role that it must have."""
        return "-" not in self.entry.right and self.guessed not in self.entry.right


@dataclass(frozen=True)
class Score:
    """Precision over the roles given, recall over the roles that can be asked for."""

    given: int
    wrong: int
    asked: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of the roles given that are right."""
        return 1 - self.wrong / max(self.given, 1)

    @property
    def recall(self) -> float:
        """The share of the roles that can be asked for that were given."""
        return 1 - self.missed / max(self.asked, 1)


def entries(half: str) -> dict[str, list[Entry]]:
    """Read a half of the list, ``develop`` or ``kept_out``: the columns of each table, by its title."""
    tables: dict[str, list[Entry]] = {}
    text = Path(__file__).with_name(f"{half}.txt").read_text(encoding="utf-8")
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("#"):
            continue
        if line.startswith("= "):
            columns = tables[line[2:]] = []
            continue
        heading, recipe, right = (part.strip() for part in line.split(" | "))
        columns.append(Entry(heading, recipe, frozenset(right.split(" or "))))
    return tables


def made(title: str, columns: list[Entry], source: str) -> pd.DataFrame:
    """Make a table: its headings without values, its values under ``col1`` and so on, or both."""
    table = {
        entry.heading if source != "values" else f"col{number}": (
            [None] * ROWS if source == "name" else cells(entry.recipe, f"{title}/{entry.heading}")
        )
        for number, entry in enumerate(columns, start=1)
    }
    return pd.DataFrame(table, dtype=object)


def verdicts(half: str, source: str) -> Iterator[Verdict]:
    """Judge every column of a half."""
    for title, columns in entries(half).items():
        contract = infer(made(title, columns, source), "t")
        for entry, column in zip(columns, contract.columns, strict=True):
            yield Verdict(title, entry, column.role or "-", source)


def score(half: str, source: str) -> Score:
    """Count what is right in a half."""
    judged = list(verdicts(half, source))
    asked = [
        verdict
        for verdict in judged
        if "-" not in verdict.entry.right and (source != "values" or verdict.entry.right <= SHOWN_BY_VALUES)
    ]
    return Score(
        sum(verdict.guessed != "-" for verdict in judged),
        sum(verdict.fault for verdict in judged),
        len(asked),
        sum(verdict.missed for verdict in asked),
    )
