"""What a linkage found, and how to show and say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.charts import Chart
from shared_analysis.linkage.evaluation.evidence import Evidence
from shared_analysis.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract
    from shared_analysis.project import Headline


@dataclass(frozen=True, repr=False)
class LinkageResult:
    """The outcome of :func:`shared_analysis.linkage.link`.

    Parameters
    ----------
    tables
        ``register``: every input record once (``table``, ``record_id``, ``entity_id``), sorted by table
        and record id; a record that was linked to none is an entity of its own. ``pairs``: the links
        (``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``, ``match_probability`` to 6 decimals,
        ``match_weight`` in bits to 4), sorted by the ids; the left record comes first in the register. A pair that
        people called a match has the probability 1 and the weight 1000. ``review``: pairs worth checking
        (the same columns, and ``stratum``, ``stratum_pairs`` and ``match``, which holds what is known already), in
        random order; see :func:`shared_analysis.linkage.reporting.review_sample.draw`. Not with ``review_pairs`` 0.
    metrics
        Flat figures: ``records``, ``pairs_compared``, ``links``, ``entities``, ``records_linked_share``,
        ``max_cluster_size``, ``match_threshold``, ``doubtful_pairs`` (probability between 0.1 and 0.9),
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
        What a reader should know: columns and rules left out, what could not be learnt.
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
        :func:`shared_analysis.linkage.evaluation.linkage_rates.linked_shares`.
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
    notices: tuple[str, ...]
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

    def review_rows(self, tables: Mapping[str, pd.DataFrame], contracts: Mapping[str, DataContract]) -> pd.DataFrame:
        """Put the two rows of each pair worth checking side by side; see :func:`shared_analysis.linkage.review_rows`.

        This is personal data: keep it out of the notebook, and save it where data is kept.
        """
        from shared_analysis.linkage.reporting.review_sample import review_rows

        return review_rows(self.review, tables, contracts)

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """How many people were found, and how many of the matches are right."""
        from shared_analysis.linkage.reporting.headlines import headlines

        return headlines(self.metrics)

    def charts(self) -> Mapping[str, Chart]:
        """Draw the evidence of each comparison, the weights of all pairs, the sizes of entities and their sources.

        Drawn once: a notebook shows them, and the same ones are saved.
        """
        return self._charts

    @cached_property
    def _charts(self) -> Mapping[str, Chart]:
        from shared_analysis.linkage.reporting import charts as drawing

        return drawing.charts(self)

    def summary(self) -> str:
        """Say what was linked, how sure it is and what to look at, as Markdown."""
        from shared_analysis.linkage.reporting import summary as words

        return words.summarise(self)

    def _repr_markdown_(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        """Say it in one line, without a value from any row."""
        counts = ", ".join(f"{self.metrics[what]:,} {what}" for what in ("records", "links", "entities"))
        return f"<LinkageResult: {counts}>"
