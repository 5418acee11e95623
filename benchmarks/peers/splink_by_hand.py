"""Splink as a person would set it up for each set in a quarter of an hour with its documentation.

    python splink_by_hand.py FOLDER hand|naive|expert

``hand``: the comparisons that the documentation offers for each kind of column, term frequencies on names, blocking
rules that it would suggest; the FEBRL and fake_1000 settings follow its own examples. Two sets are cleaned first, as
the documentation asks: phone numbers become digits, and names of products give words, a brand and a model. ``naive``:
one Jaro-Winkler comparison a column, just as it comes, and three obvious blocking rules. ``expert`` (households only):
knows that an address and a postcode agree together for a whole household, and merges them into one comparison.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from exchange import PAIRS, about, peak_mebibytes, write
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

NAMES = [cl.NameComparison("first_name"), cl.NameComparison("surname")]
for name in NAMES:
    name.configure(term_frequency_adjustments=True)
HOUSEHOLD_RULES = [
    block_on("first_name", "surname"),
    block_on("dob"),
    block_on("surname", "postcode"),
    block_on("first_name", "postcode"),
    block_on("surname", "substr(dob, 1, 4)"),
]

PRICE = cl.CustomComparison(
    output_column_name="price",
    comparison_levels=[
        cll.NullLevel("price"),
        cll.PercentageDifferenceLevel("price", 0.05),
        cll.PercentageDifferenceLevel("price", 0.2),
        cll.ElseLevel(),
    ],
)

# By family of sets: how a person cleans a table. The model is the last word that mixes letters and digits.
CLEANED = {
    "oaei_restaurants": "* REPLACE (regexp_replace(phone_number, '[^0-9]', '', 'g') AS phone_number)",
    "abt_buy": r"""
        * REPLACE (lower(name) AS name, try_cast(price AS DOUBLE) AS price),
        string_split_regex(lower(name), '[^a-z0-9]+') AS words,
        regexp_extract(lower(name), '^[a-z]+') AS brand,
        regexp_extract_all(replace(lower(name), '-', ''), '\b(?:[a-z]+[0-9]|[0-9]+[a-z])[a-z0-9]{2,}\b')[-1] AS model
    """,
}

# By family of sets: comparisons, blocking rules, certain rules with the recall guessed for them, rules to learn from.
HAND: dict[str, dict[str, Any]] = {
    "febrl": {
        "comparisons": [
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        ],
        "rules": [
            block_on("given_name", "surname"),
            block_on("surname", "postcode"),
            block_on("given_name", "date_of_birth"),
            block_on("soc_sec_id"),
            block_on("date_of_birth"),
            block_on("postcode", "substr(given_name, 1, 3)"),
        ],
        "certain": [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        "recall": 0.9,
        "learn": [block_on("date_of_birth"), block_on("postcode")],
    },
    "fake_1000": {
        "comparisons": [
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        "rules": [
            block_on("first_name"),
            block_on("surname"),
            block_on("email"),
            block_on("dob"),
        ],
        "certain": [
            block_on("first_name", "dob"),
            "l.surname = r.surname AND levenshtein(r.dob, l.dob) <= 1",
            block_on("email"),
        ],
        "recall": 0.7,
        "learn": [block_on("first_name", "surname"), block_on("dob")],
    },
    "restaurants": {
        "comparisons": [
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.7]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("address", [2, 5, 10]),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.ExactMatch("cuisine").configure(term_frequency_adjustments=True),
        ],
        "rules": [block_on("name"), block_on("address"), block_on("substr(name, 1, 4)"), block_on("city", "cuisine")],
        "certain": [block_on("name", "city"), block_on("address", "city")],
        "recall": 0.7,
        "learn": [block_on("address"), block_on("name")],
    },
    "dblp_acm": {
        "comparisons": [
            cl.JaroWinklerAtThresholds("title", [0.95, 0.88, 0.7]),
            cl.JaroWinklerAtThresholds("authors", [0.95, 0.88, 0.7]),
            cl.ExactMatch("year"),
        ],
        "rules": [
            block_on("title"),
            block_on("authors"),
            block_on("lower(substr(title, 1, 8))"),
            block_on("year", "substr(authors, 1, 5)"),
        ],
        "certain": [block_on("title", "year")],
        "recall": 0.7,
        "learn": [block_on("title"), block_on("authors")],
    },
    "oaei_restaurants": {
        "comparisons": [
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.7]).configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("phone_number", [1, 2]),
            cl.LevenshteinAtThresholds("street", [2, 5, 10]),
        ],
        "rules": [block_on("name"), block_on("phone_number"), block_on("street"), block_on("substr(name, 1, 4)")],
        "certain": [block_on("phone_number"), block_on("name", "street")],
        "recall": 0.7,
        "learn": [block_on("phone_number"), block_on("name")],
    },
    "abt_buy": {
        "comparisons": [
            cl.JaroWinklerAtThresholds("model", [0.95, 0.88]),
            cl.ArrayIntersectAtSizes("words", [5, 3, 2]),
            cl.JaroWinklerAtThresholds("name", [0.9, 0.8, 0.7]),
            PRICE,
        ],
        "rules": [block_on("model"), block_on("brand")],
        "certain": [block_on("model")],
        "recall": 0.5,
        "learn": [block_on("model"), block_on("brand")],
    },
    "households": {
        "comparisons": [
            *NAMES,
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.PostcodeComparison("postcode"),
            cl.JaroWinklerAtThresholds("address", [0.95, 0.88]).configure(term_frequency_adjustments=True),
        ],
        "rules": HOUSEHOLD_RULES,
        "certain": [block_on("first_name", "surname", "dob"), block_on("first_name", "dob", "postcode")],
        "recall": 0.7,
        "learn": [block_on("first_name", "surname"), block_on("dob")],
    },
}
LOCATION = cl.CustomComparison(
    output_column_name="location",
    comparison_levels=[
        {
            "sql_condition": "(address_l IS NULL OR address_r IS NULL) AND (postcode_l IS NULL OR postcode_r IS NULL)",
            "label_for_charts": "missing",
            "is_null_level": True,
        },
        {"sql_condition": "address_l = address_r AND postcode_l = postcode_r", "label_for_charts": "same home"},
        {
            "sql_condition": "jaro_winkler_similarity(address_l, address_r) >= 0.92 AND postcode_l = postcode_r",
            "label_for_charts": "nearly the same home",
        },
        {"sql_condition": "address_l = address_r OR postcode_l = postcode_r", "label_for_charts": "one of the two"},
        {"sql_condition": "ELSE", "label_for_charts": "else"},
    ],
)
NAIVE_RULES = {
    "febrl": ["surname", "date_of_birth", "postcode"],
    "fake_1000": ["surname", "dob", "email"],
    "restaurants": ["name", "address", "city"],
    "dblp_acm": ["title", "authors", "year"],
    "oaei_restaurants": ["name", "phone_number", "street"],
    "abt_buy": ["name", "description", "price"],
    "households": ["surname", "dob", "postcode"],
}
NAIVE_CERTAIN = {"abt_buy": ["name"]}
"""Where no pair agrees on the first two."""


def settings(method: str, family: str, columns: list[str]) -> dict[str, Any]:
    """What the person decided."""
    if method == "naive":
        rules = [block_on(column) for column in NAIVE_RULES[family]]
        return {
            "comparisons": [cl.JaroWinklerAtThresholds(column, [0.9, 0.7]) for column in columns],
            "rules": rules,
            "certain": [block_on(*NAIVE_CERTAIN.get(family, NAIVE_RULES[family][:2]))],
            "recall": 0.7,
            "learn": rules[:2],
        }
    chosen = HAND[family]
    if method == "expert":
        return {**chosen, "comparisons": [*chosen["comparisons"][:3], LOCATION]}
    return chosen


def main(folder: Path, method: str) -> None:
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    known = about(folder)
    start = time.perf_counter()
    connection = duckdb.connect()
    database = DuckDBAPI(connection=connection)
    cleaned = "*" if method == "naive" else CLEANED.get(known["family"], "*")
    columns: list[str] = []
    for table in known["tables"]:
        connection.execute(
            f"CREATE TABLE the_{table} AS SELECT {cleaned} FROM read_csv('{folder / table}.csv', all_varchar = true)"
        )
        columns = [row[0] for row in connection.execute(f"DESCRIBE the_{table}").fetchall() if row[0] != known["key"]]
    chosen = settings(method, known["family"], columns)
    linker = Linker(
        [database.register(f"the_{table}", dataset_display_name=f"the_{table}") for table in known["tables"]],
        SettingsCreator(
            link_type=known["link_type"],
            unique_id_column_name=known["key"],
            comparisons=chosen["comparisons"],
            blocking_rules_to_generate_predictions=chosen["rules"],
        ),
        log_level=None,
    )
    notes = []
    linker.training.estimate_probability_two_random_records_match(chosen["certain"], recall=chosen["recall"])
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in chosen["learn"]:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        except Exception as error:  # a person would read it and go on
            notes.append(f"{type(error).__name__} in training")
    scored = linker.inference.predict(threshold_match_probability=0.01, warning_mode="never").physical_name
    only, key = known["tables"][0], known["key"]
    two = known["link_type"] != "dedupe_only"
    left, right = (f"substr(source_dataset_{side}, 5)" if two else f"'{only}'" for side in "lr")
    rows = connection.execute(
        f"SELECT {left}, {key}_l, {right}, {key}_r, match_probability FROM {scored} ORDER BY ALL"
    ).fetchall()
    seconds = time.perf_counter() - start
    write(folder, method, PAIRS, rows)
    print(json.dumps({"seconds": seconds, "peak": peak_mebibytes(), "pairs": len(rows), "notes": notes}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
