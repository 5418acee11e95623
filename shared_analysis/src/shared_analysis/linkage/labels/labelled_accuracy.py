"""Precision and recall of the links, estimated from labels (checked pairs), with intervals.

Matches are counted by strata of match weight and, within each, among links and other pairs: what people said of some
pairs of a cell stands for the rest of it. Each cell has a Beta prior worth one answer, around what is expected there
(Marchant and Rubinstein 2017, "In search of an entity resolution OASIS", PVLDB 10). The matches among the pairs of a
cell that nobody checked are then drawn (Ericson 1969, "Subjective Bayesian models in sampling finite populations",
JRSS B 31), and the 95 % intervals are quantiles of those draws.

What is expected is a line that all answers calibrate: log-odds of a match against match weight (Platt 1999,
"Probabilistic outputs for support vector machines"). A hundred answers cannot show whether one in a thousand pairs of
low weight matches; how fast matches become fewer as weights fall, they can. The line is as unsure as the answers leave
it. A match may be unlike all others, too: none that people saw was, which limits how many there are.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.clustering.constraints import NUMBERS, without
from shared_analysis.linkage.database import GIVEN_PAIRS, SCORED_BEFORE, lend
from shared_analysis.linkage.labels.review_sample import STRATA, stratum
from shared_analysis.linkage.labels.reweighting import logistic

if TYPE_CHECKING:
    import duckdb

DRAWS = 4000
_SLOPE_APART = 0.35
"""Standard deviation of the slope around 1, before there are answers: weights may be half or twice what they say."""
_SHIFT_APART = 4.0
"""Standard deviation of the shift around 0, in bits."""
_LEAST_SLOPE = 0.1
_MOST_BITS = 60.0
_LEAST = 1e-6
_UNLIKE = 0.15
"""Matches whose weight gives no hint of them, to be expected among those that people called a match."""
Numbers = np.ndarray[Any, np.dtype[np.float64]]


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
        By whole bits of match weight before training on labels: ``bits``; ``links`` and ``others``, pairs that nobody
        checked.
    """
    bits = "cast(floor(match_weight) AS INTEGER)"
    every = connection.sql(f"SELECT {bits} AS bits, count(*) AS pairs FROM {SCORED_BEFORE} GROUP BY 1 ORDER BY 1").df()
    with lend(connection, GIVEN_PAIRS, without(links, known)[NUMBERS]):
        linked = connection.sql(
            f"SELECT {bits} AS bits, count(*) AS pairs "
            f"FROM {SCORED_BEFORE} JOIN {GIVEN_PAIRS} USING (number_l, number_r) GROUP BY 1 ORDER BY 1"
        ).df()
    left = linked.set_index("bits")["pairs"].reindex(every["bits"], fill_value=0).to_numpy()
    checked = known["match_weight"].astype(float).floordiv(1).value_counts().reindex(every["bits"], fill_value=0)
    return pd.DataFrame({"bits": every["bits"], "links": left, "others": every["pairs"] - checked.to_numpy() - left})


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
    weight = known["match_weight"].to_numpy(dtype=float)
    own, cells = stratum(np.floor(weight)), stratum(unchecked["bits"])
    line = _calibrated(unchecked["bits"].to_numpy(dtype=float) + 0.5, weight, match, draw)
    sure = int(match.sum())
    right = np.full(DRAWS, sure)
    matches = np.full(DRAWS, sure + missed)
    links = sure
    for number in range(STRATA):
        for cell, inside in (("links", linked), ("others", ~linked)):
            pairs = np.maximum(unchecked[cell].to_numpy(dtype=float)[cells == number], 0.0)
            count = int(pairs.sum())
            if not count:
                continue
            prior = pairs @ line[cells == number] / count
            prior = np.maximum(prior, 0.5) if cell == "links" else np.minimum(prior, 0.5)
            seen = match[(own == number) & inside]
            share = draw.beta(seen.sum() + np.maximum(prior, _LEAST), (~seen).sum() + np.maximum(1 - prior, _LEAST))
            drawn = draw.binomial(count, share)
            matches += drawn
            if cell == "links":
                right += drawn
                links += count
    matches += draw.binomial(matches, draw.beta(_UNLIKE, sure + 1.0, DRAWS))
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


def _calibrated(at: Numbers, weight: Numbers, match: np.ndarray[Any, np.dtype[np.bool_]], draw: Any) -> Numbers:
    """Draw lines of the log-odds of a match against match weight, by the normal approximation around the likeliest.

    Returns
    -------
    array
        Probability of a match, a row a weight of ``at``, a column a draw.
    """
    bits = np.clip(weight, -_MOST_BITS, _MOST_BITS)
    features, spread = math.log(2) * np.column_stack([np.ones(len(bits)), bits]), [_SHIFT_APART, _SLOPE_APART]
    moved = logistic(features, math.log(2) * bits, match.astype(float), spread)
    odds = math.log(2) * bits + features @ moved
    probability = 1 / (1 + np.exp(-np.clip(odds, -700, 700)))
    curvature = (features * (probability * (1 - probability))[:, None]).T @ features + np.diag(1 / np.square(spread))
    line = moved + np.array([0.0, 1.0])
    drawn = draw.multivariate_normal(line, np.linalg.inv(curvature), DRAWS)
    logs = drawn[:, 0] + np.outer(np.clip(at, -_MOST_BITS, _MOST_BITS), np.maximum(drawn[:, 1], _LEAST_SLOPE))
    lines: Numbers = 1 / (1 + 2.0 ** -np.clip(logs, -_MOST_BITS, _MOST_BITS))
    return lines
