"""The same counts twice: releases of which some rows were revised, and series that are copies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from forecasting_kinds import MONTHS, as_rows, draws, panel, refusal, said

SEEDS = range(3)
RELEASES = [
    ("Data version", "1", "2"), ("Release", "2023-11", "2023-12"), ("Publication date", "2023-11-07", "2023-12-05"),
    ("published", "5 Dec", "7 Nov"), ("Vintage", "A", "B"), ("Edition", "First", "Second"), ("Snapshot", "June", "May"),
    ("Data as at", "2024-01-31", "2024-02-29"), ("Last updated", "2024-01-31", "2024-02-29"),
    ("kind", "Provisional", "Revised"),
]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("column", "first", "second"), RELEASES)
@pytest.mark.parametrize("by", [0.02, 0.3])
def test_releases_of_which_a_third_was_revised_are_refused(
    column: str, first: str, second: str, seed: int, by: float
) -> None:
    [counts] = draws(seed, 1, level=2_000)
    draw = np.random.default_rng(seed)
    revised = np.where(
        draw.random(counts.shape) < 0.35, (counts * draw.uniform(1, 1 + by, counts.shape)).round(), counts
    )
    message = refusal(as_rows({first: counts, second: revised}, column))
    assert f"'{first}' and '{second}' count the same" in message
    assert f"column {column}" in message


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("column", "first", "second"), RELEASES)
@pytest.mark.parametrize("level", [0.3, 5, 60, 2_000])
def test_separate_counts_of_a_column_of_that_name_are_added_up(
    column: str, first: str, second: str, seed: int, level: float
) -> None:
    assert said(as_rows(dict(zip((first, second), draws(seed, 2, level), strict=True)), column)) == ""


@pytest.mark.parametrize("column", ["Release", "Data version"])
def test_releases_that_follow_each_other_are_added_up(column: str) -> None:
    one, two = draws(5, 2, level=500)
    table = as_rows({"1": one, "2": two}, column)
    early = table["month"] < pd.Timestamp("2020-07-01")
    once = table[early == (table[column] == "1")]
    assert panel(once).values.sum() == once["cases"].sum()
    assert said(once) == ""


@pytest.mark.parametrize("seed", SEEDS)
def test_two_series_with_the_same_counts_are_named(seed: int) -> None:
    north, south, east = draws(seed, 3)
    table = as_rows({"North": north, "South": south, "East": east, "South (new)": south}, "kind")
    assert "'South' and 'South (new)' of column kind count the same" in said(table, by=("area_name", "category"))
    assert "'South' and 'South (new)' count the same" in refusal(table)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("level", [0.05, 0.5, 5.0, 60.0])
def test_series_that_are_alike_by_chance_or_never_change_are_plain(seed: int, level: float) -> None:
    by_chance = dict(zip("ABCD", draws(seed, 4, level), strict=True))
    assert said(as_rows(by_chance), by=("area_name", "category")) == ""
    fixed = {kind: np.full((3, MONTHS), 20) + np.arange(MONTHS) % 3 for kind in "AB"}
    assert "count the same" not in said(as_rows(fixed), by=("area_name", "category"))


@pytest.mark.parametrize("to", ["Y", "Q"])
def test_years_under_the_date_of_a_month_are_called_what_they_are(to: str) -> None:
    one, two = draws(6, 2)
    table = as_rows({"A": one, "B": two})
    longer = table.groupby(["kind", "area", table["month"].dt.to_period(to).dt.start_time])["cases"].sum().reset_index()
    both = pd.concat([table, longer], ignore_index=True)
    assert "Counts of a quarter or a year stand among those of its months" in refusal(both)
    again = pd.concat([table, table[table["month"].dt.month == 1]], ignore_index=True)
    assert "repeat an earlier" in refusal(again)
