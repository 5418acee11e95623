"""References between tables: does every row that is referred to exist?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.checking.schema import Faults
from shared_analysis.contracts.model import DataContract
from shared_analysis.contracts.values import as_text

Rows = Mapping[str, tuple[DataContract, pa.Table, pd.DataFrame]]


def find_orphans(tables: Rows) -> dict[str, tuple[Faults, list[str]]]:
    """Find the values that refer to nothing.

    A column with ``references`` must hold values of that column. A column of the role ``linked_record_id`` in a table
    that also has a ``source`` must hold the ``record_id`` of a row in the table that ``source`` names. Values of
    one type are the same however they are written: the integer 007 is 7.

    Parameters
    ----------
    tables
        The contract of each table, and its rows: as text, and in their types.

    Returns
    -------
    dict
        For each table, its faults (rule ``reference``) and what could not be checked, in words.
    """
    return {name: _of_table(name, tables) for name in tables}


def columns_compared(contracts: Iterable[DataContract]) -> dict[str, list[str]]:
    """Return the columns of each table whose text :func:`find_orphans` looks at, in the order of the contract."""
    known = {contract.name: contract for contract in contracts}
    compared: dict[str, set[str]] = {name: set() for name in known}
    for name, contract in known.items():
        for column in contract.columns:
            if column.references is not None:
                table, target = column.references.split(".")
                compared[name].add(column.name)
                compared.get(table, set()).add(target)
            elif column.role == "linked_record_id" and "source" in contract.roles:
                compared[name] |= {column.name, contract.roles["source"]}
                for other, its in known.items():
                    compared[other] |= {identifier.name for identifier in its.columns if identifier.role == "record_id"}
    return {name: [own for own in known[name].names if own in columns] for name, columns in compared.items()}


def _of_table(name: str, tables: Rows) -> tuple[Faults, list[str]]:
    contract, text, _ = tables[name]
    faults: Faults = {}
    notices: list[str] = []
    for column in contract.columns:
        if column.references is not None:
            table, target = column.references.split(".")
            if table not in tables or target not in tables[table][0].names:
                notices.append(f"{name}.{column.name}: not checked against {column.references}, which is not here")
                continue
            orphan = _Values.of(tables[name], column.name).not_in(_Values.of(tables[table], target))
        elif column.role == "linked_record_id" and "source" in contract.roles:
            orphan = _by_source(_Values.of(tables[name], column.name), text.column(contract.roles["source"]), tables)
        else:
            continue
        rows = np.flatnonzero(orphan)
        if len(rows):
            faults[column.name, "reference"] = rows
    return faults, notices


def _by_source(values: _Values, sources: pa.ChunkedArray, tables: Rows) -> np.ndarray:
    """Check each value in the table that its source names; a source that is no table here is left alone."""
    orphan = np.zeros(len(sources), dtype=bool)
    for name, rows in tables.items():
        identifier = rows[0].by_role("record_id")
        if identifier is not None:
            here = np.asarray(pc.fill_null(pc.equal(sources, name), False), dtype=bool)
            orphan |= here & values.not_in(_Values.of(rows, identifier.name))
    return orphan


@dataclass(frozen=True)
class _Values:
    """The values of a column to compare: as delivered, and in the one way that their type is written."""

    kind: str
    text: pa.ChunkedArray
    plain: pa.Array | pa.ChunkedArray

    @classmethod
    def of(cls, rows: tuple[DataContract, pa.Table, pd.DataFrame], column: str) -> _Values:
        contract, text, typed = rows
        kind, delivered = contract.column(column).type, text.column(column)
        # What is not of its type has its text alone.
        plain = pc.coalesce(as_text(typed[column], kind), delivered)
        return cls(kind, delivered, plain)

    def not_in(self, known: _Values) -> np.ndarray:
        """Tell which values are there and not among the known ones."""
        is_known = pc.is_in(self.plain, known.plain)
        if self.kind != known.kind:
            # Text that refers to numbers, or the other way round: 007 is right if the other table has it so.
            is_known = pc.or_(is_known, pc.is_in(self.text, known.text))
        return np.asarray(pc.and_(pc.is_valid(self.text), pc.invert(is_known)), dtype=bool)
