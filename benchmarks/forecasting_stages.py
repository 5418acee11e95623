"""One forecast by this package, in a process of its own so that its memory can be told; prints JSON.

    python -m benchmarks.forecasting_stages FOLDER

FOLDER holds ``table.parquet`` (``area_code, category, period, count``) and ``task.json`` (horizon, origins). Seconds
are processor seconds, counted from when all that is imported late has been imported, by a forecast of a few series.
What they go into is told by looking at the stack a hundred times a second: a moment belongs to the first of the
places below that is in it.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import pandas as pd

from benchmarks.peers.exchange import about_forecast, peak_mebibytes, processor_seconds
from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting import ForecastResult, ForecastSpec, forecast

KEYS = ("area_code", "category")
TABLE = "forecast"
# Part of a file's path and of a function's name, and the stage it stands for. Theta's own intervals are simulated where
# it forecasts from what it fitted. The engines are looked for last: reconciling and intervals may ask them too.
STAGES = (
    ("statsforecast/theta.py:forecast_theta", "intervals"),
    ("forecasting/reconcile", "reconcile"),
    ("hierarchicalforecast", "reconcile"),
    ("forecasting/intervals", "intervals"),
    ("forecasting/panel", "panel"),
    ("forecasting/counting", "panel"),
    ("forecasting/hierarchy", "panel"),
    ("forecasting/result", "tables"),
    ("statsforecast", "fits"),
)
INTERVAL = 0.01


class Watch(threading.Thread):
    """Looks where another thread is, again and again, and adds the time since to that stage."""

    def __init__(self, thread: int) -> None:
        super().__init__(daemon=True)
        self.seconds: Counter[str] = Counter()
        self._watched, self._ended = thread, threading.Event()

    def run(self) -> None:
        before = time.perf_counter()
        while not self._ended.wait(INTERVAL):
            frame = sys._current_frames().get(self._watched)
            now = time.perf_counter()
            self.seconds[stage_of(frame)] += now - before
            before = now

    def end(self) -> None:
        self._ended.set()
        self.join()


def stage_of(frame: FrameType | None) -> str:
    """Tell the stage from the files and functions on a stack."""
    places = set()
    while frame is not None:
        places.add(f"{frame.f_code.co_filename}:{frame.f_code.co_name}".replace("\\", "/"))
        frame = frame.f_back
    return next((stage for part, stage in STAGES if any(part in place for place in places)), "rest")


def run(table: pd.DataFrame, task: dict[str, Any]) -> ForecastResult:
    types = {"period": "date", "count": "integer"}
    contract = DataContract("counts", tuple(Column(name, types.get(name, "string"), role=name) for name in table))
    spec = ForecastSpec(table="counts", count="sum", by=KEYS, horizon=task["horizon"], origins=task["origins"])
    return forecast(table, contract, spec)


def main(folder: Path) -> None:
    task = about_forecast(folder)
    table = pd.read_parquet(folder / "table.parquet")
    few = table[table["area_code"].isin(sorted(table["area_code"].unique())[:3])]
    run(few[few["category"].isin(sorted(few["category"].unique())[:2])], task).tables[TABLE]
    watch = Watch(threading.get_ident())
    watch.start()
    start = processor_seconds()
    made = run(table, task).tables[TABLE]
    seconds = processor_seconds() - start
    watch.end()
    nodes = made.drop_duplicates(["level", *KEYS])
    nodes[["level", *KEYS]].to_parquet(folder / "nodes.parquet", index=False)
    looked = sum(watch.seconds.values())
    stages = {stage: seconds * part / looked for stage, part in sorted(watch.seconds.items())}
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes(), "nodes": len(nodes), "stages": stages}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
