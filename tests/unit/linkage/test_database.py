"""What the database holds, and what it spills."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from shared_analysis.linkage.cleaning.records import prepare
from shared_analysis.linkage.database import RECORDS, connect, lend, rarity
from shared_analysis.linkage.model.match_weights import match_weights

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


def test_the_view_of_records_holds_each_once_by_its_number(stage):
    rows = stage.connection.table(RECORDS).project("unique_id").order("unique_id").fetchall()
    assert [number for (number,) in rows] == list(range(len(stage.records.register)))


@pytest.mark.parametrize(("count", "share"), [(1, 0.001), (2, 0.001), (3, 0.015), (50, 0.485)])
def test_a_value_is_as_common_as_the_records_beside_the_pair_make_it(count: int, share: float):
    (found,) = duckdb.sql(f"SELECT {rarity(str(count), '100', 0.001)}").fetchall()[0]
    assert found == pytest.approx(share)


def test_a_value_that_nobody_else_has_is_no_commoner_than_half_a_record():
    assert duckdb.sql(f"SELECT {rarity('2', '100', 0.2)}").fetchall() == [(0.005,)]


def test_splink_and_the_explanation_weigh_a_rare_value_alike(stage, linked):
    pairs = stage.scores.pairs.head(20)
    taken_apart = match_weights(stage.connection, linked.model, pairs[["number_l", "number_r"]], 0.5)
    assert [each.weight for each in taken_apart] == pytest.approx(pairs["match_weight"].tolist(), abs=0.01)
