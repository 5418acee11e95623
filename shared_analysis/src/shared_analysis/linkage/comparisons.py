"""A ladder of agreement for each kind of column, from identical to different.

Each ladder becomes one Splink comparison. Columns that say where somebody lives share ONE ladder: they agree together
for a whole household, and counted apart they would make relatives and neighbours look like one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from shared_analysis.linkage.kinds import Kind
from shared_analysis.linkage.records import Records

_LIVES = ("uprn", "address", "postcode", "locality")
_SHARE = (0.8, 0.6, 0.4, 0.2)


@dataclass(frozen=True)
class Level:
    """One rung: a condition on a pair (columns end in ``_l`` and ``_r``) and how to say it."""

    label: str
    condition: str
    neutral: bool = False
    tf_column: str | None = None


@dataclass(frozen=True)
class Ladder:
    """The levels of one comparison, best first; the last is everything else."""

    name: str
    levels: tuple[Level, ...]
    label: str = ""

    @property
    def description(self) -> str:
        """What is compared, in words."""
        return self.label or self.name.replace("_", " ")

    def columns(self, there: Iterable[str]) -> set[str]:
        """Which of the columns the conditions read."""
        text = " ".join(level.condition for level in self.levels)
        return {column for column in there if re.search(rf"\b{column}_[lr]\b", text)}

    def settings(self) -> dict[str, Any]:
        """Give the comparison as Splink settings."""
        return {
            "output_column_name": self.name,
            "comparison_description": self.description,
            "comparison_levels": [_level_settings(level) for level in self.levels],
        }


def _level_settings(level: Level) -> dict[str, Any]:
    settings: dict[str, Any] = {"sql_condition": level.condition, "label_for_charts": level.label}
    if level.neutral:
        settings["is_null_level"] = True
    if level.tf_column:
        settings["tf_adjustment_column"] = level.tf_column
        settings["tf_adjustment_weight"] = 1.0
    return settings


def ladders(records: Records) -> list[Ladder]:
    """Choose the ladders for the columns there are, in a fixed order."""
    there = set(records.columns)
    chosen = [
        Ladder(column, _levels(column, kind, there), records.labels.get(column, ""))
        for column, kind in records.kinds.items()
        if kind != "place"
    ]
    if there & set(_LIVES):
        chosen.append(_location(there))
    return chosen


def _levels(column: str, kind: Kind, there: set[str]) -> tuple[Level, ...]:
    match kind:
        case "name":
            return _name(column, there)
        case "text":
            return (_missing(column), _same(column, rarity=True), *_alike(column), _ELSE)
        case "date":
            return _date(column)
        case "identifier":
            return _identifier(column)
        case "email":
            return _email()
        case "number":
            return _number(column)
        case _:
            return (_missing(column), _same(column), _ELSE)


def _alike(column: str, condition: str = "") -> list[Level]:
    """Texts by the share of letters that they have in common, the rare ones counting for more."""
    cosine = f"array_inner_product({column}_vector_l, {column}_vector_r)"
    return [Level(f"at least {share:.0%} in common", f"{cosine} >= {share}{condition}") for share in _SHARE]


def _number(column: str) -> tuple[Level, ...]:
    left, right = (f"try_cast({column}_{side} AS DOUBLE)" for side in "lr")
    return (
        _missing(column),
        _same(column),
        Level("one apart", f"abs({left} - {right}) <= 1"),
        Level("within a twentieth", f"abs({left} - {right}) <= greatest(abs({left}), abs({right})) / 20"),
        _ELSE,
    )


_ELSE = Level("different", "ELSE")


def _missing(column: str) -> Level:
    return Level("missing", f"{column}_l IS NULL OR {column}_r IS NULL", neutral=True)


def _same(column: str, rarity: bool = False) -> Level:
    return Level("identical", f"{column}_l = {column}_r", tf_column=column if rarity else None)


def _name(column: str, there: set[str]) -> tuple[Level, ...]:
    """Names: identical (weighed by how rare the name is), swapped, close, loosely close or shortened."""
    left, right = f"{column}_l", f"{column}_r"
    levels = [_missing(column), _same(column, rarity=True)]
    if column in ("given_name", "family_name") and {"given_name", "family_name"} <= there:
        swapped = "given_name_l = family_name_r AND family_name_l = given_name_r"
        # Swapped names are one piece of evidence: weighed with the given name, neutral for the family name.
        levels.append(Level("swapped with the other name", swapped, neutral=column == "family_name"))
    similarity = f"jaro_winkler_similarity({left}, {right})"
    levels += [
        Level("very similar", f"{similarity} >= 0.92"),
        Level(
            "similar, or one shortens the other",
            f"{similarity} >= 0.84 OR starts_with({left}, {right}) OR starts_with({right}, {left})",
        ),
        _ELSE,
    ]
    return tuple(levels)


def _date(column: str) -> tuple[Level, ...]:
    left, right = f"{column}_l", f"{column}_r"
    places = ((1, 4), (6, 2), (9, 2))
    year, month, day = ((f"substr({left}, {at}, {n})", f"substr({right}, {at}, {n})") for at, n in places)
    same = {name: f"{a} = {b}" for name, (a, b) in (("year", year), ("month", month), ("day", day))}
    swap = f"{same['year']} AND {month[0]} = {day[1]} AND {day[0]} = {month[1]}"
    two = [f"({same[a]} AND {same[b]})" for a, b in (("year", "month"), ("year", "day"), ("month", "day"))]
    return (
        _missing(column),
        _same(column),
        Level("one digit differs, or day and month swapped", f"levenshtein({left}, {right}) <= 1 OR ({swap})"),
        Level("two of day, month and year agree", " OR ".join(two)),
        Level("same year", same["year"]),
        _ELSE,
    )


def _identifier(column: str) -> tuple[Level, ...]:
    distance = f"levenshtein({column}_l, {column}_r)"
    one = Level("one character differs", f"{distance} <= 1")
    two = Level("two characters differ", f"{distance} <= 2")
    return (_missing(column), _same(column), one, two, _ELSE)


def _email() -> tuple[Level, ...]:
    local = "split_part(email_l, '@', 1) = split_part(email_r, '@', 1)"
    return (
        _missing("email"),
        _same("email"),
        Level("same before the @", local),
        Level("very similar", "jaro_winkler_similarity(email_l, email_r) >= 0.9"),
        _ELSE,
    )


def _location(there: set[str]) -> Ladder:
    """One ladder for everything that says where somebody lives."""
    if not there & {"uprn", "address", "postcode"}:
        return Ladder(
            "location",
            (
                _missing("locality"),
                _same("locality", rarity=True),
                Level("very similar", "jaro_winkler_similarity(locality_l, locality_r) >= 0.88"),
                _ELSE,
            ),
        )
    equal = {column: f"{column}_l = {column}_r" for column in there}
    if not there & {"uprn", "postcode"}:
        return _street_address(equal, "house" in there)
    close = {}
    if "postcode" in there:
        close["postcode"] = "levenshtein(postcode_l, postcode_r) <= 1"
    if "address" in there:
        house = "(house_l = house_r OR house_l IS NULL OR house_r IS NULL)" if "house" in there else "TRUE"
        close["address"] = f"(jaro_winkler_similarity(address_l, address_r) >= 0.92 AND {house})"
    parts = [column for column in ("address", "postcode") if column in there]
    rungs = [
        ("same address", [equal[c] for c in ("uprn",) if c in there] + [" AND ".join(equal[c] for c in parts)]),
        ("nearly the same address", [" AND ".join(close[c] for c in parts)]),
        ("same postcode or same street address" if len(parts) == 2 else "", [equal[c] for c in parts]),
        ("similar postcode or street address", [close[c] for c in parts] + _equals(equal, "postcode_sector")),
        ("same area", _equals(equal, "postcode_district", "locality", "area")),
    ]
    levels, seen = [], set()
    for label, conditions in rungs:
        condition = " OR ".join(f"({part})" for part in conditions if part)
        if condition and label and condition not in seen:
            seen.add(condition)
            levels.append(Level(label, condition))
    unknown = " AND ".join(f"({c}_l IS NULL OR {c}_r IS NULL)" for c in _LIVES if c in there)
    return Ladder("location", (Level("missing", unknown, neutral=True), *levels, _ELSE))


def _street_address(equal: dict[str, str], numbered: bool) -> Ladder:
    """An address that no postcode supports: by its words, and by its number."""
    number = " AND (house_l = house_r OR house_l IS NULL OR house_r IS NULL)" if numbered else ""
    alike = [replace(level, label=f"address, {level.label}") for level in _alike("address")]
    first = replace(alike[0], label="nearly the same address", condition=alike[0].condition + number)
    area = (
        [Level("same area", " OR ".join(_equals(equal, "locality", "area")))]
        if {"locality", "area"} & set(equal)
        else []
    )
    levels = (_missing("address"), Level("same address", equal["address"]), first, *alike[1:], *area, _ELSE)
    return Ladder("location", levels)


def _equals(equal: dict[str, str], *columns: str) -> list[str]:
    return [equal[column] for column in columns if column in equal]
