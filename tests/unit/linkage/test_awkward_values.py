"""Awkward values and sizes: each ends in a message that says what to do or in the right people."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from shared_analysis.linkage import LinkageSpec, link
from shared_analysis.linkage.model.blocking import LOOSE_PAIRS
from shared_analysis.linkage.notices import worded

from .conftest import ROLES, World, contract
from .test_edges import ANN, BOB, CONTRACTS, ONE, people, refused

pytestmark = pytest.mark.slow  # each links whole tables


def changed(world: World, **columns: object) -> World:
    """The first table of a world with some columns replaced."""
    table = world.tables["housing"].assign(**columns)
    return World({"housing": table}, world.contracts, world.truth)


def test_a_table_of_which_every_value_is_the_same_says_so():
    message = refused({"people": people(*[ANN] * 5)})
    assert "Only 0 columns can be compared (none)" in message
    assert "given name is the same in every record" in message


def test_ten_thousand_identical_rows_end_at_once():
    assert "is the same in every record" in refused({"people": people(*[ANN] * 10_000)})


def test_ten_thousand_copies_of_one_row_are_one_entity_and_leave_the_others_as_they_are(world, linked):
    housing = world.tables["housing"]
    copies = people(*[ANN] * 10_000)
    table = pd.concat([copies.assign(id="copy" + copies["id"]), housing], ignore_index=True)
    ten = pd.concat([table.head(10), housing], ignore_index=True)
    result, few = (link({"people": each}, CONTRACTS, ONE, model=linked.model) for each in (table, ten))
    entity = result.register.set_index("record_id")["entity_id"]
    assert set(entity[entity.index.str.startswith("copy")]) == {entity["copyr0"]}
    alone = few.register.set_index("record_id")["entity_id"]
    pd.testing.assert_series_equal(entity[housing["id"]], alone[housing["id"]])
    assert result.metrics["links"] == few.metrics["links"] + 9_990
    assert result.metrics["pairs_compared"] <= few.metrics["pairs_compared"]


def test_copies_of_a_row_that_tells_little_stay_apart(world):
    """Two records that agree in a common first name, and say nothing else, are no evidence for one person."""
    name = world.tables["housing"]["first"].mode()[0]
    copies = pd.DataFrame({"id": [f"copy{n:02d}" for n in range(15)], "first": name})
    result = link({"people": pd.concat([copies, world.tables["housing"]], ignore_index=True)}, CONTRACTS, ONE)
    entity = result.register.set_index("record_id")["entity_id"]
    assert entity[copies["id"]].nunique() == 15


def test_a_placeholder_that_many_share_is_refused_and_counted(world):
    word = [f"{n:04x}".translate(str.maketrans("0123456789", "ghijklmnop")) for n in range(10_000)]
    table = people(
        *[(name, name[::-1], "020 7946 0018", None, None) for name in word], ("x", "y", "020 7946 0019", *ANN[3:])
    )
    message = refused({"people": table}, {"people": contract("people", {**ROLES, "born": "phone"})})
    assert re.search(r"brings 49,995,000, and max_pairs is 20,000,000", message)
    assert "10,000 records share one value there" in message
    assert "copies of one row" in message


def test_two_hundred_columns_without_a_role_are_too_many_to_compare(world: World) -> None:
    rng = np.random.default_rng(1)
    housing = world.tables["housing"]
    more = {f"c{n}": rng.choice(list("abcdef"), len(housing)) for n in range(194)}
    wide = pd.concat([housing, pd.DataFrame(more, index=housing.index)], axis=1)
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    result = link({"housing": wide}, {"housing": contract("housing", {"id": "record_id"})}, spec, world.truth)
    assert len(result.model["comparisons"]) == 12
    assert result.metrics["f1"] > 0.9


def test_a_table_without_a_single_value_says_which_columns_are_empty():
    empty = people(ANN, BOB).assign(**dict.fromkeys([c for c in ROLES if c != "id"]))
    assert "given name is missing throughout people" in refused({"people": empty})


def test_a_column_of_one_value_changes_nothing_but_a_notice(world):
    constant = changed(world, pcode="E1 1AA").link("dedupe_only")
    empty = changed(world, pcode=None).link("dedupe_only")
    pd.testing.assert_frame_equal(constant.pairs, empty.pairs)
    assert constant.metrics["f1"] > 0.95
    assert any(notice.startswith("postcode is the same in every record") for notice in worded(constant.notices))


def test_a_name_is_not_counted_twice_where_the_other_name_says_nothing(world):
    roles = {"id": "record_id", "first": "given_name", "last": "family_name"}
    table = world.tables["housing"][list(roles)].assign(last="Lee")
    message = refused({"people": table}, {"people": contract("people", roles)})
    assert "Only 1 column can be compared (given_name)" in message


@pytest.mark.parametrize("link_type", ["link_only", "link_and_dedupe"])
def test_a_whole_name_in_one_table_is_compared_with_its_parts_in_the_other(world, link_type):
    outreach = world.tables["outreach"]
    whole = (outreach["forename"].fillna("") + " " + outreach["surname"].fillna("")).str.strip()
    tables = {**world.tables, "outreach": outreach.assign(name=whole).drop(columns=["forename", "surname"])}
    roles = {column: role for column, role in ROLES.items() if column not in ("first", "last")}
    contracts = {**world.contracts, "outreach": contract("outreach", {**roles, "name": "full_name"})}
    result = World(tables, contracts, world.truth).link(link_type)
    compared = [comparison["output_column_name"] for comparison in result.model["comparisons"]]
    assert compared == ["given_name", "family_name", "date_of_birth", "location"]
    assert result.metrics["precision"] > 0.95


def test_names_in_a_wrong_encoding_still_link_by_the_rest(world):
    garbled = changed(world, last=world.tables["housing"]["last"].str.replace("a", "Ã¡").str.replace("o", "\ufffd"))
    garbled.tables["housing"].loc[::2, "last"] = world.tables["housing"]["last"].iloc[::2]
    result = garbled.link("dedupe_only")
    assert result.metrics["f1"] > 0.9
    assert not [name for name in garbled.tables["housing"]["last"].dropna() if name in result.summary()]


def test_marks_of_writing_direction_and_composed_accents_make_no_difference():
    written = [("\u200fمحمد\u200e", "\u202bالعلي\u202c", *ANN[2:]), ("Zoe\u0301", "Núñez", *BOB[2:])]
    plain = [("محمد", "العلي", *ANN[2:]), ("Zoé", "Nun\u0303ez", *BOB[2:])]
    result = link({"people": people(*written, *plain)}, CONTRACTS, ONE)
    assert result.pairs[["record_id_l", "record_id_r"]].to_numpy().tolist() == [["r0", "r2"], ["r1", "r3"]]


@pytest.mark.parametrize("century", ["18", "99"])
def test_dates_long_ago_and_in_the_future_are_dates(world, linked, century):
    born = world.tables["housing"]["born"].str.replace("^(19|20)", century, regex=True)
    assert changed(world, born=born).link("dedupe_only", model=linked.model).metrics["f1"] > 0.95


def test_two_hundred_columns_of_which_few_have_a_role_are_no_matter(world, within, linked, recwarn):
    rng = np.random.default_rng(1)
    housing = world.tables["housing"]
    more = pd.DataFrame({f"extra_{n}": rng.choice(list("abc"), len(housing)) for n in range(194)}, index=housing.index)
    wide = World({"housing": pd.concat([more, housing], axis=1)}, world.contracts, world.truth)
    pd.testing.assert_frame_equal(wide.link("dedupe_only", model=linked.model).pairs, within.pairs)
    assert not [one for one in recwarn if "fragmented" in str(one.message)]


@pytest.mark.parametrize("known", [True, False])
def test_a_placeholder_in_every_identifier_of_many_rows(known):
    rng = np.random.default_rng(3)
    size = 5_000
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))

    def made_up(different: int, length: int) -> np.ndarray:
        return rng.choice(["".join(rng.choice(letters, length)) for _ in range(different)], size)

    days = pd.Timestamp("1930-01-01") + pd.to_timedelta(rng.integers(0, 25_000, size), unit="D")
    one = pd.DataFrame({"first": made_up(1_000, 6), "last": made_up(4_000, 8), "born": days.strftime("%Y-%m-%d")})
    both = pd.concat([one.assign(id=[f"{n}a" for n in range(size)]), one.assign(id=[f"{n}b" for n in range(size)])])
    placeholders = {"nhs": "9999999999", "nino": "QQ123456C", "mail": "none@none", "tel": "07000000000"}
    if not known:
        placeholders = {"nhs": "4010232137", "nino": "BA314159C", "mail": "desk@library", "tel": "02079460018"}
    for column, value in placeholders.items():
        real = rng.random(len(both)) < 0.2
        numbers = rng.integers(10**9, 10**10, len(both)).astype(str)
        both[column] = np.where(real, numbers + ("@x" if column == "mail" else ""), value)
    ids = {"nhs": "nhs_number", "nino": "national_insurance_number", "mail": "email", "tel": "phone"}
    roles = {"id": "record_id", "first": "given_name", "last": "family_name", "born": "date_of_birth", **ids}
    truth = pd.DataFrame({"table": "people", "record_id": both["id"], "person_id": both["id"].str[:-1]})
    spec = LinkageSpec(tables=["people"], link_type="dedupe_only")
    result = link({"people": both}, {"people": contract("people", roles)}, spec, truth)
    assert result.metrics["pairs_compared"] < LOOSE_PAIRS  # of 50 million
    for name in ("nhs number", "national insurance number", "email", "phone"):
        left_out = any(notice.startswith(f"The rule 'same {name}' was left out") for notice in worded(result.notices))
        assert left_out is not known
    says = "are placeholders that stand for no value" if known else "share one value among the"
    assert sum(says in notice for notice in worded(result.notices)) == 4
    assert not [value for value in placeholders.values() if value in result.summary()]
    assert result.metrics["precision"] > 0.95
