"""Invented homes in real boroughs.

Borough codes and names are real. Streets are made of invented words. Postcodes have the right form and a London look,
but none of them exists: their districts are numbered 30 to 39, and Royal Mail has given those numbers to no district in
any of London's postcode areas (the highest ordinary ones are SE28, KT24 and N22; the special ones start at CR44 and
EC50). Property numbers (UPRN) begin with 999, which no authority's block does.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from shared_analysis.geography import london_boroughs
from shared_analysis.twin.streams import Array, Streams

HOMES_PER_STREET = 15
_INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True)
class Boroughs:
    """The 33 areas, in the order of their codes."""

    code: Array
    name: Array
    people: Array
    """Share of London's residents (rounded census figures of 2021)."""
    demand: Array
    """Share of London's demand for housing support: residents times an invented rate of need."""
    postcode_areas: tuple[tuple[str, ...], ...]
    flats: Array
    """Share of homes that are flats: higher in inner London."""


@cache
def boroughs() -> Boroughs:
    """Read the boroughs that ship with the package."""
    rows = read_data("boroughs.csv")
    names = london_boroughs().set_index("code")["name"]
    people = np.array([float(row["population_thousands"]) for row in rows])
    demand = people * np.array([float(row["need"]) for row in rows])
    return Boroughs(
        code=np.array([row["code"] for row in rows], dtype=object),
        name=np.array([names[row["code"]] for row in rows], dtype=object),
        people=people / people.sum(),
        demand=demand / demand.sum(),
        postcode_areas=tuple(tuple(row["postcode_areas"].split()) for row in rows),
        flats=np.array([0.55 if row["zone"] == "inner" else 0.25 for row in rows]),
    )


def read_data(name: str) -> list[dict[str, str]]:
    """Read one of the CSV files beside this module."""
    text = (files("shared_analysis.twin") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def words(use: str) -> tuple[str, ...]:
    """Return the invented words of one use; a word that is listed twice is drawn twice as often."""
    return tuple(row["word"] for row in read_data("words.csv") if row["use"] == use)


@dataclass(frozen=True)
class Homes:
    """Addresses, one an index; text columns hold ``""`` where an address has no such part."""

    borough: Array
    flat: Array
    house: Array
    """Name of the house: hostels have one."""
    number: Array
    street: Array
    postcode: Array
    uprn: Array

    def line(self, index: Array) -> Array:
        """Return the address in one line, without the postcode."""
        parts = zip(self.flat[index], self.house[index], self.number[index], self.street[index], strict=True)
        lines = [
            ", ".join(part for part in (flat and f"Flat {flat}", house, f"{number} {street}") if part)
            for flat, house, number, street in parts
        ]
        return np.array(lines, dtype=object)


def make_homes(borough: Array, hostel: Array, streams: Streams) -> Homes:
    """Make one home for each entry of ``borough``, about 15 to a street; hostels have a name and no flat number."""
    places, rng, count = boroughs(), streams.rng("homes"), len(borough)
    street, postcode = np.empty(count, dtype=object), np.empty(count, dtype=object)
    for index in range(len(places.code)):
        here = np.flatnonzero(borough == index)
        names, codes = _streets(index, 1 + len(here) // HOMES_PER_STREET, streams.rng("streets", places.code[index]))
        which = rng.integers(len(names), size=len(here))
        street[here], postcode[here] = names[which], codes[which]
    number = rng.integers(1, 180, size=count).astype(str).astype(object)
    lettered = rng.random(count) < 0.03
    number[lettered] += rng.choice(np.array(["A", "B"], dtype=object), size=int(lettered.sum()))
    flat = np.where(rng.random(count) < places.flats[borough], rng.integers(1, 41, size=count).astype(str), "")
    return Homes(
        borough=borough,
        flat=np.where(hostel, "", flat).astype(object),
        house=np.where(hostel, rng.choice(words("hostel"), size=count), "").astype(object),
        number=number,
        street=street,
        postcode=postcode,
        uprn=(999_000_000_000 + rng.permutation(count) * 7 + 11).astype(str).astype(object),
    )


def _streets(borough: int, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Name ``count`` streets of a borough and give each its postcode."""
    first, second, kind = (rng.choice(words(f"street {part}"), size=count) for part in ("start", "end", "kind"))
    names = [f"{a}{b} {c}" for a, b, c in zip(first, second, kind, strict=True)]
    area = rng.choice(boroughs().postcode_areas[borough], size=count)
    district, sector = rng.integers(30, 40, size=count), rng.integers(1, 10, size=count)
    inward = rng.choice(list(_INWARD_LETTERS), size=(2, count))
    codes = [
        f"{letters}{number} {digit}{one}{two}"
        for letters, number, digit, one, two in zip(area, district, sector, *inward, strict=True)
    ]
    return np.array(names, dtype=object), np.array(codes, dtype=object)
