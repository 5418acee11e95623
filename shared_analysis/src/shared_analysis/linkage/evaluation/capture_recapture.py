"""Capture-recapture: how many matches there are; of the model's probabilities it takes only which pairs are links.

The model knows the pairs that were compared and what it learnt from them. It cannot see a match whose records share
nothing that a blocking rule looks for, and where it has learnt wrongly it believes itself all the same. Two things can
be set against it: rules so strict that their pairs are matches whatever the model says, and capture-recapture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.cleaning.records import ID
from shared_analysis.linkage.database import GIVEN_PAIRS, RECORDS, lend
from shared_analysis.linkage.model.blocking import BlockingRule, rule_holds

if TYPE_CHECKING:
    import duckdb

LEAST_BOTH = 30
"""Links that both halves must find: with fewer their number is too much a matter of luck."""
_Z = 1.96  # 95 %


@dataclass(frozen=True)
class Captured:
    """An estimate of the number of all matches, from two sets of rules that read no column in common.

    Parameters
    ----------
    matches, low, high
        The estimate and its 95 % interval.
    first_columns, second_columns
        The columns that the rules of each half read.
    links
        Number of links that each half finds, and that both find.
    """

    matches: int
    low: int
    high: int
    first_columns: tuple[str, ...]
    second_columns: tuple[str, ...]
    links: tuple[int, int, int]


def found_by(connection: duckdb.DuckDBPyConnection, links: pd.DataFrame, rules: Sequence[BlockingRule]) -> pd.DataFrame:
    """Count links by the rules that find them.

    Parameters
    ----------
    links
        ``number_l``, ``number_r``: the records' numbers.
    rules
        Rules on the columns of the records.

    Returns
    -------
    pandas.DataFrame
        One column a rule, by its place in ``rules``, true where it finds the links; and ``links``, their number.
    """
    finds = ", ".join(f"coalesce({rule_holds(rule.settings())}, false) AS rule_{at}" for at, rule in enumerate(rules))
    with lend(connection, GIVEN_PAIRS, links[["number_l", "number_r"]]):
        counts: pd.DataFrame = connection.sql(
            f"""
            SELECT *, count(*) AS links FROM (
                SELECT {finds} FROM {GIVEN_PAIRS}
                JOIN {RECORDS} AS l ON l.{ID} = number_l
                JOIN {RECORDS} AS r ON r.{ID} = number_r
            ) GROUP BY ALL ORDER BY ALL
            """
        ).df()
    return counts.set_axis([*range(len(rules)), "links"], axis=1)


def capture_recapture(counts: pd.DataFrame, rules: Sequence[BlockingRule]) -> Captured | None:
    """Estimate the number of matches from how often links that one half of the rules finds are found by the other.

    The columns are dealt into two halves, and the rules that read columns of one half only are a catch: of all matches
    the second half finds the share that it finds of the first half's links. Of all ways to deal them the one is taken
    whose halves have most links in common, which is the surest.

    It holds where a match that fails on the columns of one half is as likely as any other to agree on those of the
    other. Where some records are poor in every column, as is common, the two halves miss the same matches and the
    estimate is too low: read it as *at least*. It is too high where good columns take turns, one filled just where the
    other is empty, and it counts a false link that one half makes as if it were a match. It says nothing of matches
    that the threshold turns away.

    Parameters
    ----------
    counts
        As :func:`found_by` gives them.
    rules
        The rules of its first columns.

    Returns
    -------
    Captured or None
        None where no two rules read different columns, or fewer than 30 links are found by both halves.

    References
    ----------
    Chapman (1951), Some properties of the hypergeometric distribution with applications to zoological sample censuses;
    the variance is that of Seber (1970), The effects of trap response on tag recapture estimates. For matches missed by
    blocking: Herzog, Scheuren and Winkler (2007), Data Quality and Record Linkage Techniques, on blocking.
    """
    finds = counts[list(range(len(rules)))].to_numpy(dtype=bool)
    links = counts["links"].to_numpy()
    best: tuple[int, int, int, tuple[str, ...], tuple[str, ...]] | None = None
    for first_columns, second_columns, left, right in _halves(rules):
        first, second = (finds[:, list(half)].any(axis=1) for half in (left, right))
        both = int(links[first & second].sum())
        if best is None or both > best[0]:
            best = (both, int(links[first].sum()), int(links[second].sum()), first_columns, second_columns)
    if best is None or best[0] < LEAST_BOTH:
        return None
    both, n, k, first_columns, second_columns = best
    matches = (n + 1) * (k + 1) / (both + 1) - 1
    error = ((n + 1) * (k + 1) * (n - both) * (k - both) / ((both + 1) ** 2 * (both + 2))) ** 0.5
    low = max(matches - _Z * error, n + k - both)
    high = matches + _Z * error
    return Captured(round(matches), round(low), round(high), first_columns, second_columns, (n, k, both))


def _halves(
    rules: Sequence[BlockingRule],
) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...], tuple[int, ...]]]:
    """Deal the columns into two halves, in every way that leaves rules on both sides: columns, and places of rules."""
    columns = sorted({column for rule in rules for column in rule.columns})
    halves: dict[tuple[tuple[int, ...], tuple[int, ...]], Any] = {}
    for size in range(1, len(columns)):
        for first in combinations(columns, size):
            if columns[0] not in first:
                continue  # the same halves, the other way round
            left = tuple(at for at, rule in enumerate(rules) if set(rule.columns) <= set(first))
            right = tuple(at for at, rule in enumerate(rules) if not set(rule.columns) & set(first))
            if left and right:
                second = tuple(column for column in columns if column not in first)
                halves.setdefault((left, right), (first, second, left, right))
    return list(halves.values())
