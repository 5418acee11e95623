"""An oracle: the same comparisons and the same pairs, but every probability taken from the truth.

Where the blocking rules bring together less than 95 % of the matches, the oracle compares every pair: what the rules
miss is no excuse. Its F1 says whether a world can be solved with what is compared. Two oracles are tried, and the
better one counts: with u from random pairs that do not match, as the model of Fellegi and Sunter is usually trained,
and with u from the compared pairs that do not, which knows what strangers who share a blocking rule have in common.
Each takes the best threshold.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.linkage_sets import ACROSS, GRID, KEYS, KnownSet, agreement
from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.cleaning.records import ID, TABLE, Records, prepare
from shared_analysis.linkage.clustering.entities import group_into_entities
from shared_analysis.linkage.database import BLOCKED_PAIRS, GIVEN_PAIRS, RECORDS, SCORED, connect, lend
from shared_analysis.linkage.model.blocking import block
from shared_analysis.linkage.model.comparisons import level_number
from shared_analysis.linkage.model.scoring import score
from shared_analysis.linkage.model.weighing import weigh

RANDOM_PAIRS = 400_000
REACHED = 0.95
LEAST = 0.5
"""Pairs added to every level, so that none is impossible."""
Pairs = tuple[np.ndarray, np.ndarray]


def best_f1(
    tables: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, Any],
    spec: LinkageSpec,
    model: Mapping[str, Any],
    known: KnownSet,
) -> float:
    """Train the model with the truth, and link at the threshold that is truly best.

    Parameters
    ----------
    tables, contracts, spec
        As they were linked.
    model
        Splink settings whose comparisons and levels are taken; those chosen for the tables where there is none.
    known
        The truth.
    """
    records = prepare(tables, contracts, spec)
    person = _persons(records, known)
    with connect(records, spec.threads, spec.memory) as connection:
        records = records.without_values()
        blocking = block(connection, records, spec)
        rules = {"blocking_rules_to_generate_predictions": [{"blocking_rule": "TRUE"}]}  # pairs are brought together
        settings = {**(model or blocking.settings), **rules}
        truth = _Truth(person, records.register["table"].to_numpy(), spec.link_type)
        present = connection.sql(f"SELECT {ID} FROM {RECORDS} ORDER BY 1").df()[ID].to_numpy()
        matches = truth.matching(present)
        left, right = _compared(connection) if blocking.pairs else (present[:0], present[:0])
        if not blocking.pairs or (person[left] == person[right]).sum() < REACHED * len(matches[0]):
            _bring_all_together(connection, spec.link_type)
            left, right = _compared(connection)
        same = person[left] == person[right]
        oracles = (
            (matches, truth.random(present, spec.seed), len(matches[0]) / records.possible_pairs(spec.link_type)),
            ((left[same], right[same]), (left[~same], right[~same]), float(same.mean())),
        )
        return max(
            _best(connection, records, _trained(connection, settings, *oracle), spec, len(left), known)
            for oracle in oracles
        )


def _compared(connection: Any) -> Pairs:
    sides = connection.sql(f"SELECT join_key_l AS l, join_key_r AS r FROM {BLOCKED_PAIRS}").df()
    return sides["l"].to_numpy(), sides["r"].to_numpy()


def _bring_all_together(connection: Any, link_type: str) -> None:
    """Compare every pair there is."""
    across = f"AND l.{TABLE} <> r.{TABLE}" if link_type in ACROSS else ""
    connection.sql(
        f"""
        CREATE OR REPLACE TABLE {BLOCKED_PAIRS} AS
        SELECT 0::UTINYINT AS match_key, l.{ID}::INTEGER AS join_key_l, r.{ID}::INTEGER AS join_key_r
        FROM {RECORDS} AS l JOIN {RECORDS} AS r ON l.{ID} < r.{ID} {across}
        """
    )


def _persons(records: Records, known: KnownSet) -> np.ndarray:
    """Who each record is, by its number."""
    person = known.truth.set_index(KEYS)["person_id"]
    return person.reindex(pd.MultiIndex.from_frame(records.register[KEYS])).to_numpy()


class _Truth:
    """Who each record is, and so which pairs match: pairs of numbers, the lower first."""

    def __init__(self, person: np.ndarray, table: np.ndarray, link_type: str) -> None:
        self.person, self.table, self.across = person, table, link_type in ACROSS

    def matching(self, present: np.ndarray) -> Pairs:
        who = pd.DataFrame({"number": present, "person": self.person[present]})
        both = who.merge(who, on="person", suffixes=("_l", "_r"))
        return self._allowed(both["number_l"].to_numpy(), both["number_r"].to_numpy())

    def random(self, present: np.ndarray, seed: int) -> Pairs:
        drawn = np.random.default_rng(seed).choice(present, (2, RANDOM_PAIRS))
        left, right = self._allowed(drawn.min(axis=0), drawn.max(axis=0))
        others = self.person[left] != self.person[right]
        return left[others], right[others]

    def _allowed(self, left: np.ndarray, right: np.ndarray) -> Pairs:
        allowed = left < right
        if self.across:
            allowed &= self.table[left] != self.table[right]
        return left[allowed], right[allowed]


def _trained(
    connection: Any, model: Mapping[str, Any], matches: Pairs, strangers: Pairs, prior: float
) -> dict[str, Any]:
    """Give the settings with m and u as they truly are among these pairs."""
    trained = copy.deepcopy(dict(model))
    for comparison in trained["comparisons"]:
        levels = comparison["comparison_levels"]
        stated = [at for at, level in enumerate(levels) if not level.get("is_null_level")]
        for name, pairs in (("m_probability", matches), ("u_probability", strangers)):
            counts = _counts(connection, comparison, pairs)[stated] + LEAST
            for at, share in zip(stated, counts / counts.sum(), strict=True):
                levels[at][name] = float(share)
    trained["probability_two_random_records_match"] = min(max(prior, 1e-9), 0.999)
    return trained


def _counts(connection: Any, comparison: Mapping[str, Any], pairs: Pairs) -> np.ndarray:
    """How many of the pairs are at each level of the comparison."""
    columns = [row[0] for row in connection.sql(f"DESCRIBE {RECORDS}").fetchall()]
    named = ", ".join(f"{side}.{column} AS {column}_{side}" for side in "lr" for column in columns)
    with lend(connection, GIVEN_PAIRS, pd.DataFrame({"number_l": pairs[0], "number_r": pairs[1]})):
        rows = connection.sql(
            f"""
            SELECT {level_number(comparison)} AS level, count(*) FROM (
                SELECT {named} FROM {GIVEN_PAIRS}
                JOIN {RECORDS} AS l ON l.{ID} = number_l JOIN {RECORDS} AS r ON r.{ID} = number_r
            ) GROUP BY 1
            """
        ).fetchall()
    counts = np.zeros(len(comparison["comparison_levels"]))
    for level, count in rows:
        counts[level] = count
    return counts


def _best(
    connection: Any, records: Records, model: dict[str, Any], spec: LinkageSpec, compared: int, known: KnownSet
) -> float:
    """F1 at the threshold of a grid that is best."""
    connection.sql(f"DROP TABLE IF EXISTS {SCORED}")
    weigh(connection, model, compared, held_once=spec.held_once)
    scores = score(connection, spec.model_copy(update={"match_threshold": min(GRID)}), compared)
    best, linked = 0.0, -1
    for threshold in GRID:
        pairs = scores.pairs[scores.pairs["match_probability"] >= threshold].reset_index(drop=True)
        if len(pairs) == linked:  # the same links as at the threshold before
            continue
        linked = len(pairs)
        entities = group_into_entities(connection, records, spec, replace(scores, pairs=pairs, threshold=threshold))
        best = max(best, agreement(entities.register, known)["f1"])
    return best
