"""A model reweighted by labels: match weights moved from what EM gave, as far as the answers ask for it.

A logistic regression on the levels of agreement, with the model's own log-odds as its start and a penalty on moving
away (a normal prior around the Fellegi-Sunter weights): without answers it is the model as it was, and with many what
the answers say. Unlike expectation maximisation it does not take columns to agree independently, which is what makes a
Fellegi-Sunter model too sure of itself. Only shares among matches (m) and the prior move, so the outcome is a Splink
model like any other, with the rarity of names in it.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.records import ID, Records
from shared_analysis.linkage.database import GIVEN_PAIRS, RECORDS, SCORED, lend
from shared_analysis.linkage.model.comparisons import level_number

if TYPE_CHECKING:
    import duckdb

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64]]

LEAST_ANSWERS = 50  # with 25 a model can become worse than without any
LEAST_EACH = 5  # matches, and others
MOVE = 1.0  # standard deviation of a weight around what the data alone say, in natural log-odds
MOVE_ALL = 3.0  # of all weights together
FOLDS = 5
SMALLEST_M = 1e-9


@dataclass(frozen=True)
class LabelledPairs:
    """Checked pairs that were compared, as the model sees them.

    Parameters
    ----------
    pairs
        ``number_l``, ``number_r``, ``match`` and ``match_weight`` (bits, before the update).
    levels
        By pair and level of agreement, whether the pair is at that level; levels of "missing" are left out.
    """

    pairs: pd.DataFrame
    levels: Numbers

    @property
    def match(self) -> Numbers:
        """1 for a match, 0 for none."""
        return self.pairs["match"].to_numpy(dtype=float)

    @property
    def odds(self) -> Numbers:
        """Natural log-odds before the update."""
        return self.pairs["match_weight"].to_numpy(dtype=float) * math.log(2)


def labelled_pairs_compared(
    connection: duckdb.DuckDBPyConnection, records: Records, model: dict[str, Any], known: pd.DataFrame
) -> tuple[LabelledPairs, pd.DataFrame]:
    """Find which checked pairs were compared and at which levels they agree.

    Parameters
    ----------
    known
        ``number_l``, ``number_r`` and ``match`` of every checked pair.

    Returns
    -------
    LabelledPairs, pandas.DataFrame
        The compared ones, and the rows of ``known`` that no rule brought together.

    Raises
    ------
    SharedAnalysisError
        If too few were compared to learn from, or nearly all have the same answer.
    """
    with lend(connection, GIVEN_PAIRS, known.assign(number=range(len(known)))):
        levels = connection.sql(_levels_query(records, model)).df()
    at = levels["number"].to_numpy()
    pairs = known.iloc[at].reset_index(drop=True).assign(match_weight=levels["match_weight"])
    refuse_few(pairs["match"], len(known) - len(pairs))
    return LabelledPairs(pairs, _indicators(levels, model)), known.drop(index=known.index[at])


def _levels_query(records: Records, model: dict[str, Any]) -> str:
    """Give, for each answer that was scored, its match weight and the number of its level in each comparison."""
    read = [*records.columns, *(f"{column}_vector" for column in records.texts)]
    sides = ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in read)
    levels = ", ".join(
        f"{level_number(comparison)} AS level_{at}" for at, comparison in enumerate(model["comparisons"])
    )
    return f"""
        SELECT number, match_weight, {levels} FROM (
            SELECT number, match_weight, {sides} FROM {SCORED} JOIN {GIVEN_PAIRS} USING (number_l, number_r)
            JOIN {RECORDS} AS l ON l.{ID} = number_l JOIN {RECORDS} AS r ON r.{ID} = number_r
        ) ORDER BY number
        """


def refuse_few(match: pd.Series[bool], apart: int) -> None:
    """Refuse answers of which too few were compared.

    Parameters
    ----------
    match
        The answers to pairs that were compared.
    apart
        The number of answers to others.

    Raises
    ------
    SharedAnalysisError
        If there are fewer than 50, or fewer than 5 of a kind.
    """
    yes, no = int(match.sum()), int((~match).sum())
    if yes + no >= LEAST_ANSWERS and min(yes, no) >= LEAST_EACH:
        return
    unseen = f" {apart:,} more were not among the pairs compared." if apart else ""
    raise SharedAnalysisError(
        f"The checked pairs are too few to learn from: {yes:,} matches and {no:,} others.{unseen}",
        "link.labels",
        f"check pairs of the table review until there are {LEAST_ANSWERS} answers, "
        f"{LEAST_EACH} of each kind among them",
    )


def _indicators(levels: pd.DataFrame, model: dict[str, Any]) -> Numbers:
    columns = [
        (levels[f"level_{number}"] == i).to_numpy(dtype=float)
        for number, comparison in enumerate(model["comparisons"])
        for i, level in enumerate(comparison["comparison_levels"])
        if not level.get("is_null_level")
    ]
    return np.column_stack(columns)


@dataclass(frozen=True)
class WeightUpdate:
    """How far match weights move: that of every pair, and that of each level, in natural log-odds."""

    every: float
    levels: Numbers

    def odds(self, answers: LabelledPairs) -> Numbers:
        """Log-odds of the answers' pairs after the update."""
        moved: Numbers = answers.odds + self.every + answers.levels @ self.levels
        return moved


def fit_weights(
    answers: LabelledPairs, model: dict[str, Any], part: np.ndarray[Any, np.dtype[np.bool_]] | None = None
) -> WeightUpdate:
    """Fit the update to the answers, or to a part of them.

    The shares among matches of a comparison add up to one: a level's move is taken against the mean of its comparison.

    Parameters
    ----------
    model
        Splink settings with every m and u probability, as they were when the answers' pairs were scored.
    part
        Which of the answers to use.
    """
    used = np.ones(len(answers.pairs), dtype=bool) if part is None else part
    levels, match, odds = answers.levels[used], answers.match[used], answers.odds[used]
    m, starts = _shares_of_matches(model)
    centred = levels.copy()
    for own in starts:
        centred[:, own] -= levels[:, own].sum(axis=1, keepdims=True) * m[own]
    every = np.ones((len(match), 1))
    fitted = logistic(np.hstack([every, centred]), odds, match, [MOVE_ALL] + [MOVE] * len(m))
    raw = np.log(m) + fitted[1:]
    for own in starts:
        raw[own] -= math.log(math.fsum(np.exp(raw[own])))
    moved = raw - np.log(m)
    (shift,) = logistic(every, odds + levels @ moved, match, [MOVE_ALL])
    return WeightUpdate(float(shift), moved)


def _shares_of_matches(model: dict[str, Any]) -> tuple[Numbers, list[slice]]:
    """Give m of every level that is not "missing", and which belong to one comparison."""
    m: list[float] = []
    own = []
    for comparison in model["comparisons"]:
        before = len(m)
        m += [level["m_probability"] for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        own.append(slice(before, len(m)))
    return np.maximum(np.array(m), SMALLEST_M), own


def logistic(features: Numbers, offset: Numbers, match: Numbers, spread: list[float]) -> Numbers:
    """Fit a logistic regression with an offset and normal priors around zero, by Newton's method with halved steps.

    Parameters
    ----------
    features
        A row a pair, a column a coefficient.
    offset
        Natural log-odds that each pair has anyway.
    match
        1 for a match, 0 for none.
    spread
        Standard deviation of each coefficient's prior.

    Returns
    -------
    numpy.ndarray
        The likeliest coefficients.
    """
    weight = 1 / np.array(spread) ** 2

    def loss(at: Numbers) -> float:
        odds = offset + features @ at
        return float((np.logaddexp(0, odds) - match * odds).sum() + (weight * at**2).sum() / 2)

    at = np.zeros(features.shape[1])
    lowest = loss(at)
    for _ in range(100):
        probability = 1 / (1 + np.exp(-np.clip(offset + features @ at, -700, 700)))
        slope = features.T @ (probability - match) + weight * at
        curvature = (features * (probability * (1 - probability))[:, None]).T @ features + np.diag(weight)
        step = np.linalg.solve(curvature, slope)
        while loss(at - step) > lowest and np.abs(step).max() > 1e-12:
            step /= 2
        at = at - step
        lowest = min(lowest, loss(at))
        if np.abs(step).max() < 1e-10:
            break
    return at


def reweighted(model: dict[str, Any], update: WeightUpdate) -> dict[str, Any]:
    """Make the model that the update leads to."""
    new = copy.deepcopy(model)
    levels = [
        level
        for comparison in new["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    ]
    for level, move in zip(levels, update.levels, strict=True):
        level["m_probability"] = max(level["m_probability"], SMALLEST_M) * math.exp(move)
    prior = model["probability_two_random_records_match"]
    new["probability_two_random_records_match"] = 1 / (1 + (1 - prior) / prior * math.exp(-update.every))
    return new


def seen_levels(answers: LabelledPairs, model: dict[str, Any]) -> set[tuple[str, str]]:
    """Name the levels, by comparison and label, that a pair called a match shows."""
    names = [
        (comparison["output_column_name"], str(level["label_for_charts"]))
        for comparison in model["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    ]
    shown = answers.levels[answers.match > 0].sum(axis=0)
    return {name for name, times in zip(names, shown.tolist(), strict=True) if times}


def parts(answers: LabelledPairs, seed: int) -> Whole:
    """Deal the answers into five parts by chance, with as many matches in each."""
    chance = np.random.default_rng(seed).random(len(answers.pairs))
    part = np.empty(len(chance), dtype=np.int64)
    part[np.lexsort((chance, answers.match))] = np.arange(len(chance)) % FOLDS
    return part
