"""What never changes the records that are compared, and so never changes a link, on worlds that nobody chose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.conftest import World, contract, make_world
from shared_analysis.linkage.cleaning.records import Records

few = settings(derandomize=True, max_examples=15, deadline=None, database=None)
worlds = st.builds(make_world, people=st.integers(15, 80), seed=st.integers(0, 10_000))
link_types = st.sampled_from(["dedupe_only", "link_only", "link_and_dedupe", "many_to_one"])


def same(records: Records, other: Records) -> None:
    """All that linkage reads of records; it reads the tables in no other way."""
    pd.testing.assert_frame_equal(records.register, other.register)
    assert list(records.frames) == list(other.frames)
    for name, frame in records.frames.items():
        pd.testing.assert_frame_equal(frame, other.frames[name])
    for column, texts in records.texts.items():
        np.testing.assert_array_equal(texts.vectors, other.texts[column].vectors)
        assert texts.words == other.texts[column].words
    plain = {"frames": {}, "texts": {}, "notices": (), "register": pd.DataFrame(), "duplicates": None}
    assert str(replace(records, **plain)) == str(replace(other, **plain))
    np.testing.assert_array_equal(records.duplicates.record, other.duplicates.record)


@few
@given(worlds, link_types, st.integers(0, 1000))
def test_the_order_of_rows_never_matters(world, link_type, seed):
    mixed = {name: table.sample(frac=1, random_state=seed) for name, table in world.tables.items()}
    same(world.prepare(link_type), World(mixed, world.contracts, world.truth).prepare(link_type))


@few
@given(worlds, link_types, st.permutations(["zebra", "first", "a", "source_dataset", "born", "unique id"]))
def test_names_and_order_of_columns_never_matter_where_roles_are_given(world, link_type, names):
    tables, contracts = dict(world.tables), dict(world.contracts)
    roles = {new: column.role for new, column in zip(names, contracts["housing"].columns, strict=True)}
    renamed = tables["housing"].set_axis(names, axis=1)
    tables["housing"], contracts["housing"] = renamed[sorted(names)], contract("housing", roles)
    same(world.prepare(link_type), World(tables, contracts, world.truth).prepare(link_type))


@few
@given(worlds, link_types, st.sampled_from([None, "sex", "email", "nhs_number", "free_text"]))
def test_a_constant_column_never_matters(world, link_type, role):
    tables = {name: table.assign(more="9434765919@x") for name, table in world.tables.items()}
    contracts = dict(world.contracts)
    if role:
        for name, own in world.contracts.items():
            contracts[name] = contract(name, {**{c.name: c.role for c in own.columns}, "more": role})
    same(world.prepare(link_type), World(tables, contracts, world.truth).prepare(link_type))


def test_records_are_numbered_by_table_and_id_and_named_by_their_numbers(world):
    records = world.prepare()
    keys = [(name, identity) for name in sorted(world.tables) for identity in sorted(world.tables[name]["id"])]
    assert list(records.register.itertuples(index=False, name=None)) == keys
    numbers = pd.concat(records.frames.values())["unique_id"].tolist()
    assert numbers == sorted(numbers)
    pairs = pd.DataFrame({"number_l": [0, 1], "number_r": [len(keys) - 1, 2]})
    named = list(records.named(pairs).itertuples(index=False, name=None))
    assert named == [(*keys[0], *keys[-1]), (*keys[1], *keys[2])]


def test_the_pairs_that_could_be_compared_are_counted_by_link_type(world):
    records = world.prepare()
    housing, outreach = (len(table) for table in world.tables.values())
    both = housing + outreach
    assert records.possible_pairs("link_and_dedupe") == both * (both - 1) // 2
    assert records.possible_pairs("link_only") == records.possible_pairs("many_to_one") == housing * outreach
    assert world.prepare("dedupe_only").possible_pairs("dedupe_only") == housing * (housing - 1) // 2


def test_letting_go_of_values_keeps_all_that_later_steps_read(world):
    records = world.prepare()
    without = records.without_values()
    assert all(frame.empty for frame in without.frames.values())
    assert (without.total, without.columns, without.sizes) == (records.total, records.columns, records.sizes)
    assert without.register is records.register
