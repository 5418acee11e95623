"""The one entry: tables in, an entity register out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.cleaning.duplicates import MOST, Numbers, follow
from shared_analysis.linkage.cleaning.records import Records, prepare
from shared_analysis.linkage.clustering.bridges import hanging_by_one_link
from shared_analysis.linkage.clustering.clusters import chains, entities, entity_ids
from shared_analysis.linkage.clustering.persistent_ids import in_words, keep_ids
from shared_analysis.linkage.database import compare, connect
from shared_analysis.linkage.evaluation.completeness import completeness, filled_in
from shared_analysis.linkage.evaluation.evidence import gather
from shared_analysis.linkage.evaluation.ground_truth import accuracy, link_precision, pairs_together
from shared_analysis.linkage.evaluation.linkage_rates import linked_shares
from shared_analysis.linkage.evaluation.sensitivity import plausible
from shared_analysis.linkage.labels.read import against, answered, read_labels, with_answers
from shared_analysis.linkage.labels.reweighting import refuse_few
from shared_analysis.linkage.labels.supervised import Lesson, judge, learn_from
from shared_analysis.linkage.model.blocking import Rule, candidate_rules
from shared_analysis.linkage.model.pretrained import adopt
from shared_analysis.linkage.model.scoring import Scores, nothing, score, weak_pairs
from shared_analysis.linkage.model.training import fixed, train, untrained
from shared_analysis.linkage.reporting.review_sample import draw
from shared_analysis.linkage.result import LinkageResult
from shared_analysis.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    import duckdb

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
    Pairs that share something are compared; a Fellegi-Sunter model, estimated from the data itself with Splink, gives
    each pair the probability that it is a match; pairs at or above the threshold are links. Links are followed best
    first, and two groups of records become one entity only if all that was compared across them speaks for it; with
    ``link_only`` an entity has at most one record in each table.

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
    filled = filled_in(records)
    said, gone = (None, []) if labels is None else read_labels(labels, records, spec.link_type)
    with connect(records, spec.threads, spec.memory) as connection:
        records = records.without_values()
        found = _found(connection, records, spec, model, said)
        links, groups = _joined(connection, records, spec, found.scores, said)
        metrics = _metrics(groups, links, found.scores)
        if found.lesson is None or labels is None:
            metrics.update(plausible(found.scores, links, groups.followed))
        else:
            _, unaided = _joined(connection, records, spec, found.scores, None)
            metrics.update(
                judge(connection, found.lesson, found.scores.threshold, groups.followed, unaided.followed, spec.seed)
            )
            metrics["labelled_sample"] = "stratum" in labels and bool(labels["stratum"].notna().all())
        evidence = gather(connection, records, found.rules, found.model, found.scores, spec.link_type)
    notices = [*records.notices, *gone, *found.notices]
    if len(records.copies.record):
        notices.append(
            f"{len(records.copies.record):,} records equal {MOST} others of their table in all that was compared. "
            "They were not compared themselves: what became of the others became of them."
        )
    register = groups.register
    if earlier is not None:
        register, counts = keep_ids(register, earlier)
        metrics.update(counts)
        notices.append(in_words(counts))
    if evidence.captured:
        matches = evidence.captured.matches - groups.not_followed
        together = pairs_together(register.drop(records.copies.record), spec.link_type)
        metrics.update(estimated_matches=matches, estimated_missed=max(matches - together, 0))
    if truth is not None:
        known = _measured(register, groups.links, truth, spec)
        metrics.update(known)
        if not known:
            notices.append("The known answers name none of these records, so nothing could be measured against them.")
    return LinkageResult(
        tables={
            "register": register,
            "pairs": groups.links,
            **({"review": found.review} if spec.review_pairs else {}),
        },
        metrics=metrics,
        model=found.model,
        spec=spec,
        rules=tuple((rule.name, rule.pairs) for rule in found.rules),
        notices=tuple(notices),
        guessed=tuple(found.guessed),
        weights=found.scores.weights,
        curve=found.scores.curve,
        evidence=evidence,
        completeness=completeness(filled, register),
        hanging=tuple(sorted(register["entity_id"].iloc[groups.hanging])),
        shares=linked_shares({name: tables[name] for name in spec.tables}, contracts, register),
    )


@dataclass
class _Found:
    """What comparing found: the rules, the model, the scores, what people should look at and what to tell them."""

    rules: list[Rule]
    notices: list[str]
    scores: Scores
    review: pd.DataFrame
    model: dict[str, Any] = field(default_factory=dict)
    guessed: list[tuple[str, str]] = field(default_factory=list)
    lesson: Lesson | None = None


def _found(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    model: Mapping[str, Any] | None,
    known: pd.DataFrame | None,
) -> _Found:
    """Choose the rules, train or adopt a model, score every pair, and learn from what people have checked."""
    rules, left_out = candidate_rules(connection, records, spec.link_type, spec.max_pairs)
    notices = [f"The rule '{rule.name}' was left out: it brings {rule.pairs:,} pairs." for rule in left_out]
    found = _Found(rules, notices, nothing(), draw(connection, records, nothing().weights, 0, spec.seed))
    if not rules:
        if known is not None:
            refuse_few(known["match"].head(0), len(known))
        notices.append("No two records share anything that a rule looks for, so no pair was compared.")
        return found
    settings = untrained(records, spec.link_type, rules)
    compared = compare(connection, settings)
    if model:
        found.model = fixed(adopt(model, records, settings))
    else:
        found.model, learnt, found.guessed = train(connection, records, spec, settings, compared)
        notices += learnt
    found.scores = score(connection, found.model, spec, compared)
    found.review = draw(connection, records, found.scores.weights, spec.review_pairs, spec.seed)
    if known is not None:
        found.lesson = learn_from(connection, records, found.model, spec, known)
        found.model, found.scores = found.lesson.model, found.lesson.scores
        found.guessed = [level for level in found.guessed if level not in found.lesson.shown]
        found.review = answered(found.review, known, records)
        notices += found.lesson.notices
    return found


def _joined(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    spec: LinkageSpec,
    scores: Scores,
    known: pd.DataFrame | None,
) -> tuple[pd.DataFrame, Grouping]:
    """Take pairs for links, and join the records along them; what people said of a pair holds."""
    links = scores.pairs if known is None else with_answers(scores.pairs, known)
    chain = chains(len(records.register), links)
    weak = weak_pairs(connection, chain, scores.threshold) if scores.compared else nothing().pairs
    weak = weak if known is None else against(weak, known, chain)
    return links, grouped(records, spec.link_type, links, chain, weak)


@dataclass(frozen=True)
class Grouping:
    """Records joined into entities.

    Parameters
    ----------
    register
        ``table``, ``record_id``, ``entity_id``.
    links
        Links within entities, by table and record id.
    followed
        Those of them that were compared, and not taken over from copies, by the numbers of their records.
    not_followed
        Number of links that were not followed.
    hanging
        Of the entities that one link holds together, the number of a record.
    """

    register: pd.DataFrame
    links: pd.DataFrame
    followed: pd.DataFrame
    not_followed: int
    hanging: list[int]


def grouped(records: Records, link_type: str, links: pd.DataFrame, chain: Numbers, weak: pd.DataFrame) -> Grouping:
    """Join the records along their links.

    Parameters
    ----------
    links, weak
        Numbered pairs that are links, and those within long chains that are none.
    chain
        For each record the first of its chain.
    """
    tables = records.register["table"].factorize()[0] if link_type == "link_only" else None
    entity, not_followed = entities(chain, links, weak, tables)
    within = links[entity[links["number_l"]] == entity[links["number_r"]]]
    entity, every = follow(records.copies, entity, within)
    register = records.register.assign(entity_id=entity_ids(records.register, entity))
    hanging = hanging_by_one_link(entity, within)
    values = {name: every[name].to_numpy() for name in ("match_probability", "match_weight")}
    return Grouping(register, records.named(every).assign(**values), within, not_followed, hanging)


def _metrics(groups: Grouping, pairs: pd.DataFrame, scores: Scores) -> dict[str, float | int | str | bool]:
    register, links = groups.register, groups.links
    right = float(groups.followed["match_probability"].sum())
    # A link that other pairs speak against, or that would put somebody into one table twice, is no match after all.
    expected = scores.expected_matches - (float(pairs["match_probability"].sum()) - right)
    sizes = register["entity_id"].map(register["entity_id"].value_counts())
    metrics: dict[str, float | int | str | bool] = {
        "records": len(register),
        "pairs_compared": scores.compared,
        "links": len(links),
        "links_not_followed": groups.not_followed,
        "entities": int(register["entity_id"].nunique()),
        "records_linked_share": round(float((sizes > 1).mean()), 4),
        "max_cluster_size": int(sizes.max()),
        "match_threshold": scores.threshold,
        "doubtful_pairs": scores.doubtful,
        "expected_matches": round(expected),
    }
    if len(links):
        metrics["expected_precision"] = round(float(links["match_probability"].sum() / len(links)), 4)
        metrics["expected_recall"] = round(right / max(expected, right), 4)
    return metrics


def _measured(
    register: pd.DataFrame, links: pd.DataFrame, truth: pd.DataFrame, spec: LinkageSpec
) -> dict[str, float | int]:
    """Compare with known answers; empty where they name none of the records."""
    known = accuracy(register, truth, spec.link_type)
    right = link_precision(links, truth) if known else None
    return known if right is None else {**known, "link_precision": right}
