"""The model's own opinion of its links: how many, how right and how complete it expects them to be."""

from __future__ import annotations

from shared_analysis.linkage.clustering.entities import Entities
from shared_analysis.linkage.model.scoring import Scores


def expected_accuracy(entities: Entities, scores: Scores) -> dict[str, float | int | str | bool]:
    """Count records, pairs, links and entities, and what the model expects of them.

    Returns
    -------
    dict
        ``records`` to ``expected_recall`` of :class:`shared_analysis.linkage.result_data.Linkage`'s metrics.
    """
    register, links = entities.register, entities.links
    right = float(entities.followed["match_probability"].sum())
    # A link that other pairs speak against is no match after all.
    expected = scores.expected_matches - (float(entities.settled["match_probability"].sum()) - right)
    sizes = register["entity_id"].map(register["entity_id"].value_counts())
    metrics: dict[str, float | int | str | bool] = {
        "records": len(register),
        "pairs_compared": scores.compared,
        "links": len(links),
        "links_not_followed": entities.not_followed,
        "entities": int(register["entity_id"].nunique()),
        "records_linked_share": round(float((sizes > 1).mean()), 4),
        "max_cluster_size": int(sizes.max()),
        "match_threshold": scores.threshold,
        "doubtful_pairs": scores.doubtful,
        "expected_matches": round(expected),
        "contested_records": scores.contested,
    }
    if len(links):
        metrics["expected_precision"] = round(float(links["match_probability"].sum() / len(links)), 4)
        metrics["expected_recall"] = round(right / max(expected, right), 4)
    return metrics
