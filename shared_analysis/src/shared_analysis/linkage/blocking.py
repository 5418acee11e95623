"""Which pairs to compare: rules on shared values, each counted before any pair is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared_analysis.errors import SharedAnalysisError

if TYPE_CHECKING:
    import duckdb

_YEAR, _DAY = "substr({}.date_of_birth, 1, 4)", "substr({}.date_of_birth, 6, 5)"
_KEYS = {
    "year of birth": ("date_of_birth", _YEAR),
    "day and month of birth": ("date_of_birth", _DAY),
    "start of given name": ("given_name", "substr({}.given_name, 1, 3)"),
    "start of family name": ("family_name", "substr({}.family_name, 1, 3)"),
    "start of full name": ("full_name", "substr({}.full_name, 1, 5)"),
    "start of organisation name": ("organisation_name", "substr({}.organisation_name, 1, 4)"),
}
"""Keys that are part of a column: the column, and the expression on a record (``{}`` is its alias)."""

_CANDIDATES = (
    ("nhs_number",),
    ("national_insurance_number",),
    ("email",),
    ("phone",),
    ("date_of_birth",),
    ("given_name", "family_name"),
    ("full_name",),
    ("organisation_name",),
    ("given_name", "postcode"),
    ("family_name", "postcode"),
    ("given_name", "address"),
    ("family_name", "address"),
    ("full_name", "postcode"),
    ("uprn",),
    ("given_name", "year of birth"),
    ("family_name", "year of birth"),
    ("given_name", "day and month of birth"),
    ("family_name", "day and month of birth"),
    ("start of given name", "start of family name", "year of birth"),
    ("start of given name", "start of family name", "locality"),
    ("postcode", "year of birth"),
    ("postcode", "day and month of birth"),
    ("start of full name", "year of birth"),
    ("start of full name", "locality"),
    ("start of full name", "postcode"),
    ("organisation_name", "locality"),
    ("start of organisation name", "postcode"),
    ("start of organisation name", "locality"),
    ("address",),
)
_CERTAIN = (
    ("nhs_number",),
    ("national_insurance_number",),
    ("given_name", "family_name", "date_of_birth"),
    ("full_name", "date_of_birth"),
    ("given_name", "date_of_birth", "postcode"),
    ("given_name", "family_name", "email"),
    ("given_name", "family_name", "phone"),
    ("given_name", "family_name", "address"),
    ("full_name", "address"),
    ("full_name", "postcode"),
    ("organisation_name", "address"),
    ("organisation_name", "postcode"),
)
# Rules that pick the pairs to learn from. Those of the first group hold few relatives; relatives share an address and a
# family name, and a model trained on such pairs takes them for one person. The second group is for want of better.
_LEARN = (
    ("date_of_birth",),
    ("given_name", "family_name"),
    ("full_name",),
    ("nhs_number",),
    ("national_insurance_number",),
)
_LEARN_AT_NEED = (
    ("organisation_name",),
    ("email",),
    ("phone",),
    ("given_name", "postcode"),
    ("full_name", "postcode"),
    ("address",),
    ("postcode",),
    ("locality",),
)


@dataclass(frozen=True)
class Rule:
    """Pairs that agree on every key, and how many there are."""

    keys: tuple[str, ...]
    pairs: int = 0

    @property
    def name(self) -> str:
        """Say the rule in words."""
        return "same " + ", ".join(key.replace("_", " ") for key in self.keys)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the keys read."""
        return tuple(_KEYS.get(key, (key, ""))[0] for key in self.keys)

    @property
    def sql(self) -> str:
        """The rule as a join condition on ``l`` and ``r``."""
        return " AND ".join(f"{_key('l', key)} = {_key('r', key)}" for key in self.keys)


def _key(alias: str, key: str) -> str:
    return _KEYS[key][1].format(alias) if key in _KEYS else f"{alias}.{key}"


def certain_rules(columns: Iterable[str]) -> list[Rule]:
    """Rules so strict that nearly every pair they find is a match; they set the prior."""
    return _possible(_CERTAIN, columns)


def candidate_rules(
    connection: duckdb.DuckDBPyConnection, columns: Iterable[str], link_type: str, max_pairs: int
) -> tuple[list[Rule], list[Rule]]:
    """Choose the rules that fit within ``max_pairs`` together, smallest first; return them and those left out.

    Raises
    ------
    SharedAnalysisError
        If not even the smallest rule fits; it is named with its count.
    """
    rules = [counted(connection, rule, link_type) for rule in _possible(_CANDIDATES, columns)]
    rules = sorted((rule for rule in rules if rule.pairs), key=lambda rule: (rule.pairs, rule.keys))
    kept: list[Rule] = []
    total = 0
    for rule in rules:
        if total + rule.pairs > max_pairs:
            break
        total += rule.pairs
        kept.append(rule)
    if rules and not kept:
        raise SharedAnalysisError(
            f"Comparing would take too many pairs: the smallest rule ({rules[0].name}) brings {rules[0].pairs:,}, "
            f"and max_pairs is {max_pairs:,}.",
            "link.max_pairs",
            "raise max_pairs if the machine can take it, or give more columns a role so that records can be told apart",
        )
    return kept, rules[len(kept) :]


def learning_rules(
    connection: duckdb.DuckDBPyConnection, columns: Iterable[str], link_type: str
) -> tuple[list[Rule], list[Rule]]:
    """Rules to train on, counted: the good ones, and those for columns that the good ones cannot teach."""
    good, at_need = (_possible(rules, columns) for rules in (_LEARN, _LEARN_AT_NEED))
    return [counted(connection, r, link_type) for r in good], [counted(connection, r, link_type) for r in at_need]


def _possible(candidates: tuple[tuple[str, ...], ...], columns: Iterable[str]) -> list[Rule]:
    there = set(columns)
    return [rule for keys in candidates if set((rule := Rule(keys)).columns) <= there]


def counted(connection: duckdb.DuckDBPyConnection, rule: Rule, link_type: str) -> Rule:
    """Count the rule's pairs by grouping, which costs one pass however many pairs there are."""
    keys = [_key("r", key) for key in rule.keys]
    names = ", ".join(f"k{i}" for i in range(len(keys)))
    every = "n * (n - 1) // 2"
    count = {"dedupe_only": "within", "link_only": f"{every} - within", "link_and_dedupe": every}[link_type]
    rows = connection.sql(
        f"""
        WITH cells AS (
            SELECT {", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))}, source_dataset, count(*) AS n
            FROM records AS r WHERE {" AND ".join(f"{key} IS NOT NULL" for key in keys)} GROUP BY ALL
        ), blocks AS (
            SELECT sum(n) AS n, sum({every}) AS within FROM cells GROUP BY {names}
        )
        SELECT coalesce(sum({count}), 0) FROM blocks
        """  # noqa: S608 - built from fixed names only
    ).fetchall()
    return Rule(rule.keys, int(rows[0][0]))
