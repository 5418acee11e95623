"""Tables of counts: a number for every month, area and category, where no event lies behind them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from shared_analysis.contracts import Column, DataContract
from shared_analysis.twin.conform import keeps
from shared_analysis.twin.demand import draw_counts, expected
from shared_analysis.twin.fill import CATEGORIES, GROUPS, Rows, area_values, choices, fill, make_ids, write_days
from shared_analysis.twin.places import boroughs
from shared_analysis.twin.streams import Array, Streams

_SPLITS = ("category", "group", "sex")
_SEX_SHARES = np.array([0.44, 0.56])


def make_counts(contract: DataContract, people: int, months: Array, streams: Streams) -> pd.DataFrame:
    """Draw a count for every month, area, category, group and sex that the contract has columns for.

    The months are those of the settings that lie within the contract's limits.
    """
    months = _months_kept(contract, months, streams)
    first, mean = _areas(contract, expected(people, months, streams))
    shares = {role: _shares(contract, role, streams) for role in _SPLITS if contract.by_role(role)}
    sizes = (len(months), len(first), *(len(share) for share in shares.values()))
    cells = np.array(list(itertools.product(*(range(size) for size in sizes))))
    part = {role: cells[:, 2 + place] for place, role in enumerate(shares)}
    mean_of_cell = mean[cells[:, 1], cells[:, 0]]
    for role, share in shares.items():
        mean_of_cell = mean_of_cell * share[part[role]]
    rows = Rows(
        borough=first[cells[:, 1]],
        day=months[cells[:, 0]].astype("datetime64[D]"),
        ids=make_ids(contract.by_role("record_id"), contract.name, len(cells), streams),
        source=np.full(len(cells), contract.name, dtype=object),
        category=part.get("category"),
        group=part.get("group"),
        sex=np.array(["F", "M"], dtype=object)[part["sex"]] if "sex" in part else None,
        count=draw_counts(mean_of_cell, streams.rng("count")).astype(str).astype(object),
    )
    return fill(contract, rows, {}, {}, streams)


def _months_kept(contract: DataContract, months: Array, streams: Streams) -> Array:
    """Leave out the months that the contract refuses, and of those that it writes alike all but the first.

    Made to fit one by one, they would become days of other months, and two rows would count the same thing.
    """
    for role in ("period", "event_date"):
        column = contract.by_role(role)
        if column is None:
            continue
        months = _moved(column, months)
        written = write_days(months.astype("datetime64[D]"), column, streams.child("column", column.name))
        alike = pd.Series(written).duplicated().to_numpy()
        kept = months[keeps(written, column) & ~alike]
        months = kept if len(kept) else months
    return months


def _moved(column: Column, months: Array) -> Array:
    """Let the months begin where the contract's limits do, if none of them lies within."""
    if column.type not in ("date", "timestamp"):
        return months
    if column.minimum is not None:
        lowest = np.datetime64(str(column.minimum), "s")
        start = lowest.astype("datetime64[M]")
        start += int(start.astype("datetime64[s]") < lowest)
        if months[-1] < start:
            return np.asarray(months + (start - months[0]))
    if column.maximum is not None:
        end = np.datetime64(str(column.maximum), "s").astype("datetime64[M]")
        if end < months[0]:
            return np.asarray(months - (months[-1] - end))
    return months


def _areas(contract: DataContract, mean: Array) -> tuple[Array, Array]:
    """Return a borough for each area of the table, and the areas' means: without a column for areas, one for London."""
    area = contract.by_role("area_code") or contract.by_role("area_name")
    if area is None:
        return np.zeros(1, dtype=int), mean.sum(axis=0, keepdims=True)
    own = boroughs().code if area.role == "area_code" else boroughs().name
    _, first, place = np.unique(area_values(area, own), return_index=True, return_inverse=True)
    of_area = np.zeros((len(first), mean.shape[1]))
    np.add.at(of_area, place, mean)
    return first, of_area


def _shares(contract: DataContract, role: str, streams: Streams) -> Array:
    if role == "sex":
        return _SEX_SHARES
    size = len(choices(contract.by_role(role), CATEGORIES if role == "category" else GROUPS))
    return streams.rng("split", role).dirichlet(30.0 / np.arange(1, size + 1) ** 0.7)
