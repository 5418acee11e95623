"""How right and how complete the links are, from checked pairs, with intervals.

Matches are counted by strata of match weight and, within each, among links and other pairs: what people said of some
pairs of a cell stands for the rest of it. Each cell has a Beta prior worth one answer, around what the model expects
there, as in Marchant and Rubinstein (2017), "In search of an entity resolution OASIS", PVLDB 10; the matches among the
pairs of a cell that nobody checked are then drawn (Ericson 1969, "Subjective Bayesian models in sampling finite
populations", JRSS B 31), and the 95 % intervals are quantiles of those draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.labels.read import NUMBERS, without
from shared_analysis.linkage.reporting.review_sample import STRATA, stratum

if TYPE_CHECKING:
    import duckdb

DRAWS = 4000
SURPRISE = 0.01  # least prior probability that a pair is not what the model is sure of
_TOP = 1 - SURPRISE


def cells(connection: duckdb.DuckDBPyConnection, links: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Count the pairs that nobody checked, by their stratum before learning.

    Parameters
    ----------
    connection
        With the table ``scored_before`` of the scores before learning.
    links
        The links, after learning, by number.
    known
        Checked pairs that were compared.

    Returns
    -------
    pandas.DataFrame
        By stratum, in order: ``links`` and ``others``, pairs that nobody checked, and ``expected``, the mean
        probability of a pair before learning.
    """
    bits = "cast(floor(match_weight) AS INTEGER)"
    every = connection.sql(
        f"SELECT {bits} AS bits, count(*) AS pairs, "  # noqa: S608 - fixed names
        "sum(cast(round(match_probability * 1e6) AS BIGINT))::BIGINT AS millionths "
        "FROM scored_before GROUP BY 1 ORDER BY 1"
    ).df()
    pairs = _by_stratum(every["bits"], every["pairs"])
    expected = _by_stratum(every["bits"], every["millionths"]) / 1e6 / np.maximum(pairs, 1)
    connection.register("links", without(links, known)[NUMBERS])
    linked = connection.sql(
        f"SELECT {bits} AS bits, count(*) AS pairs FROM scored_before JOIN links USING (number_l, number_r) "  # noqa: S608
        "GROUP BY 1 ORDER BY 1"
    ).df()
    connection.unregister("links")
    links_left = _by_stratum(linked["bits"], linked["pairs"])
    checked = np.bincount(stratum(np.floor(known["match_weight"])), minlength=STRATA)
    return pd.DataFrame({"links": links_left, "others": pairs - checked - links_left, "expected": expected})


def _by_stratum(bits: pd.Series[Any], counts: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.bincount(stratum(bits), counts, STRATA).astype(float)


def judged(
    left: pd.DataFrame, known: pd.DataFrame, linked: np.ndarray[Any, np.dtype[np.bool_]], missed: int, seed: int
) -> dict[str, float | int]:
    """Estimate precision, recall and the number of matches, with 95 % intervals.

    Parameters
    ----------
    left
        What :func:`cells` gives.
    known
        Checked pairs that were compared: ``match`` and ``match_weight`` (before learning).
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
    for number, expected in enumerate(left["expected"].to_numpy()):
        for cell, here, (least, most) in (("links", linked, (0.5, _TOP)), ("others", ~linked, (SURPRISE, 0.5))):
            count = max(int(left[cell].to_numpy()[number]), 0)
            seen = match[(own == number) & here]
            prior = min(max(float(expected), least), most)
            share = draw.beta(seen.sum() + prior, (~seen).sum() + 1 - prior, DRAWS)
            found = draw.binomial(count, share)
            matches += found
            if cell == "links":
                right += found
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


def say_judged(figures: Mapping[str, float | int | str | bool]) -> str:
    """Say the estimates in words, and what their intervals rest on."""

    def between(name: str, form: str) -> str:
        low, high = figures[f"labelled_{name}_low"], figures[f"labelled_{name}_high"]
        return f"{figures[f'labelled_{name}']:{form}} ({low:{form}} to {high:{form}})"

    ground = (
        "The intervals (95 %) count each checked pair for the pairs of similar weight that it was drawn from"
        if figures["labelled_sample"]
        else "The intervals (95 %) assume that the checked pairs are like all others of similar weight: they were not "
        "drawn by chance, or not all of them"
    )
    return (
        f"**Measured on {figures['labelled_pairs']:,} pairs that people checked**, answers included: "
        f"{between('precision', '.1%')} of the links are right, and they hold {between('recall', '.1%')} of the "
        f"matches among the pairs compared, of which there are about {between('matches', ',')}. {ground}, and judge a "
        "pair by a model that has not seen its answer."
    )
