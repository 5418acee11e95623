"""Models that learn from all series together what each has in common with the others.

One regression a step ahead, of all nodes of the hierarchy: what is learned is the logarithm of a count (plus one, for
counts of zero) less the mean of the last season's logarithms, from the last season's logarithms less that mean. A small
area so teaches a large one, and nothing follows the level of the series. Regressors come in the same way, less their
own mean over the last season. In the evidence that this room rests on, such models were about as good as the theta
method; without taking the level away they were worse than repeating the last year.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from shared_analysis.forecasting.models.fitted import MemberForecast, can_fit, is_astray, own_history
from shared_analysis.forecasting.models.on_request.regressor import Regressors, trailing_mean
from shared_analysis.forecasting.panel.panel import FloatArray
from shared_analysis.forecasting.spec import ForecastSpec

IntArray = np.ndarray[Any, np.dtype[np.int64]]
_FEWEST_ROWS = 20
# More rows than this teach the same and cost memory: every second, third, ... row is taken.
_MOST_ROWS = 100_000
_CHUNK = 1000
# Logarithms beyond any count; the forecast is then seen to be astray instead of overflowing.
_LARGEST_LOG = 60.0


def fit_global_model(
    engine: Any, nodes: FloatArray, spec: ForecastSpec, instead: MemberForecast, regressors: Regressors | None = None
) -> MemberForecast:
    """Forecast every node by a regression on all nodes together.

    Parameters
    ----------
    engine
        A regressor of scikit-learn, not fitted.
    nodes
        Nodes by known periods.
    instead
        What stands in for nodes that have less than two seasons of history or are constant, and for all where there is
        too little to learn from.
    regressors
        Columns that may help; of those not known ahead, only what was there at the last known period is used.

    Returns
    -------
    MemberForecast
        Its fitted values are what the regression for one step ahead says of the periods it was taught with.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    start = time.perf_counter()
    windows = _Windows.of(nodes, spec.calendar.season, regressors)
    mean, fitted = instead.mean.copy(), instead.fitted.copy()
    failed = set()
    # The last digits of sums depend on how many threads add them up.
    with threadpool_limits(1), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            taught = [_teach(engine, windows, step) for step in range(1, spec.horizon + 1)]
        except Exception:  # scikit-learn raises whatever a regressor meets in rows that it cannot use
            every = frozenset(range(len(nodes)))
            return MemberForecast(mean, fitted, failed=every, seconds=time.perf_counter() - start)
        if not any(regression is None for regression in taught):
            fits = [can_fit(own_history(row), spec.calendar.season) for row in nodes]
            ready = np.flatnonzero(windows.usable[:, -1] & np.array(fits))
            ahead = np.column_stack(
                [windows.predict(regression, ready, step) for step, regression in enumerate(taught, start=1)]
            )
            for at, row in zip(ready, ahead, strict=True):
                if is_astray(row, nodes[at]):
                    failed.add(int(at))
                else:
                    mean[at] = row
            kept = np.array([at for at in ready if at not in failed], dtype=np.int64)
            fitted[kept] = windows.fit_back(taught[0], kept)
    return MemberForecast(mean, fitted, failed=frozenset(failed), seconds=time.perf_counter() - start)


def _teach(engine: Any, windows: _Windows, step: int) -> Any:
    """Fit the regression of one step ahead; None where there are too few rows."""
    from sklearn.base import clone
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    node, at = windows.taught_from(step)
    if len(node) < _FEWEST_ROWS:
        return None
    return make_pipeline(StandardScaler(), clone(engine)).fit(
        windows.features(node, at, step), windows.logs[node, at + step] - windows.level[node, at]
    )


@dataclass(frozen=True)
class _Windows:
    """What is known at every period of every node.

    Parameters
    ----------
    logs
        Logarithms of the counts plus one, nodes by periods.
    level
        Mean logarithm of the season that ends at a period, nodes by periods; of no use before there is one.
    usable
        Nodes by periods: whether a whole season of the node's own history, and of every regressor, is known by then.
    season
        Periods in a season.
    regressors
        Columns that may help.
    """

    logs: FloatArray
    level: FloatArray
    usable: np.ndarray[Any, np.dtype[np.bool_]]
    season: int
    regressors: Regressors | None

    @classmethod
    def of(cls, nodes: FloatArray, season: int, regressors: Regressors | None) -> _Windows:
        """Prepare the nodes' values."""
        logs, periods = np.log1p(nodes), np.arange(nodes.shape[1])
        begun = np.where(nodes.any(axis=1), (nodes > 0).argmax(axis=1), nodes.shape[1])
        late = regressors.latest(season) if regressors is not None else season - 1
        usable = periods >= np.maximum(begun + season - 1, late)[:, None]
        return cls(logs, trailing_mean(logs, season), usable, season, regressors)

    def taught_from(self, step: int) -> tuple[IntArray, IntArray]:
        """Return the nodes and periods from which what came ``step`` periods later is known."""
        node, at = np.nonzero(self.usable[:, : max(self.usable.shape[1] - step, 0)])
        every = -(-len(node) // _MOST_ROWS) or 1
        return node[::every], at[::every]

    def features(self, node: IntArray, at: IntArray, step: int) -> FloatArray:
        """Lay out what is known of some nodes at some periods, one row each, for a step ahead."""
        from numpy.lib.stride_tricks import sliding_window_view

        lags = sliding_window_view(self.logs, self.season, axis=1)[node, at - self.season + 1]
        rows = lags - self.level[node, at][:, None]
        if self.regressors is None:
            return rows
        return np.hstack([rows, self.regressors.features(node, at, step, self.season)])

    def predict(self, taught: Any, node: IntArray, step: int) -> FloatArray:
        """Forecast the counts of some nodes a step after the last known period."""
        at = np.full(len(node), self.logs.shape[1] - 1)
        return self._counts(taught, node, at, step)

    def fit_back(self, taught: Any, node: IntArray) -> FloatArray:
        """Say of every known period what would have been said the period before; NaN where nothing could be."""
        fitted = np.full((len(node), self.logs.shape[1]), np.nan)
        for first in range(0, len(node), _CHUNK):
            some = node[first : first + _CHUNK]
            row, at = np.nonzero(self.usable[some, :-1])
            fitted[first + row, at + 1] = self._counts(taught, some[row], at, 1)
        return fitted

    def _counts(self, taught: Any, node: IntArray, at: IntArray, step: int) -> FloatArray:
        if not len(node):
            return np.empty(0)
        logs = taught.predict(self.features(node, at, step)) + self.level[node, at]
        return np.asarray(np.maximum(np.expm1(np.minimum(logs, _LARGEST_LOG)), 0.0))
