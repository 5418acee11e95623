"""Events and a register: each event goes to its best record of the register, and to no more than one."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared_analysis.linkage.clustering.clusters import connected_components, join, resolve_entities
from shared_analysis.linkage.clustering.entities import group_into_entities

EVENTS, PREMISES = 8, 4
weights = st.integers(-6, 6).filter(bool)  # few different ones, so that ties are common
chances = st.dictionaries(st.tuples(st.integers(0, EVENTS - 1), st.integers(0, PREMISES - 1)), weights)


def numbered(
    weight_of: dict[tuple[int, int], int], register_first: bool
) -> tuple[list[tuple[int, int, float]], list[int]]:
    """Give pairs of an event and a record of the register by number, and the tables of all records."""
    events, register = [-1] * EVENTS, [0] * PREMISES
    if register_first:
        pairs = [(premises, PREMISES + event, float(weight)) for (event, premises), weight in weight_of.items()]
        return pairs, register + events
    pairs = [(event, EVENTS + premises, float(weight)) for (event, premises), weight in weight_of.items()]
    return pairs, events + register


def resolved(pairs: list[tuple[int, int, float]], tables: list[int]) -> tuple[np.ndarray, int]:
    kinds = {"number_l": int, "number_r": int, "match_weight": float}
    every = pd.DataFrame(pairs, columns=list(kinds)).astype(kinds)
    links, others = every[every["match_weight"] > 0], every[every["match_weight"] < 0]
    component = connected_components(len(tables), links)
    within = others[component[others["number_l"]] == component[others["number_r"]]]
    return resolve_entities(component, links, within, np.array(tables))


@settings(max_examples=50)
@given(chances, st.booleans(), st.randoms())
def test_each_event_goes_to_its_best_record_of_the_register_and_of_equals_to_the_first(weight_of, first, random):
    pairs, tables = numbered(weight_of, first)
    entity, refused = resolved(pairs, tables)
    chosen = {}
    for left, right, _ in sorted((pair for pair in pairs if pair[2] > 0), key=lambda pair: (-pair[2], *pair[:2])):
        event, premises = (left, right) if tables[left] < 0 else (right, left)
        chosen.setdefault(event, premises)
    expected = np.array([chosen.get(record, record) for record in range(len(tables))])
    assert (np.equal.outer(entity, entity) == np.equal.outer(expected, expected)).all()
    assert refused == sum(pair[2] > 0 for pair in pairs) - len(chosen)
    random.shuffle(pairs)
    assert resolved(pairs, tables)[0].tolist() == entity.tolist()


@pytest.mark.parametrize("events", [1, 2, 3, 40])
@pytest.mark.parametrize("register_first", [True, False])
def test_any_number_of_events_at_one_place_is_one_entity(events, register_first):
    premises = 0 if register_first else events
    numbers = [number for number in range(events + 1) if number != premises]
    pairs = [(*sorted((number, premises)), 2.0 + number % 3) for number in numbers]
    Random(4).shuffle(pairs)
    tables = [0 if number == premises else -1 for number in range(events + 1)]
    entity, refused = resolved(pairs, tables)
    assert (set(entity.tolist()), refused) == ({0}, 0)


def test_an_event_that_fits_two_equally_goes_to_the_first_and_joins_them_never():
    tables = [-1, -1, -1, 0, 0]
    links = [(0, 3, 5.0), (0, 4, 5.0), (1, 4, 3.0), (2, 3, 4.0), (2, 4, 6.0)]
    assert join(5, links, (), tables) == ([0, 1, 1, 0, 1], 2)


@pytest.mark.parametrize("pairs", [[(0, 1, 3.0)], [(0, 1, 3.0), (1, 2, 4.0)]])
def test_a_table_that_may_hold_many_sets_no_limit_in_components_of_any_size(pairs):
    assert resolved(pairs, [-1] * 3)[0].tolist() == ([0, 0, 2] if len(pairs) == 1 else [0, 0, 0])
    assert resolved(pairs, [0] * 3)[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize(("first", "second"), [("housing", "outreach"), ("outreach", "housing")])
def test_the_second_table_is_the_register(stage, first, second):
    spec = stage.spec.model_copy(update={"link_type": "many_to_one", "tables": [first, second]})
    table = stage.records.register["table"].to_numpy()
    links = stage.scores.pairs
    across = links[table[links["number_l"]] != table[links["number_r"]]]
    register = group_into_entities(stage.connection, stage.records, spec, replace(stage.scores, pairs=across)).register
    repeated = register[register.duplicated(["table", "entity_id"])]
    assert second not in set(repeated["table"])
    assert first == "outreach" or len(repeated) > 50  # nobody is in outreach twice
    entities = register.groupby("entity_id")["table"].agg(["size", lambda tables: second in set(tables)])
    assert entities.loc[entities["size"] > 1].iloc[:, 1].all()
