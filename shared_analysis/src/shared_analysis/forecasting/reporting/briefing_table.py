"""The table that goes straight into a paper, and its CSV.

A label comes from the data, so that somebody else may have written it: one that a spreadsheet would run as a formula
has an apostrophe before it in the CSV (OWASP, "CSV Injection").
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting.hierarchy.hierarchy import TOTAL
from shared_analysis.forecasting.reporting.outlook import Outlook, area_level, outlooks
from shared_analysis.forecasting.reporting.phrases import ends_of
from shared_analysis.forecasting.reporting.sentences import say
from shared_analysis.forecasting.result_data import Forecast
from shared_analysis.spreadsheets import for_people

UNCHECKED = "Not checked for disclosure: small counts can identify people. Not for publication as it is."
INVENTED = "SYNTHETIC data: no real person or event is in these figures."
_DIGITS = 6
_COLUMNS: Mapping[str, Any] = {
    "name": object,
    "code": object,
    "before": float,
    "expected": float,
    "change": float,
    "next_low": "int64",
    "next_high": "int64",
    "sentence": object,
}


def table(result: Forecast, level: str | None = None) -> pd.DataFrame:
    """Lay out a level: the whole first, then its nodes in the order of the tables.

    Parameters
    ----------
    result
        The forecast.
    level
        A level as in the tables; None for the areas.

    Returns
    -------
    DataFrame
        ``name``, ``code``, ``before``, ``expected`` (both a period), ``change`` (relative; NaN where fewer than ten
        were counted before), ``next_low``, ``next_high`` (the next period's interval, rounded outward), ``sentence``.

    Raises
    ------
    SharedAnalysisError
        If there is no such level.
    """
    chosen = level or area_level(result)
    if chosen not in result.hierarchy.levels:
        known = ", ".join(result.hierarchy.levels)
        raise SharedAnalysisError(f"There is no level '{chosen}'.", "the forecast", f"the levels are: {known}")
    levels = [name for name in dict.fromkeys((TOTAL, chosen)) if name in result.hierarchy.levels]
    rows = [_row(result, outlook) for name in levels for outlook in outlooks(result, name)]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _row(result: Forecast, outlook: Outlook) -> tuple[str, str, float, float, float, int, int, str]:
    change = _significant(outlook.change) if outlook.counts_enough else math.nan
    low, high = ends_of(outlook.low, outlook.high)
    before, expected = _significant(outlook.before), _significant(outlook.expected)
    return outlook.label, outlook.code, before, expected, change, low, high, say(result, outlook)


def _significant(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def as_csv(rows: pd.DataFrame, *, synthetic: bool) -> bytes:
    """Write one header and one line a row; what the figures are not is said in each, where sorting cannot lose it."""
    status = f"{INVENTED} {UNCHECKED}" if synthetic else UNCHECKED
    text = for_people(rows.assign(status=status)).to_csv(index=False, lineterminator="\n", float_format=f"%.{_DIGITS}g")
    return text.encode()
