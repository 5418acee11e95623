"""Who is in which service's records, how often, since when, and what the record would say if nobody made a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared_analysis.twin.people import Population
from shared_analysis.twin.places import boroughs
from shared_analysis.twin.streams import Array, Streams

_COVERAGE = (0.72, 0.58, 0.45, 0.40)
"""Share of the population in the first, second, ... table of people; a single table holds everybody."""
_TIMES = np.array([0.80, 0.14, 0.045, 0.015])
"""Share of a table's people who have one, two, ... records in it."""
_ELSEWHERE = 0.06


@dataclass(frozen=True)
class Quality:
    """How carefully a service keeps its records."""

    noise: float
    """Factor on the rate of every mistake."""
    no_abode: float
    """Share of records that say there is no fixed address."""
    no_postcode: float
    """Share of records with an address but no postcode."""


_QUALITIES = (Quality(1.0, 0.03, 0.02), Quality(1.6, 0.15, 0.30), Quality(1.3, 0.05, 0.10))


def quality_of(position: int) -> Quality:
    """Return the care of the first, second, ... table: the first is kept best, the second worst."""
    return _QUALITIES[min(position, len(_QUALITIES) - 1)]


def membership(population: Population, tables: Sequence[str], streams: Streams) -> dict[str, Array]:
    """Tell which people are in each table: everybody is in one at least, and households tend to come together."""
    count = len(population)
    if len(tables) == 1:
        return {tables[0]: np.ones(count, dtype=bool)}
    distance = np.empty((len(tables), count))
    for position, table in enumerate(tables):
        rng = streams.rng("membership", table)
        shared = rng.normal(size=population.household[-1] + 1)[population.household]
        score = np.sqrt(0.4) * shared + np.sqrt(0.6) * rng.normal(size=count)
        share = _COVERAGE[min(position, len(_COVERAGE) - 1)]
        distance[position] = np.quantile(score, share) - score
    inside = distance >= 0
    nowhere = np.flatnonzero(~inside.any(axis=0))
    inside[np.argmax(distance[:, nowhere], axis=0), nowhere] = True
    inside[~inside.any(axis=1), 0] = True
    return dict(zip(tables, inside, strict=True))


@dataclass(frozen=True)
class Records:
    """The rows of one table of people before anything is written: one entry a record, in the order of the rows."""

    person: Array
    day: Array
    borough: Array
    """Where the record was made: mostly the borough of the home on that day."""

    def __len__(self) -> int:
        return len(self.person)

    def row_for(self, person: Array, day: Array) -> Array:
        """Find the row of each person's record that was the latest on that day (their first one when none was yet)."""
        order = np.lexsort((self.day, self.person))
        key = _sortable(self.person[order], self.day[order])
        place = np.searchsorted(key, _sortable(person, day), side="right") - 1
        mine = (place >= 0) & (self.person[order[np.maximum(place, 0)]] == person)
        return order[np.where(mine, place, place + 1)]


def _sortable(person: Array, day: Array) -> Array:
    return person.astype(np.int64) * 1_000_000 + day.astype("datetime64[D]").astype(np.int64)


def make_records(
    population: Population,
    inside: Array,
    first_met: Array,
    period: tuple[np.datetime64, np.datetime64],
    streams: Streams,
) -> Records:
    """Make the records of one table: the first when the person was first met, further ones later.

    Parameters
    ----------
    inside
        Which people are in the table.
    first_met
        (people,) day of each person's first contact with any service; ``NaT`` for people without one.
    period
        First and last day of the twin.
    """
    rng = streams.rng("records")
    members = np.flatnonzero(inside)
    times = 1 + rng.choice(len(_TIMES), size=len(members), p=_TIMES)
    length = int((period[1] - period[0]).astype("timedelta64[D]").astype(int)) + 1
    anywhen = period[0] + rng.integers(length, size=len(inside)).astype("timedelta64[D]")
    start = np.where(np.isnat(first_met), anywhen, first_met)
    start = np.maximum(start - rng.integers(0, 22, size=len(inside)).astype("timedelta64[D]"), period[0])[members]
    person, first = np.repeat(members, times), np.repeat(start, times)
    further = np.arange(len(person)) != np.repeat(np.cumsum(times) - times, times)
    left = (period[1] - first).astype(int) + 1
    later = first + (rng.random(len(person)) * left).astype(int).astype("timedelta64[D]")
    day = np.where(further, later, first)
    home = population.homes.borough[population.home_on(person, day)]
    other = rng.choice(len(boroughs().code), size=len(person), p=boroughs().demand)
    borough = np.where(rng.random(len(person)) < _ELSEWHERE, other, home)
    order = rng.permutation(len(person))
    return Records(person[order], day[order], borough[order])


def describe(population: Population, person: Array, day: Array) -> dict[str, Array]:
    """Say what is true of each person on each day, by semantic role; an empty text where there is nothing."""
    index = population.home_on(person, day)
    homes = population.homes
    return {
        "given_name": population.given[person],
        "middle_name": population.middle[person],
        "family_name": population.family[person],
        "other_family_name": population.other_family[person],
        "born": population.born[person],
        "sex": population.sex[person],
        "nhs_number": population.nhs_number[person],
        "national_insurance_number": population.nino[person],
        "phone": population.phone[person],
        "other_phone": population.phone[(person + len(population) // 2) % len(population)],
        "email": population.email[person],
        "address": homes.line(index),
        "premises": _premises(homes.flat[index], homes.house[index]),
        "house_number": homes.number[index],
        "street": homes.street[index],
        "locality": boroughs().name[homes.borough[index]],
        "postcode": homes.postcode[index],
        "uprn": homes.uprn[index],
    }


def _premises(flat: Array, house: Array) -> Array:
    """Return the part of an address that stands before the house number."""
    pairs = zip(flat, house, strict=True)
    return np.array([name or (number and f"Flat {number}") for number, name in pairs], dtype=object)
