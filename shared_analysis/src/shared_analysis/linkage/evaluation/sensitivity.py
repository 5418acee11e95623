"""Sensitivity: how far the model's opinion of itself could be off, where nobody has checked a pair.

This is no confidence interval. Chance in the sample is the least of it: columns do not agree independently, the prior
rests on a guess, and no figure in the data says by how much. So the figures are worked out again as if the odds of
every pair were sixteen times lower, and sixteen times higher, than the model says, and chance is added at either end.
However sure the model is, a few matches look like strangers and a few strangers like matches: one in a hundred of the
links is allowed for, too.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.model.scoring import Scores

_NORMAL = 1.96
SENSITIVITY_BITS = 4
"""By how much match weights could be off. A wrong assumption moves all of them the same way, as a wrong prior does."""
UNLIKE = 0.01
"""Share of the links to allow for, at either end, for what no match weight gives a hint of."""


def expected_range(
    scores: Scores,
    pairs: pd.DataFrame,
    links: pd.DataFrame,
    most: float = math.inf,
    equals: np.ndarray[Any, np.dtype[np.int64]] | None = None,
) -> dict[str, float | int]:
    """Work out the range of what the model expects.

    Parameters
    ----------
    scores
        Its ``weights`` and ``expected_matches``.
    pairs, links
        The links that the entities have settled, and those of them that were followed, with ``match_weight``.
    most
        So many pairs at most can be matches.
    equals
        For each of ``links`` the number of equal records of a register that it may as well be of: at the low end they
        are different things, and one in so many links is right.

    Returns
    -------
    dict
        ``expected_matches_low`` and ``_high`` and, where there are links, the same of ``expected_precision`` and
        ``expected_recall``. Links are the same at either end.
    """
    counts, middles = scores.weights["pairs"].to_numpy(dtype=float), scores.weights["weight"] + 0.5
    scale = scores.expected_matches / max(float(_probability(middles) @ counts), 1e-9)  # weights are in whole bits
    # Links are taken out bit by bit: their weights rounded here and not there would look like missed matches.
    linked_bits = np.floor(pairs["match_weight"].to_numpy(dtype=float)).clip(-30, 40)
    rest = counts - pd.Series(linked_bits).value_counts().reindex(scores.weights["weight"], fill_value=0).to_numpy()
    expected = float(_probability(links["match_weight"]).sum())
    ends, recalls = {}, [expected / max(min(scores.expected_matches, most), expected)] if expected else []
    for end, bits in (("low", -SENSITIVITY_BITS), ("high", SENSITIVITY_BITS)):
        linked = _probability(links["match_weight"] + bits)
        linked = linked / equals if equals is not None and end == "low" else linked
        every = _probability(middles + bits)
        right, chance = float(linked.sum()), float((linked * (1 - linked)).sum())
        missed = scale * float(every @ rest)
        unsure = scale * float((every * (1 - every)) @ rest)
        sign = -1 if end == "low" else 1
        away, unlike = sign * _NORMAL, sign * UNLIKE * len(links)
        ends[end] = (
            min(max(right + unlike + away * chance**0.5, 0.0), len(links)),
            max(missed + unlike + away * unsure**0.5, 0.0),
            min(max(right + missed + unlike + away * (chance + unsure) ** 0.5, 0.0), most),
        )
        missed_at_most = min(ends[end][1], max(most - ends[end][0], 0.0))
        recalls += [ends[end][0] / (ends[end][0] + missed_at_most)] if ends[end][0] else []
    out: dict[str, float | int] = {f"expected_matches_{end}": round(matches) for end, (_, _, matches) in ends.items()}
    if len(links):
        for end, chosen in (("low", min), ("high", max)):
            out[f"expected_precision_{end}"] = round(ends[end][0] / len(links), 4)
            out[f"expected_recall_{end}"] = round(chosen(recalls), 4)
    return out


def _probability(weight: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return 1 / (1 + 2.0 ** -weight.to_numpy(dtype=float))
