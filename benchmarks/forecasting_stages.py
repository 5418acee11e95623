"""One forecast by this package, in a process of its own so that its memory can be told; prints JSON.

    python -m benchmarks.forecasting_stages FOLDER

FOLDER holds ``table.parquet`` (``area_code, category, period, count``) and ``task.json`` (horizon, origins). Seconds
are processor seconds, counted from when all that is imported late has been imported, by a forecast of a few series.
Where the fits are given to other processes, their seconds are fits, and their memory is counted in.

What they go into is told by looking at the stack a hundred times a second: a moment belongs to the first of the
modules below that is in it. Theta's own intervals are simulated where it forecasts from what it has fitted, which has
a clock of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import pandas as pd
import psutil
from joblib.externals.loky import get_reusable_executor
from statsforecast import models

from benchmarks.peers.exchange import about_forecast, peak_mebibytes
from shared_analysis.contracts import Column, DataContract
from shared_analysis.forecasting import ForecastResult, ForecastSpec, forecast

KEYS = ("area_code", "category")
TABLE = "forecast"
# A part of a file's path, and the stage it stands for. The engines are looked for last: intervals may ask them too.
STAGES = (
    ("forecasting/hierarchy/reconciliation", "reconcile"),
    ("hierarchicalforecast", "reconcile"),
    ("forecasting/evaluation/conformal", "intervals"),
    ("forecasting/panel", "panel"),
    ("forecasting/hierarchy", "panel"),
    ("forecasting/result", "tables"),
    ("statsforecast", "fits"),
    ("joblib", "waiting"),
)
INTERVAL, MEMORY_INTERVAL = 0.01, 0.2


class Watch(threading.Thread):
    """Looks where another thread is, again and again, and adds the time since to that stage; and at the memory."""

    def __init__(self, thread: int) -> None:
        super().__init__(daemon=True)
        self.seconds: Counter[str] = Counter()
        self.peak = 0.0
        self._watched, self._ended = thread, threading.Event()

    def run(self) -> None:
        before = looked = time.perf_counter()
        while not self._ended.wait(INTERVAL):
            frame = sys._current_frames().get(self._watched)
            now = time.perf_counter()
            self.seconds[stage_of(frame)] += now - before
            before = now
            if now - looked > MEMORY_INTERVAL:
                self.peak, looked = max(self.peak, family_mebibytes()), now

    def end(self) -> None:
        self._ended.set()
        self.join()


def stage_of(frame: FrameType | None) -> str:
    """Tell the stage from the files on a stack."""
    files = set()
    while frame is not None:
        files.add(frame.f_code.co_filename.replace("\\", "/"))
        frame = frame.f_back
    return next((stage for part, stage in STAGES if any(part in file for file in files)), "rest")


def family_mebibytes() -> float:
    """Memory held by this process and those that it has started; what they share counts for each."""
    this, total = psutil.Process(), 0
    for process in (this, *this.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total / 2**20


class ThetaIntervals:
    """Times theta's own intervals in this process, inside its block."""

    def __enter__(self) -> ThetaIntervals:
        self.seconds, self._plain = 0.0, models.forecast_theta
        models.forecast_theta = self._timed
        return self

    def __exit__(self, *_: object) -> None:
        models.forecast_theta = self._plain

    def _timed(self, *given: Any, **named: Any) -> Any:
        before = time.process_time()
        made = self._plain(*given, **named)
        self.seconds += time.process_time() - before
        return made


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
    start = os.times()
    with ThetaIntervals() as theta:
        made = run(table, task).tables[TABLE]
    watch.end()
    get_reusable_executor().shutdown(wait=True)  # the kernel counts a process's seconds when it has ended
    end = os.times()
    own, others = (
        sum(getattr(end, name) - getattr(start, name) for name in names)
        for names in (("user", "system"), ("children_user", "children_system"))
    )
    nodes = made.drop_duplicates(["level", *KEYS])
    nodes[["level", *KEYS]].to_parquet(folder / "nodes.parquet", index=False)
    watch.seconds.pop("waiting", None)
    looked = sum(watch.seconds.values())
    stages = {stage: own * part / looked for stage, part in sorted(watch.seconds.items())}
    for stage, seconds in (("fits", others - theta.seconds), ("intervals", theta.seconds)):
        stages[stage] = stages.get(stage, 0.0) + seconds
    peak = max(peak_mebibytes(), watch.peak)
    print(json.dumps({"seconds": own + others, "peak": peak, "nodes": len(nodes), "stages": stages}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
