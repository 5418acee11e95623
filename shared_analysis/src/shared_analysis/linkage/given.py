"""A model that was trained before, or written by hand, instead of training one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.records import Records

_READ = re.compile(r"\b(\w+)_[lr]\b")


def adopt(model: Mapping[str, Any], records: Records, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Make a model given as Splink settings fit these records: their keys, and the rules chosen for them.

    Parameters
    ----------
    model
        Splink settings with ``comparisons``, each level with its m and u probability, and
        ``probability_two_random_records_match``; conditions read the columns of ``records``.
    settings
        Those for these records, without probabilities.

    Raises
    ------
    SharedAnalysisError
        If it is no such model, a probability is missing, or a condition reads a column that these records do not have.
    """
    comparisons = model.get("comparisons")
    if not isinstance(comparisons, list) or "probability_two_random_records_match" not in model:
        raise _unfit("it is not a trained Splink model")
    there = {*records.columns, *(f"{column}_vector" for column in records.texts)}
    for name, level in _levels(comparisons):
        condition = str(level.get("sql_condition", ""))
        absent = sorted(set(_READ.findall(condition)) - there)
        if absent:
            raise _unfit(f"it compares {', '.join(absent)}, which these tables do not give")
        if not level.get("is_null_level") and not {"m_probability", "u_probability"} <= set(level):
            raise _unfit(f"a level of {name} has no m or u probability")
    described = [
        {"comparison_description": comparison.get("output_column_name", ""), **comparison} for comparison in comparisons
    ]
    return {**model, **settings, "comparisons": described}


def _levels(comparisons: list[Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for comparison in comparisons:
        if not isinstance(comparison, dict) or not isinstance(comparison.get("comparison_levels"), list):
            raise _unfit("a comparison has no levels")
        for level in comparison["comparison_levels"]:
            yield str(comparison.get("output_column_name", "a comparison")), level


def _unfit(why: str) -> SharedAnalysisError:
    return SharedAnalysisError(
        f"The model that was given cannot be used: {why}.",
        "link.model",
        "name a model.json that this notebook wrote for tables with the same roles, or leave model empty to train one",
    )
