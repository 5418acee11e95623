"""Dates are read as the days that are written, or refused by row."""

import pandas as pd
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.dates import read_dates


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-31",
        "2024-03-31T23:59:59+01:00",
        "2024-03-31 23:30Z",
        "2024-03-31T00:15:00.5-0500",
        pd.Timestamp(2024, 3, 31),
    ],
)
def test_the_day_is_the_one_that_is_written(written: object) -> None:
    dates = read_dates(pd.Series([written, None], dtype=object), "here")
    assert dates[0] == pd.Timestamp("2024-03-31")
    assert pd.isna(dates[1])
    assert dates.dt.tz is None


def test_a_value_that_is_no_date_is_refused_by_its_row_and_not_quoted() -> None:
    with pytest.raises(SharedAnalysisError, match="2 values are not dates") as refused:
        read_dates(pd.Series(["2024-03-31", "31.03.2024", "soon"]), "table visits, column day")
    assert "table visits, column day, first in data row 2" in str(refused.value)
    assert "soon" not in str(refused.value)
