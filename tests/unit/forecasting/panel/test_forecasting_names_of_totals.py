"""Names of totals: which are, which only sound so, and how large a kind has to be to be refused for one."""

from __future__ import annotations

import numpy as np
import pytest
from forecasting_kinds import as_rows, draws, refusal, said

from shared_analysis.forecasting.reporting.notices import worded
from shared_analysis.wording import Notice

SEEDS = range(2)
TOTALS = [
    ("Age", "All patients"), ("Age", "All ages"), ("Age", "Any age"), ("Age group", "Every age group"), ("Age", "Any"),
    ("Sex", "Everyone"), ("Road user", "All road users"), ("Reason", "All reasons"), ("Disability", "All disabilities"),
    ("Type", "Grand total"), ("Type", "Sum"), ("Type", "Overall"), ("Type", "All combined"), ("Crew", "All staff"),
    ("Locality", "Borough-wide"), ("Type", "All (incl. unknown)"), ("Tenure", "All households"),
    ("Age", "Whole population"),
    ("Age", "*All-ages*"), ("Age", "All ages, both sexes"), ("Age", "All 16+"), ("Age", "Age: all"),
    ("Team", "Irrespective of team"),
    ("Type", "Total offences"), ("Type", "TOTAL:"), ("Age", "People of all ages"), ("Age", "Total, all ages"),
]  # fmt: skip
PLAIN = [
    ("Ward", "All Saints"), ("Ward", "All Saints ward"), ("Ward", "All Souls"), ("Library", "All Hallows library"),
    ("Ethnicity", "Any Other White Background"), ("Reason", "All other"), ("Reason", "All other reasons"),
    ("Reason", "All remaining reasons"), ("Size", "All sizes unclear"), ("Site", "Everyone Active"),
    ("Site", "Total Fitness"), ("Pitch", "All weather pitches"), ("Session", "All day"), ("Phase", "All-through"),
    ("Route", "Whole family support"), ("Outcome", "Total loss"), ("Type", "Summary offences"), ("Ward", "Overton"),
    ("Victim", "Persons"), ("Carer", "Both"), ("Church", "All Nations"), ("Operation", "Total hip replacement"),
    ("Team", "T"), ("Answer", "Not at all"), ("Ticket", "Any other ticket"),
]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("column", "name"), TOTALS)
def test_a_total_that_holds_a_few_more_is_refused_by_its_name(column: str, name: str, seed: int) -> None:
    one, two, three = draws(seed, 3)
    more = np.random.default_rng(seed).uniform(1.0, 1.07, one.shape)
    table = as_rows({"X1": one, "X2": two, "X3": three, name: ((one + two + three) * more).round()}, column)
    assert f"'{name}'" in refusal(table)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("column", "name"), TOTALS)
def test_a_name_of_a_total_that_is_less_than_the_sum_is_named(column: str, name: str, seed: int) -> None:
    one, two, three = draws(seed, 3)
    overlapping = np.random.default_rng(seed).uniform(0.6, 0.75, one.shape)
    table = as_rows({"X1": one, "X2": two, "X3": three, name: ((one + two + three) * overlapping).round()}, column)
    assert f"{name} has the name of a total" in said(table)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_a_total_some_of_whose_parts_are_listed_something_is_said(seed: int) -> None:
    one, two, rest = draws(seed, 3)
    total = one + two + rest
    assert "'All disabilities' is called" in refusal(
        as_rows({"X1": one, "X2": two, "All disabilities": total}, "Disability")
    )
    assert "All claimants has the name" in said(as_rows({"X1": one, "X2": two, "All claimants": total}, "Disability"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("column", "name"), PLAIN)
def test_a_name_that_only_sounds_like_one_is_plain(column: str, name: str, seed: int) -> None:
    one, two, three = draws(seed, 3)
    large = np.random.default_rng(seed + 50).poisson((one + two).mean(), one.shape)
    assert said(as_rows({"X1": one, "X2": two, name: large}, column)) == ""
    assert said(as_rows({"X1": one, name: three}, column)) == ""


@pytest.mark.parametrize("name", ["Persons", "People", "Both", "All persons"])
def test_persons_are_a_total_beside_the_sexes(name: str) -> None:
    female, male = draws(1, 2)
    with_unknown = ((female + male) * 1.04).round()
    assert f"'{name}'" in refusal(as_rows({"Female": female, "Male": male, name: with_unknown}, "Sex"))


@pytest.mark.parametrize(
    "names",
    [
        ("All", "Some", "None"), ("Any disability", "No disability", "Not known"), ("All", "Part", "Not stated"),
        ("Any White background", "Any Asian background", "Any Black background"),
        ("All White groups", "All Black groups", "Other"),
        ("Total hip replacements", "Total knee replacements", "Other"),
    ],
)  # fmt: skip
def test_names_that_have_their_opposite_or_their_like_beside_them_are_plain(names: tuple[str, str, str]) -> None:
    one, two, three = draws(2, 3)
    assert said(as_rows(dict(zip(names, (4 * one, two, three), strict=True)), "Background")) == ""


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("England", ("North East", "North West", "London")),
        ("UK", ("England", "Scotland", "Wales")),
        ("England and Wales", ("England", "Wales")),
        ("London", ("Camden", "Barnet", "Hackney")),
        ("London", ("Inner London", "Outer London")),
    ],
)
def test_a_place_beside_its_parts_is_refused_though_it_holds_a_few_more(name: str, parts: tuple[str, ...]) -> None:
    counts = dict(zip(parts, draws(3, len(parts)), strict=True))
    assert f"'{name}'" in refusal(as_rows({**counts, name: (sum(counts.values()) * 1.05).round()}, "Place"))


@pytest.mark.parametrize(
    "names",
    [
        ("UK", "EU", "Non-EU"), ("UK", "Irish", "Rest of the world"), ("England", "Overseas", "Not known"),
        ("Wales", "North East", "London"), ("United Kingdom", "France", "Poland"), ("England", "Scotland", "Wales"),
    ],
)  # fmt: skip
def test_a_place_whose_parts_are_not_there_is_plain(names: tuple[str, str, str]) -> None:
    one, two, three = draws(4, 3)
    assert said(as_rows(dict(zip(names, (5 * one, two, three), strict=True)), "Nationality")) == ""


def test_nobody_sees_a_name_that_is_hidden() -> None:
    hidden = Notice("called_like_totals", {"kinds": (("Age", ""),)})
    assert worded([hidden]) == [
        "A value of Age has the name of a total and is added up with the others; take it out if it is one."
    ]
