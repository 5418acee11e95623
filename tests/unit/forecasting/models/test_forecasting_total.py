"""The total that is forecast by itself, and the parts that share it out."""

from __future__ import annotations

from typing import NoReturn

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal, words_of
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from shared_analysis.forecasting import ForecastResult, ForecastSpec, forecast
from shared_analysis.forecasting.evaluation import choice
from shared_analysis.forecasting.models.total import DIRECT, HALFWAY, forecast_total, share_out, untested_total

COUNTS = st.floats(0, 1e9, allow_subnormal=False).map(lambda count: 0.0 if count < 1e-3 else count)


def run(table: pd.DataFrame, **settings: object) -> ForecastResult:
    return forecast(table, MONTHLY, ForecastSpec(**{"table": "attendances", "count": "sum", **settings}))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_parts_that_may_move_share_a_total_out_in_their_own_proportions(data: st.DataObject) -> None:
    series = data.draw(arrays.arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 3)), elements=COUNTS))
    total = data.draw(arrays.arrays(float, series.shape[1], elements=COUNTS))
    moves = data.draw(arrays.arrays(bool, len(series)))
    scaled = share_out(series, {DIRECT: total}, DIRECT, moves)
    assert (scaled >= 0).all()
    np.testing.assert_array_equal(scaled[~moves], series[~moves])
    held, before = series[~moves].sum(axis=0), series[moves].sum(axis=0)
    wanted = np.where(before > 0, np.maximum(total - held, 0), before)
    np.testing.assert_allclose(scaled[moves].sum(axis=0), wanted, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(scaled[moves] * before, series[moves] * wanted, rtol=1e-9, atol=1e-6)


def test_halfway_is_halfway_and_no_total_changes_nothing() -> None:
    series, moves = np.array([[10.0, 0.0], [30.0, 0.0]]), np.array([True, True])
    np.testing.assert_array_equal(share_out(series, {HALFWAY: np.array([80.0, 5.0])}, HALFWAY, moves).sum(0), [60, 0])
    assert share_out(series, {}, DIRECT, moves) is series


@pytest.mark.parametrize(
    ("history", "season"),
    [(seasonal(100, 23), 12), (np.full(60, 7.0), 12), (np.zeros(60), 12), (np.arange(9.0), 1)],
    ids=["short", "constant", "nothing", "years"],
)
def test_what_cannot_be_fitted_has_no_total_of_its_own(history: np.ndarray, season: int) -> None:
    steps = np.full(6, history.mean())
    assert forecast_total(np.asarray(history, dtype=float), steps, steps, season) == {}


def test_where_the_engine_fails_the_parts_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from statsforecast.models import AutoCES

    def fail(*_: object, **__: object) -> NoReturn:
        raise Exception("no luck")

    steps = np.full(6, 100.0)
    assert set(forecast_total(np.asarray(seasonal(100, 60)), steps, steps, 12)) == {DIRECT, HALFWAY}
    monkeypatch.setattr(AutoCES, "forecast", fail)
    assert forecast_total(np.asarray(seasonal(100, 60)), steps, steps, 12) == {}


@pytest.mark.parametrize(("season", "way"), [(4, HALFWAY), (12, HALFWAY), (52, ""), (7, ""), (1, "")])
def test_untested_it_is_done_only_where_it_is_known_to_help(season: int, way: str) -> None:
    assert untested_total(season) == way


def growing_parts(months: int) -> pd.DataFrame:
    """Every borough grows as the others do, each hidden in noise of its own."""
    rng = np.random.default_rng(5)
    level = 12 * np.exp(0.012 * np.arange(months)) * (1 + 0.15 * np.sin(2 * np.pi * np.arange(months) / 12))
    return counts({f"E090000{number:02}": rng.poisson(level).astype(float) for number in range(1, 34)})


def test_a_total_that_grows_is_not_held_back_by_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = growing_parts(96)
    last = whole["month"].max() - pd.DateOffset(months=12)
    known, later = whole[whole["month"] <= last], whole[whole["month"] > last]
    actual = later.groupby("month")["attendances"].sum().to_numpy()

    def total(made: ForecastResult) -> np.ndarray:
        levels = {level: rows.groupby("period")["mean"].sum() for level, rows in made.ahead.groupby("level")}
        np.testing.assert_allclose(levels["series"], levels["total"], rtol=1e-9)
        return np.asarray(levels["total"])

    direct = run(known)
    assert any("forecast by itself" in words for words in words_of(direct))
    monkeypatch.setattr(choice, "_choose_total", lambda *_: "")
    summed = run(known)
    assert not any("by itself" in words for words in words_of(summed))
    assert np.abs(total(direct) - actual).mean() < 0.9 * np.abs(total(summed) - actual).mean()


def test_too_few_back_tests_put_it_halfway_and_say_so() -> None:
    assert any("halfway" in words for words in words_of(run(growing_parts(37))))
    assert not any("total is" in words for words in words_of(run(counts({"E09000001": seasonal(50, 60)}))))
