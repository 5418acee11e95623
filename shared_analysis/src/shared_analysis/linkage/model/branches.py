"""What branches of one organisation share without being one place, measured in the data.

Branches list the telephone, the mailbox and the website of their head office: among records of one name at two
addresses these agree nearly always, and say as good as nothing of which branch it is. Counted as so many strokes of
luck they would make two branches one. So agreement between records at two addresses is weighed against how often
records of one name at two addresses agree. Where something tells people apart, those who move are another matter, and
nothing is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from shared_analysis.linkage.cleaning.records import ID, Records
from shared_analysis.linkage.database import RECORDS
from shared_analysis.linkage.model.blocking import BlockingRule, count_pairs
from shared_analysis.linkage.model.comparisons import another_home
from shared_analysis.linkage.model.households import LEAST_AGREE, LEAST_PAIRS, MOST_PAIRS, TELLING, TELLING_PEOPLE
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    import duckdb

NAMES = ("organisation_name", "full_name")


def add_branches(connection: duckdb.DuckDBPyConnection, model: dict[str, Any], records: Records) -> list[Notice]:
    """Add to the model, in place, levels for agreement between records at two addresses; give notices of them.

    Such a level's u is the share of records of one name at two addresses that agree; its m is that of plain agreement.

    Parameters
    ----------
    model
        Splink settings with every m and u probability.
    """
    columns = set(records.columns)
    apart = another_home(columns)
    texts = (column for column, kind in records.kinds.items() if kind == "text")
    name = next((name for name in (*NAMES, *texts) if name in columns), None)
    plain = [each for each in _plain_levels(model) if each[0] in columns - {name}]
    if not apart or name is None or not plain or not TELLING_PEOPLE.isdisjoint(columns):
        return []
    notices = []
    for (column, levels, at), (known, agree) in zip(
        plain, _agreement(connection, name, plain, apart, records), strict=True
    ):
        level, share = levels[at], (agree + 0.5) / (known + 1)
        if known >= LEAST_PAIRS and agree >= LEAST_AGREE and share > TELLING * level["u_probability"]:
            levels.insert(
                at,
                {
                    "sql_condition": f"{level['sql_condition']} AND {_not_one_address(apart, columns)}",
                    "label_for_charts": "identical, and another address or none",
                    "m_probability": level["m_probability"],
                    "u_probability": min(share, level["m_probability"]),
                },
            )
            label = records.labels.get(column, column)
            notices.append(Notice("branches", {"column": label, "pairs": known, "agree": agree}))
    return notices


def _not_one_address(apart: str, columns: set[str]) -> str:
    """Condition that nothing shows one address: they are two, or one is not known."""
    return f"({apart} OR address_l IS NULL OR address_r IS NULL)" if "address" in columns else apart


def _plain_levels(model: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]], int]]:
    """Yield the column, the levels and the place among them of plain agreement, of each comparison of one column."""
    for comparison in model["comparisons"]:
        column, levels = comparison["output_column_name"], comparison["comparison_levels"]
        for at, level in enumerate(levels):
            if level["sql_condition"] == f"{column}_l = {column}_r":
                yield column, levels, at


def _agreement(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    plain: list[tuple[str, list[dict[str, Any]], int]],
    apart: str,
    records: Records,
) -> list[tuple[int, int]]:
    """For each column: pairs of one name at two addresses in which both values are known, and those that agree."""
    pairs = count_pairs(connection, BlockingRule((name,)), "link_and_dedupe").pairs
    every = -(-pairs // MOST_PAIRS) or 1  # with more pairs than needed, start from every n-th record only
    sides = ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in records.columns)
    counts = ", ".join(
        f"count(*) FILTER ({column}_l IS NOT NULL AND {column}_r IS NOT NULL), "
        f"count(*) FILTER ({levels[at]['sql_condition']})"
        for column, levels, at in plain
    )
    (row,) = connection.sql(
        f"""
        SELECT {counts} FROM (
            SELECT {sides} FROM {RECORDS} AS l JOIN {RECORDS} AS r ON l.{name} = r.{name}
            WHERE l.{ID} < r.{ID} AND hash(l.{ID}) % {every} = 0
        ) WHERE {apart}
        """
    ).fetchall()
    return list(zip(row[::2], row[1::2], strict=True))
