"""Streets with many houses, postcodes shared by a part of a street, houses divided into flats; how all is written."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.households import INWARD, OUTWARD, STREET_HEADS, STREET_TAILS, SYLLABLES, zipf
from benchmarks.worlds.words import ABBREVIATED, BUILDING_KINDS, BUILDINGS, COMMON_STREETS, STREET_KINDS
from benchmarks.worlds.world import AddressStyle

PLACE = ("flat", "building", "number", "street", "town", "postcode")
HOUSES_A_POSTCODE = 18
UNITS = [f"{first}{second}" for first in INWARD for second in INWARD]
"""The last two letters of a postcode."""
COMMON = 0.25
"""Share of streets whose name is that of a street in many towns."""


def towns(count: int, rng: np.random.Generator) -> list[str]:
    """Invent as many towns."""
    parts = SYLLABLES.split()
    every = sorted(
        {f"{a}{b}{tail}".capitalize() for a in parts[::3] for b in parts[1::4] for tail in ("ton", "ham", "bury")}
    )
    return [str(town) for town in rng.choice(every, count, replace=False)]


def homes(count: int, rng: np.random.Generator, divided: float = 0.15, towns_of: int = 4) -> pd.DataFrame:
    """Make different homes: ``flat, building, number, street, town, postcode``, text, ``None`` where there is none.

    Parameters
    ----------
    count
        How many homes.
    divided
        Share of houses that are divided into flats.
    towns_of
        In how many towns. Common names of streets are in several of them.
    """
    heads, tails = STREET_HEADS.split(), ["", "", *STREET_TAILS.split()]
    where = towns(towns_of, rng)
    outward = iter(rng.permutation(OUTWARD.split()).tolist())
    sectors = {
        town: [f"{area} {digit}" for area in (next(outward), next(outward)) for digit in range(1, 8)] for town in where
    }
    free: dict[str, list[str]] = {}
    rows: list[tuple[str | None, ...]] = []
    seen: set[tuple[str, str]] = set()
    while len(rows) < count * 1.4:
        own = f"{_common(heads, 0.6, rng)}{_common(tails, 0.2, rng)} {_common(STREET_KINDS, 1, rng)}"
        street = _common(COMMON_STREETS, 0.8, rng) if rng.random() < COMMON else own
        town = _common(where, 0.8, rng)
        if (street, town) in seen:
            continue
        seen.add((street, town))
        houses = int(rng.integers(8, 90))
        sector = _common(sectors[town], 0, rng)
        units = free.setdefault(sector, rng.permutation(UNITS).tolist())
        for first in range(1, houses + 1, HOUSES_A_POSTCODE):
            code = f"{sector}{units.pop()}"
            for number in range(first, min(first + HOUSES_A_POSTCODE, houses + 1)):
                rows += _house(str(number), street, town, code, divided, rng)
    chosen = np.sort(rng.choice(len(rows), count, replace=False))
    return pd.DataFrame([rows[at] for at in chosen], columns=list(PLACE), dtype=object)


def _common(words: Sequence[str], steep: float, rng: np.random.Generator) -> str:
    """Draw a word; the first are the commonest."""
    return words[int(rng.choice(len(words), p=zipf(len(words), steep, 2)))]


def _house(
    number: str, street: str, town: str, code: str, divided: float, rng: np.random.Generator
) -> list[tuple[str | None, ...]]:
    """One home or, in a house that is divided, its flats."""
    if rng.random() >= divided:
        suffix = str(rng.choice(["A", "B"])) if rng.random() < 0.03 else ""
        return [(None, None, number + suffix, street, town, code)]
    block = rng.random() < 0.3
    flats = int(rng.integers(8, 24)) if block else int(rng.integers(2, 6))
    building = f"{rng.choice(BUILDINGS)} {rng.choice(BUILDING_KINDS)}" if block else None
    letters = not block and rng.random() < 0.3
    names = [chr(65 + flat) if letters else str(flat + 1) for flat in range(flats)]
    return [(name, building, number, street, town, code) for name in names]


def written(home: Mapping[str, str | None], style: AddressStyle) -> str:
    """Write an address in one line.

    ``line`` is flat, building, number and street; ``town`` and ``full`` add the town, and the postcode. ``service`` is
    in capitals without commas, abbreviated, the flat behind the street. ``inverted`` writes ``12 (Flat 2) Ash Rd``.
    """
    flat, building, number, street, town, code = (home[name] for name in PLACE)
    if style == "service":
        parts = [number, abbreviated(street), building and abbreviated(building), flat and f"FLAT {flat}", code]
        return " ".join(part for part in parts if part).upper()
    if style == "inverted":
        inside = " ".join(part for part in (number, flat and f"(Flat {flat})", abbreviated(street)) if part)
        return ", ".join(part for part in (building, inside, code) if part)
    line = ", ".join(part for part in (flat and f"Flat {flat}", building, f"{number or ''} {street}".strip()) if part)
    return ", ".join(part for part in (line, *{"line": (), "town": (town,), "full": (town, code)}[style]) if part)


def abbreviated(text: str) -> str:
    """Shorten the words that people shorten, but not the first: Grove Court is written Grove Ct."""
    first, *rest = text.split(" ")
    return " ".join([first, *(ABBREVIATED.get(word, word) for word in rest)])


def recorded(places: pd.DataFrame, seed: int) -> list[str]:
    """Write addresses with the errors that councils' own records have, as the package ``address-errors`` knows them."""
    from address_errors import Controls, Corruptor, Profile, load_components

    names = {"flat": "subname", "building": "name", "number": "number", "street": "streetname", "town": "townname"}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "components.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["uprn", *names.values(), "postcode"])
            for number, home in enumerate(places[list(PLACE)].to_dict("records")):
                values = [home[name] or "" for name in (*names, "postcode")]
                values[0] = values[0] and f"FLAT {values[0]}"
                writer.writerow([f"r{number}", *(value.upper() for value in values)])
        components = load_components(str(path))
    corruptor = Corruptor(Profile.load(), seed=seed, controls=Controls.from_dict({"prevalence": 4}))
    corruptor.index(components)
    rows = corruptor.generate([component["uprn"] for component in components])
    return [", ".join(part for part in (row["recorded_address"], row["recorded_postcode"]) if part) for row in rows]
