"""Tables that come to a project for the first time: what they are called, how they are read, what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.contracts import DataContract, infer
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import find_periods, read
from shared_analysis.tables.names import name_and_file, refuse_bad_name, suffix_of

if TYPE_CHECKING:
    from shared_analysis.sources import Delivery
    from shared_analysis.tables.places import Source


@dataclass(frozen=True)
class Draft:
    """A table that is to come into a project.

    Parameters
    ----------
    contract
        The contract drafted from it; the table is called as it says.
    delivery
        The table as it was read.
    file
        Where it is.
    """

    contract: DataContract
    delivery: Delivery
    file: Path

    @property
    def name(self) -> str:
        """The table's name."""
        return self.contract.name

    @property
    def place(self) -> str:
        """Where the project keeps it: a path from the project's root."""
        return f"data/raw/{self.name}{suffix_of(self.file, self.delivery.reading)}"


def draft_table(given: str, *, sheet: str | None = None, with_periods: bool = False) -> Draft:
    """Read a table and draft its contract.

    Parameters
    ----------
    given
        A file, or ``name=file``; without a name the table is called like its file, less what is of one delivery only
        (``Applications 2026-11.xlsx`` becomes ``applications``).
    sheet
        The sheet of a workbook that holds several tables.
    with_periods
        Make one column of periods that stand in headings, or in two columns; tables to be forecast need one.

    Raises
    ------
    SharedAnalysisError
        If the file cannot be read, or no table can be called so.
    """
    name, file = name_and_file(given)
    return _draft(name, read(file, sheet=sheet), file, with_periods=with_periods)


def draft_source(source: Source, file: Path, *, sheet: str | None = None, with_periods: bool = False) -> Draft:
    """Draft the contract of a table that comes from a database or a folder; see :func:`draft_table`."""
    refuse_bad_name(source.table, f"the table '{source.table}'")
    draft = _draft(source.table, read(file, sheet=sheet), file, with_periods=with_periods)
    return replace(draft, contract=source.declared_in(draft.contract))


def _draft(name: str, delivery: Delivery, file: Path, *, with_periods: bool) -> Draft:
    of_periods = find_periods(delivery) if with_periods else None
    delivery = of_periods or delivery
    return Draft(infer(delivery, name), delivery, file)


def settle_roles(drafts: Sequence[Draft], known: Sequence[DataContract] = ()) -> list[Draft]:
    """Give columns of the same name the same role in tables that are linked, and every table a record id.

    A draft knows one table. Beside another one more is known: a column ``ref`` or ``known_as`` that has a role there,
    and none here, has it here as well, if nothing else here has.

    Parameters
    ----------
    drafts
        The new tables.
    known
        Contracts of tables that they are linked with; these stay as they are.

    Raises
    ------
    SharedAnalysisError
        If no column of a table numbers its records.
    """
    contracts = [*known, *(draft.contract for draft in drafts)]
    meant = {
        _plain(column.name): column.role
        for contract in contracts
        for column in contract.columns
        if column.role is not None
    }
    return [replace(draft, contract=_with_record_id(draft, _with_roles(draft.contract, meant))) for draft in drafts]


def _with_roles(contract: DataContract, meant: dict[str, str]) -> DataContract:
    from shared_analysis.contracts import ROLES

    taken = set(contract.roles)
    columns = []
    for column in contract.columns:
        role = meant.get(_plain(column.name))
        if column.role is None and role is not None and role not in taken and _may_have(column.type, role):
            taken.add(role)
            column = replace(column, role=role, classification=ROLES[role].classification)
        columns.append(column)
    return replace(contract, columns=tuple(columns))


def _may_have(kind: str, role: str) -> bool:
    """Say whether a column of a type can have a role: names and identifiers are text, counts are numbers."""
    if role in ("count",):
        return kind in ("integer", "number")
    if role in ("event_date", "period"):
        return kind in ("date", "timestamp")
    return kind == "string" or (role == "date_of_birth" and kind == "date")


def _with_record_id(draft: Draft, contract: DataContract) -> DataContract:
    """See that a column numbers the records: the draft's, or the first that tells every row apart and names nobody."""
    if contract.by_role("record_id") is not None:
        return contract
    table = draft.delivery.table
    for column in contract.columns:
        values = table[column.name]
        if column.role is None and column.type in ("string", "integer") and values.notna().all() and values.is_unique:
            chosen = replace(
                column,
                role="record_id",
                type="string",
                minimum=None,
                maximum=None,
                number_format=None,
                digits=column.type == "integer",
                primary_key=True,
                required=True,
                unique=True,
                classification="direct",
            )
            others = (replace(other, primary_key=False) for other in contract.columns)
            columns = tuple(chosen if other.name == column.name else other for other in others)
            return replace(contract, columns=columns)
    raise SharedAnalysisError(
        "No column numbers the records, so nobody could say which of them are linked.",
        draft.file.name,
        "add a column such as record_id, with another value in each row that stays the same in every delivery",
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
