"""Score the pairs with a finished model and keep the links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from shared_analysis.linkage.engine import predict
from shared_analysis.linkage.records import ID, TABLE, Records

if TYPE_CHECKING:
    import duckdb

AUTO = "auto"
PLACES = 6  # decimals of a probability; the threshold is applied to the rounded value, so that output and rule agree


@dataclass(frozen=True)
class Scores:
    """What scoring found.

    Parameters
    ----------
    pairs
        The links: ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``, ``match_probability``, ``match_weight``.
    compared
        Number of pairs scored.
    expected_matches
        Sum of the probabilities of every pair scored.
    doubtful
        Number of pairs with a probability between 0.1 and 0.9.
    weights
        ``weight`` (whole bits, -30 to 40) and ``pairs``, of every pair scored.
    threshold
        The probability from which a pair is a link: the one that was set, or the one chosen.
    """

    pairs: pd.DataFrame
    threshold: float
    compared: int
    expected_matches: float
    doubtful: int
    weights: pd.DataFrame


def score(
    connection: duckdb.DuckDBPyConnection, records: Records, model: dict[str, Any], threshold: float | str
) -> Scores:
    """Score every pair that the model's blocking rules bring together, and keep the links.

    Sums are of whole numbers (millionths), so that they come out the same however the work is shared out.
    """
    scored = predict(connection, records, model)
    connection.sql(
        f"""
        CREATE VIEW scored AS
        SELECT {_table(records, model, "l")} AS table_l, {ID}_l AS id_l,
               {_table(records, model, "r")} AS table_r, {ID}_r AS id_r,
               match_weight, round(match_probability, {PLACES}) AS match_probability
        FROM {scored}
        """  # noqa: S608 - the one name from outside is quoted
    )
    compared, millionths, doubtful = connection.sql(
        "SELECT count(*), coalesce(sum(cast(round(match_probability * 1e6) AS BIGINT)), 0), "
        "count(*) FILTER (match_probability BETWEEN 0.1 AND 0.9) FROM scored"
    ).fetchall()[0]
    weights = connection.sql(
        "SELECT cast(greatest(-30, least(40, floor(match_weight))) AS INTEGER) AS weight, count(*) AS pairs "
        "FROM scored GROUP BY 1 ORDER BY 1"
    ).df()
    chosen = best_threshold(connection) if threshold == AUTO else float(threshold)
    pairs = connection.sql(
        f"""
        SELECT * FROM (
            SELECT CASE WHEN ahead THEN table_l ELSE table_r END AS table_l,
                   CASE WHEN ahead THEN id_l ELSE id_r END AS record_id_l,
                   CASE WHEN ahead THEN table_r ELSE table_l END AS table_r,
                   CASE WHEN ahead THEN id_r ELSE id_l END AS record_id_r,
                   match_probability, round(match_weight, 4) AS match_weight
            FROM (SELECT *, (table_l, id_l) < (table_r, id_r) AS ahead FROM scored)
            WHERE match_probability >= {chosen!r}
        ) ORDER BY table_l, record_id_l, table_r, record_id_r
        """  # noqa: S608 - a number
    ).df()
    return Scores(pairs, chosen, int(compared), int(millionths) / 1e6, int(doubtful), weights)


def best_threshold(connection: duckdb.DuckDBPyConnection) -> float:
    """Choose the threshold with the highest expected F1, by the model's own probabilities.

    With the pairs from the threshold on as links, the expected number of right ones is the sum of their probabilities,
    and that of all matches the sum over every pair (Lipton, Elkan and Naryanaswamy 2014, "Optimal thresholding of
    classifiers to maximize F1 measure").

    Returns
    -------
    float
        To three decimals; of several equally good ones the highest. 1 if no pair was scored.
    """
    rows = connection.sql(
        "SELECT floor(match_probability * 1000) / 1000 AS share, count(*), "
        "sum(cast(round(match_probability * 1e6) AS BIGINT)) FROM scored GROUP BY 1 ORDER BY 1 DESC"
    ).fetchall()
    matches = sum(int(millionths) for *_, millionths in rows)
    best, chosen, links, right = -1.0, 1.0, 0, 0
    for share, pairs, millionths in rows:
        links, right = links + pairs, right + int(millionths)
        expected = 2 * right / (links * 1_000_000 + matches)
        if expected > best:
            best, chosen = expected, float(share)
    return max(chosen, 0.001)


def weak_pairs(connection: duckdb.DuckDBPyConnection, chains: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Find the compared pairs within a chain that are no links.

    Parameters
    ----------
    chains
        ``table``, ``record_id``, ``chain``.
    threshold
        The probability from which a pair is a link.

    Returns
    -------
    pandas.DataFrame
        ``table_l``, ``record_id_l``, ``table_r``, ``record_id_r``, ``match_weight`` (bits, to 4 decimals).
    """
    if chains.empty:
        return nothing().pairs
    connection.register("chains", chains)
    found: pd.DataFrame = connection.sql(
        f"""
        SELECT table_l, id_l AS record_id_l, table_r, id_r AS record_id_r, round(match_weight, 4) AS match_weight
        FROM scored
        JOIN chains AS l ON l."table" = table_l AND l.record_id = id_l
        JOIN chains AS r ON r."table" = table_r AND r.record_id = id_r
        WHERE l.chain = r.chain AND match_probability < {threshold!r}
        ORDER BY ALL
        """  # noqa: S608 - a number
    ).df()
    connection.unregister("chains")
    return found


def _table(records: Records, model: dict[str, Any], side: str) -> str:
    """Where a pair's table is named: within one table Splink does not say."""
    if model["link_type"] != "dedupe_only":
        return f"{TABLE}_{side}"
    (name,) = records.frames
    return "'" + name.replace("'", "''") + "'"


def nothing() -> Scores:
    """Scores of no pairs at all."""
    text = dict.fromkeys(("table_l", "record_id_l", "table_r", "record_id_r"), "object")
    columns = {**text, "match_probability": "float64", "match_weight": "float64"}
    pairs = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    weights = pd.DataFrame({"weight": pd.Series(dtype="int32"), "pairs": pd.Series(dtype="int64")})
    return Scores(pairs, 1.0, 0, 0.0, 0, weights)
