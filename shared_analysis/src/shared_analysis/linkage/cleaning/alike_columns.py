"""Columns that hold the same thing under two names: found by their values, where tables share next to nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.cleaning.column_kinds import KIND_OF_ROLE, NEVER, Kind, kind_of_values
from shared_analysis.linkage.cleaning.dates import iso_date
from shared_analysis.linkage.cleaning.roles import PERSONAL
from shared_analysis.linkage.cleaning.standardise import as_strings
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

ENOUGH = 3
"""Columns that tables share, from which on nothing is looked for."""
ALIKE = 0.3
"""Least likeness (Bhattacharyya's coefficient) of two columns that may be one."""
ALIKE_IN_SIZE = 0.7
"""The same for dates and numbers: many are of one size and have nothing else in common."""
_SIGNIFICANT = 2


def name_alike(
    tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract], names: Sequence[str]
) -> tuple[dict[str, pd.DataFrame], dict[str, DataContract], list[Notice]]:
    """Give a column of another table the name that the same thing has in the first, where hardly anything is shared.

    Two columns may be the same thing if their values are of one kind and each is the likest to the other: by their
    words, the years of their dates, the form of their codes, the size of their numbers. Columns that both tables share
    by role or by name are left alone. The role of a column that no other table has is given to its counterpart; a
    ``full_name`` in tables that say nothing else of people is taken for a text.

    Parameters
    ----------
    tables, contracts
        As the roles were settled.
    names
        The tables that are linked, the one first whose names hold.

    Returns
    -------
    tuple
        Tables and contracts in which they have one name; and a notice of each pair.

    References
    ----------
    Bhattacharyya (1943), On a measure of divergence between two statistical populations, Bulletin of the Calcutta
    Mathematical Society 35.
    """
    tables, contracts = dict(tables), dict(contracts)
    first, *others = names
    notices = []
    for other in others:
        both = (first, other)
        if _shared(tables, contracts, both) >= ENOUGH:
            continue
        mine, theirs = (
            _described(tables[name], contracts[name], contracts[apart]) for name, apart in (both, both[::-1])
        )
        for column, counterpart in _matched(mine, theirs):
            if column in tables[other] and column != counterpart:
                continue
            role = _role(contracts, ((first, column), (other, counterpart)))
            contracts[first] = _renamed(contracts[first], column, column, role)
            contracts[other] = _renamed(contracts[other], counterpart, column, role)
            tables[other] = tables[other].rename(columns={counterpart: column})
            told = {"column": column, "giver": first, "counterpart": counterpart, "table": other}
            notices += [Notice("columns_taken_for_one", told)] if column != counterpart else []
    return tables, contracts, notices


def _shared(tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract], both: Sequence[str]) -> int:
    """Count the columns that two tables share by role, or by name where there is none."""
    roles = set.intersection(*(set(contracts[name].roles) & set(KIND_OF_ROLE) for name in both))
    free = set.intersection(*({*map(str, tables[name])} - _taken(contracts[name]) for name in both))
    return len(roles) + len(free)


def _taken(contract: DataContract) -> set[str]:
    return {column for role, column in contract.roles.items() if role in KIND_OF_ROLE or role in NEVER}


def _described(
    table: pd.DataFrame, contract: DataContract, counterpart: DataContract
) -> dict[str, tuple[Kind, dict[str, float]]]:
    """Say of each column that the other table has neither by role nor by name its kind, and how often it holds what."""
    shared = {column for role, column in contract.roles.items() if role in counterpart.roles or role in NEVER}
    names = {column.name for column in counterpart.columns} - _taken(counterpart)
    out: dict[str, tuple[Kind, dict[str, float]]] = {}
    for column in map(str, table):
        if column in shared or (column in names and column not in _taken(contract)):
            continue
        values = as_strings(table[column])
        kind = kind_of_values(values)
        counts = Counter(_features(kind, values.dropna()))
        total = sum(counts.values())
        out[column] = ("text" if kind == "name" else kind, {feature: n / total for feature, n in counts.items()})
    return out


def _features(kind: Kind, values: pd.Series[Any]) -> Iterable[str]:
    match kind:
        case "date":
            return (day[:4] for day in map(iso_date, values) if day)
        case "number":
            return (f"{number:.{_SIGNIFICANT - 1}e}" for number in pd.to_numeric(values, errors="coerce").dropna())
        case "identifier":
            return (re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", value)) for value in values)
        case "category":
            return (value.casefold() for value in values)
        case _:
            return (word for value in values for word in re.findall(r"\w+", value.casefold()))


def _matched(
    mine: Mapping[str, tuple[Kind, dict[str, float]]], theirs: Mapping[str, tuple[Kind, dict[str, float]]]
) -> list[tuple[str, str]]:
    """Pair the columns that are each other's likest, and alike enough."""
    likeness = pd.DataFrame(
        [[_likeness(a, b) for b in theirs.values()] for a in mine.values()], index=list(mine), columns=list(theirs)
    )
    return [
        (str(column), str(row.idxmax()))
        for column, row in likeness.iterrows()
        if len(row) and row.max() > 0 and likeness[row.idxmax()].idxmax() == column
    ]


def _likeness(one: tuple[Kind, dict[str, float]], other: tuple[Kind, dict[str, float]]) -> float:
    if one[0] != other[0]:
        return 0.0
    likeness = sum((share * other[1].get(feature, 0.0)) ** 0.5 for feature, share in sorted(one[1].items()))
    return likeness if likeness >= (ALIKE_IN_SIZE if one[0] in ("date", "number") else ALIKE) else 0.0


def _role(contracts: Mapping[str, DataContract], columns: Iterable[tuple[str, str]]) -> str | None:
    """Choose the role for both: the one that either has and is compared, if it suits what the tables are about."""
    stated = [
        role
        for table, column in columns
        for role, holder in contracts[table].roles.items()
        if holder == column and role in KIND_OF_ROLE
    ]
    about_people = any(PERSONAL & set(contract.roles) for contract in contracts.values())
    return next((role for role in stated if role != "full_name" or about_people), None)


def _renamed(contract: DataContract, column: str, name: str, role: str | None) -> DataContract:
    columns = tuple(
        replace(known, name=name, role=role) if known.name == column else known for known in contract.columns
    )
    return replace(contract, columns=columns)
