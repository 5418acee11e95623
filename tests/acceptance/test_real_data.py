"""Real data that nobody here wrote, through the template's own notebooks, contracts inferred, parameters only."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.forecasting_sets import prescriptions
from benchmarks.linkage_sets import febrl4
from benchmarks.project_run import pairwise, run_project

pytestmark = pytest.mark.slow


def test_febrl_4_is_linked_without_tuning(tmp_path: Path) -> None:
    left, right, truth = febrl4()
    link = {"tables": ["febrl4_a", "febrl4_b"], "link_type": "link_only"}
    run = run_project(tmp_path, "linkage", {"febrl4_a": left, "febrl4_b": right}, {"link": link})
    score = pairwise(run.table("processed/link/register"), truth, ("febrl4_a", "febrl4_b"))
    assert score["f1"] >= 0.98
    assert run.metrics("link")["records"] == 10_000


def test_real_monthly_counts_are_forecast_better_than_by_repeating_last_year(tmp_path: Path) -> None:
    table = prescriptions()
    table = table[table["category"].isin(sorted(table["category"].unique())[::3])]  # 28 series show it as 84 do
    settings = {"table": "prescriptions", "count": "sum", "by": ["category"], "breaks": []}
    run = run_project(tmp_path, "forecasting", {"prescriptions": table}, {"forecast": settings})
    metrics = run.metrics("forecast")
    assert metrics["mase"] < metrics["mase_seasonal_naive"]
    assert metrics["series"] == table["category"].nunique()
