"""References between tables: does every row that is referred to exist?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.contracts.model import DataContract
from shared_analysis.contracts.schema import Faults

Texts = Mapping[str, tuple[DataContract, pa.Table]]


def find_orphans(tables: Texts) -> dict[str, tuple[Faults, list[str]]]:
    """Find the values that refer to nothing.

    A column with ``references`` must hold values of that column. A column of the role ``linked_record_id`` in a table
    that also has a ``source`` must hold the ``record_id`` of a row in the table that ``source`` names.

    Parameters
    ----------
    tables
        The contract and the rows, as text, of each table.

    Returns
    -------
    dict
        For each table, its faults (rule ``reference``) and what could not be checked, in words.
    """
    return {name: _of_table(name, tables) for name in tables}


def _of_table(name: str, tables: Texts) -> tuple[Faults, list[str]]:
    contract, text = tables[name]
    faults: Faults = {}
    notices: list[str] = []
    for column in contract.columns:
        values = text.column(column.name)
        if column.references is not None:
            table, target = column.references.split(".")
            if table not in tables or target not in tables[table][0].names:
                notices.append(f"{name}.{column.name}: not checked against {column.references}, which is not here")
                continue
            orphan = pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, tables[table][1].column(target))))
        elif column.role == "linked_record_id" and "source" in contract.roles:
            orphan = _by_source(values, text.column(contract.roles["source"]), tables)
        else:
            continue
        rows = np.flatnonzero(
            orphan.to_numpy(zero_copy_only=False) if isinstance(orphan, pa.Array) else orphan.to_numpy()
        )
        if len(rows):
            faults[column.name, "reference"] = rows
    return faults, notices


def _by_source(values: pa.ChunkedArray, sources: pa.ChunkedArray, tables: Texts) -> pa.ChunkedArray:
    """Check each value in the table that its source names; a source that is no table here is left alone."""
    orphan = pc.equal(pc.fill_null(values, ""), "\x00")
    for name, (contract, text) in tables.items():
        identifier = contract.by_role("record_id")
        if identifier is None:
            continue
        here = pc.and_(pc.is_valid(values), pc.fill_null(pc.equal(sources, name), False))
        unknown = pc.invert(pc.is_in(values, text.column(identifier.name)))
        orphan = pc.or_(orphan, pc.and_(here, unknown))
    return orphan
