"""The pairs of the review sample row by row, side by side, for a person to read and answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.standardise import id_text

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


def review_rows(
    review: pd.DataFrame, tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract]
) -> pd.DataFrame:
    """Put the two rows of each pair side by side, for a person to read and answer. This is personal data.

    Parameters
    ----------
    review
        ``review`` of a linkage, or any pairs of record ids.
    tables, contracts
        As they were linked.

    Returns
    -------
    pandas.DataFrame
        One row a pair: ``match``, to be answered; each column of the tables twice, ``_l`` and ``_r`` together, under
        the name of its role where it has one (``other_`` before a name that a role or a key has already); then the
        columns of ``review``. Saved as CSV, it is what ``labels`` of :func:`shared_analysis.linkage.link` takes.

    Raises
    ------
    SharedAnalysisError
        If a table or contract is not there, or records are not in their table.
    """
    keys = ["match", *(column for column in review if column != "match")]
    sides = {side: _rows(review, side, tables, contracts) for side in "lr"}
    shown = dict.fromkeys([*sides["l"], *sides["r"]])
    beside = {f"{name}_{side}": rows[name] for name in shown for side, rows in sides.items() if name in rows}
    whole = review.reset_index(drop=True)
    pairs = whole if "match" in whole else whole.assign(match="")
    return pd.concat([pairs[["match"]], pd.DataFrame(beside), pairs[keys[1:]]], axis=1)


def _shown_names(rows: pd.DataFrame, roles: Mapping[str, str]) -> list[str]:
    """Name columns by their roles; one without a role must not pass for one with it, nor for a key of the pairs."""
    role_of = {column: role for role, column in roles.items() if column in rows}
    taken = {"table", "record_id", *role_of.values()}
    names: list[str] = []
    for column in rows:
        name = role_of.get(str(column), str(column))
        while name in names or (column not in role_of and name in taken):
            name = f"other_{name}"
        names.append(name)
    return names


def _rows(
    review: pd.DataFrame, side: str, tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract]
) -> pd.DataFrame:
    """Fetch the rows of one side, with columns named by their roles; a column of both tables is one."""
    parts = []
    for name, pairs in review.reset_index(drop=True).groupby(f"table_{side}", sort=True):
        table = str(name)
        if table not in tables or table not in contracts:
            raise SharedAnalysisError(
                f"There is no table '{table}', or no contract for it.",
                f"column table_{side}",
                "give every table that was linked, with its contract",
            )
        key = contracts[table].roles["record_id"]
        rows = tables[table].set_index(tables[table][key].map(id_text)).drop(columns=key)
        rows.columns = pd.Index(_shown_names(rows, contracts[table].roles))
        wanted = pairs[f"record_id_{side}"].map(id_text)
        unknown = int((~wanted.isin(rows.index)).sum())
        if unknown:
            raise SharedAnalysisError(
                f"{unknown:,} record ids are not in the table.", f"table {table}", "give the tables that were linked"
            )
        parts.append(rows.reindex(wanted).set_index(pairs.index))
    return pd.concat(parts).sort_index() if parts else pd.DataFrame()
