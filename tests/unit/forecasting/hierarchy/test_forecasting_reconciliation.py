"""Reconciliation against the closed form, scipy's bounded solver and sums over every pair, none of which it uses."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import nnls

from shared_analysis.forecasting.hierarchy import reconciliation
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.hierarchy.reconciliation import ErrorCovariance, Reconciler, shrinkage


@pytest.fixture(scope="module")
def hierarchy() -> Hierarchy:
    areas = [f"E0900000{number}" for number in range(1, 8)]
    table = pd.MultiIndex.from_product([areas, list("abc")]).to_frame(index=False)
    return Hierarchy.of(table.set_axis(["area_code", "category"], axis=1))


@pytest.fixture(scope="module")
def residuals(hierarchy: Hierarchy) -> np.ndarray:
    rng = np.random.default_rng(1)
    own = rng.normal(size=(hierarchy.series, 50)) * rng.uniform(0.5, 3, (hierarchy.series, 1))
    nodes = hierarchy.add_up(own)
    return nodes + 0.3 * rng.normal(size=nodes.shape)


def base_forecasts(hierarchy: Hierarchy, level: float, noise: float) -> np.ndarray:
    rng = np.random.default_rng(2)
    nodes = hierarchy.add_up(rng.poisson(level, (hierarchy.series, 4)).astype(float))
    return np.maximum(nodes + noise * rng.normal(size=nodes.shape), 0)


def full(covariance: ErrorCovariance) -> np.ndarray:
    return np.diag(covariance.own) + covariance.shared @ covariance.shared.T


def test_the_covariance_is_the_shrunken_one_of_schaefer_and_strimmer(
    hierarchy: Hierarchy, residuals: np.ndarray
) -> None:
    covariance = ErrorCovariance.of(residuals, hierarchy.aggregation)
    sample = residuals @ residuals.T / residuals.shape[1]
    units = (residuals / np.sqrt(np.diag(sample))[:, None]).T
    correlation = units.T @ units / len(units)
    products = units[:, :, None] * units[:, None, :]
    variances = ((products - correlation) ** 2).sum(axis=0) * len(units) / (len(units) - 1) ** 3
    apart = ~np.eye(len(correlation), dtype=bool)
    share = variances[apart].sum() / (correlation[apart] ** 2).sum()
    assert shrinkage(units.T) == pytest.approx(share, rel=1e-9)
    assert 0.05 < share < 0.95
    np.testing.assert_allclose(full(covariance), np.where(apart, (1 - share) * sample, sample), rtol=1e-9, atol=1e-12)


def test_without_bounds_it_is_mint(hierarchy: Hierarchy, residuals: np.ndarray) -> None:
    base = base_forecasts(hierarchy, level=40, noise=3)
    reconciler = Reconciler.fit(hierarchy, residuals)
    summing = hierarchy.add_up(np.eye(hierarchy.series))
    weight = np.linalg.inv(full(reconciler.covariance))
    expected = summing @ np.linalg.solve(summing.T @ weight @ summing, summing.T @ weight @ base)
    assert (expected > 0).all()
    np.testing.assert_allclose(reconciler(base), expected, rtol=1e-9)


def test_with_bounds_it_is_the_nearest_that_is_not_negative(hierarchy: Hierarchy, residuals: np.ndarray) -> None:
    base = base_forecasts(hierarchy, level=2, noise=4)
    reconciler = Reconciler.fit(hierarchy, residuals)
    root = np.linalg.cholesky(np.linalg.inv(full(reconciler.covariance))).T
    summing = hierarchy.add_up(np.eye(hierarchy.series))
    expected = np.stack([nnls(root @ summing, root @ step)[0] for step in base.T], axis=1)
    assert (expected == 0).any(axis=0).all(), "every step has a bound that holds"
    np.testing.assert_allclose(reconciler(base), summing @ expected, atol=1e-8)


def test_a_series_that_never_errs_is_not_moved(hierarchy: Hierarchy, residuals: np.ndarray) -> None:
    quiet = residuals.copy()
    quiet[-3:] = 0
    base = base_forecasts(hierarchy, level=30, noise=3)
    base[-3:] = [[0.0], [7.0], [1e9]]
    made = Reconciler.fit(hierarchy, quiet)(base)
    np.testing.assert_array_equal(made[-3:], base[-3:])


def test_a_billion_beside_a_handful_leaves_the_handful_its_digits(hierarchy: Hierarchy, residuals: np.ndarray) -> None:
    large = np.ones(hierarchy.series)
    large[0] = 1e9
    scale = np.sqrt(hierarchy.add_up(large[:, None] ** 2))
    base = base_forecasts(hierarchy, level=30, noise=0) * 1.0
    moved = hierarchy.add_up(base[-hierarchy.series :] * large[:, None])
    made = Reconciler.fit(hierarchy, residuals * scale)(moved)
    np.testing.assert_allclose(made, moved, rtol=1e-6)


def test_errors_that_are_not_there_yet_are_no_zeros(hierarchy: Hierarchy, residuals: np.ndarray) -> None:
    late = residuals.copy()
    late[-1, :40] = np.nan
    covariance = ErrorCovariance.of(late, hierarchy.aggregation)
    assert full(covariance)[-1, -1] == pytest.approx((residuals[-1, 40:] ** 2).mean())


@pytest.mark.parametrize("periods", [0, 1, 2])
def test_too_few_errors_are_taken_as_unrelated(hierarchy: Hierarchy, residuals: np.ndarray, periods: int) -> None:
    made = Reconciler.fit(hierarchy, residuals[:, :periods])(base_forecasts(hierarchy, level=3, noise=4))
    np.testing.assert_allclose(hierarchy.add_up(made[-hierarchy.series :]), made)
    assert (made >= 0).all()


def test_beyond_some_thousand_sums_errors_are_taken_as_unrelated(
    hierarchy: Hierarchy, residuals: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = base_forecasts(hierarchy, level=40, noise=3)
    monkeypatch.setattr(reconciliation, "MOST_NODES_ABOVE", 10)
    reconciler = Reconciler.fit(hierarchy, residuals)
    assert not reconciler.covariance.shared.size
    summing = hierarchy.add_up(np.eye(hierarchy.series))
    weight = np.diag(1 / (residuals**2).mean(axis=1))
    expected = summing @ np.linalg.solve(summing.T @ weight @ summing, summing.T @ weight @ base)
    np.testing.assert_allclose(reconciler(base), expected, rtol=1e-9)


def nearest(reconciler: Reconciler, base: np.ndarray) -> np.ndarray:
    """What scipy's bounded solver finds."""
    root = np.linalg.cholesky(np.linalg.inv(full(reconciler.covariance))).T
    summing = reconciler.hierarchy.add_up(np.eye(reconciler.hierarchy.series))
    return summing @ np.stack([nnls(root @ summing, root @ step)[0] for step in base.T], axis=1)


@pytest.mark.parametrize("scale", [1e-3, 1e3, 1e6])
def test_counts_in_thousands_are_solved_as_well_as_counts_in_ones(
    hierarchy: Hierarchy, residuals: np.ndarray, scale: float
) -> None:
    reconciler = Reconciler.fit(hierarchy, residuals * scale)
    for level, noise in ((0.5, 4), (1, 6), (2, 8)):
        base = base_forecasts(hierarchy, level, noise) * scale
        np.testing.assert_allclose(reconciler(base) / scale, nearest(reconciler, base) / scale, atol=1e-7)


def test_exchanging_one_series_at_a_time_arrives_as_well(
    hierarchy: Hierarchy, residuals: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciliation, "_PATIENCE", -1)
    reconciler, base = Reconciler.fit(hierarchy, residuals), base_forecasts(hierarchy, level=1, noise=6)
    np.testing.assert_allclose(reconciler(base), nearest(reconciler, base), atol=1e-7)


def test_bounds_hold_in_the_same_measure_where_errors_are_too_few_to_be_related(
    hierarchy: Hierarchy, residuals: np.ndarray
) -> None:
    reconciler, base = Reconciler.fit(hierarchy, residuals[:, :2]), base_forecasts(hierarchy, level=1, noise=6)
    assert not reconciler.covariance.shared.size
    np.testing.assert_allclose(reconciler(base), nearest(reconciler, base), atol=1e-7)


def test_errors_that_cancel_in_every_sum_leave_something_to_solve(hierarchy: Hierarchy) -> None:
    rng = np.random.default_rng(3)
    own = rng.normal(size=(hierarchy.series, 50))
    swing = 1e9 * rng.normal(size=50)
    for at, sign in ((0, 1), (1, -1), (3, -1), (4, 1)):  # areas 1 and 2, kinds a and b
        own[at] = sign * swing
    base = hierarchy.add_up(np.full((hierarchy.series, 2), 1e9)) + 1e3 * rng.normal(size=(len(hierarchy.nodes), 2))
    for related in (True, False):
        covariance = ErrorCovariance.of(hierarchy.add_up(own), hierarchy.aggregation, related=related)
        made = Reconciler(hierarchy, covariance)(base)
        np.testing.assert_allclose(made, base, rtol=1e-4)


def test_the_sum_of_small_series_keeps_its_own_error_beside_large_ones(hierarchy: Hierarchy) -> None:
    rng = np.random.default_rng(4)
    own = rng.normal(size=(hierarchy.series, 50))
    own[hierarchy.nodes["category"][-hierarchy.series :].to_numpy() != "c"] *= 1e6
    residuals = hierarchy.add_up(own)
    at = int(np.flatnonzero((hierarchy.nodes["level"] == "category") & (hierarchy.nodes["category"] == "c"))[0])
    for related in (True, False):
        covariance = ErrorCovariance.of(residuals, hierarchy.aggregation, related=related)
        assert full(covariance)[at, at] == pytest.approx((residuals[at] ** 2).mean())


def test_how_nodes_go_together_is_learnt_where_most_have_errors(hierarchy: Hierarchy, residuals: np.ndarray) -> None:
    late = residuals.copy()
    late[3:, :20] = np.nan
    related = ErrorCovariance.of(late, hierarchy.aggregation)
    zeros = ErrorCovariance.of(np.nan_to_num(late), hierarchy.aggregation)
    assert related.shared.shape[1] == 30
    assert zeros.shared.shape[1] == 50
    later = late[3:, 20:]
    sample = (later @ later.T) / 30
    found = full(related)[3:, 3:]
    apart = ~np.eye(len(sample), dtype=bool)
    shares = found[apart] / sample[apart]
    np.testing.assert_allclose(shares, shares[0])
    assert 0 < shares[0] < 1


# What hierarchicalforecast 1.5.3 makes of the same forecasts: MinTrace(method).fit_predict(S, y_hat, y_insample,
# y_hat_insample), the series, for two steps. It is no dependency, so its answers are written down.
BASE = np.array([[100.0, 42, 61, 20, 25, 14, 18, 22], [90.0, 40, 55, 15, 21, 17, 20, 19]]).T
HIERARCHICALFORECAST = {
    "ols": [
        [18.68965517, 23.68965517, 15.51724138, 19.51724138, 23.51724138],
        [15.79310345, 21.79310345, 16.34482759, 19.34482759, 18.34482759],
    ],
    "wls_struct": [
        [19.18333333, 24.18333333, 15.1, 19.1, 23.1],
        [15.76666667, 21.76666667, 16.6, 19.6, 18.6],
    ],
    "wls_var": [
        [19.5796329, 23.58221977, 16.07950512, 18.19312402, 22.97436185],
        [15.49385344, 22.66562904, 16.12337338, 19.91858753, 18.5892525],
    ],
    "mint_shrink": [
        [19.37592574, 23.25062013, 14.8901309, 18.36896064, 22.69368213],
        [15.70053022, 23.10356403, 17.28854219, 19.75053475, 19.0100027],
    ],
}


def two_regions() -> Hierarchy:
    return Hierarchy.of(pd.DataFrame({"area_name": list("NNSSS"), "area_code": ["n1", "n2", "s1", "s2", "s3"]}))


def errors_of_two_regions(hierarchy: Hierarchy) -> np.ndarray:
    rng = np.random.default_rng(7)
    series = rng.normal(size=(5, 24)) * np.array([1, 2, 3, 1, 2])[:, None]
    errors = hierarchy.add_up(series) + 0.5 * rng.normal(size=(8, 24))
    return np.round(errors - errors.mean(axis=1, keepdims=True), 1)


@pytest.mark.parametrize("method", list(HIERARCHICALFORECAST))
def test_it_is_what_hierarchicalforecast_makes_of_a_small_hierarchy(method: str) -> None:
    hierarchy = two_regions()
    errors = errors_of_two_regions(hierarchy)
    of_structure = hierarchy.add_up(np.ones((5, 1)))[:, 0]
    covariance = {
        "ols": ErrorCovariance(np.ones(8), np.empty((8, 0))),
        "wls_struct": ErrorCovariance(of_structure, np.empty((8, 0))),
        "wls_var": ErrorCovariance.of(errors, hierarchy.aggregation, related=False),
        "mint_shrink": ErrorCovariance.of(errors, hierarchy.aggregation),
    }[method]
    made = Reconciler(hierarchy, covariance)(BASE)
    # With n errors its share of shrinkage is smaller by the square of (n - 1) / n, which is seen in the third digit.
    tolerance = 1e-2 if method == "mint_shrink" else 1e-7
    np.testing.assert_allclose(made[-5:].T, HIERARCHICALFORECAST[method], rtol=tolerance)
    np.testing.assert_allclose(made, hierarchy.add_up(made[-5:]))


def test_a_single_series_stays_as_it_is_but_for_what_is_below_zero() -> None:
    alone = Hierarchy.of(pd.DataFrame({"category": ["only"]}))
    residuals = np.random.default_rng(1).normal(size=(1, 24))
    assert Reconciler.fit(alone, residuals)(np.array([[0.3, -0.2, 5.0]])).tolist() == [[0.3, 0.0, 5.0]]
