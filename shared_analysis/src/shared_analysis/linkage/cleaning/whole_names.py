"""Whole names of people in their parts: relatives share the family name, and only the given name tells twins apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.cleaning.names import family_name, full_name, name_words
from shared_analysis.linkage.cleaning.nicknames import groups_of_name
from shared_analysis.linkage.cleaning.roles import PERSONAL
from shared_analysis.linkage.cleaning.standardise import as_strings
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

_PARTS = ("given_name", "middle_name", "family_name")
_PARTICLES = frozenset(
    "abu al ap ben bin da das de del della den der di dos du el la le mac mc o saint st ten ter van von".split(" ")  # noqa: SIM905
)
"""Words that belong to the family name that follows them."""
_IN_TWO_OR_MORE = 0.8
_KNOWN = 0.2
"""Share of different names whose first or last word is a known given name, from which a column names people."""

Parts = tuple[str | None, str | None, str | None]


def take_names_apart(
    tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract], names: Sequence[str]
) -> tuple[Mapping[str, pd.DataFrame], dict[str, DataContract], list[Notice]]:
    """Give tables of people whose names are in one column the given, middle and family name as columns too.

    Nothing is changed where a name of some table seldom has two words, or nothing says that the names are people's.

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
        The tables and their contracts, with columns and roles more; and a notice of each column that was taken apart.
    """
    whole = {name: contracts[name].roles["full_name"] for name in sorted(names) if _is_whole(contracts[name])}
    about_people = any(PERSONAL & set(contracts[name].roles) for name in names)
    first = {name: _order(as_strings(tables[name][column]), about_people) for name, column in whole.items()}
    if None in first.values():
        return tables, dict(contracts), []
    told, with_parts, with_roles = [], dict(tables), dict(contracts)
    for name, column in whole.items():
        with_parts[name], with_roles[name] = _with_parts(tables[name], contracts[name], column, first[name] == "family")
        told.append(Notice("names_taken_apart", {"column": column, "table": name, "first": str(first[name])}))
    return with_parts, with_roles, told


def parts_of_name(value: str, family_first: bool) -> Parts:
    """Part a name into given, middle and family name, as written; a comma says what order a number of words does not.

    Of a single word nobody knows which it is: it is taken for the family name.
    """
    before, comma, after = value.partition(",")
    if comma and full_name(before) and (rest := name_words(after)) and full_name(f"x y {after}") != "x y":
        return *_in_two(rest), family_name(before)
    words = (full_name(value) or "").split()
    if len(words) < 2:
        return None, None, " ".join(words) or None
    if family_first:
        at = next((i for i, word in enumerate(words[:-1]) if word not in _PARTICLES), 0) + 1
        return *_in_two(" ".join(words[at:])), " ".join(words[:at])
    at = len(words) - 1
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    return *_in_two(" ".join(words[:at])), " ".join(words[at:])


def _in_two(given: str) -> tuple[str, str | None]:
    first, _, rest = given.partition(" ")
    return first, rest or None


def _is_whole(contract: DataContract) -> bool:
    roles = set(contract.roles)
    return "full_name" in roles and not {"given_name", "family_name"} <= roles


def _order(values: pd.Series[Any], about_people: bool) -> str | None:
    """Say whether the given or the family name comes first; ``None`` where these are hardly names of people."""
    plain = [words for value in values.dropna().unique() if (words := (full_name(value) or "").split())]
    if not plain or sum(len(words) > 1 for words in plain) < _IN_TWO_OR_MORE * len(plain):
        return None
    ends = [sum(groups_of_name(words[at]) is not None for words in plain) / len(plain) for at in (0, -1)]
    if not about_people and max(ends) < _KNOWN:
        return None
    return "given" if ends[0] >= ends[1] else "family"


def _with_parts(
    table: pd.DataFrame, contract: DataContract, column: str, family_first: bool
) -> tuple[pd.DataFrame, DataContract]:
    codes, values = pd.factorize(as_strings(table[column]), use_na_sentinel=True)
    parts = [parts_of_name(value, family_first) for value in values] + [(None, None, None)]
    known = next(each for each in contract.columns if each.name == column)
    added, columns = table.copy(deep=False), list(contract.columns)
    for at, role in enumerate(_PARTS):
        if role not in contract.roles:
            part = f"{role} in {column}"
            added[part] = pd.Series([parts[code][at] for code in codes], index=table.index, dtype=object)
            columns.append(replace(known, name=part, role=role))
    return added, replace(contract, columns=tuple(columns))
