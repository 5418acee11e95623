"""Worlds changed at random, so that there are as many as one likes: other dirt, gaps, sizes, names, a column less."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np

from benchmarks.worlds.world import Naming, Recipe

MOST_DIRT = 0.6
LEAST_COLUMNS = 3
NAMINGS: tuple[Naming, ...] = ("clear", "cryptic", "absent", "differing")


def varied(recipe: Recipe, seed: int) -> Recipe:
    """Change a world; the same recipe and seed give the same one.

    Dirt is a half to three times as frequent. With chance a half the tables hold a fifth to all of their records. Every
    column has with chance a third up to half of its values missing. With chance a third a column is left out, and with
    chance a half the columns are named otherwise. What the second table does to every value stays as it is.
    """
    rng = np.random.default_rng([seed, zlib.crc32(recipe.name.encode()), 1])
    columns = list(recipe.columns)
    if len(columns) >= LEAST_COLUMNS and rng.random() < 1 / 3:
        del columns[int(rng.integers(len(columns)))]
    missing = dict(recipe.missing) | {
        column: float(rng.uniform(0.05, 0.5)) for column in columns if rng.random() < 1 / 3
    }
    more = float(np.exp(rng.uniform(np.log(0.5), np.log(3))))
    return replace(
        recipe,
        shape=recipe.shape.scaled(float(rng.uniform(0.2, 1))) if rng.random() < 0.5 else recipe.shape,
        columns=tuple(columns),
        dirt=tuple(
            replace(damage, rate=min(more * damage.rate, max(MOST_DIRT, damage.rate))) for damage in recipe.dirt
        ),
        missing={column: share for column, share in missing.items() if column in columns},
        naming=str(rng.choice(NAMINGS)) if rng.random() < 0.5 else recipe.naming,  # type: ignore[arg-type]
    )
