"""Score the pairs that were weighed: the threshold, the pairs from there on, and what each threshold would bring."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from shared_analysis.linkage.cleaning.records import ID, TABLE
from shared_analysis.linkage.database import GIVEN_RECORDS, RECORDS, SCORED, lend
from shared_analysis.linkage.spec import LinkageSpec

if TYPE_CHECKING:
    import duckdb

BITS = "cast(greatest(-30, least(40, floor(match_weight))) AS INTEGER)"
"""A match weight in whole bits, as weights are counted."""
LEAST_OF_A_CANDIDATE = 0.01
"""Probability from which a pair is a candidate that counts."""
TIED = 0.01
"""Bits; two candidates of one event that are no further apart fit it equally."""
LEAST_CHOSEN = 0.1
"""The lowest threshold that is ever chosen: where the model expects next to nothing, any pair would raise its F1."""


@dataclass(frozen=True)
class Scores:
    """What scoring gave.

    Parameters
    ----------
    pairs
        The links: ``number_l``, ``number_r`` (rows of the register, the lower first), ``match_probability``,
        ``match_weight``; sorted by the numbers. With ``many_to_one`` an event whose best candidates fit equally has
        none.
    compared
        Number of pairs scored.
    expected_matches
        Sum of the probabilities of every pair scored.
    doubtful
        Number of pairs with a probability between 0.1 and 0.9.
    contested
        Number of records that probably match one of a table which holds everybody once, but of whose candidates none
        is twice as likely as the others together.
    weights
        ``weight`` (whole bits, -30 to 40) and ``pairs``, of every pair scored.
    threshold
        The probability from which a pair is a link: the one that was set, or the one chosen.
    curve
        What each threshold would bring, highest first: ``threshold`` (thousandths), ``links``, ``expected_precision``,
        ``expected_recall``, ``expected_f1``.
    """

    pairs: pd.DataFrame
    threshold: float
    compared: int
    expected_matches: float
    doubtful: int
    weights: pd.DataFrame
    curve: pd.DataFrame
    contested: int = 0


def score(connection: duckdb.DuckDBPyConnection, spec: LinkageSpec, compared: int) -> Scores:
    """Choose the threshold, and keep the links: the pairs at or above it.

    Sums are of whole numbers (millionths), so that they come out the same however the work is shared out.

    Parameters
    ----------
    connection
        With the pairs weighed.
    compared
        Number of pairs that were brought together; with 0 there are none.
    """
    if not compared:
        return no_scores()
    millionths, doubtful = connection.sql(
        "SELECT coalesce(sum(cast(round(match_probability * 1e6) AS BIGINT)), 0), "
        f"count(*) FILTER (match_probability BETWEEN 0.1 AND 0.9) FROM {SCORED}"
    ).fetchall()[0]
    weights = connection.sql(f"SELECT {BITS} AS weight, count(*) AS pairs FROM {SCORED} GROUP BY 1 ORDER BY 1").df()
    curve = expected_curve(connection)
    set_by_hand = spec.match_threshold
    chosen = best_threshold(curve, spec.target_precision) if set_by_hand == "auto" else set_by_hand
    pairs = connection.sql(
        f"""
        SELECT number_l, number_r, match_probability, match_weight FROM {SCORED}
        WHERE match_probability >= {chosen!r} ORDER BY number_l, number_r
        """
    ).df()
    if spec.link_type == "many_to_one":
        pairs = _without_ties(pairs, *_register(connection, spec))
    contested = _count_contested(connection, spec.held_once)
    return Scores(pairs, chosen, compared, int(millionths) / 1e6, int(doubtful), weights, curve, contested)


def _register(connection: duckdb.DuckDBPyConnection, spec: LinkageSpec) -> tuple[int, int]:
    """Give the first and the last number of the register's records."""
    (once,) = spec.held_once
    (ends,) = connection.execute(
        f"SELECT coalesce(min({ID}), 0), coalesce(max({ID}), -1) FROM {RECORDS} WHERE {TABLE} = ?", [once]
    ).fetchall()
    return int(ends[0]), int(ends[1])


def _without_ties(pairs: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Leave out candidates between which nothing decides: all would go to the first of them, a flat 1 for example."""
    of_register = pairs["number_r"].between(first, last)
    event = pairs["number_l"].where(of_register, pairs["number_r"])
    best = pairs["match_weight"].groupby(event).transform("max")
    near = pairs["match_weight"] > best - TIED
    tied = near & (near.groupby(event).transform("sum") > 1)
    return pairs[~tied].reset_index(drop=True)


def _count_contested(connection: duckdb.DuckDBPyConnection, held_once: Collection[str]) -> int:
    """Count the records of :class:`Scores`' ``contested``, by sums of whole numbers."""
    if not held_once:
        return 0
    tables = ", ".join("'" + name.replace("'", "''") + "'" for name in sorted(held_once))
    (row,) = connection.sql(
        f"""
        WITH ends AS (
            SELECT number_l, number_r, l.{TABLE} AS table_l, r.{TABLE} AS table_r,
                   cast(round(match_probability * 1e6) AS BIGINT) AS millionths
            FROM {SCORED}
            JOIN {RECORDS} AS l ON l.{ID} = number_l
            JOIN {RECORDS} AS r ON r.{ID} = number_r
            WHERE match_probability >= {LEAST_OF_A_CANDIDATE}
        )
        SELECT count(*) FROM (
            SELECT number FROM (
                SELECT number_l AS number, table_r AS "table", millionths FROM ends
                UNION ALL SELECT number_r, table_l, millionths FROM ends
            ) WHERE "table" IN ({tables}) GROUP BY number, "table"
            HAVING sum(millionths) >= 500000 AND 3 * max(millionths) <= 2 * sum(millionths)
        )
        """
    ).fetchall()
    return int(row[0])


def expected_curve(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Work out what each threshold would bring, by the model's own probabilities.

    With the pairs from a threshold on as links, the expected number of right ones is the sum of their probabilities,
    and that of all matches the sum over every pair. Sums are of whole numbers, so that they are the same every time.

    Returns
    -------
    pandas.DataFrame
        ``curve`` of :class:`Scores`.
    """
    curve: pd.DataFrame = connection.sql(
        "SELECT floor(match_probability * 1000) / 1000 AS threshold, count(*)::BIGINT AS links, "
        "sum(cast(round(match_probability * 1e6) AS BIGINT))::BIGINT AS millionths "
        f"FROM {SCORED} GROUP BY 1 ORDER BY 1 DESC"
    ).df()
    right, links = curve["millionths"].cumsum(), curve["links"].cumsum()
    matches = int(curve["millionths"].sum())
    return pd.DataFrame(
        {
            "threshold": curve["threshold"],
            "links": links,
            "expected_precision": (right / (1_000_000 * links)).round(4),
            "expected_recall": (right / max(matches, 1)).round(4),
            "expected_f1": 2 * right / (1_000_000 * links + matches),
        }
    )


def best_threshold(curve: pd.DataFrame, target_precision: float | None = None) -> float:
    """Choose the threshold with the highest expected F1, or the lowest with a precision that is high enough.

    Maximising the expected F1 is the rule of Lipton, Elkan and Naryanaswamy (2014), "Optimal thresholding of
    classifiers to maximize F1 measure".

    Parameters
    ----------
    curve
        As in :class:`Scores`.
    target_precision
        The expected precision that is asked for, if any.

    Returns
    -------
    float
        To three decimals; at least 0.1, or 0.001 where a precision is asked for. Of several equally good thresholds the
        highest; 1 if no pair was scored, or none is precise enough.
    """
    thresholds = curve["threshold"].to_numpy()
    if target_precision is not None:
        enough = thresholds[(curve["expected_precision"] >= target_precision).to_numpy()]
        return max(float(enough.min()), 0.001) if len(enough) else 1.0
    if not len(thresholds):
        return 1.0
    return max(float(thresholds[curve["expected_f1"].to_numpy().argmax()]), LEAST_CHOSEN)


def non_links_within_components(
    connection: duckdb.DuckDBPyConnection, component: np.ndarray[Any, np.dtype[np.int64]], threshold: float
) -> pd.DataFrame:
    """Find the compared pairs within a connected component of three records or more that are no links.

    Parameters
    ----------
    component
        For each record the first of its component.
    threshold
        The probability from which a pair is a link.

    Returns
    -------
    pandas.DataFrame
        ``number_l``, ``number_r``, ``match_weight`` (bits, to 4 decimals).
    """
    large = np.flatnonzero(np.bincount(component, minlength=len(component))[component] > 2)
    with lend(connection, GIVEN_RECORDS, pd.DataFrame({"number": large, "component": component[large]})):
        non_links: pd.DataFrame = connection.sql(
            f"""
            SELECT number_l, number_r, match_weight FROM {SCORED}
            JOIN {GIVEN_RECORDS} AS l ON l.number = number_l
            JOIN {GIVEN_RECORDS} AS r ON r.number = number_r
            WHERE l.component = r.component AND match_probability < {threshold!r}
            ORDER BY ALL
            """
        ).df()
    return non_links


def no_scores() -> Scores:
    """Scores of no pairs at all."""
    kinds = {"number_l": "int64", "number_r": "int64", "match_probability": "float64", "match_weight": "float64"}
    pairs = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
    weights = pd.DataFrame({"weight": pd.Series(dtype="int32"), "pairs": pd.Series(dtype="int64")})
    names = ("threshold", "links", "expected_precision", "expected_recall", "expected_f1")
    curve = pd.DataFrame({name: pd.Series(dtype="float64") for name in names})
    return Scores(pairs, 1.0, 0, 0.0, 0, weights, curve)
