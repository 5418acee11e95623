"""Columns that may help, as they stand beside the nodes of a hierarchy, and the features a regression sees of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from shared_analysis.forecasting.panel.panel import FloatArray

IntArray = np.ndarray[Any, np.dtype[np.int64]]
_MOST_LAGS = 3


@dataclass(frozen=True)
class Regressor:
    """One column beside the nodes of a hierarchy.

    Parameters
    ----------
    name
        The column.
    known
        Whether it is known ahead.
    shared
        Whether it is the same for every series.
    values
        Nodes by the panel's periods and the horizon's; NaN where it is not known. A node above the series has the mean
        of its series.
    delay
        Periods by which its last value is older than the last count.
    """

    name: str
    known: bool
    shared: bool
    values: FloatArray
    delay: int = 0

    def features(self, node: IntArray, at: IntArray, step: int, season: int) -> FloatArray:
        """Lay out what is known of it at some periods, for a step ahead; one row each.

        Everything is less the mean of the season that was last known. Of a column known ahead: its value in the period
        forecast, and a season before that. Of another: its last values.
        """
        last = at - self.delay
        usual = trailing_mean(np.nan_to_num(self.values), season)[node, last]
        if self.known:
            ahead = at + step
            places = [ahead, ahead - season * -(-step // season)]
        else:
            places = [last - back for back in range(min(_MOST_LAGS, season))]
        return np.column_stack([self.values[node, period] - usual for period in places])


@dataclass(frozen=True)
class Regressors:
    """All columns that may help, in the order of the settings."""

    columns: tuple[Regressor, ...]

    def latest(self, season: int) -> int:
        """The first period at which a whole season of every column is known."""
        return season - 1 + max(column.delay for column in self.columns)

    def features(self, node: IntArray, at: IntArray, step: int, season: int) -> FloatArray:
        """Lay out what is known of every column; see :meth:`Regressor.features`."""
        return np.hstack([column.features(node, at, step, season) for column in self.columns])


def trailing_mean(values: FloatArray, season: int) -> FloatArray:
    """Mean over the season that ends at each column; over what there is before there is a season."""
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    last = np.arange(1, values.shape[1] + 1)
    first = np.maximum(last - season, 0)
    return np.asarray((sums[:, last] - sums[:, first]) / (last - first))
