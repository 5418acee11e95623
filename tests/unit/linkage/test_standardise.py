"""Cleaning before comparison: what is the same after it, and what counts as missing."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.linkage.standardise import CLEANERS, clean, derive, iso_date, words


@pytest.mark.parametrize(
    ("role", "written", "read"),
    [
        ("family_name", "  O’Brien-NÚÑEZ ", "obrien nunez"),
        ("given_name", "N/A", None),
        ("given_name", "NULL", None),
        ("given_name", "Na", "na"),
        ("family_name", "Null", "null"),
        ("given_name", "Łucja", "lucja"),
        ("given_name", "Øyvind Æsop", "oyvind aesop"),
        ("given_name", "राम", "राम"),
        ("given_name", "रीमा", "रीमा"),
        ("given_name", "مُحَمَّد", "محمد"),
        ("phone", "07700 900123 ext. 4", "7700900123"),
        ("date_of_birth", "1980-02-03 00:00:00", "1980-02-03"),
        ("date_of_birth", "19800203", "1980-02-03"),
        ("date_of_birth", "3/2/1980", "1980-02-03"),
        ("date_of_birth", "1980-02-31", "1980-02-31"),
        ("date_of_birth", "about 1980", None),
        ("postcode", "e1 6an", "E16AN"),
        ("phone", "+44 20 7946 0018", "2079460018"),
        ("phone", "020 7946 0018", "2079460018"),
        ("phone", "123", None),
        ("phone", "0000000000", None),
        ("email", " Ann@Example.org ", "ann@example.org"),
        ("email", "none", None),
        ("sex", "Female", "f"),
        ("sex", "M", "m"),
        ("sex", "Not known", None),
        ("nhs_number", "943 476 5919", "9434765919"),
        ("uprn", "000100023336956", "100023336956"),
        ("address", "Apt. 3, 12 King's Rd", "flat 3 12 kings road"),
    ],
)
def test_cleaners(role, written, read):
    assert CLEANERS[role](written) == read


def test_types_are_read_as_people_write_them():
    dates = pd.Series([pd.Timestamp("1980-02-03"), pd.NaT])
    assert clean(dates, iso_date).tolist() == ["1980-02-03", None]
    assert clean(pd.Series([dt.date(1980, 2, 3)], dtype=object), iso_date).tolist() == ["1980-02-03"]
    assert clean(pd.Series([100023336956.0, None]), CLEANERS["uprn"]).tolist() == ["100023336956", None]
    assert clean(pd.Series(["a", pd.NA], dtype="string"), CLEANERS["given_name"]).tolist() == ["a", None]


def test_an_address_is_made_of_its_parts():
    parts = pd.DataFrame({"house_number": ["12", None], "street": ["high street", "low road"]}, dtype=object)
    out = derive(parts)
    assert out["address"].tolist() == ["12 high street", "low road"]
    assert out["house"].tolist() == ["12", None]


def test_only_british_postcodes_have_sector_and_district():
    out = derive(pd.DataFrame({"postcode": ["E16AN", "4223", None]}, dtype=object))
    assert out["postcode_sector"].tolist() == ["E16", None, None]
    assert out["postcode_district"].tolist() == ["E1", None, None]


@given(st.text(st.characters(codec="ascii")))
def test_plain_and_accented_values_are_cleaned_alike(text):
    """An accent on a letter of its own word must not change how the rest is read."""
    assert words(f"{text} \u00e9") == f"{words(text + ' e')}"
