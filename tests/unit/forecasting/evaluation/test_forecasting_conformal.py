"""Intervals: the quantiles they claim to be, from the errors they claim to rest on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import norm
from scipy.stats import t as student

from shared_analysis.forecasting.evaluation.backtest import Backtest, Outcome
from shared_analysis.forecasting.evaluation.conformal import (
    ConformalIntervals,
    bounds,
    conformal_quantile,
    growth,
    model_half_widths,
    nested,
    pooled_quantiles,
)
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy

SERIES = Hierarchy.of(pd.DataFrame({"category": ["only"]}))


def many(nodes: int) -> Hierarchy:
    """Series without a level above them, so that a test sees one pool."""
    whole = Hierarchy.of(pd.DataFrame({"category": [f"c{at:03d}" for at in range(nodes)]}))
    return Hierarchy(whole.nodes.iloc[1:].reset_index(drop=True), ())


def backtest(errors: np.ndarray, own: float = 0.0, spread: float = 1.0, level: int = 80) -> Backtest:
    """Back-tests whose forecasts are 100 and whose errors are these, origins by nodes by steps."""
    origins, nodes, horizon = errors.shape
    outcomes = tuple(
        Outcome(
            cutoff=at,
            forecasts={"theta": np.full((nodes, horizon), 100.0)},
            spread={"theta": np.full(nodes, spread)},
            scale=np.ones(nodes),
            half_widths={level: np.full((nodes, horizon), own)},
            failed=frozenset(),
            seconds={},
        )
        for at in range(origins)
    )
    return Backtest(outcomes, 100 + errors, (True,) * origins)


def test_the_reach_is_the_conformal_quantile() -> None:
    scores = np.arange(1.0, 21.0).reshape(4, 5, 1)
    # Of 20 scores the 17th, as 0.8 x 21 rounded up.
    assert pooled_quantiles(scores, 0.2, many(5), growing=False) == pytest.approx(np.full((5, 1), 17.0))


def test_few_errors_widen_it_as_students_t_does() -> None:
    scores = np.arange(1.0, 21.0).reshape(4, 5, 1)
    wider = student.ppf(0.9, 20) / norm.ppf(0.9)
    assert pooled_quantiles(scores, 0.2, many(5)) == pytest.approx(np.full((5, 1), 17.0 * wider))


def test_thirds_are_pooled_where_one_has_too_few_scores() -> None:
    scores = np.arange(1.0, 41.0).reshape(4, 1, 10)
    # A third has 12 or 16 scores, of which 95 % is more than all; together they have 40: the 39th, as 0.95 x 41.
    assert pooled_quantiles(scores, 0.05, SERIES, growing=False) == pytest.approx(np.full((1, 10), 39.0))


def test_a_level_that_the_scores_cannot_support_is_refused() -> None:
    scores = np.arange(1.0, 21.0).reshape(4, 1, 5)
    assert pooled_quantiles(scores, 0.04, SERIES) is None
    assert pooled_quantiles(np.full((4, 1, 5), np.nan), 0.2, SERIES) is None


def test_thirds_of_the_horizon_have_their_own_where_there_are_enough_scores() -> None:
    rng = np.random.default_rng(1)
    scores = np.abs(rng.normal(size=(5, 30, 9))) * np.repeat([1.0, 2.0, 4.0], 3)
    found = pooled_quantiles(scores, 0.2, many(30), growing=False)
    assert found is not None
    np.testing.assert_array_equal(found, np.repeat(found[:, ::3], 3, axis=1))
    assert found[0, 0] < found[0, 3] < found[0, 6]


def test_the_reach_grows_as_errors_do() -> None:
    steps = np.sqrt(np.arange(1.0, 13.0))
    scores = np.abs(np.random.default_rng(1).normal(size=(5, 200, 12))) * steps
    found = pooled_quantiles(scores, 0.2, many(200))
    assert found is not None
    np.testing.assert_allclose(found[0], norm.ppf(0.9) * steps, rtol=0.1)


@settings(max_examples=200, deadline=None)
@given(arrays.arrays(float, (3, 4, 6), elements=st.floats(0, 1e6) | st.just(np.nan)), st.sampled_from([0.05, 0.2]))
def test_it_never_falls_whatever_the_errors(scores: np.ndarray, miscoverage: float) -> None:
    found = pooled_quantiles(scores, miscoverage, Hierarchy.of(pd.DataFrame({"category": ["a", "b", "c"]})))
    curve = growth(scores)
    assert np.isfinite(curve).all()
    assert curve.mean() == pytest.approx(1.0)
    for reach in (curve[None], found) if found is not None else (curve[None],):
        assert np.isfinite(reach).all()
        assert (np.diff(reach, axis=1) >= -1e-9 * np.abs(reach[:, :-1])).all()


def test_a_level_of_few_nodes_leans_on_how_the_errors_of_all_grow() -> None:
    rng = np.random.default_rng(3)
    scores = np.abs(rng.normal(size=(5, 101, 6))) * np.arange(1.0, 7.0)
    scores[:, 0] = 1.0  # the total, in which nothing grows
    found = pooled_quantiles(scores, 0.2, Hierarchy.of(pd.DataFrame({"category": [f"c{at}" for at in range(100)]})))
    assert found is not None
    own, others = found[0, -1] / found[0, 0], found[1, -1] / found[1, 0]
    assert 1.5 < own < others


def test_levels_of_the_hierarchy_have_their_own() -> None:
    hierarchy = Hierarchy.of(pd.DataFrame({"category": [f"c{at}" for at in range(20)]}))
    scores = np.abs(np.random.default_rng(1).normal(size=(5, 21, 12)))
    scores[:, 0] *= 10
    found = pooled_quantiles(scores, 0.2, hierarchy)
    assert found is not None
    assert (found[0] > 5 * found[1]).all()


def test_units_become_counts_by_each_nodes_own_typical_error() -> None:
    errors = np.abs(np.random.default_rng(1).normal(size=(5, 20, 6)))
    tested = backtest(errors, spread=2.0)
    reach = ConformalIntervals(tested, "theta", many(20), whole=False).half_widths(tested.outcomes[-1])[80]
    expected = pooled_quantiles(errors / 2, 0.2, many(20))
    assert expected is not None
    np.testing.assert_allclose(reach, 2 * expected)


def test_bounds_go_towards_the_wider_model_interval_only_where_that_scores_better() -> None:
    rng = np.random.default_rng(3)
    calm = rng.normal(size=(5, 40, 12))
    shocks = calm.copy()
    shocks[[1, 4]] *= 6  # two dates of five were nothing like the others
    for errors, widened in ((calm, False), (shocks, True)):
        tested = backtest(errors, own=8.0)
        reach = ConformalIntervals(tested, "theta", many(40), whole=False).half_widths(tested.outcomes[-1])[80]
        pooled = pooled_quantiles(np.abs(errors), 0.2, many(40))
        assert pooled is not None
        assert (reach > 1.01 * pooled).all() == widened


def test_a_narrower_model_interval_never_narrows() -> None:
    errors = np.random.default_rng(3).normal(size=(5, 40, 12))
    tested = backtest(errors, own=0.1)
    found = ConformalIntervals(tested, "theta", many(40), whole=False).half_widths(tested.outcomes[0])[80]
    pooled = pooled_quantiles(np.abs(errors), 0.2, many(40))
    assert pooled is not None
    np.testing.assert_allclose(found, pooled)


def test_hits_are_measured_on_dates_left_out() -> None:
    calm = np.random.default_rng(2).normal(size=(5, 60, 12))
    hits = ConformalIntervals(backtest(calm), "theta", many(60), whole=False).covered()[80]
    assert np.nanmean(hits) == pytest.approx(0.80, abs=0.04)
    shock = calm.copy()
    shock[1] *= 20
    hits = ConformalIntervals(backtest(shock), "theta", many(60), whole=False).covered()[80]
    assert np.nanmean(hits[1]) < 0.2, "the other dates know nothing of the shock"
    assert ConformalIntervals(backtest(calm[:1]), "theta", many(60), whole=False).covered() == {}


def test_what_is_not_known_is_neither_inside_nor_outside() -> None:
    errors = np.random.default_rng(2).normal(size=(5, 60, 12))
    errors[2, 7, 3:] = np.nan
    hits = ConformalIntervals(backtest(errors), "theta", many(60), whole=False).covered()[80]
    assert np.isnan(hits[2, 7, 3:]).all()
    assert np.isfinite(hits[2, 7, :3]).all()


def test_whole_counts_are_rounded_outward_and_nothing_is_below_zero() -> None:
    low, high = bounds(np.array([[2.0, 10.0, 5.0]]), np.array([[3.2, 1.2, 1.0]]), whole=True)
    assert low.tolist() == [[0, 8, 4]]
    assert high.tolist() == [[6, 12, 6]]
    low, high = bounds(np.array([[0.1 + 0.2]]), np.array([[0.0]]), whole=False)
    assert low == high == 0.1 + 0.2


def test_without_back_tests_theta_is_widened_for_the_little_it_was_estimated_from() -> None:
    outcome = backtest(np.zeros((1, 2, 3)), own=10.0).outcomes[0]
    reach = {length: model_half_widths(np.ones((2, length)), outcome, 12)[80][0, 0] for length in (24, 240)}
    # Student's t over the normal with 24 - 12 - 2 = 10 degrees of freedom: 1.372 / 1.282.
    assert reach[24] == pytest.approx(10.71, abs=0.01)
    assert reach[240] == pytest.approx(10.0, rel=0.01)


def test_where_no_caution_can_be_tried_out_the_most_cautious_is_taken() -> None:
    # 50 errors support 98 %; the 40 of four back-tests do not, nor would they with the date to come as one more of six.
    errors = np.random.default_rng(4).normal(size=(5, 10, 1))
    tested = backtest(errors, level=98)
    measured = ConformalIntervals(tested, "theta", many(10), whole=False)
    assert pooled_quantiles(np.abs(errors), 0.02, many(10)) is not None
    assert pooled_quantiles(np.abs(errors[1:]), 0.02, many(10)) is None
    assert measured.covered() == {}
    assert measured.half_widths(tested.outcomes[-1]) == {}, "never tried and bold is no measured interval"


def test_too_few_back_tests_to_try_anything_out_make_the_most_cautious_interval() -> None:
    errors = np.random.default_rng(5).normal(size=(2, 40, 12))
    tested = backtest(errors, own=9.0)
    reach = ConformalIntervals(tested, "theta", many(40), whole=False).half_widths(tested.outcomes[-1])[80]
    assert (reach == 9).all(), "theta's own, which is wider"
    tested = backtest(errors)
    reach = ConformalIntervals(tested, "theta", many(40), whole=False).half_widths(tested.outcomes[-1])[80]
    one_more = pooled_quantiles(np.abs(errors), 0.2 * 2 / 3, many(40))
    assert one_more is not None
    np.testing.assert_allclose(reach, one_more)


def test_no_level_is_narrower_than_a_lower_one() -> None:
    made = nested({95: np.array([[2.0, 9.0]]), 50: np.array([[1.0, 1.0]]), 80: np.array([[3.0, 4.0]])})
    assert {level: reach.tolist() for level, reach in made.items()} == {50: [[1, 1]], 80: [[3, 4]], 95: [[3, 9]]}


def test_repeating_a_season_errs_more_in_the_second_season_ahead() -> None:
    outcome = backtest(np.zeros((1, 1, 24)), own=np.nan).outcomes[0]
    reach = model_half_widths(np.random.default_rng(1).poisson(50, (1, 60)).astype(float), outcome, 12)[80][0]
    np.testing.assert_allclose(reach[:12], reach[0])
    np.testing.assert_allclose(reach[12:], np.sqrt(2) * reach[0])


@pytest.mark.parametrize(("origins", "widened"), [(2, True), (3, False)])
def test_three_back_tests_are_the_fewest_to_try_a_caution_out(origins: int, widened: bool) -> None:
    tested = backtest(np.random.default_rng(5).normal(size=(origins, 40, 12)), own=9.0)
    half_width = ConformalIntervals(tested, "theta", many(40), whole=False).half_widths(tested.outcomes[-1])[80]
    assert (half_width == 9).all() == widened


@pytest.mark.parametrize(
    ("number", "miscoverage", "quantile"),
    [
        (20, 0.2, 17.0),
        (19, 0.05, 19.0),
        (18, 0.05, None),
        (59, (1 - 80 / 100) * 3 / 4, 51.0),  # 0.85 x 60 is a hair above 51 in binary, and the 51st nevertheless
    ],
)
def test_the_conformal_quantile_is_the_score_of_its_rank(
    number: int, miscoverage: float, quantile: float | None
) -> None:
    scores = np.append(np.arange(1.0, number + 1)[::-1], np.nan)
    assert conformal_quantile(scores, miscoverage) == quantile


def test_a_caution_is_scored_by_the_width_and_by_what_is_missed() -> None:
    """The interval score of Gneiting and Raftery (2007), each back-test with intervals from the others."""
    errors = 40 * np.random.default_rng(6).standard_t(2, size=(4, 30, 2))
    tested = backtest(errors)
    expected = []
    for at in range(4):
        half = pooled_quantiles(np.abs(np.delete(errors, at, axis=0)), 0.2, many(30))
        assert half is not None
        low, high, actual = np.maximum(100 - half, 0), 100 + half, 100 + errors[at]
        below, above = (actual < low) * (low - actual), (actual > high) * (actual - high)
        assert below.any()
        assert above.any()
        expected.append(np.mean(high - low + 10 * (below + above)))
    measured = ConformalIntervals(tested, "theta", many(30), whole=False)
    assert measured._score(80, 0) == pytest.approx(np.mean(expected))


def test_of_the_cautions_that_can_be_tried_out_the_best_is_taken_though_others_cannot() -> None:
    # The 52 errors of four back-tests support 98 %, but not with the date to come as one more of five.
    errors = np.random.default_rng(7).normal(size=(5, 13, 1))
    tested = backtest(errors, level=98)
    bold = pooled_quantiles(np.abs(errors), 0.02, many(13))
    assert bold is not None
    assert pooled_quantiles(np.abs(errors[1:]), 0.02 * 4 / 5, many(13)) is None
    half_width = ConformalIntervals(tested, "theta", many(13), whole=False).half_widths(tested.outcomes[-1])[98]
    np.testing.assert_allclose(half_width, bold)
