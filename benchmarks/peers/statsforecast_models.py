"""One model of statsforecast on every series, each series alone, with the model's own intervals.

    python statsforecast_models.py FOLDER MODEL

As the library's own guides do it: the season length is given, everything else is the model's default, and the seasonal
naive stands in for a series that a model cannot fit. AutoARIMA alone takes its quick search (``approximation``) where a
season has more than 12 periods, as R's function of that name does by itself; without it a weekly series takes minutes.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
from exchange import about_forecast, peak_mebibytes, write_forecast
from statsforecast import StatsForecast, models

MONTHLY = 12


def main(folder: Path, name: str) -> None:
    warnings.filterwarnings("ignore")
    task = about_forecast(folder)
    season = task["season"]
    history = pd.read_parquet(folder / "history.parquet")
    quick = {"approximation": True} if name == "AutoARIMA" and season > MONTHLY else {}
    engine = StatsForecast(
        models=[getattr(models, name)(season_length=season, alias="model", **quick)],
        freq=task["frequency"],
        fallback_model=models.SeasonalNaive(season_length=season),
    )
    start = time.perf_counter()
    made = engine.forecast(df=history, h=task["horizon"], level=task["levels"])
    seconds = time.perf_counter() - start
    names = {"model": "mean"}
    for level in task["levels"]:
        names |= {f"model-lo-{level}": f"lo_{level}", f"model-hi-{level}": f"hi_{level}"}
    write_forecast(folder, made.rename(columns=names))
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
