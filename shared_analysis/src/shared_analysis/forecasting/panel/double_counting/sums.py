"""Which kinds of a column are the sum of others, by the evidence of their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import nnls

from shared_analysis.forecasting.panel.double_counting.side_by_side import Cells, Numbered

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

FEWEST_CELLS = 6
BITS = 20.0
"""Evidence that a sum is no chance: one in a million, in bits, beyond what choosing its parts takes up."""
_CLOSE = 0.25
"""Squared distance from a sum, as a share of what separate counts would be apart."""
_KEPT = 0.9
"""Share of the cells, those that agree best, that has to agree: a figure may be wrong or revised."""
_EXACT = 0.98
_MOST_SEARCHED = 80
_LIKELY = (0.6, 3.0)
_HALF = 0.5
_ROUNDING = 1 / 12


@dataclass(frozen=True)
class Sum:
    """A kind that is the sum of others, and whether it is so in nearly every cell."""

    total: str
    parts: tuple[str, ...]
    exact: bool


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
    return any(find_sums(Numbered.of(rows, [column, *by]).cells(column, by), alike=True))


def find_sums(cells: Cells, *, alike: bool) -> Iterator[Sum]:
    """Find the kinds that are the sum of others, small ones first; ``alike``: also those that equal one other."""
    fewest = 1 if alike else 2
    if len(cells.values) < FEWEST_CELLS or len(cells.kinds) <= fewest:
        return
    irregular, own = cells.irregularity(), cells.own_irregularity()
    sizes = cells.values.sum(axis=0)
    left = np.ones(len(cells.kinds), dtype=bool)
    for total in np.argsort(sizes, kind="stable"):
        there = cells.present[:, total]
        if there.sum() < FEWEST_CELLS:
            continue
        for parts, choices in _possible_parts(cells, int(total), left, there):
            if len(parts) < fewest:
                continue
            spread = irregular if len(parts) == 1 else own
            bits, exact = _evidence(cells, int(total), parts, there, spread)
            if bits >= BITS + choices:
                left[total] = False
                yield Sum(cells.kinds[total], tuple(cells.kinds[part] for part in parts), exact)
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
    values = values[whole] if whole.sum() >= max(FEWEST_CELLS, len(others)) else values
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
    if ((own > 0) & ((theirs > 0).sum(axis=1) >= min(2, theirs.shape[1]))).sum() < FEWEST_CELLS:
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
