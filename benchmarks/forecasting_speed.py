"""What a forecast of monthly counts costs, beside statsforecast doing the same fits, Prophet and pmdarima.

    python -m benchmarks.forecasting_speed [--sizes 33 330 3300 9999] [--rounds 3] [--minutes 60] [--chart FILE.svg]

The counts are made here: London's boroughs times categories, eight years, seeded. Every tool runs in a process of its
own, on one thread; by default this package gives many fits to more processes, and what they use is counted in. Seconds
are processor seconds from when everything is imported. Tools take turns, as many rounds as asked for (more than a
thousand series: one), and ratios are of the same round. Of the largest size only this package's cost is taken.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.environments import SCRIPTS, Environments, cache, call
from benchmarks.forecasting_peers import FIRST_DAYS, LEVELS, PROPHET, STATS
from benchmarks.forecasting_sets import ForecastSet
from shared_analysis.charts import PALETTE, Chart, figure
from shared_analysis.geography import london_boroughs
from shared_analysis.project import write_text

SEED, MONTHS, HORIZON, ORIGINS, SEASON = 101, 96, 12, 5, 12
LAST = "2023-12"
MIDDLE = 330  # the size that is compared with every peer
ONCE = 1000
ALONE = 5000  # from this size on, no other tool runs
SAMPLE = 10  # series that a slow peer forecasts
PMDARIMA = ("pmdarima", "pyarrow")
OURS, BARE = "this package", "statsforecast, same fits"
STAGES = ("panel", "fits", "reconcile", "intervals", "tables", "rest")
BARE_SCRIPT = "statsforecast_bare.py"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def counts(series: int) -> ForecastSet:
    """Make monthly counts by borough and category: a level, a yearly pattern, a slow trend, Poisson noise.

    A tenth of the categories are so rare that most months are zero.
    """
    rng = np.random.default_rng(SEED)
    boroughs = london_boroughs()
    categories = [f"category {at:03}" for at in range(series // len(boroughs))]
    shape = (len(boroughs), len(categories), 1)
    month = np.arange(MONTHS)
    level = np.exp(rng.normal(3.5, 1.0, shape)) * np.where(np.arange(len(categories)) % 10 == 9, 0.01, 1.0)[:, None]
    season = 0.2 * np.sin(2 * np.pi * (month + rng.integers(0, SEASON, shape)) / SEASON)
    trend = rng.normal(0, 0.1, shape) * month / SEASON
    values = rng.poisson(level * np.exp(season + trend))
    keys = pd.MultiIndex.from_product([boroughs["code"], categories], names=["area_code", "category"])
    periods = pd.period_range(end=LAST, periods=MONTHS, freq="M").start_time
    wide = pd.DataFrame(values.reshape(-1, MONTHS), index=keys, columns=periods.rename("period"))
    table = wide.stack().rename("count").reset_index()  # noqa: PD013
    table["sub_region"] = table["area_code"].map(boroughs.set_index("code")["sub_region"]) + " London"
    return ForecastSet(
        name="counts",
        table=table,
        by=("area_code", "category"),
        frequency="monthly",
        training=MONTHS,
        horizons={str(pd.Period(LAST, "M") - HORIZON): HORIZON},
        levels={
            "total": (),
            "sub_region": ("sub_region",),
            "area_code": ("area_code",),
            "category": ("category",),
            "sub_region x category": ("sub_region", "category"),
            "series": ("area_code", "category"),
        },
        parents={"sub_region": "area_code"},
    )


def save(known: ForecastSet, folder: Path) -> None:
    """Write what this package reads."""
    folder.mkdir(parents=True, exist_ok=True)
    known.table[[*known.by, "period", "count"]].to_parquet(folder / "table.parquet", index=False)
    task = {"frequency": FIRST_DAYS["monthly"], "season": SEASON, "horizon": HORIZON, "levels": list(LEVELS)}
    (folder / "task.json").write_text(json.dumps({**task, "origins": ORIGINS}), encoding="utf-8")


def histories(known: ForecastSet) -> pd.DataFrame:
    """Every node's whole history: ``unique_id, ds, y``."""
    nodes, values = known.every_node
    wide = values.set_axis(pd.Index(nodes["unique_id"]), axis=0)
    wide = wide.set_axis(pd.PeriodIndex(wide.columns).start_time.rename("ds"), axis=1)
    return wide.stack().rename("y").reset_index()  # noqa: PD013


def save_same_fits(known: ForecastSet, folder: Path, history: pd.DataFrame) -> None:
    """Write the histories of the nodes that this package has forecast in that folder."""
    listed = known.identify(pd.read_parquet(folder / "nodes.parquet"))
    history[history["unique_id"].isin(listed)].to_parquet(folder / "history.parquet", index=False)


def save_sample(known: ForecastSet, folder: Path, history: pd.DataFrame) -> int:
    """Write a few series as they were at each back-test's origin, and as they are.

    Returns
    -------
    int
        The number of fits that this is.
    """
    nodes, _ = known.every_node
    series = nodes.loc[nodes["level"] == "series", "unique_id"].sort_values()
    some = history[history["unique_id"].isin(series.iloc[:: len(series) // SAMPLE].iloc[:SAMPLE])]
    parts = []
    for back in range(ORIGINS + 1):
        end = pd.Period(LAST, "M") - back * HORIZON
        part = some[some["ds"] <= end.start_time]
        parts.append(part.assign(unique_id=part["unique_id"] + f" | {end}"))
    pd.concat(parts).to_parquet(folder / "history.parquet", index=False)
    return SAMPLE * (ORIGINS + 1)


def measure(sizes: list[int], rounds: int, timeout: float, environments: Environments, scratch: Path) -> dict[int, Any]:
    """Let this package and bare statsforecast take turns: by size, a list of rounds, each with both outcomes."""
    python = environments.python(STATS)
    every: dict[int, list[dict[str, Any]]] = {}
    for size in sizes:
        known, folder = counts(size), scratch / str(size)
        save(known, folder)
        history = histories(known)
        for _ in range(1 if size > ONCE else rounds):
            own = call([sys.executable, "-m", "benchmarks.forecasting_stages", folder], timeout)
            if isinstance(own, str):
                raise RuntimeError(f"{size} series: {own}")
            save_same_fits(known, folder, history)
            if size >= ALONE:
                bare: dict[str, Any] | str = "not run"
            else:
                bare = python if isinstance(python, str) else call([python, SCRIPTS / BARE_SCRIPT, folder], timeout)
            every.setdefault(size, []).append({OURS: own, BARE: bare})
            print(size, own, bare, file=sys.stderr, flush=True)
    return every


def cost_table(every: dict[int, Any]) -> str:
    """A line a size: medians of the rounds."""
    text = f"| series | nodes | {' | '.join(STAGES)} | all | ms a node | peak MiB | ratio to bare | bare peak MiB |\n"
    text += f"|--:|--:|{'--:|' * len(STAGES)}--:|--:|--:|--:|--:|\n"
    for size, turns in every.items():
        own = [turn[OURS] for turn in turns]
        seconds = median(one["seconds"] for one in own)
        stages = [f"{median(one['stages'].get(stage, 0.0) for one in own):.1f}" for stage in STAGES]
        done = [turn for turn in turns if not isinstance(turn[BARE], str)]
        ratio = f"{median(turn[OURS]['seconds'] / turn[BARE]['seconds'] for turn in done):.2f}" if done else "-"
        peak = f"{median(turn[BARE]['peak'] for turn in done):,.0f}" if done else str(turns[0][BARE])
        text += (
            f"| {size:,} | {own[0]['nodes']:,} | {' | '.join(stages)} | {seconds:.1f} | "
            f"{1000 * seconds / own[0]['nodes']:.1f} | {median(one['peak'] for one in own):,.0f} | {ratio} | {peak} |\n"
        )
    return text


def shares(turns: list[dict[str, Any]]) -> str:
    """Say what each part of the time is beside that of bare statsforecast, medians of the rounds."""
    done = [turn for turn in turns if not isinstance(turn[BARE], str)]
    if not done:
        return ""
    added = [
        sum(turn[OURS]["stages"].get(stage, 0.0) for stage in ("reconcile", "intervals")) / turn[BARE]["seconds"]
        for turn in done
    ]
    every = [turn[OURS]["seconds"] / turn[BARE]["seconds"] for turn in done]
    rest = median(whole - part for whole, part in zip(every, added, strict=True))
    return (
        f"Beside statsforecast doing the same fits ({median(turn[BARE]['seconds'] for turn in done):.1f} s): "
        f"reconciling and intervals, theta's own among them, {median(added):.2f} of its time, all else {rest:.2f}.\n"
    )


def slow_peers(
    size: int, turns: list[dict[str, Any]], timeout: float, environments: Environments, scratch: Path
) -> str:
    """Time Prophet and pmdarima on a sample, and scale their time up to all series, and to what they add up to too."""
    own, nodes = median(turn[OURS]["seconds"] for turn in turns), turns[0][OURS]["nodes"]
    known, folder = counts(size), scratch / "sample"
    save(known, folder)
    fits = save_sample(known, folder, histories(known))
    text = "| tool | fits | seconds | for all series | times this package's | for all nodes | times this package's |\n"
    text += f"|---|{'--:|' * 6}\n"
    for name, script, packages in (
        ("Prophet", "prophet_default.py", PROPHET),
        ("pmdarima auto_arima", "pmdarima_auto.py", PMDARIMA),
    ):
        python = environments.python(packages)
        said = python if isinstance(python, str) else call([python, SCRIPTS / script, folder], timeout)
        if isinstance(said, str):
            text += f"| {name} | {said} | | | | | |\n"
            continue
        scaled = [said["seconds"] * number / SAMPLE for number in (size, nodes)]
        cells = " | ".join(f"{seconds:,.0f} | {seconds / own:.0f}" for seconds in scaled)
        text += f"| {name} | {fits} | {said['seconds']:.1f} | {cells} |\n"
        print(name, said, file=sys.stderr, flush=True)
    return text


def cost_chart(every: dict[int, Any]) -> Chart:
    """Draw the seconds of this package and of bare statsforecast against the number of series."""
    taken: dict[str, dict[int, float]] = {OURS: {}, BARE: {}}
    for size, turns in every.items():
        for tool, line in taken.items():
            done = [turn[tool]["seconds"] for turn in turns if not isinstance(turn[tool], str)]
            if done:
                line[size] = median(done)
    largest = max(taken[OURS])
    peak = median(turn[OURS]["peak"] for turn in every[largest])
    title = f"{largest:,} monthly series are forecast in {taken[OURS][largest]:.0f} seconds and {peak:,.0f} MiB"
    fig, axis = figure(
        title,
        f"Processor seconds for the forecast and {ORIGINS} back-tests, against the number of series; what they add "
        "up to is forecast too. Statsforecast does the same fits and nothing else. Both scales are logarithmic",
    )
    for (tool, line), colour in zip(taken.items(), ("blue", "orange"), strict=True):
        axis.plot(list(line), list(line.values()), marker="o", color=PALETTE[colour], label=tool)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.xaxis.set_major_formatter("{x:,.0f}")
    axis.yaxis.set_major_formatter("{x:,g}")
    axis.set_xlabel("series")
    axis.set_ylabel("processor seconds")
    axis.legend()
    words = "; ".join(
        f"{tool} " + ", ".join(f"{seconds:.1f} s for {size:,}" for size, seconds in line.items())
        for tool, line in taken.items()
    )
    return Chart(fig, title=title, alt=f"{title}. {words}.")


def main(sizes: list[int], rounds: int, minutes: float, chart: Path | None) -> None:
    """Print the tables; draw a chart, if asked to."""
    os.environ.update(ONE_THREAD)
    environments = Environments(cache())
    with tempfile.TemporaryDirectory() as scratch:
        every = dict(sorted(measure(sizes, rounds, 60 * minutes, environments, Path(scratch)).items()))
        size = MIDDLE if MIDDLE in every else sizes[0]
        slow = slow_peers(size, every[size], 60 * minutes, environments, Path(scratch))
    if chart:
        write_text(chart, cost_chart(every).svg())
    print(cost_table(every))
    print(
        f"Processor seconds of each stage, medians of the rounds: {MONTHS} months, {HORIZON} ahead, {ORIGINS} "
        "back-tests. 'Nodes' are the series and their sums: bare statsforecast fits its two models "
        "to as many, from the same origins, and does nothing else.\n"
    )
    print(f"{size:,} series. {shares(every[size])}")
    print(
        f"{slow}\nOn {SAMPLE} of the {size:,} series, each as it was at the {ORIGINS} origins and as it is now, and "
        "scaled up: to the series, and to all that this package forecasts in its time."
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[33, 330, 3300, 9999])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--chart", type=Path)
    given = parser.parse_args()
    main(given.sizes, given.rounds, given.minutes, given.chart)
