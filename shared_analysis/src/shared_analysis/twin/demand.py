"""How many people meet a service, in which borough and month, and on which days.

The expected number is a level by borough, times a trend, a season, the break of 2020 and the rebound of 2021. Levels
and effects are invented; their shape is that of housing support in London: few boroughs carry much of the demand, late
summer is high, and the first lockdown halves what services see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from shared_analysis.twin.people import Population
from shared_analysis.twin.places import boroughs
from shared_analysis.twin.streams import Array, Streams

PEOPLE_PER_MONTH = 0.07
"""Share of the population that meets a service in an ordinary month."""
_TREND = 0.035
_SEASON = np.array([0.06, -0.04, -0.03, -0.06, -0.02, 0.03, 0.09, 0.13, 0.10, 0.03, -0.09, -0.20])
_BREAK = {3: 0.80, 4: 0.45, 5: 0.50, 6: 0.60, 7: 0.75, 8: 0.88, 9: 0.95}
_REBOUND = dict(enumerate((1.03, 1.05, 1.08, 1.11, 1.14, 1.16, 1.16, 1.14, 1.11, 1.08, 1.05, 1.03), start=1))
_ELSEWHERE = 0.05
_IDLE = 0.03


def months_between(first: str, last: str) -> Array:
    """Return the months from ``first`` to ``last``, both included, as ``datetime64[M]``."""
    return np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1)


def expected(people: int, months: Array, streams: Streams) -> Array:
    """Return the expected number of people, (boroughs, months)."""
    places, rng = boroughs(), streams.rng("expected")
    size, span = len(places.code), len(months)
    years = (months - np.datetime64("2016-01", "M")).astype(int) / 12
    month = months.astype(int) % 12
    trend = np.exp((_TREND + rng.normal(0, 0.025, size=size))[:, None] * years[None, :])
    season = np.exp(rng.uniform(0.7, 1.3, size=size)[:, None] * _SEASON[month][None, :])
    depth = np.exp(rng.normal(0, 0.15, size=size))[:, None]
    shock = np.exp(np.log(_shock(months))[None, :] * depth)
    wander = _autoregressive(rng.normal(0, 0.03, size=(1, span)) + rng.normal(0, 0.05, size=(size, span)))
    level: Array = places.demand[:, None] * people * PEOPLE_PER_MONTH
    return np.asarray(level * trend * season * shock * np.exp(wander))


def _shock(months: Array) -> Array:
    effect = np.ones(len(months))
    for year, factors in ((2020, _BREAK), (2021, _REBOUND)):
        for month, factor in factors.items():
            effect[months == np.datetime64(f"{year}-{month:02d}", "M")] = factor
    return effect


def _autoregressive(noise: Array) -> Array:
    series = noise.copy()
    for step in range(1, series.shape[1]):
        series[:, step] += 0.6 * series[:, step - 1]
    return series


def draw_counts(mean: Array, rng: np.random.Generator) -> Array:
    """Draw counts about their means with a little more spread than Poisson (negative binomial, size 60)."""
    return rng.poisson(mean * rng.gamma(60.0, 1 / 60.0, size=mean.shape))


@dataclass(frozen=True)
class Contacts:
    """Contacts of people with services, one entry a contact, ordered by day."""

    person: Array
    day: Array
    borough: Array

    def __len__(self) -> int:
        return len(self.person)


def make_contacts(population: Population, eligible: Array, months: Array, streams: Streams) -> Contacts:
    """Let eligible people meet services: in spells of months, mostly where they live, often more than once a month."""
    mean = expected(len(population), months, streams)
    number = draw_counts(mean, streams.rng("people a month"))
    active = _spells(len(population), mean.sum(axis=0), streams)
    moved = population.moved.astype("datetime64[M]")
    at = population.homes.borough[population.home]
    persons, steps, places = [], [], []
    for index, code in enumerate(boroughs().code):
        pool = np.flatnonzero((at == index).any(axis=1) & eligible)
        if len(pool) == 0:
            pool = np.flatnonzero(eligible)[:50]
        lives = _lives_there(at[pool] == index, moved[pool], months)
        weight = np.where(active(pool), 1.0, _IDLE) * np.where(lives, 1.0, _ELSEWHERE)
        person, step = _choose(weight, number[index], streams.rng("who", code))
        persons.append(pool[person])
        steps.append(step)
        places.append(np.full(len(person), index))
    person, step, place = np.concatenate(persons), np.concatenate(steps), np.concatenate(places)
    if len(person) == 0:
        # A table of events must not be empty, however few the people and the months.
        person, step = np.flatnonzero(eligible)[:1], np.array([len(months) // 2])
        place = population.homes.borough[population.home[person, 0]]
    return _on_days(person, step, place, months, streams)


def _spells(count: int, curve: Array, streams: Streams) -> Any:
    """Return a function that tells, for some people, in which months they are in a spell of need."""
    rng, span = streams.rng("spells"), len(curve)
    start_share = np.concatenate([np.full(6, curve[0]), curve])
    start = rng.choice(span + 6, size=(count, 3), p=start_share / start_share.sum()) - 6
    length = 1 + rng.exponential(7.0, size=(count, 3)).astype(int)
    spells = 1 + np.minimum(rng.poisson(0.5, size=count), 2)
    length[np.arange(3)[None, :] >= spells[:, None]] = 0
    month = np.arange(span)

    def active(people: Array) -> Array:
        inside = np.zeros((len(people), span), dtype=bool)
        for spell in range(3):
            begin, end = start[people, spell, None], (start + length)[people, spell, None]
            inside |= (begin <= month) & (month < end)
        return inside

    return active


def _lives_there(here: Array, moved: Array, months: Array) -> Array:
    """Tell for each person and month whether the home of that month is in the borough."""
    moves = (moved[:, :, None] <= months[None, None, :]).sum(axis=1)
    return np.take_along_axis(here, moves, axis=1)


def _choose(weight: Array, number: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Choose ``number`` different people in each month, by weight (the largest Gumbel keys)."""
    keys = np.log(weight) + rng.gumbel(size=weight.shape)
    order = np.argsort(-keys, axis=0, kind="stable")
    rank = np.arange(len(weight))[:, None]
    step_first = (rank < number[None, :]).T.nonzero()
    return order[step_first[1], step_first[0]], step_first[0]


def _on_days(person: Array, step: Array, borough: Array, months: Array, streams: Streams) -> Contacts:
    """Give each person in each month one contact or more, each on a day, a few of them in another borough."""
    rng = streams.rng("days")
    times = 1 + rng.poisson(0.45, size=len(person))
    person, step, borough = np.repeat(person, times), np.repeat(step, times), np.repeat(borough, times)
    start = months[step].astype("datetime64[D]")
    length = ((months[step] + 1).astype("datetime64[D]") - start).astype(int)
    day = start + (rng.random(len(person)) * length).astype(int).astype("timedelta64[D]")
    away = rng.random(len(person)) < _ELSEWHERE
    other = rng.choice(len(boroughs().code), size=len(person), p=boroughs().demand)
    borough = np.where(away, other, borough)
    order = np.lexsort((borough, person, day))
    return Contacts(person[order], day[order], borough[order])


def draw_categories(borough: Array, day: Array, choices: int, first: np.datetime64, streams: Streams) -> Array:
    """Draw a category for each event: some are commoner than others, differently by borough, and shares drift."""
    rng = streams.rng("categories")
    base, drift = category_shares(choices, streams)
    years = (day.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(int) / 12
    share = np.cumsum(base[borough] * np.exp(drift[None, :] * years[:, None]), axis=1)
    drawn = (rng.random(len(day))[:, None] * share[:, -1:] >= share).sum(axis=1)
    return np.asarray(np.minimum(drawn, choices - 1))


def category_shares(choices: int, streams: Streams) -> tuple[Array, Array]:
    """Return each borough's shares of the categories (boroughs, categories) and each category's drift a year."""
    rng = streams.rng("category shares")
    share = rng.dirichlet(30.0 / np.arange(1, choices + 1) ** 0.7, size=len(boroughs().code))
    return share, rng.normal(0, 0.03, size=choices)
