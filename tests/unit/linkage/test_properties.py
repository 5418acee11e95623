"""What never changes the links, tried on small worlds that nobody chose."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.linkage import LinkageResult

from .conftest import World, contract, make_world

pytestmark = pytest.mark.slow

# Each example links twice, which takes a second or two; the examples are the same in every run.
few = settings(derandomize=True, max_examples=4, deadline=None, database=None)
worlds = st.builds(make_world, people=st.integers(15, 80), seed=st.integers(0, 10_000))
link_types = st.sampled_from(["dedupe_only", "link_only", "link_and_dedupe"])
KEYS = ["table_l", "record_id_l", "table_r", "record_id_r"]


def same(one: LinkageResult, other: LinkageResult) -> None:
    pd.testing.assert_frame_equal(one.pairs, other.pairs)
    pd.testing.assert_frame_equal(one.register, other.register)


@few
@given(worlds, link_types, st.integers(0, 1000))
def test_the_order_of_rows_never_changes_the_links(world, link_type, seed):
    mixed = {name: table.sample(frac=1, random_state=seed) for name, table in world.tables.items()}
    same(world.link(link_type), World(mixed, world.contracts, world.truth).link(link_type))


@few
@given(worlds, link_types, st.permutations(["zebra", "first", "a", "source_dataset", "born", "unique id"]))
def test_names_and_order_of_columns_never_change_the_links_where_roles_are_given(world, link_type, names):
    tables, contracts = dict(world.tables), dict(world.contracts)
    roles = {new: column.role for new, column in zip(names, contracts["housing"].columns, strict=True)}
    renamed = tables["housing"].set_axis(names, axis=1)
    tables["housing"], contracts["housing"] = renamed[sorted(names)], contract("housing", roles)
    same(world.link(link_type), World(tables, contracts, world.truth).link(link_type))


@few
@given(worlds, link_types, st.sampled_from([None, "sex", "email", "nhs_number", "free_text"]))
def test_a_constant_column_never_changes_the_links(world, link_type, role):
    tables = {name: table.assign(more="9434765919@x") for name, table in world.tables.items()}
    contracts = dict(world.contracts)
    if role:
        for name, one in world.contracts.items():
            contracts[name] = contract(name, {**{c.name: c.role for c in one.columns}, "more": role})
    same(world.link(link_type), World(tables, contracts, world.truth).link(link_type))


@few
@given(worlds, link_types, st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_higher_threshold_never_adds_a_pair(world, link_type, one, other):
    loose, strict = (world.link(link_type, match_threshold=share) for share in sorted((one, other)))
    compared = [result.metrics["links"] + result.metrics["links_not_followed"] for result in (loose, strict)]
    assert compared[1] <= compared[0]
    at_least = loose.pairs[loose.pairs["match_probability"] >= max(one, other)]
    assert len(strict.pairs.merge(at_least, on=KEYS)) == len(strict.pairs)
