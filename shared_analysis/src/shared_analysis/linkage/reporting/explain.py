"""Why two records were linked, or were not: the evidence of one pair, comparison by comparison.

A pair's match weight is the sum of what the model started from, what each comparison adds or takes away, and how rare
the names are that agree. Levels are given in words; no value of either record is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.charts import Chart
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.records import ID, TABLE, Records, prepare
from shared_analysis.linkage.cleaning.standardise import id_text
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model.blocking import holds
from shared_analysis.linkage.model.comparisons import level_number

if TYPE_CHECKING:
    import duckdb

    from shared_analysis.contracts import DataContract
    from shared_analysis.linkage.result import LinkageResult

Key = tuple[str, str]
"""A record: its table and its id."""


@dataclass(frozen=True)
class Explanation:
    """The evidence for and against one pair of records.

    Parameters
    ----------
    steps
        In order: ``comparison`` and ``level`` in words, ``weight`` in bits (to 4 decimals), ``rarity``: whether
        the step is for how rare the value is that agrees. The first is the prior.
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

    def chart(self) -> Chart:
        """Draw how the evidence adds up."""
        from shared_analysis.linkage.reporting.waterfall import waterfall_chart

        return waterfall_chart(self)


def explain(
    tables: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, DataContract],
    result: LinkageResult,
    left: Key,
    right: Key,
) -> Explanation:
    """Explain any pair of records, whether it was linked, compared or neither.

    It is the model's view: what people said of the pair (``labels``) has taught the model, but is no step of its own.
    The records are cleaned again, all of them, because how rare a name is depends on the others: it takes as long as
    the beginning of :func:`shared_analysis.linkage.link`.

    Parameters
    ----------
    tables, contracts
        As they were linked.
    result
        What came of it.
    left, right
        Table and record id of each of the two.

    Raises
    ------
    SharedAnalysisError
        If a record is not in the register, both are the same, there is no model because no pair was compared, or the
        tables hold other records than were linked.
    """
    spec = result.spec
    known = pd.MultiIndex.from_frame(result.register[["table", "record_id"]])
    pair = [(str(table), id_text(identity)) for table, identity in (left, right)]
    if pair[0] == pair[1]:
        raise SharedAnalysisError(
            "Both records of the pair are the same one.", "explain", "name two different records of the register"
        )
    for side, key in zip(("left", "right"), pair, strict=True):
        if key not in known:
            raise SharedAnalysisError(
                f"The {side} record of the pair is not in the register.",
                f"table {key[0]}" if key[0] in spec.tables else "explain",
                f"give its table ({', '.join(spec.tables)}) and its id as in the register",
            )
    if not result.model:
        raise SharedAnalysisError(
            "No pair was compared, so there is no model to explain one.", "explain", "see what result.summary() says"
        )
    records = prepare(tables, contracts, spec)
    if not records.register.equals(result.register[["table", "record_id"]]):
        raise SharedAnalysisError(
            "The tables do not hold the records that were linked.", "explain", "give the tables as they were linked"
        )
    numbers = _stand_ins(records, known.get_indexer(pd.MultiIndex.from_tuples(pair)).tolist())
    pairs = pd.DataFrame([numbers], columns=["number_l", "number_r"])
    with connect(records, spec.threads, spec.memory) as connection:
        return explanations(connection, result.model, pairs, float(result.metrics["match_threshold"]))[0]


def _stand_ins(records: Records, pair: list[int]) -> list[int]:
    """Replace copies that were set aside by the records that stand for them."""
    copies = records.copies
    first, second = (
        dict(zip(copies.record.tolist(), of.tolist(), strict=True)) for of in (copies.first, copies.second)
    )
    left, right = (first.get(number, number) for number in pair)
    if left == right:
        right = next(second[number] for number in pair if number in second)
    return [left, right]


def explanations(
    connection: duckdb.DuckDBPyConnection, model: Mapping[str, Any], pairs: pd.DataFrame, threshold: float
) -> list[Explanation]:
    """Explain a few pairs (``number_l``, ``number_r``) of the table ``records``."""
    comparisons = model["comparisons"]
    levels = ", ".join(f"{level_number(comparison)} AS level_{at}" for at, comparison in enumerate(comparisons))
    rarities = ", ".join(
        f"{_rarity(comparison)} AS rarity_{at}" for at, comparison in enumerate(comparisons) if _column(comparison)
    )
    rules = " OR ".join(holds(rule) for rule in model["blocking_rules_to_generate_predictions"])
    if model["link_type"] == "link_only":
        rules = f"({rules}) AND l.{TABLE} <> r.{TABLE}"
    columns = [name for name, *_ in connection.sql("DESCRIBE records").fetchall()]
    sides = ", ".join(f'{side}."{column}" AS "{column}_{side}"' for column in columns for side in "lr")
    connection.register("asked", pairs.reset_index(names="place"))
    found = connection.sql(
        f"""
        SELECT {levels}, {f"{rarities}," if rarities else ""} shares_a_rule FROM (
            SELECT place, {sides}, coalesce({rules}, false) AS shares_a_rule FROM asked
            JOIN records AS l ON l.{ID} = number_l
            JOIN records AS r ON r.{ID} = number_r
        ) ORDER BY place
        """  # noqa: S608 - built from the model, whose conditions Splink runs as well
    ).df()
    connection.unregister("asked")
    return [Explanation(_steps(model, row), threshold, bool(row["shares_a_rule"])) for row in found.to_dict("records")]


def _column(comparison: Mapping[str, Any]) -> str | None:
    columns = {level["tf_adjustment_column"] for level in comparison["comparison_levels"] if _weighed(level)}
    return min(columns) if columns else None


def _weighed(level: Mapping[str, Any]) -> bool:
    return bool(level.get("tf_adjustment_column") and level.get("tf_adjustment_weight", 1.0))


def _rarity(comparison: Mapping[str, Any]) -> str:
    """Share of the records with a value that have the commoner of the pair's two."""
    column = _column(comparison)
    counts = ", ".join(
        f'(SELECT count(*) FROM records AS every WHERE every."{column}" = "{column}_{side}")'  # noqa: S608 - of a model
        for side in "lr"
    )
    return f'greatest({counts}) / (SELECT count(every."{column}") FROM records AS every)'  # noqa: S608 - of a model


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
    found = pd.DataFrame(steps, columns=["comparison", "level", "weight", "rarity"])
    return found.assign(weight=found["weight"].round(4))


def _chance(levels: list[Mapping[str, Any]], weighed: Mapping[str, Any]) -> float:
    """Give how often strangers agree on the column as such: as Splink does, that of the plain identical level."""
    column = weighed["tf_adjustment_column"]
    plain = [f"{column}_l={column}_r", f"{column}_r={column}_l"]
    for level in levels:
        if level["sql_condition"].lower().replace('"', "").replace(" ", "") in plain:
            return float(level["u_probability"])
    return float(weighed["u_probability"])
