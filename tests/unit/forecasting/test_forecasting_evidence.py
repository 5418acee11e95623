"""What counts as evidence: errors of what was counted, since a series began, of the forecast that is published."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal, words_of

from shared_analysis.forecasting import ForecastResult, ForecastSpec, Panel, forecast
from shared_analysis.forecasting.calendars import touch_break
from shared_analysis.forecasting.evaluation import skill
from shared_analysis.forecasting.evaluation.backtest import (
    Backtest,
    Outcome,
    _where_counted,
    forecast_from,
    mase_scale,
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


def test_where_a_method_is_no_better_than_the_baseline_the_baseline_is_taken() -> None:
    actual = np.full((3, 1, 4), 10.0)
    made = {name: np.full((1, 4), 12.0) for name in ("level", "seasonal_naive", "theta")}
    outcome = Outcome(24, made, {}, np.ones(1), {}, frozenset(), {})
    assert Backtest((outcome,) * 3, actual, (True,) * 3).best() == "seasonal_naive"
    better = replace(outcome, forecasts={**made, "theta": np.full((1, 4), 11.0)})
    assert Backtest((better,) * 3, actual, (True,) * 3).best() == "theta"


def test_a_node_that_was_hardly_ever_counted_whole_keeps_its_errors_against_stand_ins() -> None:
    residuals = np.arange(48.0).reshape(2, 24)
    counted = np.ones((2, 24), dtype=bool)
    counted[0, :11] = False
    counted[1, :13] = False
    kept = _where_counted(residuals, counted, 12)
    assert np.isnan(kept[0, :11]).all()
    np.testing.assert_array_equal(kept[0, 11:], residuals[0, 11:])
    np.testing.assert_array_equal(kept[1], residuals[1])


@pytest.mark.parametrize(
    ("span", "touched"),
    [
        ("2020-04-10/2020-04-20", True),
        ("2020-06-15/2020-08-01", True),
        ("2019-01/2020-03", False),
        ("2020-07/2021-01", False),
    ],
)
def test_a_break_within_the_last_period_touches(span: str, touched: bool) -> None:
    periods = pd.period_range("2020-04", "2020-06", freq="M")
    assert touch_break(periods, (span,)) == touched


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
