"""Precision and recall of the links, estimated from labels (checked pairs), with intervals.

Matches are counted by strata of match weight and, within each, among links and other pairs: what people said of some
pairs of a cell stands for the rest of it. Each cell has a Beta prior worth one answer, around what the model expects
there, as in Marchant and Rubinstein (2017), "In search of an entity resolution OASIS", PVLDB 10; the matches among the
pairs of a cell that nobody checked are then drawn (Ericson 1969, "Subjective Bayesian models in sampling finite
populations", JRSS B 31), and the 95 % intervals are quantiles of those draws.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.clustering.constraints import NUMBERS, without
from shared_analysis.linkage.database import GIVEN_PAIRS, SCORED_BEFORE, lend
from shared_analysis.linkage.labels.review_sample import STRATA, stratum

if TYPE_CHECKING:
    import duckdb

DRAWS = 4000
SURPRISE = 0.01  # least prior probability that a pair is not what the model is sure of
_TOP = 1 - SURPRISE


def count_unchecked(connection: duckdb.DuckDBPyConnection, links: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Count the pairs that nobody checked, by their stratum before training on labels.

    Parameters
    ----------
    connection
        With the scores before training on labels.
    links
        The links, after training on labels, by number.
    known
        Checked pairs that were compared.

    Returns
    -------
    pandas.DataFrame
        By stratum, in order: ``links`` and ``others``, pairs that nobody checked, and ``expected``, the mean
        probability of a pair before training on labels.
    """
    bits = "cast(floor(match_weight) AS INTEGER)"
    every = connection.sql(
        f"SELECT {bits} AS bits, count(*) AS pairs, "
        "sum(cast(round(match_probability * 1e6) AS BIGINT))::BIGINT AS millionths "
        f"FROM {SCORED_BEFORE} GROUP BY 1 ORDER BY 1"
    ).df()
    pairs = _by_stratum(every["bits"], every["pairs"])
    expected = _by_stratum(every["bits"], every["millionths"]) / 1e6 / np.maximum(pairs, 1)
    with lend(connection, GIVEN_PAIRS, without(links, known)[NUMBERS]):
        linked = connection.sql(
            f"SELECT {bits} AS bits, count(*) AS pairs "
            f"FROM {SCORED_BEFORE} JOIN {GIVEN_PAIRS} USING (number_l, number_r) GROUP BY 1 ORDER BY 1"
        ).df()
    links_left = _by_stratum(linked["bits"], linked["pairs"])
    checked = np.bincount(stratum(np.floor(known["match_weight"])), minlength=STRATA)
    return pd.DataFrame({"links": links_left, "others": pairs - checked - links_left, "expected": expected})


def _by_stratum(bits: pd.Series[Any], counts: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.bincount(stratum(bits), counts, STRATA).astype(float)


def estimate_accuracy(
    unchecked: pd.DataFrame, known: pd.DataFrame, linked: np.ndarray[Any, np.dtype[np.bool_]], missed: int, seed: int
) -> dict[str, float | int]:
    """Estimate precision, recall and the number of matches, with 95 % intervals.

    Parameters
    ----------
    unchecked
        As :func:`count_unchecked` gives it.
    known
        Checked pairs that were compared: ``match`` and ``match_weight`` (before training on labels).
    linked
        Which of them would be linked without their own answer.
    missed
        Pairs called a match that no rule brought together.
    seed
        Of the draws.

    Returns
    -------
    dict
        ``labelled_pairs``; ``labelled_precision``, ``labelled_recall``, ``labelled_matches``, each with ``_low`` and
        ``_high``. What people said is taken for right, and links that they called a match are right links.
    """
    draw = np.random.default_rng(seed)
    match = known["match"].to_numpy(dtype=bool)
    own = stratum(np.floor(known["match_weight"]))
    sure = int(match.sum())
    right = np.full(DRAWS, sure)
    matches = np.full(DRAWS, sure + missed)
    links = sure
    for number, expected in enumerate(unchecked["expected"].to_numpy()):
        for cell, inside, (least, most) in (("links", linked, (0.5, _TOP)), ("others", ~linked, (SURPRISE, 0.5))):
            count = max(int(unchecked[cell].to_numpy()[number]), 0)
            seen = match[(own == number) & inside]
            prior = min(max(float(expected), least), most)
            share = draw.beta(seen.sum() + prior, (~seen).sum() + 1 - prior, DRAWS)
            drawn = draw.binomial(count, share)
            matches += drawn
            if cell == "links":
                right += drawn
                links += count
    estimates = {
        "precision": (right / max(links, 1), 4),
        "recall": (right / np.maximum(matches, 1), 4),
        "matches": (matches, 0),
    }
    out: dict[str, float | int] = {"labelled_pairs": len(known)}
    for name, (draws, places) in estimates.items():
        low, middle, high = np.quantile(draws, (0.025, 0.5, 0.975))
        for end, value in (("", middle), ("_low", low), ("_high", high)):
            out[f"labelled_{name}{end}"] = round(float(value), places) if places else round(float(value))
    return out
