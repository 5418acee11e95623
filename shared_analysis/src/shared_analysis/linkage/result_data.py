"""The outcome of a linkage as data: what reporting draws and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from shared_analysis.linkage.evaluation.evidence import Evidence
from shared_analysis.linkage.spec import LinkageSpec
from shared_analysis.wording import Notice


@dataclass(frozen=True, repr=False)
class Linkage:
    """The outcome of a linkage, without charts or words.

    Parameters
    ----------
    tables
        ``register``: every input record once (``table``, ``record_id``, ``entity_id``), sorted by table
        and record id; a record that was linked to none is an entity of its own. ``pairs``: the links
        (``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``, ``match_probability`` to 6 decimals,
        ``match_weight`` in bits to 4), sorted by the ids; the left record comes first in the register. A pair that
        people called a match has the probability 1 and the weight 1000. ``review``: pairs worth checking
        (the same columns, and ``stratum``, ``stratum_pairs`` and ``match``, which holds what is known already), in
        random order; see
        :func:`shared_analysis.linkage.labels.review_sample.draw_review_sample`. Not with ``review_pairs`` 0.
    metrics
        Flat figures: ``records``, ``pairs_compared``, ``links``, ``entities``, ``records_linked_share``,
        ``max_cluster_size``, ``match_threshold``, ``doubtful_pairs`` (probability between 0.1 and 0.9),
        ``contested_records`` (two or more candidates in a table that holds everybody once fit about equally well),
        ``expected_matches``, ``expected_precision`` and ``expected_recall`` (by the model's own probabilities, among
        the pairs compared; the last two not without links), each with ``_low`` and ``_high``, were the odds of every
        pair sixteen times lower or higher; ``estimated_matches`` (by capture-recapture; not with few links) and
        ``estimated_missed``: how many of them are not in one entity. With checked pairs instead of the ranges
        ``labelled_pairs``, their number among the pairs compared; ``labelled_precision``, ``labelled_recall`` and
        ``labelled_matches``, each with the ends of a 95 % interval, ``_low`` and ``_high``; and ``labelled_sample``,
        whether all are of the table of pairs to review. With an earlier register ``entities_kept``, ``entities_new``,
        ``entities_merged``, ``entities_parted`` and ``entities_gone``. With known answers also ``precision``,
        ``recall``, ``f1`` (of pairs of records in one entity), ``link_precision`` (of the links alone), ``true_pairs``
        and ``records_with_truth``.
    model
        The trained model as Splink settings (JSON types only); empty when there was no pair to compare.
    spec
        The settings that were used.
    rules
        The blocking rules in words, each with its number of pairs, smallest first.
    notices
        What a reader should know: columns and rules left out, what could not be learnt. The summary words them; see
        :mod:`shared_analysis.linkage.notices`.
    guessed
        Levels (comparison, label) whose share among matches is no estimate: the pairs that taught the model never
        showed them, or taught nothing sensible about the whole comparison, so a smallest or usual value stands in.
    weights
        Number of compared pairs by ``weight`` (match weight in whole bits, rounded down, -30 to 40).
    curve
        What each threshold would bring, highest first: ``threshold``, ``links``, ``expected_precision``,
        ``expected_recall``, ``expected_f1``.
    shares
        How often records are linked, by table, area and group; see
        :func:`shared_analysis.linkage.evaluation.linkage_rates.linkage_rates`.
    evidence
        What can be set beside the model's opinion of itself.
    completeness
        How well the columns compared are filled; see
        :func:`shared_analysis.linkage.evaluation.completeness.completeness`.
    hanging
        Ids of the entities that one link holds together, with two records or more on either side of it.
    """

    tables: Mapping[str, pd.DataFrame]
    metrics: Mapping[str, float | int | str | bool]
    model: Mapping[str, Any]
    spec: LinkageSpec
    rules: tuple[tuple[str, int], ...]
    notices: tuple[Notice, ...]
    guessed: tuple[tuple[str, str], ...]
    weights: pd.DataFrame
    curve: pd.DataFrame
    shares: pd.DataFrame
    evidence: Evidence
    completeness: pd.DataFrame
    hanging: tuple[str, ...]

    @property
    def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """The model, to be kept beside the tables; another run can use it instead of training."""
        return {"model": self.model} if self.model else {}

    @property
    def register(self) -> pd.DataFrame:
        """Which entity each record belongs to."""
        return self.tables["register"]

    @property
    def pairs(self) -> pd.DataFrame:
        """The links, with their probabilities."""
        return self.tables["pairs"]

    @property
    def review(self) -> pd.DataFrame:
        """The pairs worth checking; see :func:`shared_analysis.linkage.review_rows` to read them row by row."""
        return self.tables["review"]

    def __repr__(self) -> str:
        """Say it in one line, without a value from any row."""
        counts = ", ".join(f"{self.metrics[what]:,} {what}" for what in ("records", "links", "entities"))
        return f"<{type(self).__name__}: {counts}>"
