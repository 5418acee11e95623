"""Tables of counts with one column of kinds, and what a panel says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from shared_analysis.contracts import Column, DataContract
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.forecasting import ForecastSpec, Panel
from shared_analysis.forecasting.reporting.notices import worded

AREAS = ("Abbey", "Beacon", "Castle")
MONTHS = 36
DOUBTS = {"called_like_totals", "nearly_alike", "bands_overlap", "steps_of_process", "odd_flow"}


def draws(seed: int, number: int, level: float = 60.0) -> list[np.ndarray]:
    """Separate counts of three areas and three years: kinds of different sizes, with a season that they share."""
    draw = np.random.default_rng(seed)
    season = 1 + 0.2 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    sizes = level * np.exp(draw.normal(0, 0.3, number))
    return [draw.poisson(size * season, (len(AREAS), MONTHS)) for size in sizes]


def as_rows(kinds: Mapping[str, np.ndarray], column: str = "kind", count: str = "cases") -> pd.DataFrame:
    """Write counts of kinds, areas down and months across, as rows."""
    months = pd.date_range("2019-01-01", periods=next(iter(kinds.values())).shape[1], freq="MS")
    index = pd.MultiIndex.from_product([list(kinds), AREAS, months], names=[column, "area", "month"])
    values = np.concatenate([counts.ravel() for counts in kinds.values()])
    return pd.DataFrame({count: values.astype(float)}, index=index).reset_index()


def panel(table: pd.DataFrame, *, by: Sequence[str] = ("area_name",), **settings: object) -> Panel:
    """Count a table from :func:`as_rows`; by category its kinds make series."""
    column, area, month, count = table.columns
    columns = (
        Column(column, "string", role="category" if "category" in by else None),
        Column(area, "string", role="area_name"),
        Column(month, "date", role="period"),
        Column(count, "number", role="count"),
    )
    mixed = table.sample(frac=1.0, random_state=1, ignore_index=True)
    return Panel.from_table(mixed, DataContract("t", columns), ForecastSpec(table="t", count="sum", by=by, **settings))


def said(table: pd.DataFrame, **settings: object) -> str:
    """What is doubtful in a table that is added up as it is."""
    made = panel(table, **settings)
    assert made.values.sum() == table.iloc[:, -1].sum()
    return " ".join(worded([notice for notice in made.notices if notice.code in DOUBTS]))


def refusal(table: pd.DataFrame, **settings: object) -> str:
    """Why a table is refused."""
    with pytest.raises(SharedAnalysisError) as refused:
        panel(table, **settings)
    return " ".join(str(refused.value).split())
