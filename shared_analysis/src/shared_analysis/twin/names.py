"""Names as London has them: by community, a few common and many rare."""

from __future__ import annotations

from functools import cache

import numpy as np

from shared_analysis.twin.places import read_data, words
from shared_analysis.twin.streams import Array

COMMUNITIES: dict[str, tuple[float, tuple[str, ...]]] = {
    "british": (0.40, ("white", "british", "english")),
    "irish": (0.04, ("white irish", "irish", "white")),
    "muslim_south_asian": (0.12, ("asian", "pakistani", "bangladeshi")),
    "hindu_sikh": (0.08, ("asian", "indian")),
    "west_african": (0.10, ("black", "african")),
    "caribbean": (0.07, ("black", "caribbean")),
    "horn_of_africa": (0.04, ("black", "african")),
    "east_european": (0.07, ("white", "european")),
    "southern_european_latin": (0.04, ("white", "european", "other")),
    "turkish_arab": (0.03, ("other", "arab")),
    "east_asian": (0.01, ("asian", "chinese", "other")),
}
"""Share of households, invented, and words that mark the broad group a member is recorded in, best first."""

_COMPOSED = {"british": 0.30, "irish": 0.10, "caribbean": 0.15}
"""Share of family names drawn from the long tail: names put together from English place-name parts."""


@cache
def _lists(file: str, community: str, sex: str | None) -> tuple[Array, Array]:
    """Return names and their running shares: Zipf-like in the order of the file."""
    rows = read_data(file)
    found = [row["name"] for row in rows if row["community"] == community and row.get("sex") in (None, sex)]
    offset, exponent = (5, 0.8) if sex else (3, 0.8)
    weight = 1.0 / (np.arange(len(found)) + offset) ** exponent
    return np.array(found, dtype=object), np.cumsum(weight) / weight.sum()


def given_names(community: Array, sex: Array, rng: np.random.Generator) -> Array:
    """Draw a given name for each person from the names of their community and sex (``F`` or ``M``)."""
    draw, names = rng.random(len(community)), np.empty(len(community), dtype=object)
    for index, name in enumerate(COMMUNITIES):
        for letter in ("F", "M"):
            here = np.flatnonzero((community == index) & (sex == letter))
            choices, share = _lists("given_names.csv", name, letter)
            names[here] = choices[np.searchsorted(share, draw[here], side="right")]
    return names


def family_names(community: Array, rng: np.random.Generator) -> Array:
    """Draw a family name for each person (or household) from the names of their community."""
    count = len(community)
    draw, tail = rng.random(count), rng.random(count)
    start, end = (rng.choice(words(f"family name {part}"), size=count) for part in ("start", "end"))
    names = np.empty(count, dtype=object)
    for index, name in enumerate(COMMUNITIES):
        here = np.flatnonzero(community == index)
        choices, share = _lists("family_names.csv", name, None)
        names[here] = choices[np.searchsorted(share, draw[here], side="right")]
        for row in here[tail[here] < _COMPOSED.get(name, 0.0)]:
            names[row] = f"{start[row]}{end[row]}"
    return names


@cache
def nicknames() -> dict[str, tuple[str, ...]]:
    """Return the short and other forms of given names."""
    forms: dict[str, tuple[str, ...]] = {}
    for row in read_data("nicknames.csv"):
        forms[row["name"]] = (*forms.get(row["name"], ()), row["nickname"])
    return forms
