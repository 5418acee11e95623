"""From validated tables and their contracts to records that can be compared: same columns, cleaned, in one order."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.alike_columns import name_alike
from shared_analysis.linkage.cleaning.column_kinds import KIND_OF_ROLE, NEVER, Kind, kind_of_values
from shared_analysis.linkage.cleaning.duplicates import Duplicates, set_aside_duplicates
from shared_analysis.linkage.cleaning.roles import settle_roles
from shared_analysis.linkage.cleaning.standardise import (
    AUXILIARY,
    CLEANERS,
    FOLLOWING,
    as_strings,
    clean_as,
    clean_as_kind,
    derive,
    id_texts,
)
from shared_analysis.linkage.cleaning.tfidf import rare_words, vectors
from shared_analysis.linkage.cleaning.whole_names import take_names_apart
from shared_analysis.linkage.notices import worded
from shared_analysis.linkage.spec import LinkageSpec, compares_across
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

TABLE = "source_dataset"
ID = "unique_id"
_PARTS = ("area_code", "area_name")
_LEAST = 2
"""Columns that linkage needs, unless one of them says enough alone."""
_ENOUGH_ALONE = frozenset({"address", "full_name", "organisation_name"})
_MOST_EXTRA = 12
"""Columns without a role that are compared at most, those with the most different values."""
_WORD_PAIRS = 5
"""Pairs a record that rare words of one column may bring together."""
_REASONS = 8
"""Columns left out that an error explains: a table may have hundreds."""
_AT_FIRST = 1000
"""Rows that nearly always show two different values of a column."""


@dataclass(frozen=True)
class Texts:
    """A column of free-form texts, ready to be compared; see :mod:`shared_analysis.linkage.cleaning.tfidf`."""

    vectors: np.ndarray[Any, np.dtype[np.float32]]
    words: list[list[str]]


@dataclass(frozen=True)
class Records:
    """Records ready for comparison.

    Parameters
    ----------
    frames
        By table name: ``source_dataset``, ``unique_id`` and the columns, which are text. The id is the record's number,
        its row in the register; duplicates that were set aside are left out.
    columns
        Every column of the frames apart from the two keys.
    notices
        Columns that were left out, or read in an unusual way.
    kinds
        The kind of each column that is compared, by column.
    labels
        The table's own names of columns that have no role, by column.
    texts
        By column of kind text: the vector of each record and its rare words, records in the order of the frames.
    sizes
        By table name: the number of records to compare.
    register
        ``table`` and ``record_id`` of every record, sorted by both.
    duplicates
        Records that equal ten others in everything compared.
    """

    frames: Mapping[str, pd.DataFrame]
    columns: tuple[str, ...]
    notices: tuple[Notice, ...]
    kinds: Mapping[str, Kind]
    labels: Mapping[str, str]
    texts: Mapping[str, Texts]
    sizes: Mapping[str, int]
    register: pd.DataFrame
    duplicates: Duplicates

    def named(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """Name the records of pairs.

        Parameters
        ----------
        pairs
            ``number_l`` and ``number_r``, rows of the register.

        Returns
        -------
        pandas.DataFrame
            ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``, a row a pair, in the same order.
        """
        return pd.DataFrame(
            {
                f"{column}_{side}": self.register[column].to_numpy()[pairs[f"number_{side}"]]
                for side in "lr"
                for column in ("table", "record_id")
            }
        )

    def without_values(self) -> Records:
        """Let go of what has gone into the database: it is by far the most."""
        frames = {name: frame.head(0) for name, frame in self.frames.items()}
        texts = {column: Texts(texts.vectors[:0], []) for column, texts in self.texts.items()}
        return replace(self, frames=frames, texts=texts)

    @property
    def total(self) -> int:
        """Number of records to compare."""
        return sum(self.sizes.values())

    def most_matches(self, held_once: Collection[str]) -> float:
        """Give how many pairs can match at most: where a table holds everybody once, as many as the other has records.

        Parameters
        ----------
        held_once
            The tables that hold everybody once; without any there is no limit.
        """
        if not held_once:
            return math.inf
        most = 0
        for one, other in combinations(self.sizes, 2):
            most += min(self.sizes[many] for many, once in ((one, other), (other, one)) if once in held_once)
        return float(most)

    def possible_pairs(self, link_type: str) -> int:
        """Number of pairs that could be compared without blocking."""
        within = sum(size * (size - 1) // 2 for size in self.sizes.values())
        every = self.total * (self.total - 1) // 2
        return every - within if compares_across(link_type) else every


def prepare(tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract], spec: LinkageSpec) -> Records:
    """Check the tables, clean the columns that have a role in linkage and keep those that several tables share.

    Parameters
    ----------
    tables
        Validated tables by name, one row a record; others than ``spec.tables`` are not looked at.
    contracts
        Their contracts by name, which give the columns their roles.

    Raises
    ------
    SharedAnalysisError
        If a table or contract is absent, a table has no rows, record ids are missing or repeated, there is no pair to
        compare, or fewer than two columns can be compared.
    """
    for name in sorted(spec.tables):
        _check_present(name, tables, contracts)
    contracts, remarks = settle_roles(tables, contracts, spec.tables)
    tables, contracts, matched = name_alike(tables, contracts, spec.tables)
    tables, contracts, told = take_names_apart(tables, contracts, spec.tables)
    remarks += [*matched, *told]
    extra = _columns_without_role(tables, contracts, spec)
    cleaned = {}
    for name in sorted(spec.tables):
        cleaned[name], notices = _clean_table(name, tables[name], contracts[name], extra)
        remarks += notices
    if sum(len(frame) for frame in cleaned.values()) < 2:
        raise SharedAnalysisError(
            "There is one record only, so there is nothing to link.",
            f"table {', '.join(spec.tables)}",
            "link a table with at least two records",
        )
    labels = {column.name: column.source for column in extra}
    columns, left_out = _shared_columns(cleaned, spec, labels)
    compared = [column for column in extra if column.name in columns]
    if compared:
        remarks = [Notice("columns_without_role", {"columns": [column.source for column in compared]}), *remarks]
    register = pd.concat([frame[[TABLE, ID]] for frame in cleaned.values()], ignore_index=True)
    register.columns = ["table", "record_id"]
    frames = _numbered(cleaned, columns)
    duplicates = Duplicates.none()
    if spec.link_type != "link_only":
        own = [column for column in columns if column not in FOLLOWING]
        frames, duplicates = set_aside_duplicates(frames, own, ID, registers=spec.held_once)
    kinds = {column: kind for column, kind in KIND_OF_ROLE.items() if column in columns}
    kinds |= {column.name: column.kind for column in compared}
    return Records(
        frames=frames,
        columns=tuple(columns),
        notices=(*left_out, *remarks),
        kinds=kinds,
        labels={column.name: column.source for column in compared},
        texts=_texts(frames, kinds),
        sizes={name: len(frame) for name, frame in frames.items()},
        register=register,
        duplicates=duplicates,
    )


def _numbered(cleaned: Mapping[str, pd.DataFrame], columns: list[str]) -> dict[str, pd.DataFrame]:
    """Give every table the same columns, and each record its number in place of its id."""
    frames, first = {}, 0
    for name, frame in cleaned.items():
        numbers = pd.Series(range(first, first + len(frame)), index=frame.index)
        absent = pd.Series(None, index=frame.index, dtype=object)
        own = {column: frame.get(column, absent) for column in columns}
        frames[name] = pd.DataFrame({TABLE: frame[TABLE], ID: numbers, **own}, copy=False)
        first += len(frame)
    return frames


@dataclass(frozen=True)
class _Extra:
    """A column without a role that is compared: its name in the tables, the name it has here, its kind."""

    source: str
    name: str
    kind: Kind


def _columns_without_role(
    tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract], spec: LinkageSpec
) -> list[_Extra]:
    """Choose the columns to compare by the kind of their values: those that have no role and that every table has."""
    known_roles = {*NEVER, *KIND_OF_ROLE, *AUXILIARY, *_PARTS}
    free = []
    for table in spec.tables:
        taken = {column for role, column in contracts[table].roles.items() if role in known_roles}
        free.append({str(column) for column in tables[table]} - taken)
    values = {
        name: as_strings(pd.concat([tables[table][name] for table in spec.tables], ignore_index=True))
        for name in sorted(set.intersection(*free))
    }
    most_telling = sorted(values, key=lambda name: (-values[name].nunique(), name))[:_MOST_EXTRA]
    return [
        _Extra(name, f"column_{number}", kind_of_values(values[name]))
        for number, name in enumerate(sorted(most_telling), 1)
    ]


def _texts(frames: Mapping[str, pd.DataFrame], kinds: Mapping[str, Kind]) -> dict[str, Texts]:
    columns = [column for column, kind in kinds.items() if kind == "text"]
    if "address" in kinds and not {"postcode", "uprn"} & set(kinds):
        columns.append("address")  # nothing else says how near two addresses are
    texts = {}
    for column in columns:
        values = pd.concat([frame[column] for frame in frames.values()], ignore_index=True)
        texts[column] = Texts(vectors(values), rare_words(values, _WORD_PAIRS * len(values)))
    return texts


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


def _clean_table(
    name: str, table: pd.DataFrame, contract: DataContract, extra: list[_Extra]
) -> tuple[pd.DataFrame, list[Notice]]:
    """Clean the columns that are compared and sort by id; give notices of what is odd about their values."""
    roles = {role: column for role, column in contract.roles.items() if column in table.columns}
    if "record_id" not in roles:
        raise SharedAnalysisError(
            f"The table '{name}' has no column that identifies its records.",
            f"contract {name}",
            "give the role record_id to the column that holds the record's own id",
        )
    columns = {ID: _ids(name, roles["record_id"], table[roles["record_id"]])}
    notices: list[Notice] = []
    for role in CLEANERS:
        if role in roles:
            columns[role], odd = clean_as(role, table[roles[role]].reset_index(drop=True), name)
            notices += odd
    for column in extra:
        columns[column.name] = clean_as_kind(column.kind, table[column.source].reset_index(drop=True))
    out = pd.DataFrame({TABLE: name, **columns}, copy=False)
    in_order = pc.array_sort_indices(pa.array(columns[ID], type=pa.string())).to_numpy()
    sorted_by_id = derive(out).take(in_order)
    sorted_by_id.index = pd.RangeIndex(len(sorted_by_id))  # reset_index would copy every column once more
    return sorted_by_id, notices


def _ids(name: str, column: str, values: pd.Series[Any]) -> pd.Series[str]:
    missing = int(values.isna().sum())
    texts = id_texts(values.reset_index(drop=True))
    repeated = int(texts.duplicated(keep=False).sum()) - (missing if missing > 1 else 0)
    if missing or repeated:
        raise SharedAnalysisError(
            f"Record ids must be there and differ: {missing:,} are missing, {repeated:,} rows share theirs.",
            f"table {name}, column {column}",
            "mark the column as required and unique in the contract, so that validation sets such rows aside",
        )
    return texts


def _shared_columns(
    cleaned: Mapping[str, pd.DataFrame], spec: LinkageSpec, labels: Mapping[str, str]
) -> tuple[list[str], list[Notice]]:
    """Choose the columns to compare; give notices of those that were left out, and why."""
    notices: list[Notice] = []
    needed = 2 if compares_across(spec.link_type) else 1
    every = [str(c) for c in dict.fromkeys(c for frame in cleaned.values() for c in frame) if c not in (TABLE, ID)]
    kept = []
    for column in every:
        holders = [name for name, frame in cleaned.items() if column in frame]
        values = {name: _few_different(cleaned[name][column]) for name in holders}
        filled = [name for name in holders if values[name]]
        differ = len(set().union(*values.values())) > 1
        label = labels.get(column, column.replace("_", " "))
        if column in AUXILIARY or column in _PARTS or column == "area":
            if len(filled) >= needed and differ:
                kept.append(column)
        elif len(holders) < needed:
            if column != "full_name":
                notices.append(Notice("column_in_one_table", {"column": label, "table": holders[0]}))
        elif len(filled) < needed:
            empty = sorted(set(holders) - set(filled))
            notices.append(Notice("column_missing", {"column": label, "tables": empty}))
        elif column == "sex" and _share_no_value([cleaned[name][column].dropna().to_numpy() for name in filled]):
            notices.append(Notice("codes_differ", {"column": label, "tables": filled}))
        elif not differ:
            notices.append(Notice("column_constant", {"column": label}))
        else:
            kept.append(column)
    names = {"given_name", "family_name"}
    if "full_name" in kept:  # the same evidence as its parts, which are better where every table has them
        whole_only = any("full_name" in frame and not names <= set(frame) for frame in cleaned.values())
        spare = names if whole_only else {"full_name"} if names & set(kept) else set()
        kept = [column for column in kept if column not in spare]
    kept = [c for c in kept if c not in _PARTS and AUXILIARY.get(c, c) in kept]
    main = [c for c in kept if c not in AUXILIARY and c != "area"]
    if len(main) < _LEAST and _ENOUGH_ALONE.isdisjoint(main):
        raise SharedAnalysisError(
            " ".join(
                [
                    f"Only {len(main)} column{'s' * (len(main) != 1)} can be compared ({_named(main, labels)}); "
                    "linkage needs two or more.",
                    *worded(notices[:_REASONS]),
                ]
            ),
            f"tables {', '.join(sorted(cleaned))}",
            "give the contracts' columns their roles (names, date of birth, postcode ...), the same in several tables",
        )
    return kept, notices


def _few_different(values: pd.Series[Any]) -> set[Any]:
    """Give the distinct values of a column, or just some of them, at least two, where there are several."""
    first = set(values.head(_AT_FIRST).dropna())
    return first if len(first) > 1 else set(values.dropna().unique())


def _share_no_value(columns: list[np.ndarray[Any, Any]]) -> bool:
    """Say whether some column has no value that any other has, because they are written in different codes."""
    values = [set(column) for column in columns if len(column)]
    others = [set().union(*values[:column], *values[column + 1 :]) for column in range(len(values))]
    return len(values) > 1 and any(map(set.isdisjoint, values, others))


def _named(columns: list[str], labels: Mapping[str, str]) -> str:
    return ", ".join(labels.get(column, column) for column in columns) or "none"
