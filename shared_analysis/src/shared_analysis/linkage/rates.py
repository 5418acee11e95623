"""How often records are linked, by table, area and group: linkage errors fall hardest on those with poor records.

The headings follow Gilbert et al. (2018), "GUILD: GUidance for Information about Linking Data sets", Journal of Public
Health 40: report the share linked for groups that linkage may treat differently.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from shared_analysis.linkage.standardise import id_text

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

LEAST_RECORDS = 30
MOST_VALUES = 60
_BY = ("area_code", "area_name", "group")
_Z = 1.96


def linked_shares(
    tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract], register: pd.DataFrame
) -> pd.DataFrame:
    """Count records and linked records by table and, within each table, by area and by group.

    Parameters
    ----------
    tables, contracts
        As they were linked.
    register
        ``table``, ``record_id``, ``entity_id``.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``by`` (``table``, or the role), ``value``, ``records``, ``linked``, ``share``, and ``low`` and
        ``high``, the 95 % interval of Wilson (1927). Values with fewer than 30 records are left out, and so is a column
        with more than 60 values.
    """
    sizes = register["entity_id"].map(register["entity_id"].value_counts())
    linked = register.assign(linked=sizes > 1).set_index(["table", "record_id"])["linked"]
    rows = []
    for name in sorted(tables):
        roles = contracts[name].roles
        own = linked.loc[name]
        rows.append((name, "table", name, len(own), int(own.sum())))
        ids = tables[name][roles["record_id"]].map(id_text)
        for role in _BY:
            if role in roles and roles[role] in tables[name]:
                values = tables[name][roles[role]].astype("string")
                counts = own.reindex(ids).groupby(values.to_numpy()).agg(["size", "sum"])
                if len(counts) <= MOST_VALUES:
                    rows += [(name, role, str(value), int(n), int(m)) for value, n, m in counts.itertuples()]
    found = pd.DataFrame(rows, columns=["table", "by", "value", "records", "linked"])
    found = found[(found["records"] >= LEAST_RECORDS) | (found["by"] == "table")].reset_index(drop=True)
    bounds = [_wilson(m, n) for n, m in zip(found["records"], found["linked"], strict=True)]
    return found.assign(
        share=(found["linked"] / found["records"]).round(4),
        low=[low for low, _ in bounds],
        high=[high for _, high in bounds],
    )


def _wilson(linked: int, records: int) -> tuple[float, float]:
    share, square = linked / records, _Z**2
    middle = (share + square / (2 * records)) / (1 + square / records)
    reach = _Z * math.sqrt(share * (1 - share) / records + square / (4 * records**2)) / (1 + square / records)
    return round(middle - reach, 4), round(middle + reach, 4)


def lagging(shares: pd.DataFrame) -> pd.DataFrame:
    """Find areas and groups that are linked less often than their table, by more than chance and five points."""
    whole = shares[shares["by"] == "table"].set_index("table")["share"]
    parts = shares[shares["by"] != "table"]
    expected = parts["table"].map(whole)
    found = parts.assign(expected=expected)
    return found[(found["high"] < expected) & (found["share"] < expected - 0.05)].sort_values("share", kind="stable")
