"""The statement of skill: 'better' is false at most one time in twenty, and true when there is something to see."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from shared_analysis.forecasting import ForecastSpec, Panel
from shared_analysis.forecasting.evaluation.backtest import Backtest, Outcome, choose_origins, run_backtest
from shared_analysis.forecasting.evaluation.choice import choose_method
from shared_analysis.forecasting.evaluation.skill import judge
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import CANDIDATES

SPEC = ForecastSpec(table="attendances", count="sum")
NODES, HORIZON = 20, 12
HIERARCHY = Hierarchy.of(pd.DataFrame({"category": [f"c{at:02d}" for at in range(NODES)]}))


def simulated(seed: int, *, gain: float, origins: int = 5, step: int = HORIZON) -> Backtest:
    """Back-tests where a method's errors are as large as the seasonal naive's, less a gain; series share shocks."""
    rng = np.random.default_rng(seed)
    shape = (NODES + 1, HORIZON)
    outcomes, actual = [], []
    for at in range(origins):
        shock = rng.normal(size=2)[:, None, None]  # of the date, on all series alike, but not on both methods alike
        ours, naive = rng.normal(size=(2, *shape)) + 1.5 * shock
        truth = np.full(shape, 100.0)
        made = {"theta": truth - (1 - gain) * ours, "seasonal_naive": truth - naive}
        ones = np.ones(NODES + 1)
        outcomes.append(Outcome(60 + at * step, made, {}, ones, {}, frozenset(), {}))
        actual.append(truth)
    return Backtest(tuple(outcomes), np.stack(actual), (True,) * origins)


def verdicts(gain: float, times: int = 160, **settings: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for seed in range(times):
        table = judge(simulated(seed, gain=gain, **settings), "theta", HIERARCHY).set_index("level")
        found[str(table.loc["series", "verdict"])] += 1
    return found


@pytest.mark.parametrize("settings", [{}, {"origins": 3}, {"origins": 4}, {"step": 6}])
def test_where_neither_is_better_it_is_rarely_said_that_one_is(settings: dict[str, int]) -> None:
    found = verdicts(0.0, **settings)
    assert found["better"] <= 0.05 * found.total()
    assert found["worse"] <= 0.05 * found.total()


def test_a_large_gain_is_seen() -> None:
    assert verdicts(0.7, 50)["better"] > 30
    assert verdicts(-0.7, 50)["worse"] > 7


@pytest.mark.parametrize("settings", [{"origins": 1}, {"origins": 2}, {"origins": 5, "step": 1}])
def test_too_few_separate_back_tests_tell_nothing(settings: dict[str, int]) -> None:
    assert set(verdicts(0.7, 20, **settings)) == {"cannot tell"}


def test_the_interval_is_of_the_skill_and_the_levels_have_their_own() -> None:
    table = judge(simulated(1, gain=0.3), "theta", HIERARCHY)
    assert table["level"].tolist() == ["total", "series"]
    assert table["nodes"].tolist() == [1, NODES]
    assert (table["back_tests"] == 5).all()
    assert (table["skill_low"] < table["skill"]).all()
    assert (table["skill"] < table["skill_high"]).all()
    np.testing.assert_allclose(table["skill"], 1 - table["mase"] / table["mase_seasonal_naive"])


@pytest.mark.slow
def test_of_panels_that_last_year_forecasts_best_few_are_said_to_be_forecast_better() -> None:
    # Every month of the year is a random walk of its own, with shocks that areas share: repeating is the best there is.
    wrong = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        steps = rng.normal(0, 40, (4, 9, 12)) + rng.normal(0, 40, (1, 9, 12))
        walks = np.maximum(3000 + steps.cumsum(axis=1), 0).reshape(4, -1)
        keys = pd.DataFrame({"category": [f"A{at}" for at in range(4)]})
        panel = Panel(keys, pd.period_range("2015-01", periods=108, freq="M"), walks, SPEC.calendar)
        hierarchy = Hierarchy.of(keys)
        tested = run_backtest(panel, hierarchy, SPEC, choose_origins(108, 12, 12, 5), CANDIDATES)
        wrong += "better" in set(choose_method(panel, hierarchy, SPEC, CANDIDATES, tested).skill["verdict"])
    assert wrong <= 2


def test_a_back_test_left_out_in_the_middle_leaves_a_hole() -> None:
    five = simulated(1, gain=0.3, step=6)
    holed = Backtest(five.outcomes, five.actual, (True, True, False, False, True))
    table = judge(holed, "theta", HIERARCHY)
    assert (table["back_tests"] == 3).all()
    # Two that share half of their periods and one apart say as much as two and a half, which is too few.
    assert (table["verdict"] == "cannot tell").all()
    assert table[["skill_low", "skill_high"]].isna().all().all()


@pytest.mark.parametrize(("step", "apart"), [(12, 5), (6, 3)])
def test_the_interval_is_students_for_as_many_back_tests_as_lie_apart(step: int, apart: int) -> None:
    tested = simulated(2, gain=0.3, step=step)
    ours, naive = (tested.scaled_errors(name)[:, 1:] for name in ("theta", "seasonal_naive"))
    gains = (naive - ours).mean(axis=1) / naive.mean()
    reach = {5: 2.776445, 3: 4.302653}[apart] * np.sqrt(((gains - gains.mean()) ** 2).sum() / 4 / apart)
    row = judge(tested, "theta", HIERARCHY).set_index("level").loc["series"]
    assert [row["skill_low"], row["skill_high"]] == pytest.approx([gains.mean() - reach, gains.mean() + reach])
