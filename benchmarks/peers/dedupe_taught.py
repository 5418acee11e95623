"""The dedupe library, taught by somebody who answers its questions rightly.

    python dedupe_taught.py FOLDER

Dedupe asks a person about the pairs that it is least sure of. Here the truth answers, ``ANSWERS`` times: more than the
tools beside it get, which see no answer at all. It makes the clusters itself, at its default threshold.
"""

from __future__ import annotations

import csv
import json
import logging
import random
import sys
import time
from pathlib import Path
from typing import Any

import dedupe
import numpy as np
from dedupe import variables
from exchange import ENTITIES, about, peak_mebibytes, write

ANSWERS = 100
SKIP = {"address_2", "venue", "state"}
EXACT = {"year", "cuisine"}
TEXTS = {"description"}
PRICES = {"price"}


def kind_of(column: str) -> Any:
    """The kind of variable that the documentation offers for such a column."""
    if column in TEXTS:
        return variables.Text
    if column in PRICES:
        return variables.Price
    return variables.Exact if column in EXACT else variables.String


def read(path: Path, key: str) -> dict[str, dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row[key]: {name: cleaned(name, value) for name, value in row.items()} for row in rows}


def cleaned(column: str, value: str) -> Any:
    text = value.strip().lower()
    if column in PRICES and text:
        return float(text)
    return text or None


def main(folder: Path) -> None:
    logging.getLogger("dedupe").setLevel(logging.CRITICAL)
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002 - what the library draws from
    known = about(folder)
    start = time.perf_counter()
    key = known["key"]
    tables = [read(folder / f"{name}.csv", key) for name in known["tables"]]
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        person = {row["record_id"]: row["person_id"] for row in csv.DictReader(file)}
    columns = [name for name in next(iter(tables[0].values())) if name != key and name not in SKIP]
    fields = [kind_of(name)(name, has_missing=True) for name in columns]
    kind = dedupe.RecordLink if len(tables) > 1 else dedupe.Dedupe
    linker = kind(fields, num_cores=1)
    linker.prepare_training(*tables, sample_size=1500)
    for _ in range(ANSWERS):
        pair = linker.uncertain_pairs()[0]
        same = person[pair[0][key]] == person[pair[1][key]]
        linker.mark_pairs({"match": [pair] if same else [], "distinct": [] if same else [pair]})
    linker.train()
    if len(tables) > 1:
        clusters = [ids for ids, _ in linker.join(*tables, threshold=0.5, constraint="one-to-one")]
    else:
        clusters = [ids for ids, _ in linker.partition(tables[0], threshold=0.5)]
    seconds = time.perf_counter() - start
    of = {record: name for name, table in zip(known["tables"], tables, strict=True) for record in table}
    rows = [(of[record], record, number) for number, ids in enumerate(clusters) for record in ids]
    write(folder, "taught", ENTITIES, rows)
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes(), "pairs": None, "notes": []}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
