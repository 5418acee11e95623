"""Awkward tables end in a clear message or a correct result, never in a traceback from below."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shared_analysis.errors import SharedAnalysisError
from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.model import blocking
from shared_analysis.linkage.notices import worded

from .conftest import ROLES, World, contract

ONE = LinkageSpec(tables=["people"], link_type="dedupe_only")
CONTRACTS = {"people": contract("people", ROLES)}


def people(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame([[f"r{number}", *row] for number, row in enumerate(rows)], columns=list(ROLES), dtype=object)


ANN = ("Ann", "Lee", "1980-02-03", "1 High Street", "E1 6AN")
BOB = ("Bob", "Kay", "1991-10-11", "2 Low Road", "E2 7AP")


def refused(tables: dict[str, pd.DataFrame], contracts: object = CONTRACTS, spec: LinkageSpec = ONE) -> str:
    with pytest.raises(SharedAnalysisError) as caught:
        link(tables, contracts, spec)
    message = str(caught.value)
    assert caught.value.where
    assert caught.value.next_step
    assert not [value for value in (*ANN, *BOB) if value in message]
    return message


def test_a_table_that_is_not_there_is_named_with_those_that_are():
    message = refused({"persons": people(ANN, BOB)})
    assert "'people'" in message
    assert "persons" in message
    assert "no contract 'people'" in refused({"people": people(ANN, BOB)}, {})


def test_a_table_without_rows_is_refused():
    assert "'people' has no rows" in refused({"people": people()})


def test_one_record_has_nothing_to_be_linked_to():
    assert "one record only" in refused({"people": people(ANN)})


def test_repeated_and_missing_ids_are_counted():
    table = people(ANN, ANN, BOB, BOB)
    table["id"] = ["a", "a", None, None]
    message = refused({"people": table})
    assert "2 are missing, 2 rows share theirs" in message
    assert "column id" in message


def test_a_contract_must_say_which_column_is_the_id():
    roles = {column: role for column, role in ROLES.items() if role != "record_id"}
    assert "no column that identifies" in refused({"people": people(ANN, BOB)}, {"people": contract("people", roles)})


def test_one_comparable_column_is_too_few():
    roles = {"id": "record_id", "first": "given_name"}
    message = refused({"people": people(ANN, BOB)[["id", "first"]]}, {"people": contract("people", roles)})
    assert "Only 1 column can be compared (given_name)" in message


@pytest.mark.slow
@pytest.mark.parametrize(
    ("known", "free"),
    [({}, "born, first, home, last, pcode"), ({"first": "given_name", "last": "family_name"}, "born, home, pcode")],
    ids=["none", "two"],
)
def test_columns_without_a_role_are_compared_however_many_have_one(known: dict[str, str], free: str, world):
    contracts = {name: contract(name, {"id": "record_id", **known}) for name in world.tables}
    tables = {
        **world.tables,
        "outreach": world.tables["outreach"].rename(columns={"forename": "first", "surname": "last"}),
    }
    result = link(tables, contracts, LinkageSpec(tables=list(tables), link_type="link_and_dedupe"), world.truth)
    assert f"Columns without a role were compared too: {free}." in worded(result.notices)
    assert result.metrics["f1"] > 0.9


def test_an_explosion_is_refused_with_the_rule_and_its_count(world):
    spec = LinkageSpec(tables=list(world.tables), link_type="link_and_dedupe", max_pairs=3)
    message = refused(world.tables, world.contracts, spec)
    assert "the smallest rule (same " in message
    assert "max_pairs is 3" in message


def test_rules_that_do_not_fit_are_left_out_and_named(world, linked, monkeypatch):
    monkeypatch.setattr(blocking, "LOOSE_PAIRS", 0)  # loose rules are not there to be left out
    linked = world.link(model=linked.model)
    budget = sum(pairs for _, pairs in linked.rules[:4])
    result = world.link(max_pairs=budget, model=linked.model)
    assert [name for name, _ in result.rules] == [name for name, _ in linked.rules[:4]]
    assert result.metrics["pairs_compared"] <= budget
    assert sum("was left out: it brings" in notice for notice in worded(result.notices)) == len(linked.rules) - 4


def test_the_count_of_a_rule_is_the_number_of_its_pairs(world, linked):
    table = pd.concat([world.tables["housing"], world.tables["outreach"].rename(columns={"forename": "first"})])
    sizes = table["born"].dropna().value_counts()
    assert dict(linked.rules)["same date of birth"] == (sizes * (sizes - 1) // 2).sum()


def test_an_empty_column_is_left_out_with_a_notice(world):
    tables = {**world.tables, "outreach": world.tables["outreach"].assign(pcode=None)}
    result = World(tables, world.contracts, world.truth).link("link_only")
    assert "postcode is missing throughout outreach, so it was not compared." in worded(result.notices)
    assert result.metrics["precision"] > 0.95
    assert "postcode is missing throughout outreach" in result.summary()


def test_tables_with_nothing_in_common_link_nothing():
    rows = [(f"A{n}", f"B{n}", f"19{n + 10}-01-0{n % 9 + 1}", f"{n} C{n} Road", f"E{n} {n}AA") for n in range(8)]
    result = link({"people": people(*rows)}, CONTRACTS, ONE)
    assert result.metrics["links"] == 0
    assert result.metrics["entities"] == 8
    assert "Nothing was linked" in result.summary()
    assert "%" not in result.summary().replace("0.0% of the records were linked", "")
    assert "expected_precision" not in result.metrics
    assert result.charts()


def test_two_identical_records_among_few_are_linked_with_a_caution():
    result = link({"people": people(ANN, ANN, BOB)}, CONTRACTS, ONE)
    assert result.metrics["links"] == 1
    assert any("usual values were used" in notice for notice in worded(result.notices))


def test_many_identical_rows_are_one_entity():
    rows = [ANN] * 200 + [BOB] * 200
    result = link({"people": people(*rows)}, CONTRACTS, ONE)
    assert result.metrics["entities"] == 2
    assert result.metrics["max_cluster_size"] == 200


def test_dates_may_be_dates_in_one_table_and_text_in_the_other(world, linked):
    born = pd.to_datetime(world.tables["housing"]["born"], errors="coerce", format="%Y-%m-%d")
    text = born.dt.strftime("%d/%m/%Y").astype(object).where(born.notna(), None)
    kept = {"housing": world.tables["housing"].assign(born=text), "outreach": world.tables["outreach"]}
    as_dates = {**kept, "housing": world.tables["housing"].assign(born=born)}
    written, typed = (
        World(tables, world.contracts, world.truth).link("link_only", model=linked.model) for tables in (kept, as_dates)
    )
    pd.testing.assert_frame_equal(written.pairs, typed.pairs)
    assert written.metrics["precision"] > 0.95


def test_ids_may_be_numbers(world, linked):
    housing = world.tables["housing"].assign(id=np.arange(len(world.tables["housing"])))
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    result = link({"housing": housing}, world.contracts, spec, model=linked.model)
    assert set(result.register["record_id"]) == {str(number) for number in range(len(housing))}


def test_names_in_any_script_survive():
    rows = [("محمد", "العلي", *ANN[2:]), ("محمد", "العلي", *ANN[2:]), ("Zoë", "O'Brien-Núñez", *BOB[2:])]
    result = link({"people": people(*rows, ("ZOE", "OBRIEN NUNEZ", *BOB[2:]))}, CONTRACTS, ONE)
    assert result.metrics["entities"] == 2


def test_a_placeholder_among_identifiers_is_not_a_certain_match(world):
    housing = world.tables["housing"].assign(nhs="4010232137")
    housing.loc[::3, "nhs"] = [f"{number:010d}" for number in range(100, 100 + len(housing.loc[::3]))]
    contracts = {"housing": contract("housing", {**ROLES, "nhs": "nhs_number"})}
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    result = link({"housing": housing}, contracts, spec, world.truth)
    assert any("share one value among the NHS numbers" in notice for notice in worded(result.notices))
    assert result.metrics["precision"] > 0.98


def test_a_limit_of_memory_is_kept_or_refused_in_words(world, linked):
    roomy = world.link(memory="500MB", threads=1, model=linked.model)
    pd.testing.assert_frame_equal(roomy.pairs, linked.pairs)
    with pytest.raises(SharedAnalysisError, match="does not fit into 1MB") as refused:
        world.link(memory="1MB", model=linked.model)
    assert "raise memory" in str(refused.value)
    with pytest.raises(SharedAnalysisError, match="memory"):
        world.spec(memory="lots")
