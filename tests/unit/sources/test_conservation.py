"""Whatever happens to a file, every row of it is accounted for, and no message or contract shows a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.messy.damage import damaged, faults, rows_lost
from shared_analysis.sources import read


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_of_damaged_files_every_row_is_accounted_for_and_no_value_is_shown(first: int, tmp_path: Path):
    found = {seed: fault for seed in range(first, first + 50) if (fault := faults(damaged(seed), tmp_path))}
    assert not found


def test_a_row_that_is_lost_would_be_seen(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"area,count\nCamden,2\nBrent,4\n")
    assert rows_lost(b"area,count\nCamden,2\nBrent,4\n", read(path)) == 0
    assert rows_lost(b"area,count\nCamden,2\nBrent,4\nBarnet,6\n", read(path)) == 1
