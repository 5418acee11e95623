"""Bands of numbers, such as ages, that overlap: 16-24 beside 18-21, or 65+ beside 65-74."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared_analysis.forecasting.panel.double_counting.side_by_side import Cells
from shared_analysis.forecasting.panel.series_labels import plain

_MOST_BANDS = 200
_NUMBER = r"(?:£|\$)? ?(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)s?"
_UNIT = (
    r" ?((?:years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|miles?|km|metres?|m|mph|kg|bed(?:room)?s?"
    r"|rooms?|people|persons?|employees|staff|pupils|units|dwellings|homes|hectares|ha|points?|%|k)\b\.?|%)?"
)
_OF_AGE = r"(?:[ -](?:olds?|of age))?"
_BEFORE = (
    r"(?:(?:aged?|ages|bands?|all|adults?|children|(?:young |older )?people|persons?|pupils|patients|those) ?:? ?)*"
)
_BETWEEN = re.compile(
    rf"{_BEFORE}(?:from |between )?{_NUMBER}{_UNIT} ?(?:-|to|and|to under) ?{_NUMBER}{_UNIT}{_OF_AGE}"
)
_AND_MORE = re.compile(
    rf"{_BEFORE}{_NUMBER}{_UNIT}{_OF_AGE} ?(?:\+|-?plus|(?:and|or|and/or) (?:over|above|older|more|up|longer|later))"
    rf"{_UNIT}{_OF_AGE}"
)
_MORE_THAN = re.compile(
    rf"{_BEFORE}(over|above|more than|older than|longer than|at least|>=?|≥) ?{_NUMBER}{_UNIT}{_OF_AGE}"
)
_LESS_THAN = re.compile(
    rf"{_BEFORE}(under|below|less than|younger than|fewer than|up to|within|<=?|≤) ?{_NUMBER}{_UNIT}{_OF_AGE}"
)
_OR_LESS = re.compile(
    rf"{_BEFORE}{_NUMBER}{_UNIT}{_OF_AGE} (?:and|or) (?:under|below|less|fewer|younger){_UNIT}{_OF_AGE}"
)
_ONE = re.compile(rf"{_BEFORE}{_NUMBER}{_UNIT}{_OF_AGE}")
# Months and codes, as 03-2023, 2023-03 and 2-1: where one kind is of them all are.
_NO_BAND = re.compile(r"0\d.*|\d{1,2}-(19|20)\d{2}|(19|20)\d{2}-\d{2}|(\d+)-\3")
_INCLUSIVE = ("up to", "within", "<=", "≤")


@dataclass(frozen=True)
class Band:
    """A kind of a column that is a band of numbers, from ``low`` to ``high``, both in it where they are numbers."""

    kind: str
    low: float
    high: float
    unit: str

    def overlaps(self, other: Band) -> bool:
        """Say whether the two have more in common than the number where one ends and the next begins."""
        same = (self.low, self.high) == (other.low, other.high)
        return same or (self.low < other.high and other.low < self.high)

    def holds(self, other: Band) -> bool:
        """Say whether the other lies within this one, and is not all of it."""
        return self.low <= other.low and other.high <= self.high and (self.low, self.high) != (other.low, other.high)


def find_bands(kinds: Sequence[str]) -> list[Band]:
    """Read the kinds that are bands of numbers; none where they are of different units."""
    if any(map(_NO_BAND.fullmatch, map(plain, kinds))):
        return []
    bands = [band for band in map(_read, kinds[:_MOST_BANDS]) if band]
    return bands if len({band.unit for band in bands} - {""}) < 2 else []


def find_overlaps(cells: Cells, bands: Sequence[Band]) -> list[tuple[Band, Band]]:
    """Find bands that overlap and are counted beside each other: the wider of each two first."""
    at = {band: cells.kinds.index(band.kind) for band in bands}
    overlaps = []
    for number, one in enumerate(bands):
        for other in bands[number + 1 :]:
            if one.overlaps(other) and _are_beside(cells, at[one], at[other]):
                wider = one.holds(other) or (one.high - one.low > other.high - other.low and not other.holds(one))
                overlaps.append((one, other) if wider else (other, one))
    return overlaps


def find_tiles(whole: Band, bands: Sequence[Band]) -> tuple[Band, ...]:
    """Find bands that together make up a wider one, without a gap."""
    within = sorted((band for band in bands if whole.holds(band)), key=lambda band: (band.low, -band.high))
    # Backwards, so that each band knows whether the end can be reached from it.
    rows: dict[Band, tuple[Band, ...]] = {}
    for band in sorted(within, key=lambda each: each.low, reverse=True):
        if band.high == whole.high:
            rows[band] = (band,)
            continue
        following = [rows[after] for after in within if after in rows and _follows(band, after)]
        if following:
            rows[band] = (band, *min(following, key=len))
    tiles = [row for band, row in rows.items() if band.low == whole.low]
    return min(tiles, key=len) if tiles else ()


def _follows(band: Band, after: Band) -> bool:
    return after.low in (band.high, band.high + 1) and after.low > band.low


def _are_beside(cells: Cells, one: int, other: int) -> bool:
    """Say whether two kinds have counts in the same cells; of bands that take turns each is counted once."""
    there = cells.values[:, [one, other]] > 0
    fewest = there.sum(axis=0).min()
    return bool(fewest and there.all(axis=1).sum() >= fewest / 2)


def _read(kind: str) -> Band | None:
    name = re.sub(r"(?<=\d)_(?=\d)", "-", plain(kind)).replace("_", " ")
    inside = re.fullmatch(r"([^()]*)\(([^()]*)\)", name)
    if inside:  # Working age (16-64), 16-64 (working age)
        name = (inside[2] if re.search(r"\d", inside[2]) else inside[1]).strip()
    band: tuple[float, float] | None = None
    units: list[str | None] = []
    if found := _BETWEEN.fullmatch(name):
        band = (_number(found[1]), _number(found[3]))
        units = [found[2], found[4]]
    elif found := _AND_MORE.fullmatch(name):
        band, units = (_number(found[1]), np.inf), [found[2], found[3]]
    elif found := _MORE_THAN.fullmatch(name):
        band, units = (_number(found[2]), np.inf), [found[3]]
    elif found := _OR_LESS.fullmatch(name):
        band, units = (0.0, _number(found[1])), [found[2], found[3]]
    elif found := _LESS_THAN.fullmatch(name):
        high = _number(found[2])
        # Whoever is under 18 is 17 at most, in whole numbers.
        whole = found[1] not in _INCLUSIVE and high == int(high) and high > 0
        band, units = (0.0, high - 1 if whole else high), [found[3]]
    elif found := _ONE.fullmatch(name):
        band, units = (_number(found[1]), _number(found[1])), [found[2]]
    if band is None or band[0] > band[1]:
        return None
    named = [re.sub(r"s?\.?$", "", unit) for unit in units if unit]
    return Band(kind, *band, named[0] if named else "")


def _number(text: str) -> float:
    return float(text.replace(",", ""))
