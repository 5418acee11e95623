"""Cleaning before comparison: what is the same after it, and what counts as missing."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.linkage.cleaning.standardise import CLEANERS, clean, derive, id_texts, iso_date, words


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
        ("uprn", "1000233369560", None),
        ("uprn", "12 High Street", None),
        ("postcode", "ZZ99 3VZ", None),
        ("date_of_birth", "12 May 1967", "1967-05-12"),
        ("date_of_birth", "12/05/67", "1967-05-12"),
        ("given_name", "Mr John", "john"),
        ("given_name", "Dr", "dr"),
        ("given_name", "Mary (deceased)", "mary"),
        ("family_name", "Smith Jr.", "smith"),
        ("family_name", "Smith-Jones", "smith jones"),
        ("family_name", "O Brien", "obrien"),
        ("family_name", "Mc Donald", "mcdonald"),
        ("family_name", "Senior", "senior"),
        ("family_name", "de la Cruz", "de la cruz"),
        ("family_name", "Al-Hassan", "al hassan"),
        ("full_name", "Dr Ann Lee OBE", "ann lee"),
        ("full_name", "John O Smith", "john o smith"),
        ("full_name", "Dr Pepper", "dr pepper"),
        ("full_name", "Rev Dr", "rev dr"),
        ("full_name", "السيد محمد", "السيد محمد"),
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


def test_only_british_postcodes_have_sector_and_district():
    out = derive(pd.DataFrame({"postcode": ["E16AN", "4223", None]}, dtype=object))
    assert out["postcode_sector"].tolist() == ["E16", None, None]
    assert out["postcode_district"].tolist() == ["E1", None, None]


def test_ids_are_text_however_they_are_stored():
    assert id_texts(pd.Series([1, 22])).tolist() == ["1", "22"]
    assert id_texts(pd.Series([1.0, None])).tolist()[0] == "1"
    assert id_texts(pd.Series(["01", "b"], dtype=object)).tolist() == ["01", "b"]
    assert id_texts(pd.Series(["01", 7, None], dtype=object)).tolist() == ["01", "7", None]
    assert id_texts(pd.Series(["01", pd.NA], dtype="string")).isna().tolist() == [False, True]


def test_a_whole_name_is_made_of_its_parts_where_there_are_any():
    out = derive(pd.DataFrame({"given_name": ["ann", None, None], "family_name": ["lee", "kay", None]}, dtype=object))
    assert out["full_name"].tolist() == ["ann lee", "kay", None]


@given(st.text(st.characters(codec="ascii")))
def test_plain_and_accented_values_are_cleaned_alike(text):
    """An accent on a letter of its own word must not change how the rest is read."""
    assert words(f"{text} \u00e9") == f"{words(text + ' e')}"
