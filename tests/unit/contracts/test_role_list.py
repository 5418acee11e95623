"""The labelled list of columns of public registers: enough of them, two halves that share no table, few wrong roles."""

from __future__ import annotations

import pytest

from benchmarks.roles.cells import ROWS, cells
from benchmarks.roles.measuring import HALVES, entries, score
from shared_analysis.contracts import ROLES

COLUMNS = [entries(half) for half in HALVES.values()]


def test_the_halves_are_large_and_share_no_table() -> None:
    assert sum(len(columns) for half in COLUMNS for columns in half.values()) >= 400
    assert not set(COLUMNS[0]) & set(COLUMNS[1])


@pytest.mark.parametrize("half", COLUMNS, ids=HALVES)
def test_every_column_can_be_made_and_has_roles_that_there_are(half: dict) -> None:  # type: ignore[type-arg]
    for title, columns in half.items():
        headings = [entry.heading for entry in columns]
        assert len(set(headings)) == len(headings), title
        for entry in columns:
            assert entry.right <= {*ROLES, "-"}, title
            assert len(cells(entry.recipe, entry.heading)) == ROWS


def test_the_same_seed_gives_the_same_values() -> None:
    assert cells("postcode ?20", "a") == cells("postcode ?20", "a") != cells("postcode ?20", "b")


@pytest.mark.parametrize("half", HALVES.values())
def test_headings_and_values_together_tell_nearly_every_role(half: str) -> None:
    """Of the half that is kept out only the figures are shown."""
    counted = score(half, "both")
    assert counted.precision >= 0.97
    assert counted.recall >= 0.93
