"""Reconciliation: forecasts of every level, changed as little as they must be to add up, and none of them below zero.

The method is minimum trace reconciliation (MinTrace) with a shrunken covariance of the one-step errors (Wickramasuriya,
Athanasopoulos and Hyndman 2019, Journal of the American Statistical Association 114, "MinT"; the share of shrinkage is
that of Schaefer and Strimmer 2005). It is written here in its form by constraints: with W the covariance of the base
forecasts' errors and C the matrix of what must be zero (each node above the series, less its parts), the reconciled
forecasts are y - W C' (C W C')^-1 C y. A covariance shrunken towards its diagonal is a diagonal and a product of the
errors with themselves, and only those are ever laid out: memory grows with the number of series times the number of
periods, not with the square of the series, so that ten thousand series are reconciled exactly on a laptop.

Where a series would be negative, the problem with bounds is solved instead (an active set; Wickramasuriya, Turlach and
Hyndman 2020, Statistics and Computing 30, who exchange blocks as Portugal, Judice and Vicente 1994 do, Mathematics of
Computation 63): the nearest forecasts, in the same measure, that add up and are not negative. Only where there are more
than :data:`MOST_NODES_ABOVE` sums, such series are set to zero and the sums follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from shared_analysis.forecasting.panel.panel import FloatArray

    IntArray = np.ndarray[tuple[int], np.dtype[np.int64]]

MOST_NODES_ABOVE = 2500
"""With more nodes above the series than this, errors are taken to be unrelated, so that everything stays sparse."""
_FEWEST_ERRORS = 3
# Of its series' variances together (of the median, where these never err): the least that the errors of a node above
# them may have, so that sums can be solved for. Of the median of all it would drown the sums of small series.
_FLOOR = 1e-4
_MOST_RELATED = 0.99
_ROUNDS = 100
_PATIENCE = 3
# In units of a series' usual error, so that counts in thousands are solved as well as counts in ones.
_EXACT = 1e-8


@dataclass(frozen=True)
class ErrorCovariance:
    """A covariance of the nodes' errors as ``diag(own) + shared shared'``.

    Parameters
    ----------
    own
        One a node; zero for a series that was always what its forecast said, which nothing then moves.
    shared
        Nodes by periods; without a column when errors of different nodes have nothing to do with one another.
    """

    own: FloatArray
    shared: FloatArray

    @classmethod
    def of(cls, residuals: FloatArray, aggregation: csr_array, *, related: bool = True) -> ErrorCovariance:
        """Estimate from one-step errors.

        Parameters
        ----------
        residuals
            Nodes by periods; NaN where a method could not say anything yet.
        aggregation
            The matrix that adds series up to the nodes above them, which are the first.
        related
            Whether errors of different nodes may have to do with one another.
        """
        known = np.isfinite(residuals)
        errors = np.where(known, residuals, 0.0)
        variance = (errors**2).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        varies = variance[variance > 0]
        above = aggregation.shape[0]
        floor = _FLOOR * (aggregation @ variance[above:])
        floor[floor == 0] = _FLOOR * float(np.median(varies)) if varies.size else 1.0
        variance[:above] = np.maximum(variance[:above], floor)
        # Periods that most nodes have errors for; earlier ones say little about how nodes go together.
        common = errors[:, known.mean(axis=0) > 0.5]
        units = np.divide(common, np.sqrt(variance)[:, None], out=np.zeros_like(common), where=variance[:, None] > 0)
        count = units.shape[1]
        if not related or count < _FEWEST_ERRORS:
            return cls(variance, np.empty((len(variance), 0)))
        share = min(1 - shrinkage(units), _MOST_RELATED)
        own = variance * (1 - share * np.minimum((units**2).sum(axis=1) / count, 1.0))
        return cls(own, np.sqrt(variance * share / count)[:, None] * units)

    def times(self, columns: FloatArray) -> FloatArray:
        """Multiply by a matrix with a row a node."""
        return np.asarray(self.own[:, None] * columns + self.shared @ (self.shared.T @ columns))

    def solve(self, column: FloatArray) -> FloatArray:
        """Multiply the inverse by a vector; what never moves has no weight."""
        inverse = np.divide(1.0, self.own, out=np.zeros_like(self.own), where=self.own > 0)
        weighted = self.shared * inverse[:, None]
        core = np.eye(self.shared.shape[1]) + self.shared.T @ weighted
        return np.asarray(column * inverse - weighted @ np.linalg.solve(core, weighted.T @ column))

    def given_zero(self, held: IntArray, base: FloatArray) -> tuple[ErrorCovariance, FloatArray]:
        """Return the covariance and the forecasts of one step once some nodes are known to be zero."""
        weighted = self.shared[held] / self.own[held, None]
        core = np.eye(self.shared.shape[1]) + self.shared[held].T @ weighted
        root = np.linalg.cholesky(np.linalg.inv(core))
        own, shared = self.own.copy(), self.shared @ root
        shift = self.shared @ np.linalg.solve(core, weighted.T @ base[held])
        own[held], shared[held] = 0.0, 0.0
        known = base - shift
        known[held] = 0.0
        return ErrorCovariance(own, shared), known


def shrinkage(units: FloatArray) -> float:
    """Find how far correlations should be shrunk towards none (Schaefer and Strimmer 2005, target D).

    Parameters
    ----------
    units
        Nodes by periods, each row in units of its own spread.

    Returns
    -------
    float
        0 (trust them) to 1 (ignore them): the sum of the correlations' variances over the sum of their squares.
    """
    # Sums over all pairs of nodes without laying any pair out: sums over pairs of periods are the same.
    count = units.shape[1]
    between = units.T @ units
    own = (units**2).sum(axis=1)
    squares = float((between**2).sum() - (own**2).sum()) / count**2
    if squares <= 0:
        return 1.0
    products = float(((units**2).sum(axis=0) ** 2).sum() - (units**4).sum())
    variances = count / (count - 1) ** 3 * (products - count * squares)
    return float(np.clip(variances / squares, 0.0, 1.0))


@dataclass(frozen=True)
class Reconciler:
    """Makes forecasts of every node add up, in the measure of one covariance."""

    hierarchy: Hierarchy
    covariance: ErrorCovariance

    @classmethod
    def fit(cls, hierarchy: Hierarchy, residuals: FloatArray) -> Reconciler:
        """Estimate what is needed from one-step errors, nodes by periods."""
        aggregation = hierarchy.aggregation
        return cls(
            hierarchy, ErrorCovariance.of(residuals, aggregation, related=aggregation.shape[0] <= MOST_NODES_ABOVE)
        )

    def __call__(self, base: FloatArray) -> FloatArray:
        """Reconcile forecasts (nodes by steps) that are not negative.

        Returns
        -------
        array
            Nodes by steps: every node above the series is the sum of its series as they are returned, and nothing is
            below zero.
        """
        above = len(base) - self.hierarchy.series
        if not above:
            return np.maximum(base, 0.0)
        series = self._nearest(self.covariance, base)[above:]
        if above <= MOST_NODES_ABOVE:
            for step in np.flatnonzero((series < 0).any(axis=0)):
                series[:, step] = self._nearest_above_zero(base[:, step], series[:, step])
        return self.hierarchy.add_up(np.maximum(series, 0.0))

    @cached_property
    def _constraints(self) -> csr_array:
        """C: one row for each sum that must hold, one column a node."""
        from scipy.sparse import csr_array, eye_array, hstack

        aggregation = self.hierarchy.aggregation
        return csr_array(hstack([eye_array(aggregation.shape[0]), -aggregation]))

    def _nearest(self, covariance: ErrorCovariance, base: FloatArray) -> FloatArray:
        """Find the nearest forecasts that add up."""
        from scipy.linalg import solve
        from scipy.sparse import diags_array
        from scipy.sparse.linalg import splu

        constraints = self._constraints
        wrong = constraints @ base
        between = constraints @ diags_array(covariance.own) @ constraints.T
        # In units of their own spread: a billion beside a handful would leave no digits for the handful.
        if covariance.shared.size:
            together = constraints @ covariance.shared
            whole = between.toarray() + together @ together.T
            unit = 1 / np.sqrt(np.diag(whole))[:, None]
            pull = unit * solve(unit * whole * unit.T, unit * wrong, assume_a="pos")
        else:
            unit = 1 / np.sqrt(between.diagonal())
            scaled = diags_array(unit) @ between @ diags_array(unit)
            pull = unit[:, None] * splu(scaled.tocsc()).solve(unit[:, None] * wrong)
        return np.asarray(base - covariance.times(constraints.T @ pull))

    def _nearest_above_zero(self, base: FloatArray, series: FloatArray) -> FloatArray:
        """Solve one step with bounds: series that would be negative are held at zero, and let go where that helps."""
        above = len(base) - self.hierarchy.series
        unit = np.sqrt(self.covariance.own[above:])
        held, fewest, patience = series < 0, len(series) + 1, _PATIENCE
        for _ in range(_ROUNDS):
            at = np.flatnonzero(held) + above
            covariance, known = self.covariance.given_zero(at, base)
            series = self._nearest(covariance, known[:, None])[above:, 0]
            series[held] = 0.0
            slope = self._slope(base, series)
            wrong = np.where(held, slope * unit < -_EXACT, series < -_EXACT * unit)
            count = int(wrong.sum())
            if not count:
                break
            # Exchanging all at once may go round in a circle; exchanging the last alone never does.
            fewest, patience = (count, _PATIENCE) if count < fewest else (fewest, patience - 1)
            held = held ^ (wrong if patience >= 0 else wrong & (np.arange(len(wrong)) == np.flatnonzero(wrong)[-1]))
        return np.maximum(series, 0.0)

    def _slope(self, base: FloatArray, series: FloatArray) -> FloatArray:
        """How the distance to the base forecasts grows with each series."""
        away = self.covariance.solve(self.hierarchy.add_up(series[:, None])[:, 0] - base)
        above = len(base) - self.hierarchy.series
        return np.asarray(away[above:] + self.hierarchy.aggregation.T @ away[:above])
