"""LightGBM through mlforecast: one model of all series, differenced and scaled, with every lag of a season.

    python lightgbm_lags.py FOLDER

What the library's guides recommend for many series of different sizes with a trend: first differences, each series
standardised, lags 1 to a season, the month, week or quarter as a feature; LightGBM at its defaults, and its number of
threads at one. Its intervals are the library's own conformal ones, from two windows, the default. Where history is too
short for those two, it gives none.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import lightgbm
import pandas as pd
from exchange import about_forecast, peak_mebibytes, write_forecast
from mlforecast import MLForecast
from mlforecast.target_transforms import Differences, LocalStandardScaler
from mlforecast.utils import PredictionIntervals

WINDOWS = 2


def week(dates: pd.DatetimeIndex) -> Any:
    return dates.isocalendar().week.to_numpy(dtype=int)


FEATURES: dict[int, Any] = {52: week, 12: "month", 4: "quarter"}


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    task = about_forecast(folder)
    season, horizon = task["season"], task["horizon"]
    history = pd.read_parquet(folder / "history.parquet")
    shortest = int(history.groupby("unique_id").size().min())
    # A series gives rows to learn from only after the lags, the difference and both windows.
    interval = shortest > season + 1 + WINDOWS * horizon
    engine = MLForecast(
        models={"model": lightgbm.LGBMRegressor(verbosity=-1, random_state=1, n_jobs=1)},
        freq=task["frequency"],
        lags=list(range(1, season + 1)),
        date_features=[FEATURES[season]],
        target_transforms=[Differences([1]), LocalStandardScaler()],
    )
    start = time.perf_counter()
    engine.fit(history, prediction_intervals=PredictionIntervals(n_windows=WINDOWS, h=horizon) if interval else None)
    made = engine.predict(horizon, level=task["levels"] if interval else None)
    seconds = time.perf_counter() - start
    names = {"model": "mean"}
    for level in task["levels"]:
        names |= {f"model-lo-{level}": f"lo_{level}", f"model-hi-{level}": f"hi_{level}"}
    write_forecast(folder, made.rename(columns=names))
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
