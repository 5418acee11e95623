"""From pairs that people have checked to a model that has learnt from them, its links, and how good those are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.labels.labelled_accuracy import cells, judged
from shared_analysis.linkage.labels.read import is_among
from shared_analysis.linkage.labels.reweighting import (
    compared_answers,
    learn,
    odds_without_own_answer,
    seen_levels,
    taught,
)
from shared_analysis.linkage.model.scoring import PLACES, Scores, score
from shared_analysis.linkage.model.training import fixed
from shared_analysis.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Lesson:
    """What checked pairs led to.

    Parameters
    ----------
    model
        The model that has learnt from them.
    scores
        Its scores; the table ``scored`` holds them too.
    answers
        The checked pairs that were compared: ``match``, ``match_weight`` (bits, before learning) and ``held_out``, the
        probability by a model that has not seen the answer.
    missed
        Number of pairs called a match that no rule brought together.
    notices
        What the reader of the summary should know.
    shown
        Levels, by comparison and label, that a pair called a match showed: they are no guess any more.
    """

    model: dict[str, Any]
    scores: Scores
    answers: pd.DataFrame
    missed: int
    notices: list[str]
    shown: set[tuple[str, str]]


def learn_from(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    model: dict[str, Any],
    spec: LinkageSpec,
    known: pd.DataFrame,
) -> Lesson:
    """Learn from checked pairs and score every pair again; ``scored_before`` then holds the scores before.

    Parameters
    ----------
    model
        The model before, whose scores the table ``scored`` holds.
    known
        As :func:`shared_analysis.linkage.labels.read.read_labels` gives it.

    Raises
    ------
    SharedAnalysisError
        If too few of the checked pairs were compared to learn from them.
    """
    answers, apart = compared_answers(connection, records, model, known)
    moves = learn(answers, model)
    compared = int(connection.sql("SELECT count(*) FROM scored").fetchall()[0][0])
    connection.sql("ALTER TABLE scored RENAME TO scored_before")
    better = fixed(taught(model, moves))
    scores = score(connection, better, spec, compared)
    held_out = _probability(odds_without_own_answer(answers, model, spec.seed))
    missed = int(apart["match"].sum())
    surer = answers.match.sum() - _probability(moves.odds(answers)).sum() + missed
    notices = [f"The model has learnt from {len(answers.pairs):,} checked pairs; what people said of a pair holds."]
    if len(apart):
        notices.append(
            f"{len(apart):,} checked pairs were brought together by no rule and taught nothing. {missed:,} of them are "
            "matches: they are linked, because people said so, and counted as missed."
        )
    return Lesson(
        model=better,
        scores=replace(scores, expected_matches=scores.expected_matches + float(surer)),
        answers=answers.pairs.assign(held_out=held_out),
        missed=missed,
        notices=notices,
        shown=seen_levels(answers, model),
    )


def judge(
    connection: duckdb.DuckDBPyConnection,
    lesson: Lesson,
    threshold: float,
    links: pd.DataFrame,
    unaided: pd.DataFrame,
    seed: int,
) -> dict[str, float | int]:
    """Estimate how right and how complete the links are, as ``labels.labelled_accuracy`` does.

    Parameters
    ----------
    links
        The links that were followed, answers included.
    unaided
        Those that would have been followed without the answers.
    """
    known = lesson.answers
    linked = (known["held_out"] >= threshold).to_numpy() & is_among(known, unaided)
    return judged(cells(connection, links, known), known, linked, lesson.missed, seed)


def _probability(odds: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    probability: np.ndarray[Any, np.dtype[np.float64]] = (1 / (1 + np.exp(-np.clip(odds, -700, 700)))).round(PLACES)
    return probability
