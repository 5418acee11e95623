"""Which person an event is about: the register's entity, or the record itself where it is in no register."""

from __future__ import annotations

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.series_labels import as_text
from shared_analysis.wording import Notice


def name_people(
    table: pd.DataFrame, roles: dict[str, str], register: pd.DataFrame | None, where: str
) -> tuple[pd.Series, tuple[Notice, ...]]:
    """Say which person each row is about.

    Parameters
    ----------
    table
        One row an event.
    roles
        The table's columns by role: linked_record_id, and source where there is one.
    register
        ``table, record_id, entity_id``; None where nothing was linked.
    where
        The table, for what is said of a fault.

    Returns
    -------
    Series of string, tuple of Notice
        The register's entity, or the record itself where it is in no register; missing where a row names nobody. What
        could not be linked.

    Raises
    ------
    SharedAnalysisError
        If no column names a person, or the register does not fit the table.
    """
    if "linked_record_id" not in roles:
        raise SharedAnalysisError(
            "Counting people needs a column of role linked_record_id.",
            where,
            f"{advice_of_a_period(roles)}add the role, or set `count: rows`",
        )
    record = as_text(table[roles["linked_record_id"]])
    if "source" in roles:
        source = as_text(table[roles["source"]])
    else:
        source = pd.Series(_only_table(register, where), index=table.index)
    named = source.astype("string") + "\n" + record
    nobody = named.isna()
    notices: tuple[Notice, ...] = ()
    if nobody.any():
        notices = (Notice("rows_without_person", {"number": int(nobody.sum())}),)
    if register is None:
        return named, (*notices, Notice("records_not_linked"))
    entity = register.assign(named=register["table"].astype(str) + "\n" + register["record_id"].astype(str))
    if entity["named"].duplicated().any():
        raise SharedAnalysisError("The register names a record twice.", "the register of the linkage", "link again")
    person = named.map(entity.set_index("named")["entity_id"].astype(str)).astype("string")
    unlinked = person.isna() & ~nobody
    if (nobody | unlinked).all():
        raise SharedAnalysisError(
            "Not one row leads to a record of the register.", where, "check the roles source and linked_record_id"
        )
    if unlinked.any():
        notices += (Notice("records_not_in_register", {"number": int(unlinked.sum())}),)
    return person.fillna("\n" + named), notices


def _only_table(register: pd.DataFrame | None, where: str) -> str:
    """Name the one table that every row's record is in, for events that do not say."""
    tables = [""] if register is None else sorted(register["table"].astype(str).unique())
    if len(tables) > 1:
        raise SharedAnalysisError(
            "The register covers several tables, and no column of role source says which is meant.",
            where,
            "add the role source to the contract",
        )
    return tables[0]


def advice_of_a_period(roles: dict[str, str]) -> str:
    """Say first what most often lies behind a table that covers periods and has no counts."""
    return "if one column already holds counts, give it the role count; otherwise " if "period" in roles else ""
