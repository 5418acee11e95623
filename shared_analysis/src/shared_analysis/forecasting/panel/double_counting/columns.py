"""What would be counted twice: a total among its parts, in any column that makes series or is added up over.

A total is found by its numbers: it is the sum of some of the others, in one period after another, far more closely than
separate counts ever agree. Counts that are rounded, or are missing here and there, are no hindrance. Where the
numbers are silent (all are the same, or most are missing) a name such as ``All ages`` decides, if what it names is
nearly everywhere as large as all the others together; so do bands of numbers that make up a wider one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.double_counting.bands import Band, find_bands, find_overlaps, find_tiles
from shared_analysis.forecasting.panel.double_counting.longer_periods import refuse_longer_periods
from shared_analysis.forecasting.panel.double_counting.names_of_totals import (
    Called,
    find_called_totals,
    find_places,
    is_as_large,
    is_called_whole,
    is_largest,
)
from shared_analysis.forecasting.panel.double_counting.same_counts import are_versions, find_copies, find_revised
from shared_analysis.forecasting.panel.double_counting.side_by_side import Cells, Numbered
from shared_analysis.forecasting.panel.double_counting.sums import Sum, find_sums
from shared_analysis.wording import Notice, listed

_AREA_CODE = re.compile(r"([EKNSW]\d{2})\d{6}")


@dataclass(frozen=True)
class _Column:
    """A column that is looked at.

    Parameters
    ----------
    name
        Its name in the table.
    kinds
        Its kinds.
    over
        Whether it is added up over.
    hidden
        Whether nobody may see its values.
    """

    name: str
    kinds: tuple[str, ...]
    over: bool
    hidden: bool


@dataclass(frozen=True)
class _Doubts:
    """What is only named of a column: kinds called totals, pairs that count nearly the same, and bands that overlap."""

    called: tuple[str, ...] = ()
    near: tuple[tuple[str, str], ...] = ()
    overlaps: tuple[tuple[str, str], ...] = ()


def refuse_double_counting(
    rows: pd.DataFrame, kept: Mapping[str, str], over: Mapping[str, str], where: str, hidden: Collection[str] = ()
) -> tuple[Notice, ...]:
    """Refuse a table that holds a total among its parts, or the same counts under two names.

    Parameters
    ----------
    rows
        The rows: the columns of ``kept`` and ``over``, ``date`` and ``value``, which may be missing.
    kept, over
        The columns that make series and those that are added up over, each with its name in the table.
    where
        The table, for what is said of a fault.
    hidden
        Columns of ``rows`` whose values nobody may see in a message.

    Returns
    -------
    tuple of Notice
        What is only called a total, what counts nearly the same, and bands of numbers that overlap.

    Raises
    ------
    SharedAnalysisError
        If everything would be counted twice. The message names the column, the total and its parts.
    """
    numbered = Numbered.of(rows, [*kept, *over])
    doubts: dict[_Column, _Doubts] = {}
    for key, name in {**kept, **over}.items():
        column = _Column(name, numbered.columns[key][1], over=key in over, hidden=key in hidden)
        if len(column.kinds) > 1:
            doubts[column] = _look_at(column, numbered.levels(key, list(kept), list(over)), where)
    _refuse_levels_of_areas(numbered, kept, where)
    refuse_longer_periods(rows, list(kept), where)
    return _named(doubts)


def _look_at(column: _Column, levels: Iterator[Cells], where: str) -> _Doubts:
    """Refuse a column in which anything is counted twice; return what may be."""
    versions = are_versions(column.name, column.kinds)
    called, bands = find_called_totals(column.name, column.kinds), find_bands(column.kinds)
    finest = next(levels)
    overlaps = find_overlaps(finest, bands)
    tiled = [
        (whole, tiles) for whole in dict.fromkeys(one for one, _ in overlaps) if (tiles := find_tiles(whole, bands))
    ]
    wholes = [*called, *find_places(column.kinds)]
    names: list[str] = []
    near = [] if column.over else list(find_copies(finest))
    for cells in chain([finest], levels):
        sums = list(find_sums(cells, alike=column.over))
        revised = list(find_revised(cells)) if column.over and not sums and (versions or cells is finest) else []
        sums, near = (sums + revised, near) if versions else (sums, near + revised)
        totals = [each for each in sums if len(each.parts) > 1 or each.exact or versions]
        totals = totals or [Sum(each.kind, (), exact=False) for each in wholes if is_as_large(cells, each)]
        if totals:
            raise _refusal(totals, column, where)
        _refuse_tiled(cells, tiled, column, where)
        near += sums
        names += [each.kind for each in called if each.certain or is_largest(cells, each)]
        names += [kind for kind in column.kinds if is_called_whole(cells, kind)]
    pairs = [(each.total, each.parts[0]) for each in near]
    wider = [(one.kind, other.kind) for one, other in overlaps]
    return _Doubts(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(pairs)), tuple(wider))


def _named(doubts: Mapping[_Column, _Doubts]) -> tuple[Notice, ...]:
    """Write what is only named as notices: of a column that nobody may see, the column alone."""
    called, near, overlaps = [], [], []
    for column, of_column in doubts.items():
        called += [(column.name, "" if column.hidden else kind) for kind in of_column.called]
        near += [(column.name, *(("", "") if column.hidden else pair)) for pair in of_column.near]
        overlaps += [(column.name, *(("", "") if column.hidden else pair)) for pair in of_column.overlaps]
    notices = (
        Notice("called_like_totals", {"kinds": tuple(dict.fromkeys(called))}),
        Notice("nearly_alike", {"pairs": tuple(dict.fromkeys(near))}),
        Notice("bands_overlap", {"pairs": tuple(dict.fromkeys(overlaps))}),
    )
    return tuple(notice for notice in notices if any(notice.values.values()))


def _refuse_tiled(cells: Cells, tiled: Sequence[tuple[Band, tuple[Band, ...]]], column: _Column, where: str) -> None:
    """Refuse a band of numbers beside those that make it up, if its counts are about theirs together."""
    for whole, tiles in tiled:
        if is_as_large(cells, Called(whole.kind, tuple(tile.kind for tile in tiles), certain=False)):
            parts = "others" if column.hidden else listed([f"'{tile.kind}'" for tile in tiles], 6)
            band = "One band" if column.hidden else f"'{whole.kind}'"
            raise SharedAnalysisError(
                f"{band} holds {parts} and is as large as they are together, so everything would be counted twice.",
                f"{where}, column {column.name}",
                "take its rows out: totals are added up from the parts",
            )


def _refuse_levels_of_areas(numbered: Numbered, kept: Mapping[str, str], where: str) -> None:
    """Refuse areas of two levels that add up to the same, as regions beside their districts, by their codes."""
    for column, name in kept.items():
        codes, kinds = numbered.columns[column]
        level = pd.Series(kinds).str.extract(f"^{_AREA_CODE.pattern}$")[0].fillna("")
        if level[level != ""].nunique() < 2:
            continue
        of_kinds, levels = pd.factorize(level, sort=True)
        with_levels = numbered.with_column("level", of_kinds.astype(np.int64)[codes], list(levels))
        for each in find_sums(with_levels.cells("level", []), alike=True):
            raise SharedAnalysisError(
                f"The areas with codes {each.total} and those with codes {listed(each.parts)} add up to the same, so "
                "everything would be counted twice.",
                f"{where}, column {name}",
                "keep the areas of one level: totals are added up from the parts",
            )


def _refusal(found: Sequence[Sum], column: _Column, where: str) -> SharedAnalysisError:
    hidden, kinds = column.hidden, len(column.kinds)
    first, parts = found[0], found[0].parts
    total, others = (f"'{first.total}'", [f"'{part}'" for part in parts]) if not hidden else ("one value", ["another"])
    if not parts:
        said = f"{total} is called a total, and is as large as the others together"
    elif len(parts) == 1:
        said = f"{total} and {others[0]} count the same"
    else:
        which = "all the others" if len(parts) == kinds - 1 else "some others" if hidden else listed(others, 6)
        said = f"The counts of {total} are the sum of {which}"
    more = [f"'{each.total}'" for each in found[1:]] if not hidden else []
    also = f" These are totals, too: {listed(more)}." if more else ""
    return SharedAnalysisError(
        f"{said[0].upper()}{said[1:]}, so everything would be counted twice.{also}",
        f"{where}, column {column.name}",
        "keep the rows of one" if len(parts) == 1 else "take its rows out: totals are added up from the parts",
    )
