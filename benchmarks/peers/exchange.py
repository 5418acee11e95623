"""How a peer reads a set and hands back what it found; imports the standard library only, for any environment."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def about(folder: Path) -> dict[str, Any]:
    """Name, family, link type, key column and tables of the set."""
    return dict(json.loads((folder / "set.json").read_text(encoding="utf-8")))


def about_forecast(folder: Path) -> dict[str, Any]:
    """Frequency (a pandas code for a period's first day), season, horizon and levels of ``history.parquet``."""
    return dict(json.loads((folder / "task.json").read_text(encoding="utf-8")))


def write_forecast(folder: Path, made: Any) -> None:
    """Write ``forecast.parquet`` from a data frame: ``unique_id, ds, mean`` and the ends of what intervals it has."""
    ends = [name for name in ("lo_80", "hi_80", "lo_95", "hi_95") if name in made]
    table = made[["unique_id", "ds", "mean", *ends]].sort_values(["unique_id", "ds"], ignore_index=True)
    table.to_parquet(folder / "forecast.parquet", index=False)


def processor_seconds() -> float:
    """What this process and those that it has started and ended have used; other work on the machine hardly counts."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def peak_mebibytes() -> float:
    """Most memory this process has held; from the kernel's note of the process, not of the one that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    import resource  # not on Windows, where the tests read this module

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write(folder: Path, name: str, header: str, rows: Iterable[Iterable[Any]]) -> None:
    """Write ``NAME.csv``: scored pairs or entities."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(rows)


PAIRS = "table_l id_l table_r id_r probability"
ENTITIES = "table record_id entity_id"
