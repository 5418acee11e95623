"""The recordlinkage toolkit with its classifier that needs no labels (expectation/conditional maximisation).

    python recordlinkage_ecm.py FOLDER

Jaro-Winkler at 0.85 on names and texts, exact on what is a code, as the toolkit's own examples do; blocks on the same
columns as the hand-made Splink settings. Before that, the toolkit's own cleaning takes phone numbers to their digits.
The names of products give a brand and a model, and prices agree within ten dollars.
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
from recordlinkage.preprocessing import phonenumbers

BLOCKS: dict[str, list[list[str]]] = {
    "febrl": [["given_name", "surname"], ["soc_sec_id"], ["date_of_birth"], ["surname", "postcode"]],
    "fake_1000": [["first_name"], ["surname"], ["email"], ["dob"]],
    "restaurants": [["name"], ["address"], ["city"]],
    "dblp_acm": [["title"], ["authors"], ["year"]],
    "oaei_restaurants": [["name"], ["phone_number"], ["street"]],
    "abt_buy": [["model"], ["brand"]],
    "households": [["first_name", "surname"], ["dob"], ["surname", "postcode"], ["first_name", "postcode"]],
}
CODES = {"soc_sec_id", "postcode", "street_number", "phone_number", "model"}
EXACT = {"dob", "date_of_birth", "state", "year", "cuisine", *CODES}
DOLLARS = 10
SKIP = {"address_2", "venue", "brand"}
MODEL = r"\b((?:[a-z]+[0-9]|[0-9]+[a-z])[a-z0-9]{2,})\b"


def cleaned(table: Any, family: str) -> Any:
    """Clean a table as a person would who has looked at it."""
    if family == "oaei_restaurants":
        return table.assign(phone_number=phonenumbers(table["phone_number"]))
    if family == "abt_buy":
        name = table["name"].str.lower()
        models = name.str.replace("-", "").str.findall(MODEL).str[-1]  # the last word that mixes letters and digits
        brands = name.str.extract("^([a-z]+)", expand=False)
        return table.assign(name=name, brand=brands, model=models, price=pd.to_numeric(table["price"]))
    return table


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    known = about(folder)
    start = time.perf_counter()
    key = known["key"]
    tables: list[Any] = [
        cleaned(pd.read_csv(folder / f"{name}.csv", dtype=str).set_index(key, drop=True), known["family"])
        for name in known["tables"]
    ]
    indexer = recordlinkage.Index()
    for columns in BLOCKS[known["family"]]:
        indexer.block(columns)
    pairs = indexer.index(*tables)
    compare = recordlinkage.Compare()
    for column in tables[0].columns:
        if column in EXACT:
            compare.exact(column, column, label=column)
        elif column == "price":
            compare.numeric(column, column, method="step", offset=DOLLARS, label=column)
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
