"""Prediction intervals from the back-test's own errors, pooled over series (split conformal prediction).

Scores are absolute errors in units of each series' typical step, pooled over series and origins within thirds of the
horizon; the interval is the forecast plus and minus the score that the wanted share of scores does not exceed, with
the finite-sample correction (Vovk, Gammerman and Shafer 2005; Lei et al. 2018). Pooling is what makes a 95% quantile
possible: one series has a handful of back-tests, a panel has hundreds of errors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shared_analysis.forecasting.panel import FloatArray


def half_widths(scores: FloatArray, levels: Sequence[int]) -> dict[int, FloatArray] | None:
    """Find the half-width, in units of the typical step, by level and step.

    Parameters
    ----------
    scores
        Origins by series by steps; NaN is left out.
    levels
        Levels in per cent.

    Returns
    -------
    dict or None
        By level, one half-width a step. Thirds of the horizon are pooled together when a third has too few scores for
        the highest level; None when all together have too few.
    """
    horizon = scores.shape[2]
    for pools in (_thirds(horizon), [np.arange(horizon)]):
        found = {level: np.empty(horizon) for level in levels}
        if all(_fill(found, scores, pool) for pool in pools):
            return found
    return None


def bounds(middle: FloatArray, spread: FloatArray, width: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Put an interval around forecasts (series by steps); counts are never negative."""
    reach = spread[..., None] * width
    return np.maximum(middle - reach, 0.0), middle + reach


def coverage(scores: FloatArray, levels: Sequence[int]) -> dict[int, float]:
    """Measure the share of back-test values inside intervals made from the other origins' errors only.

    Where history is short the other origins share periods with this one (see :func:`.backtest.choose_origins`), and
    then this is no independent test.

    Returns
    -------
    dict
        Share by level, 0 to 1; empty when there is one origin only, or too few scores without one.
    """
    inside: dict[int, list[FloatArray]] = {level: [] for level in levels}
    if len(scores) < 2:
        return {}
    for at in range(len(scores)):
        widths = half_widths(np.delete(scores, at, axis=0), levels)
        if widths is None:
            return {}
        kept = scores[at][np.isfinite(scores[at]).all(axis=1)]
        for level in levels:
            inside[level].append((kept <= widths[level]).ravel())
    pooled = {level: np.concatenate(parts) for level, parts in inside.items()}
    return {level: float(hits.mean()) for level, hits in pooled.items() if hits.size}


def _thirds(horizon: int) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    return [part for part in np.array_split(np.arange(horizon), 3) if part.size]


def _fill(found: dict[int, FloatArray], scores: FloatArray, pool: np.ndarray[tuple[int], np.dtype[np.int64]]) -> bool:
    """Set the half-widths of one pool; False if a level needs more scores than there are."""
    pooled = scores[:, :, pool].ravel()
    pooled = np.sort(pooled[np.isfinite(pooled)])
    for level, widths in found.items():
        # Rounded up in whole numbers: 0.95 * 20 is not 19 in binary.
        rank = -(-(pooled.size + 1) * level // 100)
        if rank > pooled.size:
            return False
        widths[pool] = pooled[rank - 1]
    return True
