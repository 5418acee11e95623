"""How often records are linked, by table, area and group: linkage errors fall hardest on those with poor records.

The headings follow Gilbert et al. (2018), "GUILD: GUidance for Information about Linking Data sets", Journal of Public
Health 40: report the share linked for groups that linkage may treat differently.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.standardise import id_texts

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract

LEAST_RECORDS = 30
MOST_VALUES = 60
_BY = ("area_code", "area_name", "group")
_ERROR = 0.05


def linkage_rates(
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
    entity, _ = pd.factorize(register["entity_id"])
    linked = np.bincount(entity)[entity] > 1
    rows = []
    for name in sorted(tables):
        roles = contracts[name].roles
        here = (register["table"] == name).to_numpy()
        rows.append((name, "table", name, int(here.sum()), int(linked[here].sum())))
        grouped = [role for role in _BY if role in roles and roles[role] in tables[name]]
        if grouped:
            own = pd.Series(linked[here], index=register["record_id"][here])
            own = own.reindex(id_texts(tables[name][roles["record_id"]]))
        for role in grouped:
            values = tables[name][roles[role]].astype("string")
            sizes = own.groupby(values.to_numpy()).agg(["size", "sum"])
            if len(sizes) <= MOST_VALUES:
                rows += [(name, role, str(value), int(n), int(m)) for value, n, m in sizes.itertuples()]
    counts = pd.DataFrame(rows, columns=["table", "by", "value", "records", "linked"])
    counts = counts[(counts["records"] >= LEAST_RECORDS) | (counts["by"] == "table")].reset_index(drop=True)
    share = (counts["linked"] / counts["records"]).round(4)
    low, high = _wilson(counts, _ERROR)
    return counts.assign(share=share, low=low, high=high)


def _wilson(counts: pd.DataFrame, error: float) -> tuple[pd.Series[float], pd.Series[float]]:
    z = NormalDist().inv_cdf(1 - error / 2)
    records = counts["records"]
    share = counts["linked"] / records
    middle = (share + z**2 / (2 * records)) / (1 + z**2 / records)
    reach = z * (share * (1 - share) / records + z**2 / (4 * records**2)) ** 0.5 / (1 + z**2 / records)
    return (middle - reach).round(4), (middle + reach).round(4)


def lagging(shares: pd.DataFrame) -> pd.DataFrame:
    """Find areas and groups that are linked less often than their table, by more than chance and five points.

    So many are looked at that some would stand out by chance: the error allowed is shared out among them (Bonferroni).

    Parameters
    ----------
    shares
        As :func:`linkage_rates` gives them.

    Returns
    -------
    pandas.DataFrame
        Their rows, and ``expected``, the share of their table; the lowest share first.
    """
    whole = shares[shares["by"] == "table"].set_index("table")["share"]
    parts = shares[shares["by"] != "table"]
    parts = parts.assign(expected=parts["table"].map(whole))
    _, highest = _wilson(parts, _ERROR / max(len(parts), 1))
    behind = (highest < parts["expected"]) & (parts["share"] < parts["expected"] - 0.05)
    return parts[behind].sort_values("share", kind="stable")
