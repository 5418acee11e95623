"""Addresses written in many ways are read alike, in their parts."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from shared_analysis.linkage.cleaning.addresses import address_text, in_parts, parse
from shared_analysis.linkage.cleaning.standardise import clean, derive


def test_a_postcode_in_the_address_fills_a_gap_and_never_overrules():
    homes = ["10 High Street, E8 1AA", "10 High Street, E8 1AA", "12 High Street"]
    table = pd.DataFrame({"address": homes, "postcode": ["N11AA", None, None]}, dtype=object)
    out = derive(table.assign(address=clean(table["address"], address_text)))
    assert out["postcode"].tolist() == ["N11AA", "E81AA", None]
    assert out["address"].tolist() == ["10 high street", "10 high street", "12 high street"]


def test_postcodes_in_most_addresses_are_a_column_and_in_few_are_none():
    def derived(*homes: str) -> pd.DataFrame:
        return derive(pd.DataFrame({"address": [address_text(home) for home in homes]}, dtype=object))

    assert derived("1 Low Road E8 1AA", "2 Low Road E8 1AB", "3 Low Road")["postcode"].tolist() == [
        "E81AA",
        "E81AB",
        None,
    ]
    assert "postcode" not in derived("1 Low Road E8 1AA", "2 Low Road", "3 Low Road")


def test_number_and_street_of_their_own_make_an_address():
    parts = {
        "house_number": ["12", "Flat 3, 12A", "The Old Rectory", None],
        "street": ["Smith Court", "High Street", "Church Lane", "Low Road"],
        "address": [None, None, None, "flat 9"],
    }
    out = derive(pd.DataFrame({name: clean(pd.Series(values), address_text) for name, values in parts.items()}))
    assert out["house_number"].tolist() == ["12", "12a", None, None]
    assert out["flat"].tolist() == [None, "3", None, "9"]
    assert out["building"].tolist() == [None, None, "old rectory", None]
    assert out["street"].tolist() == ["smith court", "high street", "church lane", "low road"]
    assert out["address"].tolist()[:2] == ["12 smith court", "flat 3 12a high street"]


def test_each_different_address_is_read_once_and_every_row_gets_its_parts():
    texts = pd.Series(["10 high street", None, "flat 2 , 10 high street", "10 high street"], index=[4, 3, 2, 1])
    parts = in_parts(texts)
    assert parts.index.tolist() == [4, 3, 2, 1]
    assert parts["flat"].tolist() == [None, None, "2", None]
    assert parts["address"].tolist() == ["10 high street", None, "flat 2 10 high street", "10 high street"]


@given(st.text(max_size=60))
def test_no_text_is_too_odd_for_an_address(text):
    line = address_text(text)
    assert line is None or parse(line) is not None


@given(
    st.integers(1, 60),
    st.integers(1, 300),
    st.sampled_from(["high", "church", "station"]),
    st.sampled_from(["rd", "st", "la"]),
)
def test_capitals_and_commas_make_no_difference(flat, number, name, kind):
    written = f"Flat {flat}, {number} {name} {kind}."
    assert parse(address_text(written)) == parse(address_text(written.upper().replace(",", "")))
