"""LightGBM through mlforecast: one model of all series, scaled and differenced, with every lag of a season.

    python lightgbm_lags.py FOLDER

What the library's guides recommend for many series of different sizes with a trend: each series standardised, then its
first differences (the other way round, and logarithms, were tried and are worse over the sets), lags 1 to a season, and
the month, week or quarter; LightGBM at its defaults, on one thread. Its intervals are the library's own conformal ones,
from five windows where history allows, rather than the default of two, which makes them far too narrow. Where history
is too short for two, it gives none.
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

FEWEST, MOST = 2, 5


def week(dates: pd.DatetimeIndex) -> Any:
    return dates.isocalendar().week.to_numpy(dtype=int)


FEATURES: dict[int, Any] = {52: week, 12: "month", 4: "quarter"}


def usable(lengths: pd.Series, season: int, horizon: int) -> int:
    """How many windows leave half a season to learn from after the lags and the difference, or at least a little; or 0.

    A series that is shorter than most needs to reach into the first window only.
    """
    usual, shortest = int(lengths.median()), int(lengths.min())
    for windows in range(MOST, FEWEST - 1, -1):
        rest = usual - windows * horizon - season - 1
        if shortest > windows * horizon + 1 and rest >= (1 if windows == FEWEST else season // 2):
            return windows
    return 0


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    task = about_forecast(folder)
    season, horizon = task["season"], task["horizon"]
    history = pd.read_parquet(folder / "history.parquet")
    windows = usable(history.groupby("unique_id").size(), season, horizon)
    engine = MLForecast(
        models={"model": lightgbm.LGBMRegressor(verbosity=-1, random_state=1, n_jobs=1)},
        freq=task["frequency"],
        lags=list(range(1, season + 1)),
        date_features=[FEATURES[season]],
        target_transforms=[LocalStandardScaler(), Differences([1])],
    )
    start = time.perf_counter()
    engine.fit(history, prediction_intervals=PredictionIntervals(n_windows=windows, h=horizon) if windows else None)
    made = engine.predict(horizon, level=task["levels"] if windows else None)
    seconds = time.perf_counter() - start
    names = {"model": "mean"}
    for level in task["levels"]:
        names |= {f"model-lo-{level}": f"lo_{level}", f"model-hi-{level}": f"hi_{level}"}
    write_forecast(folder, made.rename(columns=names))
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
