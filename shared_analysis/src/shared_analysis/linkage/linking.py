"""The one entry: tables in, an entity register out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.blocking import Rule, candidate_rules
from shared_analysis.linkage.clusters import accuracy, entities, link_precision
from shared_analysis.linkage.engine import connect
from shared_analysis.linkage.records import ID, TABLE, Records, prepare
from shared_analysis.linkage.result import LinkageResult
from shared_analysis.linkage.scoring import Scores, nothing, score
from shared_analysis.linkage.specification import LinkageSpec
from shared_analysis.linkage.training import train

if TYPE_CHECKING:
    from shared_analysis.contracts import DataContract


def link(
    tables: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, DataContract],
    spec: LinkageSpec,
    truth: pd.DataFrame | None = None,
) -> LinkageResult:
    """Find the records that belong to the same person or organisation.

    Columns are chosen and compared by their semantic roles in the contracts, so tables may name them differently.
    Pairs that share something are compared; a Fellegi-Sunter model, estimated from the data itself with Splink, gives
    each pair the probability that it is a match; pairs at or above the threshold are linked, and records joined by
    links form an entity.

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

    Raises
    ------
    SharedAnalysisError
        If a table is absent or empty, record ids are missing or repeated, fewer than two columns can be compared, or
        even the smallest blocking rule brings more than ``spec.max_pairs``.

    References
    ----------
    Fellegi and Sunter (1969), A theory for record linkage, JASA 64. Splink, https://moj-analytical-services.github.io/splink/
    """
    records = prepare(tables, contracts, spec)
    notices = list(records.notices)
    with connect(records, spec.threads) as connection:
        rules, left_out = candidate_rules(connection, records.columns, spec.link_type, spec.max_pairs)
        notices += [f"The rule '{rule.name}' was left out: it brings {rule.pairs:,} pairs." for rule in left_out]
        model: dict[str, Any] = {}
        guessed: list[tuple[str, str]] = []
        scores = nothing()
        if rules:
            model, learnt, guessed = train(connection, records, spec, rules)
            notices += learnt
            scores = score(connection, records, model, spec.match_threshold)
        else:
            notices.append("No two records share anything that a rule looks for, so no pair was compared.")
    return _result(records, spec, rules, model, scores, notices, guessed, truth)


def _result(
    records: Records,
    spec: LinkageSpec,
    rules: list[Rule],
    model: dict[str, Any],
    scores: Scores,
    notices: list[str],
    guessed: list[tuple[str, str]],
    truth: pd.DataFrame | None,
) -> LinkageResult:
    keys = [frame[[TABLE, ID]].rename(columns={TABLE: "table", ID: "record_id"}) for frame in records.frames.values()]
    register = pd.concat(keys, ignore_index=True)
    register["entity_id"] = entities(register, scores.pairs)
    sizes = register["entity_id"].map(register["entity_id"].value_counts())
    sure = scores.pairs["match_probability"].sum()
    metrics: dict[str, float | int | str | bool] = {
        "records": len(register),
        "pairs_compared": scores.compared,
        "links": len(scores.pairs),
        "entities": int(register["entity_id"].nunique()),
        "records_linked_share": round(float((sizes > 1).mean()), 4),
        "max_cluster_size": int(sizes.max()),
        "match_threshold": spec.match_threshold,
        "doubtful_pairs": scores.doubtful,
    }
    if len(scores.pairs):
        metrics["expected_precision"] = round(float(sure / len(scores.pairs)), 4)
        metrics["expected_recall"] = round(float(sure / scores.expected_matches), 4)
    if truth is not None:
        known = accuracy(register, truth, spec.link_type)
        metrics.update(known)
        right = link_precision(scores.pairs, truth)
        if right is not None:
            metrics["link_precision"] = right
        if not known:
            notices.append("The known answers name none of these records, so nothing could be measured against them.")
    return LinkageResult(
        tables={"processed/link/register": register, "processed/link/pairs": scores.pairs},
        metrics=metrics,
        model=model,
        spec=spec,
        rules=tuple((rule.name, rule.pairs) for rule in rules),
        notices=tuple(notices),
        guessed=tuple(guessed),
        weights=scores.weights,
    )
