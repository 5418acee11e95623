"""Weigh the pairs: the match weight and probability of each, once the prior is in line with what they show."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from shared_analysis.linkage.cleaning.records import ID
from shared_analysis.linkage.database import GIVEN_PAIRS, SCORED, WEIGHED, lend, predict_in_parts
from shared_analysis.linkage.model.rivals import Rivals
from shared_analysis.linkage.model.trained_model import canonical_model

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

PLACES = 6  # decimals of a probability; the threshold is applied to the rounded value, so that output and rule agree
PLACES_OF_WEIGHT = 4
MOST_WEIGHT = 1000.0  # bits; a model written by hand may take something for impossible
PAIRS_AT_ONCE = 800_000
PRIOR = "probability_two_random_records_match"


def weigh(
    connection: duckdb.DuckDBPyConnection,
    model: dict[str, Any],
    compared: int,
    possible: int | None = None,
    held_once: Collection[str] = (),
    answers: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Weigh every pair that was brought together, into the table ``SCORED``.

    The pairs are weighed part by part, and of each only what is needed later is kept, so that memory grows slowly with
    their number, but for those that have rivals: all of these are taken into memory at once.

    Parameters
    ----------
    model
        Splink settings with every m and u probability.
    compared
        Number of pairs that were brought together; with 0 nothing is done.
    possible
        How many pairs could be compared without blocking: then the prior is calibrated first, unless a table holds
        everybody once. Without it, it stays.
    held_once
        Tables that hold everybody once: candidates for one record share the probability, and rivals take bits off each
        other's weights (:mod:`.rivals`).
    answers
        Checked pairs, if any, as candidates know of them: ``number_l``, ``number_r`` and ``match``.

    Returns
    -------
    dict
        The model with the prior that the weights have.
    """
    if not compared:
        return model
    connection.sql(f"CREATE TABLE {WEIGHED} (number_l INTEGER, number_r INTEGER, weight DOUBLE)")
    parts = -(-compared // PAIRS_AT_ONCE)
    for name in predict_in_parts(connection, model, parts):
        connection.sql(f"INSERT INTO {WEIGHED} SELECT {ID}_l, {ID}_r, match_weight FROM {name}")
    rivals = Rivals.among_weighed(connection, held_once, answers)
    before = float(model[PRIOR])
    if possible is not None and not held_once:
        model = canonical_model({**model, PRIOR: _calibrated_prior(connection, before, possible)})
    moved = _bits(float(model[PRIOR])) - _bits(before)
    weight = f"(weight + {moved!r} - coalesce(bits, 0))"
    with lend(connection, GIVEN_PAIRS, rivals.pairs[["number_l", "number_r"]].assign(bits=rivals.bits())):
        # Decimals are whole numbers of four bytes inside, and exact.
        connection.sql(
            f"""
            CREATE TABLE {SCORED} AS SELECT
                number_l, number_r,
                greatest(-{MOST_WEIGHT}, least({MOST_WEIGHT}, {weight}))::DECIMAL(9, {PLACES_OF_WEIGHT})
                    AS match_weight,
                (1 / (1 + pow(2.0, -{weight})))::DECIMAL(7, {PLACES}) AS match_probability
            FROM {WEIGHED} LEFT JOIN {GIVEN_PAIRS} USING (number_l, number_r)
            """
        )
    connection.sql(f"DROP TABLE {WEIGHED}")
    return model


def _calibrated_prior(connection: duckdb.DuckDBPyConnection, start: float, possible: int) -> float:
    """Bring the prior into line with the matches that the model itself expects among the pairs compared.

    The number of matches was estimated without what is known of households and of rare names. A prior moves every
    match weight by the same amount, so counts of weights are all it takes (whole numbers, the same on any number of
    threads).
    """
    rows = connection.sql(
        f"SELECT cast(round(weight * 4) AS INTEGER) AS quarter, count(*) FROM {WEIGHED} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    prior = start
    for _ in range(20):
        shift = _bits(prior) - _bits(start)
        expected = math.fsum(count / (1 + 2 ** -(quarter / 4 + shift)) for quarter, count in rows)
        prior = min(max(expected, 0.5) / possible, 0.5)
    return prior


def _bits(probability: float) -> float:
    return math.log2(probability / (1 - probability))
