"""Sets to forecast add up and keep to their origins; measures are what their papers say, and peers are asked once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks import forecasting_peers
from benchmarks.forecasting_accuracy import ours
from benchmarks.forecasting_measures import geometric, incoherence, interval_score, measure, pinball
from benchmarks.forecasting_sets import ForecastSet, every_set, left_out, prescription_set
from benchmarks.forecasting_speed import BARE, MONTHS, cost_chart, cost_table, counts, shares
from benchmarks.forecasting_stages import stage_of
from benchmarks.forecasting_tables import BASELINE, OURS, over_sets, ratios, verdict

SEASON = 12
TYPES = ("burglary", "theft")


def small(months: int = 48, breaks: tuple[str, ...] = ()) -> ForecastSet:
    """Four boroughs in two sub-regions by two categories; a value tells its series and month."""
    areas = {"E09000001": "Central", "E09000007": "Central", "E09000003": "North", "E09000010": "North"}
    areas = {code: f"{region} London" for code, region in areas.items()}
    periods = pd.period_range("2018-01", periods=months, freq="M").start_time
    rows = [
        (area, region, category, period, 100 * at + 10 * kind + month % 7)
        for at, (area, region) in enumerate(areas.items())
        for kind, category in enumerate(TYPES)
        for month, period in enumerate(periods)
    ]
    return ForecastSet(
        name="small",
        table=pd.DataFrame(rows, columns=["area_code", "sub_region", "category", "period", "count"]),
        by=("area_code", "category"),
        frequency="monthly",
        training=30,
        horizons={"2020-06": 6, "2021-06": 6},
        levels={
            "total": (),
            "sub_region": ("sub_region",),
            "area_code": ("area_code",),
            "category": ("category",),
            "sub_region x category": ("sub_region", "category"),
            "series": ("area_code", "category"),
        },
        parents={"sub_region": "area_code"},
        breaks=breaks,
    )


@pytest.fixture(scope="module")
def known() -> ForecastSet:
    return small()


@pytest.mark.parametrize("known", [small(), prescription_set()], ids=lambda one: one.name)
def test_every_node_is_the_sum_of_its_series(known: ForecastSet) -> None:
    nodes, values = known.every_node
    by_name = values.fillna(0.0).set_axis(nodes["unique_id"], axis=0)
    parts = known.parts()
    for node, series in parts.items():
        np.testing.assert_allclose(by_name.loc[node], by_name.loc[series].sum())
    assert len(parts["all"]) == known.table.groupby(list(known.by)).ngroups
    assert set(parts) | set(parts["all"]) == set(nodes["unique_id"])


def test_a_window_knows_nothing_later_than_its_origin_and_no_more_than_its_training(known: ForecastSet) -> None:
    for origin in known.origins:
        window = known.window(origin)
        assert window.rows["period"].max() == origin.last.start_time
        assert window.rows["period"].nunique() == window.history.shape[1] == 30
        assert window.long()["ds"].max() == origin.last.start_time
        assert list(window.actual.columns) == list(origin.ahead)
        assert window.actual.columns[0] == window.history.columns[-1] + 1


def test_a_series_begins_with_its_own_first_row() -> None:
    known = small()
    late = (known.table["area_code"] == "E09000001") & (known.table["category"] == "theft")
    table = known.table[~(late & (known.table["period"] < "2019-06-01"))]
    window = ForecastSet(**{**_fields(known), "table": table}).window(known.origins[0])
    assert window.long().groupby("unique_id")["ds"].min()["E09000001 | theft"] == pd.Timestamp("2019-06-01")
    assert window.history.loc["all"].notna().all()


def test_the_scale_is_the_mean_error_of_repeating_the_last_season(known: ForecastSet) -> None:
    window = known.window(known.origins[0])
    values = window.history.loc["E09000007 | burglary"].to_numpy()
    errors = [abs(values[at] - values[at - SEASON]) for at in range(SEASON, len(values))]
    scale = window.nodes.set_index("unique_id")["scale"]["E09000007 | burglary"]
    assert scale == pytest.approx(sum(errors) / len(errors))


def test_a_node_is_told_by_its_parts_whatever_its_level_is_called(known: ForecastSet) -> None:
    rows = [
        ("total", "all", "all", "all"),
        ("London", "E12000007", None, "all"),
        ("area", "E09000001", "Central", "all"),
        ("sub_region", "all", "North", "all"),
        ("sub_region", "North", "all", "all"),
        ("crossed", "all", "North", "theft"),
        ("series", "E09000003", "North", "theft"),
    ]
    table = pd.DataFrame(rows, columns=["level", "area_code", "sub_region", "category"])
    assert known.identify(table).tolist() == [
        "all", "all", "E09000001", "North", "North", "North | theft", "E09000003 | theft"
    ]  # fmt: skip


def test_a_break_is_declared_as_far_as_it_has_come_and_touches_what_lies_in_it() -> None:
    known = small(breaks=("2020-03/2021-07",))
    assert [origin.touches for origin in known.origins] == [True, True]
    assert known.spec(known.origins[0]).breaks == ("2020-03/2020-06",)
    assert known.spec(known.origins[1]).breaks == ("2020-03/2021-06",)
    before, after = small(breaks=("2019-01/2019-02",)), small(breaks=("2021-01/2021-02",))
    assert [origin.touches for origin in before.origins] == [False, False]
    assert after.spec(after.origins[0]).breaks == ()


def test_a_run_without_the_shared_folder_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHARED_DATA", str(tmp_path))
    assert [known.name for known in every_set()] == ["prescriptions"]
    assert left_out() == ["mps_offences", "nhs_attendances", "tourism_trips", "ons_deaths"]


def test_this_package_forecasts_nodes_that_the_set_knows(known: ForecastSet) -> None:
    window = known.window(known.origins[0])
    made, chosen = ours(known, window)
    measured = measure(made, window)
    assert {"total", "series"} <= set(measured["group"])
    assert chosen
    assert incoherence(made, known) < 1e-5


def perfect(known: ForecastSet) -> tuple[Any, pd.DataFrame]:
    """A window and the forecast that is what came, with intervals of no width."""
    window = known.window(known.origins[0])
    made = window.actual.rename_axis(columns="ds").stack().rename("mean").reset_index()  # noqa: PD013
    made["ds"], made["mean"] = made["ds"].dt.start_time, made["mean"].astype(float)
    ends = ("lo_80", "hi_80", "lo_95", "hi_95")
    return window, made.assign(**dict.fromkeys(ends, made["mean"]))


def test_a_perfect_forecast_has_no_error_and_holds_every_value(known: ForecastSet) -> None:
    window, made = perfect(known)
    measured = measure(made.sample(frac=1, random_state=1), window)
    assert measured["unique_id"].tolist() == window.nodes["unique_id"].tolist()
    assert (measured[["mase", "score_80", "score_95", "crps"]] == 0).all(axis=None)
    assert (measured[["inside_80", "inside_95"]] == 1).all(axis=None)


def test_measures_of_one_node_by_hand(known: ForecastSet) -> None:
    window, made = perfect(known)
    scale = window.nodes.set_index("unique_id")["scale"]["all"]
    truth = made["mean"].copy()
    made = made.assign(mean=truth + 2, lo_80=truth + 1, hi_80=truth + 4, lo_95=truth - 1, hi_95=truth + 5)
    found = measure(made, window).set_index("unique_id").loc["all"]
    assert found["mase"] == pytest.approx(2 / scale)
    assert (found["inside_80"], found["inside_95"]) == (0, 1)
    assert found["score_80"] == pytest.approx((3 + 2 / 0.2 * 1) / scale)
    assert found["score_95"] == pytest.approx(6 / scale)
    losses = [0.025 * 1, (1 - 0.1) * 1, 0.5 * 2, (1 - 0.9) * 4, (1 - 0.975) * 5]
    assert found["crps"] == pytest.approx(2 * sum(losses) / 5 / scale)


def test_what_is_forecast_below_zero_counts_as_zero(known: ForecastSet) -> None:
    window, made = perfect(known)
    window.actual.loc["E09000001 | burglary"] = 0.0
    own = made["unique_id"] == "E09000001 | burglary"
    made.loc[own, ["mean", "lo_80", "lo_95"]] = -5.0
    found = measure(made, window).set_index("unique_id").loc["E09000001 | burglary"]
    assert found["mase"] == 0
    assert found["inside_80"] == 1


def test_a_node_without_scale_has_no_measure_and_a_tool_without_intervals_has_errors_only(known: ForecastSet) -> None:
    window, made = perfect(known)
    window.nodes.loc[window.nodes["unique_id"] == "all", "scale"] = np.nan
    found = measure(made[["unique_id", "ds", "mean"]], window).set_index("unique_id")
    assert np.isnan(found.loc["all", "mase"])
    assert (found["mase"].drop("all") == 0).all()
    assert found[["inside_80", "score_80", "crps"]].isna().all(axis=None)


def test_a_forecast_that_is_not_whole_is_refused(known: ForecastSet) -> None:
    window, made = perfect(known)
    with pytest.raises(ValueError, match="has not 6 periods"):
        measure(made.iloc[1:], window)
    with pytest.raises(ValueError, match="no node: Atlantis"):
        measure(made.assign(unique_id=made["unique_id"].replace("all", "Atlantis")), window)
    with pytest.raises(ValueError, match="missing or infinite"):
        measure(made.assign(mean=np.nan), window)


def test_scores_are_smallest_at_the_quantiles_they_are_for() -> None:
    drawn = np.random.default_rng(1).normal(0, 1, 40_000)
    tries = np.linspace(-3, 3, 121)
    for share in (0.025, 0.1, 0.5, 0.9):
        best = tries[int(np.argmin([pinball(drawn, np.array(at), share).mean() for at in tries]))]
        assert best == pytest.approx(np.quantile(drawn, share), abs=0.06)
    widths = np.linspace(0.1, 3, 59)
    scores = [interval_score(drawn, np.array(-width), np.array(width), 80).mean() for width in widths]
    assert widths[int(np.argmin(scores))] == pytest.approx(1.28, abs=0.06)


def test_a_level_that_does_not_add_up_is_seen(known: ForecastSet) -> None:
    _, made = perfect(known)
    made = made.rename(columns={"ds": "period"})
    assert incoherence(made, known) == 0
    made.loc[made["unique_id"] == "North London", "mean"] *= 1.001
    assert incoherence(made, known) == pytest.approx(0.001, rel=0.01)


def measured_as(errors: dict[str, list[float]]) -> pd.DataFrame:
    """Rows of measures with one node and one error an origin."""
    rows = [
        {"tool": tool, "origin": str(at), "touches": False, "unique_id": "all", "group": "total", "mase": error,
         "inside_80": 0.8, "inside_95": 0.95, "score_80": error, "score_95": error, "crps": error}
        for tool, by_origin in errors.items()
        for at, error in enumerate(by_origin)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_ratios_are_to_the_seasonal_naive_and_geometric_over_origins() -> None:
    measured = measured_as({BASELINE: [1.0, 2.0], OURS: [0.5, 4.0], "other": [0.9, 1.8]})
    assert ratios(measured).to_dict() == pytest.approx({"other": 0.9, BASELINE: 1.0, OURS: 1.0})
    assert geometric([4.0, 9.0]) == pytest.approx(6.0)
    assert "best peer's (other): 1.111" in verdict(measured)


def test_wins_count_the_sets_where_both_have_intervals() -> None:
    better = measured_as({BASELINE: [1.0], OURS: [0.5], "other": [0.6]})
    worse = measured_as({BASELINE: [1.0], OURS: [0.8], "other": [0.7]})
    without = better.assign(score_80=better["score_80"].where(better["tool"] != "other"))
    text = over_sets({"a": better, "b": worse, "c": without})
    assert "| other | 1 of 2 | 2 of 3 | 2 of 3 |" in text


class _Ready:
    def python(self, packages: tuple[str, ...]) -> Path:
        return Path("python")


def test_a_peer_is_asked_once_for_one_history(
    known: ForecastSet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []

    def call(command: list[Any], timeout: float) -> dict[str, Any]:
        asked.append(command)
        pd.DataFrame({"unique_id": ["all"], "ds": [pd.Timestamp("2020-07-01")], "mean": [1.0]}).to_parquet(
            command[2] / "forecast.parquet"
        )
        return {}

    monkeypatch.setenv("BENCHMARK_CACHE", str(tmp_path))
    monkeypatch.setattr(forecasting_peers, "call", call)
    peers, ready, window = forecasting_peers.PEERS, _Ready(), known.window(known.origins[0])
    for _ in range(2):
        made = forecasting_peers.run(peers[0], known, window, ready, 1.0)  # type: ignore[arg-type]
        assert list(made.columns) == ["unique_id", "ds", "mean", "lo_80", "hi_80", "lo_95", "hi_95"]
    assert len(asked) == 1
    forecasting_peers.run(peers[1], known, window, ready, 1.0)  # type: ignore[arg-type]
    window.history.loc["all"] += 1
    forecasting_peers.run(peers[0], known, window, ready, 1.0)  # type: ignore[arg-type]
    assert len(asked) == 3


def test_counts_for_timing_are_of_every_borough_and_the_same_each_time() -> None:
    known = counts(66)
    assert known.table.groupby(["area_code", "category"]).size().eq(MONTHS).all()
    assert known.table["area_code"].nunique() == 33
    pd.testing.assert_frame_equal(known.table, counts(66).table)
    assert (known.table["count"] >= 0).all()


def test_cost_is_told_beside_the_bare_fits_and_without_them_where_they_failed() -> None:
    stages = {"fits": 6.0, "reconcile": 1.0, "intervals": 0.5, "rest": 0.5}
    own = {"seconds": 8.0, "peak": 300.0, "nodes": 40, "stages": stages}
    turns = [{OURS: own, BARE: {"seconds": 5.0, "peak": 200.0}}]
    text = cost_table({33: turns, 330: [{OURS: own, BARE: "not done after 1 minutes"}]}).splitlines()
    assert text[2] == "| 33 | 40 | 0.0 | 6.0 | 1.0 | 0.5 | 0.0 | 0.5 | 8.0 | 200.0 | 300 | 1.60 | 200 |"
    assert text[3].endswith("| - | not done after 1 minutes |")
    assert "intervals, theta's own among them, 0.30 of its time, all else 1.30" in shares(turns)
    chart = cost_chart({33: turns})
    assert "33 monthly series are forecast in 8 seconds" in chart.title
    assert f"{BARE} 5.0 s for 33" in chart.alt


def test_a_moment_belongs_to_the_stage_whose_file_is_on_the_stack() -> None:
    frames: dict[str, Any] = {}

    def keep(name: str) -> None:
        import sys

        frames[name] = sys._getframe()

    places = {
        "/x/forecasting/hierarchy/reconciliation.py": "reconcile",
        "/x/forecasting/evaluation/conformal.py": "intervals",
        "/x/statsforecast/core.py": "fits",
        "/x/y.py": "rest",
    }
    for name in places:
        exec(compile(f"keep({name!r})", name, "exec"), {"keep": keep})  # noqa: S102 - gives a frame the file's name
    assert {name: stage_of(frame) for name, frame in frames.items()} == places


def _fields(known: ForecastSet) -> dict[str, Any]:
    return {name: getattr(known, name) for name in known.__dataclass_fields__}
