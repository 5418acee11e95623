"""The least that the forecasts can cost: statsforecast alone, with the two models that this package fits.

    python statsforecast_bare.py FOLDER

Each series alone in one process: back-tests by ``cross_validation``, each window fitted again, and the forecast from
the end. No intervals, no choice, nothing added up.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import pandas as pd
from exchange import about_forecast, peak_mebibytes, processor_seconds
from statsforecast import StatsForecast
from statsforecast.models import MSTL, DynamicOptimizedTheta


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    task = about_forecast(folder)
    season, horizon = task["season"], task["horizon"]
    history = pd.read_parquet(folder / "history.parquet")
    engine = StatsForecast(
        models=[DynamicOptimizedTheta(season_length=season), MSTL(season_length=season)],
        freq=task["frequency"],
        n_jobs=1,
    )
    start = processor_seconds()
    engine.cross_validation(df=history, h=horizon, n_windows=task["origins"], step_size=horizon)
    engine.forecast(df=history, h=horizon)
    seconds = processor_seconds() - start
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
