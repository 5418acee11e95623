"""A prototype that links without settings, kept outside this repository.

    python prototype.py FOLDER

The variable LINKAGE_PROTOTYPE names its Python file. Without that variable nobody asks for this peer. The file has two
functions. ``auto(tables, kind)`` scores pairs of rows, which it counts through all tables in their order, and chooses
its own threshold. ``cluster_avg`` joins the pairs into entities. Both wait for records by the name of ``unique_id``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from types import ModuleType

import pandas as pd
from exchange import ENTITIES, about, peak_mebibytes, write


def loaded(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("linkage_prototype", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{Path(path).name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(path: Path, key: str) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str).rename(columns={key: "unique_id"})
    return table.astype(object).where(table.notna(), None)


def main(folder: Path) -> None:
    prototype = loaded(os.environ["LINKAGE_PROTOTYPE"])
    known = about(folder)
    start = time.perf_counter()
    tables = [read(folder / f"{name}.csv", known["key"]) for name in known["tables"]]
    both, left, right, share, odds, threshold, *_ = prototype.auto(tables, known["link_type"])
    sources = both["_src"].to_numpy() if known["link_type"] == "link_only" else None
    entities = prototype.cluster_avg(len(both), left, right, odds, share, threshold, src=sources)
    seconds = time.perf_counter() - start
    names = [known["tables"][source] for source in both["_src"]]
    write(folder, "prototype", ENTITIES, zip(names, both["unique_id"], entities, strict=True))
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes(), "pairs": len(left), "notes": []}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
