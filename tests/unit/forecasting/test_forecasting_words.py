"""What is said is what the numbers say, and the intervals are the quantiles they claim to be."""

import re

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import counts, seasonal

from shared_analysis.contracts import DataContract
from shared_analysis.forecasting import ForecastSpec, drawing, forecast, words


def test_the_headline_and_the_table_come_from_the_forecast(monthly: DataContract) -> None:
    table = counts({"E09000007": seasonal(900, 60, growth=0.01), "E09000008": seasonal(90, 60, seed=2)})
    made = forecast(table, monthly, ForecastSpec(table="attendances", count="sum"))
    ahead = made.tables["processed/forecast/forecast"]
    total = ahead[ahead["level"] == "total"]
    expected, before = total["mean"].mean(), table["attendances"].tail(12).mean()
    before = table.groupby("month")["attendances"].sum().tail(12).mean()
    text = made.summary()
    assert f"we expect {expected:,.0f} attendances a month in London" in text
    assert f"{100 * (expected / before - 1):,.0f}% more than in the last 12 months ({before:,.0f})" in text
    camden = ahead[ahead["area_code"] == "E09000007"]
    assert f"| Camden | {table['attendances'][48:60].mean():,.0f} | {camden['mean'].mean():,.0f} |" in text
    skill = 100 * (1 - made.metrics["mase"] / made.metrics["mase_seasonal_naive"])
    assert f"{skill:.0f}% more accurate than repeating the last year" in text
    assert "counts in both" not in text
    said = [text, *(words for chart in made.charts().values() for words in (chart.title, chart.alt))]
    assert not re.search(r"\d\s+%", " ".join(said))
    assert "an 80% interval" in " ".join(said)


def test_declared_breaks_are_told_apart(monthly: DataContract) -> None:
    table = counts({"E09000007": seasonal(90, 72)}, start="2016-01")
    touched = forecast(table, monthly, ForecastSpec(table="attendances", count="sum", breaks=["2020-03/2020-07"]))
    clear = forecast(table, monthly, ForecastSpec(table="attendances", count="sum", breaks=["2016-03/2016-07"]))
    assert "1 of 3 back-tests touch a declared break" in touched.summary()
    assert "declared break" not in clear.summary()


@pytest.mark.parametrize(
    ("relative", "said", "short"),
    [
        (0.12, "12% more than", "+12%"),
        (-0.5, "50% fewer than", "-50%"),
        (0.001, "about as many as", "0%"),
        (float("nan"), "against none", "-"),
    ],
)
def test_changes(relative: float, said: str, short: str) -> None:
    assert words.change(relative) == said
    assert words.percent(relative) == short


def test_numbers_labels_and_spans() -> None:
    assert [words.number(value) for value in (0.0, 3.14159, 1234.5)] == ["0", "3.1", "1,234"]
    assert words.span_of(3.2, 7.1) == "3 to 8"
    assert words.span_of(3.0, 7.0) == "3 to 7"
    assert words.cell("a|b\nc") == "a\\|b c"


@pytest.mark.parametrize(
    ("months", "horizon", "compared", "counted", "column"),
    [
        (60, 12, "in the last 12 months", (48, 60), "Last 12 months"),
        (60, 3, "in the same months of the last year", (48, 51), "Same months, last year"),
        (6, 12, "in the last 6 months", (0, 6), "Last 6 months"),
        (6, 1, "in the last 6 months", (0, 6), "Last 6 months"),
    ],
)
def test_what_came_before_is_what_was_counted(
    monthly: DataContract, months: int, horizon: int, compared: str, counted: tuple[int, int], column: str
) -> None:
    young = np.r_[np.zeros(months - 3), 290.0, 300.0, 310.0]
    table = counts({"E09000001": np.arange(months) % 12 + 30.0, "E09000002": young})
    table = table[(table["area"] == "E09000001") | (table["attendances"] > 0)]
    made = forecast(table, monthly, ForecastSpec(table="attendances", count="sum", horizon=horizon))
    known = made.panel.values[:, slice(*counted)]
    text = made.summary()
    assert made.metrics["before"] == pytest.approx(known.sum(axis=0).mean(), rel=1e-5)
    assert f"{compared} ({words.number(known.sum(axis=0).mean())})" in text
    assert f"| Area | {column} |" in text
    assert f"| Barking and Dagenham | {words.number(known[1].mean())} |" in text
    assert compared in made.charts()["total"].title


@pytest.mark.parametrize(
    ("first", "last", "most", "marks"),
    [
        ("2016-03-01", "2019-06-01", 8, ["2017", "2018", "2019"]),
        ("2010-01-01", "2019-06-01", 4, ["2010", "2013", "2016", "2019"]),
        ("2023-03-01", "2023-10-01", 4, ["Mar 2023", "May 2023", "Jul 2023", "Sep 2023"]),
        ("2022-10-15", "2023-02-15", 8, ["Nov 2022", "Dec 2022", "Jan 2023", "Feb 2023"]),
        ("2023-05-03", "2023-05-23", 4, ["3 May", "9 May", "15 May", "21 May"]),
        ("2023-12-30", "2024-01-02", 4, ["30 Dec", "31 Dec", "1 Jan", "2 Jan"]),
    ],
)
def test_a_time_axis_is_marked_whatever_its_length(first: str, last: str, most: int, marks: list[str]) -> None:
    places, names = drawing.date_ticks(pd.Timestamp(first), pd.Timestamp(last), most)
    assert names == marks
    assert (np.diff(places) > 0).all()


def test_charts_of_less_than_a_year_have_dates(monthly: DataContract) -> None:
    table = counts({f"E0900000{at}": np.arange(30, 38.0) * at for at in range(1, 5)}, start="2023-02")
    made = forecast(table, monthly, ForecastSpec(table="attendances", count="sum", horizon=2))
    for chart in (made.charts()["total"], made.charts()["series"]):
        marks = [label.get_text() for ax in chart.figure.axes for label in ax.get_xticklabels()]
        assert "Feb 2023" in marks
    assert "Repeating the last month would end" in made.charts()["total"].alt
    small = made.charts()["series"].figure.axes
    assert [ax.xaxis.get_tick_params()["labelbottom"] for ax in small[:4]] == [False, True, True, True]


def test_one_is_written_as_one(monthly: DataContract) -> None:
    table = counts({f"A{at:02d}": seasonal(60 + at, 48, seed=at) for at in range(words.MOST_ROWS + 1)})
    made = forecast(table, monthly, ForecastSpec(table="attendances", count="sum", horizon=1))
    text = made.summary() + made.charts()["total"].alt
    assert "| Next month | Change |" in text
    assert "\n1 smaller series is in the forecast table." in text
    assert "a forecast of 1 month that ends" in text
    assert not re.search(r"\b1 (months|series are|series have|rows|periods|back-tests)\b", text)
