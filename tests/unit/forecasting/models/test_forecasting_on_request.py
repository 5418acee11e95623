"""Models on request: found by name, fitted where they fit, and one of the candidates."""

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal
from threadpoolctl import threadpool_info, threadpool_limits

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastResult, ForecastSpec, forecast
from shared_analysis.forecasting.models.ensemble import make_members, name_method
from shared_analysis.forecasting.models.fitted import MemberForecast
from shared_analysis.forecasting.models.on_request import global_models, statsforecast_models
from shared_analysis.forecasting.models.on_request.prepared import PreparedModels

REAL_ENGINES = True
AREAS = [f"E0900000{number}" for number in range(1, 5)]
NODES = np.stack([seasonal(50 * (at + 1), 60, seed=at, growth=0.004) for at in range(4)])
SPARSE = np.random.default_rng(1).poisson(0.3, 60).astype(float)


def spec(*models: str, **settings: object) -> ForecastSpec:
    return ForecastSpec(**{"table": "attendances", "count": "sum", "models": models, "origins": 2, **settings})


def make(text: str, nodes: np.ndarray = NODES, **settings: object) -> tuple[MemberForecast, dict[str, MemberForecast]]:
    asked = spec(text, **settings)
    usual = make_members(nodes, 12, asked.horizon, asked.levels)
    return PreparedModels.of(asked).forecast(asked.models, nodes, usual)[asked.models[0]], usual


def run(*models: str, table: pd.DataFrame | None = None, **settings: object) -> ForecastResult:
    table = counts(dict(zip(AREAS, NODES, strict=True))) if table is None else table
    return forecast(table, MONTHLY, spec(*models, **settings))


@pytest.mark.parametrize(
    ("text", "what", "next_step"),
    [
        ("AutoETTS", "There is no model 'AutoETTS'.", "did you mean 'AutoETS'?"),
        ("autoarima", "There is no model 'autoarima'.", "did you mean 'AutoARIMA'?"),
        ("Lasso", "There is no model 'Lasso'.", "did you mean 'sklearn.linear_model.Lasso'?"),
        ("gradientboosting", "There is no model 'gradientboosting'.", "did you mean 'gradient_boosting'?"),
        ("sklearn.linear_model.Laso", "There is no model", "did you mean 'sklearn.linear_model.Lasso'?"),
        ("sklearn.preprocessing.StandardScaler", "There is no model", None),
        ("statsforecast.models.AutoETS", "There is no model", "did you mean 'AutoETS'?"),
        ("GARCH", "There is no model 'GARCH'.", None),
        ("os.system", "There is no model 'os.system'.", None),
        ("AutoETS(modle='ZZZ')", "AutoETS takes no argument 'modle'.", "did you mean 'model'?"),
        ("AutoETS(season_length=7)", "AutoETS takes no argument 'season_length'.", None),
        ("ridge(alfa=2)", "ridge takes no argument 'alfa'.", "did you mean 'alpha'?"),
    ],
)
def test_a_model_that_is_not_there_is_refused_before_anything_is_counted(
    text: str, what: str, next_step: str | None
) -> None:
    with pytest.raises(SharedAnalysisError) as refused:
        forecast(pd.DataFrame(), MONTHLY, spec(text))
    assert refused.value.what.startswith(what)
    assert next_step is None or refused.value.next_step == next_step
    assert refused.value.where == "params.yaml, section forecast, setting models"


@pytest.mark.parametrize(
    "text",
    [
        *("AutoETS", "AutoCES", "AutoTheta", "HoltWinters", "Holt", "HistoricAverage", "RandomWalkWithDrift", "MFLES"),
        *("WindowAverage", "SeasonalWindowAverage", "SeasonalExponentialSmoothing", "SimpleExponentialSmoothing"),
        *("AutoRegressive(lags=2)", "ARIMA(order=(1, 0, 0))", "UCM", "LocalLinearTrend", "ridge", "gradient_boosting"),
        *("sklearn.linear_model.Lasso(alpha=0.001)", "sklearn.ensemble.ExtraTreesRegressor(n_estimators=5)"),
    ],
)
def test_every_kind_of_model_forecasts(text: str) -> None:
    made, usual = make(text)
    assert made.mean.shape == (4, 12)
    assert made.fitted.shape == NODES.shape
    assert not made.failed
    assert np.isfinite(made.fitted[:, -12:]).all()
    assert not np.array_equal(made.mean, usual["seasonal_naive"].mean)
    level = NODES[:, -12:].mean(axis=1)
    np.testing.assert_allclose(made.mean.mean(axis=1), level, rtol=0.4)


def test_a_model_without_fitted_values_is_given_those_of_theta() -> None:
    made, usual = make("WindowAverage")
    np.testing.assert_array_equal(made.fitted, usual["theta"].fitted)
    np.testing.assert_allclose(made.mean[:, 0], NODES[:, -12:].mean(axis=1))


@pytest.mark.parametrize("text", ["CrostonSBA", "CrostonClassic", "CrostonOptimized", "TSB", "IMAPA", "ADIDA"])
def test_models_of_intermittent_demand_are_used_where_more_than_half_is_zero(text: str) -> None:
    made, usual = make(text, np.vstack([NODES[:1], SPARSE]))
    np.testing.assert_array_equal(made.mean[0], usual["theta"].mean[0])
    assert np.ptp(made.mean[1]) == 0
    assert 0 < made.mean[1, 0] < 2
    assert "more than half of the counts are zero and the theta method elsewhere" in name_method(text, "year")


def test_a_learner_learns_what_the_series_have_in_common() -> None:
    # The year's shape is only in what others did before: each area has noise as large as its season.
    rng = np.random.default_rng(3)
    shape = 1 + 0.5 * np.sin(2 * np.pi * np.arange(84) / 12)
    truth = np.stack([level * shape for level in np.linspace(5, 30, 40)])
    nodes = rng.poisson(truth).astype(float)
    errors = {}
    made, usual = make("ridge", nodes[:, :72])
    for name, mean in (("ridge", made.mean), ("repeat", usual["seasonal_naive"].mean), ("theta", usual["theta"].mean)):
        errors[name] = np.abs(mean - truth[:, 72:]).mean()
    assert errors["ridge"] < 0.95 * errors["theta"]
    assert errors["ridge"] < 0.6 * errors["repeat"]


@pytest.mark.parametrize("text", ["AutoETS", "ridge"])
def test_odd_series_are_repeated_and_stop_nobody(text: str) -> None:
    odd = np.stack([np.zeros(60), np.full(60, 7.0), np.r_[np.zeros(50), np.arange(10) + 5.0], NODES[0]])
    made, usual = make(text, odd)
    np.testing.assert_array_equal(made.mean[:3], usual["seasonal_naive"].mean[:3])
    assert not np.array_equal(made.mean[3], usual["seasonal_naive"].mean[3])
    assert not made.failed


@pytest.mark.parametrize(("text", "months"), [("gradient_boosting", 9), ("ridge", 13), ("AutoETS", 20), ("ridge", 25)])
def test_short_histories_are_repeated_or_learned_from(text: str, months: int) -> None:
    table = counts({area: seasonal(50, months, seed=at) for at, area in enumerate(AREAS)})
    made = run(text, table=table, horizon=6)
    assert np.isfinite(made.ahead["mean"]).all()


def test_a_series_that_a_model_cannot_fit_is_repeated_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = statsforecast_models._forecast

    def failing(engine: object, history: np.ndarray, horizon: int) -> object:
        if history[0] == NODES[1, 0]:
            raise RuntimeError("no convergence")
        return real(engine, history, horizon)

    monkeypatch.setattr(statsforecast_models, "_forecast", failing)
    made, usual = make("AutoETS")
    assert made.failed == {1}
    np.testing.assert_array_equal(made.mean[1], usual["seasonal_naive"].mean[1])


def test_a_regressor_that_cannot_learn_leaves_every_series_repeated() -> None:
    made, usual = make("sklearn.linear_model.Lasso(alpha='much')")
    assert made.failed == {0, 1, 2, 3}
    np.testing.assert_array_equal(made.mean, usual["seasonal_naive"].mean)


def test_requests_are_candidates_with_names() -> None:
    made = run("ridge", "CrostonSBA", origins=1)
    assert {"ridge", "CrostonSBA", "theta_mstl"} <= set(made.accuracy["method"])
    assert "ridge regression" in made.charts()["accuracy"].svg()


def test_the_best_request_is_chosen_reconciled_and_said() -> None:
    # The year's shape turns over every year: only a regression on the year before can see that.
    rng = np.random.default_rng(5)
    months = np.arange(96)
    shape = 1 + 0.4 * np.sin(2 * np.pi * months / 12) * np.where(months // 12 % 2, 1, -1)
    areas = {f"E090000{at:02d}": rng.poisson(50.0 * at * shape).astype(float) for at in range(1, 8)}
    made = run("ridge", table=counts(areas), origins=3)
    assert made.chosen == "ridge"
    assert "The method is ridge regression on all series together." in made.summary()
    ahead = made.tables["forecast"]
    total = ahead[ahead["level"] == "total"].set_index("period")["mean"]
    parts = ahead[ahead["level"] == "series"].groupby("period")["mean"].sum()
    np.testing.assert_allclose(total, parts, rtol=1e-5)
    assert set(ahead["model"]) == {"ridge"}


@pytest.mark.slow
def test_the_same_over_processes_rows_and_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    table = counts(dict(zip(AREAS, NODES, strict=True)))
    asked = ("AutoETS", "ridge", "gradient_boosting", "sklearn.ensemble.RandomForestRegressor(n_estimators=3)")
    one = run(*asked, table=table, processes=1, origins=1)
    monkeypatch.setattr(statsforecast_models, "_WORTH_PROCESSES", 0.0)
    monkeypatch.setattr(statsforecast_models, "_TASTE", 1)
    two = run(*asked, table=table.sample(frac=1, random_state=1), processes=2, origins=1)
    for name, rows in one.tables.items():
        pd.testing.assert_frame_equal(rows, two.tables[name], check_exact=True)


@pytest.mark.parametrize("text", ["ridge", "gradient_boosting"])
def test_threads_of_the_numeric_libraries_change_no_bit(text: str) -> None:
    printed = set()
    for threads in (1, 3):
        with threadpool_limits(threads):
            made = make(text)[0]
        printed.add(made.mean.tobytes() + made.fitted.tobytes())
    assert len(printed) == 1


@pytest.mark.parametrize("text", ["ridge", "gradient_boosting"])
def test_what_learns_is_fitted_on_one_thread_so_that_sums_keep_their_last_digits(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    teach, threads = global_models._teach, set()

    def watched(*given: object) -> object:
        threads.update(pool["num_threads"] for pool in threadpool_info())
        return teach(*given)

    monkeypatch.setattr(global_models, "_teach", watched)
    make(text)
    assert threads == {1}


def test_a_model_that_draws_takes_its_seed_from_the_settings() -> None:
    text = "sklearn.ensemble.ExtraTreesRegressor(n_estimators=2)"
    first, again, other = (make(text, seed=seed)[0].mean for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
