"""The forecast: chosen by back-test, coherent, never negative, and said truly."""

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, events, every_month, seasonal, words_of

from shared_analysis.contracts import DataContract
from shared_analysis.forecasting import ForecastResult, ForecastSpec, forecast
from shared_analysis.forecasting.models import ensemble

REAL_ENGINES = True
AREAS = [f"E0900000{number}" for number in range(1, 7)]


def run(table: pd.DataFrame, contract: DataContract, **settings: object) -> ForecastResult:
    return forecast(table, contract, ForecastSpec(**{"table": contract.name, "count": "sum", **settings}))


@pytest.fixture(scope="module")
def boroughs() -> pd.DataFrame:
    return counts({area: seasonal(40 * (at + 1), 84, seed=at, growth=0.004) for at, area in enumerate(AREAS)})


@pytest.fixture(scope="module")
def result(boroughs: pd.DataFrame) -> ForecastResult:
    return run(boroughs, MONTHLY, breaks=["2020-03/2020-07"])


def test_a_growing_seasonal_panel_is_forecast_better_than_by_last_year(result: ForecastResult) -> None:
    assert result.chosen != ensemble.BASELINE
    assert result.metrics["mase_ratio"] < 0.9
    assert result.metrics["mase"] == min(value for name, value in result.metrics.items() if name == "mase")


def test_the_metrics_are_those_of_the_backtest_table(result: ForecastResult) -> None:
    tested = result.tables["backtest"]
    panel = result.tables["panel"]
    parts = tested[(tested["level"] == "series") & ~tested["touches_break"]]
    errors = {"mean": [], "seasonal_naive": []}
    for (area, origin), rows in parts.groupby(["area_code", "origin"]):
        known = panel[(panel["area_code"] == area) & (panel["period"] <= origin)]["count"].to_numpy()
        scale = np.abs(known[12:] - known[:-12]).mean()
        for name, found in errors.items():
            found.append((rows["actual"] - rows[name]).abs().mean() / scale)
    skill = result.tables["skill"].set_index("level").loc["series"]
    assert skill["mase"] == pytest.approx(np.mean(errors["mean"]), rel=1e-4)
    assert skill["mase_seasonal_naive"] == pytest.approx(np.mean(errors["seasonal_naive"]), rel=1e-4)
    accuracy = result.tables["accuracy"].set_index(["level", "method"])["mase"]
    assert accuracy["series", result.chosen] == skill["mase"]
    assert accuracy["every level", result.chosen] == result.metrics["mase"]


def test_back_tests_that_touch_a_break_are_measured_apart(boroughs: pd.DataFrame, result: ForecastResult) -> None:
    tested, accuracy = result.tables["backtest"], result.accuracy
    origins = tested.groupby("origin")["touches_break"].first()
    assert origins[origins].index.strftime("%Y-%m").tolist() == ["2019-12"]
    assert result.skill["back_tests"].eq(len(origins) - 1).all()
    apart = accuracy[accuracy["level"] == "every level, touching a break"]
    assert set(apart["method"]) == set(accuracy["method"])
    untouched = run(boroughs, MONTHLY)
    assert "every level, touching a break" not in set(untouched.accuracy["level"])
    assert set(result.seconds) >= {"theta", "mstl"}


def test_backtests_know_nothing_later_than_their_origin(boroughs: pd.DataFrame, monthly: DataContract) -> None:
    spoiled = boroughs.copy()
    last = spoiled["month"] >= "2021-01-01"
    spoiled.loc[last, "attendances"] = spoiled.loc[last, "attendances"] * 3
    before, after = (run(table, monthly, origins=1) for table in (boroughs, spoiled))
    columns = ["area_code", "origin", "period", "seasonal_naive"]
    one, two = (made.tables["backtest"][columns] for made in (before, after))
    pd.testing.assert_frame_equal(one, two)
    assert before.metrics["mase"] != after.metrics["mase"]


def test_every_level_adds_up_and_nothing_is_negative(result: ForecastResult) -> None:
    ahead = result.tables["forecast"]
    total = ahead[ahead["level"] == "total"].set_index("period")
    tested = result.tables["backtest"]
    for level in ("sub_region", "series"):
        parts = ahead[ahead["level"] == level].groupby("period")[["mean", "seasonal_naive"]].sum()
        np.testing.assert_allclose(total[["mean", "seasonal_naive"]], parts, rtol=1e-11)
        sums = [tested[tested["level"] == at].groupby(["origin", "period"])["mean"].sum() for at in ("total", level)]
        np.testing.assert_allclose(*sums, rtol=1e-11)
    assert set(total["area_code"]) == {"E12000007"}
    assert (ahead[["mean", "lo_80", "lo_95"]] >= 0).all().all()
    assert (ahead["lo_95"] <= ahead["lo_80"]).all()
    assert (ahead["lo_80"] <= ahead["mean"]).all()
    assert (ahead["hi_95"] >= ahead["hi_80"]).all()
    assert ahead["period"].min() == pd.Timestamp("2022-01-01")
    assert len(ahead) == (1 + 5 + 6) * 12


@pytest.mark.slow
def test_intervals_hold_about_as_often_as_they_say(monthly: DataContract) -> None:
    measured, came = [], []
    for draw in range(3):
        table = counts({f"A{at:02d}": seasonal(30 + 5 * at, 96, seed=100 * draw + at) for at in range(20)})
        made = run(table[table["month"] < "2022-01-01"], monthly)
        measured.append([made.metrics["coverage_80"], made.metrics["coverage_95"]])
        ahead = made.ahead[made.ahead["level"] == "series"].merge(
            table, left_on=["area_code", "period"], right_on=["area", "month"]
        )
        values = ahead["attendances"]
        came.append(
            [((values >= ahead[f"lo_{level}"]) & (values <= ahead[f"hi_{level}"])).mean() for level in (80, 95)]
        )
    for found in (np.mean(measured, axis=0), np.mean(came, axis=0)):
        assert 0.76 <= found[0] <= 0.90
        assert 0.93 <= found[1] <= 0.995


def test_where_last_year_is_best_it_is_used_and_that_is_said(monthly: DataContract) -> None:
    # Each month of the year is a random walk of its own: nothing is left to learn from the other months.
    steps = np.random.default_rng(5).normal(0, 60, (len(AREAS), 8, 12))
    walks = (2000 + steps.cumsum(axis=1)).reshape(len(AREAS), -1)
    made = run(counts(dict(zip(AREAS, walks, strict=True))), monthly)
    assert made.chosen == "seasonal_naive"
    assert "No method was more accurate than repeating the last year, so that is used." in made.summary()
    ahead = made.tables["forecast"]
    assert (ahead["mean"] == ahead["seasonal_naive"]).all()
    assert made.charts()["accuracy"].title.startswith("No method was more accurate")


@pytest.mark.parametrize(
    ("months", "horizon", "origins", "message"),
    [
        (3, 12, 0, "fewer than two years of data"),
        (13, 6, 0, "fewer than two years of data"),
        (24, 12, 0, "too short for a back-test"),
        (30, 12, 0, "too short for a back-test"),
        (37, 12, 2, "History allows 2 of the 5 back-tests"),
        (60, 12, 5, ""),
    ],
)
def test_short_histories(monthly: DataContract, months: int, horizon: int, origins: int, message: str) -> None:
    table = counts({area: seasonal(50, months, seed=at) for at, area in enumerate(AREAS[:2])})
    made = run(table, monthly, horizon=horizon)
    ahead = made.tables["forecast"]
    assert np.isfinite(ahead[["mean", "lo_80", "hi_80", "lo_95", "hi_95"]]).all().all()
    assert (ahead["lo_95"] <= ahead["mean"]).all()
    assert (ahead["mean"] <= ahead["hi_95"]).all()
    assert made.metrics["origins"] == origins
    assert message in made.summary()
    assert "mase" in made.metrics if origins else "mase" not in made.metrics
    assert list(made.tables["backtest"].columns)[:3] == ["level", "area_code", "origin"]
    assert made.charts()["total"].svg()


def test_odd_series_do_not_stop_the_others(monthly: DataContract) -> None:
    table = counts(
        {
            "E09000001": np.zeros(60),
            "E09000002": np.full(60, 7.0),
            "E09000003": np.r_[np.zeros(50), np.arange(10) + 5.0],
            "E09000004": seasonal(1e9, 60),
            "E09000005": np.maximum(40 - np.arange(60.0), 0),
            "E09000006": np.random.default_rng(1).poisson(0.4, 60).astype(float),
        }
    )
    made = run(table, monthly)
    ahead = made.ahead[made.ahead["level"] == "series"].set_index("area_code")
    assert (ahead.loc["E09000001", ["mean", "lo_95", "hi_95"]] == 0).all().all()
    assert (ahead.loc["E09000002", "mean"] == 7).all()
    assert (ahead.loc["E09000005", "mean"] <= 2).all()
    assert np.isfinite(ahead.select_dtypes("number")).all().all()
    assert made.charts()


def test_a_single_value_and_a_constant_are_no_certainty(monthly: DataContract) -> None:
    short = counts({"E09000001": np.r_[np.zeros(9), 100.0], "E09000002": np.full(10, 50.0), "E09000003": np.zeros(10)})
    ahead = run(short, monthly).ahead
    first = ahead[ahead["level"] == "series"].groupby("area_code").first()
    # The difference of two Poisson counts of mean 100 has a standard deviation of 14, and one of mean 50 of 10.
    assert first.loc["E09000001", ["lo_80", "mean", "hi_80"]].tolist() == [81, 100, 119]
    assert first.loc["E09000002", ["lo_80", "mean", "hi_80"]].tolist() == [37, 50, 63]
    assert (first.loc["E09000003", ["lo_80", "mean", "hi_80"]] == 0).all()


def test_an_engine_that_fails_costs_one_series_not_the_panel(
    boroughs: pd.DataFrame, monthly: DataContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = ensemble._fit

    def failing(name: str, history: np.ndarray, *rest: object) -> object:
        return None if len(history) and history[0] == boroughs["attendances"].iloc[0] else fit(name, history, *rest)

    monkeypatch.setattr(ensemble, "_fit", failing)
    made = run(boroughs, monthly, origins=1)
    assert np.isfinite(made.ahead[made.ahead["area_code"] == AREAS[0]]["mean"]).all()
    # The City of London is also all that there is of its sub-region here.
    message = (
        "2 series could not be fitted at some point and were repeated there instead: Central London, City of London."
    )
    assert message in words_of(made)


def test_one_series_of_events(contacts: DataContract) -> None:
    rng = np.random.default_rng(3)
    rows = [row for row in every_month(48) for _ in range(rng.integers(1, 9))]
    made = forecast(events(rows), contacts, ForecastSpec(table="contacts", count="rows", horizon=3))
    ahead = made.tables["forecast"]
    assert set(ahead["level"]) == {"series"}
    assert len(ahead) == 3
    assert "mase_total" not in made.metrics
    # Fifteen errors support 80 %, so how often that held is drawn; they do not support 95 %.
    assert made.coverage["series"].keys() == {80}
    assert set(made.charts()) == {"total", "accuracy", "reliability"}
    assert "contacts a month in Camden" in made.summary()


def test_a_year_that_repeats_exactly_is_repeated_and_no_accuracy_is_claimed(contacts: DataContract) -> None:
    made = forecast(events(every_month(36, "2021-01")), contacts, ForecastSpec(table="contacts", count="rows"))
    assert made.tables["forecast"]["mean"].tolist() == [4, 3, 4, 3, 4, 3, 4, 4, 3, 4, 3, 4]
    assert "mase" not in made.metrics
    assert "more accurate than" not in made.summary().replace("No method was more accurate than", "")


@pytest.mark.parametrize(
    ("months", "shared"), [(40, "share 11 of their 12 months"), (60, "share 6 of their 12 months"), (84, "")]
)
def test_back_tests_that_share_periods_are_owned_up_to(monthly: DataContract, months: int, shared: str) -> None:
    notices = words_of(run(counts({area: seasonal(50, months, seed=at) for at, area in enumerate(AREAS)}), monthly))
    message = [notice for notice in notices if "back-tests next to each other" in notice]
    assert [shared in notice for notice in message] == ([True] if shared else [])


@pytest.mark.parametrize(("frequency", "freq", "season"), [("quarterly", "Q", 4), ("daily", "D", 7)])
def test_other_calendars_are_forecast_in_their_own_words(
    monthly: DataContract, frequency: str, freq: str, season: int
) -> None:
    table = counts(
        {area: seasonal(80, 10 * season, season=season, seed=at) for at, area in enumerate(AREAS)}, freq=freq
    )
    made = run(table, monthly, frequency=frequency, horizon=season)
    noun = made.panel.calendar.noun
    assert f"Over the next {season} {noun}s" in made.summary()
    assert len(made.ahead) == 12 * season
    assert made.metrics["origins"] == 5
