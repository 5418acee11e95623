"""Every world, by kind: what its tables hold, how it is shaped, and what goes wrong in it."""

from __future__ import annotations

from importlib.util import find_spec

from benchmarks.worlds.people_worlds import PEOPLE
from benchmarks.worlds.thing_worlds import THINGS
from benchmarks.worlds.world import Recipe

KINDS = (
    "people",
    "people with addresses",
    "households",
    "siblings and twins",
    "premises",
    "flats",
    "incidents",
    "organisations",
    "schools",
    "bibliographic",
    "products",
    "two languages",
)
WORLDS: tuple[Recipe, ...] = (*PEOPLE, *THINGS)


def chosen(names: list[str], half: str = "") -> list[Recipe]:
    """Worlds of a half, or all, whose names begin with one of those given, or all; sorted by name."""
    recipes = [recipe for recipe in WORLDS if half in ("", recipe.half)]
    return sorted(
        (recipe for recipe in recipes if not names or recipe.name.startswith(tuple(names))),
        key=lambda recipe: recipe.name,
    )


def skipped(recipes: list[Recipe]) -> list[str]:
    """Names of worlds that need a module that is not installed here."""
    return [recipe.name for recipe in recipes if recipe.needs and find_spec(recipe.needs) is None]
