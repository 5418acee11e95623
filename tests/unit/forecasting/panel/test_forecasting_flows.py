"""Figures that are no counts of their period: each kind of them is named, and plain counts are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel

SEEDS = range(6)


def flows(seed: int, *, months: int = 48, level: float = 60.0, trend: float = 0.0, areas: int = 6) -> pd.DataFrame:
    """Counts as they fall: areas down, months across."""
    draw = np.random.default_rng(seed)
    dates = pd.date_range("2018-01-01", periods=months, freq="MS")
    season = 1 + 0.15 * np.sin(2 * np.pi * (dates.month - draw.uniform(0, 12)) / 12) + trend * np.arange(months)
    size = np.exp(draw.normal(0, 0.4, areas))
    return pd.DataFrame(draw.poisson(level * np.outer(size, season)), columns=dates)


def said(wide: pd.DataFrame, name: str = "cases", frequency: str = "monthly") -> str | None:
    """What a forecast of the table says of its counts."""
    long = wide.rename_axis("area").reset_index().melt("area", var_name="when", value_name=name)
    long = long.astype({"area": "string", name: "float64", "when": "datetime64[ns]"})
    columns = (
        Column("area", "string", role="area_name"),
        Column("when", "date", role="period"),
        Column(name, "number", role="count"),
    )
    spec = ForecastSpec(table="t", count="sum", by=["area_name"], frequency=frequency)
    made = Panel.from_table(long, DataContract("t", columns), spec)
    assert np.array_equal(made.values.sum(), long[name].sum())
    return next((notice.values["what"] for notice in made.notices if notice.code == "odd_flow"), None)


@pytest.mark.parametrize("seed", SEEDS)
def test_running_totals_are_named(seed: int) -> None:
    assert said(flows(seed).cumsum(axis=1)) == "running"
    few = flows(seed, level=3).cumsum(axis=1)
    assert said(few) == "running"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("spread", [0.1, 0.2, 0.5])
def test_running_totals_of_counts_that_vary_are_named(seed: int, spread: float) -> None:
    shocks = np.exp(np.random.default_rng(seed).normal(0, spread, (6, 24)))
    counts = (flows(seed, months=24, level=2_400) * shocks).round()
    assert said(counts.cumsum(axis=1), frequency="monthly") == "running"
    assert said(counts) is None


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("trend", [0.05, 0.3])
def test_counts_that_grow_are_no_running_totals(seed: int, trend: float) -> None:
    assert said(flows(seed, months=24, level=50, trend=trend)) is None


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("first", [1, 4, 8])
def test_totals_of_a_year_so_far_are_named(seed: int, first: int) -> None:
    wide = flows(seed, level=20)
    year = wide.columns.year + (wide.columns.month >= first)
    assert said(wide.T.groupby(np.asarray(year)).cumsum().T) == "year"


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_of_a_quarter_so_far_are_named(seed: int) -> None:
    wide = flows(seed)
    assert said(wide.T.groupby(np.asarray(wide.columns.to_period("Q"))).cumsum().T) == "quarter"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("periods", [3, 6, 12])
def test_rolling_sums_are_named(seed: int, periods: int) -> None:
    wide = flows(seed, months=60).T.rolling(periods).sum().T.iloc[:, periods - 1 :]
    assert said(wide) == "smooth"


@pytest.mark.parametrize("seed", SEEDS)
def test_how_many_there_are_at_a_date_is_named(seed: int) -> None:
    came, went = flows(seed, level=20), flows(seed + 100, level=20)
    went = went.mul(came.mean(axis=1) / went.mean(axis=1), axis=0).round()
    assert said(1_000 + (came - went).cumsum(axis=1)) == "smooth"


@pytest.mark.parametrize("seed", SEEDS)
def test_running_totals_by_day_are_not_added_up_by_month(seed: int) -> None:
    draw = np.random.default_rng(seed)
    days = pd.date_range("2020-01-01", periods=400, freq="D")
    wide = pd.DataFrame(draw.poisson(9, (4, 400)), columns=days).cumsum(axis=1)
    with pytest.raises(SharedAnalysisError, match="adding them up over time counts the same things again"):
        said(wide)
    assert said(wide, frequency="daily") == "running"
    by_month = pd.DataFrame(draw.poisson(9, (4, 400)), columns=days)
    by_month = by_month.T.groupby(np.asarray(days.to_period("M"))).cumsum().T
    with pytest.raises(SharedAnalysisError, match="rise through each month"):
        said(by_month)


@pytest.mark.parametrize(
    "name",
    [
        "rate", "cases_per_1000", "AverageWait", "cumulative_cases", "caseload", "Percent", "proportion_seen",
        "cases year-to-date",
    ],
)  # fmt: skip
def test_a_name_of_a_rate_or_a_level_is_said(name: str) -> None:
    assert said(flows(1), name) == "named"


def test_fractions_are_said() -> None:
    assert said(flows(1) / 7) == "fractions"


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    "shape", [{"level": 12}, {"level": 400}, {"level": 20_000}, {"trend": 0.05}, {"trend": -0.012}, {"months": 120}]
)
def test_plain_counts_are_not_named(seed: int, shape: dict[str, float]) -> None:
    assert said(flows(seed, **shape)) is None  # type: ignore[arg-type]


def test_counts_that_never_change_are_not_named() -> None:
    assert said(flows(1) * 0 + 7) is None
