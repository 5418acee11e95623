"""Why two records were linked, or were not: their match weight, comparison by comparison, as a waterfall chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from shared_analysis.charts import Chart
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.records import Records, prepare
from shared_analysis.linkage.cleaning.standardise import id_text
from shared_analysis.linkage.database import GIVEN_PAIRS, SCORED, block_pairs, connect, lend
from shared_analysis.linkage.model.match_weights import MatchWeight, match_weights
from shared_analysis.linkage.model.weighing import weigh
from shared_analysis.linkage.reporting.waterfall import waterfall_chart
from shared_analysis.linkage.result_data import Linkage

if TYPE_CHECKING:
    import duckdb

    from shared_analysis.contracts import DataContract

Key = tuple[str, str]
"""A record: its table and its id."""


class Explanation(MatchWeight):
    """The evidence for and against one pair of records, and its chart."""

    def chart(self) -> Chart:
        """Draw how the evidence adds up."""
        return waterfall_chart(self)


def explain(
    tables: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, DataContract],
    result: Linkage,
    left: Key,
    right: Key,
) -> Explanation:
    """Explain any pair of records, whether it was linked, compared or neither.

    It is the model's view: what people said of the pair (``labels``) has taught the model, but is no step of its own.
    The records are cleaned again, all of them, because how rare a name is depends on the others: it takes as long as
    the beginning of :func:`shared_analysis.linkage.link`. Where a table holds everybody once, other candidates for the
    two records count as well, so every pair is weighed again, too.

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
        If a record is not in the register, both are the same or equal each other in a register that holds everything
        once, there is no model because no pair was compared, or the tables hold other records than were linked.
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
    if numbers[0] == numbers[1]:
        raise SharedAnalysisError(
            "The two records equal each other in all that is compared, so nothing tells them apart.",
            "explain",
            "name records that differ, or add a column that says which is which",
        )
    pairs = pd.DataFrame([sorted(numbers)], columns=["number_l", "number_r"])
    with connect(records, spec.threads, spec.memory) as connection:
        if spec.held_once:
            pairs = _among_candidates(connection, pairs, result)
        (pair_weight,) = match_weights(connection, result.model, pairs, float(result.metrics["match_threshold"]))
    return Explanation(pair_weight.steps, pair_weight.threshold, pair_weight.shares_a_rule)


def _among_candidates(connection: duckdb.DuckDBPyConnection, pair: pd.DataFrame, result: Linkage) -> pd.DataFrame:
    """Add the pair's match weight among all candidates for its records; missing where no rule compares the two."""
    model = dict(result.model)
    weigh(connection, model, block_pairs(connection, model), held_once=result.spec.held_once)
    with lend(connection, GIVEN_PAIRS, pair):
        weighed: pd.DataFrame = connection.sql(
            f"SELECT number_l, number_r, match_weight::DOUBLE AS match_weight FROM {GIVEN_PAIRS} "
            f"LEFT JOIN {SCORED} USING (number_l, number_r)"
        ).df()
    return weighed


def _stand_ins(records: Records, pair: list[int]) -> list[int]:
    """Replace duplicates that were set aside by the records that stand for them."""
    duplicates = records.duplicates
    first, second = (
        dict(zip(duplicates.record.tolist(), of.tolist(), strict=True)) for of in (duplicates.first, duplicates.second)
    )
    left, right = (first.get(number, number) for number in pair)
    if left == right:
        right = next(second[number] for number in pair if number in second)
    return [left, right]
