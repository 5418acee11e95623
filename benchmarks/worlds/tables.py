"""From things to the tables of a world: who has a record where, what goes wrong with it, and how it is written."""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd

from benchmarks.households import zipf
from benchmarks.linkage_sets import KnownSet
from benchmarks.worlds import people, things
from benchmarks.worlds.columns import headings
from benchmarks.worlds.dirt import spoil
from benchmarks.worlds.places import PLACE, recorded, written
from benchmarks.worlds.words import EVENTS
from benchmarks.worlds.world import Damage, Recipe, Shape

COPIES = {1: 0.60, 2: 0.28, 3: 0.08, 4: 0.04}
DERIVED = ("address", "full_name")
"""Columns that are written from others: what goes wrong with them goes wrong after that."""
NAMES = {
    "one_to_one": ("left", "right"),
    "both": ("left", "right"),
    "many_to_one": ("events", "register"),
    "duplicates": ("records",),
}


def build(recipe: Recipe, seed: int, scale: float = 1.0) -> KnownSet:
    """Make a world; the same recipe, seed and scale give the same bytes.

    Parameters
    ----------
    recipe
        What to make.
    seed
        Any whole number from 0.
    scale
        Share of the records to make, for a quick look.
    """
    rng = np.random.default_rng([seed, zlib.crc32(recipe.name.encode())])
    shape = recipe.shape.scaled(scale)
    table, things_of = _spread(shape, rng)
    population = getattr(people if hasattr(people, recipe.maker) else things, recipe.maker)(
        int(things_of.max()) + 1, rng
    )
    population = population.iloc[rng.permutation(len(population))].reset_index(drop=True)
    records = population.iloc[things_of].reset_index(drop=True).assign(thing=things_of, table=table)
    if shape.kind == "many_to_one":
        days = np.datetime64("2021-01-01") + rng.integers(900, size=len(records))
        records["happened"] = np.datetime_as_string(days).astype(object)
        records["event"] = rng.choice(EVENTS, len(records), p=zipf(len(EVENTS), 0.9, 1)).astype(object)
    spoil_records(records, recipe, rng)
    return _known(records, recipe, rng)


def spoil_records(records: pd.DataFrame, recipe: Recipe, rng: np.random.Generator) -> None:
    """Let the dirt of a world loose on its records, in place, and write what is written from other columns."""
    tables = records["table"].to_numpy()
    later = later_records(records, recipe.shape)
    other = np.flatnonzero(tables == _other_table(recipe.shape))
    first, last = _before_and_after(recipe.dirt)
    style_first, style_last = _before_and_after(recipe.second)
    spoil(records, later, first, rng)
    spoil(records, other, style_first, rng)
    if "full_name" in recipe.columns:
        records["full_name"] = [" ".join(parts) for parts in records[["given_name", "surname"]].itertuples(index=False)]
    if "address" in recipe.columns:
        alternate = other if recipe.shape.second else later[rng.random(len(later)) < 0.5]
        records["address"] = _addresses(records, recipe, alternate, int(rng.integers(2**31)))
    spoil(records, later, last, rng)
    spoil(records, other, style_last, rng)
    for column, share in recipe.missing.items():
        records.loc[rng.random(len(records)) < share, column] = None


def later_records(records: pd.DataFrame, shape: Shape) -> np.ndarray:
    """Numbers of the records that dirt may meet: all of a thing but its first, or those of one of two tables."""
    if shape.kind in ("one_to_one", "many_to_one"):
        return np.flatnonzero(records["table"].to_numpy() == _other_table(shape))
    return np.flatnonzero(records["thing"].duplicated().to_numpy())


def _other_table(shape: Shape) -> int:
    """The table that is written by somebody else: the second or, beside a register, the events."""
    return 0 if shape.kind == "many_to_one" else 1


def _before_and_after(dirt: tuple[Damage, ...]) -> tuple[list[Damage], list[Damage]]:
    last = [damage for damage in dirt if damage.column in DERIVED]
    return [damage for damage in dirt if damage not in last], last


def _spread(shape: Shape, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """For every record the number of its table, and that of its thing."""
    if shape.kind == "one_to_one":
        left = np.arange(shape.first)
        right = np.arange(shape.first - shape.shared, shape.first - shape.shared + shape.second)
        return np.repeat([0, 1], [shape.first, shape.second]), np.concatenate([left, right])
    if shape.kind == "many_to_one":
        register = np.arange(shape.second)
        busy = rng.choice(shape.second, shape.shared, p=zipf(shape.second, 0.7, 5))
        stray = shape.second + rng.integers(max(shape.first - shape.shared, 1), size=shape.first - shape.shared)
        events = rng.permutation(np.concatenate([busy, stray]))
        return np.repeat([0, 1], [shape.first, shape.second]), np.concatenate([events, register])
    sizes = rng.choice(list(COPIES), size=shape.first, p=list(COPIES.values()))
    left = np.repeat(np.arange(shape.first), sizes)[: shape.first]
    if shape.kind == "duplicates":
        return np.zeros(len(left), dtype=int), left
    known = rng.permutation(int(left.max()) + 1)[: shape.shared]
    fresh = int(left.max()) + 1 + np.arange(shape.second)
    again = rng.choice(list(COPIES), size=shape.second + len(known), p=list(COPIES.values()))
    right = np.repeat(np.concatenate([known, fresh]), again)[: shape.second]
    return np.repeat([0, 1], [len(left), len(right)]), np.concatenate([left, right])


def _addresses(records: pd.DataFrame, recipe: Recipe, alternate: np.ndarray, seed: int) -> list[str]:
    styles = np.where(np.isin(np.arange(len(records)), alternate), recipe.address[1], recipe.address[0])
    texts = [
        written(home, "full" if style == "recorded" else style)
        for home, style in zip(records[list(PLACE)].to_dict("records"), styles, strict=True)
    ]
    rows = np.flatnonzero(styles == "recorded")
    if len(rows):
        for row, text in zip(rows, recorded(records.iloc[rows], seed), strict=True):
            texts[row] = text
    return texts


def _known(records: pd.DataFrame, recipe: Recipe, rng: np.random.Generator) -> KnownSet:
    """Part the records into tables in random order, with ids that tell nothing, and say which belong together."""
    tables, truths = {}, []
    for number, name in enumerate(NAMES[recipe.shape.kind]):
        part = records[records["table"] == number]
        part = part.iloc[rng.permutation(len(part))]
        part = part.assign(id=[f"{name[0].upper()}{each:06d}" for each in rng.choice(10**6, len(part), replace=False)])
        truths.append(pd.DataFrame({"table": name, "record_id": part["id"], "person_id": part["thing"].astype(str)}))
        columns = ["id", *recipe.columns, *(recipe.events if name == "events" else ())]
        named = part[columns].rename(columns=headings(columns, recipe.naming, number)).reset_index(drop=True)
        tables[name] = named.astype(object).where(named.notna(), None)
    truth = pd.concat(truths, ignore_index=True).astype(object)
    return KnownSet(recipe.name, recipe.kind, tables, truth, recipe.link_type, "id")
