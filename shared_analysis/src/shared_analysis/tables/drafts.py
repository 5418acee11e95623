"""Tables that come to a project for the first time: what they are called, how they are read, what they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from shared_analysis.contracts import ROLES, Column, DataContract, infer
from shared_analysis.contracts.role_guessing import role_of_shape
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import find_periods, is_of_several, read
from shared_analysis.tables.names import name_and_file, refuse_bad_name, suffix_of

if TYPE_CHECKING:
    import pandas as pd

    from shared_analysis.sources import Delivery
    from shared_analysis.tables.origins import Source


_SHAPED = frozenset({"phone", "email", "postcode", "uprn", "nhs_number", "national_insurance_number", "date_of_birth"})
_LONGEST_CODE = 20
_FEWEST = 3
_NUMBERS = ("integer", "number")


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
    notes
        What a person has to look at.
    """

    contract: DataContract
    delivery: Delivery
    file: Path
    notes: tuple[str, ...] = ()

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
    if of_periods is None:
        return Draft(infer(delivery, name), delivery, file)
    contract = infer(of_periods, name)
    totals = [column.name for column in contract.columns if is_of_several(column.name) and column.type in _NUMBERS]
    columns = tuple(column for column in contract.columns if column.name not in totals)
    notes = (
        (f"left out, because each period would repeat what all of them add up to: {', '.join(totals)}",)
        if totals
        else ()
    )
    return Draft(replace(contract, columns=columns), of_periods, file, notes)


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
        if column.role is not None and column.role != "record_id"  # one table's own number is a reference in another
    }
    return [_with_record_id(_with_roles(draft, meant)) for draft in drafts]


def _with_roles(draft: Draft, meant: Mapping[str, str]) -> Draft:
    taken = set(draft.contract.roles)
    columns, notes = [], []
    for column in draft.contract.columns:
        role = meant.get(_plain(column.name))
        if column.role is None and role is not None and role not in taken and _may_have(draft, column, role):
            taken.add(role)
            notes.append(f"'{column.name}' is taken for {role}, as in the other table")
            column = replace(column, role=role, classification=ROLES[role].classification)
        columns.append(column)
    contract = replace(draft.contract, columns=tuple(columns))
    return replace(draft, contract=contract, notes=(*draft.notes, *notes))


def _may_have(draft: Draft, column: Column, role: str) -> bool:
    """Say whether a column can have a role: its type is one of the role's, and so are its values."""
    if role == "count":
        return column.type in ("integer", "number")
    if role in ("event_date", "period"):
        return column.type in ("date", "timestamp")
    if column.type != "string":
        return role == "date_of_birth" and column.type == "date"
    shaped = role in _SHAPED
    return not shaped or infer(_renamed(draft, column.name, role), draft.name).columns[0].role == role


def _renamed(draft: Draft, column: str, role: str) -> pd.DataFrame:
    """Give a column alone, called like a role: a draft gives it the role if its values are such."""
    return draft.delivery.table[[column]].rename(columns={column: role})


def _with_record_id(draft: Draft) -> Draft:
    """See that a column numbers the records: the draft's, or the first that tells every row apart by short codes."""
    contract = draft.contract
    if (stated := contract.by_role("record_id")) is not None:
        return replace(draft, notes=(*draft.notes, *_doubts_of_numbers(draft, stated.name)))
    for column in contract.columns:
        if (
            column.role is None
            and column.type in ("string", "integer")
            and _are_codes(draft.delivery.table[column.name])
        ):
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
            note = f"'{column.name}' is taken for the number of the record: it is another one in every row"
            notes = (*draft.notes, note, *_doubts_of_numbers(draft, column.name))
            return replace(draft, contract=replace(contract, columns=columns), notes=notes)
    raise SharedAnalysisError(
        "No column numbers the records, so the results could not say which of them are linked.",
        draft.file.name,
        "add a column such as record_id, with another value in each row that stays the same in every delivery",
    )


def _are_codes(values: pd.Series) -> bool:
    """Say whether values are there, differ, and are one short word with a digit each: no names, no long numbers."""
    if not len(values) or values.isna().any() or not values.is_unique:
        return False
    texts = values.astype(str).str.strip()
    codes = texts.str.fullmatch(r"\S*\d\S*") & (texts.str.len() <= _LONGEST_CODE) & ~texts.str.contains("@")
    import pyarrow as pa

    numbers = pa.array(texts.str.replace(" ", ""))
    return bool(codes.all()) and role_of_shape(numbers) is None


def _doubts_of_numbers(draft: Draft, name: str) -> list[str]:
    """Ask about numbers that only count the rows: the next delivery may count them anew."""
    import pandas as pd

    numbers = pd.to_numeric(draft.delivery.table[name], errors="coerce")
    rows = len(numbers)
    if rows < _FEWEST or numbers.isna().any() or set(numbers) not in (set(range(1, rows + 1)), set(range(rows))):
        return []
    return [
        f"'{name}' counts the rows: if the next delivery counts them anew, people would get the ids of others. Ask "
        "for a number that stays"
    ]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
