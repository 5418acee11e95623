"""Charts hold what the forecast says, with every word in place."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from forecasting_tables import MONTHLY, counts, seasonal
from matplotlib.text import Text

from shared_analysis.charts import Chart
from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting import ForecastSpec, forecast
from shared_analysis.forecasting.reporting.charts import evidence, fan, overview, small_multiples, tile_map
from shared_analysis.forecasting.result import ForecastResult
from shared_analysis.geography import area_names, london_boroughs, london_tiles

SPEC = ForecastSpec(table="attendances", count="sum", breaks=["2017-03/2017-05"])
# Who borders whom, across the Thames where there is a bridge or a tunnel.
BORDERS = {
    "Barking and Dagenham": ("Havering", "Redbridge", "Newham"),
    "Barnet": ("Enfield", "Haringey", "Camden", "Brent", "Harrow"),
    "Bexley": ("Greenwich", "Bromley"),
    "Brent": ("Harrow", "Barnet", "Camden", "Westminster", "Kensington and Chelsea", "Ealing"),
    "Bromley": ("Croydon", "Lewisham", "Greenwich", "Bexley"),
    "Camden": ("Barnet", "Brent", "Haringey", "Islington", "Westminster", "City of London"),
    "City of London": ("Camden", "Islington", "Hackney", "Tower Hamlets", "Southwark", "Westminster"),
    "Croydon": ("Sutton", "Merton", "Lambeth", "Bromley"),
    "Ealing": ("Hillingdon", "Harrow", "Brent", "Hounslow", "Hammersmith and Fulham"),
    "Enfield": ("Barnet", "Haringey", "Waltham Forest"),
    "Greenwich": ("Lewisham", "Bromley", "Bexley"),
    "Hackney": ("Haringey", "Waltham Forest", "Newham", "Tower Hamlets", "City of London", "Islington"),
    "Hammersmith and Fulham": ("Ealing", "Hounslow", "Kensington and Chelsea", "Wandsworth"),
    "Haringey": ("Barnet", "Enfield", "Islington", "Camden", "Waltham Forest", "Hackney"),
    "Harrow": ("Hillingdon", "Ealing", "Brent", "Barnet"),
    "Havering": ("Barking and Dagenham", "Redbridge"),
    "Hillingdon": ("Harrow", "Ealing", "Hounslow"),
    "Hounslow": ("Hillingdon", "Ealing", "Hammersmith and Fulham", "Richmond upon Thames"),
    "Islington": ("Camden", "Haringey", "Hackney", "City of London"),
    "Kensington and Chelsea": ("Westminster", "Brent", "Hammersmith and Fulham"),
    "Kingston upon Thames": ("Richmond upon Thames", "Merton", "Sutton"),
    "Lambeth": ("Southwark", "Wandsworth", "Merton", "Croydon"),
    "Lewisham": ("Southwark", "Greenwich", "Bromley"),
    "Merton": ("Wandsworth", "Kingston upon Thames", "Sutton", "Lambeth", "Croydon"),
    "Newham": ("Tower Hamlets", "Hackney", "Waltham Forest", "Redbridge", "Barking and Dagenham"),
    "Redbridge": ("Waltham Forest", "Newham", "Barking and Dagenham", "Havering"),
    "Richmond upon Thames": ("Hounslow", "Wandsworth", "Kingston upon Thames"),
    "Southwark": ("Lambeth", "Lewisham", "City of London", "Tower Hamlets"),
    "Sutton": ("Merton", "Kingston upon Thames", "Croydon"),
    "Tower Hamlets": ("City of London", "Hackney", "Newham"),
    "Waltham Forest": ("Enfield", "Haringey", "Hackney", "Newham", "Redbridge"),
    "Wandsworth": ("Richmond upon Thames", "Merton", "Lambeth"),
    "Westminster": ("Camden", "Brent", "Kensington and Chelsea", "City of London"),
}


@pytest.fixture(scope="module")
def london() -> ForecastResult:
    """All boroughs, counts from 1 (the City) to 330 a month."""
    names = london_boroughs()["code"]
    series = {code: seasonal(10.0 * at or 1, 60, seed=at, growth=0.001 * (at % 7 - 3)) for at, code in enumerate(names)}
    return forecast(counts(series), MONTHLY, SPEC)


def texts(chart: Chart) -> list[str]:
    return [text.get_text() for text in chart.figure.findobj(Text) if text.get_text().strip() and text.get_visible()]


def boxes(chart: Chart) -> list[tuple[str, Any]]:
    """Every text that is drawn, with its place; marks of an axis beyond its end are not."""
    beyond = set()
    for ax in chart.figure.axes:
        for axis, (low, high) in ((ax.xaxis, sorted(ax.get_xlim())), (ax.yaxis, sorted(ax.get_ylim()))):
            ticks = axis.get_major_ticks()
            beyond |= {tick.label1 for tick in ticks if not low <= tick.get_loc() <= high}
    return [
        (text.get_text(), text.get_window_extent())
        for text in chart.figure.findobj(Text)
        if text.get_text().strip()
        and text.get_visible()
        and text not in beyond
        and (text.axes is None or text.axes.get_visible())
    ]


@pytest.fixture(scope="module")
def drawn(london: ForecastResult) -> dict[str, Chart]:
    return london.charts()


def test_every_chart_is_drawn_in_reading_order(drawn: dict[str, Chart]) -> None:
    assert list(drawn) == ["total", "map", "series", "skill", "reliability", "accuracy"]


def test_every_chart_is_the_same_each_time_says_its_finding_and_has_words_for_those_who_cannot_see_it(
    london: ForecastResult, drawn: dict[str, Chart]
) -> None:
    second = overview.charts(london)
    for name, chart in drawn.items():
        svg = chart.svg(synthetic=True)
        assert svg == second[name].svg(synthetic=True)
        assert "SYNTHETIC DATA" in svg
        assert "http" not in svg.replace("http://www.w3.org", "")
        assert "<image" not in svg
        assert len(chart.alt) > 60
        assert not re.search(r"\bnan\b|-0%|\+0%|\binf\b", " ".join([chart.alt, *texts(chart)]))
        sizes = [float(size) for size in re.findall(r"font(?:-size)?: ?[^;\"']*?([\d.]+)px", svg)]
        assert min(sizes) >= 8


def test_tiles_are_each_borough_once_beside_their_neighbours() -> None:
    tiles = {area_names()[tile.code]: tile for tile in london_tiles()}
    assert set(tiles) == set(area_names().values()) == set(BORDERS)
    assert len({(tile.column, tile.row) for tile in tiles.values()}) == 33
    assert len({tile.short for tile in tiles.values()}) == 33
    kept = {
        name: [
            abs(tiles[name].column - tiles[other].column) <= 1 and abs(tiles[name].row - tiles[other].row) <= 1
            for other in near
        ]
        for name, near in BORDERS.items()
    }
    assert all(sum(near) * 2 >= len(near) for near in kept.values()), kept
    together = list(itertools.chain.from_iterable(kept.values()))
    assert sum(together) / len(together) > 0.85
    for west, east in (("Hillingdon", "Havering"), ("Hounslow", "Southwark"), ("Camden", "Hackney")):
        assert tiles[west].column < tiles[east].column
    for north, south in (("Enfield", "Croydon"), ("Camden", "Lambeth"), ("Newham", "Bexley")):
        assert tiles[north].row < tiles[south].row


def test_the_map_prints_each_change_in_its_own_tile(london: ForecastResult) -> None:
    chart = tile_map.map_chart(london)
    ax = chart.figure.axes[0]
    at = {
        (int(text.get_position()[0]), int(text.get_position()[1])): text.get_text()
        for text in ax.texts
        if text.get_position()[1] % 1 > 0.6 and text.get_position()[1] < 6
    }
    table = london.committee_table().set_index("code")
    for tile in london_tiles():
        row = table.loc[tile.code]
        written = at[tile.column, tile.row]
        if row["before"] >= 10:
            assert float(written.rstrip("%")) == pytest.approx(100 * row["change"], abs=0.51)
        else:
            assert "%" not in written
    assert "fewer than ten before (City of London and Barking and Dagenham)" in chart.alt
    assert "Camden" in chart.alt
    known = table[table["before"] >= 10].drop("E12000007")
    assert chart.title.startswith(f"Of {len(known)} boroughs: ")
    step = float(re.search(r"within ([\d.]+)%", chart.title)[1]) / 100
    counted = {"more is expected": (known["change"] > step), "fewer": (known["change"] < -step)}
    for words, there in counted.items():
        assert f"{words} in {there.sum()}" in chart.title


def test_the_map_says_which_boroughs_are_not_in_the_data() -> None:
    codes = [f"E090000{at:02d}" for at in range(2, 10)]
    made = forecast(counts({code: seasonal(50 + at, 36, seed=at) for at, code in enumerate(codes)}), MONTHLY, SPEC)
    chart = tile_map.map_chart(made)
    assert "Not in the data: 25 boroughs." in chart.alt
    assert texts(chart).count("no data") == 25


@pytest.mark.parametrize(
    ("codes", "mapped"),
    [
        (["E09000001", "E09000002", "E09000003", "E09000004"], True),
        (["E09000001", "E09000002", "E09000003"], False),
        (["E09000001", "E09000002", "E09000003", "E06000001"], False),
        (["A", "B", "C", "D"], False),
    ],
)
def test_there_is_a_map_only_of_london_boroughs(codes: list[str], mapped: bool) -> None:
    spec = SPEC.model_copy(update={"horizon": 3, "origins": 1})
    made = forecast(counts({code: seasonal(50, 30, seed=at) for at, code in enumerate(codes)}), MONTHLY, spec)
    assert tile_map.can_map(made) == mapped


@pytest.mark.parametrize(
    ("change", "step", "place"),
    [
        (-0.05, 0.02, 0),
        (-0.03, 0.02, 1),
        (-0.01, 0.02, 2),
        (0.0, 0.02, 2),
        (0.019, 0.02, 2),
        (0.03, 0.02, 3),
        (9, 0.02, 4),
    ],
)
def test_colours_follow_the_change(change: float, step: float, place: int) -> None:
    assert tile_map._class_of(change, step) == place


def test_all_boroughs_have_a_panel_with_their_name_and_figures(london: ForecastResult, drawn: dict[str, Chart]) -> None:
    chart = drawn["series"]
    written = texts(chart)
    table = london.committee_table().iloc[1:]
    assert len([ax for ax in chart.figure.axes if ax.get_visible()]) == 33
    for row in table.itertuples():
        assert row.name in written
    changes = table[table["before"] >= 10].set_index("name")["change"].abs()
    assert f", {changes.idxmax()} changes most" in chart.title


def test_of_many_series_the_largest_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_multiples, "MOST_AREAS", 3)
    table = counts({f"A{at:02d}": seasonal(10 + 5 * at, 30, seed=at) for at in range(5)})
    chart = small_multiples.multiples_chart(forecast(table, MONTHLY, SPEC), "series")
    shown = [ax for ax in chart.figure.axes if ax.get_visible()]
    assert len(shown) == small_multiples.MOST_AREAS
    assert chart.title.startswith("Of the 3 largest areas, ")
    assert "A00" not in texts(chart)


def test_categories_have_panels_of_their_own() -> None:
    contract = DataContract("attendances", (*MONTHLY.columns, Column("kind", "string", role="category")))
    kinds = ("a category with a name that is longer than its panel", "short")
    parts = [
        counts({code: seasonal(30 + 9 * at, 36, seed=at) for code in ("E09000007", "E09000019")}).assign(kind=kind)
        for at, kind in enumerate(kinds)
    ]
    made = forecast(pd.concat(parts), contract, SPEC.model_copy(update={"by": ("area_code", "category")}))
    chart = made.charts()["categories"]
    assert chart.title.startswith("Of 2 categories, ")
    assert {"a category with a name", "short"} <= set(texts(chart))
    assert kinds[0] in chart.alt


def test_names_and_figures_do_not_overlap(drawn: dict[str, Chart]) -> None:
    for name, chart in drawn.items():
        found = boxes(chart)
        for (one, first), (other, second) in itertools.combinations(found, 2):
            width = min(first.x1, second.x1) - max(first.x0, second.x0)
            height = min(first.y1, second.y1) - max(first.y0, second.y0)
            assert width < 2 or height < 2, f"{name}: {one!r} overlaps {other!r}"


def test_nothing_is_cut_off_at_the_edge(drawn: dict[str, Chart]) -> None:
    for name, chart in drawn.items():
        for text, box in boxes(chart):
            assert chart.figure.bbox.x0 <= box.x0, f"{name}: {text!r}"
            assert box.x1 <= chart.figure.bbox.x1, f"{name}: {text!r}"


def test_a_break_and_the_baseline_are_on_the_fan(london: ForecastResult) -> None:
    chart = fan.total_chart(london)
    assert "break" in texts(chart)
    assert "Declared as not normal: 2017-03 to 2017-05." in chart.alt
    assert "last year\nrepeated" in texts(chart)
    before = replace(london, spec=london.spec.model_copy(update={"breaks": ("2003-01/2003-02",)}))
    assert "Declared" not in fan.total_chart(before).alt


def test_a_forecast_of_one_period_can_be_seen() -> None:
    table = counts({f"E0900000{at}": seasonal(30 * at, 48, seed=at) for at in range(1, 4)})
    made = forecast(table, MONTHLY, SPEC.model_copy(update={"horizon": 1}))
    for chart in (fan.total_chart(made), small_multiples.multiples_chart(made, "series")):
        ax = chart.figure.axes[0]
        assert len(ax.collections) == len(SPEC.levels)
        assert [line.get_marker() for line in ax.lines[-2:]] == ["o", "o"]
        assert ax.get_xlim()[1] > ax.lines[-1].get_xdata()[0]


@pytest.mark.parametrize(
    ("frequency", "periods", "horizon", "drawn"),
    [("monthly", 120, 12, 60), ("monthly", 120, 3, 24), ("weekly", 300, 13, 104), ("daily", 90, 14, 42)],
)
def test_as_much_history_is_drawn_as_leaves_room_for_the_forecast(
    frequency: str, periods: int, horizon: int, drawn: int
) -> None:
    code = {"monthly": "M", "weekly": "W", "daily": "D"}[frequency]
    table = counts({"A": seasonal(30, periods)}, freq=code)
    made = forecast(table, MONTHLY, SPEC.model_copy(update={"frequency": frequency, "horizon": horizon}))
    assert len(fan.total_chart(made).figure.axes[0].lines[0].get_xdata()) == drawn


def test_skill_is_drawn_by_level_with_its_interval_and_verdict(london: ForecastResult) -> None:
    chart = evidence.skill_chart(london)
    for row in london.skill.itertuples():
        assert any(text.endswith(f": {row.verdict}") for text in texts(chart))
    wide = replace(london, skill=london.skill.assign(skill_low=-3.0, skill_high=0.5, verdict="cannot tell"))
    ax = evidence.skill_chart(wide).figure.axes[0]
    assert ax.get_xlim()[1] < 120
    none = replace(london, skill=london.skill.assign(skill_low=-np.inf, skill_high=np.inf, verdict="cannot tell"))
    assert "too few back-tests for an interval" in evidence.skill_chart(none).alt


def test_reliability_has_every_level_and_its_share(london: ForecastResult) -> None:
    chart = evidence.reliability_chart(london)
    written = texts(chart)
    for held in (held for name, held in london.coverage.items() if name != "every level"):
        for share in held.values():
            assert f"{100 * share:.0f}%" in written
    assert {"should be 80%", "should be 95%"} <= set(written)


def test_the_leaderboard_has_every_method_and_marks_the_one_used(london: ForecastResult) -> None:
    chart = evidence.accuracy_chart(london)
    written = texts(chart)
    for method, mase in london.mase().items():
        share = f"{mase / london.mase()['seasonal_naive']:.2f}"
        assert f"{share} (used)" in written if method == london.chosen else share in written
    assert "for the total)" in chart.alt


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
    places, names = fan.date_ticks(pd.Timestamp(first), pd.Timestamp(last), most)
    assert names == marks
    assert (np.diff(places) > 0).all()


def test_charts_of_less_than_a_year_have_dates() -> None:
    table = counts({f"E0900000{at}": np.arange(30, 38.0) * at for at in range(1, 5)}, start="2023-02")
    charts = forecast(table, MONTHLY, ForecastSpec(table="attendances", count="sum", horizon=2)).charts()
    assert list(charts) == ["total", "map", "series"]
    for chart in (charts["total"], charts["series"]):
        assert "Feb 2023" in texts(chart)
    assert "Repeating the last month would end" in charts["total"].alt
    small = charts["series"].figure.axes
    assert [ax.xaxis.get_tick_params()["labelbottom"] for ax in small[:4]] == [False, True, True, True]


def test_a_panel_of_nothing_has_charts() -> None:
    zero = np.zeros(36)
    zero[[0, -1]] = 1
    charts = forecast(counts({f"E0900000{at}": zero for at in range(1, 5)}), MONTHLY, SPEC).charts()
    assert charts["series"].title == "Of 4 areas, none had ten or more a month before"
    assert charts["map"].title == "Counts are too small for a change in per cent in any borough"
