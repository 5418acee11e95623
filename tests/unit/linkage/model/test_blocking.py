"""Rules are said in words, and counted without making a pair."""

from __future__ import annotations

import pandas as pd
import pytest

from linkage.conftest import contract
from shared_analysis.linkage import LinkageSpec
from shared_analysis.linkage.cleaning.records import Records, prepare
from shared_analysis.linkage.cleaning.standardise import AUXILIARY, CLEANERS
from shared_analysis.linkage.database import connect
from shared_analysis.linkage.model import blocking
from shared_analysis.linkage.model.blocking import (
    WORDS,
    BlockingRule,
    choose_blocking_rules,
    count_pairs,
    deterministic_rules,
)

LINK_TYPES = ["dedupe_only", "link_only", "link_and_dedupe", "many_to_one"]


def test_every_key_that_is_listed_reads_a_column_that_there_may_be_and_a_part_that_is_known():
    columns = {*CLEANERS, *AUXILIARY}
    for keys in (*blocking._CANDIDATES, *blocking._PLACES, *blocking._DETERMINISTIC):
        for key in keys.split(" + "):
            column, part = blocking._parted(key)
            assert column in columns
            assert part in ("", *blocking._PARTS)


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (["nhs_number"], "same nhs number"),
        (["given_name", "postcode"], "same given name, postcode"),
        (["date_of_birth:year"], "same year of birth"),
        (["family_name", "date_of_birth:day"], "same family name, day and month of birth"),
        (["given_name:start", "locality"], "same start of given name, locality"),
        (["organisation_name:beginning"], "same beginning of organisation name"),
        ([f"full_name:{WORDS}"], "same rare word in full name"),
        (["column_1", "column_2:beginning"], "same Title of work, beginning of maker"),
        ([f"column_1:{WORDS}"], "same rare word in Title of work"),
    ],
)
def test_a_rule_says_itself_in_words(keys, name):
    assert BlockingRule(tuple(keys), labels={"column_1": "Title of work", "column_2": "maker"}).name == name


@pytest.fixture(scope="module")
def shops(world) -> dict[str, Records]:
    """Records with texts, dates and gaps, by link type."""
    tables, contracts = {}, {}
    for name, (first, last) in {"housing": ("first", "last"), "outreach": ("forename", "surname")}.items():
        table = world.tables[name]
        tables[name] = table.assign(trade=table[first].str.cat(table[last], sep=" "))[["id", "trade", "born", "home"]]
        roles = {"id": "record_id", "trade": "organisation_name", "born": "date_of_birth", "home": "address"}
        contracts[name] = contract(name, roles)
    return {
        kind: prepare(
            tables,
            contracts,
            LinkageSpec(tables=["housing"] if kind == "dedupe_only" else ["housing", "outreach"], link_type=kind),
        )
        for kind in LINK_TYPES
    }


@pytest.mark.parametrize("link_type", LINK_TYPES)
def test_counts_are_those_of_the_pairs_that_a_join_makes(shops, link_type):
    records = shops[link_type]
    which = "AND l.source_dataset <> r.source_dataset" if link_type in ("link_only", "many_to_one") else ""
    with connect(records, threads=1) as connection:
        rules, left_out = choose_blocking_rules(connection, records, link_type, 10_000_000)
        assert len(rules) >= 4
        assert left_out == []
        for rule in rules:
            condition = f"list_has_any(l.{rule.explode[0]}, r.{rule.explode[0]})" if rule.explode else rule.sql
            made = connection.sql(
                f"SELECT count(*) FROM records AS l JOIN records AS r ON {condition} {which} "  # noqa: S608 - built from fixed names only
                "WHERE (l.source_dataset, l.unique_id) < (r.source_dataset, r.unique_id)"
            ).fetchall()[0][0]
            assert 0 < made <= rule.pairs if rule.explode else made == rule.pairs
        assert any(rule.explode for rule in rules)


def test_missing_values_bring_nothing_together():
    table = pd.DataFrame({"id": list("abcd"), "born": ["1990-01-01", *["2001-02-03"] * 3]})
    roles = {"id": "record_id", "who": "given_name", "born": "date_of_birth"}
    records = prepare(
        {"people": table.assign(who=["x", "x", None, "y"])},
        {"people": contract("people", roles)},
        LinkageSpec(tables=["people"], link_type="dedupe_only"),
    )
    with connect(records, threads=1) as connection:
        assert count_pairs(connection, BlockingRule(("given_name",)), "dedupe_only").pairs == 1
        assert count_pairs(connection, BlockingRule(("date_of_birth",)), "dedupe_only").pairs == 3
        assert count_pairs(connection, BlockingRule(("given_name", "date_of_birth")), "dedupe_only").pairs == 0


def test_rules_come_smallest_first_and_fit_the_budget_together(shops):
    records = shops["dedupe_only"]
    with connect(records, threads=1) as connection:
        every, _ = choose_blocking_rules(connection, records, "dedupe_only", 10_000_000)
        strict = [rule for rule in every if not rule.loose]
        budget = strict[0].pairs + strict[1].pairs
        kept, left_out = choose_blocking_rules(connection, records, "dedupe_only", budget)
    assert [rule.pairs for rule in every] == sorted(rule.pairs for rule in every)
    assert (kept, left_out) == (strict[:2], strict[2:])  # loose rules are not there to be left out


def test_certain_rules_are_those_whose_columns_are_there(shops):
    assert [rule.name for rule in deterministic_rules(shops["link_only"])] == ["same organisation name, address"]


def test_loose_rules_join_in_where_all_together_bring_few_pairs(shops, monkeypatch):
    records = shops["link_and_dedupe"]
    with connect(records, threads=1) as connection:

        def rules(room: int) -> list[BlockingRule]:
            monkeypatch.setattr(blocking, "LOOSE_PAIRS", room)
            chosen, left_out = choose_blocking_rules(connection, records, "link_and_dedupe", 10_000_000)
            assert not left_out
            return chosen

        strict, every = rules(0), rules(1_000_000)
        loose = [rule for rule in every if rule.loose]
        assert len(loose) > 1
        assert [rule for rule in every if not rule.loose] == strict
        some = rules(sum(rule.pairs for rule in strict) + loose[0].pairs)
    assert [rule for rule in some if rule.loose] == loose[:1]
