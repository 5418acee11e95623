"""Entities grow along the best links, and only while what was compared across two groups speaks for one person."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.linkage.clustering.clusters import connected_components, join, resolve_entities
from shared_analysis.linkage.clustering.entities import entity_id, entity_ids

RECORDS = pd.DataFrame({"table": ["a", "a", "b", "b", "b"], "record_id": ["1", "2", "1", "2", "3"]})
EDGE = ["table_l", "record_id_l", "table_r", "record_id_r", "match_weight"]


def numbered(register: pd.DataFrame, *rows: tuple[str, str, str, str, float]) -> pd.DataFrame:
    place = {key: number for number, key in enumerate(register.itertuples(index=False, name=None))}
    pairs = [(*sorted((place[row[:2]], place[row[2:4]])), row[4]) for row in rows]
    return pd.DataFrame(pairs, columns=["number_l", "number_r", "match_weight"])


def found(register: pd.DataFrame, *rows: tuple[str, str, str, str, float], one_each: bool = False) -> list[str]:
    links = numbered(register, *rows)
    tables = register["table"].factorize()[0] if one_each else None
    entity, _ = resolve_entities(connected_components(len(register), links), links, links.head(0), tables)
    return entity_ids(register, entity).tolist()


def test_a_chain_of_links_is_one_entity_named_after_its_first_record():
    ids = found(RECORDS, ("a", "1", "b", "1", 5.0), ("a", "2", "b", "1", 4.0), ("b", "1", "b", "3", 3.0))
    one = entity_id("a", "1")
    assert ids == [one, one, one, entity_id("b", "2"), one]


def test_entity_ids_stay_when_records_of_others_come():
    link = ("b", "1", "b", "3", 2.0)
    more = pd.concat([pd.DataFrame({"table": ["a"], "record_id": ["0"]}), RECORDS], ignore_index=True)
    before = dict(zip(map(tuple, RECORDS.to_numpy()), found(RECORDS, link), strict=True))
    after = dict(zip(map(tuple, more.to_numpy()), found(more, link), strict=True))
    assert all(after[key] == name for key, name in before.items())


def test_entity_id_is_fixed_and_tells_tables_apart():
    assert entity_id("a", "b1") != entity_id("ab", "1")
    assert len(entity_id("a", "1")) == 17


def test_a_weak_bridge_between_two_people_is_not_crossed():
    links = [(0, 1, 12.0), (2, 3, 12.0), (1, 2, 2.0)]
    assert join(4, links) == ([0, 0, 0, 0], 0)  # nothing else was compared
    against = [(0, 2, -5.0), (0, 3, -5.0), (1, 3, -5.0)]
    assert join(4, links, against) == ([0, 0, 2, 2], 1)
    assert join(4, [*links[:2], (1, 2, 20.0)], against)[0] == [0, 0, 0, 0]  # unless it outweighs all that is against


def test_evidence_that_adds_up_to_nothing_joins_nobody():
    """Doubt is no reason to make two people one: the odds across the groups must be better than even."""
    links = [(0, 1, 12.0), (2, 3, 12.0), (1, 2, 3.0)]
    assert join(4, links, [(0, 3, -3.0)]) == ([0, 0, 2, 2], 1)
    assert join(4, links, [(0, 3, -2.999)]) == ([0, 0, 0, 0], 0)
    nothing = numbered(RECORDS, ("a", "1", "b", "1", 0.0), ("a", "2", "b", "2", 0.1))  # components of two records
    entity, refused = resolve_entities(connected_components(5, nothing), nothing, nothing.head(0))
    assert (entity.tolist(), refused) == ([0, 1, 2, 1, 4], 1)


def test_the_evidence_between_two_groups_is_that_of_all_pairs_across_them():
    links = [(0, 1, 9.0), (2, 3, 8.0), (0, 2, 2.0), (1, 3, 3.0)]
    assert join(4, links, [(0, 3, -2.0), (1, 2, -2.5)])[0] == [0, 0, 0, 0]  # 2 + 3 - 2 - 2.5
    assert join(4, links, [(0, 3, -2.0), (1, 2, -3.5)]) == ([0, 0, 2, 2], 2)


def test_links_are_taken_best_first_and_of_equal_ones_the_lowest_records_first():
    """With one record a table, who comes first decides who is in: 0 may join 1 or 2, and 3 whoever is left."""
    tables = [0, 1, 1, 0]
    assert join(4, [(1, 3, 5.0), (0, 1, 5.0)], (), tables) == ([0, 0, 2, 3], 1)
    assert join(4, [(0, 2, 5.0), (0, 1, 5.0)], (), tables) == ([0, 0, 2, 3], 1)
    assert join(4, [(0, 1, 5.0), (1, 3, 6.0)], (), tables) == ([0, 1, 2, 1], 1)
    assert join(4, [(0, 1, 5.0), (0, 2, 5.5)], (), tables) == ([0, 1, 0, 3], 1)
    first_record_decides = [(0, 1, 6.0), (1, 2, 5.0), (0, 3, 5.0)]
    assert join(4, first_record_decides, (), [0, 1, 2, 2]) == ([0, 0, 2, 0], 1)


def test_with_one_record_a_table_the_best_link_wins_and_ties_go_by_number():
    assert join(3, [(0, 1, 3.0), (0, 2, 4.0)], (), [0, 1, 1]) == ([0, 1, 0], 1)
    assert join(3, [(0, 2, 3.0), (0, 1, 3.0)], (), [0, 1, 1]) == ([0, 0, 2], 1)
    assert found(RECORDS, ("a", "1", "b", "1", 3.0), ("a", "2", "b", "1", 4.0), one_each=True)[0] == entity_id("a", "1")


def test_a_pair_that_nobody_else_knows_is_followed_while_its_weight_speaks_for_it():
    links = numbered(RECORDS, ("a", "1", "b", "1", -0.1), ("a", "2", "b", "2", 0.1))
    entity, refused = resolve_entities(connected_components(5, links), links, links.head(0))
    assert (entity.tolist(), refused) == ([0, 1, 2, 1, 4], 1)


def test_chains_are_named_after_their_first_record():
    links = numbered(RECORDS, ("b", "3", "b", "1", 5.0), ("a", "2", "b", "3", 4.0))
    assert connected_components(5, links).tolist() == [0, 1, 1, 3, 1]
    assert connected_components(5, links.head(0)).tolist() == [0, 1, 2, 3, 4]


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(-9, 20)).filter(lambda pair: pair[0] < pair[1]),
        unique_by=lambda pair: pair[:2],
    ),
    st.integers(1, 20),
    st.booleans(),
    st.randoms(),
)
def test_a_higher_threshold_only_parts_entities_and_order_does_not_matter(pairs, least, one_each, random):
    tables = [record % 3 for record in range(10)] if one_each else None

    def joined(least: int) -> list[int]:
        links = [pair for pair in pairs if pair[2] >= least]
        return join(10, links, [pair for pair in pairs if pair[2] < least], tables)[0]

    loose, strict = joined(1), joined(least)
    assert all(loose[one] == loose[other] for one in range(10) for other in range(10) if strict[one] == strict[other])
    assert all(first <= record for record, first in enumerate(loose))
    random.shuffle(pairs)
    assert joined(1) == loose
