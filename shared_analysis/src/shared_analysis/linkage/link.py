"""The story of a linkage: prepare, block, train or adapt, weigh, score, cluster, evaluate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.clustering.entities import group_into_entities
from shared_analysis.linkage.clustering.persistent_ids import carry_ids_over
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.evaluation.completeness import completeness, filled_columns
from shared_analysis.linkage.evaluation.evidence import gather_evidence
from shared_analysis.linkage.evaluation.expected_accuracy import expected_accuracy
from shared_analysis.linkage.evaluation.ground_truth import measure
from shared_analysis.linkage.evaluation.linkage_rates import linkage_rates
from shared_analysis.linkage.evaluation.sensitivity import expected_range
from shared_analysis.linkage.labels.read import answered, read_labels
from shared_analysis.linkage.labels.review_sample import draw_review_sample
from shared_analysis.linkage.labels.supervised import labelled_accuracy, train_on_labels
from shared_analysis.linkage.model.blocking import block
from shared_analysis.linkage.model.pretrained import adapt_pretrained
from shared_analysis.linkage.model.scoring import score
from shared_analysis.linkage.model.training import train
from shared_analysis.linkage.model.weighing import weigh
from shared_analysis.linkage.result import LinkageResult
from shared_analysis.linkage.spec import LinkageSpec
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


def link(
    tables: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, DataContract],
    spec: LinkageSpec,
    truth: pd.DataFrame | None = None,
    model: Mapping[str, Any] | None = None,
    earlier: pd.DataFrame | None = None,
    labels: pd.DataFrame | None = None,
) -> LinkageResult:
    """Find the records that belong to the same person or organisation.

    Columns are chosen and compared by their semantic roles in the contracts, so tables may name them differently.
    Pairs that share something are compared; a Fellegi-Sunter model, estimated from the data themselves, gives
    each pair the probability that it is a match; pairs at or above the threshold are links. Links are followed best
    first, and two groups of records become one entity only if all that was compared across them speaks for it; with
    ``link_only`` an entity has at most one record in each table, with ``many_to_one`` in the second table.

    The same records, contracts and spec give the same bytes, whatever the order of rows or the number of threads.

    Parameters
    ----------
    tables
        Validated tables by name, one row a record.
    contracts
        Their contracts by name.
    spec
        What to link and how.
    truth
        Known answers if there are any (``table``, ``record_id``, ``person_id``); used only to measure, never to link.
    model
        A model to use instead of training one: Splink settings, such as ``LinkageResult.model`` of an earlier run.
    earlier
        The register of an earlier linkage (``table``, ``record_id``, ``entity_id``), whose ids are kept.
    labels
        Pairs that people have checked, such as the table ``review`` of an earlier run with ``match`` filled in:
        ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``, ``match`` (yes or no; blank where nobody could
        tell). The model learns from them, they say how right and how complete the links are, and what people said of a
        pair holds: a match is a link, and no match keeps two groups apart.

    Raises
    ------
    SharedAnalysisError
        If a table is absent or empty, record ids are missing or repeated, fewer than two columns can be compared, even
        the smallest blocking rule brings more than ``spec.max_pairs``, the model given does not fit the tables, the
        earlier register is none, the labels cannot be read or are too few to learn from, or the work does not fit into
        ``spec.memory``.

    References
    ----------
    Fellegi and Sunter (1969), A theory for record linkage, JASA 64. Splink, https://moj-analytical-services.github.io/splink/
    """
    records = prepare(tables, contracts, spec)
    filled = filled_columns(records)
    checked = None if labels is None else read_labels(labels, records, spec.link_type)
    answers = checked.answers if checked else None
    with connect(records, spec.threads, spec.memory) as connection:
        records = records.without_values()
        blocking = block(connection, records, spec)
        if model and blocking.pairs:
            trained = adapt_pretrained(model, records, blocking.settings)
        else:
            trained = train(connection, records, spec, blocking)
        possible = None if model else records.possible_pairs(spec.link_type)
        settings = weigh(connection, trained.settings, blocking.pairs, possible, spec.held_once)
        trained = replace(trained, settings=settings)
        scores = score(connection, spec, blocking.pairs)
        review = draw_review_sample(connection, records, scores.weights, spec.review_pairs, spec.seed)
        if checked:
            supervised = train_on_labels(connection, records, trained, spec, checked)
            trained, scores = supervised.model, supervised.scores
            review = answered(review, checked.answers, records)
        entities = group_into_entities(connection, records, spec, scores, answers)
        metrics = expected_accuracy(entities, scores)
        if checked:
            metrics |= labelled_accuracy(connection, records, spec, checked, supervised, entities)
        else:
            most = records.most_matches(spec.held_once)
            ends = (entities.followed[f"number_{side}"].to_numpy() for side in "lr")
            equals = np.maximum(*map(records.duplicates.equals_in_register, ends))
            metrics |= expected_range(scores, entities.settled, entities.followed, most, equals)
        evidence = gather_evidence(
            connection, records, blocking.rules, trained.settings, entities.followed, scores.threshold, spec.link_type
        )
    notices = [*records.notices, *(checked.notices if checked else ())]
    notices += [*blocking.notices, *trained.notices, *entities.notices]
    register = entities.register
    if earlier is not None:
        register, counts = carry_ids_over(register, earlier)
        metrics |= counts
        notices.append(Notice("ids_carried_over", counts))
    metrics |= evidence.missed(entities, records, spec.link_type)
    if truth is not None:
        measured = measure(register, entities.links, truth, spec.link_type)
        metrics |= measured
        notices += [] if measured else [Notice("truth_of_no_record")]
    return LinkageResult(
        tables={"register": register, "pairs": entities.links, **({"review": review} if spec.review_pairs else {})},
        metrics=metrics,
        model=trained.settings,
        spec=spec,
        rules=tuple((rule.name, rule.pairs) for rule in blocking.rules),
        notices=tuple(notices),
        guessed=trained.without_estimate,
        weights=scores.weights,
        curve=scores.curve,
        evidence=evidence,
        completeness=completeness(filled, register),
        hanging=tuple(sorted(register["entity_id"].iloc[entities.hanging])),
        shares=linkage_rates({name: tables[name] for name in spec.tables}, contracts, register),
    )
