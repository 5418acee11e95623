"""Families of columns whose names are odd, whose values are dirty, or that are about somebody else: what they get."""

from __future__ import annotations

import random
from collections.abc import Callable

import pandas as pd
import pytest

from shared_analysis.contracts import Column, infer, validate

ROWS = 120


def column_of(name: str, values: list[str], beside: dict[str, list[str]] | None = None) -> Column:
    table = pd.DataFrame({"id": [f"a{n}" for n in range(len(values))], **(beside or {}), name: values}, dtype=object)
    return infer(table, "t").column(name)


def day(form: str, years: tuple[int, int]) -> Callable[[random.Random], str]:
    return lambda draw: form.format(draw.randint(*years), draw.randint(1, 12), draw.randint(1, 28))


BIRTHS, RECENT = day("{}-{:02}-{:02}", (1931, 2012)), day("{}-{:02}-{:02}", (2014, 2024))


def postcode(draw: random.Random) -> str:
    return f"{draw.choice(['E', 'SW', 'NW'])}{draw.randint(1, 19)} {draw.randint(1, 9)}{draw.choice('ABDEF')}Z"


def address(draw: random.Random) -> str:
    number, street = f"{draw.randint(1, 99)}{draw.choice(['', 'a'])}", draw.choice(["Mill Road", "St John Lane"])
    return f"{draw.choice(['', 'Flat 2, '])}{number} {street}, Exford {postcode(draw)}"


def phone(draw: random.Random) -> str:
    return draw.choice(["020 7946 {:04}", "+44 7700 90{:04}", "(0161) 496 {:04}"]).format(draw.randint(0, 9999))


def nhs_number(draw: random.Random) -> str:
    while True:
        digits = [draw.randint(0, 9) for _ in range(9)]
        check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != 10:
            return "".join(map(str, [*digits, check % 11]))


SHAPES = {
    "postcode": postcode,
    "phone": phone,
    "email": lambda draw: f"p{draw.randint(0, 10**6)}@example.org",
    "nhs_number": nhs_number,
    "date_of_birth": BIRTHS,
    "address": address,
}


def values(role: str, seed: int = 1, rows: int = ROWS) -> list[str]:
    draw = random.Random(seed)
    return [SHAPES[role](draw) for _ in range(rows)]


@pytest.mark.parametrize("unreadable", ["1950-13-01", "1950-02-31", "not known", "about 1950", "00/00/0000"])
@pytest.mark.parametrize("share", [0.01, 0.05, 0.06, 0.2, 0.45])
@pytest.mark.parametrize("form", ["{}-{:02}-{:02}", "{2:02}/{1:02}/{0}", "{}{:02}{:02}"])
def test_a_date_of_birth_keeps_its_role_and_every_record(form: str, share: float, unreadable: str) -> None:
    draw, bad = random.Random(2), round(share * ROWS)
    born = [day(form, (1931, 2012))(draw) for _ in range(ROWS - bad)] + [unreadable] * bad
    table = pd.DataFrame({"id": [f"a{n}" for n in range(ROWS)], "dob": born}, dtype=object)
    contract = infer(table, "t")
    known = unreadable != "not known"
    assert (contract.column("dob").role, contract.column("dob").type) == (
        "date_of_birth",
        "string" if known else "date",
    )
    kept = validate({"t": table}, {"t": contract}, max_bad_share=0).tables["interim/t"]
    assert len(kept) == ROWS
    assert kept["dob"].astype("string").str.fullmatch(r"\d{4}-\d{2}-\d{2}").sum() >= ROWS - bad


@pytest.mark.parametrize(
    ("form", "stated"),
    [
        ("{}-{:02}-{:02} 00:00:00", "yyyy-MM-dd HH:mm:ss"),
        ("{2}/{1}/{0}", "d/M/yyyy"),
        ("{2:02}.{1:02}.{0} 00:00", "dd.MM.yyyy HH:mm"),
        ("{2} March {0}", "d MMMM yyyy"),
        ("{2:02}-MAR-{0}", "dd-MMM-yyyy"),
        ("March {2}, {0}", "MMMM d, yyyy"),
    ],
)
def test_a_date_of_birth_is_a_date_however_days_are_written(form: str, stated: str) -> None:
    born = column_of("dob", [day(form, (1931, 2012))(random.Random(n)) for n in range(ROWS)])
    assert (born.role, born.type, born.format) == ("date_of_birth", "date", stated)


@pytest.mark.parametrize("century", range(15, 20))
def test_a_date_of_birth_may_be_of_any_century(century: int) -> None:
    born = column_of(
        "dob", [day("{2:02}/{1:02}/{0}", (100 * century, 100 * century + 70))(random.Random(n)) for n in range(ROWS)]
    )
    assert born.role == "date_of_birth"
    assert (born.type, born.format) == ("date" if century > 16 else "string", "dd/MM/yyyy")


def test_days_that_a_spreadsheet_counts_are_dates_of_birth_and_years_are_not() -> None:
    assert column_of("dob", [str(20_000 + 61 * n) for n in range(ROWS)]).role == "date_of_birth"
    assert column_of("dob", [str(1931 + n % 70) for n in range(ROWS)]).role is None


@pytest.mark.parametrize("whole", [0.2, 0.4, 0.6, 1.0])
def test_a_name_that_is_often_typed_in_part_is_a_whole_name(whole: float) -> None:
    names = [f"anna smith{n}" if n < whole * ROWS else f"smith{n}" for n in range(ROWS)]
    assert column_of("name", names).role == "full_name"


def test_a_name_of_one_word_is_a_first_name_beside_a_surname_and_else_may_be_anything() -> None:
    names = [f"anna{n}" for n in range(ROWS)]
    assert column_of("name", names, {"surname": names}).role == "given_name"
    assert column_of("name", names).role is None


@pytest.mark.parametrize("name", ["col_a", "Column3", "x1", "F7", "Unnamed: 4", "field_12"])
@pytest.mark.parametrize("role", SHAPES)
@pytest.mark.parametrize("odd", [0.0, 0.08])
def test_unmistakable_values_have_their_role_under_a_name_that_says_nothing(role: str, name: str, odd: float) -> None:
    cells = ["-"] * round(odd * ROWS) + values(role)[round(odd * ROWS) :]
    assert column_of(name, cells).role == role


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("staff_email", "email"),
        ("caseworker_phone", "phone"),
        ("created_by", "email"),
        ("gp_postcode", "postcode"),
        ("landlord address", "address"),
        ("previous_address", "address"),
        ("mother_date_of_birth", "date_of_birth"),
        ("created_at", "date_of_birth"),
        ("licence_expiry", "date_of_birth"),
        ("updated", "date_of_birth"),
    ],
)
def test_what_is_somebody_elses_or_of_another_day_gets_no_role(name: str, role: str) -> None:
    column = column_of(name, values(role), {"surname": [f"Poe{n}" for n in range(ROWS)]})
    assert column.role is None
    assert column.classification in ("direct", "quasi")


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("account_no", [f"{n:010}" for n in range(ROWS)]),
        ("incident_number", [f"{n:06}-01012021" for n in range(ROWS)]),
        ("our ref", values("phone")),
        ("col_a", [f"{n:011}" for n in range(ROWS)]),
        ("col_a", [f"{4000000000 + 7 * n}" for n in range(ROWS)]),
        ("col_a", [RECENT(random.Random(n)) for n in range(ROWS)]),
        ("col_a", [f"{1890 + n}-{n % 12 + 1:02}-01" for n in range(ROWS)]),
        ("col_a", [f"team{n % 4}@example.org" for n in range(ROWS)]),
        ("work address", [f"office{n % 4}@example.org" for n in range(ROWS)]),
    ],
)
def test_references_dates_of_events_and_shared_mailboxes_are_no_personal_detail(name: str, cells: list[str]) -> None:
    surnames = {"surname": [f"Poe{n}" for n in range(ROWS)]}
    assert column_of(name, cells, surnames).role not in ("phone", "nhs_number", "date_of_birth", "email")


@pytest.mark.parametrize(
    "name",
    ["site_name", "Premises name", "trading_name", "BusinessName", "school", "SchoolName", "nursery name", "company"],
)
@pytest.mark.parametrize("place", ["location", "premises_address", "Site address"])
def test_a_register_of_premises_is_recognised(name: str, place: str) -> None:
    table = pd.DataFrame(
        {
            "FHRSID": [str(100_000 + n) for n in range(ROWS)],
            name: [f"The Mill {n}" for n in range(ROWS)],
            place: values("address"),
        },
        dtype=object,
    )
    contract = infer(table, "t")
    assert contract.roles == {"record_id": "FHRSID", "organisation_name": name, "address": place}
    assert contract.primary_key == ("FHRSID",)


def test_a_school_is_no_name_of_its_pupils() -> None:
    beside = {"pupil_surname": [f"Poe{n}" for n in range(ROWS)]}
    assert column_of("school", [f"School {n % 40}" for n in range(ROWS)], beside).role is None
    assert column_of("school_postcode", values("postcode"), beside).role is None


def test_a_bare_name_with_the_words_of_trades_is_an_organisations() -> None:
    trades = ["Mill Cafe", "Oak Nursery", "Elm Lane", "J Poe Ltd"]
    assert column_of("name", [f"{trades[n % 4]} {n}" for n in range(ROWS)]).role == "organisation_name"


def test_names_run_together_are_read_in_their_words() -> None:
    texts = [f"{n} Mill Place" for n in range(ROWS)]
    assert column_of("AddressLine1", texts).role == "street"
    assert column_of("PostCode", values("postcode")).role == "postcode"


@pytest.mark.parametrize(("form", "role"), [("{}", "count"), ("{}%", None), ("£{}", None), ("£{}m", None)])
def test_only_what_is_counted_is_a_count(form: str, role: str | None) -> None:
    months = [f"2024-{month:02}" for month in range(1, 13)]
    table = {"Ward": ["E09000001"] * 12, "Month": months, "Take-up": [form.format(20 + n) for n in range(12)]}
    assert infer(pd.DataFrame(table, dtype=object), "t").column("Take-up").role == role
