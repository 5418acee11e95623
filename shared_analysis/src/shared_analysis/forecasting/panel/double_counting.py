"""What would be counted twice: a total among its parts, in any column that makes series or is added up over.

A total is found by its numbers: it is the sum of some of the others, in one period after another, far more closely than
separate counts ever agree. Counts that are rounded, or are missing here and there, are no hindrance. Where the
numbers are silent (all are the same, or most are missing) a name such as ``All ages`` decides, if what it names is at
least as large as each of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.panel.series_labels import plain
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
_MOST_KINDS = 400
_MOST_SEARCHED = 80
_MOST_NUMBERS = 4_000_000
_HALF = 0.5
_MOST_DAYS = 4
_LONGER = ("Q", "Y", "Y-MAR")
_ROUNDING = 1 / 12
_NO_VALUE = "(no value)"
_NAMES = re.compile(
    r"(grand |overall |combined |column |row )?(sub-?|sub )?totals?( (of|for|in|number|all|both)\b.*| \(.*\)| ?[:-].*)?"
    r"|.* (sub-?)?totals?|sum( of .*)?|(all|any|both)( (ages?|areas|boroughs|persons?|people|sex(es)?|genders?|wards"
    r"|districts|regions|authorities|tenures?|types?|categories|groups?|reasons?|causes?|offences?|crimes?|modes?"
    r"|households?|services?|sites?|sources?|combined|together|other|usual residents|ethnic(ities| groups)?|ethnicity"
    r"|nationalities|countries|bands|levels|days|hours|sectors|stations|schools|sizes|rows))*|persons|overall"
    r"|everyone|everybody|everything|aggregate|combined|tot|_t"
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
class _Cells:
    """Counts of the kinds of a column, side by side.

    Parameters
    ----------
    kinds
        The kinds, in their order.
    values
        One row for each series and date, one column for each kind; NaN where there is no count. Rows of one series
        stand together, by date.
    follows
        Whether a row is the next date of the same series as the row before.
    """

    kinds: tuple[str, ...]
    values: FloatArray
    follows: BoolArray


def refuse_double_counting(
    rows: pd.DataFrame, kept: Mapping[str, str], over: Mapping[str, str], where: str
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

    Returns
    -------
    tuple of Notice
        What is only called a total.

    Raises
    ------
    SharedAnalysisError
        If everything would be counted twice. The message names the column, the total and its parts.
    """
    called: list[str] = []
    rows = rows[rows["value"].notna()]
    for column, name in {**kept, **over}.items():
        kinds = rows[column].astype("string").fillna(_NO_VALUE)
        if not 2 <= kinds.nunique() <= _MOST_KINDS:
            continue
        totals: dict[str, tuple[str, ...]] = {}
        for cells in _levels(rows, kinds, column, list(kept), list(over)):
            totals = totals or dict(_sums(cells, alike=column in over))
            names = [kind for kind in cells.kinds if _is_called_total(kind)]
            totals = totals or {kind: () for kind in names if _is_largest(cells, kind)}
            names += [kind for kind in cells.kinds if _is_called_whole(cells, kind)]
            called += [kind for kind in names if kind not in called]
        if totals:
            raise _refusal(totals, name, kinds.nunique(), where)
    _refuse_levels_of_areas(rows, kept, where)
    _refuse_longer_periods(rows, list(kept), where)
    return (Notice("called_like_totals", {"names": tuple(called)}),) if called else ()


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
    rows = rows[rows["value"].notna()]
    cells = _side_by_side(rows, rows[column].astype("string"), [name for name in by if name != "moment"])
    return any(_sums(cells, alike=True))


def _refuse_levels_of_areas(rows: pd.DataFrame, kept: Mapping[str, str], where: str) -> None:
    """Refuse areas of two levels that add up to the same, as regions beside their districts, by their codes."""
    for column, name in kept.items():
        level = rows[column].astype("string").str.extract(f"^{_AREA_CODE.pattern}$")[0]
        if level.nunique() < 2:
            continue
        named = level.fillna("")
        for cells in _levels(rows.assign(level=named), named, "level", [], []):
            for total, parts in _sums(cells, alike=True):
                raise SharedAnalysisError(
                    f"The areas with codes {total} and those with codes {listed(parts)} add up to the same, so "
                    "everything would be counted twice.",
                    f"{where}, column {name}",
                    "keep the areas of one level: totals are added up from the parts",
                )


def _refuse_longer_periods(rows: pd.DataFrame, kept: Sequence[str], where: str) -> None:
    """Refuse counts of a quarter or a year among those of its months, told by the day of the month of each."""
    day = rows["date"].dt.day.where(~rows["date"].dt.is_month_end, 0)
    if not 2 <= day.nunique() <= _MOST_DAYS:
        return
    for code in _LONGER:
        periods = rows.assign(date=rows["date"].dt.to_period(code).dt.start_time)
        if any(_sums(_side_by_side(periods, day.astype("string"), kept), alike=True)):
            raise SharedAnalysisError(
                "Counts of a quarter or a year stand among those of its months, dated on another day of the month, so "
                "everything would be counted twice.",
                where,
                "take their rows out: totals are added up from the parts",
            )


def _refusal(totals: Mapping[str, Sequence[str]], name: str, kinds: int, where: str) -> SharedAnalysisError:
    total, parts = next(iter(totals.items()))
    if not parts:
        said = f"'{total}' is called a total, and nothing is larger"
    elif len(parts) == 1:
        said = f"'{total}' and '{parts[0]}' count the same"
    else:
        which = "all the others" if len(parts) == kinds - 1 else listed([f"'{part}'" for part in parts], 6)
        said = f"The counts of '{total}' are the sum of {which}"
    more = [f"'{other}'" for other in list(totals)[1:]]
    also = f" So are totals: {listed(more)}." if more else ""
    return SharedAnalysisError(
        f"{said}, so everything would be counted twice.{also}",
        f"{where}, column {name}",
        "keep the rows of one" if len(parts) == 1 else "take its rows out: totals are added up from the parts",
    )


def _levels(
    rows: pd.DataFrame, kinds: pd.Series, column: str, kept: Sequence[str], over: Sequence[str]
) -> Iterator[_Cells]:
    """Put the kinds side by side: in each combination of the other columns, in each series, and all together."""
    told: list[list[str]] = []
    for others in ([*kept, *over], list(kept), []):
        by = [other for other in others if other != column]
        if by not in told:
            told.append(by)
            yield _side_by_side(rows, kinds, by)


def _side_by_side(rows: pd.DataFrame, kinds: pd.Series, by: Sequence[str]) -> _Cells:
    codes, names = pd.factorize(kinds, sort=True)
    date, dates = pd.factorize(rows["date"], sort=True)
    series = rows.groupby(list(by), sort=True, dropna=False).ngroup().to_numpy() if by else np.zeros(len(rows), int)
    place, at = np.unique(series.astype(np.int64) * len(dates) + date, return_inverse=True)
    if len(place) * len(names) > _MOST_NUMBERS:
        most = _MOST_NUMBERS // len(names)
        wanted = at < most
        place, at, codes, rows = place[:most], at[wanted], codes[wanted], rows[wanted]
    values = np.zeros((len(place), len(names)))
    present = np.zeros_like(values, dtype=bool)
    np.add.at(values, (at, codes), rows["value"].to_numpy(dtype=np.float64))
    present[at, codes] = True
    follows = np.concatenate([[False], (np.diff(place) == 1) & (place[1:] % len(dates) > 0)])
    return _Cells(tuple(map(str, names)), np.where(present, values, np.nan), follows)


def _sums(cells: _Cells, *, alike: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find the kinds that are the sum of others, small ones first; ``alike``: also those that equal one other."""
    values = cells.values
    present = ~np.isnan(values)
    spread = _dispersion(cells)
    fewest = 1 if alike else 2
    found: set[int] = set()
    for total in np.argsort(np.nansum(values, axis=0), kind="stable"):
        there = present[:, total]
        others = [at for at in range(len(cells.kinds)) if at != total and at not in found and present[there, at].any()]
        if there.sum() < _FEWEST_CELLS or len(others) < fewest:
            continue
        for parts, choices in _possible_parts(values[there], int(total), others):
            if len(parts) < fewest:
                continue
            bits = _evidence(values[there], int(total), parts, spread)
            if bits >= _BITS + choices:
                found.add(int(total))
                yield cells.kinds[total], tuple(cells.kinds[part] for part in parts)
                break


def _possible_parts(values: FloatArray, total: int, others: list[int]) -> Iterator[tuple[list[int], float]]:
    """Propose what a kind may be the sum of, each with the bits that the choice takes up."""
    yield others, np.log2(values.shape[1])
    whole = ~np.isnan(values[:, others]).any(axis=1)
    values = values[whole] if whole.sum() >= max(_FEWEST_CELLS, len(others)) else np.nan_to_num(values)
    if len(others) < 2 or len(others) > min(_MOST_SEARCHED, len(values)):
        return
    # Weighted by how far counts of this size lie apart, so that large cells do not decide alone.
    weights = 1 / np.sqrt(np.maximum(values[:, [total, *others]].sum(axis=1), 1.0))
    design, aim = values[:, others] * weights[:, None], values[:, total] * weights
    gram = design.T @ design
    lower = cholesky(gram + np.eye(len(others)) * (1e-9 * np.trace(gram) + 1e-12), lower=True)
    shares, _ = nnls(lower.T, solve_triangular(lower, design.T @ aim, lower=True))
    parts = [other for other, share in zip(others, shares, strict=True) if share > _HALF]
    if parts and parts != others:
        yield parts, float(len(others))


def _dispersion(cells: _Cells) -> FloatArray:
    """How irregular each kind is, as a share of what separate counts of its size are: at most 1, 0 if it never moves.

    From second differences in time, which trends and seasons hardly touch.
    """
    values = cells.values
    third = cells.follows[2:] & cells.follows[1:-1]
    if not third.any():
        return np.ones(len(cells.kinds))
    steps = (values[2:] - 2 * values[1:-1] + values[:-2])[third]
    level = ((values[2:] + values[1:-1] + values[:-2]) / 3)[third]
    both = ~np.isnan(steps)
    variance = np.where(both, steps, 0.0) ** 2
    number = both.sum(axis=0)
    mean = np.where(both, level, 0.0).sum(axis=0)
    share = np.divide(variance.sum(axis=0) / 6, mean, out=np.ones(len(cells.kinds)), where=(mean > 0) & (number > 2))
    least: FloatArray = np.minimum(share, 1.0)
    return least


def _evidence(values: FloatArray, total: int, parts: Sequence[int], spread: FloatArray) -> float:
    """Tell in bits how much better a sum explains a kind than separate counts of these sizes would agree by chance.

    Where a part is missing it may be nothing, or withheld: both are tried.
    """
    whole = ~np.isnan(values[:, parts]).any(axis=1)
    ways = [values] if whole.all() else [values, values[whole]]
    return max(_evidence_of(np.nan_to_num(way), total, parts, spread) for way in ways)


def _evidence_of(values: FloatArray, total: int, parts: Sequence[int], spread: FloatArray) -> float:
    own, theirs = values[:, total], values[:, parts]
    if ((own > 0) & ((theirs > 0).sum(axis=1) >= min(2, len(parts)))).sum() < _FEWEST_CELLS:
        return 0.0
    # Where both are nothing they agree without saying anything.
    told = (own > 0) | (theirs > 0).any(axis=1)
    own, theirs = own[told], theirs[told]
    apart = (own - theirs.sum(axis=1)) ** 2
    chance = spread[total] * own + theirs @ spread[list(parts)]
    best = np.argsort(apart / (chance + _ROUNDING), kind="stable")[: int(np.ceil(_KEPT * len(apart)))]
    near, chance = float(apart[best].mean()), chance[best]
    if near >= _CLOSE * chance.mean():
        return 0.0
    return float(0.5 * np.log2((chance + _ROUNDING) / (near + _ROUNDING)).sum())


def _is_called_total(kind: str) -> bool:
    return bool(_NAMES.fullmatch(plain(kind)))


def _is_called_whole(cells: _Cells, kind: str) -> bool:
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
    told = cells.values[:, at] > 0
    theirs = np.nansum(cells.values[told][:, parts], axis=1)
    return bool(told.any() and (theirs > 0).any() and (2 * cells.values[told, at] >= theirs)[theirs > 0].mean() > _HALF)


def _is_largest(cells: _Cells, kind: str) -> bool:
    """Say whether a kind is at least as large as each of the others, nearly everywhere."""
    at = cells.kinds.index(kind)
    others = np.delete(cells.values, at, axis=1)
    told = (cells.values[:, at] > 0) & ((others > 0).sum(axis=1) > 0)
    if not told.any():
        return False
    largest = cells.values[told, at] >= np.nanmax(others[told], axis=1)
    return bool(largest.mean() >= _KEPT)
