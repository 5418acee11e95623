"""The review sample, pairs worth checking: a stratified random sample, most of it where the model is in doubt.

Strata are ranges of match weight. Every one is represented, so that what people say of the sample can be weighted up to
all pairs; the sizes follow the power allocation of Bankier (1988), "Power allocations: determining sample sizes for
subnational areas", The American Statistician 42, so that the many sure pairs do not take all of it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.database import GIVEN_RECORDS, SCORED, lend
from shared_analysis.linkage.model.scoring import BITS

if TYPE_CHECKING:
    import duckdb

EDGES = (-20, -16, -12, -9, -6, -4, -2, 0, 2, 4, 6, 9, 12, 16, 20)
"""Where strata of match weight meet, in bits; they stand still, so that a larger sample holds a smaller one."""
STRATA = len(EDGES) + 1
_MIDDLES = (-22.0, *((low + high) / 2 for low, high in pairwise(EDGES)), 22.0)
_POWER = 0.25
_TRUST = 0.5  # of the model's weights: its own probabilities are too sure of themselves to say where doubt is
_PRIME = 2**31 - 1
_LEAST = 3  # pairs of a stratum
KEYS = ["table_l", "record_id_l", "table_r", "record_id_r"]


def stratum(bits: Any) -> Any:
    """Give the number of the stratum of match weights, from 0."""
    return np.digitize(bits, EDGES)


def stratum_sizes(weights: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Count the pairs of each stratum.

    Parameters
    ----------
    weights
        ``weight`` (whole bits) and ``pairs``, their number.

    Returns
    -------
    numpy.ndarray
        Number of pairs by stratum.
    """
    sizes = np.bincount(stratum(weights["weight"]), weights["pairs"], STRATA)
    return np.asarray(sizes.round(), dtype=np.int64)


def allocate(sizes: np.ndarray[Any, np.dtype[np.int64]], wanted: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Share out a sample among strata: a few of each, and more where there are many pairs in doubt.

    Parameters
    ----------
    sizes
        Number of pairs by stratum.
    wanted
        Size of the sample.

    Returns
    -------
    numpy.ndarray
        Number of pairs to draw by stratum.
    """
    doubt = 1 / (1 + 2 ** (-_TRUST * np.array(_MIDDLES)))
    share = (sizes * np.sqrt(doubt * (1 - doubt))) ** _POWER
    sample = np.minimum(sizes, min(_LEAST, wanted // STRATA)).astype(float)
    for _ in range(STRATA):  # what a full stratum cannot take goes to the others
        room = np.where(sample < sizes, share, 0.0)
        left = wanted - sample.sum()
        if left < 0.5 or not room.any():
            break
        sample = np.minimum(sample + left * room / room.sum(), sizes)
    return np.asarray(np.floor(sample + 1e-9), dtype=np.int64)


def draw_review_sample(
    connection: duckdb.DuckDBPyConnection, records: Records, weights: pd.DataFrame, wanted: int, seed: int
) -> pd.DataFrame:
    """Draw the pairs to review from all that were scored.

    Which pairs are drawn follows from the seed and their ids (SHA-256), whatever the threads, the order of rows and the
    other records; a larger sample holds a smaller one.

    Parameters
    ----------
    weights
        ``weight`` (whole bits) and ``pairs``, of every pair scored.
    wanted
        Size of the sample; up to one a stratum less by rounding, and fewer where there are fewer pairs.

    Returns
    -------
    pandas.DataFrame
        ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``, ``match_probability``, ``match_weight`` (bits),
        ``stratum`` (in words), ``stratum_pairs`` (its number of pairs) and ``match`` (empty). Rows are in random order,
        so that the first hundred are a sample too.
    """
    sizes = stratum_sizes(weights) if wanted else np.zeros(STRATA, dtype=np.int64)
    sample = allocate(sizes, wanted)
    candidates = _candidates(connection, records, sizes, sample, seed) if sample.any() else _NOTHING
    candidates = candidates.assign(number=stratum(candidates["bits"]))
    candidates = candidates.sort_values(["draw", "number_l", "number_r"], kind="stable")
    chosen = candidates[candidates.groupby("number").cumcount() < sample[candidates["number"]]]
    return records.named(chosen).assign(
        match_probability=chosen["match_probability"].to_numpy(),
        match_weight=chosen["match_weight"].to_numpy(),
        stratum=np.array(_NAMES, dtype=object)[chosen["number"]],
        stratum_pairs=sizes[chosen["number"]],
        match="",
    )


_NAMES = (
    f"below {EDGES[0]} bits",
    *(f"{low} to {high} bits" for low, high in pairwise(EDGES)),
    f"{EDGES[-1]} bits and more",
)
_NOTHING = pd.DataFrame(
    {
        **{name: pd.Series(dtype="int64") for name in ("number_l", "number_r", "bits", "draw")},
        **{name: pd.Series(dtype="float64") for name in ("match_probability", "match_weight")},
    }
)


def _candidates(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    sizes: np.ndarray[Any, np.dtype[np.int64]],
    sample: np.ndarray[Any, np.dtype[np.int64]],
    seed: int,
) -> pd.DataFrame:
    """Fetch the pairs with the lowest draws, somewhat more than are wanted: sorting millions would take longer.

    Each record has a number by chance, of one to a prime less one; the product of two, by that prime, is a pair's draw.
    """
    highest = [
        _PRIME if 4 * n + 50 >= size else _PRIME * (4 * int(n) + 50) // int(size)
        for n, size in zip(sample, sizes, strict=True)
    ]
    steps = " ".join(f"WHEN bits < {edge} THEN {most}" for edge, most in zip(EDGES, highest, strict=False))
    with lend(connection, GIVEN_RECORDS, records.register.assign(number=range(len(records.register)))):
        candidates: pd.DataFrame = connection.sql(
            f"""
            WITH chance AS (
                SELECT number, 1 + ('0x' || sha256(concat_ws(chr(31), '{seed}', "table", record_id))[:8])::BIGINT
                    % {_PRIME - 1} AS by_chance
                FROM {GIVEN_RECORDS}
            )
            SELECT number_l, number_r, match_probability, match_weight, {BITS} AS bits,
                   (l.by_chance * r.by_chance) % {_PRIME} AS draw
            FROM {SCORED} JOIN chance AS l ON l.number = number_l JOIN chance AS r ON r.number = number_r
            WHERE draw <= CASE {steps} ELSE {highest[-1]} END
            """
        ).df()
    return candidates
