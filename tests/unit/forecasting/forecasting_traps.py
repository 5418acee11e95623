"""Tables with one fault each, and what a forecast of one must be: finite, or refused in words."""

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastResult, ForecastSpec, Panel, forecast

BOROUGHS = [f"E0900000{area}" for area in range(1, 6)]
BY_AGE = DataContract(
    "attendances",
    (
        Column("area", "string", role="area_code", primary_key=True),
        Column("month", "date", role="period", primary_key=True),
        Column("age", "string", primary_key=True),
        Column("attendances", "integer", role="count"),
    ),
)


def settings(**changes: object) -> ForecastSpec:
    return ForecastSpec(**{"table": "attendances", "count": "sum", "horizon": 3, "origins": 1, **changes})


def panel(table: pd.DataFrame, contract: DataContract = MONTHLY, **changes: object) -> Panel:
    return Panel.from_table(table, contract, settings(**changes))


def refusal(table: pd.DataFrame, contract: DataContract = MONTHLY, **changes: object) -> str:
    """What a forecast of the table is refused with, on one line."""
    with pytest.raises(SharedAnalysisError) as refused:
        forecast(table, contract, settings(**changes))
    assert refused.value.next_step
    return " ".join(str(refused.value).split())


def finite(table: pd.DataFrame, contract: DataContract = MONTHLY, **changes: object) -> ForecastResult:
    """A forecast whose every number is one, and none below zero."""
    made = forecast(table, contract, settings(**changes))
    ahead = made.tables["forecast"].select_dtypes("number")
    assert len(ahead)
    assert np.isfinite(ahead).all().all()
    assert (ahead >= 0).all().all()
    assert made.summary()
    return made


def boroughs(months: int = 48, number: int = 5, level: float = 100) -> pd.DataFrame:
    """Boroughs with about the same level, from January 2015."""
    return counts({area: seasonal(level, months, seed=at) for at, area in enumerate(BOROUGHS[:number])})


def rows_of(table: pd.DataFrame, area: str, first: str, last: str | None = None) -> pd.Series:
    months = (table["month"] >= first) & (table["month"] <= (last or first))
    return (table["area"] == area) & months
