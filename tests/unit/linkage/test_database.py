"""What the database holds, what it spills, and that a failed session of training leaves no trace."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.database import RECORDS, connect, lend, new_linker, quiet, train_or_leave

from .test_edges import ANN, CONTRACTS, ONE, people


def test_what_spills_never_lands_in_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    records = prepare(
        {"people": people(*((f"ann{number}", f"lee{number}", *ANN[2:]) for number in range(40_000)))}, CONTRACTS, ONE
    )
    with connect(records, threads=1) as connection:
        connection.sql("SET memory_limit = '60MB'")
        connection.sql("CREATE TABLE sorted AS SELECT l.* FROM records l, range(80) ORDER BY hash(l.unique_id, range)")
        spill = connection.sql("SELECT current_setting('temp_directory')").fetchall()[0][0]
        assert list(Path(spill).iterdir())
    assert not Path(spill).exists()
    assert list(tmp_path.iterdir()) == []


def test_a_frame_is_lent_for_one_block_and_given_back_after_an_error(stage):
    def query(sql: str) -> None:
        with lend(stage.connection, "guests", pd.DataFrame({"a": [1, 2]})):
            assert stage.connection.sql("SELECT sum(a) FROM guests").fetchall() == [(3,)]
            stage.connection.sql(sql)

    with pytest.raises(duckdb.Error):
        query("SELECT nonsense FROM guests")
    assert "guests" not in {name for (name, *_) in stage.connection.sql("SHOW TABLES").fetchall()}


def test_a_session_that_fails_leaves_the_linker_as_it_was(stage):
    """It reads a private attribute of Splink's: an upgrade that moves it fails here."""
    with quiet():
        linker = new_linker(stage.connection, stage.records, {**stage.blocking.settings})
        before = linker.misc.save_model_to_json()["comparisons"]

        def session() -> None:
            linker._settings_obj.core_model_settings.comparisons.clear()
            raise ValueError

        assert not train_or_leave(linker, session)
        assert linker.misc.save_model_to_json()["comparisons"] == before
        assert train_or_leave(linker, lambda: None)


def test_the_view_of_records_holds_each_once_by_its_number(stage):
    rows = stage.connection.table(RECORDS).project("unique_id").order("unique_id").fetchall()
    assert [number for (number,) in rows] == list(range(len(stage.records.register)))
