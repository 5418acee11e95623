"""The match weight of a pair, comparison by comparison.

A pair's match weight is the sum of what the model started from, what each comparison adds or takes away, how rare the
names are that agree, and what other candidates for its records take away. Levels are given in words; no value of
either record is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.cleaning.records import ID, TABLE
from shared_analysis.linkage.database import GIVEN_PAIRS, RECORDS, lend, rarity
from shared_analysis.linkage.model.blocking import rule_holds
from shared_analysis.linkage.model.comparisons import level_number
from shared_analysis.linkage.model.rivals import MOST

if TYPE_CHECKING:
    import duckdb

LEAST_SHOWN = 0.01
"""Bits; what other candidates take away is a step of its own from here on."""
CANDIDATES = "other candidates"


@dataclass(frozen=True)
class MatchWeight:
    """The evidence for and against one pair of records.

    Parameters
    ----------
    steps
        In order: ``comparison`` and ``level`` in words, ``weight`` in bits (to 4 decimals), ``rarity``: whether
        the step is for how rare the value is that agrees. The first is the prior; the last may be what other
        candidates take away.
    threshold
        The probability from which pairs were linked.
    shares_a_rule
        Whether a blocking rule brings the two together: if not, they were never compared.
    """

    steps: pd.DataFrame
    threshold: float
    shares_a_rule: bool

    @property
    def weight(self) -> float:
        """The match weight in bits, to 3 decimals."""
        return round(math.fsum(self.steps["weight"]), 3)

    @property
    def probability(self) -> float:
        """The probability that the two records match, to 4 decimals."""
        return round(1 / (1 + 2 ** -max(min(math.fsum(self.steps["weight"]), 1000.0), -1000.0)), 4)


def match_weights(
    connection: duckdb.DuckDBPyConnection, model: Mapping[str, Any], pairs: pd.DataFrame, threshold: float
) -> list[MatchWeight]:
    """Take the match weights of a few pairs apart.

    Parameters
    ----------
    model
        Splink settings with every m and u probability.
    pairs
        ``number_l``, ``number_r``: the records' numbers; and ``match_weight``, where it is known with what other
        candidates for the records take away (missing where it is not).
    threshold
        The probability from which pairs were linked.
    """
    comparisons = model["comparisons"]
    levels = ", ".join(f"{level_number(comparison)} AS level_{at}" for at, comparison in enumerate(comparisons))
    rarities = ", ".join(
        f"{_rarity(comparison)} AS rarity_{at}" for at, comparison in enumerate(comparisons) if _column(comparison)
    )
    rules = " OR ".join(rule_holds(rule) for rule in model["blocking_rules_to_generate_predictions"])
    if model["link_type"] == "link_only":
        rules = f"({rules}) AND l.{TABLE} <> r.{TABLE}"
    columns = [name for name, *_ in connection.sql(f"DESCRIBE {RECORDS}").fetchall()]
    sides = ", ".join(f'{side}."{column}" AS "{column}_{side}"' for column in columns for side in "lr")
    with lend(connection, GIVEN_PAIRS, pairs.reset_index(names="row")):
        rows = connection.sql(
            f"""
            SELECT {levels}, {f"{rarities}," if rarities else ""} shares_a_rule FROM (
                SELECT "row", {sides}, coalesce({rules}, false) AS shares_a_rule FROM {GIVEN_PAIRS}
                JOIN {RECORDS} AS l ON l.{ID} = number_l
                JOIN {RECORDS} AS r ON r.{ID} = number_r
            ) ORDER BY "row"
            """
        ).df()
    weights = pairs.get("match_weight", pd.Series(math.nan, pairs.index)).to_numpy(dtype=float)
    return [
        MatchWeight(_with_candidates(_steps(model, row), weight), threshold, bool(row["shares_a_rule"]))
        for row, weight in zip(rows.to_dict("records"), weights, strict=True)
    ]


def _with_candidates(steps: pd.DataFrame, weight: float) -> pd.DataFrame:
    """Add what is missing between the pair alone and its weight among other candidates."""
    alone = math.fsum(steps["weight"])
    taken = round(weight - alone, 4)
    if abs(alone) >= MOST or not taken < -LEAST_SHOWN:  # weights are cut off there, rivals or not
        return steps
    step = {"comparison": CANDIDATES, "level": "a record matches one of them at most", "weight": taken, "rarity": False}
    return pd.concat([steps, pd.DataFrame([step])], ignore_index=True)


def _column(comparison: Mapping[str, Any]) -> str | None:
    columns = {level["tf_adjustment_column"] for level in comparison["comparison_levels"] if _weighed(level)}
    return min(columns) if columns else None


def _weighed(level: Mapping[str, Any]) -> bool:
    return bool(level.get("tf_adjustment_column") and level.get("tf_adjustment_weight", 1.0))


def _rarity(comparison: Mapping[str, Any]) -> str:
    """Share of the records with a value that have the commoner of the pair's two."""
    column = _column(comparison)
    counts = ", ".join(
        f'(SELECT count(*) FROM {RECORDS} AS every WHERE every."{column}" = "{column}_{side}")' for side in "lr"
    )
    total = f'(SELECT count(every."{column}") FROM {RECORDS} AS every)'
    return rarity(f"greatest({counts})", total, _chance_of(comparison))


def _chance_of(comparison: Mapping[str, Any]) -> float:
    levels = comparison["comparison_levels"]
    return _chance(levels, next(level for level in levels if _weighed(level)))


def _steps(model: Mapping[str, Any], row: Mapping[Any, Any]) -> pd.DataFrame:
    prior = float(model["probability_two_random_records_match"])
    steps: list[tuple[str, str, float, bool]] = [
        ("prior", "two records taken at random", math.log2(prior / (1 - prior)), False)
    ]
    for at, comparison in enumerate(model["comparisons"]):
        levels = comparison["comparison_levels"]
        level = levels[int(row[f"level_{at}"])]
        name = str(comparison["comparison_description"])
        weight = 0.0
        if not level.get("is_null_level"):
            weight = math.log2(level["m_probability"] / level["u_probability"])
        steps.append((name, str(level.get("label_for_charts", "")), weight, False))
        if _weighed(level) and level is not levels[-1] and not level.get("is_null_level"):
            share = max(float(row[f"rarity_{at}"]), float(level.get("tf_minimum_u_value", 0.0)))
            rare = level.get("tf_adjustment_weight", 1.0) * math.log2(_chance(levels, level) / share)
            steps.append((name, "how rare the value is", rare, True))
    table = pd.DataFrame(steps, columns=["comparison", "level", "weight", "rarity"])
    return table.assign(weight=table["weight"].round(4))


def _chance(levels: list[Mapping[str, Any]], weighed: Mapping[str, Any]) -> float:
    """Give how often strangers agree on the column as such: as Splink does, that of the plain identical level."""
    column = weighed["tf_adjustment_column"]
    plain = [f"{column}_l={column}_r", f"{column}_r={column}_l"]
    for level in levels:
        if level["sql_condition"].lower().replace('"', "").replace(" ", "") in plain:
            return float(level["u_probability"])
    return float(weighed["u_probability"])
