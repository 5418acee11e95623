"""Supervised training: from labels to a model that has learnt from them, its links, and how good those are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.clustering.constraints import NUMBERS
from shared_analysis.linkage.clustering.entities import Entities
from shared_analysis.linkage.database import GIVEN_PAIRS, SCORED, SCORED_BEFORE, count_rows, lend
from shared_analysis.linkage.labels.labelled_accuracy import count_unchecked, estimate_accuracy
from shared_analysis.linkage.labels.left_out import linked_without_own_answer
from shared_analysis.linkage.labels.read import Labels
from shared_analysis.linkage.labels.reweighting import (
    LabelledPairs,
    fit_weights,
    labelled_pairs_compared,
    refuse_few,
    reweighted,
    seen_levels,
)
from shared_analysis.linkage.model.scoring import Scores, score
from shared_analysis.linkage.model.trained_model import TrainedModel, canonical_model
from shared_analysis.linkage.model.weighing import weigh
from shared_analysis.linkage.spec import LinkageSpec
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Supervised:
    """What labels led to.

    Parameters
    ----------
    model
        The model that was trained on them.
    scores
        Its scores; the database holds them too.
    answers
        The checked pairs that were compared, as the model before saw them.
    before
        That model, Splink settings.
    missed
        Number of pairs called a match that no rule brought together.
    """

    model: TrainedModel
    scores: Scores
    answers: LabelledPairs
    before: dict[str, Any]
    missed: int


def train_on_labels(
    connection: duckdb.DuckDBPyConnection, records: Records, model: TrainedModel, spec: LinkageSpec, labels: Labels
) -> Supervised:
    """Train the model on labels and score every pair again; the database keeps the scores before, too.

    Parameters
    ----------
    model
        The model before, whose scores the database holds.

    Raises
    ------
    SharedAnalysisError
        If too few of the checked pairs were compared to train on them.
    """
    if not model.settings:
        refuse_few(labels.answers["match"].head(0), len(labels.answers))
    answers, apart = labelled_pairs_compared(connection, records, model.settings, labels.answers)
    update = fit_weights(answers, model.settings)
    compared = count_rows(connection, SCORED)
    connection.sql(f"ALTER TABLE {SCORED} RENAME TO {SCORED_BEFORE}")
    better = canonical_model(reweighted(model.settings, update))
    weigh(connection, better, compared, held_once=spec.held_once, answers=labels.answers)
    scores = score(connection, spec, compared)
    missed = int(apart["match"].sum())
    surer = answers.match.sum() - _expected_of(connection, answers.pairs) + missed
    seen = seen_levels(answers, model.settings)
    notices = [Notice("answers_learnt_from", {"answers": len(answers.pairs)})]
    if len(apart):
        notices.append(Notice("answers_not_compared", {"answers": len(apart), "matches": missed}))
    return Supervised(
        model=TrainedModel(
            better,
            tuple(level for level in model.without_estimate if level not in seen),
            (*model.notices, *notices),
        ),
        scores=replace(scores, expected_matches=scores.expected_matches + float(surer)),
        answers=answers,
        before=model.settings,
        missed=missed,
    )


def labelled_accuracy(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    labels: Labels,
    supervised: Supervised,
    entities: Entities,
) -> dict[str, float | int | bool]:
    """Estimate precision and recall of the links that were followed.

    A checked pair counts as linked if it would have been without its own answer (:mod:`.left_out`).

    Returns
    -------
    dict
        As :func:`shared_analysis.linkage.labels.labelled_accuracy.estimate_accuracy` gives it, and
        ``labelled_sample``: whether every checked pair is of the review sample.
    """
    known = supervised.answers
    linked = linked_without_own_answer(
        connection, records, spec, supervised.before, supervised.scores, known, labels.answers
    )
    unchecked = count_unchecked(connection, entities.followed, known.pairs)
    figures = estimate_accuracy(unchecked, known.pairs, linked, supervised.missed, spec.seed)
    return {**figures, "labelled_sample": labels.sampled}


def _expected_of(connection: duckdb.DuckDBPyConnection, pairs: pd.DataFrame) -> float:
    """Add up the probabilities of some pairs, in whole millionths."""
    with lend(connection, GIVEN_PAIRS, pairs[NUMBERS]):
        (row,) = connection.sql(
            f"SELECT coalesce(sum(cast(round(match_probability * 1e6) AS BIGINT)), 0) "
            f"FROM {SCORED} JOIN {GIVEN_PAIRS} USING (number_l, number_r)"
        ).fetchall()
    return int(row[0]) / 1e6
