"""The recordlinkage toolkit with its classifier that needs no labels (expectation/conditional maximisation).

    python recordlinkage_ecm.py FOLDER

Jaro-Winkler at 0.85 on names and texts, exact on what is a code, as the toolkit's own examples do; blocks on the same
columns as the hand-made Splink settings.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import recordlinkage
from exchange import PAIRS, about, peak_mebibytes, write

BLOCKS: dict[str, list[list[str]]] = {
    "febrl": [["given_name", "surname"], ["soc_sec_id"], ["date_of_birth"], ["surname", "postcode"]],
    "fake_1000": [["first_name"], ["surname"], ["email"], ["dob"]],
    "restaurants": [["name"], ["address"], ["city"]],
    "dblp_acm": [["title"], ["authors"], ["year"]],
    "households": [["first_name", "surname"], ["dob"], ["surname", "postcode"], ["first_name", "postcode"]],
}
EXACT = {"dob", "date_of_birth", "soc_sec_id", "postcode", "street_number", "state", "year", "cuisine"}
SKIP = {"address_2", "venue"}


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    known = about(folder)
    start = time.perf_counter()
    key = known["key"]
    tables: list[Any] = [
        pd.read_csv(folder / f"{name}.csv", dtype=str).set_index(key, drop=True) for name in known["tables"]
    ]
    indexer = recordlinkage.Index()
    for columns in BLOCKS[known["family"]]:
        indexer.block(columns)
    pairs = indexer.index(*tables)
    compare = recordlinkage.Compare()
    for column in tables[0].columns:
        if column in EXACT:
            compare.exact(column, column, label=column)
        elif column not in SKIP:
            compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    features = compare.compute(pairs, *tables)
    classifier = recordlinkage.ECMClassifier()
    classifier.fit(features)
    found = classifier.prob(features)
    seconds = time.perf_counter() - start
    left, right = known["tables"][0], known["tables"][-1]
    found = found[found >= 0.01]
    rows = [(left, a, right, b, share) for (a, b), share in zip(found.index, found.to_numpy(), strict=True)]
    write(folder, "ecm", PAIRS, rows)
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes(), "pairs": len(features), "notes": []}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
