"""Calendars: how their periods are written, and which of them touch a declared break."""

import pandas as pd
import pytest

from shared_analysis.forecasting.calendars import FREQUENCIES, calendar_of, name_period, touch_break, within


@pytest.mark.parametrize(
    ("frequency", "written", "after"),
    [
        ("daily", "31 May 2024", "on 31 May 2024"),
        ("weekly", "the week of 27 May 2024", "in the week of 27 May 2024"),
        ("monthly", "May 2024", "in May 2024"),
        ("quarterly", "April–June 2024", "in April–June 2024"),
    ],
)
def test_a_period_is_written_by_its_own_calendar(frequency: str, written: str, after: str) -> None:
    calendar = FREQUENCIES[frequency]
    period = pd.Timestamp("2024-05-31").to_period(calendar.code)
    assert calendar_of(period) == calendar
    assert name_period(period) == written
    assert within(period) == after


@pytest.mark.parametrize(
    ("span", "touched"),
    [
        ("2020-04-10/2020-04-20", True),
        ("2020-06-15/2020-08-01", True),
        ("2020-06-30/2020-06-30", True),
        ("2020-04-01/2020-04-01", True),
        ("2019-01/2020-03", False),
        ("2020-03-31/2020-03-31", False),
        ("2020-07-01/2020-07-01", False),
        ("2020-07/2021-01", False),
    ],
)
def test_a_break_touches_periods_that_share_a_day_with_it(span: str, touched: bool) -> None:
    assert touch_break(pd.period_range("2020-04", "2020-06", freq="M"), (span,)) == touched


def test_periods_apart_are_not_touched_by_a_break_between_them() -> None:
    apart = pd.PeriodIndex(["2020-01", "2020-06"], freq="M")
    assert not touch_break(apart, ("2020-03/2020-04",))
    assert touch_break(apart, ("2020-03/2020-04", "2020-06/2020-06"))
    assert not touch_break(apart[:0], ("2020-03/2020-04",))
