"""Things that are no people: premises, flats, firms with branches, schools, papers, products."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.households import STREET_HEADS, STREET_TAILS, surnames, zipf
from benchmarks.worlds.people import given_names
from benchmarks.worlds.places import homes
from benchmarks.worlds.words import (
    COMPANY_TAILS,
    EXTRAS,
    FIRST_WORDS,
    GOODS,
    LEVELS,
    MAKERS,
    SAINTS,
    SERVICES,
    SHADES,
    TOPICS,
    TRADES,
    VENUES,
)


def _picked(words: tuple[str, ...] | list[str], count: int, rng: np.random.Generator, steep: float = 0.6) -> np.ndarray:
    return rng.choice(np.array(words, dtype=object), count, p=zipf(len(words), steep, 2))


def _phones(count: int, rng: np.random.Generator) -> list[str]:
    return [f"020{number:08d}" for number in rng.choice(10**8, count, replace=False)]


def _persons(count: int, rng: np.random.Generator) -> list[str]:
    """Names of people, of whom an organisation writes the first letter and the surname."""
    first = given_names(rng.choice(["F", "M"], count), rng)
    return [f"{given[0]}. {family}" for given, family in zip(first, surnames(count, rng), strict=True)]


def premises(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Licensed premises: a trade name, its holder, licence dates that go together, and an address."""
    table = homes(count, rng, divided=0.05, towns_of=3)
    trade = _picked(TRADES, count, rng)
    owner = np.where(rng.random(count) < 0.5, _picked(FIRST_WORDS, count, rng), surnames(count, rng))
    start = np.datetime64("2012-01-01") + rng.integers(4000, size=count)
    return table.assign(
        name=[f"{first} {second}" for first, second in zip(owner, trade, strict=True)],
        category=trade,
        holder=_persons(count, rng),
        start=np.datetime_as_string(start).astype(object),
        end=np.datetime_as_string(start + 5 * 365).astype(object),
        rooms=rng.integers(1, 12, size=count).astype(str).astype(object),
        phone=_phones(count, rng),
    )


def flats(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Homes most of which are flats: those of one house differ in nothing but the flat."""
    table = homes(count, rng, divided=0.75, towns_of=2)
    return table.assign(
        tenure=_picked(["social rent", "private rent", "owned", "leasehold"], count, rng),
        rooms=rng.integers(1, 6, size=count).astype(str).astype(object),
        band=_picked(list("CDBEAF"), count, rng),
        landlord=[f"{name} Homes" for name in _picked(FIRST_WORDS, count, rng)],
        uprn=[str(100_000_000_000 + number) for number in rng.choice(10**9, count, replace=False)],
    )


def organisations(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Branches of firms: those of one firm share the head office's phone and mailbox, and the words of its name."""
    table = homes(count, rng, divided=0.03, towns_of=8)
    sizes = rng.choice([1, 2, 3, 5, 8, 14], size=count, p=[0.45, 0.2, 0.13, 0.1, 0.08, 0.04])
    firm = rng.permutation(np.repeat(np.arange(count), sizes)[:count])
    heads = np.where(rng.random(count) < 0.5, _picked(FIRST_WORDS, count, rng), surnames(count, rng))
    second, service, tail = (
        _picked(words, count, rng) for words in (STREET_HEADS.split(), list(SERVICES), COMPANY_TAILS)
    )
    names = np.array([" ".join(words) for words in zip(heads, second, service, strict=True)], dtype=object)
    phones, hosts = np.array(_phones(count, rng), dtype=object), [name.replace(" ", "").lower() for name in names]
    own = rng.random(count) < 0.25
    several = pd.Series(firm).map(pd.Series(firm).value_counts()).to_numpy() > 1
    return table.assign(
        name=[
            f"{names[at]}, {town}" if many and named else str(names[at])
            for at, town, many, named in zip(firm, table["town"], several, rng.random(count) < 0.4, strict=True)
        ],
        company=[f"{heads[at]} {second[at]} {tail[at]}" for at in firm],
        category=service[firm],
        phone=np.where(own, np.array(_phones(count, rng), dtype=object), phones[firm]),
        email=[f"office@{hosts[at]}.example" for at in firm],
        manager=_persons(count, rng),
    )


def schools(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Schools named for saints, streets and towns, so that many share most of their words; also in another language."""
    table = homes(count, rng, divided=0.0, towns_of=10)
    level = _picked(list(LEVELS), count, rng, 1.2)
    saint, street = _picked(SAINTS, count, rng), table["street"].str.split().str[0]
    kind = rng.choice(3, count, p=[0.35, 0.45, 0.2])
    stems = [
        (f"St {name}'s", first, town)[which]
        for which, name, first, town in zip(kind, saint, street, table["town"], strict=True)
    ]
    return table.assign(
        name=[f"{stem} {each}" for stem, each in zip(stems, level, strict=True)],
        name_other=[f"{LEVELS[each]} {stem}" for stem, each in zip(stems, level, strict=True)],
        category=level,
        head=[
            f"{title} {family}"
            for title, family in zip(_picked(["Mrs", "Mr", "Ms", "Dr"], count, rng), surnames(count, rng), strict=True)
        ],
        pupils=rng.integers(60, 1400, size=count).astype(str).astype(object),
        phone=_phones(count, rng),
    )


def papers(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Papers: titles of common words, one to four authors, a venue, a year and pages."""
    venues = list(VENUES)
    venue = _picked(venues, count, rng)
    families = surnames(count * 4, rng).reshape(count, 4)
    letters = rng.choice(list("ABCDEFGHJKLMNPRSTW"), (count, 4))
    authors = rng.integers(1, 5, size=count)
    start = rng.integers(1, 900, size=count)
    titles = [" ".join(rng.choice(TOPICS, rng.integers(4, 9), replace=False)).capitalize() for _ in range(count)]
    return pd.DataFrame(
        {
            "title": titles,
            "authors": [
                ", ".join(f"{letters[row, at]}. {families[row, at]}" for at in range(authors[row]))
                for row in range(count)
            ],
            "venue": venue,
            "venue_other": [VENUES[name] for name in venue],
            "year": rng.integers(1994, 2012, size=count).astype(str).astype(object),
            "pages": [
                f"{first}-{first + int(more)}" for first, more in zip(start, rng.integers(4, 30, count), strict=True)
            ],
        },
        dtype=object,
    )


def products(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Products: a maker, a model number that others share but for a sign, a title that no two shops write alike."""
    maker, good, shade = (_picked(list(words), count, rng) for words in (MAKERS, GOODS, SHADES))
    series = rng.choice(list("ABCDEFGHKLMNPRSTVX"), (count, 2))
    model = [f"{''.join(pair)}{number}" for pair, number in zip(series, rng.integers(10, 999, count), strict=True)]
    extra = _picked(list(EXTRAS), count, rng)
    parts = list(zip(maker, model, good, shade, extra, strict=True))
    return pd.DataFrame(
        {
            "title": [f"{brand} {number} {what} {colour}" for brand, number, what, colour, _ in parts],
            "title_other": [f"{brand} {what} {more} {number}" for brand, number, what, _, more in parts],
            "maker": maker,
            "model": model,
            "description": [
                f"{what} by {brand}, {colour.lower()}, {more}, model {number}"
                for brand, number, what, colour, more in parts
            ],
            "price": [f"{price:.2f}" for price in np.exp(rng.normal(3.8, 0.8, count))],
        },
        dtype=object,
    )


def two_languages(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Organisations with a name in either language: ``name_other`` shares with ``name`` the proper name alone."""
    table = organisations(count, rng)
    proper = [
        f"{family}{tail}".capitalize()
        for family, tail in zip(surnames(count, rng), rng.choice(STREET_TAILS.split(), count), strict=True)
    ]
    return table.assign(
        name=[f"{own} {kind}" for own, kind in zip(proper, table["category"], strict=True)],
        name_other=[f"{SERVICES[kind]} {own}" for own, kind in zip(proper, table["category"], strict=True)],
    )
