"""A finished model: Splink settings with every m and u probability, in one sequence of bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from shared_analysis.wording import Notice

DIGITS = 10  # significant; sums on several threads differ in the sixteenth


@dataclass(frozen=True)
class TrainedModel:
    """A model with every m and u probability.

    Parameters
    ----------
    settings
        The model as Splink settings, fit for JSON; empty where no pair was compared.
    without_estimate
        Levels, by comparison and label, whose m is a stand-in and no estimate.
    notices
        What the data did not show.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    without_estimate: tuple[tuple[str, str], ...] = ()
    notices: tuple[Notice, ...] = ()


def canonical_model(model: dict[str, Any]) -> dict[str, Any]:
    """Round every number to ten significant digits and sort every key, so that a model is one sequence of bytes."""
    rounded: dict[str, Any] = json.loads(json.dumps(_rounded(model), sort_keys=True))
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value
