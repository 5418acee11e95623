"""The few figures of a linkage that a reader should leave with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shared_analysis.project import Headline
from shared_analysis.wording import as_count, as_share


def headlines(metrics: Mapping[str, Any]) -> tuple[Headline, ...]:
    """Say how many people were found and how many of the matches are right, as far as anybody knows.

    Parameters
    ----------
    metrics
        Those of a :class:`~shared_analysis.linkage.LinkageResult`.
    """
    return tuple(_headlines(metrics))


def _headlines(metrics: Mapping[str, Any]) -> Iterator[Headline]:
    yield Headline("People found", as_count(metrics["entities"]), f"behind {as_count(metrics['records'])} records")
    if "precision" in metrics and "recall" in metrics:
        note = f"and {as_share(metrics['recall'])} of the true matches were found, measured against known answers"
        yield Headline("Matches that are right", as_share(metrics["precision"]), note)
    elif "expected_precision" in metrics:
        note = "the model's own estimate; there were no known answers to measure it against"
        yield Headline("Matches that are probably right", as_share(metrics["expected_precision"]), note)
