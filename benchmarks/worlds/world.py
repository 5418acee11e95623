"""What a world is made of, in words that a list of worlds can be written in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Naming = Literal["clear", "cryptic", "absent", "headless", "differing"]
ShapeKind = Literal["one_to_one", "many_to_one", "duplicates", "both"]
AddressStyle = Literal["line", "full", "town", "service", "inverted", "recorded"]


@dataclass(frozen=True)
class Shape:
    """How records of things are spread over tables.

    Parameters
    ----------
    kind
        ``one_to_one``: two tables, nothing twice in either. ``many_to_one``: a table of events and a register.
        ``duplicates``: one table. ``both``: two tables, each with duplicates.
    first, second
        Records of the first table (or the events) and of the second (or the register). ``duplicates`` has a first only,
        and with copies the numbers are rough.
    shared
        Things that both tables know; for ``many_to_one`` the events whose thing is in the register.
    """

    kind: ShapeKind
    first: int
    second: int = 0
    shared: int = 0

    def scaled(self, share: float) -> Shape:
        """The same shape, smaller."""
        first, second, shared = (
            max(round(size * share), 1) if size else 0 for size in (self.first, self.second, self.shared)
        )
        most = first if self.kind == "many_to_one" else min(first, second or first)
        return Shape(self.kind, first, second, min(shared, most))


@dataclass(frozen=True)
class Damage:
    """What goes wrong with a column: the name of the kind of dirt, and how often it meets a value that is there."""

    kind: str
    column: str
    rate: float


@dataclass(frozen=True)
class Recipe:
    """One world, apart from its seed.

    Parameters
    ----------
    name
        What to call it; decides which half it is in.
    kind
        What its records are of.
    maker
        Name of the function that makes the things.
    shape
        How they are spread over tables.
    columns
        Which of their columns the tables have, in this order.
    dirt
        What goes wrong with every record of a thing but its first: with two tables, that of the second.
    second
        How the second table, or the events, writes everything.
    missing
        Share of values missing, by column, in every table.
    naming
        What the columns are called.
    address
        How an address is written in the first table and in the second.
    events
        What the table of events says besides.
    needs
        Module that must be installed for it, if any.
    """

    name: str
    kind: str
    maker: str
    shape: Shape
    columns: tuple[str, ...]
    dirt: tuple[Damage, ...] = ()
    second: tuple[Damage, ...] = ()
    missing: Mapping[str, float] = field(default_factory=dict)
    naming: Naming = "clear"
    address: tuple[AddressStyle, AddressStyle] = ("line", "line")
    events: tuple[str, ...] = ("happened", "event")
    needs: str = ""

    @property
    def half(self) -> Literal["develop", "held-out"]:
        """Which half it is in: by its name alone, so that a new world moves no other."""
        return "develop" if hashlib.sha256(self.name.encode()).digest()[20] & 16 else "held-out"

    @property
    def link_type(self) -> str:
        """The type that a person who knows the tables would choose."""
        return {
            "one_to_one": "link_only",
            "many_to_one": "many_to_one",
            "duplicates": "dedupe_only",
            "both": "link_and_dedupe",
        }[self.shape.kind]


def damages(text: str) -> tuple[Damage, ...]:
    """Read ``typing surname .05, swapped given_name+surname .02`` as a list of damages."""
    words = (each.split() for each in text.split(",") if each.strip())
    return tuple(Damage(kind, column, float(rate)) for kind, column, rate in words)
