"""Patterns of agreement: at which level of every comparison pairs are, counted; what estimation needs of the pairs.

A pattern holds no value of a record, and there are far fewer patterns than pairs: a model is estimated from the counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.records import ID, TABLE
from shared_analysis.linkage.database import BLOCKED_PAIRS, GIVEN_PAIRS, RECORDS, lend
from shared_analysis.linkage.model.blocking import BlockingRule, rule_holds
from shared_analysis.linkage.model.comparisons import level_number

if TYPE_CHECKING:
    import duckdb

Levels = np.ndarray[Any, np.dtype[np.int8]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Marks = np.ndarray[Any, np.dtype[np.bool_]]
MISSING = -1
PAIRS_A_RULE = 30_000
"""Pairs first found by one rule that are looked at; of more, a fair part."""
_BITS = 30


@dataclass(frozen=True)
class Patterns:
    """Pairs by the levels that they are at.

    Parameters
    ----------
    levels
        A row a pattern, a column a comparison: the number of the level among those that are evidence, best first, or
        ``MISSING``.
    pairs
        Number of pairs of each pattern; of a part of the pairs, how many that part stands for.
    rules
        A row a pattern, a column a blocking rule: whether the rule brings these pairs together.
    within, mixed
        Of pairs drawn by :func:`draw_both`, by pattern: whether their records are of one table, and whether they are in
        the sample of pairs of either kind.
    """

    levels: Levels
    pairs: Numbers
    rules: Marks
    within: Marks = field(default_factory=lambda: np.zeros(0, np.bool_))
    mixed: Marks = field(default_factory=lambda: np.zeros(0, np.bool_))


def count_patterns(
    connection: duckdb.DuckDBPyConnection,
    comparisons: Sequence[Mapping[str, Any]],
    rules: Sequence[BlockingRule],
    columns: Sequence[str],
) -> Patterns:
    """Count the patterns of the pairs that blocking brought together; of a rule with very many, of a part.

    Parameters
    ----------
    comparisons
        As Splink settings.
    rules
        The rules of the blocking, in its order.
    columns
        The columns that the comparisons read.
    """
    by_rule = dict(connection.sql(f"SELECT match_key, count(*) FROM {BLOCKED_PAIRS} GROUP BY 1 ORDER BY 1").fetchall())
    every = {key: -(-number // PAIRS_A_RULE) for key, number in by_rule.items()}
    stands_for = "CASE match_key " + " ".join(f"WHEN {key} THEN {of}" for key, of in every.items()) + " END"
    source = (
        f"SELECT join_key_l AS number_l, join_key_r AS number_r, {stands_for} AS stands_for FROM {BLOCKED_PAIRS} "
        f"WHERE hash(join_key_l, join_key_r) % ({stands_for}) = 0"
    )
    return _counted(connection, source, comparisons, rules, columns)


def count_random_patterns(
    connection: duckdb.DuckDBPyConnection,
    comparisons: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    pairs: pd.DataFrame,
) -> Patterns:
    """Count the patterns of pairs drawn at random.

    Parameters
    ----------
    pairs
        ``number_l``, ``number_r``; and ``within``, ``mixed`` as :func:`draw_both` gives them, if it does.
    """
    marks = [name for name in ("within", "mixed") if name in pairs]
    with lend(connection, GIVEN_PAIRS, pairs):
        source = f"SELECT {', '.join(['number_l', 'number_r', *marks])}, 1 AS stands_for FROM {GIVEN_PAIRS}"
        return _counted(connection, source, comparisons, (), columns, marks)


def draw_pairs(
    connection: duckdb.DuckDBPyConnection, within: bool | None, tables: Collection[str], most: int, seed: int
) -> pd.DataFrame:
    """Draw pairs of different records at random; all of them where they are few.

    Parameters
    ----------
    within
        Pairs within a table, or of two tables; both where it is None.
    tables
        The tables whose records are drawn.
    most
        So many pairs at most, or all of them where there are no more than twice as many.

    Returns
    -------
    pandas.DataFrame
        ``number_l``, ``number_r``, the lower first; some pairs perhaps twice.
    """
    pairs, of_one, most = _sequence(connection, tables, most, seed)
    return pairs[:most] if within is None else pairs[of_one == within][:most]


def draw_both(connection: duckdb.DuckDBPyConnection, tables: Collection[str], most: int, seed: int) -> pd.DataFrame:
    """Draw the pairs that :func:`draw_pairs` draws within a table, of two tables, and of both, each pair once.

    The three samples are taken from one sequence of pairs, so the one of both kinds is within the other two. That saves
    a third of the comparisons.

    Returns
    -------
    pandas.DataFrame
        ``number_l``, ``number_r``; ``within``, whether both are of one table; ``mixed``, whether the pair is in the
        sample of both kinds.
    """
    pairs, of_one, most = _sequence(connection, tables, most, seed)
    pairs = pairs.assign(within=of_one, mixed=np.arange(len(pairs)) < most)
    return pd.concat([pairs[of_one][:most], pairs[~of_one][:most]])


def _sequence(
    connection: duckdb.DuckDBPyConnection, tables: Collection[str], most: int, seed: int
) -> tuple[pd.DataFrame, Marks, int]:
    """Draw more pairs than are asked for; say which are of one table, and how many of a kind are meant at most."""
    known = connection.sql(f"SELECT {ID} AS number, {TABLE} AS name FROM {RECORDS} ORDER BY 1").df()
    known = known[known["name"].isin(tables)]
    numbers, table = known["number"].to_numpy(), known["name"].factorize()[0]
    if len(numbers) ** 2 <= 4 * most:
        left, right = np.triu_indices(len(numbers), 1)
        most *= 2
    else:
        left, right = np.random.default_rng(seed).integers(0, len(numbers), (2, 3 * most))
        left, right = np.minimum(left, right), np.maximum(left, right)
        left, right = left[left != right], right[left != right]
    return pd.DataFrame({"number_l": numbers[left], "number_r": numbers[right]}), table[left] == table[right], most


def _counted(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    comparisons: Sequence[Mapping[str, Any]],
    rules: Sequence[BlockingRule],
    columns: Sequence[str],
    marks: Sequence[str] = (),
) -> Patterns:
    levels = [f"{level_number(comparison)} AS level_{at}" for at, comparison in enumerate(comparisons)]
    found_by = [
        " + ".join(
            f"CASE WHEN coalesce({rule_holds(rule.settings())}, false) THEN {1 << at} ELSE 0 END"
            for at, rule in enumerate(rules[start : start + _BITS])
        )
        + f" AS rules_{start}"
        for start in range(0, len(rules), _BITS)
    ]
    keys = [f"rules_{start}" for start in range(0, len(rules), _BITS)]
    sides = [f'{side}."{column}" AS "{column}_{side}"' for column in columns for side in "lr"]
    rows = connection.sql(
        f"""
        SELECT {", ".join([*levels, *keys, *marks])}, sum(stands_for)::DOUBLE AS pairs FROM (
            SELECT {", ".join([*sides, *found_by, *marks, "stands_for"])}
            FROM ({source}) AS drawn
            JOIN {RECORDS} AS l ON l.{ID} = number_l
            JOIN {RECORDS} AS r ON r.{ID} = number_r
        ) GROUP BY ALL ORDER BY ALL
        """
    ).fetchnumpy()
    at_level = [_evidence(comparison)[rows[f"level_{at}"]] for at, comparison in enumerate(comparisons)]
    brought = [
        (np.asarray(rows[key]).astype(np.int64) >> bit) & 1 == 1
        for start, key in zip(range(0, len(rules), _BITS), keys, strict=True)
        for bit in range(min(_BITS, len(rules) - start))
    ]
    return Patterns(
        levels=np.stack(at_level, axis=1),
        pairs=np.asarray(rows["pairs"], dtype=np.float64),
        rules=np.stack(brought, axis=1) if brought else np.zeros((len(rows["pairs"]), 0), np.bool_),
        **{mark: np.asarray(rows[mark], dtype=np.bool_) for mark in marks},
    )


def _evidence(comparison: Mapping[str, Any]) -> Levels:
    """For each level its number among those that are evidence, or ``MISSING``."""
    numbers, number = [], 0
    for level in comparison["comparison_levels"]:
        numbers.append(MISSING if level.get("is_null_level") else number)
        number += not level.get("is_null_level")
    return np.array(numbers, dtype=np.int8)
