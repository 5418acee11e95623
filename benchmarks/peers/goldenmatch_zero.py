"""GoldenMatch without a setting: it looks at the columns and chooses rules, blocks and thresholds itself.

    python goldenmatch_zero.py FOLDER

One table goes to ``dedupe_df``, and its clusters are the entities. Two tables go to ``match_df``. It lets many records
match the same one, so its matches make entities best first, each record in one. On lists of products ``match_df`` of
version 3.22 stops with an error; then both tables go to ``dedupe_df`` as one, and pairs within a table are left out.

The tool sees every column but the record's id, which holds the answer in the FEBRL sets. Arrow reads the files at its
defaults, where an empty text is not a missing value. The tool's own reader makes it one, and with that F1 on fake_1000
is 0.19 and not 0.56. Its search for rules has a limit in seconds, so a busy machine can change what it finds. The
process has no network, no language model and no memory of earlier runs.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from exchange import ENTITIES, about, peak_mebibytes, write


def alone(home: str) -> None:
    """Let this process reach no other machine, and keep nothing between runs; before the library is imported."""

    def refuse(*_: Any) -> None:
        raise OSError("no network here")

    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, refuse)
    os.environ |= {"HOME": home, "GOLDENMATCH_AUTOCONFIG_MEMORY": "0", "HF_HUB_OFFLINE": "1", "GOLDEN_DIAGNOSTICS": "0"}
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        os.environ.pop(name, None)
    os.chdir(home)


def best_first(pairs: Iterable[tuple[int, int, float]]) -> list[list[int]]:
    """Keep the best pairs, each record in one of them."""
    taken: set[int] = set()
    kept = []
    for left, right, _ in sorted(pairs, key=lambda pair: (-pair[2], pair)):
        if taken.isdisjoint((left, right)):
            taken.update((left, right))
            kept.append([left, right])
    return kept


def across(tables: list[Any], notes: list[str]) -> list[list[int]]:
    """Link two tables; rows are counted through both."""
    import goldenmatch
    import pyarrow

    try:
        found = goldenmatch.match_df(*tables).matched
    except Exception as error:  # a person would go on to the other way that the documentation shows
        notes.append(f"{type(error).__name__} in match_df")
        whole = pyarrow.concat_tables(tables, promote_options="permissive")
        first = len(tables[0])
        return best_first(pair for pair in goldenmatch.dedupe_df(whole).scored_pairs if pair[0] < first <= pair[1])
    columns = ("__target_row_id__", "__ref_row_id__", "__match_score__")
    return best_first(zip(*(found[name].to_pylist() for name in columns), strict=True)) if found else []


def main(folder: Path) -> None:
    import goldenmatch
    from pyarrow import csv, string

    logging.disable(logging.ERROR)
    known = about(folder)
    notes: list[str] = []
    start = time.perf_counter()
    key = known["key"]
    types = csv.ConvertOptions(column_types={key: string()})
    whole = [csv.read_csv(folder / f"{name}.csv", convert_options=types) for name in known["tables"]]
    tables = [table.drop_columns(key) for table in whole]
    if len(tables) > 1:
        groups = across(tables, notes)
    else:
        groups = [cluster["members"] for cluster in goldenmatch.dedupe_df(tables[0]).clusters.values()]
    seconds = time.perf_counter() - start
    records = [
        (name, record) for name, table in zip(known["tables"], whole, strict=True) for record in table[key].to_pylist()
    ]
    rows = [(*records[member], number) for number, members in enumerate(groups) for member in members]
    write(folder, "goldenmatch", ENTITIES, rows)
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes(), "pairs": None, "notes": notes}))


if __name__ == "__main__":
    place = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        alone(scratch)
        main(place)
