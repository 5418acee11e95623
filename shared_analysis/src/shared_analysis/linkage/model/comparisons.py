"""Comparisons and their levels: a comparison for each kind of column, its levels from identical to different.

Columns that say where somebody lives share ONE comparison: they agree together for a whole household, and counted apart
they would make relatives and neighbours look like one person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared_analysis.linkage.cleaning.column_kinds import Kind
from shared_analysis.linkage.cleaning.records import ID, TABLE, Records
from shared_analysis.linkage.spec import compares_across

_LIVES = ("uprn", "address", "postcode", "locality")
_SHARE = (0.8, 0.6, 0.4, 0.2)
_ANY = "TRUE"
NEIGHBOURS = "same postcode or street, another number or flat"
SIMILAR_PLACE = "similar postcode or street address"
SAME_AREA = "same area"
NEAR = frozenset({NEIGHBOURS, SIMILAR_PLACE, SAME_AREA})
"""Levels of the location at which two records are near each other, but nothing says that they are at one place."""


@dataclass(frozen=True)
class Level:
    """A comparison level: a condition on a pair (columns end in ``_l`` and ``_r``) and how to say it."""

    label: str
    condition: str
    neutral: bool = False
    tf_column: str | None = None


@dataclass(frozen=True)
class Comparison:
    """The levels of one comparison, best first; the last is everything else."""

    name: str
    levels: tuple[Level, ...]
    label: str = ""

    @property
    def description(self) -> str:
        """What is compared, in words."""
        return self.label or self.name.replace("_", " ")

    def columns(self, among: Iterable[str]) -> set[str]:
        """Which of the columns the conditions read."""
        text = " ".join(level.condition for level in self.levels)
        return {column for column in among if re.search(rf"\b{column}_[lr]\b", text)}

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


def level_number(comparison: Mapping[str, Any]) -> str:
    """Say in SQL which level of a comparison (Splink settings) a pair is at, counted from the first."""
    *stated, _ = comparison["comparison_levels"]
    whens = " ".join(f"WHEN {level['sql_condition']} THEN {at}" for at, level in enumerate(stated))
    return f"CASE {whens} ELSE {len(stated)} END"


def initial_settings(records: Records, link_type: str, blocking_rules: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the settings for Splink, with what is compared but no probabilities.

    Parameters
    ----------
    blocking_rules
        As Splink settings.
    """
    return {
        # Splink is told what to compare; how many records an entity may have of a table is for clustering.
        "link_type": "link_only" if compares_across(link_type) else link_type,
        "unique_id_column_name": ID,
        "source_dataset_column_name": TABLE,
        "comparisons": [comparison.settings() for comparison in choose_comparisons(records)],
        "blocking_rules_to_generate_predictions": blocking_rules,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "linker_uid": "shared_analysis",
    }


def choose_comparisons(records: Records) -> list[Comparison]:
    """Choose the comparisons for the columns that the records have, in a fixed order."""
    columns = set(records.columns)
    chosen = [
        Comparison(column, _levels(column, kind, columns), records.labels.get(column, ""))
        for column, kind in records.kinds.items()
        if kind != "place"
    ]
    if columns & set(_LIVES):
        chosen.append(_location(columns))
    return chosen


def _levels(column: str, kind: Kind, columns: set[str]) -> tuple[Level, ...]:
    match kind:
        case "name":
            return _name(column, columns)
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


def _name(column: str, columns: set[str]) -> tuple[Level, ...]:
    """Names: identical (weighed by how rare the name is), swapped, forms of one, close, loosely close or shortened.

    ``Smith`` and ``Jones`` each shorten ``Smith-Jones``, which is written in two words by now.
    """
    left, right = f"{column}_l", f"{column}_r"
    levels = [_missing(column), _same(column, rarity=True)]
    if column in ("given_name", "family_name") and {"given_name", "family_name"} <= columns:
        swapped = "given_name_l = family_name_r AND family_name_l = given_name_r"
        # Swapped names are one piece of evidence: weighed with the given name, neutral for the family name.
        levels.append(Level("swapped with the other name", swapped, neutral=column == "family_name"))
    similarity = f"jaro_winkler_similarity({left}, {right})"
    if f"{column}_groups" in columns:
        ours, theirs = (f"{column}_groups_{side}" for side in "lr")  # a sign for each group; most names are in one
        several = f"length({ours}) > 1 AND length({theirs}) > 1 AND translate({ours}, {theirs}, '') <> {ours}"
        levels.append(
            Level("forms of one name", f"contains({ours}, {theirs}) OR contains({theirs}, {ours}) OR ({several})")
        )
    shortened = " OR ".join(
        f"starts_with({whole}, {part}) OR (contains({whole}, ' ') AND ends_with({whole}, ' ' || {part}))"
        for whole, part in ((left, right), (right, left))
    )
    levels += [
        Level("very similar", f"{similarity} >= 0.92"),
        Level("similar, or one shortens the other", f"{similarity} >= 0.84 OR {shortened}"),
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
    return (
        _missing(column),
        _same(column),
        Level("one character differs", f"{distance} <= 1"),
        Level("two characters differ", f"{distance} <= 2"),
        _ELSE,
    )


def _email() -> tuple[Level, ...]:
    local = "split_part(email_l, '@', 1) = split_part(email_r, '@', 1)"
    return (
        _missing("email"),
        _same("email"),
        Level("same before the @", local),
        Level("very similar", "jaro_winkler_similarity(email_l, email_r) >= 0.9"),
        _ELSE,
    )


def _location(columns: set[str]) -> Comparison:
    """One comparison for everything that says where somebody lives."""
    if not columns & {"uprn", "address", "postcode"}:
        return Comparison(
            "location",
            (
                _missing("locality"),
                _same("locality", rarity=True),
                Level("very similar", "jaro_winkler_similarity(locality_l, locality_r) >= 0.88"),
                _ELSE,
            ),
        )
    equal = {column: f"{column}_l = {column}_r" for column in columns}
    one_home = _one_home(columns)
    if not columns & {"uprn", "postcode"}:
        return _street_address(equal, one_home)
    close = {}
    if "postcode" in columns:
        close["postcode"] = f"(levenshtein(postcode_l, postcode_r) <= 1 AND {one_home})"
    if "address" in columns:
        close["address"] = f"(jaro_winkler_similarity(address_l, address_r) >= 0.92 AND {one_home})"
    parts = [column for column in ("address", "postcode") if column in columns]
    known = f"({equal['postcode']} AND {one_home})" if "postcode" in columns else ""
    # There is a 10 High Street in many towns.
    street = " AND ".join([*_equals(equal, "address"), *_no_other_area(equal)]) if "address" in columns else ""
    candidates = [
        (
            "same address",
            [*_equals(equal, "uprn"), " AND ".join(equal[c] for c in parts), *_same_parts(equal, "postcode")],
        ),
        ("nearly the same address", [" AND ".join(close[c] for c in parts), *_same_street(equal, one_home)]),
        ("same postcode or same street address" if len(parts) == 2 else "", [street, known]),
        ("same number and street", _same_number(equal, one_home)),
        (NEIGHBOURS if one_home != _ANY else "", [f"{near} AND NOT {one_home}" for near in _next_door(equal)]),
        (SIMILAR_PLACE, [close[c] for c in parts] + _equals(equal, "postcode_sector")),
        (SAME_AREA, _equals(equal, "postcode_district", "locality", "area")),
    ]
    levels, seen = [], set()
    for label, conditions in candidates:
        condition = " OR ".join(f"({part})" for part in conditions if part)
        if condition and label and condition not in seen:
            seen.add(condition)
            levels.append(Level(label, condition))
    unknown = " AND ".join(f"({c}_l IS NULL OR {c}_r IS NULL)" for c in _LIVES if c in columns)
    return Comparison("location", (Level("missing", unknown, neutral=True), *levels, _ELSE))


def _one_home(columns: set[str]) -> str:
    """Condition that nothing says they are two homes: no number, flat or name of the building that differs.

    A part that one of the two does not give contradicts nothing, nor does ``10`` contradict ``10a`` or ``10-12``; a
    misspelt name is no other building.
    """
    agreed = [f"{part}_l = {part}_r" for part in ("flat", "floor") if part in columns]
    if "house_number" in columns:
        sides = [("house_number", "house_number")]
        if "first_number" in columns:
            sides += [("first_number", "house_number"), ("house_number", "first_number")]
        agreed.append(" OR ".join(f"{left}_l = {right}_r" for left, right in sides))
    if "building" in columns:
        agreed.append("jaro_winkler_similarity(building_l, building_r) >= 0.88")
    return "(" + " AND ".join(f"coalesce({each}, TRUE)" for each in agreed) + ")" if agreed else _ANY


def another_home(columns: set[str]) -> str:
    """Condition that they are two homes: number, flat, building or street differs; empty if there is none of them."""
    one_home = _one_home(columns)
    apart = [f"NOT {one_home}"] if one_home != _ANY else []
    apart += ["coalesce(jaro_winkler_similarity(street_l, street_r) < 0.7, FALSE)"] if "street" in columns else []
    return f"({' OR '.join(apart)})" if apart else ""


def _same_parts(equal: dict[str, str], *also: str) -> list[str]:
    """The same flat, number and street, whatever else is written around them."""
    if not {"house_number", "street", *also} <= set(equal):
        return []
    inside = [f"{part}_l IS NOT DISTINCT FROM {part}_r" for part in ("flat", "floor") if part in equal]
    return [" AND ".join([*_equals(equal, "house_number", "street", *also), *inside])]


def _same_street(equal: dict[str, str], one_home: str) -> list[str]:
    """The same number in the same street, where a flat is not given on both sides."""
    if not {"house_number", "street", "postcode"} <= set(equal):
        return []
    close = "levenshtein(postcode_l, postcode_r) <= 1"
    return [" AND ".join([*_equals(equal, "house_number", "street"), close, one_home])]


def _same_number(equal: dict[str, str], one_home: str) -> list[str]:
    """The same number in streets of one name or nearly one, where no postcode says that they are two."""
    if not {"house_number", "street"} <= set(equal):
        return []
    alike = f"({equal['street']} OR jaro_winkler_similarity(street_l, street_r) >= 0.9)"
    return [" AND ".join([*_equals(equal, "house_number"), alike, *_no_other_area(equal), one_home])]


def _no_other_area(equal: dict[str, str]) -> list[str]:
    """No British postcode says that they are in two places."""
    return [f"coalesce({equal['postcode_sector']}, TRUE)"] if "postcode_sector" in equal else []


def _next_door(equal: dict[str, str]) -> list[str]:
    """Where two homes are near each other: one postcode, or one street within a few of them."""
    return _equals(equal, "postcode") + (
        [f"{equal['street']} AND {equal['postcode_sector']}"] if {"street", "postcode_sector"} <= set(equal) else []
    )


def _street_address(equal: dict[str, str], one_home: str) -> Comparison:
    """An address that no postcode supports: by its words, and by its number and flat."""
    alike = [replace(level, label=f"address, {level.label}") for level in _alike("address", f" AND {one_home}")]
    first = replace(alike[0], label="nearly the same address")
    near = _alike("address")[1].condition
    neighbours = [Level(NEIGHBOURS, f"{near} AND NOT {one_home}")] if one_home != _ANY else []
    area = (
        [Level(SAME_AREA, " OR ".join(_equals(equal, "locality", "area")))] if {"locality", "area"} & set(equal) else []
    )
    levels = (
        _missing("address"),
        Level("same address", equal["address"]),
        first,
        *neighbours,
        *alike[1:],
        *area,
        _ELSE,
    )
    return Comparison("location", levels)


def _equals(equal: dict[str, str], *columns: str) -> list[str]:
    return [equal[column] for column in columns if column in equal]
