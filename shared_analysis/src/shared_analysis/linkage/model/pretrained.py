"""A pretrained model: one that was trained before, or written by hand, instead of training one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.records import Records
from shared_analysis.linkage.model.trained_model import TrainedModel, canonical_model

_READ = re.compile(r"\b(\w+)_[lr]\b")
LEAST_SHARE = 1e-300
"""Smaller ones Splink refuses."""


def adapt_pretrained(model: Mapping[str, Any], records: Records, settings: Mapping[str, Any]) -> TrainedModel:
    """Adapt a pretrained model to these records: their keys, and the blocking rules chosen for them.

    Parameters
    ----------
    model
        Splink settings with ``comparisons``, each level with its m and u probability, and
        ``probability_two_random_records_match``; conditions read the columns of ``records``.
    records
        What it is to score.
    settings
        Splink settings for these records, without probabilities.

    Raises
    ------
    SharedAnalysisError
        If it is no such model, a probability is missing, or a condition reads a column that these records do not have.
    """
    comparisons, prior = model.get("comparisons"), model.get("probability_two_random_records_match")
    if not isinstance(comparisons, list) or not comparisons or prior is None:
        raise _unfit("it is not a trained Splink model")
    if not _is_share(prior) or prior == 1:
        raise _unfit("probability_two_random_records_match must lie between 0 and 1")
    given = {*records.columns, *(f"{column}_vector" for column in records.texts)}
    for name, level in _levels(comparisons):
        condition = str(level.get("sql_condition", ""))
        absent = sorted(set(_READ.findall(condition)) - given)
        if absent:
            raise _unfit(f"it compares {', '.join(absent)}, which these tables do not give")
        if level.get("is_null_level"):
            continue
        if not {"m_probability", "u_probability"} <= set(level):
            raise _unfit(f"a level of {name} has no m or u probability")
        if not all(_is_share(level[f"{share}_probability"]) for share in "mu"):
            raise _unfit(f"a level of {name} has an m or u probability that is not above 0 and at most 1")
    adapted = {**model, **settings, "comparisons": [_described(comparison) for comparison in comparisons]}
    return TrainedModel(canonical_model(adapted))


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and LEAST_SHARE <= value <= 1


def _described(comparison: Mapping[str, Any]) -> dict[str, Any]:
    """Name the comparison and its levels, where a model written by hand does not: charts and the summary read it."""
    levels = [
        {"label_for_charts": str(level.get("sql_condition", "")), **level} for level in comparison["comparison_levels"]
    ]
    name = comparison.get("output_column_name", "")
    return {"comparison_description": name, **comparison, "comparison_levels": levels}


def _levels(comparisons: list[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for comparison in comparisons:
        if not isinstance(comparison, dict) or not isinstance(comparison.get("comparison_levels"), list):
            raise _unfit("a comparison has no levels")
        for level in comparison["comparison_levels"]:
            if not isinstance(level, dict):
                raise _unfit("a level is no list of names and values")
            yield str(comparison.get("output_column_name", "a comparison")), level


def _unfit(why: str) -> SharedAnalysisError:
    return SharedAnalysisError(
        f"The model that was given cannot be used: {why}.",
        "link.model",
        "name a model.json that this notebook wrote for tables with the same roles, or leave model empty to train one",
    )
