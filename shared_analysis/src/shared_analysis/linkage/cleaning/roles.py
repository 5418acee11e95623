"""The roles of columns, settled over all tables of a linkage: contracts are drafted and read table by table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.cleaning.column_kinds import KIND_OF_ROLE, Kind
from shared_analysis.linkage.cleaning.standardise import as_strings, clean_as
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_KINDS: dict[str, Kind] = {**KIND_OF_ROLE, "house_number": "place", "street": "place"}
PERSONAL = frozenset({"given_name", "family_name", "date_of_birth", "sex", "nhs_number", "national_insurance_number"})
"""Roles that only a table about people has."""
_FITTING: dict[Kind, str] = {"name": r"[^\W\d]", "text": r"[^\W\d]", "identifier": r"\d{4}", "place": r"\w"}
"""What a value of a kind holds at least; the other kinds are read."""
_HALF = 0.5
_MOST_SEXES = 10


def settle_roles(
    tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract], names: Sequence[str]
) -> tuple[dict[str, DataContract], list[Notice]]:
    """Give a column without a role the one that a column of the same name has in another table.

    A role that a contract states is never taken away. Only where nothing else about a table is about people, and its
    ``full_name`` would be compared with no other, is it taken for the ``organisation_name`` that other tables have.

    Parameters
    ----------
    tables
        Validated tables by name.
    contracts
        Their contracts by name.
    names
        The tables that are linked.

    Returns
    -------
    tuple
        The contracts of those tables with the roles that hold for this linkage; and a notice of each change.
    """
    settled = {name: contracts[name] for name in sorted(names)}
    notices = []
    for column, role, giver in _stated(settled):
        takers = []
        for name, contract in settled.items():
            same = _same_name(contract, column)
            if role not in contract.roles and same in tables[name] and _fits(role, tables[name][same]):
                settled[name] = _with_role(contract, same, role)
                takers.append(name)
        if takers:
            notices.append(
                Notice("role_taken_over", {"column": column, "role": role, "tables": takers, "giver": giver})
            )
    return _names_of_organisations(settled, notices)


def _stated(contracts: Mapping[str, DataContract]) -> Iterator[tuple[str, str, str]]:
    """Yield column, role and a table that states it, of the roles that are compared; the most often stated first."""
    holders: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for name, contract in contracts.items():
        for role, column in contract.roles.items():
            if role in _KINDS:
                holders.setdefault((_folded(column), role), []).append((column, name))
    for (_, role), held in sorted(holders.items(), key=lambda item: (-len(item[1]), item[0])):
        column, name = held[0]
        yield column, role, name


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _same_name(contract: DataContract, name: str) -> str:
    """Find the column of that name that has no role; none gives the name, which no table then has."""
    return next((c.name for c in contract.columns if c.role is None and _folded(c.name) == _folded(name)), "")


def _fits(role: str, values: pd.Series[Any]) -> bool:
    """Say whether most of the values could be what the role says."""
    texts = as_strings(values).dropna()
    if texts.empty:
        return False
    kind = _KINDS[role]
    if kind == "category":
        return bool(texts.nunique() <= _MOST_SEXES)
    if kind in ("date", "email") or role == "uprn":
        return bool(clean_as(role, texts, "")[0].notna().mean() >= _HALF)
    return bool(texts.str.contains(_FITTING[kind]).mean() >= _HALF)


def _with_role(contract: DataContract, column: str, role: str | None) -> DataContract:
    columns = tuple(replace(known, role=role) if known.name == column else known for known in contract.columns)
    return replace(contract, columns=columns)


def _names_of_organisations(
    settled: dict[str, DataContract], notices: list[Notice]
) -> tuple[dict[str, DataContract], list[Notice]]:
    """Take ``name`` here and ``site name`` there for one thing."""
    givers = [name for name, contract in settled.items() if "organisation_name" in contract.roles]
    takers = [name for name, contract in settled.items() if "full_name" in contract.roles and name not in givers]
    about_people = any(PERSONAL & set(settled[name].roles) for name in takers)
    compared = len(takers) > 1 or any({"full_name", "given_name"} & set(settled[name].roles) for name in givers)
    if not givers or not takers or about_people or compared:
        return settled, notices
    for name in takers:
        settled[name] = _with_role(settled[name], settled[name].roles["full_name"], "organisation_name")
    values = {"column": "full_name", "role": "organisation_name", "tables": takers, "giver": givers[0]}
    return settled, [*notices, Notice("name_of_organisation", values)]
