"""Whether the forecasts were better than the seasonal naive, by level, with what chance may have done set apart.

Errors of one back-test share its shocks, whatever the number of series, so that the back-tests are what there is to
count: the mean difference of scaled errors in each is one observation, and the interval is Student's for their mean.
Back-tests that share periods count as fewer. (Resampling single dates would treat twelve months of one back-test as
twelve observations, and call a method better that is not.)
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from shared_analysis.forecasting.evaluation.backtest import Backtest
from shared_analysis.forecasting.hierarchy.hierarchy import Hierarchy
from shared_analysis.forecasting.models.ensemble import BASELINE

BETTER, WORSE, CANNOT_TELL = "better", "worse", "cannot tell"
_FEWEST = 3
_SURE = 0.95


def judge(backtest: Backtest, candidate: str, hierarchy: Hierarchy) -> pd.DataFrame:
    """Compare a candidate with the seasonal naive, level by level.

    Parameters
    ----------
    backtest
        The back-tests; those used count.
    candidate
        The method.
    hierarchy
        The levels.

    Returns
    -------
    DataFrame
        ``level``, ``nodes``, ``back_tests`` (those used in which anything of the level is known), ``mase``,
        ``mase_seasonal_naive``, ``skill`` (1 - their ratio), ``skill_low``, ``skill_high`` (95 % interval; NaN where
        there are too few back-tests), ``verdict``
        (``better``, ``worse`` or ``cannot tell``).
    """
    used = backtest.used
    rows = []
    for level in hierarchy.levels:
        nodes = hierarchy.rows(level)
        ours, naive = (backtest.scaled_errors(name)[used][:, nodes] for name in (candidate, BASELINE))
        known = np.isfinite(ours).any(axis=1)
        if not known.any():
            continue
        mase = backtest.mase(nodes, used)
        low, high = _interval(np.nanmean((ours - naive)[known], axis=1), backtest.apart(np.array(used)[known].tolist()))
        base = mase[BASELINE]
        rows.append(
            {
                "level": level,
                "nodes": int(nodes.sum()),
                "back_tests": int(known.sum()),
                "mase": mase[candidate],
                "mase_seasonal_naive": base,
                "skill": 1 - mase[candidate] / base if base > 0 else 0.0,
                "skill_low": -high / base if base > 0 and np.isfinite(high) else np.nan,
                "skill_high": -low / base if base > 0 and np.isfinite(low) else np.nan,
                "verdict": BETTER if high < 0 else WORSE if low > 0 else CANNOT_TELL,
            }
        )
    return pd.DataFrame(rows, columns=list(judge_nothing().columns))


def judge_nothing() -> pd.DataFrame:
    """Return the table of :func:`judge` without a row."""
    numbers = ("mase", "mase_seasonal_naive", "skill", "skill_low", "skill_high")
    return pd.DataFrame(
        {
            "level": pd.Series(dtype=object),
            "nodes": pd.Series(dtype="int64"),
            "back_tests": pd.Series(dtype="int64"),
            **{name: pd.Series(dtype=float) for name in numbers},
            "verdict": pd.Series(dtype=object),
        }
    )


def _interval(differences: np.ndarray[tuple[int], np.dtype[np.float64]], apart: float) -> tuple[float, float]:
    """Student's interval for the mean difference; without end where there is too little to go by."""
    from scipy.stats import t as student

    if apart < _FEWEST:
        return -np.inf, np.inf
    error = float(differences.std(ddof=1)) / np.sqrt(apart)
    reach = float(student.ppf(0.5 + _SURE / 2, apart - 1)) * error
    middle = float(differences.mean())
    return middle - reach, middle + reach
