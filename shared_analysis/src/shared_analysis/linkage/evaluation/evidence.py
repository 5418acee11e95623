"""What the links show of themselves, gathered while the records are still at hand; it decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.clustering.entities import Entities
from shared_analysis.linkage.evaluation.capture_recapture import Captured, capture_recapture, found_by
from shared_analysis.linkage.evaluation.ground_truth import pairs_together
from shared_analysis.linkage.model.blocking import MOST_PAIRS_A_RECORD, BlockingRule, count_pairs, deterministic_rules
from shared_analysis.linkage.model.match_weights import MatchWeight, match_weights

if TYPE_CHECKING:
    import duckdb

_AROUND = 50  # links to either side of the median that show what is typical


@dataclass(frozen=True)
class Evidence:
    """What can be set beside the model's opinion of its links.

    Parameters
    ----------
    captured
        The number of all matches by capture-recapture; None where it cannot be told.
    strict
        Rules whose pairs are nearly all matches: in words, the number of pairs, and how many of them are links. Those
        that hold a placeholder are left out; the notices name them.
    nearest, typical
        The link nearest the threshold and, of those whose weight is about the median, one that agrees in the commonest
        way, explained.
    """

    captured: Captured | None = None
    strict: tuple[tuple[str, int, int], ...] = ()
    nearest: MatchWeight | None = None
    typical: MatchWeight | None = None

    def missed(self, entities: Entities, records: Records, link_type: str) -> dict[str, int]:
        """Set the matches by capture-recapture against the pairs of records that are in one entity.

        Returns
        -------
        dict
            ``estimated_matches`` and ``estimated_missed``; empty where they cannot be told.
        """
        if self.captured is None:
            return {}
        matches = self.captured.matches
        together = pairs_together(entities.register.drop(records.duplicates.record), link_type)
        return {"estimated_matches": matches, "estimated_missed": max(matches - together, 0)}


def gather_evidence(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    rules: Sequence[BlockingRule],
    model: Mapping[str, Any],
    links: pd.DataFrame,
    threshold: float,
    link_type: str,
) -> Evidence:
    """Look at the links once: which rules find each, and what speaks for two of them.

    Parameters
    ----------
    links
        Those that were followed: ``number_l``, ``number_r``, ``match_weight``.
    threshold
        The probability from which a pair is a link.
    """
    if links.empty:
        return Evidence()
    rules = [rule for rule in rules if not rule.loose]  # both halves of these find what the model expects
    most = MOST_PAIRS_A_RECORD * records.total
    counted = [count_pairs(connection, rule, link_type) for rule in deterministic_rules(records)]
    deterministic = [rule for rule in counted if 0 < rule.pairs <= most]
    counts = found_by(connection, links, [*rules, *deterministic])
    linked = [int(counts.loc[counts[len(rules) + at], "links"].sum()) for at in range(len(deterministic))]
    nearest, *middle = match_weights(connection, model, _examples(links), threshold)
    return Evidence(
        capture_recapture(counts, rules),
        tuple((rule.name, rule.pairs, both) for rule, both in zip(deterministic, linked, strict=True)),
        nearest,
        _commonest(middle),
    )


def _examples(links: pd.DataFrame) -> pd.DataFrame:
    """Take the link with the lowest weight, and those around the median."""
    by_weight = links.sort_values("match_weight", kind="stable", ignore_index=True)
    middle = len(by_weight) // 2
    around = range(max(middle - _AROUND, 0), min(middle + _AROUND + 1, len(by_weight)))
    return by_weight.iloc[[0, *around]].reset_index(drop=True)


def _commonest(explained: list[MatchWeight]) -> MatchWeight:
    """Choose the first that agrees in the way that most of them do: one weight comes about in odd ways, too."""
    patterns = [tuple(each.steps["level"]) for each in explained]
    counts = Counter(patterns)
    return explained[patterns.index(max(patterns, key=lambda pattern: counts[pattern]))]
