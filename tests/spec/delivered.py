"""Tables as delivered, drawn with what becomes of each row: the examples of a data contract's rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import yaml

from shared_analysis.contracts import Column, DataContract, validate
from shared_analysis.contracts.odcs import write_contract
from tools.rule import Rule, Table, code

GOES_ON = "-"
KEY = Column("id", "string", primary_key=True)


@dataclass(frozen=True)
class Delivered:
    """A table as delivered, and what becomes of each row.

    Parameters
    ----------
    columns
        The columns of its contract.
    drawing
        One line a row; quotes keep blanks. The column ``reasons`` says what the row is quarantined for; "-" means that
        the row goes on. A column such as ``→ people`` says what ``people`` goes on as, where that is not what was
        delivered.
    name
        The table's name, where a rule needs several.
    """

    columns: tuple[Column, ...]
    drawing: str
    name: str = "records"

    @property
    def contract(self) -> DataContract:
        return DataContract(self.name, self.columns)

    @cached_property
    def lines(self) -> list[dict[str, str]]:
        header, *lines = ([cell.strip() for cell in line.split("|")] for line in self.drawing.strip().splitlines())
        return [dict(zip(header, (cell.strip("'") for cell in line), strict=True)) for line in lines]

    @property
    def header(self) -> list[str]:
        return [name.strip() for name in self.drawing.strip().splitlines()[0].split("|")]

    @property
    def table(self) -> pd.DataFrame:
        cells = [[line[name] or None for name in self.contract.names] for line in self.lines]
        return pd.DataFrame(cells, columns=list(self.contract.names), dtype=object)

    @property
    def outcome(self) -> Outcome:
        """What the drawing says of each row."""
        good = [line for line in self.lines if line["reasons"] == GOES_ON]
        bad = [line for line in self.lines if line["reasons"] != GOES_ON]
        names = self.contract.names
        return Outcome(
            sorted(tuple(line.get(f"→ {name}", line[name].strip()) for name in names) for line in good),
            sorted((*(line[name].strip() for name in names), line["reasons"]) for line in bad),
        )


@dataclass(frozen=True)
class Outcome:
    """The rows that go on, as they go on; and the rows in quarantine, as delivered, each with its reasons."""

    going_on: list[tuple[str, ...]]
    quarantined: list[tuple[str, ...]]


def drawn(rule: Rule[Delivered]) -> dict[str, Outcome]:
    """Read what the drawings of a rule say, by table."""
    return {delivered.name: delivered.outcome for delivered in rule.examples}


def validated(rule: Rule[Delivered]) -> dict[str, Outcome]:
    """Validate the tables of a rule together; give what becomes of their rows, by table."""
    tables = {delivered.name: delivered.table for delivered in rule.examples}
    contracts = {delivered.name: delivered.contract for delivered in rule.examples}
    report = validate(tables, contracts, max_bad_share=1)
    return {
        name: Outcome(*(_rows(report.tables[f"{folder}/{name}"], contract) for folder in ("interim", "quarantine")))
        for name, contract in contracts.items()
    }


def _rows(table: pd.DataFrame, contract: DataContract) -> list[tuple[str, ...]]:
    kinds = {column.name: column.type for column in contract.columns}
    lines = table.itertuples(index=False)
    names = [str(name) for name in table.columns]
    return sorted(
        tuple(_text(value, kinds.get(name, "")) for name, value in zip(names, line, strict=True)) for line in lines
    )


def _text(value: Any, kind: str) -> str:
    """Write a typed value as the drawings do."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d" if kind == "date" else "%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if kind == "boolean" else str(value)


def lay_out(rule: Rule[Delivered]) -> Iterator[Table]:
    """Show each table below what its contract says."""
    for delivered in rule.examples:
        named = f"Table `{delivered.name}`:\n\n" if len(rule.examples) > 1 else ""
        *columns, _ = (re.sub("^→ (.+)", r"\1 goes on as", name) for name in delivered.header)
        cells = [list(line.values()) for line in delivered.lines]
        yield Table(
            [*columns, "becomes"],
            [[*map(code, values), _outcome(reasons)] for *values, reasons in cells],
            f"{named}```yaml\n{_properties(delivered.contract)}```",
        )


def _outcome(reasons: str) -> str:
    return "goes on" if reasons == GOES_ON else f"quarantine: **{reasons}**"


_BESIDE_THE_RULES = ("classification", "primaryKeyPosition")


def _properties(contract: DataContract) -> str:
    """Write what a contract file says of the columns that bear on the rule."""
    columns = []
    for column in yaml.safe_load(write_contract(contract))["schema"][0]["properties"]:
        roles = [entry for entry in column["customProperties"] if entry["property"] == "semanticRole"]
        stated = {**column, "customProperties": roles}
        columns.append({key: value for key, value in stated.items() if value and key not in _BESIDE_THE_RULES})
    telling = [column for column in columns if len(column) > 2 or column["logicalType"] != "string"]
    beside_the_key = [column for column in telling if column["name"] != KEY.name]
    return yaml.safe_dump(beside_the_key or telling, sort_keys=False, allow_unicode=True)
