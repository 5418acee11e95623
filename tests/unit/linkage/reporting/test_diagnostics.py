"""What is unusual is said, with its counts and what to do; what is not is passed over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from linkage.conftest import World, contract, make_world
from shared_analysis.linkage import LinkageResult, LinkageSpec, link
from shared_analysis.linkage.reporting.diagnostics import remarks


def said(result: LinkageResult, words: str) -> list[str]:
    return [remark for remark in remarks(result) if words in remark]


def test_a_sound_linkage_gives_no_remark_about_missed_matches_placeholders_or_strict_rules(linked):
    for words in ("capture-recapture", "One value of", "are not linked, though", "held together by one link"):
        assert not said(linked, words)


@pytest.mark.parametrize(
    ("figures", "settings", "says"),
    [
        (
            {"links_not_followed": 3, "match_threshold": 0.5},
            {},
            "3 pairs reach the threshold of 0.5, but as much speaks",
        ),
        ({"pairs_compared": 0}, {}, "no two records share anything that a rule looks for. Check the roles"),
        ({}, {"match_threshold": 0.9}, "none of the 1,234 pairs compared reaches the threshold of 0.9"),
        ({}, {"match_threshold": 0.9}, "has a probability of about 0.412. Look at the likeliest pairs"),
        ({"match_threshold": 0.001}, {}, "has a probability of about 0.412. Check the roles"),
        (
            {"match_threshold": 1.0},
            {"target_precision": 0.99},
            "reach the target_precision of 0.99: the most it expects is 0.4321",
        ),
    ],
)
def test_where_nothing_is_linked_the_reason_is_the_one_that_holds(linked, figures, settings, says):
    metrics = {"pairs_compared": 1234, "links_not_followed": 0, "match_threshold": 0.9}
    curve = pd.DataFrame({"threshold": [0.412, 0.003], "expected_precision": [0.4321, 0.01]})
    nothing = replace(
        linked,
        metrics={**linked.metrics, **metrics, **figures, "links": 0},
        spec=linked.spec.model_copy(update=settings),
        curve=curve,
    )
    (remark,) = said(nothing, "Nothing was linked")
    assert says in remark
    assert ("Check the roles" in remark) == ("Check the roles" in says)
    assert not said(linked, "Nothing was linked")
    unlikely = replace(nothing, curve=curve.assign(threshold=0.0))
    assert ("probability of less than 0.001" in said(unlikely, "Nothing")[0]) == ("probability of" in remark)


@pytest.mark.parametrize(
    ("link_type", "tables", "says"),
    [
        ("link_only", "ab", "a table would have held somebody twice. If"),
        ("link_only", "abc", "held somebody twice, or other pairs of the same records speak against them. If"),
        ("link_and_dedupe", "ab", "because other pairs of the same records speak against them. People"),
        ("many_to_one", "ba", "because the record of b went to another record of a that fits as well or better"),
    ],
)
def test_why_links_were_not_followed_follows_from_the_link_type(linked, link_type, tables, says):
    spec = LinkageSpec(tables=list(tables), link_type=link_type)
    many = replace(linked, metrics={**linked.metrics, "links": 100, "links_not_followed": 17}, spec=spec)
    (remark,) = said(many, "17 links were not followed")
    assert says in remark


def test_pairs_that_a_strict_rule_finds_and_the_model_does_not_link_are_named(world, linked):
    assert all(linked_pairs <= pairs for _, pairs, linked_pairs in linked.evidence.strict)
    assert {name for name, *_ in linked.evidence.strict} >= {"same given name, family name, date of birth"}
    wrong = {**linked.model, "comparisons": [turned(each) for each in linked.model["comparisons"]]}
    spec = LinkageSpec(tables=list(world.tables), link_type="link_and_dedupe")
    result = link(world.tables, world.contracts, spec, model=wrong)
    (remark, *_) = said(result, "are not linked, though")
    name, pairs, both = next(each for each in result.evidence.strict if each[1] >= 30 and each[2] < 0.9 * each[1])
    assert f"{pairs - both:,} of the {pairs:,} pairs with the {name}" in remark


def turned(comparison: dict) -> dict:
    """Let agreement on the date of birth speak against a match, as a model that learnt from the wrong pairs might."""
    if comparison["output_column_name"] != "date_of_birth":
        return comparison
    levels = [dict(level) for level in comparison["comparison_levels"]]
    same = next(level for level in levels if level["label_for_charts"] == "identical")
    same["m_probability"], same["u_probability"] = 1e-6, 0.9
    return {**comparison, "comparison_levels": levels}


def with_placeholder(world: World, column: str, value: str, share: float) -> World:
    housing = world.tables["housing"]
    rows = np.random.default_rng(3).random(len(housing)) < share
    return World(
        {**world.tables, "housing": housing.assign(**{column: housing[column].where(~rows, value)})},
        world.contracts,
        world.truth,
    )


def test_a_value_that_towers_above_the_others_is_counted_and_never_shown(world, linked):
    result = with_placeholder(world, "home", "1 Xanadu Street", 0.2).link(model=linked.model)
    (remark,) = said(result, "One value of address")
    count = int(result.completeness.set_index(["table", "column"]).loc[("housing", "address"), "towering"])
    assert count > 50
    assert f"stands in {count:,} of the" in remark
    assert "xanadu" not in (result.summary() + result.completeness.to_csv()).lower()


def test_columns_that_the_unlinked_lack_are_named(world, linked):
    outreach = world.tables["outreach"]
    rng = np.random.default_rng(4)
    strangers = pd.DataFrame(
        {
            "id": [f"x{n}" for n in range(80)],
            "forename": [f"Zo{n * 7919}" for n in range(80)],
            "surname": [f"Xu{n * 104729}" for n in range(80)],
            "born": [None] * 60 + [f"{1900 + n}-01-09" for n in range(20)],
            "home": [f"{n} Elsewhere {n * 31} Row" for n in range(80)],
            "pcode": [f"SW{n // 9 + 1} {n % 9}ZZ" for n in rng.permutation(80)],
        },
        dtype=object,
    )
    tables = {**world.tables, "outreach": pd.concat([outreach, strangers], ignore_index=True)}
    result = World(tables, world.contracts, world.truth).link(model=linked.model)
    (remark,) = said(result, "records of outreach that were linked to none")
    assert "lack date of birth" in remark
    assert result.charts()["completeness"].title.endswith("of the linked")


def test_entities_held_together_by_one_link_are_counted(linked):
    many = replace(linked, hanging=tuple(f"e{n}" for n in range(100)))
    assert "100 entities are held together by one link" in said(many, "held together")[0]


def test_the_largest_entities_are_counted_together():
    row = ("Ann", "Lee", "1980-02-03", "1 High Street", "E1 6AN")
    other = ("Bob", "Kay", "1991-10-11", "2 Low Road", "E2 7AP")
    rows = [[f"r{number}", *(row if number < 20 else other)] for number in range(35)]
    table = pd.DataFrame(rows, columns=["id", "first", "last", "born", "home", "pcode"], dtype=object)
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    result = link({"housing": table}, make_world(4).contracts, spec)
    (remark,) = said(result, "The largest entity has 20 records")
    assert "2 have more than 10, 100.0% of all records" in remark


@pytest.fixture(scope="module")
def by_area(world, linked) -> LinkageResult:
    housing = world.tables["housing"]
    person = world.truth[world.truth["table"] == "housing"]["person_id"].astype(int).to_numpy()
    half = person % 2 == 0
    area = np.where(half, "E09000028", "E09000001")
    rng = np.random.default_rng(9)
    lost = half & (rng.random(len(housing)) < 0.7)
    spoilt = housing.assign(area=area, kind=np.where(half, "flat", "house"))
    spoilt.loc[lost, ["first", "last", "born"]] = [[f"Q{n * 7919}", f"V{n * 31}", None] for n in range(lost.sum())]
    roles = {column.name: column.role for column in world.contracts["housing"].columns}
    contracts = {"housing": contract("housing", {**roles, "area": "area_code", "kind": "group"})}
    spec = LinkageSpec(tables=["housing"], link_type="dedupe_only")
    return link({"housing": spoilt}, contracts, spec, model=linked.model)


def test_areas_and_groups_that_are_linked_less_are_drawn_and_said_by_name(by_area):
    charts = by_area.charts()
    assert charts["linked_by_area"].title.startswith("Southwark: ")
    assert "City of London in housing" in charts["linked_by_area"].alt
    assert charts["linked_by_group"].title.startswith("flat: ")
    assert any("area code E09000028 (Southwark) are linked less often" in remark for remark in remarks(by_area))


def test_without_areas_or_groups_there_is_no_such_chart(linked):
    assert not [name for name in linked.charts() if name.startswith("linked_by")]


def test_few_comparisons_are_remarked_upon(linked):
    three, two = ({**linked.model, "comparisons": linked.model["comparisons"][:count]} for count in (3, 2))
    assert not said(replace(linked, model=three), "things could be compared")
    assert said(replace(linked, model=two), "Only 2 things could be compared")
