"""From validated tables and their contracts to records that can be compared: same columns, cleaned, in one order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.clusters import id_text
from shared_analysis.linkage.specification import LinkageSpec
from shared_analysis.linkage.standardise import CLEANERS, clean, derive

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

TABLE = "source_dataset"
ID = "unique_id"
# Read only together with the column they come from, or (area) to support it.
_AUXILIARY = {"house": "address", "postcode_sector": "postcode", "postcode_district": "postcode"}
_PARTS = ("house_number", "street", "area_code", "area_name")


@dataclass(frozen=True)
class Records:
    """Records ready for comparison.

    Parameters
    ----------
    frames
        By table name: ``source_dataset``, ``unique_id`` and the columns, all text, sorted by ``unique_id``.
    columns
        Every column of the frames apart from the two keys.
    notices
        What the reader of the summary should know about columns that were left out.
    """

    frames: Mapping[str, pd.DataFrame]
    columns: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def total(self) -> int:
        """Number of records in all tables."""
        return sum(len(frame) for frame in self.frames.values())

    def possible_pairs(self, link_type: str) -> int:
        """Number of pairs that could be compared without blocking."""
        sizes = [len(frame) for frame in self.frames.values()]
        within = sum(size * (size - 1) // 2 for size in sizes)
        every = self.total * (self.total - 1) // 2
        return {"dedupe_only": within, "link_only": every - within, "link_and_dedupe": every}[link_type]


def prepare(tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract], spec: LinkageSpec) -> Records:
    """Check the tables, clean the columns that have a role in linkage and keep those that several tables share.

    Raises
    ------
    SharedAnalysisError
        If a table or contract is absent, a table has no rows, record ids are missing or repeated, there is no pair to
        compare, or fewer than two columns can be compared.
    """
    for name in sorted(spec.tables):
        _check_present(name, tables, contracts)
    cleaned = {name: _clean_table(name, tables[name], contracts[name]) for name in sorted(spec.tables)}
    if sum(len(frame) for frame in cleaned.values()) < 2:
        raise SharedAnalysisError(
            "There is one record only, so there is nothing to link.",
            f"table {', '.join(spec.tables)}",
            "link a table with at least two records",
        )
    columns, notices = _shared_columns(cleaned, spec)
    frames = {name: frame.reindex(columns=[TABLE, ID, *columns]) for name, frame in cleaned.items()}
    return Records(frames, tuple(columns), tuple(notices))


def _check_present(name: str, tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract]) -> None:
    for what, known in (("validated table", tables), ("contract", contracts)):
        if name not in known:
            raise SharedAnalysisError(
                f"There is no {what} '{name}'.",
                "link.tables",
                f"use the names that there are: {', '.join(sorted(known)) or 'none yet; run the validate step'}",
            )
    if tables[name].empty:
        raise SharedAnalysisError(
            f"The table '{name}' has no rows.", f"table {name}", "look in its quarantine, or take it out of link.tables"
        )


def _clean_table(name: str, table: pd.DataFrame, contract: DataContract) -> pd.DataFrame:
    roles = {role: column for role, column in contract.roles.items() if column in table.columns}
    if "record_id" not in roles:
        raise SharedAnalysisError(
            f"The table '{name}' has no column that identifies its records.",
            f"contract {name}",
            "give the role record_id to the column that holds the record's own id",
        )
    out = pd.DataFrame({TABLE: name, ID: _ids(name, roles["record_id"], table[roles["record_id"]])})
    for role in CLEANERS:
        if role in roles:
            out[role] = clean(table[roles[role]].reset_index(drop=True), role)
    return derive(out).sort_values(ID, kind="stable").reset_index(drop=True)


def _ids(name: str, column: str, values: pd.Series[Any]) -> pd.Series[str]:
    missing = int(values.isna().sum())
    texts = values.reset_index(drop=True).map(id_text, na_action="ignore")
    repeated = int(texts.duplicated(keep=False).sum()) - (missing if missing > 1 else 0)
    if missing or repeated:
        raise SharedAnalysisError(
            f"Record ids must be there and differ: {missing:,} are missing, {repeated:,} rows share theirs.",
            f"table {name}, column {column}",
            "mark the column as required and unique in the contract, so that validation sets such rows aside",
        )
    return texts


def _shared_columns(cleaned: Mapping[str, pd.DataFrame], spec: LinkageSpec) -> tuple[list[str], list[str]]:
    """Choose the columns to compare; say which were left out and why."""
    notices = []
    needed = 2 if spec.link_type == "link_only" else 1
    every = [str(c) for c in dict.fromkeys(c for frame in cleaned.values() for c in frame) if c not in (TABLE, ID)]
    kept = []
    for column in every:
        holders = [name for name, frame in cleaned.items() if column in frame]
        filled = [name for name in holders if cleaned[name][column].notna().any()]
        values = pd.concat([cleaned[name][column] for name in holders]).nunique() if holders else 0
        label = column.replace("_", " ")
        if column in _AUXILIARY or column in _PARTS or column == "area":
            if len(filled) >= needed and values > 1:
                kept.append(column)
        elif len(holders) < needed:
            if column != "full_name":
                notices.append(f"{label} is in {holders[0]} only, so it was not compared.")
        elif len(filled) < needed:
            empty = sorted(set(holders) - set(filled))
            notices.append(f"{label} is missing throughout {', '.join(empty)}, so it was not compared.")
        elif values < 2:
            notices.append(f"{label} is the same in every record, so it tells nobody apart and was not compared.")
        else:
            kept.append(column)
    if {"given_name", "family_name"} <= set(kept):
        kept = [column for column in kept if column != "full_name"]
    kept = [c for c in kept if c not in _PARTS and _AUXILIARY.get(c, c) in kept]
    main = [c for c in kept if c not in _AUXILIARY and c != "area"]
    if len(main) < 2:
        raise SharedAnalysisError(
            f"Only {len(main)} column can be compared ({', '.join(main) or 'none'}); linkage needs two or more.",
            f"tables {', '.join(sorted(cleaned))}",
            "give the contracts' columns their roles (names, date of birth, postcode ...), the same in several tables",
        )
    return kept, notices
