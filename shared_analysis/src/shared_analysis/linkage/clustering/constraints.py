"""Pairs whose answer is known: a match must be a link, and no match cannot be one, whatever the model says.

Must-link and cannot-link constraints, as Wagstaff and others (2001), "Constrained k-means clustering with background
knowledge", call them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.duplicates import Numbers

NUMBERS = ["number_l", "number_r"]
ANSWERED = 1000.0
"""Match weight of a pair that a person called a match, in bits: beyond any that a model gives."""


def must_link(links: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Make links of the pairs that people called matches, and take out those that they called none.

    Parameters
    ----------
    links
        As in :class:`shared_analysis.linkage.model.scoring.Scores`.
    answers
        ``number_l``, ``number_r`` and ``match``.

    Returns
    -------
    pandas.DataFrame
        As ``links``; a pair called a match has the probability 1 and the weight ``ANSWERED``.
    """
    matches = answers.loc[answers["match"], NUMBERS].assign(match_probability=1.0, match_weight=ANSWERED)
    return pd.concat([without(links, answers), matches]).sort_values(NUMBERS, ignore_index=True)


def cannot_link(non_links: pd.DataFrame, answers: pd.DataFrame, component: Numbers) -> pd.DataFrame:
    """Let pairs that people called no match speak against a join, beyond all other evidence.

    Parameters
    ----------
    non_links
        As :func:`shared_analysis.linkage.model.scoring.non_links_within_components` gives them.
    answers
        ``number_l``, ``number_r`` and ``match``.
    component
        For each record the first of its connected component; who are in different ones need not be kept apart.

    Returns
    -------
    pandas.DataFrame
        As ``non_links``; a pair called no match has the weight ``-ANSWERED``.
    """
    same = component[answers["number_l"]] == component[answers["number_r"]]
    refused: pd.DataFrame = answers.loc[~answers["match"] & same, NUMBERS]
    others = without(non_links, answers)
    every: pd.DataFrame = pd.concat([others, refused.assign(match_weight=-ANSWERED)], ignore_index=True)
    return every


def without(pairs: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Leave out the pairs that people have answered.

    Parameters
    ----------
    pairs, answers
        ``number_l``, ``number_r``, the lower first, and whatever else.

    Returns
    -------
    pandas.DataFrame
        The rows of ``pairs`` that are none of ``answers``.
    """
    return pairs[~is_among(pairs, answers)]


def is_among(pairs: pd.DataFrame, others: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each pair whether it is one of the others.

    Parameters
    ----------
    pairs, others
        ``number_l``, ``number_r``, the lower first, and whatever else.

    Returns
    -------
    numpy.ndarray
        One truth value a row of ``pairs``.
    """
    among: np.ndarray[Any, np.dtype[np.bool_]] = pd.MultiIndex.from_frame(pairs[NUMBERS]).isin(
        pd.MultiIndex.from_frame(others[NUMBERS])
    )
    return among
