"""Other tools that forecast, each in an environment of its own, each node from its own aggregated history.

What they made is kept by a hash of what they saw, so that a run after this package has changed costs them nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.environments import SCRIPTS, Environments, cache, call
from benchmarks.forecasting_sets import SEASONS, ForecastSet, Window
from benchmarks.forecasting_tables import BASELINE, THETA

LEVELS = (80, 95)
FIRST_DAYS = {"weekly": "W-MON", "monthly": "MS", "quarterly": "QS"}
ENDS = tuple(f"{end}_{level}" for level in LEVELS for end in ("lo", "hi"))


@dataclass(frozen=True)
class Peer:
    """A tool and one way to use it."""

    name: str
    script: str
    arguments: tuple[str, ...]
    packages: tuple[str, ...]


STATS = (f"statsforecast=={version('statsforecast')}", "pyarrow")
PROPHET = ("prophet", "pyarrow")
LIGHTGBM = ("mlforecast", "lightgbm", "pyarrow")
MODELS = (BASELINE, THETA, "MSTL", "AutoETS", "AutoCES", "AutoARIMA")
PEERS = (
    *(Peer(name, "statsforecast_models.py", (name,), STATS) for name in MODELS[:-1]),
    Peer("LightGBM", "lightgbm_lags.py", (), LIGHTGBM),
    Peer("Prophet", "prophet_default.py", (), PROPHET),
    Peer(MODELS[-1], "statsforecast_models.py", (MODELS[-1],), STATS),
)


def save(known: ForecastSet, window: Window, folder: Path) -> None:
    """Write what a peer's script reads: ``history.parquet`` and ``task.json``."""
    window.long().to_parquet(folder / "history.parquet", index=False)
    task = {
        "frequency": FIRST_DAYS[known.frequency],
        "season": SEASONS[known.frequency],
        "horizon": window.origin.horizon,
        "levels": list(LEVELS),
    }
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")


def run(
    peer: Peer, known: ForecastSet, window: Window, environments: Environments, timeout: float
) -> pd.DataFrame | str:
    """Let a peer forecast every node of a window, unless it has done so before.

    Returns
    -------
    DataFrame or str
        ``unique_id, ds, mean, lo_80, hi_80, lo_95, hi_95``, by node and period, ends missing where it gives no
        interval; or the reason why there is nothing.
    """
    python = environments.python(peer.packages)
    if isinstance(python, str):
        return python
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        save(known, window, folder)
        kept = cache() / "forecasts" / f"{_key(peer, folder)}.parquet"
        if not kept.exists():
            said = call([python, SCRIPTS / peer.script, folder, *peer.arguments], timeout)
            if isinstance(said, str):
                return said
            kept.parent.mkdir(parents=True, exist_ok=True)
            part = kept.with_suffix(f".{os.getpid()}")
            shutil.copyfile(folder / "forecast.parquet", part)
            part.replace(kept)
    return pd.read_parquet(kept).reindex(columns=["unique_id", "ds", "mean", *ENDS])


def _key(peer: Peer, folder: Path) -> str:
    script = (SCRIPTS / peer.script).read_text(encoding="utf-8")
    history = pd.read_parquet(folder / "history.parquet")
    digest = hashlib.sha256("\n".join([script, *peer.arguments, *peer.packages]).encode())
    digest.update((folder / "task.json").read_bytes())
    digest.update("\n".join(history["unique_id"]).encode())
    digest.update(history["ds"].to_numpy().astype("datetime64[D]").astype(np.int64).tobytes())
    digest.update(history["y"].to_numpy(dtype=float).tobytes())
    return digest.hexdigest()[:24]
