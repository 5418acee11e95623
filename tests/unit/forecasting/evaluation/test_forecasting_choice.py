"""The choice of one method: by enough back-tests, else the usual one; and where it gives way to the baseline."""

import numpy as np
import pandas as pd
import pytest

from shared_analysis.forecasting import ForecastSpec, Panel
from shared_analysis.forecasting.calendars import FREQUENCIES
from shared_analysis.forecasting.evaluation import choice, skill
from shared_analysis.forecasting.evaluation.backtest import Backtest, Outcome
from shared_analysis.forecasting.evaluation.caveats import caveats
from shared_analysis.forecasting.evaluation.choice import Choice, choose_method
from shared_analysis.forecasting.evaluation.conformal import Intervals
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import CANDIDATES

KEYS = pd.DataFrame({"category": ["a", "b"]})
HIERARCHY = Hierarchy.of(KEYS)
HORIZON = 6
SPEC = ForecastSpec(table="visits", count="sum", by=("category",), horizon=HORIZON)


def panel(months: int = 60, frequency: str = "monthly") -> Panel:
    calendar = FREQUENCIES[frequency]
    periods = pd.period_range("2015-01-01", periods=months, freq=calendar.code)
    return Panel(KEYS, periods, np.ones((2, months)), calendar)


def back_tests(origins: int, best: str = "naive", normal: tuple[bool, ...] = (), step: int = HORIZON) -> Backtest:
    """Back-tests in which one candidate errs least, by a little more each time."""
    outcomes = tuple(
        Outcome(
            cutoff=24 + step * at,
            forecasts={name: np.full((3, HORIZON), 11.0 + at / 9 - (name == best)) for name in CANDIDATES},
            spread={},
            scale=np.ones(3),
            half_widths={},
            failed=frozenset(),
            seconds={},
        )
        for at in range(origins)
    )
    return Backtest(outcomes, np.full((origins, 3, HORIZON), 9.0), normal or (True,) * origins)


def chosen(backtest: Backtest | None, of: Panel | None = None) -> Choice:
    return choose_method(of or panel(), HIERARCHY, SPEC, CANDIDATES, backtest)


@pytest.mark.parametrize(
    ("origins", "method"), [(5, "naive"), (3, "naive"), (2, "theta_mstl_level"), (1, "theta_mstl_level")]
)
def test_three_back_tests_are_the_fewest_to_choose_by(origins: int, method: str) -> None:
    assert chosen(back_tests(origins)).method == method


def test_those_that_touch_a_break_count_where_no_three_others_are_left() -> None:
    assert chosen(back_tests(3, normal=(True, False, True))).method == "naive"


@pytest.mark.parametrize(
    ("months", "frequency", "method"),
    [
        (24, "monthly", "theta_mstl_level"),
        (23, "monthly", "seasonal_naive"),
        (104, "weekly", "theta_mstl"),
        (8, "quarterly", "theta_mstl_level"),
    ],
)
def test_without_back_tests_it_is_the_usual_method_from_two_seasons_on(
    months: int, frequency: str, method: str
) -> None:
    made = chosen(None, panel(months, frequency))
    assert made.method == method
    assert made.backtest is None
    assert list(made.candidates) == list(dict.fromkeys((method, "seasonal_naive")))
    assert made.skill.empty


def test_where_the_method_is_worse_at_a_level_the_baseline_is_used_there(monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts = skill.judge(back_tests(5), "naive", HIERARCHY).assign(verdict=[skill.WORSE, skill.BETTER])
    again = back_tests(5, best="seasonal_naive")
    asked = []
    monkeypatch.setattr(skill, "judge", lambda *_: verdicts)
    monkeypatch.setattr(choice, "run_backtest", lambda *given: asked.append(given[3:6]) or again)
    made = chosen(back_tests(5))
    assert asked == [((24, 30, 36, 42, 48), made.candidates, frozenset({"total"}))]
    assert made.repeated == {"total"}
    assert made.backtest is again
    assert made.compared is not None
    assert set(made.compared.outcomes[0].forecasts) == set(CANDIDATES)


def told(made: Choice, of: Panel | None = None, intervals: Intervals | None = None, **settings: object) -> list[str]:
    """The codes of what a reader is told of a choice."""
    spec = SPEC.model_copy(update=settings)
    outcome = Outcome(60, {}, {}, np.ones(3), {}, frozenset(), {})
    intervals = intervals or Intervals({}, (), {80: np.ones((1, 3, HORIZON))})
    return [notice.code for notice in caveats(of or panel(), HIERARCHY, spec, made, intervals, outcome)]


@pytest.mark.parametrize(
    ("origins", "codes"),
    [
        (5, []),
        (4, ["fewer_backtests"]),
        (3, ["fewer_backtests"]),
        (2, ["fewer_backtests", "too_few_backtests_to_choose"]),
    ],
)
def test_too_few_back_tests_are_owned_up_to(origins: int, codes: list[str]) -> None:
    assert told(chosen(back_tests(origins))) == codes


@pytest.mark.parametrize(("step", "shares"), [(HORIZON, False), (HORIZON - 1, True), (HORIZON + 1, False)])
def test_back_tests_that_share_a_period_are_owned_up_to(step: int, shares: bool) -> None:
    assert ("backtests_share_periods" in told(chosen(back_tests(5, step=step)))) == shares


def test_a_short_history_is_owned_up_to_first() -> None:
    assert told(chosen(None, panel(24)), panel(24)) == ["history_too_short_to_test"]
    short = ["history_under_two_seasons", "history_too_short_to_test"]
    assert told(chosen(None, panel(23)), panel(23)) == short


def test_intervals_that_nothing_measures_are_owned_up_to() -> None:
    made = chosen(back_tests(5))
    assert told(made, intervals=Intervals({}, (95,), {})) == ["intervals_not_measured"]
    assert told(made, intervals=Intervals({}, (), {})) == ["coverage_not_measured"]


def test_the_baseline_and_failed_fits_are_owned_up_to() -> None:
    made = chosen(back_tests(5, best="seasonal_naive"))
    outcome = Outcome(60, {}, {}, np.ones(3), {}, frozenset({2, 0}), {})
    intervals = Intervals({}, (), {80: np.ones((1, 3, HORIZON))})
    notices = list(caveats(panel(), HIERARCHY, SPEC, made, intervals, outcome))
    assert [notice.code for notice in notices] == ["baseline_used", "fits_failed"]
    assert notices[1].values == {"series": ("All together", "b")}
