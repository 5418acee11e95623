"""Which series add up to which: every level from the whole down to the single series.

Each column of the key gives a chain of levels: areas of London add up to sub-regions and to London; a column whose
values each belong to one value of another column (regions of a state) stands below that column; anything else adds up
to the whole. The chains are crossed, so that offences by borough and kind also add up by borough, by kind, by
sub-region, and by sub-region and kind.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from shared_analysis.forecasting.panel.series_labels import WHOLE
from shared_analysis.geography import LONDON, london_boroughs

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from shared_analysis.forecasting.panel.panel import FloatArray

TOTAL, SERIES = "total", "series"


@dataclass(frozen=True)
class Hierarchy:
    """The levels over a panel's series.

    Parameters
    ----------
    nodes
        One row a node, coarse levels first and the series themselves last, in the panel's order: ``level``
        (``total``, ``series``, or the columns that tell its nodes apart, such as ``sub_region`` or
        ``area_code+category``), then the key columns. What is added up over a column stands there as ``all`` (London's
        own code for all of its boroughs).
    members
        For each level but the last, the node that each series belongs to, numbered within the level.
    """

    nodes: pd.DataFrame
    members: tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]

    @classmethod
    def of(cls, keys: pd.DataFrame) -> Hierarchy:
        """Find the levels over series.

        Parameters
        ----------
        keys
            One row a series: one text column per part of the key; no row twice.
        """
        if len(keys) < 2:
            return cls(_with_level(keys, SERIES), ())
        chains = _chains(keys)
        parts: list[pd.DataFrame] = []
        members = []
        seen: set[bytes] = set()
        for steps in itertools.product(*chains):
            labels = pd.concat([step.labels for step in steps], axis=1)[list(keys.columns)]
            group = labels.groupby(list(keys.columns), sort=True).ngroup().to_numpy()
            if len(np.unique(group)) == len(keys) or group.tobytes() in seen:
                continue  # the series themselves, or a level that tells apart what another has told apart
            seen.add(group.tobytes())
            first = np.unique(group, return_index=True)[1]
            parts.append(_with_level(labels.iloc[first], _name([step.name for step in steps])))
            members.append(group.astype(np.int64))
        nodes = pd.concat([*parts, _with_level(keys, SERIES)], ignore_index=True)
        return cls(nodes, tuple(members))

    @property
    def levels(self) -> list[str]:
        """The names of the levels, coarse ones first."""
        return list(dict.fromkeys(self.nodes["level"]))

    @property
    def series(self) -> int:
        """How many series there are."""
        return int((self.nodes["level"] == SERIES).sum())

    @cached_property
    def aggregation(self) -> csr_array:
        """The aggregation matrix: one row per node above the series, one column a series, ones and zeros.

        With an identity below it, it is the summing matrix S.
        """
        from scipy.sparse import csr_array

        columns = np.arange(self.series)
        rows, start = [], 0
        for group in self.members:
            rows.append(group + start)
            start += int(group.max()) + 1
        at = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
        ones = np.ones(at.size)
        return csr_array((ones, (at, np.tile(columns, len(self.members)))), shape=(start, self.series))

    def add_up(self, series: FloatArray) -> FloatArray:
        """Give every node its values, from the values of the series (series by anything)."""
        if not self.members:
            return series
        return np.vstack([self.aggregation @ series, series])

    def rows(self, level: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which nodes are of a level."""
        return (self.nodes["level"] == level).to_numpy()


@dataclass(frozen=True)
class _Step:
    """One level of one chain: its name, empty for the whole, and the label of every series."""

    name: str
    labels: pd.DataFrame


def _chains(keys: pd.DataFrame) -> list[list[_Step]]:
    """Give each chain of columns its levels, the whole first."""
    chains = []
    for columns in _nested(keys):
        whole = keys[columns].assign(**dict.fromkeys(columns, WHOLE))
        steps = [_Step("", whole)]
        for depth, column in enumerate(columns, start=1):
            below = dict.fromkeys(columns[depth:], WHOLE)
            if column == "area_code":
                london = _sub_regions(keys[column])
                if london is not None:
                    steps[0] = _Step("", whole.assign(area_code=LONDON))
                    steps.append(_Step("sub_region", keys[columns].assign(area_code=london, **below)))
            steps.append(_Step(column, keys[columns].assign(**below)))
        chains.append(steps)
    return chains


def _nested(keys: pd.DataFrame) -> list[list[str]]:
    """Put columns that lie within one another into chains, the coarser first."""
    columns = sorted(keys.columns, key=lambda column: (keys[column].nunique(), list(keys.columns).index(column)))
    chains: list[list[str]] = []
    for column in columns:
        for chain in chains:
            above = chain[-1]
            within = keys.groupby(column)[above].nunique().max() == 1
            # A column of one value holds everything and says nothing; nor does one that says the same as another.
            if within and 1 < keys[above].nunique() < keys[column].nunique() < len(keys.drop_duplicates()) + 1:
                chain.append(column)
                break
        else:
            chains.append([column])
    order = list(keys.columns)
    return sorted(chains, key=lambda chain: order.index(chain[-1]))


def _sub_regions(codes: pd.Series) -> pd.Series | None:
    """Name each borough's sub-region; None unless every code is a London borough's."""
    places = london_boroughs().set_index("code")["sub_region"] + " London"
    regions = codes.map(places)
    return None if regions.isna().any() else regions


def _with_level(keys: pd.DataFrame, level: str) -> pd.DataFrame:
    nodes = keys.reset_index(drop=True)
    nodes.insert(0, "level", level)
    return nodes


def _name(parts: Sequence[str]) -> str:
    told = [part for part in parts if part]
    return "+".join(told) if told else TOTAL
