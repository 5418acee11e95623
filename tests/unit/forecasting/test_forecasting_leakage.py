"""Ways in which a regressor knows what it could not have known: each is refused, and honest columns are not."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastResult, ForecastSpec, Panel, forecast
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.on_request.regressors import read_regressors

AREAS = [f"E0900000{number}" for number in range(1, 7)]
MONTHS, HORIZON = 72, 6
LAST = pd.Period("2020-12", "M")
VALUES = np.stack([seasonal(60 * (at + 1), MONTHS, seed=10 + at, growth=0.003) for at in range(len(AREAS))])
COUNTS = counts(dict(zip(AREAS, VALUES, strict=True)))

BY_AREA = DataContract(
    "drivers",
    (
        Column("area", "string", role="area_code"),
        Column("month", "date", role="period"),
        Column("driver", "number"),
        Column("published", "date"),
    ),
)
BY_MONTH = DataContract("drivers", (Column("month", "date", role="period"), Column("driver", "number")))


def by_area(values: np.ndarray, first: str = "2015-01") -> pd.DataFrame:
    """A column by area and month; months without a value have no row."""
    table = counts(dict(zip(AREAS, values, strict=True)), start=first)
    return table.rename(columns={"attendances": "driver"}).dropna().assign(published=pd.NaT)


def by_month(values: np.ndarray, first: str = "2015-01") -> pd.DataFrame:
    months = pd.period_range(first, periods=len(values), freq="M").start_time
    return pd.DataFrame({"month": months, "driver": values}).dropna()


def settings(*, known: bool = False, table: str = "drivers") -> ForecastSpec:
    return ForecastSpec(
        table="attendances",
        count="sum",
        horizon=HORIZON,
        models=["ridge"],
        regressors={"table": table, "known" if known else "unknown": ["driver"]},
        origins=1,
    )


def run(table: pd.DataFrame, contract: DataContract | None = None, *, known: bool = False) -> ForecastResult:
    contract = contract or (BY_AREA if "area" in table else BY_MONTH)
    return forecast(COUNTS, MONTHLY, settings(known=known), regressors=table, regressors_contract=contract)


def noise(seed: int, shape: int | tuple[int, ...], spread: float) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, spread, shape)


def unrelated(months: int) -> np.ndarray:
    return 10 + noise(1, months, 3)


RAIN = np.random.default_rng(2).gamma(4, 15, MONTHS)


def shifted(values: np.ndarray, months: int) -> np.ndarray:
    """Give each month what comes some months later; the last months have nothing."""
    return np.column_stack([values[:, months:], np.full((len(values), months), np.nan)])


def carried_on(values: np.ndarray) -> np.ndarray:
    """A column to the end of the horizon: last year's values again, with a little noise."""
    return np.column_stack([values, values[:, -12 : -12 + HORIZON] + noise(9, (len(values), HORIZON), 3)])


def centred(values: np.ndarray, months: int) -> np.ndarray:
    frame = pd.DataFrame(values.T)
    return frame.rolling(months, center=True).mean().bfill().to_numpy().T


LEAKS: dict[str, tuple[Callable[[], pd.DataFrame], bool, str]] = {
    "a value after the last count": (
        lambda: by_month(unrelated(MONTHS + 1)),
        False,
        "'driver' has a value for 2021-01, after the last count (2020-12)",
    ),
    "the counts themselves": (lambda: by_area(VALUES), False, "holds the counts themselves"),
    "the counts in other units": (lambda: by_area(VALUES * 0.37 + 12), False, "holds the counts themselves"),
    "the logarithm of the counts": (lambda: by_area(np.log(VALUES)), False, "holds the counts themselves"),
    "the counts without their season": (
        lambda: by_area(VALUES / np.tile(1 + 0.3 * np.sin(2 * np.pi * np.arange(12) / 12), MONTHS // 12)),
        False,
        "holds the counts themselves",
    ),
    "next month's counts": (lambda: by_area(shifted(VALUES, 1)), False, "of 1 month later"),
    "the counts of three months later": (lambda: by_area(shifted(VALUES, 3)), False, "of 3 months later"),
    "next month's counts, rounded and with noise": (
        lambda: by_area(np.round(shifted(VALUES, 1) + noise(6, VALUES.shape, 4), -1)),
        False,
        "of 1 month later",
    ),
    "next month's growth": (
        lambda: by_area(shifted(np.diff(VALUES, axis=1, prepend=VALUES[:, :1]) / np.roll(VALUES, 1, axis=1), 1)),
        False,
        "moves as the growth of the counts of 1 month later",
    ),
    "next month's share of London": (
        lambda: by_area(shifted(VALUES / VALUES.sum(axis=0), 1)),
        False,
        "of 1 month later",
    ),
    "London's total of the same month": (lambda: by_month(VALUES.sum(axis=0)), False, "themselves, or what was worked"),
    "London's total of next month, for every area": (
        lambda: by_area(np.tile(shifted(VALUES.sum(axis=0)[None], 1), (len(AREAS), 1))),
        False,
        "of 1 month later",
    ),
    "one area's counts of next month, for all": (lambda: by_month(shifted(VALUES, 1)[2]), False, "of 1 month later"),
    "a centred moving average": (lambda: by_area(centred(VALUES, 5)), False, "as a centred moving average"),
    "a centred moving average of the total": (
        lambda: by_month(centred(VALUES.sum(axis=0)[None], 3)[0]),
        False,
        "as a centred moving average",
    ),
    "the sum over the coming quarter": (
        lambda: by_area(shifted(VALUES, 1) + shifted(VALUES, 2) + shifted(VALUES, 3)),
        False,
        "a sum over coming periods",
    ),
    "an honest column whose rows moved a month back": (
        lambda: by_area(shifted(VALUES + noise(7, VALUES.shape, 3), 1)),
        False,
        "of 1 month later",
    ),
    "the counts, declared as known ahead": (
        lambda: by_area(carried_on(VALUES + noise(8, VALUES.shape, 1))),
        True,
        "is declared as known ahead and moves as the counts do",
    ),
    "last month's counts, declared as known ahead": (
        lambda: by_area(carried_on(np.column_stack([VALUES[:, :1], VALUES[:, :-1]]))),
        True,
        "What is known ahead cannot follow what has not happened",
    ),
    "the weather as known ahead, its future filled in by last year's": (
        lambda: by_month(np.r_[RAIN, RAIN[-12 : -12 + HORIZON]]),
        True,
        "its future values were filled in",
    ),
    "the weather as known ahead, its future filled in by its mean": (
        lambda: by_month(np.r_[RAIN, np.full(HORIZON, RAIN.mean())]),
        True,
        "one value throughout",
    ),
    "the weather as known ahead, its future filled in by the months' means": (
        lambda: by_month(np.r_[RAIN, RAIN.reshape(-1, 12).mean(axis=0)[:HORIZON]]),
        True,
        "the mean of that part of every year",
    ),
    "a column known ahead with a hole in the past": (
        lambda: by_month(np.where(np.arange(MONTHS + HORIZON) == 40, np.nan, unrelated(MONTHS + HORIZON))),
        True,
        "has no value in 2018-05, within the history",
    ),
    "a column known ahead that ends within the horizon": (
        lambda: by_month(unrelated(MONTHS + 2)),
        True,
        "has no value in 2021-03, within the horizon",
    ),
    "figures with the day of a later publication": (
        lambda: by_area(noise(3, VALUES.shape, 3)).assign(
            published=lambda table: table["month"] + pd.DateOffset(days=45)
        ),
        False,
        "What was published later was not known then",
    ),
    "an area and month given twice, once revised": (
        lambda: pd.concat([by_area(noise(4, VALUES.shape, 3)), by_area(noise(5, (6, 1), 3))]),
        False,
        "rows repeat an earlier area_code and period",
    ),
    "counts of months that have not happened": (
        lambda: by_month(unrelated(MONTHS - HORIZON - 3)),
        False,
        "the counts hold months that have not happened",
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_is_refused(leak: str) -> None:
    make, known, message = LEAKS[leak]
    with pytest.raises(SharedAnalysisError) as refused:
        run(make(), known=known)
    assert message in refused.value.what
    assert "driver" in f"{refused.value.what} {refused.value.where}"
    assert refused.value.next_step


def test_the_counted_table_itself_is_refused() -> None:
    with pytest.raises(SharedAnalysisError, match="names the table that is counted"):
        settings(table="attendances")


@pytest.mark.parametrize(
    "columns",
    [
        (Column("table", "string"), Column("record_id", "string", role="record_id"), Column("entity_id", "string")),
        (Column("person", "string", role="linked_record_id"), Column("month", "date", role="period")),
        (Column("month", "date", role="period"), Column("match_weight", "number")),
    ],
    ids=["the register", "a table of events", "a table of links"],
)
def test_a_table_of_records_is_refused(columns: tuple[Column, ...]) -> None:
    contract = DataContract("drivers", (*columns, Column("driver", "number")))
    with pytest.raises(SharedAnalysisError, match="about single records, or was made by linkage"):
        run(pd.DataFrame({column.name: ["1"] for column in contract.columns}), contract)


def bank_holidays() -> pd.DataFrame:
    months = pd.period_range("2015-01", periods=MONTHS + HORIZON, freq="M")
    usual = {1: 1, 5: 2, 8: 1, 12: 2}
    easter = {2015: 4, 2016: 3, 2017: 4, 2018: 4, 2019: 4, 2020: 4, 2021: 4}
    days = [usual.get(month.month, 0) + 2 * (easter[month.year] == month.month) for month in months]
    return by_month(np.array(days, dtype=float))


def school_terms() -> pd.DataFrame:
    days = np.tile([20, 15, 20, 10, 18, 20, 15, 0, 20, 17, 21, 14], 7)[: MONTHS + HORIZON]
    return by_month(days + np.random.default_rng(1).integers(-1, 2, len(days)).astype(float))


def weather() -> pd.DataFrame:
    at = np.arange(MONTHS)
    return by_month(11 - 7 * np.cos(2 * np.pi * at / 12) + np.random.default_rng(2).normal(0, 1.5, MONTHS))


def population() -> pd.DataFrame:
    years = np.arange(MONTHS + HORIZON) / 12
    return by_area(np.outer(np.arange(1, 7) * 50_000, 1 + 0.01 * years))


def leading() -> pd.DataFrame:
    ahead = shifted(VALUES, 1)
    spread = np.diff(VALUES, axis=1).std(axis=1, keepdims=True)
    noise = np.random.default_rng(3).normal(0, 0.5, VALUES.shape) * spread
    return by_area((ahead + noise)[:, :-1])


def late_figures() -> pd.DataFrame:
    return by_area(np.random.default_rng(4).normal(50, 5, (len(AREAS), MONTHS - 2)))


@pytest.mark.parametrize(
    ("make", "known"),
    [
        (bank_holidays, True),
        (school_terms, True),
        (weather, False),
        (population, True),
        (leading, False),
        (late_figures, False),
    ],
    ids=lambda given: given.__name__ if callable(given) else "known ahead" if given else "not known ahead",
)
def test_an_honest_column_is_accepted(make: Callable[[], pd.DataFrame], known: bool) -> None:
    made = run(make(), known=known)
    assert "ridge" in set(made.accuracy["method"])


def test_unrelated_columns_are_not_refused_by_chance() -> None:
    spec = settings(known=True)
    panel = Panel.from_table(COUNTS, MONTHLY, spec)
    hierarchy = Hierarchy.of(panel.keys)
    for seed in range(30):
        walk = noise(seed, (len(AREAS), MONTHS + HORIZON), 1).cumsum(axis=1)
        assert read_regressors(by_area(walk), BY_AREA, spec, panel, hierarchy)
