"""How far apart a table counts, and the frequencies its counts can be forecast at."""

import re

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import counts

from shared_analysis.contracts import DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel
from shared_analysis.forecasting.panel.frequency import _stride, infer_frequency


@pytest.mark.parametrize(
    ("freq", "frequency", "says"),
    [
        ("M", "weekly", "counts are monthly, .* set `frequency` to monthly"),
        ("M", "daily", "counts are monthly, .* set `frequency` to monthly"),
        ("Q", "monthly", "counts are quarterly, .* set `frequency` to quarterly"),
        ("Y", "quarterly", "counts are yearly, .* set `frequency` to yearly"),
        ("W-SUN", "daily", "counts are weekly, .* set `frequency` to weekly"),
        ("W-SUN", "monthly", "weeks do not fit into months.* set `frequency` to weekly"),
        ("W-TUE", "quarterly", "weeks do not fit into quarters"),
    ],
)
def test_counts_that_do_not_fit_the_frequency_are_refused(
    monthly: DataContract, freq: str, frequency: str, says: str
) -> None:
    table = counts({"E09000001": np.arange(1.0, 31.0)}, freq=freq)
    with pytest.raises(SharedAnalysisError) as refusal:
        Panel.from_table(table, monthly, ForecastSpec(table="attendances", count="sum", frequency=frequency))
    assert re.search(says, " ".join(str(refusal.value).split()))


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (pd.bdate_range("2023-01-02", periods=40), "daily"),
        (pd.date_range("2023-01-04", periods=9, freq="7D"), "weekly"),
        (pd.date_range("2023-01-31", periods=9, freq="ME"), "monthly"),
        (pd.date_range("2023-01-01", periods=24, freq="WOM-1MON"), "monthly"),
        (pd.date_range("2023-01-01", periods=40, freq="MS")[[0, 1, 4, 9, 10, 15, 21, 30]], "monthly"),
        (pd.date_range("2023-01-01", periods=40, freq="MS").union(pd.DatetimeIndex(["2024-02-17"])), "monthly"),
        (pd.date_range("2023-01-01", periods=9, freq="QS"), "quarterly"),
        (pd.date_range("2015-04-01", periods=9, freq="YS-APR"), "yearly"),
        (pd.to_datetime(["2023-01-03", "2023-02-17", "2023-04-01", "2023-06-24", "2023-08-09"]), "daily"),
        (pd.to_datetime(["2023-01-03"]), None),
    ],
)
def test_the_step_is_told_from_the_dates(days: pd.DatetimeIndex, step: str | None) -> None:
    assert infer_frequency(days) == step


@pytest.mark.parametrize(("at", "stride"), [(range(0, 20, 3), 3), ([0, 1, 4, 9, 10, 15, 21, 30], 1), ([0, 2], 1)])
def test_a_stride_is_the_way_between_rows_where_it_is_nearly_always_the_same(at: list[int], stride: int) -> None:
    assert _stride(np.array(at)) == stride
