"""Prophet on every series, each series alone, every setting at its default.

    python prophet_default.py FOLDER

The intervals are quantiles of Prophet's own 1,000 simulated paths, which is how it makes them itself; both levels
are taken from one simulation. Its sampler is seeded.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from exchange import about_forecast, peak_mebibytes, processor_seconds, write_forecast
from prophet import Prophet


def forecast(history: pd.DataFrame, task: dict[str, Any]) -> pd.DataFrame:
    np.random.seed(1)  # noqa: NPY002 - what the library draws from
    model = Prophet()
    model.fit(history[["ds", "y"]])
    ahead = model.make_future_dataframe(task["horizon"], freq=task["frequency"], include_history=False)
    samples = model.predictive_samples(ahead)["yhat"]
    model.uncertainty_samples = 0  # the paths are there already
    made = pd.DataFrame({"ds": ahead["ds"].to_numpy(), "mean": model.predict(ahead)["yhat"].to_numpy()})
    for level in task["levels"]:
        low, high = np.percentile(samples, [50 - level / 2, 50 + level / 2], axis=1)
        made = made.assign(**{f"lo_{level}": low, f"hi_{level}": high})
    return made


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    for name in ("prophet", "cmdstanpy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    task = about_forecast(folder)
    history = pd.read_parquet(folder / "history.parquet")
    start = processor_seconds()
    made = [forecast(series, task).assign(unique_id=name) for name, series in history.groupby("unique_id", sort=True)]
    seconds = processor_seconds() - start
    write_forecast(folder, pd.concat(made))
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
