"""The set made for linkage keeps to its description, outcomes count every record, and peers suit their sets."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.environments import SCRIPTS
from benchmarks.households import MISSING, households
from benchmarks.linkage_peers import PEERS
from benchmarks.linkage_sets import KnownSet, agreement, grouped

ROWS = 20_000


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    return households(ROWS, 5)


def test_a_seed_gives_one_set(people: pd.DataFrame) -> None:
    assert len(people) == ROWS
    assert people["unique_id"].is_unique
    pd.testing.assert_frame_equal(people, households(ROWS, 5))
    assert not people.equals(households(ROWS, 6))


def test_people_have_as_many_records_as_described(people: pd.DataFrame) -> None:
    shares = people["cluster"].value_counts().value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx({1: 0.60, 2: 0.30, 3: 0.08, 4: 0.02}, abs=0.01)


def test_values_are_missing_as_often_as_described(people: pd.DataFrame) -> None:
    assert people[list(MISSING)].isna().mean().to_dict() == pytest.approx(MISSING, abs=0.005)


def test_records_of_one_person_differ_as_often_as_described(people: pd.DataFrame) -> None:
    two = people.merge(people, on="cluster").query("unique_id_x < unique_id_y")
    same = {name: (two[f"{name}_x"] == two[f"{name}_y"])[two[f"{name}_x"].notna() & two[f"{name}_y"].notna()].mean()
            for name in MISSING}  # fmt: skip
    assert 0.90 < same["dob"] < 0.97
    assert 0.80 < same["postcode"] < 0.88
    assert 0.66 < same["address"] < 0.80
    assert 0.84 < same["surname"] < 0.92


def known(link_type: str) -> KnownSet:
    truth = pd.DataFrame({"table": list("aabb"), "record_id": list("1234"), "person_id": list("xyxy")})
    return KnownSet("small", "small", {}, truth, link_type)


def test_a_record_that_was_set_aside_is_a_missed_match() -> None:
    found = pd.DataFrame({"table": list("ab"), "record_id": list("13"), "entity_id": ["e", "e"]})
    assert agreement(found, known("link_only")) == {"true_pairs": 2, "precision": 1.0, "recall": 0.5, "f1": 2 / 3}


@pytest.mark.parametrize(("link_type", "claimed"), [("link_only", 2), ("link_and_dedupe", 6)])
def test_pairs_make_entities_best_first_or_by_chains(link_type: str, claimed: int) -> None:
    pairs = pd.DataFrame([("a", "1", "b", "3", 0.99), ("a", "1", "b", "4", 0.98), ("a", "2", "b", "4", 0.95)])
    pairs.columns = ["table_l", "id_l", "table_r", "id_r", "probability"]
    sizes = grouped(known(link_type), pairs, 0.9)["entity_id"].value_counts()
    assert int((sizes * (sizes - 1) // 2).sum()) == claimed


def test_every_peer_has_its_script() -> None:
    assert [peer.script for peer in PEERS if not (SCRIPTS / peer.script).is_file()] == []


def test_a_peer_whose_program_no_variable_names_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    [prototype] = [peer for peer in PEERS if peer.variable]
    monkeypatch.delenv(prototype.variable, raising=False)
    assert not prototype.suits(known("link_only"))
    monkeypatch.setenv(prototype.variable, "program.py")
    assert prototype.suits(known("link_only"))
