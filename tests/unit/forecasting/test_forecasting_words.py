"""What a summary says is what the numbers say."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal

from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting import ForecastSpec, forecast
from shared_analysis.forecasting.reporting import summary
from shared_analysis.forecasting.reporting.charts import evidence
from shared_analysis.forecasting.reporting.phrases import number
from shared_analysis.forecasting.result import ForecastResult


def test_the_headline_and_the_table_come_from_the_forecast(monthly: DataContract) -> None:
    table = counts({"E09000007": seasonal(900, 60, growth=0.01), "E09000008": seasonal(90, 60, seed=2)})
    made = forecast(table, monthly, ForecastSpec(table="attendances", count="sum"))
    ahead = made.tables["forecast"]
    total = ahead[ahead["level"] == "total"]
    expected, before = total["mean"].mean(), table["attendances"].tail(12).mean()
    before = table.groupby("month")["attendances"].sum().tail(12).mean()
    text = made.summary()
    assert f"we expect {expected:,.0f} attendances a month in London" in text
    assert f"{100 * (expected / before - 1):,.0f}% more than in the last 12 months ({before:,.0f})" in text
    camden = ahead[ahead["area_code"] == "E09000007"]
    assert f"| Camden | {table['attendances'][48:60].mean():,.0f} | {camden['mean'].mean():,.0f} |" in text
    better = 100 * (1 - made.metrics["mase"] / made.metrics["mase_seasonal_naive"])
    assert f"its error was {better:.0f}% below that of repeating the last year" in text
    assert "counts in both" not in text
    message = [text, *(told for chart in made.charts().values() for told in (chart.title, chart.alt))]
    assert not re.search(r"\d\s+%", " ".join(message))
    assert "an 80% interval" in " ".join(message)


def test_declared_breaks_are_told_apart(monthly: DataContract) -> None:
    table = counts({"E09000007": seasonal(90, 72)}, start="2016-01")
    touched = forecast(table, monthly, ForecastSpec(table="attendances", count="sum", breaks=["2020-03/2020-07"]))
    clear = forecast(table, monthly, ForecastSpec(table="attendances", count="sum", breaks=["2016-03/2016-07"]))
    number_touched = touched.normal.count(False)
    assert 1 < number_touched < len(touched.origins)
    assert f"{number_touched} of {len(touched.origins)} back-tests touch a declared break" in touched.summary()
    everything = replace(touched, used=tuple(range(len(touched.origins))))
    assert "so accuracy and coverage in normal times may differ" in everything.summary()
    assert "left out" not in everything.summary()
    assert "declared break" not in clear.summary()


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
    assert f"{compared} ({number(known.sum(axis=0).mean())})" in text
    assert f"| Area | {column} |" in text
    assert f"| Barking and Dagenham | {number(known[1].mean())} |" in text
    assert compared in made.charts()["total"].title


def test_one_is_written_as_one(monthly: DataContract) -> None:
    table = counts({f"A{at:02d}": seasonal(60 + at, 48, seed=at) for at in range(summary.MOST_ROWS + 1)})
    made = forecast(table, monthly, ForecastSpec(table="attendances", count="sum", horizon=1))
    text = made.summary() + made.charts()["total"].alt
    assert "| Next month | Change |" in text
    assert "\n1 smaller series is in the forecast table." in text
    assert "a forecast of 1 month that ends" in text
    assert not re.search(r"\b1 (months|series are|series have|rows|periods|back-tests)\b", text)


VERDICTS = ("better", "worse", "cannot tell")


@pytest.fixture(scope="module")
def boroughs() -> ForecastResult:
    table = counts({f"E0900000{at}": seasonal(40 * at, 96, seed=at) for at in range(1, 7)}, start="2012-01")
    return forecast(table, MONTHLY, ForecastSpec(table="attendances", count="sum"))


def skill_rows(verdicts: dict[str, str], back_tests: int = 5) -> pd.DataFrame:
    """Made-up evidence, by level."""
    ends = {"better": (0.1, 0.5), "worse": (-0.5, -0.1), "cannot tell": (-0.2, 0.6)}
    rows = [
        {
            "level": level,
            "nodes": 1,
            "back_tests": back_tests,
            "mase": 0.7,
            "mase_seasonal_naive": 1.0,
            "skill": sum(ends[verdict]) / 2,
            "skill_low": ends[verdict][0],
            "skill_high": ends[verdict][1],
            "verdict": verdict,
        }
        for level, verdict in verdicts.items()
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("total", VERDICTS)
@pytest.mark.parametrize("series", VERDICTS)
def test_the_verdict_follows_the_evidence_at_each_level(boroughs: ForecastResult, total: str, series: str) -> None:
    made = replace(boroughs, chosen="theta", skill=skill_rows({"total": total, "series": series}))
    message = summary.verdict(made)
    for noun, verdict in (("London", total), ("single areas", series)):
        claims = {"better": rf"better than repeating the last year for [^;]*{noun}"}
        claims |= {"worse": rf"worse than repeating the last year for [^;]*{noun}"}
        for name, pattern in claims.items():
            # Up to the next verdict: "better ... for London and worse ... for single areas" claims one of each.
            parts = re.split(r" and (?=worse|better)", message)
            assert any(re.search(pattern, part) for part in parts) == (name == verdict), message
    assert ("cannot tell" in message) == ("cannot tell" in (total, series))
    assert message in made.summary()
    assert f"| London | {total} |" in made.summary()
    assert f"| Single areas | {series} |" in made.summary()
    if "It was" in message:
        assert evidence.skill_chart(made).title == message.replace("It was", "The method was")


def test_where_nothing_beat_the_baseline_no_skill_is_claimed(boroughs: ForecastResult) -> None:
    made = replace(boroughs, chosen="seasonal_naive", skill=skill_rows({"total": "cannot tell"}))
    assert "The method is repeating the last year: in 5 back-tests none was more accurate." in made.summary()
    assert "better than" not in made.summary()


def test_coverage_stands_beside_what_was_promised(boroughs: ForecastResult) -> None:
    shares = {"every level": {80: 0.7, 95: 0.93}, "total": {80: 0.65, 95: 0.9}, "series": {80: 0.71, 95: 0.935}}
    made = replace(boroughs, coverage=shares)
    text = made.summary()
    assert "80% intervals held | 95% intervals held |" in text
    assert re.search(r"\| London \|.*\| 65% \| 90% \|", text)
    assert "the 80% intervals held less often than they should" in text
    chart = evidence.reliability_chart(made)
    assert chart.title == "The 80% interval held 70% of the time and the 95% interval held 93% of the time: too narrow"
    assert "London: 65% inside the 80% interval and 90% inside the 95% interval" in chart.alt


def test_back_tests_are_what_is_counted_not_series(boroughs: ForecastResult) -> None:
    assert "5 back-tests are 5 observations of the method, however many series there are" in boroughs.summary()


def test_a_break_is_shown_apart_with_its_own_error(monthly: DataContract) -> None:
    level = np.r_[seasonal(400, 96), seasonal(100, 12, seed=3), seasonal(400, 24, seed=4)]
    table = counts({"E09000007": level, "E09000008": seasonal(90, 132, seed=2, growth=0.02)}, start="2012-01")
    spec = ForecastSpec(table="attendances", count="sum", breaks=["2020-03/2020-07"])
    made = forecast(table, monthly, spec)
    accuracy = made.accuracy[made.accuracy["level"] == "every level, touching a break"].set_index("method")
    ratio = accuracy.loc[made.chosen, "mase"] / accuracy.loc["seasonal_naive", "mase"]
    assert made.normal.count(False) == 1
    assert 0 < len(made.used) < len(made.origins)
    side = "below" if ratio < 1 else "above"
    message = f"there the error was {abs(100 * (ratio - 1)):.0f}% {side} that of repeating the last year"
    assert message in made.summary()
    assert "1 of 5 back-tests touches a declared break and is left out" in made.summary()


def test_a_summary_names_first_what_changes_most(boroughs: ForecastResult) -> None:
    first = boroughs.summary().split("The method is")[0]
    table = boroughs.committee_table().iloc[1:]
    order = (table["expected"] - table["before"]).abs().sort_values(ascending=False).index
    lines = [line.removeprefix("- ") for line in first.splitlines() if line.startswith("- ")]
    changing = [message for at in order if re.search(r"% (more|fewer) than", message := table.loc[at, "sentence"])]
    assert lines == changing[: summary.MOST_FIRST]
    assert 0 < len(lines) < len(table)


def test_a_label_cannot_write_markdown(monthly: DataContract) -> None:
    table = counts({"[x](javascript:y)": seasonal(60, 48), "a|b *c*": seasonal(50, 48, seed=2)})
    text = forecast(table, monthly, ForecastSpec(table="attendances", count="sum")).summary()
    assert "- \\[x\\](javascript:y): about" in text
    assert "a\\|b \\*c\\*: about" in text
    assert "| a\\|b *c* |" in text


def test_what_was_not_counted_is_said_to_be_missing_from_the_comparison(monthly: DataContract) -> None:
    table = counts({"E09000007": seasonal(60, 48), "E09000019": seasonal(50, 48, seed=2)})
    gap = table[~((table["area"] == "E09000007") & (table["month"] == "2018-06-01"))]
    made = forecast(gap, monthly, ForecastSpec(table="attendances", count="sum", missing="unknown"))
    camden = gap.loc[(gap["area"] == "E09000007") & (gap["month"] >= "2018-01-01"), "attendances"]
    assert made.committee_table().set_index("name").loc["Camden", "before"] == pytest.approx(camden.mean(), rel=1e-5)
    assert "what stands in the last 12 months is the mean of what was" in made.summary()
    whole = forecast(table, monthly, ForecastSpec(table="attendances", count="sum"))
    assert "Not all of what came before was counted" not in whole.summary()


def test_areas_by_name_are_areas(monthly: DataContract) -> None:
    names = DataContract(
        "attendances",
        (Column("area", "string", role="area_name"), *monthly.columns[1:], Column("kind", "string", role="category")),
    )
    parts = [
        counts({place: seasonal(50, 36, seed=at + len(place)) for place in ("Here", "There")}).assign(kind=kind)
        for at, kind in enumerate(("new", "repeat"))
    ]
    spec = ForecastSpec(table="attendances", count="sum", by=("area_name", "category"))
    made = forecast(pd.concat(parts), names, spec)
    assert list(made.sentences()) == ["All together", "Here", "There"]
    assert "| Area | Last 12 months |" in made.summary()
