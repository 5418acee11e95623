"""Would a checked pair be linked if nobody had checked it? It has to be judged like any other pair.

The answers are dealt into five parts. Without those of one part a model is trained, pairs are weighed and scored, and
records are joined, as ever; and so it is seen what would become of the pairs of that part (cross-fitting). All other
answers count, as they do for a pair that nobody checked: they move weights, say who is taken, and keep groups apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.clustering.clusters import connected_components
from shared_analysis.linkage.clustering.constraints import NUMBERS, is_among
from shared_analysis.linkage.clustering.entities import join_records
from shared_analysis.linkage.database import (
    BLOCKED_PAIRS,
    EVERY_PAIR,
    EVERY_SCORE,
    GIVEN_RECORDS,
    SCORED,
    SCORED_BEFORE,
    count_rows,
    lend,
)
from shared_analysis.linkage.labels.reweighting import LabelledPairs, fit_weights, parts, reweighted
from shared_analysis.linkage.model.rivals import LEAST
from shared_analysis.linkage.model.scoring import Scores, score
from shared_analysis.linkage.model.trained_model import canonical_model
from shared_analysis.linkage.model.weighing import MOST_WEIGHT, weigh
from shared_analysis.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    import duckdb

LEAST_OF_STEP = (-2 * MOST_WEIGHT, LEAST)
"""Bits of the pairs that lead from a record that people saw to its candidates, and from those to theirs. Of the first
step all count: one that lost all its weight to a rival has it again without the answer."""


def linked_without_own_answer(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    model: dict[str, Any],
    scores: Scores,
    known: LabelledPairs,
    answers: pd.DataFrame,
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each checked pair that was compared whether it would be a link without the answers of its part.

    Only pairs near those that were checked are weighed again.

    Parameters
    ----------
    connection
        With the scores before and after training on labels.
    model
        The model before training on labels.
    scores
        Those after it; their threshold holds for all parts.
    known
        The checked pairs that were compared.
    answers
        Every checked pair: ``number_l``, ``number_r`` and ``match``.
    """
    part = parts(known, spec.seed)
    part_of = answers[NUMBERS].merge(known.pairs[NUMBERS].assign(part=part), on=NUMBERS, how="left")["part"].to_numpy()
    settled = spec.model_copy(update={"match_threshold": scores.threshold})
    linked = np.zeros(len(part), dtype=bool)
    with _only_near(connection, _near(connection, len(records.register), scores, answers)) as compared:
        for number in np.unique(part):
            others = answers[part_of != number]
            taught = canonical_model(reweighted(model, fit_weights(known, model, part != number)))
            weigh(connection, taught, compared, held_once=spec.held_once, answers=others)
            joined = join_records(connection, records, settled, score(connection, settled, compared), others)
            connection.sql(f"DROP TABLE {SCORED}")
            linked |= (part == number) & is_among(known.pairs, joined.followed)
    return linked


def _near(
    connection: duckdb.DuckDBPyConnection, size: int, scores: Scores, answers: pd.DataFrame
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Find the records that answers can reach: their own, candidates for those and for these, and what links join."""
    reached = np.unique(answers[NUMBERS].to_numpy())
    for least in LEAST_OF_STEP:
        with lend(connection, GIVEN_RECORDS, pd.DataFrame({"number": reached})):
            candidates = connection.sql(
                " UNION ".join(
                    f"SELECT number_{end} AS number FROM {SCORED_BEFORE} JOIN {GIVEN_RECORDS} "
                    f"ON number = number_{start} WHERE match_weight > {least!r}"
                    for start, end in ("lr", "rl")
                )
            ).df()
        reached = np.union1d(reached, candidates["number"].to_numpy())
    before = connection.sql(
        f"SELECT number_l, number_r FROM {SCORED_BEFORE} WHERE match_probability >= {scores.threshold!r}"
    ).df()
    links = pd.concat([scores.pairs[NUMBERS], before, answers.loc[answers["match"], NUMBERS]])
    component = connected_components(size, links)
    joined = np.zeros(size, dtype=bool)
    joined[component[reached]] = True
    return np.flatnonzero(joined[component])


@contextmanager
def _only_near(connection: duckdb.DuckDBPyConnection, records: np.ndarray[Any, np.dtype[np.int64]]) -> Iterator[int]:
    """Leave only the pairs of some records to be compared, for as long as it lasts; give their number."""
    connection.sql(f"ALTER TABLE {SCORED} RENAME TO {EVERY_SCORE}")
    connection.sql(f"ALTER TABLE {BLOCKED_PAIRS} RENAME TO {EVERY_PAIR}")
    with lend(connection, GIVEN_RECORDS, pd.DataFrame({"number": records})):
        near = f"(SELECT number FROM {GIVEN_RECORDS})"
        connection.sql(
            f"CREATE TABLE {BLOCKED_PAIRS} AS SELECT * FROM {EVERY_PAIR} "
            f"WHERE join_key_l IN {near} OR join_key_r IN {near}"
        )
    try:
        yield count_rows(connection, BLOCKED_PAIRS)
    finally:
        connection.sql(f"DROP TABLE {BLOCKED_PAIRS}")
        connection.sql(f"ALTER TABLE {EVERY_PAIR} RENAME TO {BLOCKED_PAIRS}")
        connection.sql(f"ALTER TABLE {EVERY_SCORE} RENAME TO {SCORED}")
