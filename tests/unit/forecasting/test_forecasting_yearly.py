"""Forecasts of years, whole: what is chosen and said, and that no table of years stops them."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import words_of
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastResult, ForecastSpec, forecast
from shared_analysis.forecasting.evaluation.backtest import choose_origins
from shared_analysis.forecasting.models.ensemble import CANDIDATES_OF_YEARS, make_members
from shared_analysis.geography import area_names

REAL_ENGINES = True

BOROUGHS = tuple(area_names())
VISITS = DataContract(
    "visits",
    (
        Column("area", "string", role="area_code"),
        Column("year", "date", role="period", format="yyyy/yy"),
        Column("visits", "integer", role="count"),
    ),
)


def table_of(values: np.ndarray, first: int = 2014, month: int = 4) -> pd.DataFrame:
    """Counts of the first boroughs, one row of ``values`` each."""
    areas, years = values.shape
    days = [pd.Timestamp(first + year, month, 1) for year in range(years)]
    return pd.DataFrame(
        {"area": np.repeat(BOROUGHS[:areas], years), "year": days * areas, "visits": values.ravel().astype(int)}
    )


def growing(areas: int, years: int, *, growth: float = 0.03, seed: int = 1) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return draw.poisson(200 * np.arange(1, areas + 1)[:, None] * (1 + growth) ** np.arange(years))


def forecast_of(values: np.ndarray, **given_settings: object) -> ForecastResult:
    spec = ForecastSpec(table="visits", count="sum", frequency="yearly", processes=1, **given_settings)
    return forecast(table_of(values), VISITS, spec)


@pytest.fixture(scope="module")
def ten_years() -> ForecastResult:
    return forecast_of(growing(5, 10))


def test_ten_financial_years_read_well(ten_years: ForecastResult) -> None:
    said = ten_years.summary()
    assert "**Over the next 3 years (2024/25 to 2026/27) we expect " in said
    assert "visits a year in London, 5% more than in 2023/24 (3,864).** For 2024/25 the 80% interval is" in said
    assert "| Area | 2023/24 | Next 3 years | Change | 2024/25 | 80% interval |" in said
    assert "3 back-tests cannot tell whether it is better than repeating the last year." in said
    assert "back-tests next to each other share 2 of their 3 years" in said
    for word in ("month", "season", "quarter"):
        assert word not in said + ten_years.narrative()
    assert "a year over the next 3 years, 7% more than in 2023/24 (523); likely between" in ten_years.narrative()


def test_headlines_and_figures_are_in_years(ten_years: ForecastResult) -> None:
    first, second = ten_years.headlines
    assert first.label == "Expected visits a year"
    assert first.note.startswith("over the next 3 years, compared with 3,864 before; next year ")
    assert second.note.startswith("from repeating last year's figures: ")
    assert ten_years.metrics["period"] == "year"
    assert ten_years.metrics["before"] == 3864


def test_charts_mark_years_by_their_names(ten_years: ForecastResult) -> None:
    drawn = ten_years.charts()
    assert drawn["total"].title == "5% more than in 2023/24: 4,066 visits a year expected in London"
    assert "to 2023/24, then a forecast of 3 years" in drawn["total"].alt
    marks = [label.get_text() for label in drawn["total"].figure.axes[0].get_xticklabels()]
    assert marks[:2] == ["2014/15", "2016/17"]
    places = drawn["total"].figure.axes[0].get_xticks()
    line = drawn["total"].figure.axes[0].get_lines()[0].get_xdata()
    assert places[0] == line[0]


def test_the_workbook_is_headed_by_years(ten_years: ForecastResult) -> None:
    book = ten_years.files(synthetic=False)["committee.xlsx"]
    words = zipfile.ZipFile(io.BytesIO(book)).read("xl/sharedStrings.xml").decode()
    for heading in ("Forecast of visits a year in London", "2023/24", "Next 3 years", "2024/25, low", "2024/25, high"):
        assert f">{heading}<" in words


def test_calendar_years_are_called_by_one_year() -> None:
    contract = DataContract(
        "visits", (VISITS.columns[0], Column("year", "date", role="period", format="yyyy"), VISITS.columns[2])
    )
    spec = ForecastSpec(table="visits", count="sum", frequency="yearly", processes=1)
    said = forecast(table_of(growing(2, 9), month=1), contract, spec).summary()
    assert "(2023 to 2025)" in said
    assert "than in 2022 (" in said or "as in 2022 (" in said


@pytest.mark.parametrize(
    ("years", "words"),
    [
        (3, "There is no back-test to choose a method by, so the last year is repeated."),
        (7, "There is no back-test to choose a method by, so the last year is repeated."),
        (8, "1 back-test is too few to choose a method by, so the last year is repeated."),
        (9, "2 back-tests are too few to choose a method by, so the last year is repeated."),
    ],
)
def test_where_nothing_can_be_tested_the_last_year_is_repeated_and_that_is_said(years: int, words: str) -> None:
    values = growing(2, years, growth=0.1)
    made = forecast_of(values)
    assert made.chosen == "seasonal_naive"
    assert words in words_of(made)
    said = made.summary()
    assert "none was more accurate" not in said
    assert "No method was more accurate" not in said
    rows = made.tables["forecast"]
    assert rows.loc[rows["level"] == "series", "mean"].tolist() == np.repeat(values[:, -1], 3).tolist()
    assert (rows["lo_95"] <= rows["lo_80"]).all()
    assert (rows["hi_80"] > rows["mean"]).all()
    if years > 7:
        assert next(line for line in made.headlines if line.label == "Forecast error").value == "not known"


def test_two_years_are_too_few() -> None:
    with pytest.raises(SharedAnalysisError, match="2 years are too few to forecast from; 3 are the least"):
        forecast_of(growing(2, 2))


def test_a_steady_rise_is_found_and_beats_the_last_year_beyond_chance() -> None:
    made = forecast_of(growing(4, 25, growth=0.06), horizon=2)
    assert made.chosen != "seasonal_naive"
    assert set(made.skill["verdict"]) == {"better"}
    assert made.metrics["expected"] > made.metrics["before"]


def test_a_break_touches_the_years_that_hold_it() -> None:
    made = forecast_of(growing(2, 22), breaks=("2030-03/2030-07",))
    ends = [period.start_time.year for period in made.origins]
    touched = [any(2029 <= year + step <= 2030 for step in (1, 2, 3)) for year in ends]
    assert [not normal for normal in made.normal] == touched
    assert any(touched)


def test_the_horizon_of_years_is_three_unless_somebody_says_and_never_twelve() -> None:
    assert ForecastSpec(table="visits", frequency="yearly").horizon == 3
    assert ForecastSpec(table="visits", frequency="yearly", horizon=6).horizon == 6
    assert ForecastSpec(table="visits").horizon == 12
    with pytest.raises(SharedAnalysisError, match=r"`horizon` is 12 and `frequency` is yearly, .* set it to 3"):
        ForecastSpec(table="visits", frequency="yearly", horizon=12)


def test_an_unknown_last_year_is_not_compared_with() -> None:
    table = table_of(growing(3, 10))
    table = table[~((table["area"] == BOROUGHS[0]) & (table["year"] == table["year"].max()))]
    spec = ForecastSpec(table="visits", count="sum", frequency="yearly", missing="unknown", processes=1)
    made = forecast(table, VISITS, spec)
    assert (
        "Not everything was counted in 2023/24: where it was not, nothing stands beside the forecast." in made.summary()
    )
    assert "and what was counted in 2023/24 is not known" in made.narrative()


def test_models_on_request_are_tried_on_years() -> None:
    made = forecast_of(growing(6, 14), models=("AutoETS", "RandomWalkWithDrift", "ridge"))
    assert {"AutoETS", "RandomWalkWithDrift", "ridge", *CANDIDATES_OF_YEARS} == set(made.accuracy["method"])


def test_half_of_the_mean_change_is_added_to_the_last_year() -> None:
    members = make_members(np.array([[10.0, 14, 12, 22, 30]]), 1, 3, (80, 95))
    assert members["drift"].mean[0].tolist() == [35, 40, 45]
    assert np.isnan(members["drift"].fitted[0, 0])
    assert members["drift"].fitted[0, 3] == 13
    single = make_members(np.array([[0.0, 0, 4]]), 1, 3, (80,))
    assert single["drift"].mean[0].tolist() == [4, 4, 4]


def test_intervals_of_years_grow_with_the_step_and_with_how_few_changes_there_are() -> None:
    wide, narrow = (
        make_members(np.array([values]), 1, 4, (80,))["theta"].half_widths[80][0]
        for values in ([100.0, 110, 100], [100.0, 110] * 6)
    )
    assert np.allclose(wide[3], 2 * wide[0])
    assert wide[0] == pytest.approx(10 * 1.8856, rel=1e-3)  # Student's t with two degrees of freedom
    assert narrow[0] == pytest.approx(10 * 1.3634, rel=1e-3)


def test_back_tests_of_years_begin_after_five() -> None:
    assert choose_origins(7, 1, 3, 5) == ()
    assert choose_origins(10, 1, 3, 5) == (5, 6, 7)
    assert choose_origins(23, 1, 3, 5) == (8, 11, 14, 17, 20)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    years=st.sampled_from([3, 4, 5, 10, 40]),
    areas=st.sampled_from([1, 2, 33]),
    level=st.sampled_from([0, 0.5, 30, 50_000]),
    horizon=st.integers(1, 6),
    seed=st.integers(0, 9),
)
def test_no_table_of_years_stops_a_forecast(years: int, areas: int, level: float, horizon: int, seed: int) -> None:
    values = np.random.default_rng(seed).poisson(level, (areas, years))
    made = forecast_of(values, horizon=horizon)
    rows = made.tables["forecast"]
    assert len(rows) == len(made.hierarchy.nodes) * horizon
    numbers = rows[["lo_95", "lo_80", "mean", "hi_80", "hi_95"]].to_numpy()
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()
    assert (np.diff(numbers, axis=1) >= -1e-9).all()
    series = rows[rows["level"] == "series"].groupby("period")["mean"].sum()
    if "total" in set(rows["level"]):
        assert np.allclose(series, rows[rows["level"] == "total"].set_index("period")["mean"])
    assert "month" not in made.summary()


@pytest.mark.slow
def test_intervals_of_years_hold_about_as_often_as_they_say() -> None:
    """Random walks and stable counts that no interval has seen: three years ahead, from five and twelve."""
    held: dict[int, list[float]] = {80: [], 95: []}
    for seed in range(6):
        for years in (5, 12):
            draw = np.random.default_rng(900 + seed)
            means = 300 * np.exp(np.cumsum(draw.normal(0, 0.06 * (seed % 2), (20, years + 3)), axis=1))
            values = draw.poisson(means)
            rows = forecast_of(values[:, :years]).tables["forecast"]
            rows = rows[rows["level"] == "series"]
            came = values[:, years:].ravel()
            for level, shares in held.items():
                shares.append(float(((came >= rows[f"lo_{level}"]) & (came <= rows[f"hi_{level}"])).mean()))
    assert 0.78 <= np.mean(held[80]) <= 0.96
    assert 0.93 <= np.mean(held[95]) <= 1.0


def test_the_first_years_of_theta_make_no_error_of_a_thousand_times() -> None:
    values = np.array([[2154.0, 2259, 2358, 2502, 2408, 2471, 2590, 2673, 2825, 2887]])
    fitted = make_members(values, 1, 3, (80,))["theta"].fitted[0]
    assert np.isnan(fitted[:3]).all()
    assert np.abs(fitted[3:] - values[0, 3:]).max() < 300
