"""Blocking rules: which pairs to compare; each is counted before any pair is made.

A blocking rule brings together the records that share a value. The rules to compare by are many and loose; the
deterministic ones hardly ever err, and show how much of what agrees was linked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, combinations
from typing import TYPE_CHECKING, Any

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage.cleaning.column_kinds import Kind
from shared_analysis.linkage.cleaning.records import TABLE, Records
from shared_analysis.linkage.database import RECORDS, block_pairs
from shared_analysis.linkage.model.comparisons import initial_settings
from shared_analysis.linkage.spec import LinkageSpec, compares_across
from shared_analysis.wording import Notice

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
MOST_PAIRS_A_RECORD = 5
"""Pairs that a deterministic rule may bring, a record: with more, its value is a placeholder."""

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
# Where nothing names a person, a place is what is linked: its parts are keys, for addresses are seldom spelt alike.
_PLACES = (
    "house_number + street",
    "house_number + street:beginning",
    "house_number + postcode",
    "house_number + postcode_sector",
    "street + postcode",
    "building + postcode",
)
LOOSE_PAIRS = 300_000
"""Pairs up to which loose rules join in: they find what is worn or mostly missing, where tables are small."""
MOST_FEW = 6
"""Columns of few values that are keys two by two."""
PEOPLE = frozenset({"given_name", "family_name", "full_name", "date_of_birth"})
_LOOSE = (
    "date_of_birth:day",
    "date_of_birth:year",
    "postcode",
    "street",
    "house_number",
    "full_name:beginning",
    "organisation_name:beginning",
)
_DETERMINISTIC = (
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
_TELLING: frozenset[Kind] = frozenset({"name", "text", "date", "identifier", "email"})


@dataclass(frozen=True)
class BlockingRule:
    """Which pairs to bring together: those that agree on every key; and how many there are.

    Parameters
    ----------
    keys
        Columns, or ``column:part``.
    pairs
        Number of pairs, once counted (for rare words at most that many: a pair may share several).
    labels
        Columns in words, where their names do not say it.
    loose
        Whether what it brings together has little in common: it finds hardly a match that the model would not expect.
    """

    keys: tuple[str, ...]
    pairs: int = 0
    labels: Mapping[str, str] | None = None
    loose: bool = False

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


def rule_holds(rule: Mapping[str, Any]) -> str:
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


@dataclass(frozen=True)
class Blocking:
    """The pairs brought together for comparison.

    Parameters
    ----------
    rules
        The blocking rules, smallest first.
    left_out
        Those for which ``max_pairs`` left no room.
    settings
        Splink settings with the rules and what is compared, but no probabilities.
    pairs
        Number of different pairs, which the database holds.
    """

    rules: tuple[BlockingRule, ...]
    left_out: tuple[BlockingRule, ...]
    settings: dict[str, Any]
    pairs: int

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Rules that were left out, and that there is none."""
        left_out = (Notice("rule_left_out", {"rule": rule.name, "pairs": rule.pairs}) for rule in self.left_out)
        return (*left_out, *([] if self.rules else [Notice("no_pair_compared")]))


def block(connection: duckdb.DuckDBPyConnection, records: Records, spec: LinkageSpec) -> Blocking:
    """Choose the blocking rules and bring together the pairs that they find, each once.

    Raises
    ------
    SharedAnalysisError
        If not even the smallest rule fits into ``spec.max_pairs``.
    """
    rules, left_out = choose_blocking_rules(connection, records, spec.link_type, spec.max_pairs)
    settings = initial_settings(records, spec.link_type, [rule.settings() for rule in rules])
    pairs = block_pairs(connection, settings) if rules else 0
    return Blocking(tuple(rules), tuple(left_out), settings, pairs)


def deterministic_rules(records: Records) -> list[BlockingRule]:
    """Rules so strict that nearly every pair they find is a match."""
    plain = _without_role(records, _TELLING)
    return _possible([*_DETERMINISTIC, *(f"{left} + {right}" for left, right in combinations(plain, 2))], records)


def choose_blocking_rules(
    connection: duckdb.DuckDBPyConnection, records: Records, link_type: str, max_pairs: int
) -> tuple[list[BlockingRule], list[BlockingRule]]:
    """Choose the rules that fit within ``max_pairs`` together, smallest first; return them and those left out.

    Raises
    ------
    SharedAnalysisError
        If not even the smallest rule fits; it is named with its count.
    """
    rules = _counted(connection, _possible(_keys(records), records), link_type)
    rules = _with_loose(connection, records, link_type, rules, min(LOOSE_PAIRS, max_pairs))
    fitting = [total <= max_pairs for total in accumulate(rule.pairs for rule in rules)]
    if rules and not fitting[0]:
        raise SharedAnalysisError(
            f"Comparing would take too many pairs: the smallest rule ({rules[0].name}) brings {rules[0].pairs:,}, "
            f"and max_pairs is {max_pairs:,}. {_largest_block(connection, rules[0]):,} records share one value there.",
            "link.max_pairs",
            "where those records hold a placeholder or copies of one row, empty or remove them; give more columns a "
            "role so that records can be told apart; or raise max_pairs if the machine can take it",
        )
    return rules[: sum(fitting)], rules[sum(fitting) :]


def _counted(
    connection: duckdb.DuckDBPyConnection, rules: Iterable[BlockingRule], link_type: str
) -> list[BlockingRule]:
    """Count the pairs of each rule; give those that have any, smallest first."""
    counted = (count_pairs(connection, rule, link_type) for rule in rules)
    return sorted((rule for rule in counted if rule.pairs), key=lambda rule: (rule.pairs, rule.keys))


def _with_loose(
    connection: duckdb.DuckDBPyConnection, records: Records, link_type: str, rules: list[BlockingRule], most: int
) -> list[BlockingRule]:
    """Add loose rules, smallest first, as long as all together bring so many pairs at most."""
    room = most - sum(rule.pairs for rule in rules)
    if room <= 0:
        return rules
    known = {rule.keys for rule in rules}
    loose = [rule for rule in _possible(_loose_keys(records), records) if rule.keys not in known]
    for rule in _counted(connection, loose, link_type):
        room -= rule.pairs
        if room < 0:
            break
        rules = [*rules, replace(rule, loose=True)]
    return sorted(rules, key=lambda rule: (rule.pairs, rule.keys))


def _loose_keys(records: Records) -> list[str]:
    """One column alone, or a part of it, and two of those that have few values."""
    names = [column for column, kind in records.kinds.items() if kind == "name"]
    few = [*(f"{name}:start" for name in names), "date_of_birth:year"]
    few += _without_role(records, frozenset({"number", "category"}))
    return [*names, *_LOOSE, *records.labels, *(f"{left} + {right}" for left, right in combinations(few[:MOST_FEW], 2))]


def _largest_block(connection: duckdb.DuckDBPyConnection, rule: BlockingRule) -> int:
    """Count the records that share the commonest value of a rule: what makes it large, as a rule."""
    keys = [f"{key} AS k{i}" for i, key in enumerate(_block_keys(rule))]
    present = " AND ".join(f"k{i} IS NOT NULL" for i in range(len(keys)))
    names = ", ".join(f"k{i}" for i in range(len(keys)))
    rows = connection.sql(
        f"WITH keyed AS (SELECT {', '.join(keys)} FROM {RECORDS} AS r) "
        f"SELECT count(*) FROM keyed WHERE {present} GROUP BY {names} ORDER BY 1 DESC LIMIT 1"
    ).fetchall()
    return int(rows[0][0])


def _keys(records: Records) -> list[str]:
    """Every rule worth counting: those that suit people and organisations, and those that suit any column."""
    telling, few = _without_role(records, _TELLING), _without_role(records, frozenset({"number", "category"}))
    starts = [f"{column}:beginning" for column in telling if records.kinds[column] in ("name", "text")]
    places = _PLACES if PEOPLE.isdisjoint(records.columns) else ()
    keys = [*_CANDIDATES, *places, *telling, *(f"{column}:{WORDS}" for column in records.texts)]
    keys += [f"{left} + {right}" for left, right in combinations(starts, 2)]
    keys += [f"{start} + {other}" for start in starts for other in few]
    return keys


def _without_role(records: Records, kinds: frozenset[Kind]) -> list[str]:
    return [column for column in records.labels if records.kinds[column] in kinds]


def _possible(candidates: Iterable[str], records: Records) -> list[BlockingRule]:
    rules = (BlockingRule(tuple(keys.split(" + ")), labels=records.labels) for keys in candidates)
    return [rule for rule in rules if set(rule.columns) <= set(records.columns)]


def _block_keys(rule: BlockingRule) -> list[str]:
    return [f"unnest(r.{rule.explode[0]})"] if rule.explode else [_expression("r", key) for key in rule.keys]


def count_pairs(connection: duckdb.DuckDBPyConnection, rule: BlockingRule, link_type: str) -> BlockingRule:
    """Count the rule's pairs by grouping, which costs one pass however many pairs there are."""
    keys = _block_keys(rule)
    names = ", ".join(f"k{i}" for i in range(len(keys)))
    every = "n * (n - 1) // 2"
    count = f"{every} - within" if compares_across(link_type) else every
    rows = connection.sql(
        f"""
        WITH keyed AS (
            SELECT {", ".join(f"{key} AS k{i}" for i, key in enumerate(keys))}, {TABLE} FROM {RECORDS} AS r
        ), cells AS (
            SELECT {names}, {TABLE}, count(*) AS n
            FROM keyed WHERE {" AND ".join(f"k{i} IS NOT NULL" for i in range(len(keys)))} GROUP BY ALL
        ), blocks AS (
            SELECT sum(n) AS n, sum({every}) AS within FROM cells GROUP BY {names}
        )
        SELECT coalesce(sum({count}), 0) FROM blocks
        """
    ).fetchall()
    return replace(rule, pairs=int(rows[0][0]))
