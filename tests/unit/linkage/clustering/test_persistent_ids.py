"""Entities keep the ids that they had, whatever joins or leaves them, and no id is given to somebody else."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.clustering.entities import entity_id
from shared_analysis.linkage.clustering.persistent_ids import carry_ids_over
from shared_analysis.linkage.notices import worded


def register(**entities: str) -> pd.DataFrame:
    """Make a register from the records of each entity, a letter each."""
    rows = [("people", record, name) for name, records in entities.items() for record in records]
    return pd.DataFrame(rows, columns=["table", "record_id", "entity_id"]).sort_values("record_id", ignore_index=True)


def kept(now: pd.DataFrame, before: pd.DataFrame) -> dict[str, str]:
    found, _ = carry_ids_over(now, before)
    return dict(zip(found["record_id"], found["entity_id"], strict=True))


def test_a_new_record_that_sorts_first_does_not_rename_the_entity():
    assert kept(register(x="abc"), register(old="bc")) == dict.fromkeys("abc", "old")


def test_of_a_parted_entity_the_larger_part_keeps_the_id():
    found, counts = carry_ids_over(register(x="a", y="bc"), register(old="abc"))
    assert found["entity_id"].tolist() == [entity_id("people", "a"), "old", "old"]
    assert counts == {
        "entities_kept": 1, "entities_new": 0, "entities_merged": 0, "entities_parted": 1, "entities_gone": 0,
    }  # fmt: skip


def test_of_merged_entities_the_larger_keeps_its_id_and_the_other_is_given_to_nobody():
    found, counts = carry_ids_over(register(x="abc", y="d"), register(one="a", two="bc", three="e"))
    assert found["entity_id"].tolist() == ["two", "two", "two", entity_id("people", "d")]
    assert counts == {
        "entities_kept": 1, "entities_new": 1, "entities_merged": 1, "entities_parted": 0, "entities_gone": 1,
    }  # fmt: skip


def test_of_equals_the_id_and_the_part_that_sort_first_go_together():
    assert set(kept(register(x="ab"), register(two="a", one="b")).values()) == {"one"}
    assert kept(register(y="a", x="b"), register(old="ab"))["b"] == "old"


def test_an_id_that_an_earlier_register_used_is_not_used_again():
    before = register(**{entity_id("people", "a"): "abc"})
    found = kept(register(x="a", y="bc"), before)
    assert found["b"] == entity_id("people", "a")
    assert found["a"] not in (found["b"], "x")


@given(st.lists(st.integers(0, 3), min_size=8, max_size=8), st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_entities_stay_as_they_are_and_ids_differ(now, before):
    def made(groups: list[int]) -> pd.DataFrame:
        rows = [("people", f"r{number}", f"e{group}") for number, group in enumerate(groups)]
        return pd.DataFrame(rows, columns=["table", "record_id", "entity_id"])

    found, counts = carry_ids_over(made(now), made(before).head(6))
    assert found.groupby("entity_id")["record_id"].agg(list).sort_values().tolist() == (
        made(now).groupby("entity_id")["record_id"].agg(list).sort_values().tolist()
    )
    assert counts["entities_kept"] == len(set(found["entity_id"]) & set(made(before).head(6)["entity_id"]))
    again, _ = carry_ids_over(found, found)
    pd.testing.assert_frame_equal(again, found)


def test_linking_anew_with_more_records_keeps_the_ids(world, linked, within):
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    housing = world.tables["housing"]
    first = link({"housing": housing.iloc[1::2]}, world.contracts, spec, model=linked.model)
    plain = within
    second = link({"housing": housing}, world.contracts, spec, world.truth, linked.model, first.register)
    assert plain.metrics.items() <= second.metrics.items()
    both = first.register.merge(second.register, on=["table", "record_id"])
    alone = first.register.merge(plain.register, on=["table", "record_id"])
    assert (both["entity_id_x"] == both["entity_id_y"]).mean() > (alone["entity_id_x"] == alone["entity_id_y"]).mean()
    assert any("keep their id" in notice for notice in worded(second.notices))


@pytest.mark.parametrize(
    ("earlier", "message"),
    [
        (pd.DataFrame({"table": ["people"], "record_id": ["a"]}), "lacks entity_id"),
        (pd.concat([register(x="a"), register(y="a")]), "1 records twice"),
    ],
)
def test_a_register_that_is_none_is_refused(earlier, message):
    with pytest.raises(SharedAnalysisError, match=message):
        carry_ids_over(register(x="a"), earlier)
