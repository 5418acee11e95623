"""The least that the comparison can cost: DuckDB joins the records by the same rules and measures five distances.

python bare_join.py FOLDER        reads prepared.parquet and rules.json, prints JSON
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb
from exchange import peak_mebibytes

DISTANCES = """
    jaro_winkler_similarity(l.given_name, r.given_name) AS given_name,
    jaro_winkler_similarity(l.family_name, r.family_name) AS family_name,
    levenshtein(l.date_of_birth, r.date_of_birth) AS date_of_birth,
    levenshtein(l.postcode, r.postcode) AS postcode,
    jaro_winkler_similarity(l.address, r.address) AS address
"""


def main(folder: Path) -> None:
    rules = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
    start = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE people AS FROM '{folder / 'prepared.parquet'}'")
    joins = []
    for number, rule in enumerate(rules):
        new = "".join(f" AND NOT coalesce(({earlier}), false)" for earlier in rules[:number])
        joins.append(
            f"SELECT l.unique_id AS id_l, r.unique_id AS id_r, {DISTANCES} "
            f"FROM people AS l JOIN people AS r ON {rule} WHERE l.unique_id < r.unique_id{new}"
        )
    connection.execute(f"CREATE TABLE compared AS {' UNION ALL '.join(joins)}")
    seconds = time.perf_counter() - start
    (pairs,) = connection.execute("SELECT count(*) FROM compared").fetchone()
    print(json.dumps({"stages": {"predict": seconds}, "pairs": pairs, "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
