"""What people who live together share without being one person, measured in the data.

In the Fellegi-Sunter model columns agree by chance independently of each other. In households they do not: relatives
share an address AND a family name, often a phone; twins share their birthday. Counted as so many strokes of luck, these
make two relatives one person.
So the agreement of such a column is weighed, among pairs at the same place, against how often *unlike* people there
agree.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared_analysis.linkage.cleaning.records import ID, Records
from shared_analysis.linkage.database import RECORDS
from shared_analysis.linkage.model.blocking import BlockingRule, count_pairs
from shared_analysis.linkage.model.comparisons import NEIGHBOURS, Comparison
from shared_analysis.wording import Notice

if TYPE_CHECKING:
    import duckdb

SHARED = ("family_name", "phone", "email", "date_of_birth")
PLACES = ("same address", "nearly the same address", "same postcode or same street address", NEIGHBOURS)
TELLING_PEOPLE = frozenset({"date_of_birth", "nhs_number", "national_insurance_number"})
"""Columns that two people of one name do not share."""
NAMED_ALIKE = " and family name"
MOST_PAIRS = 150_000
LEAST_PAIRS = 50
LEAST_AGREE = 5
TELLING = 3  # times as often as strangers


@dataclass(frozen=True)
class Shared:
    """How often unlike people at one place agree in a column.

    Parameters
    ----------
    column
        What is compared.
    place, condition
        The level of the comparison of locations that they are at, and whether they share a family name: in words, and
        as SQL.
    known, agree
        Pairs of unlike people there with both values, and those of them that agree.
    """

    column: str
    place: str
    condition: str
    known: int
    agree: int

    @property
    def share(self) -> float:
        """Share of them that agree, kept off 0 and 1."""
        return (self.agree + 0.5) / (self.known + 1)


def shared_at_places(
    connection: duckdb.DuckDBPyConnection,
    comparisons: list[Comparison],
    records: Records,
    misnamed: Mapping[str, float] | None = None,
) -> list[Shared]:
    """Measure what unlike people share at each place; nothing where no place, or nobody unlike, can be told.

    The family name comes first; the others are measured among those who share it, and among those who do not.

    Parameters
    ----------
    misnamed
        By place, about how many pairs are one person whose given names are unlike. Where nothing but the given name
        tells people apart, twice as many are taken for such, and not counted.
    """
    columns = records.columns
    location = next((comparison for comparison in comparisons if comparison.name == "location"), None)
    key = next((column for column in ("postcode", "address", "uprn") if column in columns), None)
    unlike = {column: test for column in SHARED if column in columns and (test := _unlike(column, comparisons))}
    if location is None or key is None or not unlike:
        return []
    places = {level.label: level.condition for level in location.levels if level.label in PLACES}
    pairs = count_pairs(connection, BlockingRule((key,)), "link_and_dedupe").pairs
    every = -(-pairs // MOST_PAIRS) or 1  # with more pairs than needed, start from every n-th record only
    counts = _measure(connection, key, unlike, places, records, every)
    sure = any(comparison.name == "sex" for comparison in comparisons)
    shared = []
    for column, place, condition in _cells(unlike, places):
        level = place.removesuffix(NAMED_ALIKE)
        spare = 0 if sure or misnamed is None else math.ceil(2 * misnamed[level] / every)
        known, agree = (max(count - spare, 0) for count in counts.get((column, place), (0, 0)))
        shared.append(Shared(column, place, condition, known, agree))
    return shared


def add_households(model: dict[str, Any], columns: tuple[str, ...], measured: list[Shared]) -> list[Notice]:
    """Add to the model, in place, levels for agreement between people at one place or nearby; give notices of them.

    A level's u is the share of unlike people at that place who agree; its m is that of plain agreement.

    Parameters
    ----------
    model
        Splink settings with every m and u probability.
    columns
        The columns of the records.
    measured
        As :func:`shared_at_places` gives it.
    """
    _veto_neighbours(columns, model)
    notices = []
    for comparison in model["comparisons"]:
        shared = [each for each in measured if each.column == comparison["output_column_name"]]
        if not shared:
            continue
        levels = comparison["comparison_levels"]
        at = next(i for i, level in enumerate(levels) if level["label_for_charts"] == "identical")
        plain = levels[at]
        telling = [
            each
            for each in shared
            if each.known >= LEAST_PAIRS and each.agree >= LEAST_AGREE and each.share > TELLING * plain["u_probability"]
        ]
        levels[at:at] = [
            {
                "sql_condition": f"{plain['sql_condition']} AND ({each.condition})",
                "label_for_charts": f"identical, and {each.place}",
                "m_probability": plain["m_probability"],
                "u_probability": min(each.share, plain["m_probability"]),
            }
            for each in telling
        ]
        notices += [
            Notice("households", {"column": each.column, "pairs": each.known, "agree": each.agree})
            for each in telling
            if each.place == "same address" and each.agree >= each.known / 100
        ]
    return notices


def _veto_neighbours(columns: tuple[str, ...], model: dict[str, Any]) -> None:
    """Let another number or flat nearby count, in place, as another home anywhere does, where only names tell people.

    Namesakes live next door to each other more often than chance has it, and pairs that share nothing but a name cannot
    teach how two of them differ from one person whose number was mistyped. A date of birth or an identifier can.
    """
    if not TELLING_PEOPLE.isdisjoint(columns):
        return
    for comparison in model["comparisons"]:
        *levels, other = comparison["comparison_levels"]
        for level in levels:
            if level["label_for_charts"] == NEIGHBOURS:
                most = level["u_probability"] * other["m_probability"] / other["u_probability"]
                level["m_probability"] = min(level["m_probability"], most)


def _unlike(column: str, comparisons: Sequence[Comparison]) -> str:
    """Condition for two records that are two people, by what relatives do not share, and even twins if it is there.

    A man and a woman with unlike given names are two people. Where sex is not known, the given name has to do, for
    twins share their birthday; and where there is no given name, the birthday.
    """
    names = {comparison.name for comparison in comparisons}
    birthday = (
        "substr(date_of_birth_l, 1, 4) <> substr(date_of_birth_r, 1, 4) "
        "AND levenshtein(date_of_birth_l, date_of_birth_r) > 1"
    )
    apart = [f"({birthday})"] if column != "date_of_birth" and "date_of_birth" in names else []
    other_name = _other_name(comparisons)
    if other_name and "sex" in names:
        return f"{other_name} AND ({' OR '.join([*apart, 'sex_l <> sex_r'])})"
    return other_name or " ".join(apart)


def _other_name(comparisons: Sequence[Comparison]) -> str:
    """Condition that given names have nothing in common: not swapped, no forms of one name, not even a little alike."""
    for comparison in comparisons:
        if comparison.name == "given_name":
            alike = " OR ".join(f"({level.condition})" for level in comparison.levels[1:-1])
            return f"(jaro_winkler_similarity(given_name_l, given_name_r) < 0.75 AND NOT coalesce({alike}, FALSE))"
    return ""


def _cells(unlike: Iterable[str], places: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """List what is measured: the column, where in words, and where as SQL; strict ones first."""
    family = "family_name_l = family_name_r"
    cells = []
    for column in unlike:
        for place, condition in places.items():
            if column != "family_name" and "family_name" in unlike:
                cells.append((column, f"{place}{NAMED_ALIKE}", f"({condition}) AND {family}"))
            cells.append((column, place, condition))
    return cells


def _measure(
    connection: duckdb.DuckDBPyConnection,
    key: str,
    unlike: dict[str, str],
    places: dict[str, str],
    records: Records,
    every: int,
) -> dict[tuple[str, str], tuple[int, int]]:
    """For each cell: pairs of unlike people where both values are known, and those that agree; of every n-th record."""
    read = [*records.columns, *(f"{column}_vector" for column in records.texts)]
    sides = ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in read)
    place = " ".join(f"WHEN {condition} THEN {number}" for number, condition in enumerate(places.values()))
    named = "coalesce(family_name_l = family_name_r, FALSE)" if "family_name" in unlike else "FALSE"
    counts = ", ".join(
        f"count(*) FILTER ({test} AND {column}_l IS NOT NULL AND {column}_r IS NOT NULL), "
        f"count(*) FILTER ({test} AND {column}_l = {column}_r)"
        for column, test in unlike.items()
    )
    rows = connection.sql(
        f"""
        SELECT CASE {place} END AS place, {named} AS named, {counts}
        FROM (
            SELECT {sides} FROM {RECORDS} AS l JOIN {RECORDS} AS r ON l.{key} = r.{key}
            WHERE l.{ID} < r.{ID} AND hash(l.{ID}) % {every} = 0
        ) GROUP BY ALL ORDER BY ALL
        """
    ).fetchall()
    labels = list(places)
    out: dict[tuple[str, str], tuple[int, int]] = {}
    for number, one_name, *found in rows:
        for at, column in enumerate(unlike):
            if number is None:
                continue
            apart = f"{labels[number]}{NAMED_ALIKE}" if one_name and column != "family_name" else labels[number]
            known, agree = out.get((column, apart), (0, 0))
            out[column, apart] = (known + found[2 * at], agree + found[2 * at + 1])
    return out
