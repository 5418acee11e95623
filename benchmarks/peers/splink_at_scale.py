"""Splink set up by hand on records that are clean already, with given blocking rules: the same pairs as the package's.

python splink_at_scale.py FOLDER        reads prepared.parquet and rules.json, prints JSON
"""

from __future__ import annotations

import json
import logging
import sys
import time
from itertools import pairwise
from pathlib import Path

import duckdb
import splink.comparison_library as cl
from exchange import peak_mebibytes
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def main(folder: Path) -> None:
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    rules = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
    clock = [time.perf_counter()]
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE people AS FROM '{folder / 'prepared.parquet'}'")
    names = [cl.NameComparison("given_name"), cl.NameComparison("family_name")]
    linker = Linker(
        DuckDBAPI(connection=connection).register("people"),
        SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="unique_id",
            comparisons=[
                *(name.configure(term_frequency_adjustments=True) for name in names),
                cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
                cl.PostcodeComparison("postcode"),
                cl.JaroWinklerAtThresholds("address", [0.95, 0.88]).configure(term_frequency_adjustments=True),
            ],
            blocking_rules_to_generate_predictions=rules,
        ),
        log_level=None,
    )
    clock.append(time.perf_counter())
    full_name = block_on("given_name", "family_name")
    certain = [
        block_on("given_name", "family_name", "date_of_birth"),
        block_on("given_name", "date_of_birth", "postcode"),
    ]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(full_name)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    clock.append(time.perf_counter())
    scored = linker.inference.predict(warning_mode="never")
    clock.append(time.perf_counter())
    linker.clustering.cluster_pairwise_predictions_at_threshold(scored, threshold_match_probability=0.99)
    clock.append(time.perf_counter())
    (pairs,) = connection.execute(f"SELECT count(*) FROM {scored.physical_name}").fetchone()
    seconds = [later - earlier for earlier, later in pairwise(clock)]
    stages = dict(zip(("prepare", "train", "predict", "cluster"), seconds, strict=True))
    print(json.dumps({"stages": stages, "pairs": pairs, "peak": peak_mebibytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
