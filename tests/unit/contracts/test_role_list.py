"""The labelled list of columns of public registers: enough of them, two halves that share no table, few wrong roles."""

from __future__ import annotations

import pytest

from benchmarks.roles.cells import ROWS, cells
from benchmarks.roles.develop import TABLES as DEVELOP
from benchmarks.roles.kept_out import TABLES as KEPT_OUT
from benchmarks.roles.measuring import entries, score
from shared_analysis.contracts import ROLES

HALVES = [entries(DEVELOP), entries(KEPT_OUT)]


def test_the_halves_are_large_and_share_no_table() -> None:
    assert sum(len(columns) for half in HALVES for columns in half.values()) >= 400
    assert not set(HALVES[0]) & set(HALVES[1])


@pytest.mark.parametrize("half", HALVES, ids=["develop", "kept out"])
def test_every_column_can_be_made_and_has_roles_that_there_are(half: dict) -> None:  # type: ignore[type-arg]
    for title, columns in half.items():
        headings = [entry.heading for entry in columns]
        assert len(set(headings)) == len(headings), title
        for entry in columns:
            assert entry.right <= {*ROLES, "-"}, title
            assert len(cells(entry.recipe, entry.heading)) == ROWS


def test_the_same_seed_gives_the_same_values() -> None:
    assert cells("postcode ?20", "a") == cells("postcode ?20", "a") != cells("postcode ?20", "b")


@pytest.mark.parametrize("text", [DEVELOP, KEPT_OUT], ids=["develop", "kept out"])
def test_headings_and_values_together_tell_nearly_every_role(text: str) -> None:
    """Of the half that is kept out only the figures are shown."""
    counted = score(text, "both")
    assert counted.precision >= 0.97
    assert counted.recall >= 0.93
