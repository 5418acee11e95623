"""Files as they come: each is read as the table that it means, or refused with the true reason."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.messy.corpus import MessyFile, corpus
from shared_analysis.errors import SharedAnalysisError
from shared_analysis.sources import read

FILES = {file.name: file for file in corpus()}


def test_there_are_many_and_each_has_its_own_name():
    assert len(FILES) == len(corpus()) >= 80


@pytest.mark.parametrize(
    "file", [file for file in FILES.values() if file.table is not None], ids=lambda file: file.name
)
def test_it_is_read_as_the_table_that_it_means(file: MessyFile, tmp_path: Path):
    path = tmp_path / file.name
    path.write_bytes(file.content)
    delivery = read(path, sheet=file.sheet)
    pd.testing.assert_frame_equal(delivery.table, file.table, check_dtype=False)
    found = {aside.kind: len(aside.rows) for aside in delivery.aside}
    assert found == dict(file.furniture)
    pd.testing.assert_frame_equal(read(path, delivery.reading).table, file.table, check_dtype=False)


@pytest.mark.parametrize("file", [file for file in FILES.values() if file.table is None], ids=lambda file: file.name)
def test_it_is_refused_with_the_true_reason(file: MessyFile, tmp_path: Path):
    path = tmp_path / file.name
    path.write_bytes(file.content)
    with pytest.raises(SharedAnalysisError) as refused:
        read(path)
    assert file.refusal in str(refused.value)
    assert refused.value.next_step
