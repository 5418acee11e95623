"""What the links show of themselves, gathered while the records are still at hand; it decides nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.evaluation.capture_recapture import Captured, capture_recapture, found_by
from shared_analysis.linkage.model.blocking import Rule, certain_rules, counted
from shared_analysis.linkage.model.scoring import Scores
from shared_analysis.linkage.model.training import MOST_PAIRS_A_RECORD
from shared_analysis.linkage.reporting.explain import Explanation, explanations

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
    nearest: Explanation | None = None
    typical: Explanation | None = None


def gather(
    connection: duckdb.DuckDBPyConnection,
    records: Records,
    rules: list[Rule],
    model: Mapping[str, Any],
    scores: Scores,
    link_type: str,
) -> Evidence:
    """Look at the links once: which rules find each, and what speaks for two of them."""
    if scores.pairs.empty:
        return Evidence()
    most = MOST_PAIRS_A_RECORD * records.total
    strict = [counted(connection, rule, link_type) for rule in certain_rules(records)]
    strict = [rule for rule in strict if 0 < rule.pairs <= most]
    counts = found_by(connection, scores.pairs, [*rules, *strict])
    linked = [int(counts.loc[counts[len(rules) + at], "links"].sum()) for at in range(len(strict))]
    nearest, *middle = explanations(connection, model, _examples(scores.pairs), scores.threshold)
    return Evidence(
        capture_recapture(counts, rules),
        tuple((rule.name, rule.pairs, both) for rule, both in zip(strict, linked, strict=True)),
        nearest,
        _commonest(middle),
    )


def _examples(links: pd.DataFrame) -> pd.DataFrame:
    """Take the link with the lowest weight, and those around the median."""
    by_weight = links.sort_values("match_weight", kind="stable", ignore_index=True)
    middle = len(by_weight) // 2
    around = range(max(middle - _AROUND, 0), min(middle + _AROUND + 1, len(by_weight)))
    return by_weight.iloc[[0, *around]].reset_index(drop=True)


def _commonest(explained: list[Explanation]) -> Explanation:
    """Choose the first that agrees in the way that most of them do: one weight comes about in odd ways, too."""
    patterns = [tuple(each.steps["level"]) for each in explained]
    counts = Counter(patterns)
    return explained[patterns.index(max(patterns, key=lambda pattern: counts[pattern]))]
