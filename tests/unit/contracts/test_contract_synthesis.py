"""Made-up tables: whatever the contract, the table keeps every rule of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_analysis.contracts import ROLES, Column, DataContract, infer, synthesise, validate
from shared_analysis.contracts.synthesis.regex_text import PatternText
from shared_analysis.errors import SharedAnalysisError

PATTERNS = [
    "^E09[0-9]{6}$",
    r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$",
    "^(HSG|OUT)-[0-9]{4,}$",
    "[^x]+y",
    r"^\w+\.\w*$",
    "a|b+",
]
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))


@st.composite
def columns(draw: st.DrawFn, name: str) -> Column:
    kind = draw(st.sampled_from(["string", "integer", "number", "date", "timestamp", "boolean"]))
    rules: dict[str, Any] = {"required": draw(st.booleans()), "unique": kind != "boolean" and draw(st.booleans())}
    if kind == "string":
        choice = draw(st.sampled_from(["plain", "pattern", "length", "allowed", "role", "format"]))
        if choice == "pattern":
            rules["pattern"] = draw(st.sampled_from(PATTERNS))
            rules["unique"] &= rules["pattern"] != "a|b+"
        elif choice == "length":
            rules["min_length"] = draw(st.integers(3, 8))
            rules["max_length"] = rules["min_length"] + draw(st.integers(0, 9))
        elif choice == "allowed":
            rules |= {"allowed": ("yes", "no", "O'Neill, x", "é"), "unique": False}
        elif choice == "role":
            rules["role"] = draw(st.sampled_from(sorted(ROLES)))
        elif choice == "format":
            rules["format"] = "yyyyMMdd"
    elif kind in ("integer", "number"):
        number = st.integers(-10_000, 10_000) if kind == "integer" else st.floats(-1e6, 1e6)
        low, width = draw(number), draw(st.sampled_from([40, 1000]))
        rules["minimum"] = draw(st.sampled_from([None, low]))
        rules["maximum"] = draw(st.sampled_from([None, low + width]))
    elif kind in ("date", "timestamp"):
        first = draw(DAYS)
        rules["minimum"] = draw(st.sampled_from([None, first]))
        rules["maximum"] = draw(st.sampled_from([None, first + dt.timedelta(days=1900)]))
        rules["format"] = draw(st.sampled_from([None, "dd/MM/yyyy", "yyyyMMdd", "yyyy-MM"]))
        rules["role"] = draw(st.sampled_from([None, "period", "date_of_birth", "event_date"]))
    return Column(name, kind, **rules)


@st.composite
def contracts(draw: st.DrawFn) -> DataContract:
    made = [draw(columns(f"c{number}")) for number in range(draw(st.integers(1, 5)))]
    seen: set[str | None] = set()
    for place, column in enumerate(made):
        if column.role in seen - {None}:
            made[place] = Column(column.name, "integer")
        seen.add(column.role)
    if draw(st.booleans()):
        made.append(Column("key", "string", primary_key=True))
        if draw(st.booleans()):
            made.append(Column("part", "integer", primary_key=True, minimum=1, maximum=3))
    return DataContract("t", tuple(made))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(contracts(), st.integers(0, 25), st.integers(0, 2**32))
def test_a_made_up_table_keeps_its_contract(contract: DataContract, rows: int, seed: int) -> None:
    table = synthesise(contract, rows, seed)
    assert len(table) == rows
    report = validate({"t": table}, {"t": contract}, max_bad_share=1)
    assert report.faults.empty, report.faults.to_string()


def test_the_seed_decides_the_table() -> None:
    contract = DataContract("t", tuple(Column(role, "string", role=role) for role in ROLES))
    pd.testing.assert_frame_equal(synthesise(contract, 30, 7), synthesise(contract, 30, 7))
    assert not synthesise(contract, 30, 7).equals(synthesise(contract, 30, 8))


def test_values_are_text_and_some_are_missing() -> None:
    table = synthesise(DataContract("t", (Column("n", "integer"), Column("m", "integer", required=True))), 500, 1)
    assert table["m"].map(type).eq(str).all()
    assert 5 < table["n"].isna().sum() < 50


def test_made_up_values_are_recognised_for_what_they_are() -> None:
    roles = ("given_name", "family_name", "date_of_birth", "nhs_number", "email", "postcode", "area_code")
    contract = DataContract(
        "t",
        tuple(
            Column(f"x{n}" if n > 2 else role, "date" if n == 2 else "string", role=role)
            for n, role in enumerate(roles)
        ),
    )
    assert tuple(infer(synthesise(contract, 200, 1), "t").roles) == roles


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (Column("c", "string", allowed=("a", "b"), unique=True), "fewer different values than the 9 rows"),
        (Column("c", "integer", minimum=1, maximum=3, unique=True), "fewer different values"),
        (Column("c", "integer", minimum=0.2, maximum=0.8), "No whole number"),
        (Column("c", "string", pattern="^a(?=b)"), "look-ahead"),
        (Column("c", "string", pattern=r"^(a)\1$"), "back-references"),
        (Column("c", "string", pattern="^abc$", max_length=2), "column 'c'"),
        (Column("c", "date", minimum=dt.date(2020, 1, 2), maximum=dt.date(2020, 1, 20), format="yyyy-MM"), "No date"),
        (Column("c", "string", allowed=("a",), min_length=2), "No allowed value"),
        (Column("c", "date", minimum=dt.date(2263, 1, 1)), "no date from 1677-09-22 to 2262-04-11"),
        (Column("c", "date", maximum=dt.date(1500, 1, 1)), "no date from 1677-09-22 to 2262-04-11"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(column: Column, said: str) -> None:
    with pytest.raises(SharedAnalysisError) as error:
        synthesise(DataContract("t", (column,)), 9, 1)
    assert said in str(error.value)


@pytest.mark.parametrize("kind", ["date", "timestamp"])
@pytest.mark.parametrize(
    ("low", "high"),
    [(None, "9999-12-31"), ("2262-04-01", None), ("0001-01-01", "9999-12-31"), (None, "1677-10-01")],
)
@pytest.mark.parametrize("form", [None, "yyyy-MM"])
def test_limits_beyond_what_a_column_can_hold_are_kept_within(
    kind: str, low: str | None, high: str | None, form: str | None
) -> None:
    read = dt.date.fromisoformat if kind == "date" else dt.datetime.fromisoformat
    limits = {name: read(day) for name, day in {"minimum": low, "maximum": high}.items() if day is not None}
    contract = DataContract("t", (Column("c", kind, required=True, format=form, **limits),))
    report = validate({"t": synthesise(contract, 30, 1)}, {"t": contract}, max_bad_share=0)
    assert len(report.tables["interim/t"]) == 30


@pytest.mark.parametrize("limits", [{"minimum": 2**63 - 5}, {"maximum": -(2**63) + 5}])
def test_whole_numbers_are_drawn_up_to_the_largest_there_is(limits: dict[str, int]) -> None:
    contract = DataContract("t", (Column("n", "integer", required=True, **limits),))
    assert validate({"t": synthesise(contract, 30, 1)}, {"t": contract}, max_bad_share=0).faults.empty


@pytest.mark.parametrize("kind", ["integer", "number"])
def test_a_count_starts_at_nothing(kind: str) -> None:
    counts = DataContract("t", (Column("n", kind, required=True, role="count", maximum=3),))
    drawn = synthesise(counts, 200, 1)["n"].astype(float)
    assert 0 <= drawn.min() < 1
    assert 2 < drawn.max() <= 3
    below = DataContract("t", (Column("n", kind, required=True, role="count", maximum=-3),))
    assert synthesise(below, 20, 1)["n"].astype(float).max() <= -3


# Fails where a newer Python hands over another tree than the one that is walked.
@pytest.mark.parametrize(
    "pattern",
    ["a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b", r"(a)\1", r"(?P<x>a)(?P=x)", "(?i:a)", "a++", "(?>a)", "(a)?(?(1)b|c)"],
)
def test_a_pattern_that_cannot_be_followed_is_refused_with_its_column(pattern: str) -> None:
    with pytest.raises(SharedAnalysisError, match="cannot follow this pattern") as refused:
        PatternText(pattern, "column 'c'")
    assert refused.value.where == "column 'c', pattern"


@pytest.mark.parametrize(
    "pattern",
    [
        *PATTERNS,
        r"\Aab\Z",
        "^(?:ab)+?(?P<x>c)$",
        r"^\S+ \D\W$",
        "^(a|b|)c?$",
        "^[a-f]{0,2}$",
        "^x{3}y*?$",
        "^.$",
    ],
)
def test_text_follows_its_pattern(pattern: str) -> None:
    source, rng = PatternText(pattern, "c"), np.random.default_rng(1)
    for _ in range(200):
        assert re.search(pattern, source.draw(rng), re.ASCII)
