"""pmdarima's ``auto_arima`` on every series, each series alone: the season length given, all else at its default.

python pmdarima_auto.py FOLDER
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import pandas as pd
import pmdarima
from exchange import about_forecast, peak_mebibytes, processor_seconds


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    task = about_forecast(folder)
    history = pd.read_parquet(folder / "history.parquet")
    start = processor_seconds()
    for _, series in history.groupby("unique_id", sort=True):
        model = pmdarima.auto_arima(series["y"].to_numpy(), m=task["season"], suppress_warnings=True)
        for level in task["levels"]:
            model.predict(task["horizon"], return_conf_int=True, alpha=1 - level / 100)
    seconds = processor_seconds() - start
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
