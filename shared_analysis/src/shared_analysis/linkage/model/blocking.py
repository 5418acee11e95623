"""Which pairs to compare: rules on shared values, each counted before any pair is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.column_kinds import Kind
from shared_analysis.linkage.cleaning.records import Records

if TYPE_CHECKING:
    import duckdb

_PARTS = {
    "year": ("year of {}", "substr({}, 1, 4)"),
    "day": ("day and month of {}", "substr({}, 6, 5)"),
    "start": ("start of {}", "substr({}, 1, 3)"),
    "beginning": ("beginning of {}", "substr({}, 1, 5)"),
}
"""Parts of a value that can be a key: in words, and as an expression."""
WORDS = "rare words"

# Keys are a column, or a column and a part of it.
_CANDIDATES = (
    "nhs_number",
    "national_insurance_number",
    "email",
    "phone",
    "date_of_birth",
    "given_name + family_name",
    "full_name",
    "organisation_name",
    "given_name + postcode",
    "family_name + postcode",
    "given_name + address",
    "family_name + address",
    "full_name + postcode",
    "uprn",
    "given_name + date_of_birth:year",
    "family_name + date_of_birth:year",
    "given_name + date_of_birth:day",
    "family_name + date_of_birth:day",
    "given_name:start + family_name:start + date_of_birth:year",
    "given_name:start + family_name:start + locality",
    "postcode + date_of_birth:year",
    "postcode + date_of_birth:day",
    "full_name:beginning + date_of_birth:year",
    "full_name:beginning + locality",
    "full_name:beginning + postcode",
    "organisation_name + locality",
    "organisation_name:beginning + postcode",
    "organisation_name:beginning + locality",
    "address",
)
_CERTAIN = (
    "nhs_number",
    "national_insurance_number",
    "given_name + family_name + date_of_birth",
    "full_name + date_of_birth",
    "given_name + date_of_birth + postcode",
    "given_name + family_name + email",
    "given_name + family_name + phone",
    "given_name + family_name + address",
    "full_name + address",
    "full_name + postcode",
    "organisation_name + address",
    "organisation_name + postcode",
)
# Rules that pick the pairs to learn from. Those of the first group hold few relatives; relatives share an address and a
# family name, and a model trained on such pairs takes them for one person. The second group is for want of better.
_LEARN = ("date_of_birth", "given_name + family_name", "full_name", "nhs_number", "national_insurance_number")
_LEARN_AT_NEED = (
    *("organisation_name", "email", "phone", "given_name + postcode", "full_name + postcode", "address", "postcode"),
    "locality",
)
_TELLING: frozenset[Kind] = frozenset({"name", "text", "date", "identifier", "email"})


@dataclass(frozen=True)
class Rule:
    """Pairs that agree on every key, and how many there are.

    Parameters
    ----------
    keys
        Columns, or ``column:part``.
    pairs
        Number of pairs, once counted (for rare words at most that many: a pair may share several).
    labels
        Columns in words, where their names do not say it.
    """

    keys: tuple[str, ...]
    pairs: int = 0
    labels: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """Say the rule in words."""
        return "same " + ", ".join(self._word(*_parted(key)) for key in self.keys)

    def _word(self, column: str, part: str) -> str:
        label = (self.labels or {}).get(column, column.replace("_", " "))
        if part == WORDS:
            return f"rare word in {label}"
        label = label.removeprefix("date of ") if part in ("year", "day") else label
        return _PARTS[part][0].format(label) if part else label

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the keys read."""
        return tuple(_parted(key)[0] for key in self.keys)

    @property
    def explode(self) -> list[str]:
        """Columns of words, of which any shared one counts."""
        return [f"{column}_words" for column, part in map(_parted, self.keys) if part == WORDS]

    @property
    def sql(self) -> str:
        """The rule as a join condition on ``l`` and ``r``."""
        return " AND ".join(f"{_expression('l', key)} = {_expression('r', key)}" for key in self.keys)

    def settings(self) -> dict[str, Any]:
        """Give the rule as Splink settings."""
        return {"blocking_rule": self.sql, **({"arrays_to_explode": self.explode} if self.explode else {})}


def holds(rule: Mapping[str, Any]) -> str:
    """Say in SQL whether a rule (Splink settings) brings ``l`` and ``r`` together; unknown where a value is missing."""
    explode = rule.get("arrays_to_explode")
    shared = [f"list_has_any(l.{words}, r.{words})" for words in explode or ()]
    return f"({' AND '.join(shared) or rule['blocking_rule']})"


def _parted(key: str) -> tuple[str, str]:
    column, _, part = key.partition(":")
    return column, part


def _expression(alias: str, key: str) -> str:
    column, part = _parted(key)
    if part == WORDS:
        return f"{alias}.{column}_words"
    return _PARTS[part][1].format(f"{alias}.{column}") if part else f"{alias}.{column}"


def certain_rules(records: Records) -> list[Rule]:
    """Rules so strict that nearly every pair they find is a match; they set the prior."""
    plain = _without_role(records, _TELLING)
    return _possible([*_CERTAIN, *(f"{one} + {other}" for one, other in combinations(plain, 2))], records)


def candidate_rules(
    connection: duckdb.DuckDBPyConnection, records: Records, link_type: str, max_pairs: int
) -> tuple[list[Rule], list[Rule]]:
    """Choose the rules that fit within ``max_pairs`` together, smallest first; return them and those left out.

    Raises
    ------
    SharedAnalysisError
        If not even the smallest rule fits; it is named with its count.
    """
    rules = [counted(connection, rule, link_type) for rule in _possible(_keys(records), records)]
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
            f"and max_pairs is {max_pairs:,}. {_largest_block(connection, rules[0]):,} records share one value there.",
            "link.max_pairs",
            "where those records hold a placeholder or copies of one row, empty or remove them; give more columns a "
            "role so that records can be told apart; or raise max_pairs if the machine can take it",
        )
    return kept, rules[len(kept) :]


def _largest_block(connection: duckdb.DuckDBPyConnection, rule: Rule) -> int:
    """Count the records that share the commonest value of a rule: what makes it large, as a rule."""
    keys = [f"{key} AS k{i}" for i, key in enumerate(_block_keys(rule))]
    there = " AND ".join(f"k{i} IS NOT NULL" for i in range(len(keys)))
    names = ", ".join(f"k{i}" for i in range(len(keys)))
    rows = connection.sql(
        f"WITH keyed AS (SELECT {', '.join(keys)} FROM records AS r) "  # noqa: S608 - built from fixed names only
        f"SELECT count(*) FROM keyed WHERE {there} GROUP BY {names} ORDER BY 1 DESC LIMIT 1"
    ).fetchall()
    return int(rows[0][0])


def _keys(records: Records) -> list[str]:
    """Every rule worth counting: those that suit people and organisations, and those that suit any column."""
    telling, few = _without_role(records, _TELLING), _without_role(records, frozenset({"number", "category"}))
    starts = [f"{column}:beginning" for column in telling if records.kinds[column] in ("name", "text")]
    found = [*_CANDIDATES, *telling, *(f"{column}:{WORDS}" for column in records.texts)]
    found += [f"{one} + {other}" for one, other in combinations(starts, 2)]
    found += [f"{one} + {other}" for one in starts for other in few]
    return found


def learning_rules(
    connection: duckdb.DuckDBPyConnection, records: Records, link_type: str
) -> tuple[list[Rule], list[Rule]]:
    """Rules to train on, counted: the good ones, and those for columns that the good ones cannot teach."""
    plain, few = _without_role(records, _TELLING), _without_role(records, frozenset({"number"}))
    good, at_need = (_possible(keys, records) for keys in ([*_LEARN, *plain], [*_LEARN_AT_NEED, *few]))
    return [counted(connection, r, link_type) for r in good], [counted(connection, r, link_type) for r in at_need]


def _without_role(records: Records, kinds: frozenset[Kind]) -> list[str]:
    return [column for column in records.labels if records.kinds[column] in kinds]


def _possible(candidates: Iterable[str], records: Records) -> list[Rule]:
    there = set(records.columns)
    rules = (Rule(tuple(keys.split(" + ")), labels=records.labels) for keys in candidates)
    return [rule for rule in rules if set(rule.columns) <= there]


def _block_keys(rule: Rule) -> list[str]:
    return [f"unnest(r.{rule.explode[0]})"] if rule.explode else [_expression("r", key) for key in rule.keys]


def counted(connection: duckdb.DuckDBPyConnection, rule: Rule, link_type: str) -> Rule:
    """Count the rule's pairs by grouping, which costs one pass however many pairs there are."""
    keys = _block_keys(rule)
    names = ", ".join(f"k{i}" for i in range(len(keys)))
    every = "n * (n - 1) // 2"
    count = {"dedupe_only": "within", "link_only": f"{every} - within", "link_and_dedupe": every}[link_type]
    rows = connection.sql(
        f"""
        WITH keyed AS (
            SELECT {", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))}, source_dataset FROM records AS r
        ), cells AS (
            SELECT {names}, source_dataset, count(*) AS n
            FROM keyed WHERE {" AND ".join(f"k{i} IS NOT NULL" for i in range(len(keys)))} GROUP BY ALL
        ), blocks AS (
            SELECT sum(n) AS n, sum({every}) AS within FROM cells GROUP BY {names}
        )
        SELECT coalesce(sum({count}), 0) FROM blocks
        """  # noqa: S608 - built from fixed names only
    ).fetchall()
    return Rule(rule.keys, int(rows[0][0]), rule.labels)
