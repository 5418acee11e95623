"""What would be counted twice: a total among its parts, in any column that makes series or is added up over.

A total is found by its numbers: it is the sum of some of the others, in one period after another, far more closely than
separate counts ever agree. Counts that are rounded, or are missing here and there, are no hindrance. Where the
numbers are silent (all are the same, or most are missing) a name such as ``All ages`` decides, if what it names is
nearly everywhere as large as all the others together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.series_labels import plain
from shared_analysis.forecasting.panel.side_by_side import Cells, Numbered
from shared_analysis.wording import Notice, listed

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_FEWEST_CELLS = 6
_BITS = 20.0
"""Evidence that a sum is no chance: one in a million, in bits, beyond what choosing its parts takes up."""
_CLOSE = 0.25
"""Squared distance from a sum, as a share of what separate counts would be apart."""
_KEPT = 0.9
"""Share of the cells, those that agree best, that has to agree: a figure may be wrong or revised."""
_EXACT = 0.98
_MOST_SEARCHED = 80
_LIKELY = (0.6, 3.0)
_HALF = 0.5
_MOST_DAYS = 4
_LONGER = ("Q", "Y", "Y-MAR")
_ROUNDING = 1 / 12
_NAMES = re.compile(
    r"(grand |overall |column |row )?(sub-?|sub )?totals?( (of|for|in|number|all|both)\b.*| \(.*\)| ?[:-].*)?"
    r"|.* (sub-?)?totals?|sum( of .*)?|(all|both)( (ages?|areas|boroughs|persons?|people|sex(es)?|genders?|wards"
    r"|districts|regions|authorities|tenures?|types?|categories|groups?|reasons?|causes?|offences?|crimes?|modes?"
    r"|households?|services?|sites?|sources?|usual residents|ethnic(ities| groups)?|ethnicity|nationalities|countries"
    r"|bands|levels|days|hours|sectors|stations|schools|sizes|rows))+|all|overall|tot|_t"
)
_VERSIONS = re.compile(
    r"(?i)release|revis|version|vintage|status|provisional|final|publish|edition|extract|\brun\b|source|snapshot|draft"
)
_NATIONS = frozenset({"england", "scotland", "wales", "northern ireland"})
_REGIONS = frozenset(
    {
        "north east", "north west", "yorkshire and the humber", "east midlands", "west midlands", "east of england",
        "east", "south east", "south west",
    }
)  # fmt: skip
# Names of places that are totals only where their parts are there; their equals are no parts.
_EQUALS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("united kingdom", "uk", "great britain", "gb", "england and wales"), frozenset()),
    **dict.fromkeys(_NATIONS, _NATIONS),
    "london": _REGIONS | _NATIONS,
    "greater london": _REGIONS | _NATIONS,
}
_AREA_CODE = re.compile(r"([EKNSW]\d{2})\d{6}")


@dataclass(frozen=True)
class _Sum:
    """A kind that is the sum of others, and whether it is so in nearly every cell."""

    total: str
    parts: tuple[str, ...]
    exact: bool


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
        What is only called a total, and what counts nearly the same.

    Raises
    ------
    SharedAnalysisError
        If everything would be counted twice. The message names the column, the total and its parts.
    """
    called: list[str] = []
    near: list[tuple[str, str, str]] = []
    numbered = Numbered.of(rows, [*kept, *over])
    for column, name in {**kept, **over}.items():
        kinds = numbered.columns[column][1]
        if len(kinds) < 2:
            continue
        versions = bool(_VERSIONS.search(name)) or any(map(_VERSIONS.search, kinds))
        named = [kind for kind in kinds if _NAMES.fullmatch(plain(kind))]
        for cells in numbered.levels(column, list(kept), list(over)):
            sums = list(_sums(cells, alike=column in over))
            totals = [each for each in sums if len(each.parts) > 1 or each.exact or versions]
            totals = totals or [_Sum(kind, (), exact=False) for kind in named if _is_as_large(cells, kind, named)]
            if totals:
                raise _refusal(totals, name, len(kinds), where, hidden=column in hidden)
            if column not in hidden:
                near += [(name, each.total, each.parts[0]) for each in sums]
                wholes = [*named, *(kind for kind in kinds if _is_called_whole(cells, kind))]
                called += [kind for kind in wholes if kind not in called]
    _refuse_levels_of_areas(numbered, kept, where)
    _refuse_longer_periods(rows, list(kept), where)
    notices = (Notice("called_like_totals", {"names": tuple(called)}),) if called else ()
    return notices + ((Notice("nearly_alike", {"pairs": tuple(dict.fromkeys(near))}),) if near else ())


def counts_alike(rows: pd.DataFrame, column: str, by: Sequence[str]) -> bool:
    """Say whether two kinds of a column give the same counts, as two versions of one table do.

    Parameters
    ----------
    rows
        The rows: ``column``, the columns of ``by``, ``date`` and ``value``.
    column
        The column of the kinds.
    by
        The columns in which rows are compared.
    """
    return any(_sums(Numbered.of(rows, [column, *by]).cells(column, by), alike=True))


def _refuse_levels_of_areas(numbered: Numbered, kept: Mapping[str, str], where: str) -> None:
    """Refuse areas of two levels that add up to the same, as regions beside their districts, by their codes."""
    for column, name in kept.items():
        codes, kinds = numbered.columns[column]
        level = pd.Series(kinds).str.extract(f"^{_AREA_CODE.pattern}$")[0].fillna("")
        if level[level != ""].nunique() < 2:
            continue
        of_kinds, levels = pd.factorize(level, sort=True)
        with_levels = numbered.with_column("level", of_kinds.astype(np.int64)[codes], list(levels))
        for each in _sums(with_levels.cells("level", []), alike=True):
            raise SharedAnalysisError(
                f"The areas with codes {each.total} and those with codes {listed(each.parts)} add up to the same, so "
                "everything would be counted twice.",
                f"{where}, column {name}",
                "keep the areas of one level: totals are added up from the parts",
            )


def _refuse_longer_periods(rows: pd.DataFrame, kept: Sequence[str], where: str) -> None:
    """Refuse counts of a quarter or a year among those of its months, told by the day of the month of each."""
    day = rows["date"].dt.day.where(~rows["date"].dt.is_month_end, 0)
    if not 2 <= day.nunique() <= _MOST_DAYS:
        return
    numbered = Numbered.of(rows.assign(day=day), ["day", *kept])
    for code in _LONGER:
        if any(_sums(numbered.by_period(code).cells("day", kept), alike=True)):
            raise SharedAnalysisError(
                "Counts of a quarter or a year stand among those of its months, dated on another day of the month, so "
                "everything would be counted twice.",
                where,
                "take their rows out: totals are added up from the parts",
            )


def _refusal(found: Sequence[_Sum], name: str, kinds: int, where: str, *, hidden: bool) -> SharedAnalysisError:
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
        f"{where}, column {name}",
        "keep the rows of one" if len(parts) == 1 else "take its rows out: totals are added up from the parts",
    )


def _sums(cells: Cells, *, alike: bool) -> Iterator[_Sum]:
    """Find the kinds that are the sum of others, small ones first; ``alike``: also those that equal one other."""
    fewest = 1 if alike else 2
    if len(cells.values) < _FEWEST_CELLS or len(cells.kinds) <= fewest:
        return
    irregular, own = cells.irregularity(), cells.own_irregularity()
    sizes = cells.values.sum(axis=0)
    left = np.ones(len(cells.kinds), dtype=bool)
    for total in np.argsort(sizes, kind="stable"):
        there = cells.present[:, total]
        if there.sum() < _FEWEST_CELLS:
            continue
        for parts, choices in _possible_parts(cells, int(total), left, there):
            if len(parts) < fewest:
                continue
            spread = irregular if len(parts) == 1 else own
            bits, exact = _evidence(cells, int(total), parts, there, spread)
            if bits >= _BITS + choices:
                left[total] = False
                yield _Sum(cells.kinds[total], tuple(cells.kinds[part] for part in parts), exact)
                break


def _possible_parts(cells: Cells, total: int, left: BoolArray, there: BoolArray) -> Iterator[tuple[list[int], float]]:
    """Propose what a kind may be the sum of, each with the bits that the choice takes up."""
    values = cells.values if there.all() else cells.values[there]
    sizes = values.sum(axis=0)
    others = [int(at) for at in np.flatnonzero(left & (sizes > 0)) if at != total]
    theirs = sizes[others].sum()
    if theirs > 0 and _LIKELY[0] <= sizes[total] / theirs <= _LIKELY[1]:
        yield others, float(np.log2(len(sizes)))
    if not 2 <= len(others) <= min(_MOST_SEARCHED, len(values)):
        return
    # Where a part is withheld the sum says nothing, so whole rows decide if there are enough.
    whole = cells.present[there][:, others].all(axis=1)
    values = values[whole] if whole.sum() >= max(_FEWEST_CELLS, len(others)) else values
    # Weighted by how far counts of this size lie apart, so that large cells do not decide alone.
    weights = 1 / np.sqrt(np.maximum(values.sum(axis=1), 1.0))
    design, aim = values[:, others] * weights[:, None], values[:, total] * weights
    gram = design.T @ design
    lower = cholesky(gram + np.eye(len(others)) * (1e-9 * np.trace(gram) + 1e-12), lower=True)
    shares, _ = nnls(lower.T, solve_triangular(lower, design.T @ aim, lower=True))
    parts = [other for other, share in zip(others, shares, strict=True) if share > _HALF]
    if parts and parts != others:
        yield parts, float(len(others))


def _evidence(
    cells: Cells, total: int, parts: Sequence[int], there: BoolArray, spread: FloatArray
) -> tuple[float, bool]:
    """Tell in bits how much better a sum explains a kind than separate counts of these sizes would agree by chance.

    Where a part is missing it may be nothing, or withheld: both are tried.

    Returns
    -------
    tuple
        The bits, and whether the sum is exact in nearly every cell.
    """
    own, theirs = cells.values[there, total], cells.values[there][:, parts]
    whole = cells.present[there][:, parts].all(axis=1)
    ways = [slice(None)] if whole.all() else [slice(None), whole]
    return max(_evidence_of(own[way], theirs[way], spread[total], spread[list(parts)]) for way in ways)


def _evidence_of(own: FloatArray, theirs: FloatArray, of_total: float, of_parts: FloatArray) -> tuple[float, bool]:
    if ((own > 0) & ((theirs > 0).sum(axis=1) >= min(2, theirs.shape[1]))).sum() < _FEWEST_CELLS:
        return 0.0, False
    # Where both are nothing they agree without saying anything.
    told = (own > 0) | (theirs > 0).any(axis=1)
    own, theirs = own[told], theirs[told]
    apart = (own - theirs.sum(axis=1)) ** 2
    chance = of_total * own + theirs @ of_parts
    best = np.argsort(apart / (chance + _ROUNDING), kind="stable")[: int(np.ceil(_KEPT * len(apart)))]
    near, chance = float(apart[best].mean()), chance[best]
    if near >= _CLOSE * chance.mean():
        return 0.0, False
    bits = float(0.5 * np.log2((chance + _ROUNDING) / (near + _ROUNDING)).sum())
    return bits, bool((apart < _HALF).mean() >= _EXACT)


def _is_called_whole(cells: Cells, kind: str) -> bool:
    """Say whether a name is that of a place whose parts may be among the others: it is as large as half of them."""
    own = plain(kind)
    if own not in _EQUALS:
        return False
    at = cells.kinds.index(kind)
    parts = [
        other
        for other, name in enumerate(map(plain, cells.kinds))
        if other != at and name not in _EQUALS[own] and (name not in _EQUALS or name in _NATIONS)
    ]
    return _is_at_least(cells, at, parts, _HALF, most=_HALF)


def _is_as_large(cells: Cells, kind: str, called: Sequence[str]) -> bool:
    """Say whether a kind is as large as all others together, nearly everywhere, those left out that are called so."""
    at = cells.kinds.index(kind)
    parts = [other for other, name in enumerate(cells.kinds) if other != at and name not in called]
    return _is_at_least(cells, at, parts, _KEPT, most=_KEPT)


def _is_at_least(cells: Cells, at: int, parts: Sequence[int], share: float, *, most: float) -> bool:
    own, theirs = cells.values[:, at], cells.values[:, parts].sum(axis=1)
    told = (own > 0) & (theirs > 0)
    return bool(told.any() and (own[told] >= share * theirs[told]).mean() >= most)
