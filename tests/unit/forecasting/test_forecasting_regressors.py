"""Columns that may help: read by role, used only as far as they were known, and of use."""

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastResult, ForecastSpec, Panel, forecast
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.on_request.regressor import Regressors
from shared_analysis.forecasting.models.on_request.regressors import read_regressors

AREAS = [f"E0900000{number}" for number in range(1, 5)]
MONTHS, HORIZON = 84, 6
RNG = np.random.default_rng(8)
DRIVER = RNG.normal(0, 1, MONTHS + HORIZON)
# What no column tells, and moves all areas alike.
SHOCK = RNG.normal(0, 1, MONTHS)
VALUES = np.stack(
    [
        np.random.default_rng(at).poisson(100 * (at + 1) * np.exp(0.25 * DRIVER[:MONTHS] + 0.1 * SHOCK)).astype(float)
        for at in range(len(AREAS))
    ]
)
COUNTS = counts(dict(zip(AREAS, VALUES, strict=True)))
CALENDAR = DataContract(
    "calendar",
    (
        Column("month", "date", role="period"),
        Column("driver", "number"),
        Column("open", "boolean"),
        Column("note", "string"),
    ),
)
LOCAL = DataContract(
    "local",
    (Column("area", "string", role="area_code"), Column("month", "date", role="period"), Column("driver", "number")),
)


def calendar(values: np.ndarray = DRIVER) -> pd.DataFrame:
    months = pd.period_range("2015-01", periods=len(values), freq="M").start_time
    table = pd.DataFrame({"month": months, "driver": values})
    return table.assign(open=table["driver"] > 0, note="x")


def local(values: np.ndarray) -> pd.DataFrame:
    table = counts(dict(zip(AREAS, values, strict=True)))
    return table.rename(columns={"attendances": "driver"}).dropna()


def spec(*models: str, known: tuple[str, ...] = (), unknown: tuple[str, ...] = (), **settings: object) -> ForecastSpec:
    return ForecastSpec(
        **{
            "table": "attendances",
            "count": "sum",
            "horizon": HORIZON,
            "origins": 3,
            "models": models or ("ridge",),
            "regressors": {"table": "calendar", "known": known, "unknown": unknown},
            **settings,
        }
    )


def read(table: pd.DataFrame, contract: DataContract = CALENDAR, **settings: object) -> Regressors | None:
    asked = spec(**settings)
    panel = Panel.from_table(COUNTS, MONTHLY, asked)
    return read_regressors(table, contract, asked, panel, Hierarchy.of(panel.keys))


def run(table: pd.DataFrame, contract: DataContract = CALENDAR, **settings: object) -> ForecastResult:
    models = settings.pop("models", ())
    return forecast(COUNTS, MONTHLY, spec(*models, **settings), regressors=table, regressors_contract=contract)


def mase(made: ForecastResult, method: str = "ridge") -> float:
    return made.mase()[method]


@pytest.mark.parametrize("model", ["ridge", "gradient_boosting"])
def test_a_column_known_ahead_helps(model: str) -> None:
    helped = run(calendar(), known=("driver",), models=(model,))
    alone = forecast(COUNTS, MONTHLY, spec(model, regressors=None))
    assert mase(helped, model) < 0.8 * mase(alone, model)
    assert helped.mase()["theta"] == alone.mase()["theta"]
    assert helped.chosen == model


def test_a_leading_column_helps_from_what_it_showed_before() -> None:
    ahead = np.r_[DRIVER[1:MONTHS], 0.0] + np.random.default_rng(3).normal(0, 0.5, MONTHS)
    helped = run(calendar(ahead), unknown=("driver",), horizon=1, origins=6)
    alone = forecast(COUNTS, MONTHLY, spec(regressors=None, horizon=1, origins=6))
    assert mase(helped) < 0.8 * mase(alone)


def test_a_back_test_knows_nothing_later_of_a_column_that_is_not_known_ahead() -> None:
    noise = np.random.default_rng(4).normal(0, 1, MONTHS)
    spoiled = noise.copy()
    spoiled[-HORIZON:] += 100  # after the one origin
    before, after = (run(calendar(values), unknown=("driver",), origins=1) for values in (noise, spoiled))
    assert mase(before) == mase(after)
    assert not np.array_equal(before.ahead["mean"], after.ahead["mean"]) or before.chosen != "ridge"


def test_a_column_that_comes_late_comes_as_late_in_every_back_test() -> None:
    noise = np.random.default_rng(4).normal(0, 1, MONTHS)
    made = read(calendar(noise[:-2]), unknown=("driver",))
    assert made is not None
    column = made.columns[0]
    assert column.delay == 2
    node, at = np.array([0]), np.array([50])
    spoiled = noise[:-2].copy()
    spoiled[49:] += 100
    other = read(calendar(spoiled), unknown=("driver",))
    assert other is not None
    one, two = (found.columns[0].features(node, at, 1, 12) for found in (made, other))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_allclose(one[0], noise[[48, 47, 46]] - noise[37:49].mean())


def test_of_a_column_known_ahead_the_period_forecast_and_a_season_before_are_used() -> None:
    made = read(calendar(), known=("driver",))
    assert made is not None
    node, at = np.array([2]), np.array([50])
    usual = DRIVER[39:51].mean()
    np.testing.assert_allclose(made.features(node, at, 3, 12)[0], DRIVER[[53, 41]] - usual)
    np.testing.assert_allclose(made.features(node, at, 14, 12)[0], DRIVER[[64, 40]] - usual)


def test_nodes_above_the_series_have_the_mean_of_their_areas() -> None:
    values = np.random.default_rng(5).normal(0, 1, (len(AREAS), MONTHS))
    made = read(local(values).sample(frac=1, random_state=2), LOCAL, unknown=("driver",))
    assert made is not None
    laid = made.columns[0].values[:, :MONTHS]
    np.testing.assert_allclose(laid[0], values.mean(axis=0))
    np.testing.assert_allclose(laid[-len(AREAS) :], values)


def test_row_order_changes_nothing() -> None:
    one = run(calendar(), known=("driver",), origins=1)
    two = run(calendar().sample(frac=1, random_state=3), known=("driver",), origins=1)
    for name, rows in one.tables.items():
        pd.testing.assert_frame_equal(rows, two.tables[name], check_exact=True)


def test_yes_and_no_are_numbers() -> None:
    made = read(calendar(), known=("open",))
    assert made is not None
    assert set(np.unique(made.columns[0].values)) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("table", "contract", "settings", "message"),
    [
        (calendar(), CALENDAR, {"known": ("driverr",)}, "There is no column 'driverr'."),
        (calendar(), CALENDAR, {"known": ("month",)}, "Column 'month' says which row is which (period)"),
        (calendar(), CALENDAR, {"known": ("note",)}, "not a number, and only numbers can help"),
        (calendar().assign(driver=np.inf), CALENDAR, {"known": ("driver",)}, "not a number"),
        (calendar().drop(columns="month"), CALENDAR, {"known": ("driver",)}, "Columns are missing: month"),
        (calendar().assign(month=pd.NaT), CALENDAR, {"known": ("driver",)}, "have no period"),
        (local(VALUES)[lambda rows: rows["area"] != AREAS[2]], LOCAL, {"unknown": ("driver",)}, AREAS[2]),
        (local(VALUES), LOCAL, {"unknown": ("driver",), "by": ()}, "by area_code, which the series are not"),
        (
            local(VALUES),
            DataContract("local", (Column("month", "date", role="period"), Column("driver", "number"))),
            {"unknown": ("driver",)},
            "rows repeat an earlier period",
        ),
        (
            calendar(),
            DataContract("calendar", (Column("month", "date"), Column("driver", "number"))),
            {"known": ("driver",)},
            "No column says which period a row is for.",
        ),
    ],
    ids=[
        *("a misspelt column", "the period as a regressor", "text", "infinite", "a missing column", "no period"),
        *("an area without rows", "areas that are no series", "areas that nobody declared", "no role"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(
    table: pd.DataFrame, contract: DataContract, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(SharedAnalysisError) as refused:
        read(table, contract, **settings)
    assert message in refused.value.what
    assert refused.value.where
    assert refused.value.next_step


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"models": []}, "`regressors` help only models that learn from all series"),
        ({"models": ["AutoETS"]}, "`regressors` help only models that learn from all series"),
        ({"regressors": {"table": "calendar"}}, "name at least one column"),
        ({"regressors": {"table": "calendar", "known": ["a"], "unknown": ["a"]}}, "a column is named twice: a"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SharedAnalysisError) as refused:
        spec(**{"known": ("driver",), "models": ["ridge"], **settings})
    assert message in refused.value.what


def test_a_misspelt_key_of_the_setting_names_the_nearest() -> None:
    with pytest.raises(SharedAnalysisError) as refused:
        ForecastSpec.from_section(
            {"table": "attendances", "regressors": {"table": "calendar", "knwon": ["x"]}}, "forecast"
        )
    assert "'knwon' is not a setting" in refused.value.what
    assert refused.value.next_step == "did you mean 'known'?"


def test_a_table_and_its_setting_come_together() -> None:
    with pytest.raises(SharedAnalysisError, match="without the setting that names its columns"):
        forecast(COUNTS, MONTHLY, spec(regressors=None), regressors=calendar(), regressors_contract=CALENDAR)
    with pytest.raises(SharedAnalysisError, match="regressors' table calendar is not given"):
        forecast(COUNTS, MONTHLY, spec(known=("driver",)))


def test_short_histories_with_regressors_are_forecast(monthly: DataContract) -> None:
    table = counts({area: seasonal(40, 30, seed=at) for at, area in enumerate(AREAS)})
    asked = spec(known=("driver",), horizon=3)
    made = forecast(table, monthly, asked, regressors=calendar(), regressors_contract=CALENDAR)
    assert np.isfinite(made.ahead["mean"]).all()
