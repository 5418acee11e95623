"""What counts as evidence: errors of what was counted, since a series began, of the forecast that is published."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal, words_of

from shared_analysis.forecasting import ForecastResult, ForecastSpec, Panel, forecast
from shared_analysis.forecasting.evaluation import skill
from shared_analysis.forecasting.evaluation.backtest import (
    Backtest,
    Outcome,
    _where_counted,
    choose_origins,
    forecast_from,
    mase_scale,
    total_seconds,
    typical_error,
)
from shared_analysis.forecasting.evaluation.conformal import prediction_intervals
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import CANDIDATES

SPEC = ForecastSpec(table="attendances", count="sum")
THETA = {"theta": CANDIDATES["theta"], "seasonal_naive": CANDIDATES["seasonal_naive"]}


def run(table: pd.DataFrame, **settings: object) -> ForecastResult:
    return forecast(table, MONTHLY, ForecastSpec(**{"table": "attendances", "count": "sum", **settings}))


def test_bounds_are_rounded_outward_when_they_are_written() -> None:
    table = counts({f"E0900000{at}": seasonal(39871 * at, 84, seed=at, growth=0.004) for at in range(1, 7)})
    made = run(table)
    written = made.tables["forecast"]
    assert (written["hi_95"] > 1e6).any(), "six digits are not enough for these"
    for level in (80, 95):
        assert (written[f"lo_{level}"] <= made.ahead[f"lo_{level}"]).all()
        assert (written[f"hi_{level}"] >= made.ahead[f"hi_{level}"]).all()
        np.testing.assert_allclose(written[f"hi_{level}"], made.ahead[f"hi_{level}"], rtol=1e-5)
        assert (written[f"lo_{level}"] <= written["mean"]).all()
        assert (written[f"hi_{level}"] >= written["mean"]).all()


@pytest.mark.parametrize("seed", [4, 5, 7])
def test_a_wider_level_is_never_narrower(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.maximum(100 + np.cumsum(rng.normal(size=84) * 6) + rng.normal(size=84) * 3, 0).round()
    if seed % 2:
        values[60:66] *= 2
    ahead = run(counts({"A": values}), levels=(50, 80, 90, 95)).ahead
    for lower, higher in ((50, 80), (80, 90), (90, 95)):
        assert (ahead[f"hi_{higher}"] >= ahead[f"hi_{lower}"]).all()
        assert (ahead[f"lo_{higher}"] <= ahead[f"lo_{lower}"]).all()


def test_a_level_that_cannot_be_measured_costs_the_others_nothing() -> None:
    made = run(counts({"A": seasonal(50, 84)}), levels=(80, 99))
    assert made.coverage["every level"].keys() == {80}
    assert any("too few back-test errors for the 99% interval" in notice for notice in words_of(made))


def test_zeros_before_a_series_began_say_nothing_of_its_errors() -> None:
    values = np.random.default_rng(1).poisson(50, 60).astype(float)
    alone = Hierarchy.of(pd.DataFrame({"category": ["only"]}))
    young, late = (forecast_from(row[None], alone, SPEC, THETA) for row in (values, np.r_[np.zeros(48), values]))
    assert late.spread["theta"] == pytest.approx(young.spread["theta"])
    short = np.r_[np.zeros(50), values[:10]]
    longer = np.r_[np.zeros(150), values[:10]]
    spreads = [forecast_from(row[None], alone, SPEC, THETA).spread["theta"] for row in (short, longer)]
    assert spreads[0] == pytest.approx(spreads[1])


@pytest.mark.parametrize("months", [1, 10])
def test_a_series_too_young_to_have_erred_is_no_certainty(months: int) -> None:
    young = np.r_[np.zeros(60 - months), np.random.default_rng(2).poisson(200, months)]
    table = counts({"A": seasonal(200, 60, seed=3, growth=0.01), "B": young, "C": seasonal(200, 60, seed=5)})
    panel = Panel.from_table(table, MONTHLY, SPEC)
    made = forecast_from(panel.values, Hierarchy.of(panel.keys), SPEC, THETA).forecasts["theta"]
    assert np.abs(made[2] - young[-1]).max() > 1, "the total's forecast moves it as it does the others"


def test_stand_ins_are_no_evidence_of_small_errors() -> None:
    table = counts({f"E0900000{at}": seasonal(80, 60, seed=at) for at in range(1, 4)})
    gone = np.random.default_rng(1).random(len(table)) < 0.35
    gaps = (table["area"] == "E09000002") & gone & ~table["month"].isin([table["month"].min(), table["month"].max()])
    spec = ForecastSpec(table="attendances", count="sum", missing="unknown")
    panel = Panel.from_table(table[~gaps], MONTHLY, spec)
    hierarchy = Hierarchy.of(panel.keys)
    made = forecast_from(panel.values, hierarchy, spec, THETA, known=panel.known)
    at = int(np.flatnonzero(hierarchy.nodes["area_code"] == "E09000002")[-1])
    row, known = panel.values[1], panel.known[1]
    pairs = known[12:] & known[:-12]
    assert 10 < pairs.sum() < 40
    assert made.scale[at] == pytest.approx(np.abs(row[12:] - row[:-12])[pairs].mean())
    assert made.scale[at] > 1.1 * mase_scale(row, 12)
    total = known[12:] & known[:-12]
    whole = panel.values.sum(axis=0)
    assert made.scale[0] == pytest.approx(np.abs(whole[12:] - whole[:-12])[total].mean())
    assert (
        made.spread["seasonal_naive"][at]
        > 1.1 * forecast_from(panel.values, hierarchy, spec, THETA).spread["seasonal_naive"][at]
    )


def test_stand_ins_do_not_stop_bounds_of_counts_from_being_whole() -> None:
    table = counts({f"A{at}": seasonal(50, 84, seed=at) for at in range(4)})
    made = run(table[table["month"] != "2019-05-01"], missing="unknown")
    assert (made.panel.values % 1 != 0).any()
    assert (made.ahead[["lo_80", "hi_80", "lo_95", "hi_95"]] % 1 == 0).all().all()


@pytest.mark.parametrize(("first", "verdicts"), [("2019-05-01", 3), ("2021-09-01", 0)])
def test_a_level_is_judged_by_the_back_tests_in_which_it_is_known(first: str, verdicts: int) -> None:
    table = counts({f"A{at}": seasonal(50, 84, seed=at) for at in range(4)})
    made = run(table[(table["month"] >= first) | (table["area"] != "A1")], missing="unknown")
    judged = made.skill.set_index("level")
    assert judged.loc["series", "back_tests"] == 5
    assert judged["back_tests"].get("total", 0) >= verdicts
    assert not np.isinf(judged[["skill_low", "skill_high"]].to_numpy(dtype=float)).any()
    assert np.isfinite(judged.loc["series", "skill_low"])
    if verdicts:
        assert judged.loc["total", "back_tests"] < 5
        assert np.isfinite(judged.loc["total", "skill_low"]) == (judged.loc["total", "back_tests"] >= 3)


def test_accuracy_is_that_of_the_forecast_that_is_published(monkeypatch: pytest.MonkeyPatch) -> None:
    judge, calls = skill.judge, []

    def worse_at_first(backtest: Backtest, candidate: str, hierarchy: Hierarchy) -> pd.DataFrame:
        found = judge(backtest, candidate, hierarchy)
        calls.append(candidate)
        return found.assign(verdict="worse") if len(calls) == 1 else found

    monkeypatch.setattr(skill, "judge", worse_at_first)
    made = run(counts({f"E0900000{at}": seasonal(40 * at, 84, seed=at, growth=0.004) for at in range(1, 5)}))
    assert len(calls) == 2
    assert made.chosen != "seasonal_naive"
    accuracy = made.accuracy.set_index(["level", "method"])["mase"]
    for row in made.skill.itertuples():
        assert accuracy[row.level, made.chosen] == pytest.approx(row.mase)
        assert accuracy[row.level, "seasonal_naive"] == pytest.approx(row.mase_seasonal_naive)
    assert made.metrics["mase_ratio"] == pytest.approx(1)
    assert set(made.accuracy["method"]) == set(CANDIDATES)


def test_a_method_that_errs_where_the_baseline_does_not_is_not_as_good() -> None:
    rng = np.random.default_rng(1)
    made = run(counts({"A": np.r_[rng.poisson(50, 12), np.tile(rng.poisson(50, 12), 6)].astype(float)}))
    accuracy = made.accuracy[made.accuracy["level"] == "every level"].set_index("method")
    assert accuracy.loc["seasonal_naive", ["mase", "mase_ratio"]].tolist() == [0, 1]
    assert (accuracy["mase"].drop("seasonal_naive") > 0).all()
    assert accuracy["mase_ratio"].drop("seasonal_naive").isna().all()


def test_an_interval_that_is_the_methods_own_is_no_narrower_than_a_measured_one() -> None:
    made = run(counts({"A": seasonal(50, 84)}), levels=(80, 99))
    assert (made.ahead["hi_99"] >= made.ahead["hi_80"]).all()
    own, panel = ForecastSpec(table="attendances", count="sum", levels=(80, 99)), made.panel
    outcome = forecast_from(panel.values, made.hierarchy, own, THETA)
    low = replace(outcome, half_widths={level: np.zeros((1, 12)) for level in (80, 99)})
    backtests = Backtest((outcome,) * 5, np.tile(panel.values[:, -12:], (5, 1, 1)) + 30, (True,) * 5)
    intervals = prediction_intervals(panel, made.hierarchy, own, backtests, low, "theta")
    assert intervals.unmeasured == (99,)
    assert (intervals.bounds[80][1] > low.forecasts["theta"]).all()
    assert (intervals.bounds[99][1] >= intervals.bounds[80][1]).all()


def test_the_typical_error_grows_as_the_root_of_the_level() -> None:
    values = np.r_[np.tile([80.0, 120.0], 30), np.tile([380.0, 420.0], 6)][None]
    residuals, scale = np.full((1, 72), 20.0), np.array([20.0])
    now, usual = 400.5, values.mean() + 0.5
    assert typical_error(values, residuals, scale, 12)[0] == pytest.approx(20 * np.sqrt(now / usual))


def test_a_node_that_was_hardly_ever_counted_whole_keeps_its_errors_against_stand_ins() -> None:
    residuals = np.arange(48.0).reshape(2, 24)
    counted = np.ones((2, 24), dtype=bool)
    counted[0, :12] = False
    counted[1, :13] = False
    kept = _where_counted(residuals, counted, 12)
    assert np.isnan(kept[0, :12]).all()
    np.testing.assert_array_equal(kept[0, 12:], residuals[0, 12:])
    np.testing.assert_array_equal(kept[1], residuals[1])


def same_forecasts(errors: dict[str, float], origins: int, normal: tuple[bool, ...] | None = None) -> Backtest:
    """Back-tests of one node in which each candidate errs by the same everywhere."""
    forecasts = {name: np.full((1, 4), 10.0 + error) for name, error in errors.items()}
    outcome = Outcome(24, forecasts, {}, np.ones(1), {}, frozenset(), {})
    return Backtest((outcome,) * origins, np.full((origins, 1, 4), 10.0), normal or (True,) * origins)


def test_what_another_run_forecasts_joins_what_is_there() -> None:
    def ran(name: str) -> Backtest:
        part = {name: np.full((1, 4), 1.0)}
        outcome = Outcome(24, part, {name: np.ones(1)}, np.ones(1), {}, frozenset(), {"fit": 2.0})
        return Backtest((outcome,), np.ones((1, 1, 4)), (True,))

    (joined,) = ran("theta").updated(ran("ridge")).outcomes
    assert set(joined.forecasts) == set(joined.spread) == {"theta", "ridge"}
    assert joined.seconds == {"fit": 4.0}


@pytest.mark.parametrize(
    ("errors", "best"),
    [
        ({"level": 2.0, "seasonal_naive": 2.0, "theta": 2.0}, "seasonal_naive"),
        ({"level": 2.0, "seasonal_naive": 2.0, "theta": 1.0}, "theta"),
        ({"level": 2.0, "seasonal_naive": 2.0, "theta": 2.0 - 1e-11}, "seasonal_naive"),
        ({"seasonal_naive": 2.0, "theta": 2.0 - 1e-8}, "theta"),
        ({"level": 1.0, "seasonal_naive": 2.0, "theta": 1.0}, "level"),
        ({"theta": 1.0, "seasonal_naive": 2.0, "level": 1.0}, "theta"),
    ],
    ids=["all alike", "better", "better by a hair", "better by more", "two alike", "the first of two alike"],
)
def test_of_methods_that_err_alike_the_baseline_is_taken_and_then_the_first(
    errors: dict[str, float], best: str
) -> None:
    assert same_forecasts(errors, origins=3).best() == best


def test_where_the_baseline_never_erred_there_is_nothing_to_choose_by() -> None:
    tested = same_forecasts({"theta": 1.0, "seasonal_naive": 0.0}, origins=3)
    nothing = replace(tested, outcomes=tuple(replace(part, scale=np.array([np.nan])) for part in tested.outcomes))
    assert not nothing.has_errors
    assert nothing.best() == "seasonal_naive"
    assert tested.has_errors


@pytest.mark.parametrize(
    ("normal", "used"),
    [
        ((True, True, True, True, True), [0, 1, 2, 3, 4]),
        ((True, False, True, False, True), [0, 2, 4]),
        ((True, False, True, False, False), [0, 1, 2, 3, 4]),
        ((False, False, False, False, False), [0, 1, 2, 3, 4]),
    ],
    ids=["no break", "three left", "two left", "none left"],
)
def test_back_tests_that_touch_a_break_are_left_out_where_three_are_left(
    normal: tuple[bool, ...], used: list[int]
) -> None:
    assert same_forecasts({"seasonal_naive": 1.0}, origins=5, normal=normal).used == used


@pytest.mark.parametrize(
    ("periods", "season", "horizon", "most", "expected"),
    [
        (108, 12, 12, 3, (72, 84, 96)),
        (48, 12, 12, 3, (24, 30, 36)),
        (38, 12, 12, 3, (24, 25, 26)),
        (37, 12, 12, 3, (24, 25)),
        (36, 12, 12, 3, (24,)),
        (35, 12, 12, 3, ()),
        (37, 12, 12, 1, (25,)),
    ],
)
def test_origins_lie_a_horizon_apart_where_history_allows_and_two_seasons_come_before(
    periods: int, season: int, horizon: int, most: int, expected: tuple[int, ...]
) -> None:
    assert choose_origins(periods, season, horizon, most) == expected


def test_seconds_are_those_of_every_fit() -> None:
    outcome = same_forecasts({"theta": 1.0}, origins=1).outcomes[0]
    timed = [replace(outcome, seconds={"theta": at, "mstl": 1.0}) for at in (1.0, 2.0)]
    assert total_seconds(timed) == {"mstl": 2.0, "theta": 3.0}


def test_the_forecast_and_its_back_tests_know_what_was_counted_and_nothing_later() -> None:
    table = counts({f"E0900000{at}": seasonal(80, 60, seed=at) for at in range(1, 4)})
    gaps = (table["area"] == "E09000002") & table["month"].dt.year.isin([2016, 2017]) & (table["month"].dt.month > 5)
    made = run(table[~gaps], missing="unknown")
    panel, tried = made.panel, {made.chosen: CANDIDATES[made.chosen], "seasonal_naive": CANDIDATES["seasonal_naive"]}
    spec = ForecastSpec(table="attendances", count="sum", missing="unknown")
    for table_, known in ((made.ahead, 60), (made.tested[made.tested["origin"] == "2018-12-01"], 48)):
        knowing, not_knowing = (
            forecast_from(panel.values[:, :known], made.hierarchy, spec, tried, known=there).forecasts[made.chosen]
            for there in (panel.known[:, :known], None)
        )
        at = (table_["level"] == "series").to_numpy()
        np.testing.assert_allclose(table_.loc[at, "mean"], knowing[-3:].ravel(), rtol=1e-5)
        assert not np.allclose(table_.loc[at, "mean"], not_knowing[-3:].ravel(), rtol=1e-5)
